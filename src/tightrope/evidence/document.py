"""What is read: a text that never changes, and the spans that say which of it is prose.

All offsets, here and in every later step, are positions of Python characters (code points) in
``Document.text``, end exclusive.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

SpanKind = Literal[
    "prose",
    "title",
    "caption",
    "gallery",
    "advert",
    "video_id",
    "credit",
    "break",
    "garbled",
    "other",
]

READ: frozenset[SpanKind] = frozenset({"prose", "title", "garbled"})
"""Kinds that belong to the text; all others are noise and may be left out."""
_NOT_SPACE = re.compile(r"\S")


@dataclass(frozen=True)
class Span:
    """A stretch of the text of one kind; ``title`` is a heading, ``break`` a mark out of place."""

    start: int
    end: int
    kind: SpanKind
    reading: str | None = None
    """What a garbled stretch should say, where that is known."""

    @property
    def is_noise(self) -> bool:
        """Whether it is set apart; garbled stretches stay part of the text."""
        return self.kind not in READ


@dataclass(frozen=True)
class Document:
    """One text: an article, or one line of a file of dated lines."""

    name: str
    """Where it came from: a file's name, or what the caller called it."""
    text: str
    """The raw text, to which all offsets refer."""
    spans: tuple[Span, ...]
    """In order, together the whole text."""
    id: str | None = None
    """The line's id, for files of lines."""
    published: date | None = None
    """Anchor of all relative dates; None where nothing says."""
    title: str | None = None
    outlet: str | None = None
    language: str = "en"

    @cached_property
    def prose(self) -> str:
        """The text with every sign of noise blanked out: same length, so all offsets hold.

        Line ends stay, except in a ``break``, where the sentence goes on.
        """
        parts: list[str] = []
        for span in self.spans:
            part = self.text[span.start : span.end]
            if span.kind == "break":
                part = " " * len(part)
            parts.append(_NOT_SPACE.sub(" ", part) if span.is_noise else part)
        return "".join(parts)

    @cached_property
    def sha256(self) -> str:
        """Hash of the raw text in UTF-8, by which sources are known."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
