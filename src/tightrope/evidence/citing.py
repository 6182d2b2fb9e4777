"""How a row cites a document: by the theatre's name for it, and the place in it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath

from tightrope.evidence.document import Document
from tightrope.evidence.proposal import document_key
from tightrope.evidence.statement import Statement
from tightrope.theatre import Theatre

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_NOT_IN_PLACES = re.compile(r"[\s;,#\"]+")
_LONGEST = 60


class Citations:
    """Names of sources for documents; a document that the theatre does not know gets a new one.

    ``names`` says under which source a file is cited: of lines, usually that of their data set.
    """

    def __init__(self, theatre: Theatre, names: Mapping[str, str] | None = None):
        self._by_text = {source.sha256: name for name, source in theatre.sources.items()
                         if source.sha256}  # fmt: skip
        self._theatre = theatre
        self._names = dict(names or {})
        self._given: dict[str, str] = {}

    def taken(self, names: Mapping[str, str]) -> None:
        """Names that other texts have already: each with the SHA-256 of its text."""
        self._given.update(names)

    def source_of(self, document: Document) -> str:
        """The source's name: as was said, by the text's SHA-256, or made from the file's name."""
        digest = document_key(document).partition(":")[0]
        known = self._names.get(document.name) or self._by_text.get(digest)
        if known:
            return known
        stem = slug(PurePath(document.name).stem)
        if document.id is not None:
            return stem
        taken = self._theatre.sources.get(stem)
        first = self._given.setdefault(stem, digest)
        # A source without a checksum is taken to be the document of its name.
        is_free = taken is None or taken.sha256 is None
        return stem if is_free and first == digest else f"{stem}-{digest[:8]}"

    def cite(self, document: Document, statement: Statement) -> str:
        """``name#start-end``; of a line of a file of lines ``name#id``."""
        place = f"{statement.start}-{statement.end}"
        if document.id is not None:
            place = _NOT_IN_PLACES.sub("_", document.id)
        return f"{self.source_of(document)}#{place}"


def dated(documents: Iterable[Document], theatre: Theatre) -> Iterator[Document]:
    """Documents; one without a date has that of the theatre's source of the same text.

    Only a day is taken: "yesterday" in a text of some day in July is no day.
    """
    known = {source.sha256: source.published.earliest for source in theatre.sources.values()
             if source.sha256 and source.published and source.published.is_day}  # fmt: skip
    for document in documents:
        day = None if document.published else known.get(document_key(document).partition(":")[0])
        yield replace(document, published=day) if day else document


def slug(text: str) -> str:
    """A name that a theatre allows.

    >>> slug("Über die Lage (2020)")
    'uber-die-lage-2020'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    name = _NOT_IN_NAMES.sub("-", plain.encode("ascii", "ignore").decode()).strip("-")
    return name[:_LONGEST].strip("-") or "document"


def source_entry(name: str, document: Mapping[str, str | None]) -> str:
    """Lines for sources.yaml. ``document`` has the queue's columns of a document."""
    is_line = document["line"] is not None
    told = {
        "type": "dataset" if is_line else "article-newspaper",
        "title": document["title"] if document["title"] and not is_line else document["name"],
        "outlet": document["outlet"] or "not known",
        "published": None if is_line else document["published"],
        "language": document["language"] or "en",
        "sha256": None if is_line else (document["key"] or "").partition(":")[0],
    }
    lines = [
        f"{name}:",
        *(f"  {key}: {_scalar(key, value)}" for key, value in told.items() if value),
    ]
    return "\n".join(lines) + "\n"


def _scalar(key: str, value: str) -> str:
    if key in ("published", "type"):
        return value
    plain = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in value)
    return json.dumps(" ".join(plain.split())[:300], ensure_ascii=False)
