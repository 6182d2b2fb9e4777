"""The twin: the realised history re-run with its own luck and something changed.

Each realised count keeps its luck (``coupling.py``); memories, levels and conditions of the changed
world follow from its own counts. Where a rate is the realised one the count is, number by number,
so with nothing changed the history comes back exactly.

One day, for all twins of a draw:

1. rates of the changed world; those that differ from the realised ones by rounding only are them
2. counts from the history's luck, then what is imposed: removed, at least, at most
3. the unlisted remainder of tallies is thinned where the rate fell, in expectation
4. levels and memories take in the signals
5. conditions: events that newly happen set them, and so do all events where the worlds differ; then
   the record's dated values hold, unless the events to which they belong did not happen; what is
   pinned wins
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.engine.counts import MAX_RATE
from tightrope.engine.coupling import count_at, luck_interval
from tightrope.engine.gates import evaluate
from tightrope.engine.likelihood import FLOOR
from tightrope.engine.luck import uniform
from tightrope.engine.memory import Record, level_path
from tightrope.engine.program import Parameters, Program, decay
from tightrope.engine.rates import couplings, parts, reading
from tightrope.engine.state import signal_of
from tightrope.engine.step import relax
from tightrope.types import Array, BoolArray, FloatArray, IntArray

SAME = 1e-9
"""Rates that differ by less than this share are the same number: rounding must not part worlds."""
_CHUNK = 256
"""Days that are compiled together; the same program then serves every change."""
_DRAWS = 10
"""Draws that run together, on one thread."""


class Realised(NamedTuple):
    """What happened, T days; ``record`` holds the memories that it left."""

    record: Record
    listed: FloatArray  # [T, K] whole events; what record.counts has beyond them is unlisted
    value: FloatArray  # [T, C] dated value that acts from the next dawn, nan where there is none
    owners: IntArray  # [T, C, M] deeds to which a value belongs, -1 fills up; none: it stands alone
    deed_day: IntArray  # [D]
    deed_event: IntArray  # [D] an event to which some dated value belongs


class Change(NamedTuple):
    """What is changed, day by day; neutral values leave the history as it was."""

    removed: FloatArray  # [T, K] listed events that are taken away
    unlisted: FloatArray  # [T, K] remainder of tallies
    lowest: FloatArray  # [T, K] at least so many events
    highest: FloatArray  # [T, K] at most, infinity where free
    factor: FloatArray  # [T, K] on the whole rate
    base_factor: FloatArray  # [T, K] on the base alone
    pinned: FloatArray  # [T + 1, C] conditions at dawn, nan where free


class Stretch(NamedTuple):
    """Days with one structure: a program whose filters are the realised one's, and its draws."""

    first: int
    end: int
    program: Program
    parameters: Parameters  # leading axis draw


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


def unchanged(realised: Realised) -> Change:
    """The neutral change."""
    counts = np.asarray(realised.record.counts)
    return Change(
        removed=np.zeros_like(counts), unlisted=counts - realised.listed,
        lowest=np.zeros_like(counts), highest=np.full_like(counts, np.inf),
        factor=np.ones_like(counts), base_factor=np.ones_like(counts),
        pinned=np.full(np.asarray(realised.record.conditions).shape, np.nan),
    )  # fmt: skip


def spread_types(realised: Realised) -> IntArray:
    """[U] event types that have an unlisted remainder somewhere."""
    rest = np.asarray(realised.record.counts) - realised.listed
    return np.flatnonzero((rest > 0).any(0)).astype(np.int32)


def deed(change: Change, listed: FloatArray) -> FloatArray:
    """[T, K] whole events of the history with only what is imposed, and nothing that follows."""
    return np.clip(np.maximum(listed - change.removed, 0.0), change.lowest, change.highest)


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
    wide = _wide((parameters, shrink, [stretch.parameters for stretch in stretches]))

    def run(first: int) -> Told:
        # The last block is filled up, so that every block meets the same compiled program.
        chosen = np.minimum(np.arange(first, first + together), draws - 1)
        keep = (min(draws - first, together)) * number
        mine = jax.tree.map(lambda x: x[chosen], wide)
        with jax.enable_x64(True):
            whole = _run_block(program, *mine, realised, change, stretches, chosen, number, seed)
        return tell(_first_lanes(whole, keep))

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        return list(pool.map(run, range(0, draws, together)))


def _wide(tree: object) -> tuple[Parameters, FloatArray, list[Parameters]]:
    return jax.tree.map(lambda x: np.asarray(x, np.float64), tree)


def _first_lanes(block: Block, keep: int) -> Block:
    arrays = [x[..., :keep] for x in block[:-1]]  # type: ignore[index]
    return Block(*arrays, block.limited)


def _run_block(
    program: Program, parameters: Parameters, shrink: FloatArray, others: list[Parameters],
    realised: Realised, change: Change, stretches: Sequence[Stretch], draw: IntArray,
    number: int, seed: int,
) -> Block:  # fmt: skip
    levels = _levels(program, parameters, realised.record)
    start = stretches[0].first
    state = _start(program, levels, realised, change, start, len(draw), number)
    key = np.array([seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF], np.uint32)
    counts, rest, limited = list[np.ndarray](), list[np.ndarray](), 0
    some = spread_types(realised)
    for stretch, own in zip(stretches, others, strict=True):
        for chunk in _chunks(realised, change, stretch):
            state, (count, unlisted, cut) = _run_chunk(
                program, stretch.program, parameters, own, shrink, levels, realised.deed_day,
                realised.deed_event, key, draw.astype(np.uint32), chunk, state,
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
    return moved.reshape(*moved.shape[:-2], -1)


@partial(jax.jit, static_argnums=0)
def _levels(program: Program, parameters: Parameters, record: Record) -> Array:
    """[draw, T + 1, J] deviations of the realised world."""
    return jax.vmap(lambda one: level_path(program, one, record))(parameters)


# The days -------------------------------------------------------------------------------------


class _State(NamedTuple):
    """What a twin carries; the path is the last axis, the draw the first."""

    deviation: Array  # [J, path]
    rhythm: Array  # [2, K, path]
    memory: Array  # [F, path]
    conditions: Array  # [C, path]
    done: Array  # [D, path] which deeds happened
    elsewhere: Array  # [path] whether a condition ever differed


class _Days(NamedTuple):
    """A chunk of days of the realised history and of what is changed; leading axis day."""

    day: np.ndarray
    live: BoolArray  # False fills up
    record: Record
    listed: np.ndarray
    value: np.ndarray
    owners: np.ndarray
    change: Change
    cell_day: np.ndarray  # [M] cells with events, in this chunk
    cell_event: np.ndarray
    cell_count: np.ndarray
    dawn_after: np.ndarray  # [day, C] conditions of the record


def _start(
    program: Program, levels: Array, realised: Realised, change: Change, first: int, draws: int,
    number: int,
) -> _State:  # fmt: skip
    record = realised.record

    def spread(x: object) -> np.ndarray:
        row = np.asarray(x)[..., None]
        return np.broadcast_to(row, (draws, *row.shape[:-1], number)).copy()

    pinned = change.pinned[first]
    dawn = np.asarray(record.conditions)[first]
    now = np.where(np.isnan(pinned), dawn, pinned)
    deviation = np.asarray(levels)[:, first, :, None].repeat(number, -1)
    done = spread(realised.deed_day < first)
    arrays = (
        deviation, spread(np.asarray(record.rhythm)[first]),
        spread(np.asarray(record.memory)[first]), spread(now), done,
        np.full((draws, number), bool((now != dawn).any())),
    )  # fmt: skip
    return _State(*arrays)  # pyright: ignore[reportArgumentType] - the engine takes both kinds


def _chunks(realised: Realised, change: Change, stretch: Stretch) -> Iterator[_Days]:
    record = realised.record
    dawns = np.asarray(record.conditions)
    most = 64 * -(-int(_cells_in_a_chunk(realised.listed)) // 64)
    for first in range(stretch.first, stretch.end, _CHUNK):
        live = np.arange(first, first + _CHUNK) < stretch.end
        day = np.minimum(np.arange(first, first + _CHUNK), stretch.end - 1)
        listed = realised.listed[day] * live[:, None]
        cell = np.zeros((3, most), np.int32)
        where = np.nonzero(listed)
        found = np.stack([*where, listed[where].astype(np.int32)])
        cell[:, : found.shape[1]] = found
        # A cell without events that fills up must not overwrite one that has them.
        quiet = np.argwhere(listed == 0)[0]
        cell[:2, found.shape[1] :] = quiet[:, None]
        at = partial(np.take, indices=day, axis=0)
        yield _Days(
            day, live, Record(*(at(np.asarray(x)) for x in record)), listed, at(realised.value),
            at(realised.owners), Change(*(at(x) for x in change[:-1]), change.pinned[day + 1]),
            *cell, dawn_after=dawns[day + 1],
        )  # fmt: skip


def _cells_in_a_chunk(listed: FloatArray) -> int:
    """Most cells with events in any run of days of that length, and one."""
    upto = np.concatenate([[0], np.cumsum((listed > 0).sum(1))])
    ends = np.minimum(np.arange(len(upto)) + _CHUNK, len(upto) - 1)
    return int((upto[ends] - upto).max()) + 1


@partial(jax.jit, static_argnums=(0, 1))
def _run_chunk(
    program: Program, other: Program, parameters: Parameters, changed: Parameters, shrink: Array,
    levels: Array, deed_day: Array, deed_event: Array, key: Array, draw: Array, days: _Days,
    state: _State,
) -> tuple[_State, tuple[Array, Array, Array]]:  # fmt: skip
    def one_draw(
        parameters: Parameters, changed: Parameters, shrink: Array, levels: Array, draw: Array,
        state: _State,
    ) -> tuple[_State, tuple[Array, Array, Array]]:  # fmt: skip
        rate = _realised_rates(program, parameters, shrink, levels, days)
        lower, upper = luck_interval(
            rate, parameters.dispersion, days.cell_day, days.cell_event, days.cell_count
        )
        matrices = couplings(other, changed, shrink)
        paths = state.conditions.shape[-1]

        def follow(
            state: _State, today: tuple[Array, Array, Array, _Days]
        ) -> tuple[_State, tuple[Array, Array, Array]]:
            known, low, high, now = today
            gates = evaluate(other.gates, state.conditions)
            now_rate, cut = _rate_today(other, changed, matrices, state, gates, now.change, known)
            share = uniform(key, now.day, draw, jnp.asarray(program.stream), 0, paths)  # type: ignore[arg-type]
            luck = low[:, None] + share.astype(low.dtype) * (high - low)[:, None]
            count = _counts(other, changed, luck, now_rate, known, now)
            thinned = jnp.minimum(now_rate / jnp.maximum(known, FLOOR)[:, None], 1.0)
            rest = now.change.unlisted[:, None] * jnp.where(known[:, None] > 0, thinned, 1.0)
            rest = jnp.where(now.change.highest[:, None] <= 0, 0.0, rest)
            after = _remember(other, changed, matrices.push, state, count, rest, gates, now,
                              deed_day, deed_event)  # fmt: skip
            after = jax.tree.map(lambda a, b: jnp.where(now.live, a, b), after, state)
            return after, (count, rest, cut)

        # Cells of a chunk are not days: they stay out of the scan.
        by_day = days._replace(cell_day=days.day, cell_event=days.day, cell_count=days.day)
        return jax.lax.scan(follow, state, (rate, lower, upper, by_day))

    return jax.vmap(one_draw)(parameters, changed, shrink, levels, draw, state)


def _realised_rates(
    program: Program, parameters: Parameters, shrink: Array, levels: Array, days: _Days
) -> Array:
    """[day, K] rates of the history, with its own memories."""
    record = days.record
    rate = parts(
        program, parameters, couplings(program, parameters, shrink), levels[days.day].T,
        jnp.moveaxis(jnp.asarray(record.rhythm), 0, -1), record.memory.T, record.conditions.T,
        record.gates.T,
    ).rate().T  # fmt: skip
    return jnp.where(program.scheduled, 0.0, rate)


def _rate_today(
    program: Program, parameters: Parameters, matrices: object, state: _State, gates: Array,
    change: Change, known: Array,
) -> tuple[Array, Array]:  # fmt: skip
    """[K, path] rates of the changed world, and how many were cut."""
    today = parts(program, parameters, matrices, state.deviation, state.rhythm, state.memory,
                  state.conditions, gates)  # type: ignore[arg-type]  # fmt: skip
    today = today._replace(base=today.base * change.base_factor[:, None])
    rate = today.rate() * change.factor[:, None]
    rate = jnp.where(program.scheduled[:, None], 0.0, rate)
    known = known[:, None]
    rate = jnp.where(jnp.abs(rate - known) <= SAME * known, known, rate)
    above = (rate > MAX_RATE) & (rate != known)
    return jnp.where(above, MAX_RATE, rate), above.sum()


def _counts(
    program: Program, parameters: Parameters, luck: Array, rate: Array, known: Array, now: _Days
) -> Array:
    """[K, path] whole events of the day: the history's where its rate holds; then what is imposed."""
    listed, change = now.listed[:, None], now.change
    differs = (rate != known[:, None]) & ~program.scheduled[:, None]
    drawn = count_at(luck, rate, parameters.dispersion[:, None], differs)
    count = jnp.where(differs, drawn, listed)
    count = jnp.maximum(count - change.removed[:, None], 0.0)
    return jnp.clip(count, change.lowest[:, None], change.highest[:, None])


def _remember(
    program: Program, parameters: Parameters, push: Array, state: _State, count: Array, rest: Array,
    gates: Array, now: _Days, deed_day: Array, deed_event: Array,
) -> _State:  # fmt: skip
    rhythm_left = decay(program.rhythm_half_life)[..., None]
    memory_left = decay(program.filter_half_life)[:, None]
    # The history's own number where nothing differs, to the last digit.
    total = count + rest
    same = (count == now.listed[:, None]) & (rest == (now.record.counts - now.listed)[:, None])
    moved = signal_of(program.signal, jnp.where(same, 0.0, total))
    signal = jnp.where(same, now.record.signal[:, None], moved)
    done = state.done | ((deed_day == now.day)[:, None] & (count[deed_event] > 0))
    conditions = _conditions(program, parameters, state.conditions, count, gates, done, now)
    return _State(
        deviation=relax(program, parameters, state.deviation, gates) + push @ signal,
        rhythm=state.rhythm * rhythm_left + (1 - rhythm_left) * signal,
        memory=state.memory * memory_left + (1 - memory_left) * signal[program.filter_cause],
        conditions=conditions,
        done=done,
        elsewhere=state.elsewhere | jnp.any(conditions != now.dawn_after[:, None], 0),
    )


def _conditions(
    program: Program, parameters: Parameters, conditions: Array, count: Array, gates: Array,
    done: Array, now: _Days,
) -> Array:  # fmt: skip
    """[C, path] at the next dawn."""
    rows = list(conditions)
    known = now.record.conditions
    for i, kind in enumerate(program.setting_kind):
        k, at, value = program.setting_event[i], program.setting_condition[i], parameters.setting[i]
        row = rows[at]
        becomes = (value, row * value, jnp.maximum(row + value, 0.0))[int(kind)]
        news = (now.listed[k] == 0) | (conditions[at] != known[at])
        happens = (count[k] > 0) & news & gates[program.setting_gate[i]]
        rows[at] = jnp.where(happens, becomes, row)
    if not rows:
        return conditions
    owners = now.owners  # [C, M]
    owned = (owners >= 0).any(-1)
    if len(done):
        happened = (done[jnp.maximum(owners, 0)] & (owners >= 0)[..., None]).any(1)
    else:
        happened = jnp.zeros(conditions.shape, bool)
    holds = ~jnp.isnan(now.value)[:, None] & (~owned[:, None] | happened)
    after = jnp.where(holds, now.value[:, None], jnp.stack(rows))
    pinned = now.change.pinned[:, None]
    return jnp.where(jnp.isnan(pinned), after, pinned)
