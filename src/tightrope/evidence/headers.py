"""The day of publication, where the head of a text says it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from tightrope.evidence.document import Span

FIRST_YEAR, LAST_YEAR = 1900, 2100
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAYS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![0-9])(?P<year>[0-9]{4})[-/.](?P<number>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})(?![0-9])",
        r"\b" + _MONTH.format("month") + r"\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})\b",
        r"\b(?P<day>[0-9]{1,2})(?:st|nd|rd|th)? " + _MONTH.format("month") + r"\.?,? (?P<year>[0-9]{4})\b",
    )
]  # fmt: skip


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
