"""The direct regression of events: the horizon's count on the rates of the last days and months.

Every past window whose end is known is a row. With R_w the rate of the last w days before it,
drawn towards the rate of the record R by half an event,

    log mean = log(horizon (sum_w blend_w R_w + rest R)) + a + sum_w b_w log(R_w / R)

A ridge holds a and b near zero, so that a rare type is forecast by the blend and a frequent one by
what its own past teaches. Counts are negative binomial, with variance mean (1 + dispersion); what
is not known of a and b widens them. The probability of yes is the mean of two: the tail of that
law, and a logistic regression on the same rates. A date comes with that probability, at a constant
hazard within the window.

* Windows overlap: each weighs the part that it adds, and less the longer ago it was.
* The mean is at most twice that of the worst row: a series that explodes is followed so far and
  no further.

The numbers below were chosen by CRPS and Brier score at 30, 90 and 180 days on UCDP GED and ICEWS
for Iraq until 2011, and on daily counts of keywords in news lines of 2004 to 2024 on 19 other
countries that name neither Iraq nor Iran (a line on Syria or Lebanon may still tell of a strike
that the Iraqi record has). They lie on plateaus: ridges of 10 to 300, half-lives of 2 to 5 years,
rows every 14 days and other blends moved the mean skill by less than .01.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, expit, logit

from tightrope.foresight.members.forecast import Forecast, Kind, from_distribution, from_hazard
from tightrope.foresight.members.ridge import Rows, fit, fit_counts, logit_link
from tightrope.foresight.members.windows import Positions, answers_of, before
from tightrope.types import FloatArray

RATES_OF_DAYS = (7, 30, 90, 365)
BLEND = np.array([0.15, 0.2, 0.2, 0.25])
"""Weights of these rates in the offset; the rest, .2, is the rate of the whole record."""
LOGIT_SLOPES = np.array([0.2, 0.3, 0.4, 0.5])
"""What the ridge of the logistic regression pulls to, per unit of log(R_w / R)."""
ADDED_EVENTS = 0.5
FIRST_DAY, EVERY_DAYS = 30, 7
"""Rows start so late in the record, and so often."""
HALF_LIFE_DAYS = 1095.0
"""A window that ended so long ago weighs half."""
RIDGE, RIDGE_OF_LEVEL = 30.0, 5.0
"""On b and on a, in windows that do not overlap."""
RIDGE_OF_LOGIT_LEVEL = 0.5
MOST_UNCERTAIN = 1.0
"""The variance of the log mean is taken to be no more."""
BEYOND_WORST = 2.0
"""The mean is at most so many times (the worst of the rows + 1)."""


@dataclass(frozen=True)
class _Past:
    """Rows of past windows, and last the one to be forecast.

    design : [row + 1, column] one, then log(R_w / R); offset : [row + 1] log mean of the blend;
    weight : [row].
    """

    starts: Positions
    design: FloatArray
    offset: FloatArray
    weight: FloatArray

    def rows(self, offset: FloatArray, target: FloatArray, weight: FloatArray) -> Rows:
        """The past windows of these targets."""
        return Rows(self.design[:-1], offset[:-1], weight, target)


@dataclass(frozen=True)
class NegativeBinomial:
    """The law of a count by its mean and its variance, which is above the mean."""

    mean: float
    variance: float

    @property
    def size_and_chance(self) -> tuple[float, float]:
        """The size r and success probability p of the textbook law."""
        return self.mean**2 / (self.variance - self.mean), self.mean / self.variance

    def tail(self, at_least: int) -> float:
        """P(count >= at_least)."""
        size, chance = self.size_and_chance
        return float(betainc(at_least, size, 1.0 - chance))


def fit_and_forecast(daily: FloatArray, kind: Kind, at_least: int, horizon: int) -> Forecast:
    """Fit to all windows that end within ``daily`` and forecast the one that follows.

    daily : [day] events of the question on every day known at the origin. Series that never
    happened, always happened the same or are shorter than the window get a forecast too.
    """
    past = _past(daily, horizon)
    law = _law(daily, past, horizon)
    if kind == "count":
        size, chance = law.size_and_chance
        return from_distribution(
            lambda count: betainc(size, count + 1.0, chance), law.mean, law.variance
        )
    chance = 0.5 * (law.tail(at_least) + _logistic(daily, past, at_least, horizon))
    return Forecast(chance, None) if kind == "yes_no" else from_hazard(chance, horizon)


def _past(daily: FloatArray, horizon: int) -> _Past:
    last = len(daily) - horizon
    starts = np.arange(last, FIRST_DAY - 1, -EVERY_DAYS)[::-1]
    overall = (float(daily.sum()) + ADDED_EVENTS) / len(daily)
    rates = _rates(daily, np.append(starts, len(daily)), overall)
    features = np.log(rates / overall)
    blend = rates @ BLEND + (1.0 - BLEND.sum()) * overall
    return _Past(
        starts=starts,
        design=np.column_stack([np.ones(len(features)), features]),
        offset=np.log(horizon * blend),
        weight=min(1.0, EVERY_DAYS / horizon) * 0.5 ** ((last - starts) / HALF_LIFE_DAYS),
    )


def _rates(daily: FloatArray, dawns: Positions, overall: float) -> FloatArray:
    """[dawn, window] events per day, with half an event in the time that it takes on average."""
    columns: list[FloatArray] = []
    for days in RATES_OF_DAYS:
        total, known = before(daily, dawns, days)
        columns.append((total + ADDED_EVENTS) / (known + ADDED_EVENTS / overall))
    return np.stack(columns, axis=-1)


def _law(daily: FloatArray, past: _Past, horizon: int) -> NegativeBinomial:
    """The count of the window that follows."""
    total = answers_of(daily, past.starts, "count", 1, horizon)
    rows = past.rows(past.offset, total, past.weight)
    fitted, dispersion = fit_counts(rows, _penalty(RIDGE_OF_LEVEL))
    now = past.design[-1]
    mean = float(np.exp(now @ fitted.coefficients + past.offset[-1]))
    if len(total):
        mean = min(mean, BEYOND_WORST * (float(total.max()) + 1.0))
    unknown = min(float(now @ fitted.covariance @ now), MOST_UNCERTAIN)
    return NegativeBinomial(mean, mean * (1.0 + dispersion) + mean**2 * unknown)


def _penalty(level: float) -> FloatArray:
    """[column] the ridge on a, and on each b."""
    return np.array([level] + [RIDGE] * len(RATES_OF_DAYS))


def _logistic(daily: FloatArray, past: _Past, at_least: int, horizon: int) -> float:
    """The probability of yes by logistic regression, half a window of either answer added."""
    happened = answers_of(daily, past.starts, "yes_no", at_least, horizon)
    share = float(past.weight @ happened + 0.5) / float(past.weight.sum() + 1.0)
    offset = logit(share) + past.design[:, 1:] @ LOGIT_SLOPES
    rows = past.rows(offset, happened, past.weight)
    fitted = fit(rows, _penalty(RIDGE_OF_LOGIT_LEVEL), logit_link)
    return float(expit(past.design[-1] @ fitted.coefficients + offset[-1]))
