"""The twin: the realised history re-run with its own luck and something changed.

For each realised count n with rate r its luck is v ~ Uniform(S(n), S(n - 1)), with S the survival
function; in the changed world n' = #{m : v < S'(m)}. Where nothing changed S' = S, and the history
comes back exactly, number by number. All in 64 bits, tails summed from their far end.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.engine.counts import survival_table
from tightrope.engine.gates import evaluate
from tightrope.engine.likelihood import FLOOR, rate_path
from tightrope.engine.memory import Record
from tightrope.engine.program import Parameters, Program, decay
from tightrope.engine.rates import couplings, parts
from tightrope.engine.state import signal_of
from tightrope.engine.step import relax
from tightrope.types import Array, FloatArray


def twin(
    program: Program, parameters: Parameters, history: Record, shrink: Array,
    edited: FloatArray, conditions: FloatArray, *, seed: int, terms: int,
) -> FloatArray:  # fmt: skip
    """Re-run a history in a changed world.

    edited : [T, K] counts that are imposed, nan where luck decides.
    conditions : [T + 1, C] conditions of the changed world, as at dawn.
    terms : bound above the largest count of a day, in either world.
    Returns [T, K] counts of the changed world.
    """
    with jax.enable_x64(True):
        whole = np.rint(np.asarray(history.counts))
        wide = jax.tree.map(lambda x: jnp.asarray(x, jnp.float64), parameters)
        share = np.random.Generator(np.random.Philox(seed)).uniform(0.0, 1.0, whole.shape)
        out = _twin(
            program, terms, wide, history, jnp.asarray(shrink, jnp.float64), jnp.asarray(whole),
            jnp.asarray(share), jnp.asarray(edited), jnp.asarray(conditions),
        )  # fmt: skip
        return np.asarray(out)


@partial(jax.jit, static_argnums=(0, 1))
def _twin(
    program: Program, terms: int, parameters: Parameters, history: Record, shrink: Array,
    whole: Array, share: Array, edited: Array, conditions: Array,
) -> Array:  # fmt: skip
    matrices = couplings(program, parameters, shrink)
    rhythm_left = decay(program.rhythm_half_life)[..., None]
    memory_left = decay(program.filter_half_life)[:, None]
    realised = rate_path(program, parameters, history, shrink)
    gates = evaluate(program.gates, conditions.T)

    def rate_today(deviation: Array, rhythm: Array, memory: Array, day: Array) -> Array:
        today = parts(program, parameters, matrices, deviation, rhythm, memory,
                      conditions[day][:, None], gates[:, day][:, None])  # fmt: skip
        return jnp.where(program.scheduled, 0.0, today.rate()[:, 0])

    def follow(carry: tuple[Array, Array, Array, Array], day: Array):
        deviation, rhythm, memory, differs = carry
        rate = rate_today(deviation, rhythm, memory, day)
        # Until the worlds part their rates are the same number; rounding must not part them.
        rate = jnp.where(differs, rate, realised[day])
        before = survival_table(jnp.maximum(realised[day], FLOOR), parameters.dispersion, terms)
        after = survival_table(jnp.maximum(rate, FLOOR), parameters.dispersion, terms)
        n = whole[day].astype(int)[:, None]
        upper = jnp.take_along_axis(before, n, 1)[:, 0]
        lower = jnp.take_along_axis(before, n + 1, 1)[:, 0]
        luck = lower + share[day] * (upper - lower)
        drawn = (luck[:, None] < after[:, 1:]).sum(-1).astype(whole.dtype)
        drawn = jnp.where(rate == realised[day], whole[day], drawn)
        drawn = jnp.where(program.scheduled, whole[day], drawn)
        count = jnp.where(jnp.isnan(edited[day]), drawn, edited[day])
        parted = (
            differs
            | jnp.any(count != whole[day])
            | jnp.any(conditions[day + 1] != history.conditions[day + 1])
        )
        # The history's own signal holds the spread tallies; a changed count changes it by its part.
        changed = jnp.maximum(history.counts[day] + count - whole[day], 0.0)
        moved = signal_of(program.signal, changed)
        signal = jnp.where(count == whole[day], history.signal[day], moved)
        signal = signal[:, None]
        carry = (
            relax(program, parameters, deviation, gates[:, day][:, None]) + matrices.push @ signal,
            rhythm * rhythm_left + (1 - rhythm_left) * signal,
            memory * memory_left + (1 - memory_left) * signal[program.filter_cause],
            parted,
        )
        return carry, count

    start = (
        jnp.zeros((program.n_levels, 1)),
        jnp.zeros((2, program.n_events, 1)),
        jnp.zeros((len(program.filter_cause), 1)),
        jnp.any(conditions[0] != history.conditions[0]),
    )
    return jax.lax.scan(follow, start, jnp.arange(len(whole)))[1]
