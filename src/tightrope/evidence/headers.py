"""The day of publication, where the head of a text says it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from tightrope.evidence.document import Span

FIRST_YEAR, LAST_YEAR = 1900, 2100
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})[a-z]*"
_DAY = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = "(?P<year>[0-9]{4})"
_DAYS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![0-9]){_YEAR}[-/.](?P<number>[0-9]{{1,2}})[-/.](?P<day>[0-9]{{1,2}})(?![0-9])",
        rf"\b{_MONTH}\.? {_DAY},? {_YEAR}\b",
        rf"\b{_DAY} {_MONTH}\.?,? {_YEAR}\b",
    )
]


def published_in(text: str, header: Iterable[Span]) -> date | None:
    """The first full date of a text's header; 07/01/2020 is none, as it can be read in two ways.

    >>> published_in("date 2031-04-09", [Span(0, 15, "other")])
    datetime.date(2031, 4, 9)
    """
    for span in header:
        if span.kind in ("other", "credit"):
            day = first_day(text[span.start : span.end])
            if day:
                return day
    return None


def first_day(words: str) -> date | None:
    """The first date in some words that is a full one."""
    found = [match for pattern in _DAYS for match in pattern.finditer(words)]
    for match in sorted(found, key=lambda match: match.start()):
        parts = match.groupdict()
        month = parts.get("number") or _MONTHS.index(parts["month"].lower()) + 1
        try:
            day = date(int(parts["year"]), int(month), int(parts["day"]))
        except ValueError:
            continue
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    return None
