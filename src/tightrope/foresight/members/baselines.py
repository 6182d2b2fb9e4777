"""Forecasts without a model: what happened in windows like this one.

``climatology``  every window of the record
``last90``       a Poisson process at the rate of the last 90 days, half an event added
``boot12``       windows of the last twelve months
``regression``   the direct regression, see ``regression`` and ``persistence``

A share of windows is smoothed by Jeffreys' rule, (share n + 1/2) / (n + 1), where n is how many
windows fit side by side: overlapping windows repeat each other. So none says never, or always.
Windows of counts are taken as they are. Of a condition the same members take the share of days on
which it was true, with n the days: it holds until changed, and days are what was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from scipy.special import pdtr, pdtrc

from tightrope.errors import UnknownName
from tightrope.foresight.members.forecast import (
    Forecast,
    Kind,
    from_day_chances,
    from_distribution,
    from_hazard,
    from_values,
)
from tightrope.foresight.members.persistence import forecast_state
from tightrope.foresight.members.regression import fit_and_forecast
from tightrope.foresight.members.windows import (
    answers_of,
    check_question,
    check_series,
    check_state,
    whole_windows,
)
from tightrope.types import FloatArray

RECENT_DAYS = 90
YEAR_DAYS = 365
BLOCK_DAYS = 30
"""Where no window fits into the year, futures are made of blocks of so many days of it."""
_FUTURES = 1000


def climatology(daily: FloatArray, kind: Kind, at_least: int, horizon: int) -> Forecast:
    """The same question asked of every window of the record.

    A record shorter than the window is taken as a Poisson process at its own rate.
    """
    starts = whole_windows(len(daily), horizon)
    if len(starts) == 0:
        return _poisson(_rate(daily), kind, at_least, horizon)
    answers = answers_of(daily, starts, kind, at_least, horizon)
    return _empirical(answers, len(daily) / horizon, kind, horizon)


def last90(daily: FloatArray, kind: Kind, at_least: int, horizon: int) -> Forecast:
    """A Poisson process at the rate (events of the last 90 days + 1/2) / 90.

    The half event is Jeffreys' for a rate: after 90 quiet days the rate is not zero. A record that
    is shorter is divided by its own days.
    """
    return _poisson(_rate(daily[-RECENT_DAYS:]), kind, at_least, horizon)


def boot12(daily: FloatArray, kind: Kind, at_least: int, horizon: int) -> Forecast:
    """Windows drawn from the last twelve months: all of them, so that no luck enters.

    A longer window is put together from blocks of 30 days of the year, drawn with a fixed seed.
    """
    year = daily[-YEAR_DAYS:]
    side_by_side = len(year) / horizon
    starts = whole_windows(len(year), horizon)
    if len(starts) == 0:
        year = _futures_of_blocks(year, horizon)
        starts = np.arange(_FUTURES) * horizon
    answers = answers_of(year, starts, kind, at_least, horizon)
    return _empirical(answers, side_by_side, kind, horizon)


def _empirical(answers: FloatArray, side_by_side: float, kind: Kind, horizon: int) -> Forecast:
    if kind == "count":
        return from_values(answers)
    happened = np.isfinite(answers) if kind == "date" else answers > 0.0
    chance = jeffreys(float(happened.mean()), side_by_side)
    if kind == "yes_no":
        return Forecast(chance, None)
    if not happened.any():
        return from_hazard(chance, horizon)
    by_day = np.bincount(answers[happened].astype(int), minlength=horizon + 1)[1:].cumsum()
    return from_day_chances(chance * by_day / by_day[-1])


def _poisson(rate: float, kind: Kind, at_least: int, horizon: int) -> Forecast:
    """rate : events per day."""
    if kind == "yes_no":
        return Forecast(float(pdtrc(at_least - 1, rate * horizon)), None)
    if kind == "count":
        mean = rate * horizon
        return from_distribution(lambda count: pdtr(count, mean), mean, mean)
    return from_day_chances(pdtrc(at_least - 1, rate * np.arange(1, horizon + 1)))


def jeffreys(share: float, n: float) -> float:
    """A share of n trials, smoothed by half a trial of either kind.

    >>> jeffreys(0.0, 9)
    0.05
    """
    return (share * n + 0.5) / (n + 1.0)


def _rate(daily: FloatArray) -> float:
    return (float(daily.sum()) + 0.5) / len(daily)


def _futures_of_blocks(year: FloatArray, horizon: int) -> FloatArray:
    """[future x horizon] one future after the other, each of blocks of days of the year."""
    length = min(BLOCK_DAYS, len(year))
    blocks = -(-horizon // length)
    first = np.random.default_rng(0).integers(0, len(year) - length + 1, (_FUTURES, blocks, 1))
    return year[first + np.arange(length)].reshape(_FUTURES, -1)[:, :horizon].ravel()


def _share_of(days: int | None) -> Callable[[FloatArray, int], Forecast]:
    def share(state: FloatArray, horizon: int) -> Forecast:
        seen = state if days is None else state[-days:]
        return Forecast(jeffreys(float(seen.mean()), len(seen)), None)

    return share


_DAILY: Mapping[str, Callable[[FloatArray, Kind, int, int], Forecast]] = MappingProxyType({
    "climatology": climatology, "last90": last90, "boot12": boot12, "regression": fit_and_forecast,
})  # fmt: skip
_STATE: Mapping[str, Callable[[FloatArray, int], Forecast]] = MappingProxyType({
    "climatology": _share_of(None), "last90": _share_of(RECENT_DAYS),
    "boot12": _share_of(YEAR_DAYS), "regression": forecast_state,
})  # fmt: skip

BASELINES = tuple(_DAILY)
"""Names of the members that need nothing but the question's own series."""


def forecast_daily(
    member: str, daily: FloatArray, kind: Kind, at_least: int, horizon: int
) -> Forecast:
    """What a baseline says of the ``horizon`` days after the last day of ``daily``.

    daily : [day] events of the question on every day known at the origin, up to and with it.
    Raises UnknownName for no such member, RunRefused for a series or question that is not one.
    """
    if member not in _DAILY:
        raise UnknownName("baseline", member, BASELINES)
    check_series(daily)
    check_question(kind, at_least, horizon)
    return _DAILY[member](daily, kind, at_least, horizon)


def forecast_share(member: str, state: FloatArray, horizon: int) -> Forecast:
    """The probability that a condition is true ``horizon`` days after the last day of ``state``.

    state : [day] 1 where it was true at the end of the day, else 0.
    Raises as ``forecast_daily``.
    """
    if member not in _STATE:
        raise UnknownName("baseline", member, BASELINES)
    check_state(state)
    check_question("yes_no", 1, horizon)
    return _STATE[member](state, horizon)
