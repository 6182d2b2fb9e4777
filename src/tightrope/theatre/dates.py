"""Dates as sources give them: a small subset of EDTF (ISO 8601-2) at day resolution.

    2020-01-03              a day
    2019-12                 a month: some day in it
    2019                    a year: some day in it
    2019-12-27~             about that day (three days either way)
    2023-10-17/2024-02-04   an interval, both ends included
    2020-01-03/..           open: from that day on
    ../2011-12-18           open: until that day

The reader is the project's own because the meaning of ``~`` and of an open end must be one that a
forecast can use: a bounded span of days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from tightrope.theatre.quoting import quoted

ABOUT_DAYS = {"day": 3, "month": 15, "year": 182}
"""Days either way that a ``~`` allows: a few for a day, half its length for a month or a year."""

_PART = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(~?)")


@dataclass(frozen=True)
class Span:
    """The days on which something may have happened; ``None`` is an open end."""

    text: str
    earliest: date | None
    latest: date | None

    @property
    def is_day(self) -> bool:
        """Whether the day is known exactly."""
        return self.earliest is not None and self.earliest == self.latest

    @property
    def days(self) -> int | None:
        """Number of days in the span, or None when an end is open."""
        if self.earliest is None or self.latest is None:
            return None
        return (self.latest - self.earliest).days + 1

    def middle(self) -> date:
        """The day that stands for the span where one must be chosen."""
        if self.earliest is None or self.latest is None:
            raise ValueError(f"{self.text!r} is open: it has no middle")
        return self.earliest + (self.latest - self.earliest) // 2


def parse_span(text: str) -> Span:
    """Read a date of the subset above.

    Raises ValueError with a sentence that says what is wrong and what to write instead.

    >>> parse_span("2019-12").latest
    datetime.date(2019, 12, 31)
    """
    text = text.strip()
    if "/" not in text:
        return Span(text, *_bounds(text, text))
    ends = text.split("/")
    if len(ends) != 2:
        raise ValueError(f"{quoted(text)} has more than one '/'; write START/END")
    start, end = ends
    if start in ("", "..") and end in ("", ".."):
        raise ValueError(f"{quoted(text)} is open at both ends; give at least one day")
    earliest = None if start == ".." else _bounds(start, text)[0]
    latest = None if end == ".." else _bounds(end, text)[1]
    if earliest and latest and earliest > latest:
        raise ValueError(f"{quoted(text)} ends before it starts; swap the two days")
    return Span(text, earliest, latest)


def parse_day(text: str) -> date:
    """Read an exact day ``YYYY-MM-DD``; ValueError says why it is none.

    >>> parse_day("2020-01-03")
    datetime.date(2020, 1, 3)
    """
    span = parse_span(text)
    if not span.is_day or span.earliest is None:
        raise ValueError(f"{quoted(text)} is not one day; write YYYY-MM-DD")
    return span.earliest


def _bounds(part: str, whole: str) -> tuple[date, date]:
    found = _PART.fullmatch(part)
    if not found:
        raise ValueError(
            f"{quoted(whole)} is not a date; write 2020-01-03, 2019-12, 2019-12-27~, "
            "2023-10-17/2024-02-04 or 2020-01-03/.."
        )
    year, month, day, about = found.groups()
    precision = "day" if day else "month" if month else "year"
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        last = first.replace(month=int(month or 12))
        if not day:
            last = last.replace(day=monthrange(last.year, last.month)[1])
        slack = timedelta(ABOUT_DAYS[precision] if about else 0)
        return first - slack, last + slack
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"{quoted(whole)} does not exist in the calendar ({error}); check year, month and day"
        ) from None
