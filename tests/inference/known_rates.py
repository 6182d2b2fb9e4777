"""Records whose rates are known, because they were made from them."""

from __future__ import annotations

from datetime import date

import numpy as np

from tightrope.inference.residuals import FittedRecord
from tightrope.types import FloatArray

FIRST = date(2003, 3, 20)


def fitted(
    counts: FloatArray, rate: FloatArray, dispersion: float | FloatArray = 0.3,
    scored: FloatArray | None = None,
) -> FittedRecord:  # fmt: skip
    """A record [T, K] beside the rates that a fit claims."""
    types = counts.shape[1]
    return FittedRecord(
        [f"type{k}" for k in range(types)], FIRST, np.broadcast_to(rate, counts.shape),
        np.broadcast_to(dispersion, (types,)), counts,
        np.ones_like(counts) if scored is None else scored,
    )  # fmt: skip


def drawn(rate: FloatArray, dispersion: float, luck: np.random.Generator) -> FloatArray:
    """NB1 counts with these rates."""
    return luck.negative_binomial(rate / dispersion, 1 / (1 + dispersion)).astype(float)


def bursts(
    days: int, types: int, seed: int, dispersion: float = 0.3, half_life: float = 5.0
) -> FittedRecord:
    """Self-exciting types, of a few to many events, beside their true rates."""
    luck = np.random.default_rng(seed)
    base, follows = luck.uniform(0.004, 0.1, types), luck.uniform(0.0, 0.6, types)
    left, memory = 0.5 ** (1 / half_life), np.zeros(types)
    rate, counts = np.zeros((2, days, types))
    for t in range(days):
        rate[t] = base + follows * memory
        counts[t] = drawn(rate[t], dispersion, luck)
        memory = left * memory + (1 - left) * counts[t]
    return fitted(counts, rate, dispersion)
