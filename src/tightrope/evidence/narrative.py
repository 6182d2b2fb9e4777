"""The day of which a tale is telling, and the times that it counts from there.

A paragraph tells of one time until it names another: "on 3 January ... The crowd ... A month later
...". What is told in the past tense without a date belongs to it. A new paragraph begins anew.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from tightrope.evidence.when import Moment, counted, month_after
from tightrope.theatre.dates import parse_span

_N = (
    r"(?P<n>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a few"
    r"|several)"
)
_LATER = re.compile(
    rf"\b(?:(?P<same>(?:on )?(?:the same|that(?: same| very)?) (?:day|evening|night|morning|week"
    rf"|month|year))|(?P<next>the (?:next|following) (?P<nu>day|morning|week|month|year))"
    rf"|{_N} (?P<unit>day|week|month|year)s? (?P<way>later|after(?:wards?)?|earlier|before))\b",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\n\s*\n|\n")
_UNITS = {"morning": 1, "day": 1, "week": 7}


class Narrative:
    """Where a tale stands in time, sentence by sentence."""

    def __init__(self) -> None:
        self.told: str | None = None
        self._end = 0

    def enter(self, text: str, start: int) -> None:
        """Begin a sentence at an offset; a new paragraph forgets."""
        if _BREAK.search(text, self._end, start):
            self.told = None

    def times(self, text: str, start: int, end: int, found: list[Moment]) -> list[Moment]:
        """The times of a sentence: those found, and those counted from what was told last."""
        self._end = end
        times = list(found)
        for match in _LATER.finditer(text, start, end):
            before = [t.edtf for t in found if t.end <= match.start()]
            edtf = _counted_from(match, before[-1] if before else self.told)
            if edtf is not None:
                times = [t for t in times if t.end <= match.start() or t.start >= match.end()]
                times.append(Moment(match.start(), match.end(), edtf, "later"))
        times.sort(key=lambda moment: moment.start)
        past = [moment for moment in times if not moment.future]
        self.told = past[-1].edtf if past else self.told
        return times


def _counted_from(match: re.Match[str], told: str | None) -> str | None:
    if told is None or told.startswith("../") or told.endswith("/.."):
        return None
    if match["same"]:
        return told
    count = 1 if match["next"] else counted(match["n"])
    unit = (match["nu"] or match["unit"]).lower()
    if (match["way"] or "").lower() in ("earlier", "before"):
        count = -count
    try:
        return _moved(parse_span(told).latest, count, unit)
    except (ValueError, OverflowError):
        return None


def _moved(day: date | None, count: int, unit: str) -> str | None:
    if day is None:
        return None
    if unit in _UNITS:
        moved = day + timedelta(count * _UNITS[unit])
        return moved.isoformat() + ("~" if unit == "week" or abs(count) > 3 else "")
    return month_after(day, count) if unit == "month" else f"{day.year + count:04}"
