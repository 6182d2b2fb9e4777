"""The distribution of a day's count: Poisson, and NB1 where days are over-dispersed.

With rate ``mu`` and dispersion ``phi`` the variance is ``mu (1 + phi)``. Probabilities obey

    p(0)   = exp(-mu log(1 + phi) / phi)
    p(n+1) = p(n) (mu + n phi) / ((1 + phi) (n + 1))

which is Poisson at ``phi = 0`` without a special case. NB1 with one ``phi`` is closed under
addition (rates add), so sums over days have the same form. Everything is phrased with the
survival function S(n) = P(N > n), which keeps its digits in the upper tail.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp

from tightrope.types import Array

MAX_RATE = 64.0
"""Largest rate per day that is simulated; beyond it paths are counted as limited."""
MAX_COUNT = 255
_FIRST = 6
"""Terms that are summed for every event type; nearly all days end there."""
_MORE = 5
"""Terms that are added at a time for the others; it divides MAX_COUNT."""
_BUSY = 8
"""Event types that are done again in full at a time."""


def log_zero_factor(dispersion: Array) -> Array:
    """-log p(0) / mu = log(1 + phi) / phi, which is 1 at phi = 0."""
    small = dispersion < 1e-6
    safe = jnp.where(small, 1.0, dispersion)
    return jnp.where(small, 1.0 - dispersion / 2, jnp.log1p(safe) / safe)


def sample(tail: Callable[[Array], Array], rate: Array, dispersion: Array) -> tuple[Array, Array]:
    """Counts whose survival interval contains the luck: #{n >= 0 : tail < S(n)}.

    tail : gives the luck of chosen event types, [row] -> [row, path] uniform on (0, 1); small means
    many. rate : [K, path]; dispersion : [K, 1].
    Returns counts [K, path] as floats, and how often a rate was cut at MAX_RATE [K].

    1. a few terms for all, which the compiler fuses with the making of luck into one pass
    2. types that needed more on some path (or a rate too high) are busy: again, in full, the
       busiest first, a few at a time, until none is left
    """
    everything = jnp.arange(len(rate))
    first = _first_terms(tail(everything), rate, dispersion)
    first = jnp.where(rate > MAX_RATE, float(_FIRST), first)
    together = min(_BUSY, len(rate))

    def again(carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        count, limited, peak = carry
        rows = jax.lax.top_k(peak, together)[1]
        cut = jnp.minimum(rate[rows], MAX_RATE)
        count = count.at[rows].set(_all_terms(tail(rows), cut, dispersion[rows]))
        limited = limited.at[rows].set((rate[rows] > MAX_RATE).sum(-1))
        return count, limited, peak.at[rows].set(0.0)

    def busy(carry: tuple[Array, Array, Array]) -> Array:
        return jnp.any(carry[2] >= _FIRST)

    start = again((first, jnp.zeros(len(rate), int), first.max(-1)))
    return jax.lax.while_loop(busy, again, start)[:2]


_Terms = tuple[Array, Array, Array]


def _none_yet(rate: Array, dispersion: Array) -> _Terms:
    """p(0), S(0) and no count."""
    zero = rate * log_zero_factor(dispersion)
    mass = jnp.exp(-zero)
    # 1 - exp(-x) without the slow expm1: a series where the difference would lose digits.
    survival = jnp.where(zero < 0.02, zero * (1.0 - zero * (0.5 - zero / 6)), 1.0 - mass)
    return mass, survival, jnp.zeros_like(rate)


def _add_terms(
    terms: _Terms, tail: Array, rate: Array, dispersion: Array, first: Array | float, number: int
) -> _Terms:
    """Count and pass on: p(n), S(n) and the count below n become those of n + ``number``."""
    mass, survival, count = terms
    over = 1.0 / (1.0 + dispersion)
    for i in range(number):
        n = first + i
        count = count + (tail < survival)
        mass = mass * ((rate + n * dispersion) * over) * (1.0 / (n + 1.0))
        survival = survival - mass
    return mass, survival, count


def _first_terms(tail: Array, rate: Array, dispersion: Array) -> Array:
    terms = _none_yet(rate, dispersion)
    return _add_terms(terms, tail, rate, dispersion, 0.0, _FIRST)[2]


def _all_terms(tail: Array, rate: Array, dispersion: Array) -> Array:
    def add(carry: tuple[_Terms, Array]) -> tuple[_Terms, Array]:
        terms, n = carry
        return _add_terms(terms, tail, rate, dispersion, n, _MORE), n + _MORE

    def unfinished(carry: tuple[_Terms, Array]) -> Array:
        (mass, survival, _), n = carry
        # Past the mode a vanishing mass means that what is left of `survival` is rounding.
        alive = (tail < survival) & ((mass > 1e-9) | (n <= rate))
        return jnp.any(alive) & (n < MAX_COUNT)

    start = (_none_yet(rate, dispersion), jnp.zeros((), rate.dtype))
    return jax.lax.while_loop(unfinished, add, start)[0][2]


def _log_ratios(rate: Array, dispersion: Array, terms: int) -> Array:
    """[..., terms] log p(n + 1) / p(n) from n = 0 on."""
    n = jnp.arange(terms, dtype=rate.dtype)
    growth = jnp.log(rate[..., None] + n * dispersion[..., None]) - jnp.log1p(n)
    return growth - jnp.log1p(dispersion)[..., None]


def log_masses(rate: Array, dispersion: Array, terms: int) -> Array:
    """[..., terms] log p(n) from n = 0 on; rate and dispersion have one shape."""
    ratios = _log_ratios(rate, dispersion, terms - 1)
    zero = -(rate * log_zero_factor(dispersion))[..., None]
    return jnp.concatenate([zero, zero + jnp.cumsum(ratios, -1)], -1)


def log_mass_over_zero(count: Array, rate: Array, dispersion: Array) -> Array:
    """log p(count) - log p(0), elementwise."""
    count = count.astype(rate.dtype)
    rising = _log_rising(rate, dispersion, count)
    return rising - count * jnp.log1p(dispersion) - jax.lax.lgamma(count + 1.0)


@jax.custom_jvp
def _log_rising(rate: Array, dispersion: Array, count: Array) -> Array:
    """sum of log(rate + n dispersion) over n < count, in as many steps as the largest count."""
    return _sum_below(count, lambda n: jnp.log(rate + n * dispersion))


@_log_rising.defjvp
def _log_rising_slope(
    primals: tuple[Array, ...], tangents: tuple[Array, ...]
) -> tuple[Array, Array]:
    rate, dispersion, count = primals
    by_rate = _sum_below(count, lambda n: 1.0 / (rate + n * dispersion))
    by_dispersion = _sum_below(count, lambda n: n / (rate + n * dispersion))
    return _log_rising(*primals), by_rate * tangents[0] + by_dispersion * tangents[1]


def _sum_below(count: Array, term: Callable[[Array], Array]) -> Array:
    """sum of term(n) over n < count; no reverse derivative, hence the slopes by hand."""

    def add(carry: tuple[Array, Array]) -> tuple[Array, Array]:
        n, total = carry
        return n + 1.0, total + jnp.where(n < count, term(n), 0.0)

    start = (jnp.zeros((), count.dtype), jnp.zeros_like(count))
    return jax.lax.while_loop(lambda carry: carry[0] < count.max(initial=0.0), add, start)[1]


def log_interval(low: Array, high: Array, rate: Array, dispersion: Array, terms: int) -> Array:
    """log P(low <= N <= high), elementwise, summed upwards from ``low`` so that no digit cancels.

    high may be infinite; ``terms`` counts the masses that are summed and must exceed every low.
    """
    n = jnp.arange(terms)
    inside = (n >= low[..., None]) & (n <= high[..., None])
    masses = jnp.where(inside, log_masses(rate, dispersion, terms), -jnp.inf)
    return jax.scipy.special.logsumexp(masses, axis=-1)


def survival_table(rate: Array, dispersion: Array, terms: int) -> Array:
    """S(-1) = 1, S(0), ..., S(terms - 2) as sums of masses from the far end, for coupling.

    rate, dispersion : [...]; returns [..., terms]. Summing from the tail keeps relative precision
    where 1 - F would have none.
    """
    mass = jnp.exp(log_masses(rate, dispersion, terms))
    beyond = jnp.cumsum(mass[..., ::-1], -1)[..., ::-1]
    return beyond / beyond[..., :1]
