"""Text with separators (comma, semicolon, tab) -> rows, line by line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from tightrope.tables.faults import FaultList

LONGEST_LINE = 1_000_000
_QUOTES = "check the quotes of this line: a text that holds a separator or a quote stands in quotes"


def text_lines(path: Path, faults: FaultList) -> Iterator[str]:
    """The lines of a UTF-8 file, each with its end; a fault ends the reading."""
    with path.open("rb") as file:
        number = 0
        while raw := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE:
                says = f"a line of more than {LONGEST_LINE:,} bytes; end lines with a line feed"
                return faults.add(number, 0, "long-line", says)
            try:
                yield raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                says = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
                return faults.add(number, 0, "not-utf8", says)


class DelimitedTable:
    """CSV and its kin. Lines of other files (quoted line ends) count as in the file."""

    def __init__(self, path: Path, columns: tuple[str, ...], separator: str, faults: FaultList):
        self.path, self.columns, self.separator, self.faults = path, columns, separator, faults

    @classmethod
    def open(cls, path: Path, faults: FaultList) -> DelimitedTable | None:
        """The table behind a header line."""
        header = next(text_lines(path, faults), None)
        if header is None:
            return None
        separator = max("\t,;", key=header.count) if any(c in header for c in "\t,;") else ","
        try:
            names = next(csv.reader([header], delimiter=separator, strict=True), [])
        except csv.Error as error:
            faults.add(1, 0, "csv-syntax", f"{error}; {_QUOTES}")
            return None
        columns = tuple(name.strip() for name in names)
        if not any(columns):
            says = "the first line is empty; it must name the columns"
            return faults.add(1, 0, "no-header", says)
        return cls(path, columns, separator, faults)

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Rows with the columns ``wanted``; one of the wrong width is a fault."""
        at = [self.columns.index(name) for name in wanted]
        width = len(self.columns)
        lines = text_lines(self.path, self.faults)
        reader = csv.reader(lines, delimiter=self.separator, strict=True)
        first = 1
        try:
            for cells in reader:
                line, first = first, reader.line_num + 1
                if line == 1:
                    continue
                if len(cells) == width:
                    yield line, [cells[i] for i in at]
                elif cells:
                    says = f"{len(cells)} cells where the header has {width}; {_QUOTES}"
                    self.faults.add(line, 0, "wrong-columns", says)
        except csv.Error as error:
            self.faults.add(max(reader.line_num, 1), 0, "csv-syntax", f"{error}; {_QUOTES}")
