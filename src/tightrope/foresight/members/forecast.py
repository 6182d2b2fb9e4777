"""What one member says to one question, and the pool of what several say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tightrope.errors import RunRefused
from tightrope.types import FloatArray

Kind = Literal["yes_no", "count", "level", "date"]

SIZE = 100
"""Values of a sample."""
LEVELS: FloatArray = (np.arange(SIZE) + 0.5) / SIZE
"""The quantile that each of them stands for: the middles of equal steps of probability."""
_ROUNDING = 1e-9
"""Sums of shares may miss a level by so much and still reach it."""


@dataclass(frozen=True)
class Forecast:
    """One answer: a probability to a yes/no question, to any other a sample.

    sample : [SIZE] equally likely values in rising order: counts, or the day (from 1) on which
    something first happens, infinity if not in the window.
    Raises RunRefused unless exactly one of the two is given and is what it says.
    """

    probability: float | None
    sample: FloatArray | None

    def __post_init__(self) -> None:
        if (self.probability is None) == (self.sample is None):
            raise RunRefused("a forecast is a probability or a sample: give exactly one")
        if self.probability is not None and not 0.0 <= self.probability <= 1.0:
            raise RunRefused(f"a probability lies in 0..1, and this is {self.probability}")
        if self.sample is not None:
            _check_sample(self.sample)

    @property
    def chance(self) -> float:
        """The probability of yes; of a sample of days the share on which it happens at all."""
        if self.probability is not None:
            return self.probability
        assert self.sample is not None
        return float(np.isfinite(self.sample).mean())


def from_values(values: FloatArray, weights: FloatArray | None = None) -> Forecast:
    """The sample of a distribution that puts ``weights`` (default equal) on ``values``.

    Its values are the distribution's quantiles at ``LEVELS``, by the inverse of its distribution
    function, so that counts stay whole numbers.
    """
    values = np.asarray(values, float)
    order = np.argsort(values, kind="stable")
    mass = np.ones(len(values)) if weights is None else np.asarray(weights, float)
    upto = np.cumsum(mass[order])
    place = np.searchsorted(upto, (LEVELS - _ROUNDING) * upto[-1])
    return Forecast(None, values[order][np.minimum(place, len(values) - 1)])


def from_paths(kind: Kind, values: FloatArray) -> Forecast:
    """The answers of simulated futures, see ``questions.answers``, as a forecast.

    values : [path] 1 or 0 for yes/no, else a count, a reading or a day.
    """
    if kind == "yes_no":
        return Forecast(float(np.mean(values)), None)
    return from_values(values)


def from_pmf(mass: FloatArray) -> Forecast:
    """A count with probability ``mass[n]`` of being n; a missing tail goes to the last n.

    >>> int(from_pmf(np.array([0.25, 0.75])).sample.sum())
    75
    """
    upto = np.minimum(np.cumsum(mass), 1.0)
    place = np.searchsorted(upto, LEVELS - _ROUNDING)
    return Forecast(None, np.minimum(place, len(mass) - 1).astype(float))


def from_distribution(
    below: Callable[[FloatArray], FloatArray], mean: float, variance: float
) -> Forecast:
    """A count of which ``below(n)`` is P(N <= n): the least n that reach each of ``LEVELS``.

    Each is found by halving what lies up to twelve standard deviations and thirty beyond the mean.
    """
    low = np.full(SIZE, -1.0)  # P(N <= low) is below the level, P(N <= high) reaches it
    high = np.full(SIZE, np.ceil(mean + 12 * np.sqrt(variance) + 30))
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        reached = below(middle) >= LEVELS
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return Forecast(None, high)


def from_day_chances(by_day: FloatArray) -> Forecast:
    """A date with probability ``by_day[d - 1]`` of coming by day d: [window], never falling."""
    day = np.searchsorted(by_day, LEVELS - _ROUNDING) + 1.0
    return Forecast(None, np.where(day <= len(by_day), day, np.inf))


def from_hazard(chance: float, horizon: int) -> Forecast:
    """A date that comes within ``horizon`` days with ``chance``, at a constant hazard.

    By day d it has come with probability 1 - (1 - chance)^(d / horizon).
    """
    share = np.arange(1, horizon + 1) / horizon
    return from_day_chances(-np.expm1(share * np.log1p(-min(chance, 1.0 - 1e-12))))


def pool(forecasts: Sequence[Forecast], weights: Sequence[float]) -> Forecast:
    """The linear pool: probabilities averaged, distributions mixed (Stone 1961).

    weights : one for each forecast, none below zero; they are divided by their sum.
    Raises RunRefused where the weights do not fit or the forecasts answer different kinds.
    """
    share = np.asarray(weights, float)
    if share.shape != (len(forecasts),) or not (share >= 0.0).all() or not 0 < share.sum() < np.inf:
        raise RunRefused(
            f"{len(forecasts)} forecasts are pooled with weights {list(weights)}; give each one "
            "weight, zero or more, and not all zero"
        )
    share = share / share.sum()
    said = [f.probability for f in forecasts if f.probability is not None]
    samples = [f.sample for f in forecasts if f.sample is not None]
    if said and samples:
        raise RunRefused("a probability and a sample cannot be pooled; pool one question's answers")
    if said:
        return Forecast(min(1.0, float(share @ np.array(said))), None)
    spread = np.concatenate(
        [np.full(len(s), w / len(s)) for w, s in zip(share, samples, strict=True)]
    )
    return from_values(np.concatenate(samples), spread)


def _check_sample(sample: FloatArray) -> None:
    if sample.ndim != 1 or len(sample) == 0 or not bool((sample[1:] >= sample[:-1]).all()):
        raise RunRefused("a sample is a row of numbers in rising order; make it with from_values")
    if np.isnan(sample).any():
        raise RunRefused("a sample holds a value that is not a number")
