"""The time that a table covers: from when on its silence means that nothing happened."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

SHARE_OF_A_YEAR = 0.5
"""Coverage is regular from the first month whose year has this share of an average year's rows."""
MOST_LEFT_OUT = 0.1
"""A record that merely grows is not cut: at most this share of the rows lies before."""


def first_regular_month(days: Sequence[date]) -> date:
    """First day of the month from which on a table's rows come regularly.

    1. the first month of which the twelve months from it on hold half an average year's rows
    2. from there on, the first month that has a row
    3. but no later than the month in which a tenth of the rows is reached

    Raises ValueError when there are no days.
    """
    ordered = sorted(days)
    counts = Counter(map(_month, ordered))
    first, last = _month(ordered[0]), _month(ordered[-1])
    total = [0, *accumulate(counts[month] for month in range(first, last + 13))]
    enough = SHARE_OF_A_YEAR * len(ordered) / max((last - first + 1) / 12, 1)
    months = range(first, last + 1)
    dense = next(m for m in months if total[m + 12 - first] - total[m - first] >= enough)
    dense = next(m for m in months if m >= dense and counts[m])
    tenth = _month(ordered[int(MOST_LEFT_OUT * len(ordered))])
    year, month = divmod(min(dense, tenth), 12)
    return date(year, month + 1, 1)


def end_of_month(day: date) -> date:
    """Last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
