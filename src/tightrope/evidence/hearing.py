"""One reading of many documents: at once, or as a job that can be stopped and goes on.

What a job keeps is named by everything that the answer depends on: the documents, the rules, the
actors and event types of the theatre, the parser and the version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from tightrope.errors import TheatreError
from tightrope.evidence.corpus import Progress, read_corpus
from tightrope.evidence.document import Document
from tightrope.evidence.mapping import Mapping
from tightrope.evidence.parts import Corpus
from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.recollection import Recollection
from tightrope.evidence.statement import Statement
from tightrope.history import Row, read_history
from tightrope.theatre import Theatre, find_theatre, read_theatre

RULES = Path(__file__).parent / "rules"
OF_THEATRE = ("theatre.yaml", "reading.yaml", "sources.yaml", "history.csv")
"""Files of a theatre on which reading depends."""


@dataclass(frozen=True)
class Hearing:
    """How documents are read: whose theatre, and with which parser.

    theatre : name or folder whose actors and event types are meant; None for none. parser : an
    installed spaCy pipeline that finds the sides of an act; None for the rules alone. It goes to
    other processes as it stands, each of which makes its own reader.
    """

    theatre: str | None = None
    parser: str | None = None

    def __call__(self, document: Document) -> Sequence[Statement]:
        """The statements of one document."""
        return read_statements(document, self.reader)

    def __getstate__(self) -> dict[str, str | None]:
        return {"theatre": self.theatre, "parser": self.parser}

    @cached_property
    def reader(self) -> Reader:
        """Made once in each process."""
        reader = _reader_for(read_theatre(self.theatre)) if self.theatre else Reader()
        if self.parser is None:
            return reader
        from tightrope.evidence.dependency import DependencyFinder

        return replace(reader, finder=DependencyFinder.of_pipeline(self.parser))

    def digest(self) -> str:
        """Hash of all that the statements of a document depend on."""
        folder = find_theatre(self.theatre) if self.theatre else None
        theatre = [folder / name for name in OF_THEATRE] if folder else []
        whole = hashlib.sha256(f"{version('tightrope')} {self.parser}".encode())
        for path in (*sorted(RULES.iterdir()), *theatre):
            if path.is_file():
                whole.update(path.name.encode() + b"\0" + path.read_bytes())
        return whole.hexdigest()[:16]

    def beside(self, documents: Iterator[Document]) -> Iterator[tuple[Document, list[Statement]]]:
        """Each document with its statements, as they come."""
        return ((document, list(self(document))) for document in documents)

    def job(
        self, documents: Iterator[Document], folder: Path, *, workers: int | None = None,
        cluster: str | None = None, progress: Progress | None = None,
    ) -> Corpus:  # fmt: skip
        """Read all documents on many cores, keeping parts in ``folder``; see ``read_corpus``."""
        return read_corpus(documents, self, folder, reader=self.digest(), workers=workers,
                           cluster=cluster, progress=progress)  # fmt: skip


def _reader_for(theatre: Theatre) -> Reader:
    rows = rows_of(theatre)
    mapping = Mapping.of(theatre, rows)
    return Reader(mapping=mapping, memory=Recollection(theatre, rows, mapping.above))


def rows_of(theatre: Theatre) -> tuple[Row, ...]:
    """The rows of a theatre's history; none where it has no history yet."""
    try:
        return read_history(theatre).rows
    except TheatreError as error:
        if {fault.code for fault in error.faults} != {"no-history"}:
            raise
        return ()
