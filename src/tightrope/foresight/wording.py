"""Numbers in words: the one place that decides how a probability, a count or a day is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tightrope.foresight.answer import Answer, Estimate
from tightrope.foresight.questions import CHANCES, day_of


def percent(share: float) -> str:
    """A probability: whole percent, and never a certainty that paths cannot give.

    >>> percent(0.73), percent(0.001), percent(0.9991)
    ('73 %', '<1 %', '>99 %')
    """
    if share <= 0.005:
        return "<1 %"
    return ">99 %" if share >= 0.995 else f"{100 * share:.0f} %"


def observed_share(share: float) -> str:
    """A share of what was seen, where never and always are facts.

    >>> observed_share(0.0), observed_share(0.004), observed_share(1.0)
    ('0 %', '<1 %', '100 %')
    """
    return f"{100 * share:.0f} %" if share in (0.0, 1.0) else percent(share)


def amount(value: float, kind: str) -> str:
    """A count as a whole number, a reading with two digits."""
    return f"{value:.0f}" if kind == "count" else f"{value:.2f}"


def answer_in_short(answer: Answer, estimate: Estimate | None, first_day: date) -> str:
    """An estimate for a cell of a table: a probability, a median with its 90 % range, or a day."""
    if estimate is None:
        return ""
    if answer.kind == "yes_no":
        return percent(estimate.probability or 0.0)
    quantiles = estimate.quantiles or {}
    if answer.kind == "date":
        return day_of(first_day, quantiles[0.5]) or f"after {estimate.days} d"
    low, middle, high = (amount(quantiles[q], answer.kind) for q in (0.05, 0.5, 0.95))
    return f"{middle} ({low} to {high})"


def answers_by_horizon(answer: Answer, horizons: Sequence[int], first_day: date) -> list[str]:
    """One cell for each horizon; a question with another window of its own says it in the last."""
    cells = [answer_in_short(answer, answer.at(days), first_day) for days in horizons]
    if answer.refused:
        cells[-1] = "no answer"
    elif answer.window_days not in horizons:
        own = answer_in_short(answer, answer.horizons[-1], first_day)
        cells[-1] = f"{own} in {answer.window_days} d"
    return cells


def error_in_short(estimate: Estimate | None, kind: str) -> str:
    """The Monte Carlo error, in percentage points or in the answer's own unit."""
    if estimate is None or estimate.mc_error is None:
        return ""
    if kind in CHANCES:
        return f"{100 * estimate.mc_error:.1f} points"
    return mean_in_short(estimate.mc_error)


def base_rate_in_short(base_rate: float | None, kind: str) -> str:
    """How the past answered: a share of windows (or days), or a mean count."""
    if base_rate is None:
        return ""
    return observed_share(base_rate) if kind in CHANCES else mean_in_short(base_rate)


def mean_in_short(mean: float) -> str:
    """A mean count with two digits, whole where it has more; never with an exponent.

    >>> mean_in_short(0.712), mean_in_short(23.4), mean_in_short(1234.5)
    ('0.71', '23', '1,234')
    """
    return f"{mean:,.0f}" if abs(mean) >= 10 else f"{mean:.2g}"


def long_date(day: date) -> str:
    """A day for readers, in the same words on every machine.

    >>> long_date(date(2019, 12, 26))
    '26 December 2019'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def chances_in_hundred(share: float) -> str:
    """A probability as a frequency, which most readers take in better.

    >>> chances_in_hundred(0.734), chances_in_hundred(0.0)
    ('73 of 100', 'fewer than 1 of 100')
    """
    if share <= 0.005:
        return "fewer than 1 of 100"
    if share >= 0.995:
        return "more than 99 of 100"
    return f"{100 * share:.0f} of 100"
