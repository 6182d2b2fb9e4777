"""What is read: a text that never changes, and the spans that say which of it is prose.

All offsets, here and in every later step, are positions of Python characters (code points) in
``Document.text``, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True)
class Span:
    """A stretch of the text of one kind; everything that is not ``prose`` or ``title`` is noise."""

    start: int
    end: int
    kind: SpanKind
    reading: str | None = None
    """What a garbled stretch should say, where that is known."""


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
