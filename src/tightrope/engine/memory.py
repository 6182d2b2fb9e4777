"""The memories that a known history leaves: linear filters of known signals, no step by step luck.

Because half-lives of follows and rhythms are fixed by the program, these memories do not depend on
the parameters: they are computed once. Levels do depend on them, and are a scan.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.engine.gates import evaluate
from tightrope.engine.program import Parameters, Program, decay
from tightrope.engine.state import State
from tightrope.types import Array, FloatArray


class Record(NamedTuple):
    """A known history as the engine sees it: T days, the memories that stood at each day's dawn."""

    counts: Array  # [T, K] events of the day; fractions where a tally was spread
    signal: Array  # [T, K]
    rhythm: Array  # [T + 1, 2, K] at dawn of each day, and of the day after the last
    memory: Array  # [T + 1, F]
    conditions: Array  # [T + 1, C]
    gates: Array  # [T + 1, G] booleans


def record(program: Program, counts: FloatArray, conditions: FloatArray) -> Record:
    """Filter a history once.

    counts : [T, K]; conditions : [T + 1, C], as they stood at dawn (set at the end of the day
    before). All in 64 bits.
    """
    with jax.enable_x64(True):
        signal = np.log2(1.0 + np.asarray(counts, np.float64))
        short_long = np.concatenate([signal, signal], 1)
        rhythm = _filter(short_long, program.rhythm_half_life.reshape(-1))
        memory = _filter(signal[:, program.filter_cause], program.filter_half_life)
        observed = jnp.asarray(conditions, jnp.float64)
        return Record(
            counts=jnp.asarray(counts, jnp.float64),
            signal=jnp.asarray(signal),
            rhythm=rhythm.reshape(-1, 2, program.n_events),
            memory=memory,
            conditions=observed,
            gates=evaluate(program.gates, observed.T).T,
        )


@jax.jit
def _filter_scan(signal: Array, left: Array) -> Array:
    def day(memory: Array, today: Array) -> tuple[Array, Array]:
        memory = memory * left + (1 - left) * today
        return memory, memory

    start = jnp.zeros_like(signal, shape=signal.shape[1:])
    return jnp.concatenate([start[None], jax.lax.scan(day, start, signal)[1]])


def _filter(signal: FloatArray, half_life: FloatArray) -> Array:
    return _filter_scan(jnp.asarray(signal, jnp.float64), jnp.asarray(decay(half_life)))


def level_path(program: Program, parameters: Parameters, history: Record) -> Array:
    """[T + 1, J] deviation of every level at each dawn, by an associative scan over days."""
    left = decay(parameters.half_life)
    push = jnp.zeros((program.n_levels, program.n_events), history.signal.dtype)
    push = push.at[program.push_level, program.push_event].add(parameters.push)
    held = jnp.zeros((len(history.gates), program.n_levels), history.signal.dtype)
    if len(program.hold_level):
        part = parameters.shift * history.gates[:, program.hold_gate]
        held = held.at[:, program.hold_level].add(part)
    drive = history.signal @ push.T + (1 - left) * held[:-1]
    keep = jnp.broadcast_to(left, drive.shape)

    def join(a: tuple[Array, Array], b: tuple[Array, Array]) -> tuple[Array, Array]:
        return a[0] * b[0], b[0] * a[1] + b[1]

    path = jax.lax.associative_scan(join, (keep, drive))[1]
    return jnp.concatenate([jnp.zeros_like(path[:1]), path])


@partial(jax.jit, static_argnums=0)
def _final_levels(program: Program, parameters: Parameters, history: Record) -> Array:
    return jax.vmap(lambda p: level_path(program, p, history)[-1])(parameters)


def state_after(program: Program, parameters: Parameters, history: Record) -> State:
    """State at the dawn after the last day of ``history``, one per draw, with a path axis of 1."""
    with jax.enable_x64(True):
        draws = len(np.asarray(parameters.base))
        wide = jax.tree.map(lambda x: jnp.asarray(x, jnp.float64), parameters)
        deviation = np.asarray(_final_levels(program, wide, history))[..., None]

    def same(x: Array) -> np.ndarray:
        row = np.asarray(x)[-1][..., None]
        return np.broadcast_to(row, (draws, *row.shape))

    return State(
        day=np.zeros(draws),  # type: ignore[arg-type]
        deviation=deviation,  # type: ignore[arg-type]
        rhythm=same(history.rhythm),  # type: ignore[arg-type]
        memory=same(history.memory),  # type: ignore[arg-type]
        conditions=same(history.conditions),  # type: ignore[arg-type]
        total=np.zeros((draws, program.n_events, 1)),  # type: ignore[arg-type]
        limited=np.zeros((draws, program.n_events)),  # type: ignore[arg-type]
    )
