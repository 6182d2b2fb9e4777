"""One day, for all paths of one draw.

0. where a world is imposed on, conditions take the values that are given for the dawn
1. read gates, levels and memories -> the rate of every event type
2. draw each count from its own luck; calendar events happen on their days
3. add the day's signals to levels and memories, which have relaxed by one day
4. let the day's events set conditions, in the order of the theatre
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from tightrope.engine.counts import sample
from tightrope.engine.gates import evaluate
from tightrope.engine.program import Parameters, Program, decay
from tightrope.engine.rates import Couplings, parts
from tightrope.engine.state import State, signal_of
from tightrope.engine.worlds import Imposed
from tightrope.types import Array, IntArray


def step(
    program: Program, parameters: Parameters, matrices: Couplings, state: State,
    luck: Callable[[Array | IntArray], Array], calendar: Array, imposed: Imposed | None = None,
) -> tuple[State, Array]:  # fmt: skip
    """Advance a day.

    luck : gives the luck of chosen event types, [row] -> [row, path] uniform on (0, 1); small means
    many events.
    calendar : [K] booleans, which scheduled events are due today.
    imposed : what an intervention does to this world today.
    Returns the next state and the day's counts [K, path].
    """
    chance = parameters.chance[:, None]
    if imposed is not None:
        given = imposed.given[:, None]
        state = state._replace(conditions=jnp.where(jnp.isnan(given), state.conditions, given))
        chance = chance * imposed.factor[:, None]
    gates = evaluate(program.gates, state.conditions)
    today = parts(
        program, parameters, matrices, state.deviation, state.rhythm, state.memory,
        state.conditions, gates,
    )  # fmt: skip
    if imposed is not None:
        today = today._replace(gate=gates[imposed.gate])
    rate = today.rate()
    if imposed is not None:
        rate = rate * imposed.factor[:, None]
    scheduled = np.flatnonzero(program.scheduled).astype(np.int32)
    # Written in place, not with `where`: else each reader of the rate computes it anew.
    rate = rate.at[scheduled].set(0.0)
    count, limited = sample(luck, rate, parameters.dispersion[:, None])
    if len(scheduled):
        due = calendar[scheduled, None] & (luck(scheduled) < chance[scheduled])
        due = due & today.gate[scheduled]
        count = count.at[scheduled].set(due.astype(count.dtype))
    if imposed is not None:
        count = jnp.where(today.gate, jnp.maximum(count, imposed.forced[:, None]), count)
    return _remember(program, parameters, matrices, state, count, gates, limited), count


def _remember(
    program: Program, parameters: Parameters, matrices: Couplings, state: State,
    count: Array, gates: Array, limited: Array,
) -> State:  # fmt: skip
    signal = signal_of(program.signal, count)
    rhythm_decay = decay(program.rhythm_half_life).astype(signal.dtype)[..., None]
    memory_decay = decay(program.filter_half_life).astype(signal.dtype)[:, None]
    return State(
        day=state.day + 1,
        deviation=relax(program, parameters, state.deviation, gates) + matrices.push @ signal,
        rhythm=state.rhythm * rhythm_decay + (1 - rhythm_decay) * signal,
        memory=state.memory * memory_decay + (1 - memory_decay) * signal[program.filter_cause],
        conditions=set_conditions(program, parameters, state.conditions, count, gates),
        total=state.total + count,
        limited=state.limited + limited,
    )


def relax(program: Program, parameters: Parameters, deviation: Array, gates: Array) -> Array:
    """A day's relaxation of the levels towards rest, or towards where conditions hold them."""
    left = decay(parameters.half_life)[:, None]
    held = jnp.zeros_like(deviation)
    if len(program.hold_level):
        part = parameters.shift[:, None] * gates[program.hold_gate]
        held = held.at[program.hold_level].add(part)
    return deviation * left + (1 - left) * held


def set_conditions(
    program: Program, parameters: Parameters, conditions: Array, count: Array, gates: Array
) -> Array:
    """Conditions at the end of the day; a later setting in the theatre's order wins."""
    rows = list(conditions)
    for i, kind in enumerate(program.setting_kind):
        at, value = program.setting_condition[i], parameters.setting[i]
        row = rows[at]
        changed = (value, row * value, jnp.maximum(row + value, 0.0))[int(kind)]
        happens = (count[program.setting_event[i]] > 0) & gates[program.setting_gate[i]]
        happens = happens & ~jnp.isnan(value)  # a setting that is switched off
        rows[at] = jnp.where(happens, changed, row)
    return jnp.stack(rows) if rows else conditions
