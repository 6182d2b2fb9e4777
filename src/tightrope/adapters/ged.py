"""UCDP's Georeferenced Event Dataset -> a theatre of rhythms, an event type for each busy dyad.

A row of GED is an event with at least one death: two parties (a dyad), a type of violence, a day or
several, deaths with bounds, and often the days of the reports. Texts of reports are not copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from tightrope.adapters.coverage import end_of_month
from tightrope.adapters.entries import Entry, Intake, check_time, left_out, number_of_rows, regular
from tightrope.adapters.event_types import EventType, sort_into_types
from tightrope.adapters.texts import Origin
from tightrope.adapters.theatre import Imported, check_folder, digest, make_theatre
from tightrope.errors import UnknownName
from tightrope.tables.columns import Columns, Line, find_columns
from tightrope.tables.faults import FaultList
from tightrope.tables.table import open_table
from tightrope.tables.values import (
    Bounds,
    Days,
    printable,
    read_day,
    read_name,
    read_number,
)
from tightrope.theatre.dates import ABOUT_DAYS

AT_LEAST = 50
"""Events that a dyad needs to be a type of its own: from fewer a rhythm is hardly learned."""
COLUMNS = {
    "id": ("id", "event_id"),
    "violence": ("type_of_violence",),
    "dyad": ("dyad_name",),
    "side a": ("side_a", "side_a_name"),
    "side b": ("side_b", "side_b_name"),
    "start": ("date_start", "event_date", "date"),
    "end": ("date_end", "event_date_end"),
    "precision": ("date_prec",),
    "low": ("low", "low_est", "deaths_low"),
    "best": ("best", "best_est", "deaths_best"),
    "high": ("high", "high_est", "deaths_high"),
    "reported": ("source_date",),
    "country": ("country", "country_name"),
    "place": ("where_coordinates", "location"),
    "clarity": ("event_clarity",),
}
"""The columns that are read, by the names that they have had in different versions."""
_WITHOUT_SIDES = ("id", "violence", "start", "end", "low", "best", "high")
_NEEDED = ((*_WITHOUT_SIDES, "side a", "side b"), (*_WITHOUT_SIDES, "dyad"))
_SLACK = {2: ABOUT_DAYS["day"], 3: ABOUT_DAYS["day"], 4: ABOUT_DAYS["month"],
          5: ABOUT_DAYS["year"]}  # fmt: skip
"""Days either way by ``date_prec``, where only one day is given for a date that is not exact."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Violence(NamedTuple):
    """A type of violence in UCDP's sense."""

    family: str
    verb: str


VIOLENCE = {
    1: Violence("state-based", "fights"),
    2: Violence("non-state", "fights"),
    3: Violence("one-sided", "kills"),
}


@dataclass
class _Reader:
    """Rows of the table -> entries, drafts of types on the way."""

    columns: Columns
    intake: Intake
    country: str | None
    drafts: dict[str, EventType]
    countries: set[str]
    reordered: set[int] = field(default_factory=set[int])
    """Lines on which low, best and high are out of order."""

    def read(self) -> None:
        """Take in every row."""
        for line in self.columns.lines():
            if self._is_tags(line) or not self._is_asked_for(line):
                continue
            before = self.intake.faults.count
            entry = self._entry(line)
            if entry is not None and self.intake.faults.count == before:
                self.intake.add(entry)

    def _is_tags(self, line: Line) -> bool:
        """The Humanitarian Data Exchange writes a row of #tags below the header."""
        return line.number == 2 and all(c.startswith("#") for c in line.cells.values() if c)

    def _is_asked_for(self, line: Line) -> bool:
        if self.country is None:
            return True
        name = line.cells["country"]
        self.countries.add(name)
        return name.casefold() == self.country.casefold()

    def _entry(self, line: Line) -> Entry | None:
        days = _days(line, self.intake)
        if days is None or not self.intake.wants(days):
            return None
        name = self.intake.row_id(line)
        violence = line.take("violence", _violence, "bad-violence")
        sides = _sides(line)
        deaths = [line.take(which, read_number, "bad-deaths") for which in ("low", "best", "high")]
        numbers = [number for number in deaths if number is not None]
        if violence is None or sides is None or len(numbers) < 3:
            return None
        low, best, high = numbers
        if not low <= best <= high:
            self.reordered.add(line.number)
        return Entry(
            line.number, name, self._event(violence, sides), days, _known(line, days),
            deaths=Bounds(min(numbers), max(numbers)), by=_parties(sides[0]),
            on=_parties(sides[1]), place=printable(line.cells.get("place", ""))[:80],
            note=_note(line, best, high > low),
        )  # fmt: skip

    def _event(self, violence: int, sides: tuple[str, str]) -> str:
        kind = VIOLENCE[violence]
        event = f"{kind.family}: {sides[0]} - {sides[1]}"
        if event not in self.drafts:
            one, two = (side.replace("Government of ", "") for side in sides)
            says = f"{one} {kind.verb} {two.replace('Civilians', 'civilians')}"
            self.drafts[event] = EventType(
                says, says, kind.family, "ASSAULT", _parties(sides[0]), _parties(sides[1])
            )
        return event


def import_ged(
    table: Path, folder: Path, *, at_least: int = AT_LEAST, since: date | None = None,
    until: date | None = None, country: str | None = None,
) -> Imported:  # fmt: skip
    """Make a theatre from a table of UCDP GED (CSV, or Parquet with the same columns).

    folder : where it is made; it must not be there. at_least : events that a dyad needs to be a
    type of its own. since, until : first and last day of the theatre's time; by default the first
    month of regular coverage, and the end of the last month with an event. country : only its rows.
    Raises TableError with the faults of the table, UnknownName for a country that is not in it,
    TightropeError when the folder cannot be made. In all these cases nothing is written.
    """
    check_folder(folder)
    check_time(since, until)
    faults = FaultList(table.name)
    reader = _read(table, faults, Intake(faults, since, until, " or --country"), country)
    intake = reader.intake
    entries, start = regular(intake.entries, since)
    last = until or end_of_month(max(entry.days.latest for entry in entries))
    pools = {kind.family: _pool(kind.family, at_least) for kind in VIOLENCE.values()}
    kinds = sort_into_types(entries, reader.drafts, pools, at_least, faults)
    says = f"Events with deaths from {table.name}, by dyad"
    make_theatre(folder, says, _origin(table), (start, last), entries, kinds, faults)
    said = tuple(_said(reader, entries, start))
    return Imported(folder, start, last, len(entries), kinds.types, said)


def _read(table: Path, faults: FaultList, intake: Intake, country: str | None) -> _Reader:
    source = open_table(table, faults)
    faults.tell()
    assert source is not None  # without a fault there is a table
    needed = [(*way, *(["country"] if country else [])) for way in _NEEDED]
    columns = find_columns(source, faults, given=dict.fromkeys(COLUMNS), usual=COLUMNS,
                           needed=needed)  # fmt: skip
    faults.tell()
    reader = _Reader(columns, intake, country, {}, set())
    reader.read()
    if country and not any(name.casefold() == country.casefold() for name in reader.countries):
        faults.tell()
        raise UnknownName("country", country, sorted(reader.countries))
    intake.check()
    return reader


def _days(line: Line, intake: Intake) -> Days | None:
    start, end = (line.take(which, read_day, "bad-date") for which in ("start", "end"))
    if start is None or end is None:
        return None
    if end < start:
        line.fault("end", "bad-date", f"{end} lies before the start, {start}; swap the two days")
        return None
    return _widened(line, start, intake) if start == end else Days(start, end)


def _widened(line: Line, day: date, intake: Intake) -> Days:
    """The days around a single one that is not exact; evenly, so that it stays the middle."""
    precision = line.cells.get("precision", "").partition(".")[0]
    slack = timedelta(_SLACK.get(int(precision), 0) if precision.isdecimal() else 0)
    for bound in (intake.since, intake.until):
        if bound is not None:
            slack = min(slack, abs(bound - day))
    return Days(day - slack, day + slack)


def _violence(text: str) -> int:
    number = read_number(text)
    if number not in VIOLENCE:
        raise ValueError(f"{number} is no type of violence; write 1, 2 or 3")
    return number


def _sides(line: Line) -> tuple[str, str] | None:
    def read(text: str) -> str:
        return read_name(printable(text))

    if "side a" in line.columns and "side b" in line.columns:
        one, two = line.take("side a", read, "no-side"), line.take("side b", read, "no-side")
        return None if one is None or two is None else (one, two)
    dyad = line.take("dyad", read, "no-side")
    if dyad is None:
        return None
    one, _, two = (part.strip() for part in dyad.partition(" - "))
    if not one or not two:
        line.fault("dyad", "no-side", f"{dyad!r} does not name two sides; write 'one - other'")
        return None
    return one, two


def _parties(side: str) -> tuple[str, ...]:
    """The governments that one side joins; any other side is one party."""
    parts = tuple(side.split(", "))
    return parts if all(part.startswith("Government of ") for part in parts) else (side,)


def _known(line: Line, days: Days) -> date | None:
    """The first report's day, but not before the last day of what it reports on."""
    reports = list[date]()
    for text in _DAY.findall(line.cells.get("reported", "")):
        try:
            reports.append(read_day(text))
        except ValueError:
            continue  # a slip in a column of remarks; the day of the event stands in for it
    told = [day for day in reports if day >= days.earliest]
    return max(min(told), days.latest) if told else None


def _note(line: Line, best: int, is_bounded: bool) -> str:
    parts = [f"best estimate {best}"] if is_bounded else []
    if line.cells.get("clarity", "").partition(".")[0] == "2":
        parts.append("several incidents told as one")
    return "; ".join(parts)


def _pool(family: str, at_least: int) -> EventType:
    says = f"Other {family} violence (dyads with fewer than {at_least} events)"
    return EventType(f"other {family}", says, family, "ASSAULT")


def _origin(table: Path) -> Origin:
    name = printable(table.name)
    return Origin(name, "ucdp_ged", {
        "type": "dataset", "title": f"UCDP Georeferenced Event Dataset, from {name}",
        "outlet": "Uppsala Conflict Data Program", "licence": "CC BY 4.0",
        "url": "https://ucdp.uu.se/downloads/", "sha256": digest(table),
        "note": "the version is not stated in the table; behind # stands the id of the event",
    })  # fmt: skip


def _said(reader: _Reader, entries: Sequence[Entry], start: date) -> Iterable[str]:
    yield from left_out(reader.intake, len(reader.intake.entries) - len(entries), start)
    reordered = sum(entry.line in reader.reordered for entry in entries)
    if reordered:
        yield (f"low, best and high deaths out of order in {number_of_rows(reordered)}: bounded by "
               "the smallest and the largest of the three")  # fmt: skip
    wide = sum((entry.days.latest - entry.days.earliest).days > 30 for entry in entries)
    if wide:
        yield f"more than 31 days in {number_of_rows(wide)}: each counts once, on its middle day"
