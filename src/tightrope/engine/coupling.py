"""A count and its luck: what the same luck brings at another rate.

For a realised count n with rate r its luck is v ~ Uniform(S(n), S(n - 1)), with S the survival
function; in a changed world the count is the number of m with v < S'(m). All in 64 bits.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from tightrope.engine.counts import MAX_COUNT, log_zero_factor, survival_table
from tightrope.engine.likelihood import FLOOR
from tightrope.types import Array

FEW = 4
"""Terms that are summed for every event type; nearly all days end there."""
RARE = 1e-9
"""Luck below it needs tails that are summed from their far end: 1 - F has no digits there."""
_TERMS = MAX_COUNT + 1
_TOGETHER = 8


def luck_interval(
    rate: Array, dispersion: Array, day: Array, event: Array, count: Array
) -> tuple[Array, Array]:
    """S(n) and S(n - 1) of a realised history, between which its luck lies.

    rate : [day, K]; dispersion : [K]; day, event, count : [M] the cells with at least one event,
    a count of 0 fills up. Returns two arrays [day, K].
    """
    rate = jnp.maximum(rate, FLOOR)
    lower = -jnp.expm1(-rate * log_zero_factor(dispersion))
    table = survival_table(rate[day, event], dispersion[event], _TERMS)
    here = jnp.arange(len(count))
    return (
        lower.at[day, event].set(table[here, count + 1]),
        jnp.ones_like(rate).at[day, event].set(table[here, count]),
    )


def count_at(luck: Array, rate: Array, dispersion: Array, wanted: Array) -> Array:
    """#{m >= 0 : luck < S(m)} at these rates, at most MAX_COUNT.

    luck, rate : [K, path]; dispersion : [K, 1]; wanted : [K, path] booleans, the cells whose count
    is needed. Others may be wrong.

    1. a few terms for all types, in one pass
    2. types that needed more on some path, or met rare luck: again from the far end, a few types
       at a time, until none is left
    """
    rate = jnp.maximum(rate, FLOOR)
    spread = jnp.broadcast_to(dispersion, rate.shape)
    first = _few_terms(luck, rate, dispersion)
    hard = jnp.any(wanted & ((first == FEW) | (luck < RARE)), -1).astype(rate.dtype)
    together = min(_TOGETHER, len(rate))

    def again(carry: tuple[Array, Array]) -> tuple[Array, Array]:
        count, hard = carry
        rows = jax.lax.top_k(hard, together)[1]
        beyond = survival_table(rate[rows], spread[rows], _TERMS)[..., 1:]
        exact = (luck[rows][..., None] < beyond).sum(-1).astype(count.dtype)
        return count.at[rows].set(exact), hard.at[rows].set(0.0)

    return jax.lax.while_loop(lambda carry: jnp.any(carry[1] > 0), again, (first, hard))[0]


def _few_terms(luck: Array, rate: Array, dispersion: Array) -> Array:
    zero = rate * log_zero_factor(dispersion)
    mass, survival = jnp.exp(-zero), -jnp.expm1(-zero)
    count = jnp.zeros_like(rate)
    for n in range(FEW):
        count = count + (luck < survival)
        mass = mass * (rate + n * dispersion) / ((1.0 + dispersion) * (n + 1.0))
        survival = survival - mass
    return count
