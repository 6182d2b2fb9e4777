"""Dates of acts, as EDTF: what the words say, anchored on the day of publication.

on Sunday                   the last such day, publication included
last week                   Monday to Sunday of the week before
earlier this week           Monday to the day of publication
a few days ago              two to seven days before
two weeks ago               about that day
last month, in 2014, in October, December 27, 3 January 2020
over the past four months   from the month four months before to the month of publication
since October               from then on; to the day of publication where that is known
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tightrope.evidence.tokens import word_set

_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_SHORT = {m[:3]: n + 1 for n, m in enumerate(_MONTHS)} | {"sept": 9}
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "several": 3, "a few": 3,
}  # fmt: skip
_ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
_MONTH = (
    r"(?P<month>january|february|march|april|may|june|july|august|september|october|november"
    r"|december|jan\.?|feb\.?|mar\.|apr\.|aug\.?|sept?\.?|oct\.?|nov\.?|dec\.?)"
)
_N = r"(?P<n>\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several)"

_PATTERN = re.compile(
    "|".join(
        (
            rf"(?P<garbled>\b(?:19|20)\d\d\. {_MONTH.replace('month', 'gmonth')}\b)",
            rf"(?P<dmy>\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH.replace('month', 'm1')}"
            r"(?:,? (?P<y1>(?:19|20)\d\d))?)(?!\w)",
            rf"(?P<mdy>\b{_MONTH.replace('month', 'm2')} (?P<d2>\d{{1,2}})"
            r"(?:st|nd|rd|th)?\b(?!,?\d)"
            r"(?:,? (?P<y2>(?:19|20)\d\d)\b)?)",
            rf"(?P<my>\b{_MONTH.replace('month', 'm3')},? (?P<y3>(?:19|20)\d\d)\b)",
            r"(?P<iso>\b(?:19|20)\d\d-\d\d-\d\d\b)",
            r"(?P<eve>\bnew year[’']s eve\b)",
            rf"(?P<ago>\b(?:(?P<few>a few|some|several|a couple of)|{_N}) "
            r"(?P<unit>day|week|month|year|decade)s? (?:ago|earlier|before)\b)",
            r"(?P<past>\b(?:over|during|in|for|within) the (?:past|last|previous) "
            rf"(?:{_N.replace('<n>', '<pn>')} )?"
            r"(?P<punit>day|week|month|year)s?\b)",
            r"(?P<recent>\bin recent (?P<runit>days|weeks|months)\b)",
            r"(?P<thisweek>\b(?:earlier |later )?this week\b)",
            r"(?P<last>\b(?P<which>last|previous|past|next|this) (?P<lunit>week|month|year|night|"
            + "|".join(_DAYS) + r")\b)",
            r"(?P<day>\b(?P<weekday>" + "|".join(_DAYS) + r")\b)",
            r"(?P<yesterday>\byesterday\b)",
            r"(?P<overnight>\bovernight\b)",
            r"(?P<today>\b(?:today|earlier in the day)\b)",
            r"(?P<tomorrow>\btomorrow\b)",
            r"(?P<of>\b(?P<on>two|three|four|five|six) days of\b)",
            r"(?P<second>\bfor (?:a|the) (?P<nth>second|third|fourth|fifth) "
            r"(?:consecutive |straight )?day\b)",
            r"(?P<bare>\b(?:in|since|early|late|mid|by|of|during|from|until) "
            rf"(?:early |late |mid-)?{_MONTH.replace('month', 'm4')}\b(?!,? (?:19|20)\d\d))",
            r"(?P<year>\b(?:in|since|of|by|until|after|the|from|during|late|early) "
            r"(?:(?:early|late|mid|the)[ -])?(?P<yyyy>(?:19|20)\d\d)\b"
            r"(?!\. (?:" + "|".join(_MONTHS) + r"))(?! (?:people|men|troops|soldiers|u\.?s)))",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip


TIME_WORDS = (
    frozenset(_DAYS)
    | frozenset(_MONTHS)
    | word_set(
        "ago earlier before last previous past next this recent yesterday overnight today tomorrow "
        "days eve second third fourth fifth jan. feb. mar. apr. aug. sep. sept. oct. nov. dec. jan "
        "feb aug sept oct nov dec"
    )
)
"""Words without one of which, and without a figure, a sentence has no time expression."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time expression: where it stands in the text, and what it says."""

    start: int
    end: int
    edtf: str
    kind: str
    """Name of the rule that read it."""
    future: bool = False


def moments(text: str, anchor: date | None, start: int = 0, end: int | None = None) -> list[Moment]:
    """All time expressions between two offsets, in order.

    Without ``anchor`` only what is absolute is read.

    >>> [m.edtf for m in moments("on Sunday, and again last week", date(2024, 2, 7))]
    ['2024-02-04', '2024-01-29/2024-02-04']
    """
    found: list[Moment] = []
    for match in _PATTERN.finditer(text, start, len(text) if end is None else end):
        kind = match.lastgroup or ""
        kind = next(k for k in _READERS if match.group(k) is not None)
        try:
            edtf = _READERS[kind](match, anchor)
        except (ValueError, OverflowError):
            continue
        if edtf:
            since = text[max(0, match.start() - 6) : match.start()].lower().endswith("since ")
            since = since or match.group().lower().startswith("since ")
            future = kind == "tomorrow" or (match.group("which") or "").lower() == "next"
            if since:
                edtf = _since(edtf, anchor)
            found.append(Moment(match.start(), match.end(), edtf, kind, future))
    return found


def _since(edtf: str, anchor: date | None) -> str:
    begin = edtf.split("/")[0].rstrip("~")
    return f"{begin}/{anchor.isoformat()}" if anchor else f"{begin}/.."


def _month(name: str) -> int:
    return _SHORT[name.lower().rstrip(".")[:3]]


def _latest(anchor: date | None, month: int, day: int | None, year: str | None) -> str:
    """A day or month without year is the last one before publication."""
    if year:
        return f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}"
    if anchor is None:
        return ""
    guess = date(anchor.year, month, day or 1)
    if (day and guess > anchor + timedelta(31)) or (not day and guess > anchor):
        guess = date(anchor.year - 1, month, day or 1)
    return guess.isoformat() if day else f"{guess.year}-{month:02}"


def _weekday(name: str, anchor: date | None, which: str = "") -> str:
    if anchor is None:
        return ""
    back = (anchor.weekday() - _DAYS.index(name)) % 7
    if which == "next":
        return (anchor + timedelta(7 - back if back else 7)).isoformat()
    if which in ("last", "previous", "past") and back == 0:
        back = 7
    return (anchor - timedelta(back)).isoformat()


def _months_back(anchor: date, months: int) -> str:
    index = anchor.year * 12 + anchor.month - 1 - months
    return f"{index // 12:04}-{index % 12 + 1:02}"


def month_after(day: date, count: int) -> str:
    """The month so many months after that of a day; before it, if negative."""
    return _months_back(day, -count)


def counted(word: str) -> int:
    """What a small number in digits or words says; a few are three."""
    low = word.lower()
    return int(low) if low.isdigit() else _COUNTS[low]


def _ago(match: re.Match[str], anchor: date | None) -> str:
    if anchor is None:
        return ""
    unit = match.group("unit").lower()
    if match.group("few"):
        if unit == "day":
            return f"{anchor - timedelta(7)}/{anchor - timedelta(2)}"
        count = 3
    else:
        count = counted(match.group("n"))
    if unit == "day":
        return (anchor - timedelta(count)).isoformat()
    if unit == "week":
        return (anchor - timedelta(7 * count)).isoformat() + "~"
    if unit == "month":
        return _months_back(anchor, count)
    return f"{anchor.year - count * (10 if unit == 'decade' else 1):04}"


def _past(match: re.Match[str], anchor: date | None) -> str:
    if anchor is None:
        return ""
    count = counted(match.group("pn") or "one")
    unit = match.group("punit").lower()
    if unit in ("day", "week"):
        return f"{anchor - timedelta(count * (7 if unit == 'week' else 1))}/{anchor}"
    if unit == "month":
        return f"{_months_back(anchor, count)}/{anchor.year:04}-{anchor.month:02}"
    return f"{anchor.year - count:04}/{anchor.year:04}"


def _last(match: re.Match[str], anchor: date | None) -> str:
    if anchor is None:
        return ""
    which, unit = match.group("which").lower(), match.group("lunit").lower()
    if unit in _DAYS:
        return _weekday(unit, anchor, which)
    if unit == "night":
        return (anchor - timedelta(1)).isoformat()
    back = {"next": -1, "this": 0}.get(which, 1)
    if unit == "week":
        monday = anchor - timedelta(anchor.weekday() + 7 * back)
        return f"{monday}/{monday + timedelta(6)}"
    if unit == "month":
        return _months_back(anchor, back)
    return f"{anchor.year - back:04}"


def _recent(match: re.Match[str], anchor: date | None) -> str:
    if anchor is None:
        return ""
    days = {"days": 7, "weeks": 30, "months": 120}[match.group("runit").lower()]
    return f"{anchor - timedelta(days)}/{anchor}"


def _span(anchor: date | None, back: int, until: int = 0) -> str:
    if anchor is None:
        return ""
    begin, end = anchor - timedelta(back), anchor - timedelta(until)
    return begin.isoformat() if begin == end else f"{begin}/{end}"


_READERS = {
    "garbled": lambda m, a: _latest(a, _month(m.group("gmonth")), None, None)
    or f"{m.group()[:4]}-{_month(m.group('gmonth')):02}",
    "dmy": lambda m, a: _latest(a, _month(m.group("m1")), int(m.group("d1")), m.group("y1")),
    "mdy": lambda m, a: _latest(a, _month(m.group("m2")), int(m.group("d2")), m.group("y2")),
    "my": lambda m, a: f"{m.group('y3')}-{_month(m.group('m3')):02}",
    "iso": lambda m, a: date.fromisoformat(m.group()).isoformat(),
    "eve": lambda m, a: _latest(a, 12, 31, None) if a else "",
    "ago": _ago,
    "past": _past,
    "recent": _recent,
    "thisweek": lambda m, a: _span(a, a.weekday()) if a else "",
    "last": _last,
    "day": lambda m, a: _weekday(m.group("weekday").lower(), a),
    "yesterday": lambda m, a: _span(a, 1, 1),
    "overnight": lambda m, a: _span(a, 1),
    "today": lambda m, a: _span(a, 0),
    "tomorrow": lambda m, a: _span(a, -1, -1),
    "of": lambda m, a: _span(a, _COUNTS[m.group("on").lower()] - 1),
    "second": lambda m, a: _span(a, _ORDINALS[m.group("nth").lower()] - 1),
    "bare": lambda m, a: _latest(a, _month(m.group("m4")), None, None),
    "year": lambda m, a: m.group("yyyy"),
}  # fmt: skip
