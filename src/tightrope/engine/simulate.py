"""Ensembles: many paths of many draws, forward from the state that history left.

`simulate` prepares, `step` steps, `State` names what is carried. Luck is a pure function of
(seed, day, draw, event stream, path): the same numbers meet the same event on the same day whatever
else is in the theatre, which is what makes paired what-ifs sharp.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.engine.luck import uniform
from tightrope.engine.program import Parameters, Program
from tightrope.engine.rates import couplings, reading
from tightrope.engine.state import State
from tightrope.engine.step import step
from tightrope.engine.worlds import Imposed
from tightrope.types import Array, BoolArray, IntArray

PATHS_PER_BLOCK = 1000
"""Paths that run together: few enough for the cache, enough for the vector units."""


class Ensemble(NamedTuple):
    """Result of a simulation. Paths are ordered draw by draw."""

    total: np.ndarray  # [K, path] events in the whole run
    counts: np.ndarray | None  # [day, K, path] if they were recorded
    readings: np.ndarray  # [J, path] levels at the end, 0 to 1
    conditions: np.ndarray  # [C, path] at the end
    reading_course: np.ndarray | None  # [day, J, path] at the end of each day, if recorded
    condition_course: np.ndarray | None  # [day, C, path] likewise
    draw: np.ndarray  # [path] which draw of the parameters
    limited: np.ndarray  # [K] path-days on which a rate was cut

    def worlds(self, number: int) -> list[Ensemble]:
        """The paths of each of ``number`` worlds that were run together, without copying them.

        ``limited`` is not known world by world: each has that of all.
        """
        size = len(self.draw) // number

        def part(x: np.ndarray | None, world: int) -> np.ndarray | None:
            return None if x is None else x[..., world * size : (world + 1) * size]

        return [
            Ensemble(*(part(x, world) for x in self[:-1]), self.limited)  # type: ignore[arg-type]
            for world in range(number)
        ]


def simulate(
    program: Program, parameters: Parameters, shrink: Array, start: State, calendar: BoolArray,
    *, paths_per_draw: int, seed: int, record: bool = False, workers: int | None = None,
    imposed: Imposed | None = None,
) -> Ensemble:  # fmt: skip
    """Run ``draws * paths_per_draw`` paths for as many days as ``calendar`` has rows.

    parameters : leading axis draw on every array.
    shrink : [draw, K] the ceiling's factor, see ``stability.ceiling``.
    start : state with leading axis draw and a path axis of 1.
    calendar : [day, K] booleans, scheduled events that are due.
    imposed : [world, day, ...] interventions. Then the leading axis of parameters, shrink and start
    holds the draws of the first world, of the second and so on; each draw meets the same luck in
    every world, and the paths come world by world (``Ensemble.worlds`` takes them apart).
    Blocks run on a pool of threads; results depend neither on their size nor on how many threads.
    """
    lines = len(np.asarray(parameters.base))
    worlds = 1 if imposed is None else len(imposed.factor)
    draws = lines // worlds
    size = _paths_together(paths_per_draw)
    pieces = paths_per_draw // size
    f32 = jax.tree.map(lambda x: np.asarray(x, np.float32), (parameters, shrink, start))
    due = np.asarray(calendar, bool)
    key = np.array([seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF], np.uint32)
    lanes = np.arange(lines * pieces)
    by_day = jax.tree.map(lambda x: np.swapaxes(x, 0, 1), imposed)
    width = max(1, min(len(lanes), PATHS_PER_BLOCK // size))

    # Room for all paths: what a block hands back is written to its place and let go.
    room = [
        np.empty((*axes, len(lanes) * size), dtype)
        for axes, dtype in (
            ((program.n_events,), np.int32),
            ((program.n_levels,), np.float32),
            ((program.n_conditions,), np.float32),
            *(
                ((len(due), axis) if record else (0,), dtype)
                for axis, dtype in (
                    (program.n_events, np.uint8),
                    (program.n_levels, np.float32),
                    (program.n_conditions, np.float32),
                )
            ),
        )
    ]

    def run(first: int) -> np.ndarray:
        lane = lanes[first : first + width]
        # The last block is filled up, so that every block meets the same compiled program.
        filled = np.resize(lane, width)
        line, piece = np.divmod(filled, pieces)
        world, draw = (x.astype(np.uint32) for x in np.divmod(line, draws))
        chosen = jax.tree.map(lambda x: x[line], f32)
        first_path = (piece * size).astype(np.uint32)
        *out, limited = _run_block(
            program, size, record, key, due, by_day, world, draw, first_path, *chosen
        )
        here = slice(first * size, (first + len(lane)) * size)
        for whole, part in zip(room, out, strict=True):
            whole[..., here] = _by_path(np.asarray(part)[: len(lane)])
        return np.asarray(limited)[: len(lane)].sum(0)

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        limited = list(pool.map(run, range(0, len(lanes), width)))
    total, readings, conditions, counts, reading_course, condition_course = room
    return Ensemble(
        total=total,
        counts=counts if record else None,
        readings=readings,
        conditions=conditions,
        reading_course=reading_course if record else None,
        condition_course=condition_course if record else None,
        draw=np.tile(np.repeat(np.arange(draws), paths_per_draw), worlds),
        limited=np.sum(limited, 0).astype(np.int64),
    )


def _paths_together(paths: int) -> int:
    """How many paths of a draw run in one block: all, or a divisor that fits."""
    fitting = (n for n in range(PATHS_PER_BLOCK, 99, -1) if paths % n == 0)
    return paths if paths <= PATHS_PER_BLOCK else next(fitting, paths)


def _by_path(lanes: np.ndarray) -> np.ndarray:
    """[lane, ..., path] -> [..., lane * path]."""
    moved = np.moveaxis(lanes, 0, -2)
    return moved.reshape(*moved.shape[:-2], moved.shape[-2] * moved.shape[-1])


@partial(jax.jit, static_argnums=(0, 1, 2))
def _run_block(
    program: Program, paths: int, record: bool, key: Array, calendar: Array,
    imposed: Imposed | None, world: Array, draw: Array, first_path: Array, parameters: Parameters,
    shrink: Array, start: State,
) -> tuple[Array, ...]:  # fmt: skip
    """One block of lanes -> total, end of levels and conditions, courses, limited; [lane, ...].

    A lane is ``paths`` paths of one draw in one world, from ``first_path`` on.
    imposed : [day, world, ...], None where nothing is.
    """
    stream = jnp.asarray(program.stream)

    def one_lane(
        world: Array, draw: Array, first_path: Array, parameters: Parameters, shrink: Array,
        start: State,
    ) -> tuple[Array, ...]:  # fmt: skip
        matrices = couplings(program, parameters, shrink)

        def day(
            state: State, dawn: tuple[Array, Imposed | None]
        ) -> tuple[State, tuple[Array, ...]]:
            due, here = dawn[0], jax.tree.map(lambda x: x[world], dawn[1])

            def luck(rows: Array | IntArray) -> Array:
                return uniform(key, state.day, draw, stream[rows], first_path, paths)

            state, count = step(program, parameters, matrices, state, luck, due, here)
            if not record:
                return state, (jnp.zeros((0, paths)),) * 3
            end = reading(parameters.rest, state.deviation), state.conditions
            return state, (count.astype(jnp.uint8), *end)

        state, courses = jax.lax.scan(day, _spread(start, paths), (calendar, imposed))
        readings = reading(parameters.rest, state.deviation)
        courses = courses if record else (course[0] for course in courses)
        return state.total, readings, state.conditions, *courses, state.limited

    return jax.vmap(one_lane)(world, draw, first_path, parameters, shrink, start)


def _spread(start: State, paths: int) -> State:
    """Copy a state with one path to ``paths`` of them."""

    def spread(x: Array) -> Array:
        return jnp.broadcast_to(x, (*x.shape[:-1], paths))

    return State(
        start.day, spread(start.deviation), spread(start.rhythm), spread(start.memory),
        spread(start.conditions), spread(start.total), start.limited,
    )  # fmt: skip
