"""Do things that were given 70 % happen in 70 of 100 cases? Are intervals as wide as they say?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tightrope.scoring.scores import overlap, pit
from tightrope.types import FloatArray

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Forecasts that said nearly the same."""

    low: float
    high: float
    """The least and the greatest probability in it."""
    forecast: float
    """Their mean."""
    observed: float
    """Share of them that came true."""
    count: int


@dataclass(frozen=True)
class Reliability:
    """Bins in rising order of probability, and how far they lie from the diagonal."""

    bins: tuple[Bin, ...]
    error: float | None
    """Expected calibration error: mean |observed - forecast| of the bins, weighted by their counts;
    None without a forecast."""
    luck: float | None
    """The error to be expected of forecasts that are right, were they independent: each bin's
    observed share is then normal about its forecast. An error near it is no fault."""
    count: int


def reliability(probability: FloatArray, happened: FloatArray, bins: int = BINS) -> Reliability:
    """Bins of equal count, as far as equal probabilities allow: these are never parted.

    probability, happened : the same shape, of any; pairs with something not a number are left out.
    """
    chance, truth = np.ravel(probability), np.ravel(happened)
    known = ~(np.isnan(chance) | np.isnan(truth))
    chance, truth = chance[known], truth[known]
    if len(chance) == 0:
        return Reliability((), None, None, 0)
    member = _members(chance, bins)
    made = tuple(_bin(chance[member == b], truth[member == b]) for b in np.unique(member))
    weight = np.array([b.count for b in made]) / len(chance)
    gap = np.array([abs(b.observed - b.forecast) for b in made])
    return Reliability(made, float(weight @ gap), _luck(chance, member), len(chance))


def pit_histogram(sample: FloatArray, truth: FloatArray, bins: int = BINS) -> FloatArray:
    """[bin] share of truths in each tenth of their forecast's distribution: flat if it was right.

    A hump in the middle means too wide, a valley too narrow, a slope too high or too low. A truth
    whose stretch (see ``scores.pit``) reaches over several bins counts in each in part; so counts
    need no dice (Czado, Gneiting and Held 2009).
    """
    low, high = (np.ravel(side) for side in pit(sample, truth))
    known = ~np.isnan(low)
    edges = np.linspace(0.0, 1.0, bins + 1)
    shares = [overlap(low[known], high[known], *tenth) for tenth in pairwise(edges)]
    return np.array([share.mean() if share.size else np.nan for share in shares])


def _members(chance: FloatArray, bins: int) -> np.ndarray:
    """[forecast] the bin of each."""
    inner = np.quantile(chance, np.arange(1, bins) / bins, method="inverted_cdf")
    return np.searchsorted(inner, chance)


def _bin(chance: FloatArray, truth: FloatArray) -> Bin:
    return Bin(
        low=float(chance.min()),
        high=float(chance.max()),
        forecast=float(chance.mean()),
        observed=float(truth.mean()),
        count=len(chance),
    )


def _luck(chance: FloatArray, member: np.ndarray) -> float:
    """E|N(0, s)| = s sqrt(2 / pi), where a bin's s^2 = sum p (1 - p) / count^2."""
    spread = np.sqrt(np.bincount(member, chance * (1.0 - chance)))
    return float(spread.sum() / len(chance) * np.sqrt(2.0 / np.pi))
