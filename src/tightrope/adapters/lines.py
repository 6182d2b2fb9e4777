"""Dated rows with an event column -> a theatre of rhythms, an event type for each word in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from tightrope.adapters.entries import Entry, Intake, check_time, left_out, number_of_rows, regular
from tightrope.adapters.event_types import EventType, sort_into_types
from tightrope.adapters.naming import name_from
from tightrope.adapters.texts import Origin
from tightrope.adapters.theatre import Imported, check_folder, digest, make_theatre
from tightrope.errors import TightropeError, did_you_mean
from tightrope.tables.columns import Columns, Line, find_columns
from tightrope.tables.faults import FaultList
from tightrope.tables.table import open_table
from tightrope.tables.values import (
    ONE,
    Bounds,
    Days,
    printable,
    read_bounds,
    read_day,
    read_days,
    read_name,
)
from tightrope.theatre.schema import PLOVER

T = TypeVar("T")

USUAL = {
    "date": ("date", "event_date", "day", "date_start", "sqldate", "dt", "when"),
    "event": ("event", "event_type", "type", "kind", "category", "plover"),
    "count": ("count", "counts", "n_events"),
    "deaths": ("deaths", "fatalities", "killed"),
    "known": ("known", "published", "publication_date", "date_published", "reported"),
    "id": ("id", "event_id", "row_id", "event_id_cnty", "globaleventid"),
}
"""Names of columns that are found without being told, by what they mean; the first one counts."""
FAMILY = "events"
"""Family of types whose word has no group before a slash."""
DEFAULT_PLOVER = "ASSAULT"
_LONGEST_NOTE = 300
_SUM = ", or add up the rows of one day and type and give the sums with --count"


@dataclass
class _Reader:
    columns: Columns
    intake: Intake
    covered: list[date] = field(default_factory=list[date])
    """First and last day of the rows so far, those that count nothing too."""
    empty: int = 0

    def read(self) -> None:
        """Take in every row."""
        for line in self.columns.lines():
            before = self.intake.faults.count
            entry = self._entry(line)
            if entry is None or self.intake.faults.count > before:
                continue
            self._cover(entry.days)
            if entry.count == (0, 0):
                self.empty += 1
            else:
                self.intake.add(entry)

    def _cover(self, days: Days) -> None:
        known = [*self.covered, *days]
        self.covered = [min(known), max(known)]

    def _entry(self, line: Line) -> Entry | None:
        days = line.take("date", read_days, "bad-date")
        if days is None or not self.intake.wants(days):
            return None
        event = line.take("event", lambda text: read_name(printable(text)), "missing-event")
        return Entry(
            line.number, self.intake.row_id(line), event or "", days, _known(line, days),
            _count(line), _optional(line, "deaths", read_bounds, "bad-deaths"),
            note=printable(line.cells.get("text", ""))[:_LONGEST_NOTE],
        )  # fmt: skip


def import_lines(
    table: Path, folder: Path, *, columns: Mapping[str, str | None] | None = None,
    at_least: int = 1, since: date | None = None, until: date | None = None,
    plover: str | None = None,
) -> Imported:  # fmt: skip
    """Make a theatre from a table of dated rows (CSV, TSV, JSON lines or Parquet).

    columns : names of the columns for ``date``, ``event``, ``count``, ``deaths``, ``known``, ``id``
    and ``text``; those not given are found by their usual names, except the text. at_least : events
    that make a type of its own; rarer ones are pooled. since, until : first and last day of the
    theatre's time; by default the first month of regular coverage, and the last day in the table.
    plover : PLOVER kind of events whose word is none. Raises TableError with the faults of the
    table, TightropeError when the folder cannot be made; nothing is written then.
    """
    check_folder(folder)
    check_time(since, until)
    _check_plover(plover)
    faults = FaultList(table.name)
    reader = _read(table, faults, Intake(faults, since, until, _SUM), columns or {})
    # A table that counts zeros says itself from when on it is complete.
    told = reader.covered[0] if reader.empty else None
    entries, start = regular(reader.intake.entries, since or told)
    last = until or reader.covered[1]
    drafts = {entry.event: _draft(entry.event, plover) for entry in entries}
    pools = {kind.family: _pool(kind, at_least) for kind in drafts.values()}
    kinds = sort_into_types(entries, drafts, pools, at_least, faults)
    says = f"Events from {printable(table.name)}"
    make_theatre(folder, says, _origin(table), (start, last), entries, kinds, faults)
    said = tuple(_said(reader, entries, start, kinds.types, plover))
    return Imported(folder, start, last, len(entries), kinds.types, said)


def _check_plover(plover: str | None) -> None:
    if plover is not None and plover.partition("/")[0] not in PLOVER:
        offer = did_you_mean(plover, PLOVER) or f"; write one of {', '.join(PLOVER)}"
        raise TightropeError(f"{plover!r} is no PLOVER type{offer}")


def _read(
    table: Path, faults: FaultList, intake: Intake, given: Mapping[str, str | None]
) -> _Reader:
    source = open_table(table, faults)
    faults.tell()
    assert source is not None  # without a fault there is a table
    columns = find_columns(
        source, faults, given={meaning: given.get(meaning) for meaning in (*USUAL, "text")},
        usual=USUAL, needed=[("date", "event")],
    )  # fmt: skip
    faults.tell()
    reader = _Reader(columns, intake)
    reader.read()
    intake.check()
    return reader


def _optional(line: Line, meaning: str, read: Callable[[str], T], code: str) -> T | None:
    return line.take(meaning, read, code) if line.cells.get(meaning) else None


def _count(line: Line) -> Bounds:
    """An empty cell of a column of counts is a fault: it may mean none, one or not known."""
    if "count" not in line.columns:
        return ONE
    return line.take("count", read_bounds, "bad-count") or ONE


def _known(line: Line, days: Days) -> date | None:
    known = _optional(line, "known", read_day, "bad-date")
    if known is not None and known < days.earliest:
        says = f"known on {known}, before it happened on {days.text()}; "
        line.fault("known", "known-too-early", says + "give the day on which it was public")
    return known


def _draft(event: str, plover: str | None) -> EventType:
    head = event.partition("/")[0].strip()
    family = head if "/" in event and head else FAMILY
    kind = head.upper() if head.upper() in PLOVER else plover or DEFAULT_PLOVER
    return EventType(event, event, family, kind)


def _pool(kind: EventType, at_least: int) -> EventType:
    says = f"Other {kind.family} (types with fewer than {at_least})"
    return EventType(f"other {kind.family}", says, kind.family, kind.plover)


def _origin(table: Path) -> Origin:
    name = printable(table.name)
    return Origin(name, "table", {
        "type": "dataset", "title": f"Event table {name}", "outlet": "not stated in the table",
        "sha256": digest(table), "note": "behind # stands the id of the row",
    })  # fmt: skip


def _said(
    reader: _Reader, entries: Sequence[Entry], start: date, kinds: Sequence[EventType],
    plover: str | None,
) -> Iterable[str]:  # fmt: skip
    yield f"columns: {reader.columns.named()}"
    yield from left_out(reader.intake, len(reader.intake.entries) - len(entries), start)
    if reader.empty:
        yield f"no event in {number_of_rows(reader.empty)}, which only show what time is covered"
    if plover is None and any(kind.plover == DEFAULT_PLOVER for kind in kinds):
        yield (f"types whose word is no PLOVER kind are called {DEFAULT_PLOVER}; --plover KIND "
               "says otherwise")  # fmt: skip
    plain = Counter(name_from(kind.says, "event") for kind in kinds)
    for name in (name for name, n in plain.items() if n > 1):
        same = ", ".join(repr(k.says) for k in kinds if name_from(k.says, "event") == name)
        yield f"{same} are spelled nearly alike and are types of their own; mend the table if not"
