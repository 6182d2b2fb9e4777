"""Changes to a table of a theatre that leave every other byte as it was.

A person's file keeps their order, their quotes, their line ends and their columns; a change says
which bytes give way to which.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tightrope.theatre.dates import parse_span

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Change:
    """At byte ``at``, ``removed`` gives way to ``inserted``."""

    at: int
    removed: bytes
    inserted: bytes

    def of(self, raw: bytes) -> bytes:
        """The bytes after the change; ValueError when ``removed`` does not stand at ``at``."""
        end = self.at + len(self.removed)
        if self.at > len(raw) or raw[self.at : end] != self.removed:
            raise ValueError(f"other bytes stand at {self.at}")
        return raw[: self.at] + self.inserted + raw[end:]

    def undone(self) -> Change:
        """The change back."""
        return Change(self.at, self.inserted, self.removed)


@dataclass(frozen=True)
class Record:
    """One row of a table, and the bytes on which it stands, its line end included."""

    start: int
    end: int
    cells: dict[str, str]


def records(raw: bytes) -> Iterator[Record]:
    """The rows of a sound CSV file in UTF-8, in the order of the file."""
    lines = list(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    ends = [len(_BOM) if raw.startswith(_BOM) else 0]
    for line in lines:
        ends.append(ends[-1] + len(line.encode()))
    reader = csv.reader(lines, strict=True)
    header = [name.strip() for name in next(reader, [])]
    first = reader.line_num
    for cells in reader:
        if cells:
            named = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            yield Record(ends[first], ends[reader.line_num], named)
        first = reader.line_num


def insertion(raw: bytes, cells: Mapping[str, str], columns: Sequence[str]) -> Change:
    """Put a row behind the last that does not begin later; an empty file gets its header too."""
    if not raw.strip():
        return Change(0, raw, _line(columns, b"\n") + _line_of(cells, columns, b"\n"))
    ending, at = _line_end(raw), _end_of_header(raw)
    day = _day(cells["date"])
    for record in records(raw):
        if _day(record.cells["date"]) <= day:
            at = record.end
    before = b"" if raw[:at].endswith((b"\n", b"\r")) else ending
    return Change(at, b"", before + _line_of(cells, _header(raw), ending))


def replacement(raw: bytes, key: str, cells: Mapping[str, str]) -> Change:
    """Give the row whose id is ``key`` other cells; KeyError when there is none."""
    for record in records(raw):
        if record.cells["id"] == key:
            old = raw[record.start : record.end]
            ending = _line_end(raw) if old.endswith((b"\n", b"\r")) else b""
            header = _header(raw)
            return Change(record.start, old, _line_of({**record.cells, **cells}, header, ending))
    raise KeyError(key)


def addition(raw: bytes, text: str) -> Change:
    """Put lines at the end of a file."""
    ending = _line_end(raw)
    before = b"" if not raw or raw.endswith((b"\n", b"\r")) else ending
    return Change(len(raw), b"", before + text.encode().replace(b"\n", ending))


def _line_of(cells: Mapping[str, str], header: Sequence[str], ending: bytes) -> bytes:
    return _line([" ".join(cells.get(name, "").split()) for name in header], ending)


def _line(cells: Sequence[str], ending: bytes) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue().encode() + ending


def _header(raw: bytes) -> list[str]:
    lines = io.StringIO(raw.decode("utf-8-sig"), newline="")
    return [name.strip() for name in next(csv.reader(lines, strict=True), [])]


def _end_of_header(raw: bytes) -> int:
    reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
    next(reader, [])
    lines = raw.splitlines(keepends=True)
    return sum(map(len, lines[: reader.line_num]))


def _line_end(raw: bytes) -> bytes:
    first = raw.find(b"\n")
    return b"\r\n" if first > 0 and raw[first - 1 : first] == b"\r" else b"\n"


def _day(text: str) -> date:
    try:
        return parse_span(text).earliest or date.min
    except ValueError:
        return date.max
