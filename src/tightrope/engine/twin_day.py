"""The days of a changed world, for all twins of a draw; see ``twin.py`` for the whole.

One day:

1. rates of the changed world; those that differ from the realised ones by rounding only are them
2. counts from the history's luck, then what is imposed: removed, at least, at most
3. the unlisted remainder of tallies is thinned where the rate fell, in expectation
4. levels and memories take in the signals
5. conditions: events that newly happen set them, and so do all events where the worlds differ; then
   the record's dated values hold, unless the events to which they belong did not happen; what is
   pinned wins
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from tightrope.engine.changed import Change
from tightrope.engine.counts import MAX_RATE
from tightrope.engine.coupling import count_at, luck_interval
from tightrope.engine.gates import evaluate
from tightrope.engine.luck import uniform
from tightrope.engine.memory import Record
from tightrope.engine.program import Parameters, Program, decay
from tightrope.engine.rates import Couplings, couplings, parts
from tightrope.engine.state import signal_of
from tightrope.engine.step import relax
from tightrope.types import Array

SAME = 1e-9
"""Rates that differ by less than this share are the same number: rounding must not part worlds."""


class TwinState(NamedTuple):
    """What a twin carries; the path is the last axis, the draw the first."""

    deviation: Array  # [J, path]
    rhythm: Array  # [2, K, path]
    memory: Array  # [F, path]
    conditions: Array  # [C, path]
    done: Array  # [D, path] which deeds happened
    elsewhere: Array  # [path] whether a condition ever differed


class Days(NamedTuple):
    """A chunk of days of the realised history and of what is changed; leading axis day."""

    day: Array  # [day]
    live: Array  # [day] False fills up
    record: Record
    listed: Array
    value: Array
    owners: Array
    change: Change
    cell_day: Array  # [M] cells with events, in this chunk
    cell_event: Array
    cell_count: Array
    dawn_after: Array  # [day, C] conditions of the record


@partial(jax.jit, static_argnums=(0, 1))
def run_chunk(
    program: Program, other: Program, parameters: Parameters, changed: Parameters, shrink: Array,
    levels: Array, deed_day: Array, deed_event: Array, key: Array, draw: Array, days: Days,
    state: TwinState,
) -> tuple[TwinState, tuple[Array, Array, Array]]:  # fmt: skip
    """Run a chunk of days for all twins of some draws.

    program, parameters : of the realised world; other, changed : of the changed one. Parameters,
    shrink, draw, state and levels [draw, T + 1, J] have a leading axis draw.
    Returns the state after the last live day, and of each day the whole events and the unlisted
    remainder [draw, day, K, path], and how many rates were cut [draw, day].
    """

    def one_draw(
        parameters: Parameters, changed: Parameters, shrink: Array, levels: Array, draw: Array,
        state: TwinState,
    ) -> tuple[TwinState, tuple[Array, Array, Array]]:  # fmt: skip
        rate = _realised_rates(program, parameters, shrink, levels, days)
        lower, upper = luck_interval(
            rate, parameters.dispersion, days.cell_day, days.cell_event, days.cell_count
        )
        matrices = couplings(other, changed, shrink)
        paths = state.conditions.shape[-1]

        def follow(
            state: TwinState, today: tuple[Array, Array, Array, Days]
        ) -> tuple[TwinState, tuple[Array, Array, Array]]:
            known, low, high, now = today
            gates = evaluate(other.gates, state.conditions)
            now_rate, cut = _rate_today(other, changed, matrices, state, gates, now.change, known)
            first = jnp.zeros((), jnp.uint32)
            share = uniform(key, now.day, draw, jnp.asarray(program.stream), first, paths)  # type: ignore[arg-type]
            luck = low[:, None] + share.astype(low.dtype) * (high - low)[:, None]
            count = _counts(other, changed, luck, now_rate, known, now)
            fell = now_rate < known[:, None]
            rest = now.change.unlisted[:, None]
            rest = jnp.where(fell, rest * (now_rate / known[:, None]), rest)
            after = _remember(other, changed, matrices.push, state, count, rest, gates, now,
                              deed_day, deed_event)  # fmt: skip
            after = jax.tree.map(lambda a, b: jnp.where(now.live, a, b), after, state)
            return after, (count, rest, cut)

        # Cells of a chunk are not days: they stay out of the scan.
        by_day = days._replace(cell_day=days.day, cell_event=days.day, cell_count=days.day)
        return jax.lax.scan(follow, state, (rate, lower, upper, by_day))

    return jax.vmap(one_draw)(parameters, changed, shrink, levels, draw, state)


def _realised_rates(
    program: Program, parameters: Parameters, shrink: Array, levels: Array, days: Days
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
    program: Program, parameters: Parameters, matrices: Couplings, state: TwinState, gates: Array,
    change: Change, known: Array,
) -> tuple[Array, Array]:  # fmt: skip
    """[K, path] rates of the changed world, and how many were cut."""
    today = parts(program, parameters, matrices, state.deviation, state.rhythm, state.memory,
                  state.conditions, gates)  # fmt: skip
    today = today._replace(base=today.base * change.base_factor[:, None])
    rate = today.rate() * change.factor[:, None]
    rate = jnp.where(program.scheduled[:, None], 0.0, rate)
    known = known[:, None]
    rate = jnp.where(jnp.abs(rate - known) <= SAME * known, known, rate)
    above = (rate > MAX_RATE) & (rate != known)
    return jnp.where(above, MAX_RATE, rate), above.sum()


def _counts(
    program: Program, parameters: Parameters, luck: Array, rate: Array, known: Array, now: Days
) -> Array:
    """[K, path] events of the day: the history's where its rate holds, then what is imposed."""
    listed, change = now.listed[:, None], now.change
    differs = (rate != known[:, None]) & ~program.scheduled[:, None]
    drawn = count_at(luck, rate, parameters.dispersion[:, None], differs)
    count = jnp.where(differs, drawn, listed)
    count = jnp.maximum(count - change.removed[:, None], 0.0)
    return jnp.clip(count, change.lowest[:, None], change.highest[:, None])


def _remember(
    program: Program, parameters: Parameters, push: Array, state: TwinState, count: Array,
    rest: Array, gates: Array, now: Days, deed_day: Array, deed_event: Array,
) -> TwinState:  # fmt: skip
    rhythm_left = decay(program.rhythm_half_life)[..., None]
    memory_left = decay(program.filter_half_life)[:, None]
    # The history's own number where nothing differs, to the last digit.
    total = count + rest
    same = (count == now.listed[:, None]) & (rest == (now.record.counts - now.listed)[:, None])
    moved = signal_of(program.signal, jnp.where(same, 0.0, total))
    signal = jnp.where(same, now.record.signal[:, None], moved)
    done = state.done | ((deed_day == now.day)[:, None] & (count[deed_event] > 0))
    conditions = _conditions(program, parameters, state.conditions, count, gates, done, now)
    return TwinState(
        deviation=relax(program, parameters, state.deviation, gates) + push @ signal,
        rhythm=state.rhythm * rhythm_left + (1 - rhythm_left) * signal,
        memory=state.memory * memory_left + (1 - memory_left) * signal[program.filter_cause],
        conditions=conditions,
        done=done,
        elsewhere=state.elsewhere | jnp.any(conditions != now.dawn_after[:, None], 0),
    )


def _conditions(
    program: Program, parameters: Parameters, conditions: Array, count: Array, gates: Array,
    done: Array, now: Days,
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
        mine = (owners >= 0)[..., None]
        happened = jnp.any(done[jnp.maximum(owners, 0)] & mine, 1)
    else:
        happened = jnp.zeros(conditions.shape, bool)
    holds = ~jnp.isnan(now.value)[:, None] & (~owned[:, None] | happened)
    after = jnp.where(holds, now.value[:, None], jnp.stack(rows))
    pinned = now.change.pinned[:, None]
    return jnp.where(jnp.isnan(pinned), after, pinned)
