"""An outlook of an earlier day, as far as a line over the past year needs it: no courses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tightrope.history import History
from tightrope.theatre import Theatre
from tightrope.web.runs import Settings, Tell
from tightrope.web.runs.outlook import arguments, asked

if TYPE_CHECKING:
    from tightrope.foresight.answer import Answer
    from tightrope.foresight.outlook import Outlook

__all__ = ["asked", "months_before", "run"]

PATHS = 1000
"""As many as a backtest has: the line shows a direction, not a third digit."""


def run(theatre: Theatre, history: History, settings: Settings, tell: Tell) -> Outlook:
    """What would have been said on that day, from what was known on it."""
    from tightrope.foresight.outlook import outlook

    result = outlook(theatre, history, **arguments(settings), say=tell)
    return replace(result, answers=tuple(map(_headline, result.answers)))


def _headline(answer: Answer) -> Answer:
    last = tuple(replace(x, dots=None, stack=None) for x in answer.horizons[-1:])
    return replace(answer, drivers=(), horizons=last)


def months_before(as_of: date, months: int) -> list[date]:
    """The same day of so many earlier months, oldest first.

    >>> months_before(date(2024, 3, 31), 2)
    [datetime.date(2024, 1, 31), datetime.date(2024, 2, 29)]
    """
    from calendar import monthrange

    found: list[date] = []
    for back in range(months, 0, -1):
        year, month = divmod(as_of.year * 12 + as_of.month - 1 - back, 12)
        found.append(date(year, month + 1, min(as_of.day, monthrange(year, month + 1)[1])))
    return found
