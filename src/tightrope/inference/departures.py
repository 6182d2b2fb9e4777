"""Six ways in which a record can depart from its fit, for one event type.

Each takes a series and its random numbers, and returns a figure, what luck would make of it, a
p-value, and the fact in words. None knows of the others or of other types; ``goodness`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from tightrope.inference.residuals import (
    Series,
    log_nothing,
    size_uniforms,
    sums_by_luck,
    uniforms,
    waits,
)
from tightrope.inference.verdicts import against_luck
from tightrope.types import FloatArray, IntArray

BINS = 20
"""Bins of a histogram of probability integral transforms: a twentieth of the days falls in each."""
WINDOW_DAYS = 30
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True)
class Departure:
    """What one check found."""

    figure: float
    usual: tuple[float, float]
    """Middle 90 % of the figure if the fit is right."""
    p: float
    fact: str
    """The beginning of a sentence that says what the figure is about."""


Check = Callable[[Series, np.random.Generator], Departure]


def in_forecast(series: Series, luck: np.random.Generator) -> Departure:
    """Where counts fall in the distribution that each day had: randomised PIT, Kolmogorov-Smirnov.

    The figure is the largest distance between the distribution functions. Most days of a rare type
    are quiet, as they should be, so its power lies with frequent types.
    """
    u = uniforms(series, luck)
    share = histogram(u) / len(u)
    worst = int(np.argmax(np.abs(share - 1 / BINS)))
    low, high = worst * 100 // BINS, (worst + 1) * 100 // BINS
    return _uniform(
        u,
        f"{share[worst]:.1%} of days lie between the {low}th and the {high}th percentile of what "
        f"was expected of them ({1 / BINS:.0%} should)",
    )


def timing(series: Series, luck: np.random.Generator) -> Departure:
    """How long one waits for the next day with events: discrete time rescaling."""
    u = -np.expm1(-waits(series, luck))
    return _uniform(u, f"{(u < 0.5).mean():.0%} of waits for the next day with events are shorter "
                       "than the median expected")  # fmt: skip


def sizes(series: Series, luck: np.random.Generator) -> Departure:
    """How many happen on a day on which some happen, against the fit."""
    counts, rate = series.counts[series.happened], series.rate[series.happened]
    nothing = log_nothing(rate, series.dispersion)
    some = -np.expm1(-nothing)
    just_one = np.exp(-nothing) * rate / (1 + series.dispersion) / some
    return _uniform(
        size_uniforms(series, luck),
        f"days with events bring {counts.mean():.2f} on average, {(rate / some).mean():.2f} "
        f"expected; {(counts == 1).mean():.0%} of them bring one, {just_one.mean():.0%} expected",
    )


def thirty_days(series: Series, luck: np.random.Generator) -> Departure:
    """How much totals of a month vary about their expectation: 1 is as much as the fit says.

    A month lasts until as much was expected as in 30 average days: less in a burst, more in a
    lull. In months of the calendar, events raise the rates of the days that follow in the same
    month; what luck makes of such totals is not known, and of these it is (time rescaling).
    """
    months = _months(series)
    figure, usual, p = _scatter(series, months, luck, share_out=True, both_sides=True)
    return Departure(
        figure, usual, p,
        f"totals over a month's worth of expectation vary {figure:.2f} times as much as expected "
        f"({usual[0]:.2f} to {usual[1]:.2f} is usual)",
    )  # fmt: skip


def weekday(series: Series, luck: np.random.Generator) -> Departure:
    """Whether the days of the week share the events as the fit says: chi-square per weekday."""
    figure, usual, p = _scatter(series, series.weekdays, luck, share_out=True, both_sides=False)
    seen, expected = _shared_out(*by_group(series, series.weekdays))
    day = int(np.argmax(np.abs(seen - expected) / np.sqrt(np.maximum(expected, 1e-9))))
    name = WEEKDAYS[int(np.unique(series.weekdays)[day])]
    fact = f"{name} bring {seen[day]:.0f} events, {expected[day]:.1f} expected"
    return Departure(figure, usual, p, fact)


def years(series: Series, luck: np.random.Generator) -> Departure:
    """Whether each year has the total that the fit says: chi-square per year."""
    figure, usual, p = _scatter(series, series.years, luck, share_out=False, both_sides=False)
    seen, expected = by_group(series, series.years)
    worst = int(np.argmax(np.abs(seen - expected) / np.sqrt(np.maximum(expected, 1.0))))
    return Departure(
        figure, usual, p,
        f"{series.observed} events in all, {series.expected:.1f} expected; furthest off is "
        f"{np.unique(series.years)[worst]} with {seen[worst]:.0f}, {expected[worst]:.1f} expected",
    )  # fmt: skip


CHECKS: dict[str, Check] = {
    "in_forecast": in_forecast, "timing": timing, "sizes": sizes, "thirty_days": thirty_days,
    "weekday": weekday, "years": years,
}  # fmt: skip


def histogram(u: FloatArray) -> IntArray:
    """[BINS] how many lie in each bin of (0, 1)."""
    return np.histogram(u, BINS, (0.0, 1.0))[0].astype(np.int32)


def by_group(series: Series, groups: IntArray) -> tuple[FloatArray, FloatArray]:
    """[B] events seen and [B] expected in each group of days, in the order of the groups."""
    _, at = np.unique(groups, return_inverse=True)
    seen, expected = np.bincount(at, series.counts), np.bincount(at, series.rate)
    return seen.astype(float), expected.astype(float)


def _months(series: Series) -> IntArray:
    """[D] windows of ``WINDOW_DAYS`` average days' worth of expectation."""
    before = np.cumsum(series.rate) - series.rate
    return (before / (series.rate.mean() * WINDOW_DAYS)).astype(np.int32)


def _uniform(u: FloatArray, fact: str) -> Departure:
    """Kolmogorov and Smirnov's distance of values that should be uniform on (0, 1)."""
    test = stats.kstest(u, "uniform")
    low, high = stats.kstwo.ppf([0.05, 0.95], len(u))
    return Departure(float(test.statistic), (float(low), float(high)), float(test.pvalue), fact)


def _scatter(
    series: Series, groups: IntArray, luck: np.random.Generator, *, share_out: bool,
    both_sides: bool,
) -> tuple[float, tuple[float, float], float]:  # fmt: skip
    """Figure, usual range and p-value of the variance of group totals over that of the fit.

    share_out : set the sum of all groups to what was seen first, so that only the distribution over
    groups is judged; the sum itself is the business of ``years``.
    """
    seen, expected = by_group(series, groups)

    def figure(totals: FloatArray) -> FloatArray:
        fair = _shared_out(totals, expected)[1] if share_out else expected
        return _relative_variance(totals, fair, series.dispersion)

    def simulate(draws: int) -> FloatArray:
        return figure(sums_by_luck(expected, series.dispersion, draws, luck))

    here = float(figure(seen[None])[0])
    p, usual = against_luck(here, simulate, both_sides=both_sides)
    return here, usual, p


def _relative_variance(seen: FloatArray, expected: FloatArray, dispersion: float) -> FloatArray:
    """Sum of squared residuals over the sum of their variances, over the last axis.

    These are squared Pearson residuals, each with the weight of its variance: one event in a window
    in which next to nothing was expected does not outweigh all other windows.
    """
    variance = (1 + dispersion) * expected.sum(-1)
    return ((seen - expected) ** 2).sum(-1) / np.maximum(variance, 1e-12)


def _shared_out(seen: FloatArray, expected: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What was seen, and the expectations with their sum set to what was seen in all."""
    total = np.maximum(expected.sum(), 1e-12)
    return seen, expected * seen.sum(-1, keepdims=True) / total
