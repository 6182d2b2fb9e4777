"""The ceiling, and the spectral radius for information.

A mutually exciting process fitted to a real conflict is often supercritical. The rule: *in its
worst 90 days the process must not expect worse, and in its worst half-year neither.* With R_k the
highest rate of type k known so far over any window of so many days, the follow-terms into k are
shrunk by one factor, in every draw, until for both windows

    modulation_max (base_k + extra_k + sum over follows expect E[s(n) | R_cause]) <= R_k

Ninety days alone say little of a rare type: one event is a rate of one in ninety days, which no
half-year may ever have seen. Bases are never touched; a base that alone exceeds R_k is reported,
not hidden.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.engine.counts import log_masses
from tightrope.engine.program import Parameters, Program, Signal
from tightrope.types import Array, FloatArray

WINDOW_DAYS = 90
LONGER_DAYS = 180
_TERMS = 200


def worst_rate(counts: FloatArray, window: int = WINDOW_DAYS) -> FloatArray:
    """[K] highest mean rate per day over any ``window`` days; nan-free, 0 where nothing happened.

    A record shorter than the window is divided by the window all the same.
    """
    total = np.concatenate([np.zeros((1, counts.shape[1])), np.cumsum(counts, 0)])
    start = np.maximum(np.arange(1, len(total)) - window, 0)
    return (total[1:] - total[start]).max(0, initial=0.0) / window


def windows_of(days: int) -> tuple[int, ...]:
    """The windows in which the ceiling holds after a record of so many days.

    A record that does not fill the longer one cannot say how bad such a time may be.
    """
    return (WINDOW_DAYS, LONGER_DAYS) if days >= LONGER_DAYS else (WINDOW_DAYS,)


def expected_signal(rate: Array, dispersion: Array, kind: Signal = "incident") -> Array:
    """E[log2(1 + N)] of a day with this rate, summed over the masses; elementwise.

    A raw count has the rate itself.
    """
    if kind == "count":
        return rate
    rate = jnp.maximum(rate, 1e-12)
    masses = jnp.exp(log_masses(rate, jnp.broadcast_to(dispersion, rate.shape), _TERMS))
    return masses @ jnp.log2(1.0 + jnp.arange(_TERMS))


def follow_terms_at_worst(program: Program, parameters: Parameters) -> Array:
    """[K] what the follows of one draw add when every cause is at its own worst."""
    # A cause of which nothing is known is taken at its base, or at one event in the window.
    one_event = jnp.maximum(parameters.base, 1.0 / WINDOW_DAYS)
    finite = jnp.where(jnp.isinf(parameters.worst), one_event, parameters.worst)
    signal = expected_signal(finite, parameters.dispersion, program.signal)
    terms = parameters.rhythm.sum(0) * signal
    cause = program.filter_cause[program.edge_filter]
    return terms.at[program.edge_effect].add(parameters.expect * signal[cause])


def largest_modulation(program: Program, parameters: Parameters) -> Array:
    """[K] factor that all scalings together can reach, but never more than the limit."""
    rest = jax.nn.sigmoid(parameters.rest)[program.scaling_level]
    swing = jnp.where(
        parameters.coefficient > 0,
        parameters.coefficient * (1 - rest),
        -parameters.coefficient * rest,
    )
    reach = jnp.zeros_like(parameters.base).at[program.scaling_event].add(swing)
    factor = jnp.maximum(parameters.log_factor, 0.0)
    reach = reach.at[program.factor_event].add(factor)
    if len(program.elastic_event):
        # A number has no upper end: whatever it scales can reach the limit.
        reach = reach.at[program.elastic_event].add(1e3)
    bound = jnp.maximum(parameters.log_limit, 1e-6)
    return jnp.exp(-bound * jnp.expm1(-reach / bound))


def ceiling(program: Program, parameters: Parameters) -> tuple[Array, Array]:
    """The factor [K] on the follow-terms into each type, and whether its base alone is too high.

    The factor is 1 where the ceiling does not bite. One draw; vmap over draws.
    """
    most = largest_modulation(program, parameters)
    extra = jnp.zeros_like(parameters.base).at[program.extra_event].max(parameters.extra)
    room = parameters.worst / most - parameters.base - extra
    terms = follow_terms_at_worst(program, parameters)
    shrink = jnp.clip(room / jnp.maximum(terms, 1e-12), 0.0, 1.0)
    never = program.scheduled | (terms <= 0) | jnp.isinf(parameters.worst)
    return jnp.where(never, 1.0, shrink), (room < 0) & ~program.scheduled


def branching_matrix(program: Program, parameters: Parameters) -> FloatArray:
    """[K, K] expected direct followers (row) of one event (column), levels at rest, gates open."""
    matrix = np.zeros((program.n_events, program.n_events))
    diagonal = np.arange(program.n_events)
    matrix[diagonal, diagonal] += np.asarray(parameters.rhythm).sum(0)
    cause = program.filter_cause[program.edge_filter]
    np.add.at(matrix, (program.edge_effect, cause), np.asarray(parameters.expect))
    matrix[program.scheduled] = 0.0
    return matrix


def spectral_radius(program: Program, parameters: Parameters) -> float:
    """Largest absolute eigenvalue of the branching matrix; above 1 a linear process would grow."""
    return float(np.abs(np.linalg.eigvals(branching_matrix(program, parameters))).max(initial=0.0))
