"""Tables of dated lines (CSV, JSON lines, Parquet) -> one document a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tightrope.evidence.document import Document
from tightrope.evidence.noise import mark_line
from tightrope.tables.columns import Line, find_columns
from tightrope.tables.faults import FaultList
from tightrope.tables.table import open_table
from tightrope.tables.values import read_day

USUAL = {
    "date": ("date", "published", "publication_date", "date_published", "event_date", "day", "dt"),
    "text": ("text", "line", "body", "content", "headline", "sentence", "description"),
    "id": ("id", "line_id", "row_id", "event_id", "guid", "url"),
    "topic": ("topic", "title"),
    "outlet": ("outlet", "source", "publisher"),
}
"""Names of columns that are found without being told, by what they mean; the first one counts."""


def read_lines(
    path: Path, name: str, published: date | None, faults: FaultList
) -> Iterator[Document]:
    """Every line of a table whose text is not empty, a few at a time.

    Its text is the cell as written. A line's own day counts; ``published`` stands in where the
    table has no column of days, or the cell is empty. Without a column of ids a line is called
    after its row. Faulty lines are noted and left out.
    """
    table = open_table(path, faults)
    if table is None:
        return
    needed = [("text",)] if published else [("date", "text")]
    columns = find_columns(table, faults, given={meaning: None for meaning in USUAL},
                           usual=USUAL, needed=needed)  # fmt: skip
    if faults.count:
        return
    for line in columns.lines(as_written=("text",)):
        document = _document(line, name, published)
        if document is not None:
            yield document


def _document(line: Line, name: str, published: date | None) -> Document | None:
    cells = line.cells
    text = cells["text"]
    if not text.strip():
        return None
    day = published
    if cells.get("date"):
        day = line.take("date", read_day, "bad-date")
    elif published is None:
        line.fault("date", "bad-date", "an empty cell; fill it in, or give the day of all lines")
    if day is None:
        return None
    spans = mark_line(text)
    outlet = cells.get("outlet") or (_outlet(text[spans[1].start :]) if len(spans) > 1 else None)
    return Document(
        name, text, spans, id=cells.get("id") or f"row-{line.number}", published=day,
        title=cells.get("topic") or None, outlet=outlet,
    )  # fmt: skip


def _outlet(brackets: str) -> str:
    """The first of the outlets behind a line: "(Reuters) (BBC)" is Reuters."""
    return brackets.strip()[1:].partition(") (")[0].rstrip(")] .,;")
