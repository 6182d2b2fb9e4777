"""The memories that a known history leaves: linear filters of known signals, no step by step luck.

Because half-lives of follows and rhythms are fixed by the program, these memories do not depend on
the parameters: they are computed once. Levels do depend on them, and are a scan.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.engine.gates import evaluate_known
from tightrope.engine.program import Parameters, Program, decay
from tightrope.engine.state import State
from tightrope.types import Array, FloatArray

_BLOCK = 64
"""Days of a block of the level filter."""


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
    counts, observed = np.asarray(counts, np.float64), np.asarray(conditions, np.float64)
    signal = np.log2(1.0 + counts) if program.signal == "incident" else counts
    rhythm = _filter(signal[:, None, :], decay(program.rhythm_half_life))
    memory = _filter(signal[:, program.filter_cause], decay(program.filter_half_life))
    gates = evaluate_known(program.gates, observed.T).T
    with jax.enable_x64(True):
        return Record(*map(jnp.asarray, (counts, signal, rhythm, memory, observed, gates)))


def first_days(history: Record, days: int) -> Record:
    """The same history known for its first ``days`` days only: memories at later dawns are cut."""
    per_day = Record(*(x[:days] for x in history))
    at_dawn = Record(*(x[: days + 1] for x in history))
    return at_dawn._replace(counts=per_day.counts, signal=per_day.signal)


def _filter(signal: FloatArray, left: FloatArray) -> FloatArray:
    """[T + 1, ...] memory at each dawn: it keeps ``left`` of itself and takes in the rest."""
    memory = np.zeros((len(signal) + 1, *left.shape))
    for day, today in enumerate(signal):
        memory[day + 1] = memory[day] * left + (1 - left) * today
    return memory


def level_path(program: Program, parameters: Parameters, history: Record) -> Array:
    """[T + 1, J] deviation of every level at each dawn, by an associative scan over days."""
    left = decay(parameters.half_life)
    push = jnp.zeros((program.n_levels, program.n_events), history.signal.dtype)
    push = push.at[program.push_level, program.push_event].add(parameters.push)
    held = jnp.zeros((len(history.signal), program.n_levels), history.signal.dtype)
    part = parameters.shift * history.gates[:-1, program.hold_gate]
    held = held.at[:, program.hold_level].add(part)
    return _relaxing_sum(history.signal @ push.T + (1 - left) * held, left)


def _relaxing_sum(drive: Array, left: Array) -> Array:
    """[T + 1, J] z(t + 1) = left z(t) + drive(t) from z(0) = 0, in blocks of days.

    Within a block a triangle of powers does all days at once; a short scan links the blocks.
    """
    days, levels = drive.shape
    blocks = -(-days // _BLOCK)
    drive = jnp.zeros((blocks * _BLOCK, levels)).at[:days].set(drive)
    age = np.arange(_BLOCK)[:, None] - np.arange(_BLOCK)
    triangle = jnp.where(age >= 0, left[:, None, None] ** np.maximum(age, 0), 0.0)
    inside = jnp.einsum("jab,nbj->naj", triangle, drive.reshape(blocks, _BLOCK, levels))

    def link(before: Array, last: Array) -> tuple[Array, Array]:
        return before * left**_BLOCK + last, before

    _, before = jax.lax.scan(link, jnp.zeros(levels), inside[:, -1])
    power = left ** np.arange(1, _BLOCK + 1)[:, None]
    path = (inside + before[:, None] * power).reshape(drive.shape)[:days]
    return jnp.concatenate([jnp.zeros((1, levels)), path])


def state_after(program: Program, parameters: Parameters, history: Record) -> State:
    """State at the dawn after the last day of ``history``, one per draw, with a path axis of 1."""
    draws = len(np.asarray(parameters.base))

    def same(x: Array) -> np.ndarray:
        row = np.asarray(x)[-1][..., None]
        return np.broadcast_to(row, (draws, *row.shape))

    return State(
        day=np.zeros(draws),  # type: ignore[arg-type]
        deviation=_final_levels(program, parameters, history)[..., None],  # type: ignore[arg-type]
        rhythm=same(history.rhythm),  # type: ignore[arg-type]
        memory=same(history.memory),  # type: ignore[arg-type]
        conditions=same(history.conditions),  # type: ignore[arg-type]
        total=np.zeros((draws, program.n_events, 1)),  # type: ignore[arg-type]
        limited=np.zeros((draws, program.n_events)),  # type: ignore[arg-type]
    )


def _final_levels(program: Program, parameters: Parameters, history: Record) -> FloatArray:
    """[draw, J] deviations after the last day: each push and each hold relaxes by itself."""
    left = decay(np.asarray(parameters.half_life, np.float64))
    level = np.concatenate([program.push_level, program.hold_level])
    held = 1 - left[:, program.hold_level]
    weight = np.concatenate([parameters.push, parameters.shift * held], 1)
    gates = np.asarray(history.gates)[:-1, program.hold_gate]
    series = np.concatenate([np.asarray(history.signal)[:, program.push_event], gates], 1)
    part = np.zeros(weight.shape)
    for today in series:
        part = part * left[:, level] + today
    deviation = np.zeros(left.shape)
    np.add.at(deviation.T, level, (weight * part).T)
    return deviation
