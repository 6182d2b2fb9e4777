"""Windows of a daily series: where they start, what a question's answer was, what came before."""

from __future__ import annotations

import numpy as np

from tightrope.errors import RunRefused
from tightrope.foresight.members.forecast import Kind
from tightrope.types import FloatArray

Positions = np.ndarray[tuple[int], np.dtype[np.int64]]

_WHOLE = 1e-6
"""The spread remainder of a tally is a fraction a day, and sums of it miss a whole by so much."""


def check_question(kind: Kind, at_least: int, horizon: int) -> None:
    """RunRefused, with all faults, if a daily series cannot answer such a question."""
    faults: list[str] = []
    if kind not in ("yes_no", "count", "date"):
        faults.append(f"a series of days answers yes_no, count or date, and not {kind!r}")
    if at_least < 1:
        faults.append(f"at_least is {at_least}; it starts at 1")
    if horizon < 1:
        faults.append(f"the horizon is {horizon} days; it starts at 1")
    if faults:
        raise RunRefused("; ".join(faults))


def check_series(daily: FloatArray) -> None:
    """RunRefused unless it is [day] of finite numbers, none below zero, of one day or more."""
    if daily.ndim != 1 or len(daily) == 0:
        raise RunRefused(
            f"a daily series of shape {daily.shape} says nothing of the past; give [day], with "
            "at least one day known"
        )
    wrong = np.flatnonzero(~(np.isfinite(daily) & (daily >= 0.0)))
    if len(wrong):
        day = int(wrong[0])
        raise RunRefused(f"day {day} of the series has {daily[day]}; a day counts 0 or more")


def check_state(state: FloatArray) -> None:
    """RunRefused unless it is [day] of ones and zeros."""
    check_series(state)
    wrong = np.flatnonzero((state != 0.0) & (state != 1.0))
    if len(wrong):
        day = int(wrong[0])
        raise RunRefused(f"day {day} of the state is {state[day]}; it is 1 where true, else 0")


def running_total(daily: FloatArray) -> FloatArray:
    """[day + 1] events before each dawn, the first of them zero."""
    return np.concatenate([[0.0], np.cumsum(daily)])


def whole_windows(days: int, horizon: int) -> Positions:
    """[window] first days of all windows that end within ``days`` days; none if they are short."""
    return np.arange(max(days - horizon + 1, 0))


def answers_of(
    daily: FloatArray, starts: Positions, kind: Kind, at_least: int, horizon: int
) -> FloatArray:
    """[window] what happened: 1 or 0, a count in whole events, or the day (from 1; or infinity)."""
    upto = running_total(daily)
    if kind == "date":
        day = np.searchsorted(upto, upto[starts] + at_least - _WHOLE) - starts
        return np.where(day <= horizon, day, np.inf)
    total = upto[starts + horizon] - upto[starts]
    if kind == "yes_no":
        return (total > at_least - _WHOLE).astype(float)
    return np.rint(total)


def before(daily: FloatArray, dawns: Positions, days: int) -> tuple[FloatArray, FloatArray]:
    """[dawn] events of the last ``days`` days before each dawn, and the days that were known."""
    upto = running_total(daily)
    first = np.maximum(dawns - days, 0)
    return upto[dawns] - upto[first], (dawns - first).astype(float)
