"""Event tables of a few rows, for tests that need to know every cell."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from tightrope.errors import TheatreError
from tightrope.history import History, read_theatre_and_history

GED = {
    "id": "1", "type_of_violence": "1", "dyad_name": "Government of X - Y",
    "side_a": "Government of X", "side_b": "Y", "source_date": "", "where_coordinates": "Z town",
    "country": "X", "event_clarity": "1", "date_prec": "1", "date_start": "2010-01-05",
    "date_end": "2010-01-05", "low": "2", "best": "3", "high": "4",
    "source_article": "A sentence of an article that must not be copied",
}  # fmt: skip
"""A row of UCDP GED with the columns of which the import knows, and one that it must leave."""


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write a CSV file whose columns are the keys of the first row."""
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def ged(path: Path, *changes: Mapping[str, object], without: tuple[str, ...] = ()) -> Path:
    """A GED table with a row for each of ``changes``; ids are numbers from 1 if not given."""
    rows = [{**GED, "id": str(i), **change} for i, change in enumerate(changes, 1)]
    return write(path, [{k: v for k, v in row.items() if k not in without} for row in rows])


def counts(history: History) -> Counter[tuple[str, date]]:
    """Events by type and day; an uncertain date counts on its middle."""
    total: Counter[tuple[str, date]] = Counter()
    for row in history.rows:
        total[row.event, row.date.middle()] += row.count_low
    return total


def read(folder: Path) -> History:
    """The history of an imported theatre, which has no faults."""
    return read_theatre_and_history(folder)[1]


def faults(error: TheatreError) -> list[str]:
    """Line, column and code of each fault."""
    return [f"{f.line}:{f.column} {f.code}" for f in error.faults]
