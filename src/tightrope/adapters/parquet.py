"""Parquet -> rows, a slice at a time; only the columns that are asked for are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from tightrope.adapters.faults import FaultList

SLICE = 65_536


class ParquetTable:
    """A table of typed columns, read as text; rows are counted from 1."""

    def __init__(self, path: Path, schema: Mapping[str, pl.DataType], faults: FaultList):
        self.path, self.schema, self.faults = path, schema, faults
        self.columns = tuple(schema)

    @classmethod
    def open(cls, path: Path, faults: FaultList) -> ParquetTable | None:
        """The table, if its foot can be read."""
        try:
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
                for i, cells in enumerate(part.iter_rows(), start + 1):
                    yield i, [(cell or "").strip() for cell in cells]
        except (PolarsError, OSError) as error:
            self.faults.add(0, 0, "unreadable", f"{_first_line(error)}; write the file again")

    def _slices(self, wanted: Sequence[str]) -> Iterator[tuple[int, pl.DataFrame]]:
        texts = pl.scan_parquet(self.path).select(
            pl.col(name).cast(pl.String).alias(str(i)) for i, name in enumerate(wanted)
        )
        start = 0
        while (part := texts.slice(start, SLICE).collect()).height:
            yield start, part
            start += SLICE


def _is_plain(kind: pl.DataType) -> bool:
    return not kind.is_nested() and kind != pl.Binary and kind != pl.Object


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["it cannot be read"])[0]
