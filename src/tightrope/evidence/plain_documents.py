"""Documents from the simplest files: plain text, and JSON Lines, CSV or Parquet of dated lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from tightrope.errors import ReadingRefused
from tightrope.evidence.document import Document, Span

_DATED = {".jsonl", ".ndjson", ".csv", ".parquet"}


def documents_of(path: Path, published: date | None = None) -> Iterator[Document]:
    """The documents of one file, or of all files of a folder in the order of their names.

    A file of dated lines has the columns ``date`` and ``text``, and perhaps ``id``; without one, a
    line is known by the first ten digits of the hash of its date and text. ``published`` dates
    plain texts. Raises ReadingRefused with the file, what is wrong and what to do.
    """
    if path.is_dir():
        for inner in sorted(p for p in path.iterdir() if p.is_file()):
            yield from documents_of(inner, published)
        return
    try:
        if path.suffix.lower() in _DATED:
            yield from _dated_lines(path)
        else:
            yield _text(path, published)
    except OSError as error:
        raise ReadingRefused(f"{path} cannot be opened: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ReadingRefused(
            f"{path} is no UTF-8 text (byte {error.start}); save it with the encoding UTF-8"
        ) from None


def _text(path: Path, published: date | None) -> Document:
    text = path.read_bytes().decode("utf-8")
    return Document(path.name, text, (Span(0, len(text), "prose"),), None, published)


def _dated_lines(path: Path) -> Iterator[Document]:
    for number, row in enumerate(_rows(path), 1):
        text, day = row.get("text"), row.get("date")
        if not isinstance(text, str) or day is None:
            raise ReadingRefused(f"{path}, row {number}: a line needs the columns date and text")
        try:
            published = date.fromisoformat(str(day)[:10])
        except ValueError:
            raise ReadingRefused(
                f"{path}, row {number}: {day!r} is no date; write it as 2020-01-03"
            ) from None
        key = row.get("id") or sha256(f"{published}{text}".encode()).hexdigest()[:10]
        yield Document(path.name, text, (Span(0, len(text), "prose"),), str(key), published)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        import polars as pl

        frame = pl.scan_parquet(path)
        for part in range(0, frame.select(pl.len()).collect().item(), 65_536):
            yield from frame.slice(part, 65_536).collect().iter_rows(named=True)
    elif suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    else:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _object(path, number, line)


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadingRefused(f"{path}, line {number} is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise ReadingRefused(f"{path}, line {number}: write one {{...}} a line")
    return value
