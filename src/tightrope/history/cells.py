"""CSV text -> lines of named cells that remember where they stood in the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tightrope.errors import Fault
from tightrope.theatre.marks import MAX_MESSAGE, read_text
from tightrope.theatre.quoting import quoted

_QUOTES = "check the quotes of this line: a text that holds a comma or a quote stands in quotes"


@dataclass(frozen=True)
class Cells:
    """One row of a table: what stands in each column, and where its faults go."""

    file: str
    line: int
    values: dict[str, str]
    text: list[str]
    """The lines of the file on which the row stands."""
    faults: list[Fault]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def fault(self, column: str, code: str, message: str) -> None:
        """Note a fault at the cell of ``column``."""
        place = _places(self.text, self.line)[list(self.values).index(column)]
        add_fault(self.faults, self.file, place, code, message)

    def names(self, column: str) -> tuple[str, ...]:
        """The names of a cell, which are joined by semicolons."""
        return tuple(name.strip() for name in self[column].split(";") if name.strip())


def add_fault(
    faults: list[Fault], file: str, place: tuple[int, int], code: str, message: str
) -> None:
    """Note a fault in a table, on one line of bounded length."""
    faults.append(Fault(file, *place, code, " ".join(message.split())[:MAX_MESSAGE]))


def read_cells(
    path: Path, columns: Sequence[str], faults: list[Fault], *, optional: Sequence[str] = ()
) -> Iterator[Cells]:
    """The rows of a CSV file with these columns; a row of the wrong width is a fault.

    A column of ``optional`` that the file does not have reads as empty cells.
    """
    whole = read_text(path, faults)
    if whole is None:
        return
    text = list(io.StringIO(whole, newline=""))
    reader = csv.reader(text, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not _header_is_sound(path.name, header, columns, faults):
            return
        first = reader.line_num + 1
        absent = dict.fromkeys((name for name in optional if name not in header), "")
        for cells in reader:
            if len(cells) == len(header):
                values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
                values |= absent
                yield Cells(path.name, first, values, text[first - 1 : reader.line_num], faults)
            elif cells:
                says = f"{len(cells)} cells where the header has {len(header)}"
                says += "; put a text that holds a comma into quotes"
                add_fault(faults, path.name, (first, 1), "wrong-columns", says)
            first = reader.line_num + 1
    except csv.Error as error:
        place = (max(reader.line_num, 1), 1)
        add_fault(faults, path.name, place, "csv-syntax", f"{error}; {_QUOTES}")


def _header_is_sound(
    file: str, header: list[str], columns: Sequence[str], faults: list[Fault]
) -> bool:
    wanted = f"the first line must be {','.join(columns)}"
    missing = [name for name in columns if name not in header]
    twice = [name for name in header if header.count(name) > 1]
    if missing:
        says = f"no column is called {', '.join(missing)}; {wanted}"
        add_fault(faults, file, (1, 1), "missing-column", says)
    elif twice:
        says = f"two columns are called {quoted(twice[0])}; {wanted}"
        add_fault(faults, file, (1, 1), "duplicate-column", says)
    return not missing and not twice


def _places(text: list[str], first: int) -> list[tuple[int, int]]:
    """Line and column at which each cell of a row begins; the row may run over several lines."""
    places, in_quotes, has_quotes, at_start = [(first, 1)], False, False, True
    for number, line in enumerate(text, first):
        for column, character in enumerate(line, 1):
            if character == "," and not in_quotes:
                places.append((number, column + 1))
                has_quotes, at_start = False, True
                continue
            if character == '"' and (at_start or has_quotes):
                has_quotes, in_quotes = True, not in_quotes
            at_start = False
    return places
