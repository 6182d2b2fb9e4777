"""Ensembles: many paths of many draws, forward from the state that history left.

`simulate` prepares, `step` steps, `State` names what is carried. Luck is a pure function of
(seed, block, day, event stream, draw, path): the same numbers meet the same event on the same day
whatever else is in the theatre, which is what makes paired what-ifs sharp.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.random import threefry_2x32

from tightrope.engine.program import Parameters, Program
from tightrope.engine.rates import couplings
from tightrope.engine.state import State
from tightrope.engine.step import step
from tightrope.types import Array, BoolArray

PATHS_PER_BLOCK = 1000
"""Paths that run together: few enough for the cache, enough for the vector units."""


class Ensemble(NamedTuple):
    """Result of a simulation. Paths are ordered draw by draw."""

    total: np.ndarray  # [K, path] events in the whole run
    counts: np.ndarray | None  # [day, K, path] if they were recorded
    readings: np.ndarray  # [J, path] levels at the end, 0 to 1
    conditions: np.ndarray  # [C, path] at the end
    draw: np.ndarray  # [path] which draw of the parameters
    limited: np.ndarray  # [K] path-days on which a rate was cut


def simulate(
    program: Program, parameters: Parameters, shrink: Array, start: State, calendar: BoolArray,
    *, paths_per_draw: int, seed: int, record: bool = False, workers: int | None = None,
) -> Ensemble:  # fmt: skip
    """Run ``draws * paths_per_draw`` paths for as many days as ``calendar`` has rows.

    parameters : leading axis draw on every array.
    shrink : [draw, K] the ceiling's factor, see ``stability.ceiling``.
    start : state with leading axis draw and a path axis of 1.
    calendar : [day, K] booleans, scheduled events that are due.
    Blocks of whole draws run on a pool of threads; results do not depend on the number of workers.
    """
    draws = len(np.asarray(parameters.base))
    per_block = max(1, min(draws, PATHS_PER_BLOCK // paths_per_draw))
    blocks = [slice(i, min(i + per_block, draws)) for i in range(0, draws, per_block)]
    f32 = jax.tree.map(lambda x: np.asarray(x, np.float32), (parameters, shrink, start))
    days = np.asarray(calendar, bool)

    def run(block: slice) -> tuple[np.ndarray, ...]:
        chosen = jax.tree.map(lambda x: x[block], f32)
        size = block.stop - block.start
        if size < per_block:  # pad so that every block meets the same compiled program
            chosen = jax.tree.map(
                lambda x: np.concatenate([x, x[:1].repeat(per_block - size, 0)]), chosen
            )
        key = jax.random.key_data(jax.random.fold_in(jax.random.key(seed), block.start))
        out = _run_block(program, paths_per_draw, record, key, days, *chosen)
        return tuple(np.asarray(x)[:size] for x in out)

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        results = list(pool.map(run, blocks))
    total, readings, conditions, limited, counts = (
        np.concatenate(parts) for parts in zip(*results, strict=True)
    )
    flat = lambda x: np.moveaxis(x, 0, -2).reshape(*x.shape[1:-1], -1)  # noqa: E731
    return Ensemble(
        total=flat(total).astype(np.int32),
        counts=flat(counts) if record else None,
        readings=flat(readings),
        conditions=flat(conditions),
        draw=np.repeat(np.arange(draws), paths_per_draw),
        limited=limited.sum(0).astype(np.int64),
    )


@partial(jax.jit, static_argnums=(0, 1, 2))
def _run_block(
    program: Program, paths: int, record: bool, key: Array, calendar: Array,
    parameters: Parameters, shrink: Array, start: State,
) -> tuple[Array, ...]:  # fmt: skip
    """One block of draws -> total, readings, conditions, limited, counts, each [draw, ...]."""

    def one_draw(index: Array, parameters: Parameters, shrink: Array, start: State):
        matrices = couplings(program, parameters, shrink)
        state = _spread(start, paths)

        def day(state: State, due: Array):
            luck = uniform(key, state.day, index, program.stream, paths)
            state, count = step(program, parameters, matrices, state, luck, due)
            return state, count.astype(jnp.uint8) if record else None

        state, counts = jax.lax.scan(day, state, calendar)
        readings = jax.nn.sigmoid(parameters.rest[:, None] + state.deviation)
        empty = jnp.zeros((0,), jnp.uint8)
        return state.total, readings, state.conditions, state.limited, counts if record else empty

    index = jnp.arange(len(shrink), dtype=jnp.uint32)
    return jax.vmap(one_draw)(index, parameters, shrink, start)


def _spread(start: State, paths: int) -> State:
    """Copy a state with one path to ``paths`` of them."""

    def spread(x: Array) -> Array:
        return jnp.broadcast_to(x, (*x.shape[:-1], paths))

    return State(
        start.day, spread(start.deviation), spread(start.rhythm), spread(start.memory),
        spread(start.conditions), spread(start.total), start.limited,
    )  # fmt: skip


def uniform(key: Array, day: Array, draw: Array, stream: np.ndarray, paths: int) -> Array:
    """[K, path] numbers in (0, 1) from Threefry counters (stream, path) under a key of the day.

    Every word of a Threefry block is used, which halves the cost of the commonest part of a run.
    """
    half = (paths + 1) // 2
    day_key = threefry_2x32(key, jnp.stack([day.astype(jnp.uint32), draw.astype(jnp.uint32)]))
    events = jnp.broadcast_to(jnp.asarray(stream, jnp.uint32)[:, None], (len(stream), half))
    numbers = jnp.broadcast_to(jnp.arange(half, dtype=jnp.uint32), (len(stream), half))
    words = threefry_2x32(day_key, jnp.stack([events, numbers]))
    bits = jnp.concatenate([words[0], words[1]], axis=1)[:, :paths]
    return (bits >> 8).astype(jnp.float32) * np.float32(2**-24) + np.float32(2**-25)
