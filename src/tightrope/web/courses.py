"""How an answer has moved over the past year: one number for each earlier day that was run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tightrope.charts.spark import sparkline
from tightrope.foresight.answer import Answer
from tightrope.foresight.outlook import Outlook
from tightrope.foresight.questions import CHANCES
from tightrope.foresight.wording import amount, long_date, percent


@dataclass(frozen=True)
class Past:
    """The line of one question, and what it says."""

    spark: str
    says: str
    """For those who cannot see it."""
    change: str
    """Since the first of the earlier days, in points or in the answer's own unit."""
    points: tuple[tuple[date, float | None], ...]


def headline(answer: Answer | None) -> float | None:
    """The number that stands for an answer: its probability, or its median."""
    if answer is None or answer.refused or not answer.horizons:
        return None
    if answer.kind in CHANCES:
        return answer.probability
    return (answer.quantiles or {}).get(0.5)


def past_of(answer: Answer, now: date, earlier: Sequence[Outlook]) -> Past | None:
    """The course of an answer, None where no earlier day has one.

    earlier : oldest first; each asked the same question on its own day.
    """
    points = [(run.as_of, headline(_same(run, answer.id))) for run in earlier]
    points.append((now, headline(answer)))
    known = [(day, value) for day, value in points if value is not None]
    if len(known) < 2 or known[-1][0] != now:
        return None
    says = f"{_told(answer, *known[0])}, {_told(answer, *known[-1])}"
    most = 1.0 if answer.kind in (*CHANCES, "level") else None
    line = sparkline([value for _, value in points], says, most=most)
    return Past(line, says, _change(answer, known[0], known[-1]), tuple(points))


def _same(run: Outlook, name: str) -> Answer | None:
    return next((answer for answer in run.answers if answer.id == name), None)


def _told(answer: Answer, day: date, value: float) -> str:
    told = percent(value) if answer.kind in CHANCES else amount(value, answer.kind)
    return f"{told} on {long_date(day)}"


def _change(answer: Answer, first: tuple[date, float], last: tuple[date, float]) -> str:
    gap = last[1] - first[1]
    if answer.kind in CHANCES:
        told, zero = f"{100 * gap:+.0f} points", round(100 * gap) == 0
    else:
        digits = 0 if answer.kind == "count" else 2
        told, zero = f"{gap:+.{digits}f}", round(gap, digits) == 0
    return "no change" if zero else told.replace("-", "−")
