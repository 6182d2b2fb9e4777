"""The twin: the realised history re-run with its own luck and something changed.

Each realised count keeps its luck (``coupling.py``); memories, levels and conditions of the changed
world follow from its own counts (``twin_day.py``). Where a rate is the realised one the count is,
number by number, so with nothing changed the history comes back exactly.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.engine.changed import Change, Realised, Stretch, spread_types
from tightrope.engine.memory import Record, level_path
from tightrope.engine.program import Parameters, Program
from tightrope.engine.rates import reading
from tightrope.engine.twin_day import Days, TwinState, run_chunk
from tightrope.types import Array, FloatArray, IntArray

_CHUNK = 256
"""Days that are compiled together; the same program then serves every change."""
_DRAWS = 10
"""Draws that run together, on one thread."""


class Block(NamedTuple):
    """Some draws of a re-run, S days from the first; a lane is a twin of a draw."""

    counts: np.ndarray  # [S, K, lane] whole events
    unlisted: np.ndarray  # [S, U, lane] remainder of the types that have one, see ``spread_types``
    conditions: np.ndarray  # [C, lane] at the end
    readings: np.ndarray  # [J, lane] at the end
    realised_readings: np.ndarray  # [J, lane] those that history left
    elsewhere: np.ndarray  # [lane] whether a condition ever differed
    limited: int  # lane-days and types on which a rate was cut at MAX_RATE


Told = TypeVar("Told")


class _Drawn(NamedTuple):
    """What is drawn, of some draws: numbers of the realised world, and of each stretch."""

    realised: Parameters
    shrink: FloatArray
    stretches: tuple[Parameters, ...]


def twins(
    program: Program, parameters: Parameters, shrink: FloatArray, realised: Realised,
    change: Change, stretches: Sequence[Stretch], tell: Callable[[Block], Told],
    *, number: int, seed: int, workers: int | None = None,
) -> list[Told]:  # fmt: skip
    """Re-run a history in a changed world, ``number`` times for each draw.

    program, parameters : of the realised world; leading axis draw.
    shrink : [draw, K] the ceiling's factor, the same in both worlds.
    stretches : the days that are run, in order and without a gap; before them history is history.
    tell : what is kept of a block; results come in the order of draws.
    Luck is a pure function of seed, day, draw, event and twin.
    """
    draws = len(np.asarray(shrink))
    together = min(_DRAWS, draws)
    drawn = _Drawn(parameters, shrink, tuple(stretch.parameters for stretch in stretches))
    wide = jax.tree.map(lambda x: np.asarray(x, np.float64), drawn)

    def run(first: int) -> Told:
        # The last block is filled up, so that every block meets the same compiled program.
        chosen = np.minimum(np.arange(first, first + together), draws - 1)
        keep = (min(draws - first, together)) * number
        mine: _Drawn = jax.tree.map(lambda x: x[chosen], wide)
        with jax.enable_x64(True):
            whole = _run_block(program, mine, realised, change, stretches, chosen, number, seed)
        return tell(_first_lanes(whole, keep))

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        return list(pool.map(run, range(0, draws, together)))


def _first_lanes(block: Block, keep: int) -> Block:
    return block._replace(
        **{name: x[..., :keep] for name, x in block._asdict().items() if name != "limited"}
    )


def _run_block(
    program: Program, drawn: _Drawn, realised: Realised, change: Change,
    stretches: Sequence[Stretch], draw: IntArray, number: int, seed: int,
) -> Block:  # fmt: skip
    parameters, shrink, others = drawn
    levels = _levels(program, parameters, realised.record)
    start = stretches[0].first
    state = _start(program, levels, realised, change, start, len(draw), number)
    key = np.array([seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF], np.uint32)
    counts, rest, limited = list[np.ndarray](), list[np.ndarray](), 0
    some = spread_types(realised)
    for stretch, own in zip(stretches, others, strict=True):
        for chunk in _chunks(realised, change, stretch):
            state, (count, unlisted, cut) = run_chunk(
                program, stretch.program, parameters, own, jnp.asarray(shrink), levels,
                jnp.asarray(realised.deed_day), jnp.asarray(realised.deed_event),
                jnp.asarray(key), jnp.asarray(draw, jnp.uint32), chunk, state,
            )  # fmt: skip
            live = np.asarray(chunk.live)
            counts.append(_by_lane(np.asarray(count)[:, live].astype(np.uint8)))
            rest.append(_by_lane(np.asarray(unlisted)[:, live][:, :, some].astype(np.float32)))
            limited += int(np.asarray(cut)[:, live].sum())
    end = stretches[-1].end
    own = others[-1]
    return Block(
        counts=np.concatenate(counts), unlisted=np.concatenate(rest),
        conditions=_by_lane(np.asarray(state.conditions)),
        readings=_by_lane(_readings(own.rest, np.asarray(state.deviation))),
        realised_readings=_by_lane(
            np.repeat(_readings(parameters.rest, np.asarray(levels)[:, end, :, None]), number, -1)
        ),
        elsewhere=_by_lane(np.asarray(state.elsewhere)), limited=limited,
    )  # fmt: skip


def _readings(rest: object, deviation: np.ndarray) -> np.ndarray:
    return np.asarray(jax.vmap(reading)(jnp.asarray(rest), jnp.asarray(deviation)))


def _by_lane(values: np.ndarray) -> np.ndarray:
    """[draw, ..., twin] -> [..., lane]."""
    moved = np.moveaxis(values, 0, -2)
    return moved.reshape(*moved.shape[:-2], moved.shape[-2] * moved.shape[-1])


@partial(jax.jit, static_argnums=0)
def _levels(program: Program, parameters: Parameters, record: Record) -> Array:
    """[draw, T + 1, J] deviations of the realised world."""
    return jax.vmap(lambda one: level_path(program, one, record))(parameters)


def _start(
    program: Program, levels: Array, realised: Realised, change: Change, first: int, draws: int,
    number: int,
) -> TwinState:  # fmt: skip
    record = realised.record

    def spread(x: object) -> np.ndarray:
        row = np.asarray(x)[..., None]
        return np.broadcast_to(row, (draws, *row.shape[:-1], number)).copy()

    pinned = change.pinned[first]
    dawn = np.asarray(record.conditions)[first]
    now = np.where(np.isnan(pinned), dawn, pinned)
    deviation = np.asarray(levels)[:, first, :, None].repeat(number, -1)
    done = spread(realised.deed_day < first)
    return TwinState(
        deviation=jnp.asarray(deviation), rhythm=jnp.asarray(spread(record.rhythm[first])),
        memory=jnp.asarray(spread(record.memory[first])), conditions=jnp.asarray(spread(now)),
        done=jnp.asarray(done),
        elsewhere=jnp.full((draws, number), bool((now != dawn).any())),
    )  # fmt: skip


def _chunks(realised: Realised, change: Change, stretch: Stretch) -> Iterator[Days]:
    record = realised.record
    dawns = np.asarray(record.conditions)
    most = 64 * (_cells_in_a_chunk(realised.listed) // 64 + 1)
    for first in range(stretch.first, stretch.end, _CHUNK):
        live = np.arange(first, first + _CHUNK) < stretch.end
        day = np.minimum(np.arange(first, first + _CHUNK), stretch.end - 1)
        listed = realised.listed[day] * live[:, None]
        where = np.nonzero(listed)
        found = np.stack([*where, listed[where]]).astype(np.int32)
        # What fills up says again what the first says, or that nothing happened on the first day.
        filling = found[:, :1] if found.size else np.zeros((3, 1), np.int32)
        cell = np.concatenate([found, filling.repeat(most - found.shape[1], 1)], 1)
        here: Any = partial(_rows, at=day)
        yield Days(
            day=jnp.asarray(day), live=jnp.asarray(live), record=jax.tree.map(here, record),
            listed=jnp.asarray(listed), value=here(realised.value), owners=here(realised.owners),
            change=jax.tree.map(here, change)._replace(pinned=change.pinned[day + 1]),
            cell_day=jnp.asarray(cell[0]), cell_event=jnp.asarray(cell[1]),
            cell_count=jnp.asarray(cell[2]), dawn_after=jnp.asarray(dawns[day + 1]),
        )  # fmt: skip


def _rows(values: object, at: IntArray) -> Array:
    return jnp.asarray(np.asarray(values)[at])


def _cells_in_a_chunk(listed: FloatArray) -> int:
    """Most cells with events in any run of days of that length."""
    upto = np.concatenate([[0], np.cumsum((listed > 0).sum(1))])
    ends = np.minimum(np.arange(len(upto)) + _CHUNK, len(upto) - 1)
    return int((upto[ends] - upto).max())
