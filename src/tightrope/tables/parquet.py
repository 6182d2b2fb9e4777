"""Parquet -> rows, a slice at a time; only the columns that are asked for are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

import polars as pl
from polars.exceptions import PolarsError

from tightrope.tables.delimited import LONGEST_LINE
from tightrope.tables.faults import FaultList
from tightrope.tables.parquet_foot import too_large

SLICE = 4_096
FIRST_SLICE = 64
"""Few rows first: a dictionary of one page can stand for cells of many gigabytes."""
BYTES_AT_A_TIME = 64 << 20
"""Slices shrink where cells are large, to about this size."""


class ParquetTable:
    """A table of typed columns, read as text; rows are counted from 1."""

    def __init__(self, path: Path, schema: Mapping[str, pl.DataType], faults: FaultList):
        self.path, self.schema, self.faults = path, schema, faults
        self.columns = tuple(schema)

    @classmethod
    def open(cls, path: Path, faults: FaultList) -> ParquetTable | None:
        """The table, if its foot can be read and promises a size that fits into memory."""
        try:
            if says := too_large(path):
                return faults.add(0, 0, "too-large", says)
            return cls(path, pl.read_parquet_schema(path), faults)
        except (PolarsError, OSError) as error:
            return faults.add(0, 0, "unreadable", f"{_first_line(error)}; write the file again")

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Rows with the columns ``wanted``; a column of lists or bytes is a fault."""
        odd = [name for name in wanted if not _is_plain(self.schema[name])]
        for name in odd:
            says = f"column {name} holds {self.schema[name]}; write text, numbers or dates"
            self.faults.add(0, self.columns.index(name) + 1, "nested-value", says)
        if odd:
            return
        try:
            for start, part in self._slices(wanted):
                if _longest(part) > LONGEST_LINE:
                    says = f"a cell of more than {LONGEST_LINE:,} bytes; is this a table of texts?"
                    return self.faults.add(start + 1, 0, "long-line", says)
                for i, cells in enumerate(part.iter_rows(buffer_size=FIRST_SLICE), start + 1):
                    yield i, [cell or "" for cell in cells]
        except (PolarsError, OSError) as error:
            self.faults.add(0, 0, "unreadable", f"{_first_line(error)}; write the file again")

    def _slices(self, wanted: Sequence[str]) -> Iterator[tuple[int, pl.DataFrame]]:
        texts = pl.scan_parquet(self.path).select(
            pl.col(name).cast(pl.String).alias(str(i)) for i, name in enumerate(wanted)
        )
        start, rows = 0, min(FIRST_SLICE, SLICE)
        while (part := texts.slice(start, rows).collect()).height:
            yield start, part
            start += rows
            each = int(part.estimated_size()) // part.height + 1
            rows = min(max(BYTES_AT_A_TIME // each, 1), SLICE)


def _longest(part: pl.DataFrame) -> int:
    return max((cast("int | None", part[name].str.len_bytes().max()) or 0) for name in part.columns)


def _is_plain(kind: pl.DataType) -> bool:
    return not kind.is_nested() and kind != pl.Binary and kind != pl.Object


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["it cannot be read"])[0]
