"""A table of any kind -> rows of text, a few columns at a time, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from tightrope.tables.delimited import DelimitedTable
from tightrope.tables.faults import FaultList
from tightrope.tables.json_lines import JsonLinesTable

PACKED = {b"\x1f\x8b": "gzip", b"PK": "zip or a spreadsheet", b"BZ": "bzip2", b"\xfd7": "xz"}


class Table(Protocol):
    """A table that can be read row by row. Cells are as written; an empty one is an empty text."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        ...

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Of every row its line (in Parquet its number) and its cells of the columns ``wanted``."""
        ...


def open_table(path: Path, faults: FaultList) -> Table | None:
    """The table in a file, by its ending: Parquet, JSON lines, otherwise delimited text.

    None, with the fault that says why, when it cannot be read at all. Faults of single rows are
    noted while rows are read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        faults.add(0, 0, "unreadable", f"{error.strerror}; give the path of a table")
        return None
    for magic, kind in PACKED.items():
        if start.startswith(magic):
            faults.add(0, 0, "packed", f"this is {kind}; unpack it, or save the table as CSV")
            return None
    if not start:
        faults.add(0, 0, "empty", "the file is empty; give a table with a header and rows")
        return None
    if start == b"PAR1":
        from tightrope.tables.parquet import ParquetTable  # loads polars: only when wanted

        return ParquetTable.open(path, faults)
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        return JsonLinesTable.open(path, faults)
    return DelimitedTable.open(path, faults)
