"""What happened: labelled rows, dated conditions, and the one place where time is cut.

A row is known from the day on which it was public. ``History.as_of(day)`` keeps what was known on
that day, and nothing else of the project cuts time. ``tabulate`` turns rows into the arrays that
the engine reads: a count for each day and type, and tallies where a source counts over a window.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tightrope.compile import Compiled
from tightrope.errors import Fault, TheatreError, did_you_mean
from tightrope.theatre import Theatre
from tightrope.theatre.dates import Span, parse_day, parse_span
from tightrope.theatre.marks import read_text
from tightrope.theatre.schema import PLOVER
from tightrope.types import FloatArray

if TYPE_CHECKING:
    from tightrope.engine.likelihood import Evidence

HISTORY_COLUMNS = ("id", "date", "known", "event", "plover", "count", "deaths", "by", "on", "place",
                   "sources", "status", "note")  # fmt: skip
CONDITION_COLUMNS = ("date", "condition", "value", "sources", "note")
STATUSES = ("reported", "corroborated", "alleged", "disputed", "tally", "background")
_COUNT = re.compile(r"(\d{0,9})(?:(\.\.)(\d{0,9}))?")


@dataclass(frozen=True)
class Row:
    """One dated fact. ``count_high`` and ``deaths_high`` are None when there is no upper bound."""

    id: str
    date: Span
    known: date
    event: str
    plover: str
    count_low: int
    count_high: int | None
    deaths_low: int | None
    deaths_high: int | None
    by: tuple[str, ...]
    on: tuple[str, ...]
    place: str
    sources: tuple[str, ...]
    status: str
    note: str

    @property
    def is_tally(self) -> bool:
        """Whether it counts over a window or between bounds, not one incident after another."""
        return self.status == "tally" or self.count_high != self.count_low


@dataclass(frozen=True)
class ConditionRow:
    """A dated value of a condition, as the engine's number."""

    date: date
    condition: str
    word: str
    value: float
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class History:
    """Rows and conditions from the theatre's first day to ``until``, the last day covered."""

    theatre: Theatre
    rows: tuple[Row, ...]
    conditions: tuple[ConditionRow, ...]
    until: date

    def as_of(self, day: date) -> History:
        """What was known at the end of ``day``: rows public by then of things begun by then."""
        rows = tuple(
            row for row in self.rows
            if row.known <= day and row.date.earliest is not None and row.date.earliest <= day
        )  # fmt: skip
        conditions = tuple(row for row in self.conditions if row.date <= day)
        return replace(self, rows=rows, conditions=conditions, until=min(day, self.until))

    def digest(self) -> str:
        """SHA-256 of what is in it, for fingerprints."""
        text = repr((self.rows, self.conditions, self.until))
        return hashlib.sha256(text.encode()).hexdigest()


class Table(NamedTuple):
    """A history as arrays; day 0 is the theatre's first day."""

    counts: FloatArray  # [T, K] listed events, and the spread remainder of tallies
    listed: FloatArray  # [T, K] listed events only
    conditions: FloatArray  # [T + 1, C] at dawn
    evidence: Evidence
    terms: int  # bound above every count


# reading ----------------------------------------------------------------------------------------


def read_history(theatre: Theatre) -> History:
    """Read history.csv and conditions.csv; TheatreError carries every fault of both."""
    faults: list[Fault] = []
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for record in _records(theatre, "history.csv", HISTORY_COLUMNS, faults):
        row = _row(theatre, record)
        if row is None:
            continue
        if row.id in seen:
            record.fault("id", "duplicate-id", f"{row.id!r} stands already in line {seen[row.id]}; "
                         "give each row its own id")  # fmt: skip
        seen.setdefault(row.id, record.line)
        rows.append(row)
    records = _records(theatre, "conditions.csv", CONDITION_COLUMNS, faults)
    conditions = [row for record in records if (row := _condition_row(theatre, record))]
    if faults:
        raise TheatreError(faults)
    rows.sort(key=lambda row: (row.date.earliest or date.min, row.id))
    conditions.sort(key=lambda row: row.date)
    first = theatre.head.starts.middle()
    last = theatre.head.until.middle() if theatre.head.until else first
    until = max([last, *(row.date.latest for row in rows if row.date.latest)])
    return History(theatre, tuple(rows), tuple(conditions), until)


@dataclass(frozen=True)
class _Record:
    """One line of a CSV file, and where its faults go."""

    file: str
    line: int
    raw: str
    values: dict[str, str]
    faults: list[Fault]

    def fault(self, column: str, code: str, message: str) -> None:
        text = self.values.get(column, "")
        at = self.raw.find(text) + 1 if text else 1
        self.faults.append(Fault(self.file, self.line, max(at, 1), code, message))


def _records(
    theatre: Theatre, file: str, columns: Sequence[str], faults: list[Fault]
) -> Iterable[_Record]:
    path = theatre.folder / file
    if not path.is_file():
        return
    text = read_text(path, faults)
    if not text:
        return
    lines = text.splitlines()
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        missing = [name for name in columns if name not in header]
        if missing:
            faults.append(Fault(file, 1, 1, "missing-column", f"no column {', '.join(missing)}; the "
                                f"first line must name {','.join(columns)}"))  # fmt: skip
            return
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not cells:
                continue
            raw = lines[line - 1] if line <= len(lines) else ""
            if len(cells) != len(header):
                faults.append(Fault(file, line, 1, "wrong-columns", f"{len(cells)} cells where the "
                                    f"header has {len(header)}; quote texts that hold a comma"))  # fmt: skip
                continue
            values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            yield _Record(file, line, raw, values, faults)
    except csv.Error as error:
        faults.append(Fault(file, max(reader.line_num, 1), 1, "csv-syntax", f"{error}; check the "
                            "quotes of this line"))  # fmt: skip


def _row(theatre: Theatre, record: _Record) -> Row | None:
    value, before = record.values, len(record.faults)
    span = _span(theatre, record)
    known = _known(record, span)
    count = _bounds(record, "count") or (0, 0)
    if not value["count"]:
        record.fault("count", "bad-count", "the count is empty; write 1, 24.. or 5..8")
    deaths = _bounds(record, "deaths")
    if not value["id"]:
        record.fault("id", "missing-id", "every row needs an id, for example 2020-01-03-strike")
    _name(record, "event", theatre.events, value["event"])
    for column in ("by", "on"):
        for actor in _parts(value[column]):
            _name(record, column, theatre.actors, actor)
    for source in _parts(value["sources"]):
        _name(record, "sources", theatre.sources, source.partition("#")[0])
    if not value["sources"]:
        record.fault(
            "sources", "no-source", "a fact needs a source: document or document#start-end"
        )
    if value["status"] not in STATUSES:
        record.fault("status", "bad-status", f"{value['status']!r} is no status"
                     f"{did_you_mean(value['status'], STATUSES)}")  # fmt: skip
    kind = value["plover"].partition("/")[0]
    if kind and kind not in PLOVER:
        record.fault("plover", "unknown-plover", f"{kind!r} is no PLOVER type"
                     f"{did_you_mean(kind, PLOVER)}")  # fmt: skip
    if len(record.faults) > before or span is None or known is None:
        return None
    event = theatre.events[value["event"]]
    return Row(
        id=value["id"], date=span, known=known, event=value["event"],
        plover=value["plover"] or event.plover, count_low=count[0], count_high=count[1],
        deaths_low=deaths[0] if deaths else None, deaths_high=deaths[1] if deaths else None,
        by=_parts(value["by"]) or tuple(event.by), on=_parts(value["on"]) or tuple(event.on),
        place=value["place"], sources=_parts(value["sources"]), status=value["status"],
        note=value["note"],
    )  # fmt: skip


def _condition_row(theatre: Theatre, record: _Record) -> ConditionRow | None:
    value, before = record.values, len(record.faults)
    name = value["condition"]
    day: date | None = None
    try:
        day = parse_day(value["date"])
        if day < theatre.head.starts.middle():
            record.fault("date", "outside-time", f"{value['date']} lies before the theatre's first "
                         f"day, {theatre.head.starts.text}; put it into 'starts:'")  # fmt: skip
    except ValueError as error:
        record.fault("date", "bad-date", str(error))
    _name(record, "condition", theatre.conditions, name)
    number = math.nan
    if name in theatre.conditions:
        try:
            number = theatre.condition_code(name, value["value"])
        except ValueError as error:
            record.fault("value", "bad-value", str(error))
    sources = _parts(value["sources"])
    for source in sources:
        _name(record, "sources", theatre.sources, source.partition("#")[0])
    if not sources:
        record.fault(
            "sources", "no-source", "a fact needs a source: document or document#start-end"
        )
    if len(record.faults) > before or day is None:
        return None
    return ConditionRow(day, name, value["value"], number, sources, value["note"])


def _span(theatre: Theatre, record: _Record) -> Span | None:
    text = record.values["date"]
    try:
        span = parse_span(text)
    except ValueError as error:
        record.fault("date", "bad-date", str(error))
        return None
    first = theatre.head.starts.middle()
    if span.earliest is None or span.latest is None:
        record.fault("date", "bad-date", f"{text!r} is open; a fact needs a first and a last day")
    elif span.earliest < first:
        record.fault("date", "outside-time", f"{text} lies before the theatre's first day, {first}; "
                     "remove the row or move 'starts:'")  # fmt: skip
    elif theatre.head.until and span.latest > theatre.head.until.middle():
        record.fault("date", "outside-time", f"{text} lies after the theatre's last day, "
                     f"{theatre.head.until.text}; remove the row or move 'until:'")  # fmt: skip
    else:
        return span
    return None


def _known(record: _Record, span: Span | None) -> date | None:
    text = record.values["known"]
    if not text:
        return span.latest if span else None
    try:
        known = parse_day(text)
    except ValueError as error:
        record.fault("known", "bad-date", str(error))
        return None
    if span and span.earliest and known < span.earliest:
        record.fault("known", "known-too-early", f"known on {known}, before it happened on "
                     f"{span.text}; known is the day on which it was public")  # fmt: skip
    return known


def _bounds(record: _Record, column: str) -> tuple[int, int | None] | None:
    text = record.values[column]
    if not text:
        return None
    found = _COUNT.fullmatch(text)
    if not found or not (found[1] or found[3]):
        record.fault(column, f"bad-{column}", f"{text!r} is no {column}; write 1, 24.. or 5..8")
        return None
    low = int(found[1] or 0)
    high = low if not found[2] else int(found[3]) if found[3] else None
    if high is not None and high < low:
        record.fault(column, f"bad-{column}", f"{text!r} runs backwards; write the smaller first")
        return None
    return low, high


def _name(record: _Record, column: str, known: Iterable[str], name: str) -> None:
    if name not in known:
        kind = {"by": "actor", "on": "actor", "sources": "source"}.get(column, column)
        record.fault(column, f"unknown-{kind}", f"no {kind} is called {name!r}"
                     f"{did_you_mean(name, known)}")  # fmt: skip


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


# arrays -----------------------------------------------------------------------------------------


def tabulate(compiled: Compiled, history: History) -> Table:
    """Arrays of a history.

    A row of one incident counts on its day, or on the middle of an uncertain date. A row that counts
    over a window, or between bounds, is a tally: what is not listed of its lower bound is spread
    evenly over the window, so that memories hold it; the likelihood scores the window as a whole.
    """
    first = compiled.first_day
    days = (history.until - first).days + 1
    index = compiled.event_index()
    listed = np.zeros((max(days, 0), len(compiled.events)))
    for row in history.rows:
        window = _window(row, first, days)
        if window and (not row.is_tally or window[1] - window[0] == 1):
            middle = min((row.date.middle() - first).days, days - 1)
            listed[middle, index[row.event]] += row.count_low
    counts = listed.copy()
    tallies: list[tuple[int, int, int, float, float]] = []
    for row in history.rows:
        window = _window(row, first, days)
        if not window or not row.is_tally:
            continue
        start, end = window
        k = index[row.event]
        inside = listed[start:end, k].sum()
        others = 0.0 if end - start > 1 else inside - row.count_low
        counts[start:end, k] += max(row.count_low - inside, 0.0) / (end - start)
        high = math.inf if row.count_high is None else row.count_high + others
        tallies.append((k, start, end, max(row.count_low + others, inside), max(high, inside)))
    evidence = _evidence(compiled, listed, _merge(tallies))
    most = max([listed.max(initial=0.0), *(t[3] for t in tallies),
                *(t[4] for t in tallies if math.isfinite(t[4]))])  # fmt: skip
    return Table(counts, listed, conditions_at_dawn(compiled, history, days), evidence,
                 int(2 * most) + 64)  # fmt: skip


def conditions_at_dawn(compiled: Compiled, history: History, days: int) -> FloatArray:
    """[T + 1, C] value of each condition at each dawn: a dated value acts from the next day on."""
    table = np.tile(compiled.start_conditions(), (days + 1, 1))
    index = {name: i for i, name in enumerate(compiled.conditions)}
    for row in history.conditions:
        dawn = (row.date - compiled.first_day).days + 1
        table[min(dawn, days + 1) :, index[row.condition]] = row.value
    return table


def _window(row: Row, first: date, days: int) -> tuple[int, int] | None:
    """First day and day after the last, cut to the table; None when outside."""
    assert row.date.earliest and row.date.latest
    start = max((row.date.earliest - first).days, 0)
    end = min((row.date.latest - first).days + 1, days)
    return (start, end) if start < end else None


Tally = tuple[int, int, int, float, float]


def _merge(tallies: list[Tally]) -> list[Tally]:
    """Tallies of one type that overlap would score days twice: the longer window is kept."""
    kept: list[Tally] = []
    for tally in sorted(tallies, key=lambda t: (t[1] - t[2], t[1])):
        if not any(t[0] == tally[0] and t[1] < tally[2] and tally[1] < t[2] for t in kept):
            kept.append(tally)
    return kept


def _evidence(compiled: Compiled, listed: FloatArray, tallies: list[Tally]) -> Evidence:
    from tightrope.engine.likelihood import Evidence  # loads JAX: only when arrays are wanted

    scored = np.ones_like(listed)
    scored[:, compiled.program.scheduled] = 0.0
    for k, start, end, _, _ in tallies:
        scored[start:end, k] = 0.0
    tallies = [t for t in tallies if not compiled.program.scheduled[t[0]]]
    day, event = np.nonzero((listed > 0) & (scored > 0))
    table = np.array(tallies, float).reshape(-1, 5)
    whole = table[:, :3].astype(np.int64)
    return Evidence(
        scored, day, event, listed[day, event],
        whole[:, 0], whole[:, 1], whole[:, 2], table[:, 3], table[:, 4],
    )  # type: ignore[arg-type]  # fmt: skip
