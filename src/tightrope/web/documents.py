"""The sentences behind references, for who has the documents: found by hash, shown in bounds.

A theatre cites ``document#start-end``, and lines of news tables ``document#ID``; it has no text. A
file stands for a document only if the SHA-256 of its text is the one in sources.yaml, a line only
if its id is that of its date and text: nothing else is ever quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tightrope.evidence.dated_lines import line_id
from tightrope.evidence.document import Document
from tightrope.evidence.documents import DocumentError, read_documents
from tightrope.evidence.excerpt import harmless
from tightrope.evidence.queue import stored_line, stored_text
from tightrope.theatre import schema

FOLDER = "documents"
"""Of texts beside a theatre's files, if its user has them."""
AROUND, LONGEST = 260, 1_200
"""Characters shown on either side of what is cited, and of that itself."""
_PLACE = re.compile(r"(\d{1,9})-(\d{1,9})")
_LINE = re.compile(r"[0-9a-f]{10}")


@dataclass(frozen=True)
class Passage:
    """What is cited, in its surroundings."""

    before: str
    quote: str
    after: str


class Documents:
    """Texts that the user has: files and folders, and what the review queue keeps."""

    def __init__(self, paths: Sequence[Path] = (), queue: Path | None = None):
        self.paths, self.faults = tuple(paths), ""
        self._queue = queue
        self._texts: dict[str, Document] = {}
        self._lines: dict[str, str] = {}
        self._read = Event()

    @property
    def is_read(self) -> bool:
        """Whether the files have been read; until then nothing of them is quoted."""
        return self._read.is_set() or not self.paths

    def standing(self) -> object:
        """Changes when other sentences may be at hand than before."""
        beside = (
            (self._queue, self._queue.with_name(f"{self._queue.name}-wal")) if self._queue else ()
        )
        return self.is_read, *(place.stat().st_mtime_ns for place in beside if place.is_file())

    @property
    def told(self) -> str:
        """What is at hand, for readers."""
        if not self.paths:
            return "none; give them with --documents"
        if not self.is_read:
            return "being read"
        return f"{len(self._texts):,} articles and {len(self._lines):,} cited lines of news tables"

    def read(self, references: Iterable[str]) -> None:
        """Read the files, and keep the articles and those lines that are referred to."""
        wanted = {place for place in (one.partition("#")[2] for one in references)
                  if _LINE.fullmatch(place)}  # fmt: skip
        try:
            for document in read_documents(self.paths):
                self._keep(document, wanted)
        except DocumentError as error:
            self.faults = str(error)
        self._read.set()

    def _keep(self, document: Document, wanted: set[str]) -> None:
        if document.id is None:
            self._texts[document.sha256] = document
        elif document.id in wanted and _is_of_its_text(document):
            self._lines[document.id] = document.text

    def passage(self, reference: str, source: schema.Source) -> Passage | None:
        """What stands at a reference; None where the text is not at hand or has no such place."""
        place = reference.partition("#")[2]
        if _LINE.fullmatch(place) and source.sha256 is None:
            line = self._lines.get(place) or (self._queue and stored_line(self._queue, place))
            return Passage("", _bounded(line), "") if line else None
        found = _PLACE.fullmatch(place)
        return self._stretch(source.sha256, *map(int, found.groups())) if found else None

    def _stretch(self, sha256: str | None, start: int, end: int) -> Passage | None:
        document = self._texts.get(sha256 or "")
        text = document.text if document else None
        if text is None and sha256 and self._queue:
            text = stored_text(self._queue, sha256)
        if text is None or not start < end <= len(text):
            return None
        # Advertisements and captions around a sentence are none of its surroundings.
        around = document.prose if document else text
        before, after = around[max(start - AROUND, 0) : start], around[end : end + AROUND]
        return Passage(
            _shown(before if start <= AROUND else f"… {before.partition(' ')[2]}"),
            _bounded(text[start:end]),
            _shown(after if len(text) <= end + AROUND else f"{after.rpartition(' ')[0]} …"),
        )


def _is_of_its_text(line: Document) -> bool:
    """Whether a line's id is its hash: a table may have a column of ids that says anything."""
    return line.published is not None and line_id(line.published, line.text) == line.id


def cites_a_place(reference: str) -> bool:
    """Whether a reference names a sentence or a line, not a document as a whole."""
    place = reference.partition("#")[2]
    return bool(_LINE.fullmatch(place) or _PLACE.fullmatch(place))


def _bounded(text: str) -> str:
    return _shown(text if len(text) <= LONGEST else f"{text[:LONGEST]} …")


def _shown(text: str) -> str:
    return re.sub(r"\s+", " ", harmless(text))
