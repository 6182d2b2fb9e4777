"""history.csv, conditions.csv and ties.csv -> a History, or every fault of all at once."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

from tightrope.errors import Fault, TheatreError
from tightrope.history import checks
from tightrope.history.cells import Cells, add_fault, read_cells
from tightrope.history.rows import ConditionRow, History, Row
from tightrope.history.ties import read_ties
from tightrope.history.vocabulary import Usual, Vocabulary, vocabulary_in, vocabulary_of
from tightrope.theatre import Theatre, find_theatre, read_theatre
from tightrope.theatre.quoting import quoted
from tightrope.theatre.resolve import value_code

HISTORY_COLUMNS = (
    "id", "date", "known", "event", "plover", "count", "deaths", "by", "on", "place", "sources",
    "status", "note",
)  # fmt: skip
CONDITION_COLUMNS = ("date", "condition", "value", "sources", "note")
KNOWN = ("known",)
"""A column that conditions.csv may have: most values are public on their day."""


def read_theatre_and_history(name_or_path: str | Path) -> tuple[Theatre, History]:
    """A theatre and its history; TheatreError carries the faults of all their files together."""
    folder = find_theatre(name_or_path)
    try:
        theatre = read_theatre(folder)
    except TheatreError as error:
        faults: list[Fault] = []
        words = vocabulary_in(folder)
        _read_tables(folder, words, faults)
        read_ties(folder, words, faults)
        raise TheatreError([*error.faults, *faults]) from None
    return theatre, read_history(theatre)


def read_history(theatre: Theatre) -> History:
    """What happened in a theatre, in the order of time; TheatreError carries every fault."""
    faults: list[Fault] = []
    words = vocabulary_of(theatre)
    rows, conditions = _read_tables(theatre.folder, words, faults)
    ties = read_ties(theatre.folder, words, faults)
    _check_length(theatre, words, faults)
    if faults:
        raise TheatreError(faults)
    rows.sort(key=lambda row: (row.date.earliest or date.min, row.id))
    conditions.sort(key=lambda row: row.date)
    until = words.until or _last_day(rows)
    assert until is not None  # a history without rows is a fault
    return History(theatre, tuple(rows), tuple(conditions), until, ties)


def _read_tables(
    folder: Path, words: Vocabulary, faults: list[Fault]
) -> tuple[list[Row], list[ConditionRow]]:
    rows = _read_rows(folder / "history.csv", words, faults)
    # What the theatre does not say, the rows do; but only if all of them could be read.
    last = None if words.until or faults else _last_day(rows)
    conditions: list[ConditionRow] = []
    path = folder / "conditions.csv"
    if path.exists():
        lines: dict[tuple[date, str], int] = {}
        for cells in read_cells(path, CONDITION_COLUMNS, faults, optional=KNOWN):
            row = _condition_row(cells, words, last, lines)
            if row is not None:
                conditions.append(row)
    return rows, conditions


def _read_rows(path: Path, words: Vocabulary, faults: list[Fault]) -> list[Row]:
    example = f"its first line is {','.join(HISTORY_COLUMNS)}"
    if not path.exists():
        says = f"there is no history to start from; write what happened into this file: {example}"
        add_fault(faults, path.name, (0, 0), "no-history", says)
        return []
    rows: list[Row] = []
    lines: dict[str, int] = {}
    before = len(faults)
    for cells in read_cells(path, HISTORY_COLUMNS, faults):
        row = _row(cells, words, lines)
        if row is not None:
            rows.append(row)
    if not rows and len(faults) == before:
        says = "it has no rows, and nothing can be forecast from nothing; add what happened"
        add_fault(faults, path.name, (0, 0), "no-history", says)
    return rows


def _row(cells: Cells, words: Vocabulary, lines: dict[str, int]) -> Row | None:
    before = len(cells.faults)
    _check_id(cells, lines)
    span = checks.read_span(cells, words)
    known = checks.read_known(cells, span and span.earliest, span and span.latest)
    count, deaths = checks.read_bounds(cells, "count"), checks.read_bounds(cells, "deaths")
    if not cells["count"]:
        cells.fault("count", "bad-count", "the count is empty; write 1, 24.. or 5..8")
    checks.check_name(cells, "event", "event", words.events, cells["event"])
    for column in ("by", "on"):
        for actor in cells.names(column):
            checks.check_name(cells, column, "actor", words.actors, actor)
    checks.check_sources(cells, words.sources)
    checks.check_status(cells)
    checks.check_plover(cells)
    if len(cells.faults) > before or span is None or known is None or count is None:
        return None
    usual = (words.events or {}).get(cells["event"], Usual())
    return Row(
        id=cells["id"], date=span, known=known, event=cells["event"],
        plover=cells["plover"] or usual.plover,
        count_low=count[0], count_high=count[1],
        deaths_low=deaths[0] if deaths else None, deaths_high=deaths[1] if deaths else None,
        by=cells.names("by") or usual.by, on=cells.names("on") or usual.on, place=cells["place"],
        sources=cells.names("sources"), status=cells["status"], note=cells["note"],
    )  # fmt: skip


def _check_id(cells: Cells, lines: dict[str, int]) -> None:
    name = cells["id"]
    if not name:
        says = "every row needs an id of its own; write for example 2020-01-03-strike"
        cells.fault("id", "missing-id", says)
    elif name in lines:
        says = f"{quoted(name)} stands already in line {lines[name]}; give each row its own id"
        cells.fault("id", "duplicate-id", says)
    lines.setdefault(name, cells.line)


def _condition_row(
    cells: Cells, words: Vocabulary, last: date | None, lines: dict[tuple[date, str], int]
) -> ConditionRow | None:
    before = len(cells.faults)
    day = checks.read_day(cells, words)
    known = checks.read_known(cells, day, day)
    name, number = cells["condition"], math.nan
    if day and last and day > last:
        says = f"{day} lies after the last row of history.csv, {last}; write until: in "
        says += "theatre.yaml, the last day that the history covers"
        cells.fault("date", "outside-time", says)
    checks.check_name(cells, "condition", "condition", words.conditions, name)
    if name in words.choices:
        try:
            number = value_code(name, words.choices[name], cells["value"])
        except ValueError as error:
            cells.fault("value", "bad-value", str(error))
    checks.check_sources(cells, words.sources)
    if day and lines.setdefault((day, name), cells.line) != cells.line:
        says = f"{quoted(name)} has a value for {day} already in line {lines[day, name]}; keep one"
        cells.fault("condition", "duplicate-row", says)
    if len(cells.faults) > before or day is None or known is None:
        return None
    return ConditionRow(
        day, known, name, cells["value"], number, cells.names("sources"), cells["note"]
    )


def _check_length(theatre: Theatre, words: Vocabulary, faults: list[Fault]) -> None:
    if words.starts and words.until and words.until.year - words.starts.year > checks.MOST_YEARS:
        place = theatre.places.get(("until",), (0, 0))
        says = f"until: lies more than {checks.MOST_YEARS} years after starts:; check the year"
        add_fault(faults, "theatre.yaml", place, "bad-value", says)


def _last_day(rows: list[Row]) -> date | None:
    return max((row.date.latest for row in rows if row.date.latest), default=None)
