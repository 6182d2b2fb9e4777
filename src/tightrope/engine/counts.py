"""The distribution of a day's count: Poisson, and NB1 where days are over-dispersed.

With rate ``mu`` and dispersion ``phi`` the variance is ``mu (1 + phi)``. Probabilities obey

    p(0)   = exp(-mu log(1 + phi) / phi)
    p(n+1) = p(n) (mu + n phi) / ((1 + phi) (n + 1))

which is Poisson at ``phi = 0`` without a special case. NB1 with one ``phi`` is closed under
addition (rates add), so sums over days have the same form. Everything is phrased with the
survival function S(n) = P(N > n), which keeps its digits in the upper tail.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from tightrope.types import Array

MAX_RATE = 64.0
"""Largest rate per day that is simulated; beyond it paths are counted as limited."""
MAX_COUNT = 255
_CHUNK = 6


def log_zero_factor(dispersion: Array) -> Array:
    """-log p(0) / mu = log(1 + phi) / phi, which is 1 at phi = 0."""
    small = dispersion < 1e-6
    safe = jnp.where(small, 1.0, dispersion)
    return jnp.where(small, 1.0 - dispersion / 2, jnp.log1p(safe) / safe)


def sample(tail: Array, rate: Array, dispersion: Array) -> Array:
    """The count whose survival interval contains ``tail``: #{n >= 0 : tail < S(n)}.

    tail : uniform on (0, 1), any shape; rate, dispersion broadcast to it. Small ``tail`` means many.
    Returns counts as floats. The first terms are unrolled (nearly all days end there); the loop
    goes on only while some path needs it.
    """
    zero = rate * log_zero_factor(dispersion)
    over = 1.0 / (1.0 + dispersion)
    start = (jnp.exp(-zero), -jnp.expm1(-zero), jnp.zeros_like(tail), jnp.zeros((), tail.dtype))

    def chunk(carry: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        mass, survival, count, n = carry
        for _ in range(_CHUNK):
            count = count + (tail < survival)
            mass = mass * ((rate + n * dispersion) * over / (n + 1.0))
            survival = survival - mass
            n = n + 1.0
        return mass, survival, count, n

    def unfinished(carry: tuple[Array, Array, Array, Array]) -> Array:
        mass, survival, _, n = carry
        # Past the mode a vanishing mass means that what is left of `survival` is rounding.
        alive = (tail < survival) & ((mass > 1e-9) | (n <= rate))
        return jnp.any(alive) & (n < MAX_COUNT)

    return jax.lax.while_loop(unfinished, chunk, chunk(start))[2]


def log_mass_over_zero(count: Array, rate: Array, dispersion: Array, terms: int) -> Array:
    """log p(count) - log p(0), elementwise; ``terms`` is at least the largest count."""
    n = jnp.arange(terms, dtype=rate.dtype)
    step = jnp.log(rate[..., None] + n * dispersion[..., None]) - jnp.log1p(n)
    step = step - jnp.log1p(dispersion)[..., None]
    return jnp.sum(jnp.where(n < count[..., None], step, 0.0), -1)


def log_interval(low: Array, high: Array, rate: Array, dispersion: Array, terms: int) -> Array:
    """log P(low <= N <= high), elementwise, summed upwards from ``low`` so that no digit cancels.

    high may be infinite; ``terms`` counts the masses that are summed and must exceed every low.
    """
    n = jnp.arange(terms, dtype=rate.dtype)
    step = jnp.log(rate[..., None] + n * dispersion[..., None]) - jnp.log1p(n)
    step = step - jnp.log1p(dispersion)[..., None]
    zero = -rate * log_zero_factor(dispersion)
    log_mass = zero[..., None] + jnp.concatenate(
        [jnp.zeros_like(step[..., :1]), jnp.cumsum(step, -1)[..., :-1]], -1
    )
    inside = (n >= low[..., None]) & (n <= high[..., None])
    return jax.scipy.special.logsumexp(jnp.where(inside, log_mass, -jnp.inf), axis=-1)


def survival_table(rate: Array, dispersion: Array, terms: int) -> Array:
    """S(-1) = 1, S(0), ..., S(terms - 2) as sums of masses from the far end, for coupling.

    rate, dispersion : [...]; returns [..., terms]. Summing from the tail keeps relative precision
    where 1 - F would have none.
    """
    n = jnp.arange(terms, dtype=rate.dtype)
    step = jnp.log(rate[..., None] + n * dispersion[..., None]) - jnp.log1p(n)
    step = step - jnp.log1p(dispersion)[..., None]
    zero = -rate * log_zero_factor(dispersion)
    mass = jnp.exp(
        zero[..., None]
        + jnp.concatenate([jnp.zeros_like(step[..., :1]), jnp.cumsum(step, -1)[..., :-1]], -1)
    )
    beyond = jnp.cumsum(mass[..., ::-1], -1)[..., ::-1]
    return beyond / beyond[..., :1]
