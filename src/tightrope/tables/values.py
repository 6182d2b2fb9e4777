"""Words of a table -> days, spans and numbers; ValueError says what is wrong and what to write."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from tightrope.theatre.dates import parse_day, parse_span
from tightrope.theatre.quoting import quoted

FIRST_YEAR, LAST_YEAR = 1900, 2100
LONGEST_NAME = 200
MOST_A_DAY = 255
"""The engine counts no more events of one type on a day."""

_REMEMBERED = 50_000
"""A table of millions of rows repeats its days; reading each once takes most of the time away."""
_TIMED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{2}:[0-9]{2}.*")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_LOCAL = re.compile(r"[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}.*")
_NUMBER = re.compile(r"([0-9]{1,9})(?:\.0*)?")
_BOUNDS = re.compile(r"([0-9]{0,9})\.\.([0-9]{0,9})")


class Days(NamedTuple):
    """First and last day on which something may have happened."""

    earliest: date
    latest: date

    def middle(self) -> date:
        """The day on which it is counted, as everywhere in the project."""
        return self.earliest + (self.latest - self.earliest) // 2

    def text(self) -> str:
        """The span as history.csv writes it.

        >>> Days(date(2014, 2, 1), date(2014, 2, 28)).text()
        '2014-02'
        """
        first, last = self
        if first == last:
            return first.isoformat()
        after = last + timedelta(1)
        if (first.day, after.day) == (1, 1):
            if (after.year - first.year) * 12 + after.month - first.month == 1:
                return first.isoformat()[:7]
            if (first.month, after.month, after.year - first.year) == (1, 1, 1):
                return first.isoformat()[:4]
        return f"{first}/{last}"


class Bounds(NamedTuple):
    """A number, or bounds of it; ``high`` is None when there is no upper bound."""

    low: int
    high: int | None

    def text(self) -> str:
        """The bounds as history.csv writes them: 3, 3..5 or 3.. ."""
        if self.low == self.high:
            return str(self.low)
        return f"{self.low}..{'' if self.high is None else self.high}"


ONE = Bounds(1, 1)


@lru_cache(_REMEMBERED)
def read_day(text: str) -> date:
    """A day, with or without a time of day behind it.

    >>> read_day("2014-01-24 00:00:00.000"), read_day("20140124")
    (datetime.date(2014, 1, 24), datetime.date(2014, 1, 24))
    """
    return _within_years(Days(*[parse_day(_plain(text))] * 2), text).earliest


@lru_cache(_REMEMBERED)
def read_days(text: str) -> Days:
    """A day, or a span in the dates of the theatre language, closed at both ends."""
    span = parse_span(_plain(text))
    if span.earliest is None or span.latest is None:
        raise ValueError(f"{quoted(text)} has an open end; give the first and the last day")
    return _within_years(Days(span.earliest, span.latest), text)


def read_number(text: str) -> int:
    """A whole number from 0 up."""
    found = _NUMBER.fullmatch(text)
    if found:
        return int(found[1])
    if text.startswith("-"):
        raise ValueError(f"{quoted(text)} is negative; write 0 or more")
    shown = quoted(text) if text else "an empty cell"
    raise ValueError(f"{shown} is no whole number; write for example 3")


def read_bounds(text: str) -> Bounds:
    """A whole number, or bounds: 5..8, 24.. ."""
    found = _BOUNDS.fullmatch(text)
    if not found or not (found[1] or found[2]):
        number = read_number(text)
        return Bounds(number, number)
    low, high = int(found[1] or 0), int(found[2]) if found[2] else None
    if high is not None and high < low:
        raise ValueError(f"{quoted(text)} runs backwards; write the smaller number first")
    return Bounds(low, high)


def read_name(text: str) -> str:
    """A name that fits into a line of a theatre: something, and not a whole paragraph."""
    if not text:
        raise ValueError("it is empty; fill it in, or remove the row")
    if len(text) > LONGEST_NAME:
        raise ValueError(
            f"{quoted(text)} is longer than {LONGEST_NAME} characters; is it the right column?"
        )
    return text


def printable(text: str) -> str:
    """Text without what cannot be shown, on one line."""
    if text.isprintable():
        return text.strip()
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _plain(text: str) -> str:
    if _LOCAL.fullmatch(text):
        raise ValueError(f"{quoted(text)} can be read in several ways; write YYYY-MM-DD")
    timed = _TIMED.fullmatch(text)
    compact = _COMPACT.fullmatch(text)
    return timed[1] if timed else "-".join(compact.groups()) if compact else text


def _within_years(days: Days, text: str) -> Days:
    if days.earliest.year < FIRST_YEAR or days.latest.year > LAST_YEAR:
        raise ValueError(f"{quoted(text)} lies outside {FIRST_YEAR} to {LAST_YEAR}; check the year")
    return days
