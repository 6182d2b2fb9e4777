"""Files, folders and standard input -> documents, one at a time, in bounded memory.

What cannot be read is told once everything else has been read: a bad file stops no other.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO

from tightrope.errors import Fault, TheatreError
from tightrope.evidence.dated_lines import USUAL, read_lines
from tightrope.evidence.decoding import decode
from tightrope.evidence.document import Document, Span
from tightrope.evidence.noise import mark_noise
from tightrope.tables.faults import FaultList, TableError
from tightrope.tables.table import PACKED

STANDARD_INPUT = "-"
LARGEST_TEXT = 4 << 20
"""An article is held in memory as a whole; 4 MiB are a thick book. Tables are read line by line."""
LARGEST_PAGE = 8 << 20
LARGEST_PDF = 64 << 20
LARGEST_TABLE = 4 << 30
LARGEST_INPUT = 256 << 20
"""Standard input is kept in a temporary file; so much of it."""
MOST_FAULTS = 200
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
_PAGES = (".html", ".htm", ".xhtml")


class DocumentError(TheatreError):
    """Some documents could not be read; ``faults`` says which, why, and what to do."""

    def __init__(self, faults: Iterable[Fault], more: int = 0):
        super().__init__(faults)
        self.more = more
        if more:
            self.args = (f"{self}\nand {more:,} more fault{'s' * (more != 1)}",)


@dataclass
class _Faults:
    first: list[Fault] = field(default_factory=list[Fault])
    more: int = 0

    def add(self, file: str, code: str, message: str) -> None:
        self.extend([Fault(file, 0, 0, code, " ".join(message.split()))])

    def extend(self, faults: Iterable[Fault], more: int = 0) -> None:
        for fault in faults:
            if len(self.first) < MOST_FAULTS:
                self.first.append(fault)
            else:
                self.more += 1
        self.more += more


def read_documents(
    paths: Iterable[Path | str], *, published: date | None = None, stdin: BinaryIO | None = None
) -> Iterator[Document]:
    """Every document of files and folders, in the order given, folders sorted by name.

    paths : text, HTML, PDF, tables of dated lines (CSV, TSV, JSON lines, Parquet), folders of such
    (hidden files are skipped), and ``-`` for standard input. published : day of publication of
    articles, and of lines that have no day of their own. stdin : what ``-`` reads, by default the
    standard input of the process. Raises DocumentError, after the last document, with the faults
    of all files together.
    """
    faults = _Faults()
    for path in paths:
        if str(path) == STANDARD_INPUT:
            yield from _piped(stdin or sys.stdin.buffer, published, faults)
        else:
            for file, name in _files(Path(path), faults):
                yield from _read(file, name, published, faults)
    if faults.first:
        raise DocumentError(faults.first, faults.more)


def _files(path: Path, faults: _Faults) -> Iterator[tuple[Path, str]]:
    """The files behind a path, each with its name. Links to folders inside are not followed."""
    try:
        folder = stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:
        return faults.add(str(path), "unreadable", f"{_why(error)}; give the path of a document")
    if not folder:
        yield path, path.name
        return

    def unlisted(error: OSError) -> None:
        faults.add(str(error.filename), "unreadable", f"{_why(error)}; allow it to be listed")

    for at, folders, names in os.walk(path, onerror=unlisted):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            file = Path(at, name)
            yield file, file.relative_to(path).as_posix()


def _read(path: Path, name: str, published: date | None, faults: _Faults) -> Iterator[Document]:
    """The documents of one file; whatever is wrong with it is noted."""
    try:
        mode = path.stat()
        if not stat.S_ISREG(mode.st_mode):
            raise ValueError("this is no file but a pipe, a socket or a device; save it as a file")
        with path.open("rb") as file:
            start = file.read(2048)
        kind = _kind(path, start, piped=name == STANDARD_INPUT)
        _check_size(mode.st_size, kind)
        if kind == "table":
            yield from _lines(path, name, published, faults)
        else:
            yield _article(path.read_bytes(), name, kind, published)
    except OSError as error:
        faults.add(name, "unreadable", f"{_why(error)}; see to it that it may be read")
    except ValueError as error:
        faults.add(name, "unreadable", str(error))


def _kind(path: Path, start: bytes, *, piped: bool) -> str:
    if not start.strip():
        raise ValueError("the file is empty; give one with text")
    for magic, packed in PACKED.items():
        if start.startswith(magic):
            raise ValueError(f"this is {packed}; unpack it and give the files inside")
    ending = path.suffix.lower()
    if start.startswith(b"PAR1") or ending in _TABLES or (piped and _is_table(start)):
        return "table"
    if start.startswith(b"%PDF-") or ending == ".pdf":
        return "pdf"
    return "page" if ending in _PAGES or _HTML.match(start) else "text"


def _is_table(start: bytes) -> bool:
    """Whether standard input is a table: JSON lines, or a first line that names its columns."""
    if start.lstrip().startswith(b"{"):
        return True
    first = start.partition(b"\n")[0].decode("utf-8", "replace").casefold()
    names = {name.strip(' "\r\ufeff') for name in re.split("[,;\t]", first)}
    return all(names & set(USUAL[meaning]) for meaning in ("date", "text"))


def _check_size(size: int, kind: str) -> None:
    largest = {"text": LARGEST_TEXT, "page": LARGEST_PAGE, "pdf": LARGEST_PDF}
    limit = largest.get(kind, LARGEST_TABLE)
    if size > limit:
        says = "split it, or save its lines as a table with date and text"
        raise ValueError(f"{size:,} bytes, and {limit:,} of a {kind} are read; {says}")


def _lines(path: Path, name: str, published: date | None, faults: _Faults) -> Iterator[Document]:
    noted = FaultList(name)
    try:
        yield from read_lines(path, name, published, noted)
        noted.tell()
    except TableError as error:
        faults.extend(error.faults, error.more)


def _article(data: bytes, name: str, kind: str, published: date | None) -> Document:
    title = outlet = day = None
    if kind == "pdf":
        from tightrope.evidence.pdf_files import read_pdf

        text, title = read_pdf(data)
    elif kind == "page":
        from tightrope.evidence.web_pages import read_page

        page = read_page(decode(data))
        text, title, day, outlet = page.text, page.title, page.published, page.outlet
    else:
        text = decode(data)
    marked = mark_noise(text, published or day)
    return Document(
        name, text, marked.spans, published=marked.published, outlet=outlet or marked.outlet,
        title=title or _title(text, marked.spans),
    )  # fmt: skip


def _title(text: str, spans: Iterable[Span]) -> str | None:
    """The heading before the first prose."""
    for span in spans:
        words = " ".join(text[span.start : span.end].split())
        if words and not span.is_noise:
            return words if span.kind == "title" else None
    return None


def _piped(stream: BinaryIO, published: date | None, faults: _Faults) -> Iterator[Document]:
    """The documents of a stream, which is kept as a file until they are read."""
    with tempfile.TemporaryDirectory(prefix="tightrope-") as folder:
        first = stream.read(2048)
        ending = ".jsonl" if first.lstrip().startswith(b"{") else ".input"
        path = Path(folder, "stdin" + ending)
        with path.open("wb") as copy:
            copy.write(first)
            shutil.copyfileobj(_Limited(stream, LARGEST_INPUT), copy)
            size = copy.tell()
        if size > LARGEST_INPUT:
            says = f"more than {LARGEST_INPUT:,} bytes, and no more are kept; give a file instead"
            faults.add(STANDARD_INPUT, "too-large", says)
        else:
            yield from _read(path, STANDARD_INPUT, published, faults)


class _Limited:
    """A stream that ends one byte behind a limit."""

    def __init__(self, stream: BinaryIO, limit: int):
        self.stream, self.left = stream, limit + 1

    def read(self, size: int = 1 << 16) -> bytes:
        part = self.stream.read(min(size, self.left)) if self.left > 0 else b""
        self.left -= len(part)
        return part


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
