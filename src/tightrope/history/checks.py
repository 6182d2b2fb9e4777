"""Cell by cell: words of a table -> values, each fault with its place and its remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import TypeVar

from tightrope.errors import did_you_mean
from tightrope.history.cells import Cells
from tightrope.history.vocabulary import Vocabulary
from tightrope.theatre.dates import Span, parse_day, parse_span
from tightrope.theatre.quoting import quoted
from tightrope.theatre.schema import PLOVER

STATUSES = ("reported", "corroborated", "alleged", "disputed", "tally", "background")
MOST_YEARS = 200
"""A record that is longer is a slip of the pen (2204 for 2024), and would take all memory."""
_Date = TypeVar("_Date", date, Span)
_COUNT = re.compile(r"([0-9]{0,9})(?:(\.\.)([0-9]{0,9}))?")
_HOME = {
    "event": "theatre.yaml under events:",
    "actor": "theatre.yaml under actors:",
    "condition": "theatre.yaml under conditions:",
    "source": "sources.yaml",
    "mechanism": "mechanisms.yaml",
}


def check_name(
    cells: Cells, column: str, kind: str, known: Collection[str] | None, name: str
) -> None:
    """A name must be one of the theatre's; the fault offers the nearest."""
    if known is None or name in known:
        return
    if not name:
        says = f"the {kind} is empty; write one of {_HOME[kind]}"
        cells.fault(column, f"missing-{kind}", says)
        return
    offer = did_you_mean(name, known) or f"; correct it, or add it in {_HOME[kind]}"
    cells.fault(column, f"unknown-{kind}", f"no {kind} is called {quoted(name)}{offer}")


def check_sources(cells: Cells, known: Collection[str] | None) -> None:
    """Every fact names at least one source, and each must be known."""
    sources = cells.names("sources")
    if not sources:
        says = "a fact needs a source; write document or document#start-end"
        cells.fault("sources", "no-source", says)
    for source in sources:
        check_name(cells, "sources", "source", known, source.partition("#")[0])


def check_status(cells: Cells) -> None:
    """The status is one of a few words."""
    check_word(cells, "status", "status", STATUSES, cells["status"])


def check_plover(cells: Cells) -> None:
    """An empty cell means the type's own kind; anything else is a PLOVER type."""
    if cells["plover"]:
        check_word(cells, "plover", "PLOVER type", PLOVER, cells["plover"].partition("/")[0])


def check_word(cells: Cells, column: str, kind: str, allowed: Collection[str], word: str) -> None:
    """A cell holds one of a few words."""
    if word not in allowed:
        offer = did_you_mean(word, allowed) or f"; write one of {', '.join(allowed)}"
        cells.fault(column, f"unknown-{column}", f"{quoted(word)} is no {kind}{offer}")


def read_date(cells: Cells, column: str, parse: Callable[[str], _Date]) -> _Date | None:
    """What a cell says as a date; None, and a fault, where it is none."""
    try:
        return parse(cells[column])
    except ValueError as error:
        cells.fault(column, "bad-date", str(error))
        return None


def read_span(cells: Cells, words: Vocabulary) -> Span | None:
    """When it happened: both ends known, inside the theatre's time."""
    span = read_date(cells, "date", parse_span)
    if span is None:
        return None
    if span.earliest is None or span.latest is None:
        says = f"{quoted(span.text)} has an open end; give the first and the last day"
        cells.fault("date", "bad-date", says)
        return None
    return span if _is_inside(cells, words, span.earliest, span.latest) else None


def read_day(cells: Cells, words: Vocabulary) -> date | None:
    """The day of a condition's value, inside the theatre's time."""
    day = read_date(cells, "date", parse_day)
    return day if day and _is_inside(cells, words, day, day) else None


def _is_inside(cells: Cells, words: Vocabulary, earliest: date, latest: date) -> bool:
    text, says = quoted(cells["date"]), ""
    if words.starts and earliest < words.starts:
        says = f"{text} lies before the theatre's first day, {words.starts}; "
        says += "remove the row, or move starts: in theatre.yaml"
    elif words.until and latest > words.until:
        says = f"{text} lies after the theatre's last day, {words.until}; "
        says += "remove the row, or move until: in theatre.yaml"
    elif words.starts and latest.year - words.starts.year > MOST_YEARS:
        says = f"{text} lies more than {MOST_YEARS} years after the theatre's first day, "
        says += f"{words.starts}; check the year"
    if says:
        cells.fault("date", "outside-time", says)
    return not says


def read_known(cells: Cells, earliest: date | None, latest: date | None) -> date | None:
    """The day on which it was public; an empty cell means the last day of its date."""
    if not cells["known"]:
        return latest
    known = read_date(cells, "known", parse_day)
    if known and earliest and known < earliest:
        says = f"known on {known}, before it happened on {quoted(cells['date'])}; "
        cells.fault("known", "known-too-early", says + "give the day on which it was public")
    return known


def read_bounds(cells: Cells, column: str) -> tuple[int, int | None] | None:
    """A number, or bounds of it; None for an empty cell."""
    text = cells[column]
    if not text:
        return None
    found = _COUNT.fullmatch(text)
    if not found or not (found[1] or found[3]):
        says = f"{quoted(text)} is no number of {_counted(column)}; write 1, 24.. or 5..8"
        cells.fault(column, f"bad-{column}", says)
        return None
    low = int(found[1] or 0)
    high = low if not found[2] else int(found[3]) if found[3] else None
    if high is not None and high < low:
        says = f"{quoted(text)} runs backwards; write the smaller number first"
        cells.fault(column, f"bad-{column}", says)
    return low, high


def _counted(column: str) -> str:
    return "events" if column == "count" else "deaths"
