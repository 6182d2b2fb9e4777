"""How much of the noise that a person marked is set apart, and how much prose goes with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tightrope.errors import TightropeError
from tightrope.evidence.document import Document, Span

ENOUGH = 0.95
"""A marked span counts as found when this share of its characters is set apart."""


@dataclass(frozen=True)
class NoiseScore:
    """Counts of one text, or of several together. White space never counts as prose."""

    document: str
    noise: int
    """Characters of the spans that may be left out."""
    noise_found: int
    spans: int
    spans_found: int
    garbled: int
    """Spans that are marked and stay part of the text: mistranslations, lost quotes, headings."""
    garbled_found: int
    """Those of them in which a stretch is marked as garbled, as a break or as a heading."""
    prose: int
    """Characters outside all marked spans."""
    prose_lost: int

    @property
    def share_found(self) -> float:
        """Share of the noise that is set apart."""
        return self.noise_found / self.noise if self.noise else 1.0

    @property
    def share_lost(self) -> float:
        """Share of the prose that is set apart with it."""
        return self.prose_lost / self.prose if self.prose else 0.0

    def as_json(self) -> dict[str, Any]:
        """The documented shape."""
        return {
            "document": self.document, "noise_found": round(self.share_found, 4),
            "prose_lost": round(self.share_lost, 4), "noise_characters": self.noise,
            "prose_characters": self.prose, "spans": self.spans, "spans_found": self.spans_found,
            "garbled": self.garbled, "garbled_found": self.garbled_found,
        }  # fmt: skip


def score_noise(gold: Path) -> list[NoiseScore]:
    """Score every annotated text of a folder of annotations, then all together.

    gold : folder with ``noise.jsonl``; the texts lie in the folder ``seeds`` beside it. Raises
    TightropeError when either is missing.
    """
    from tightrope.evidence.documents import read_documents

    rows = _rows(gold / "noise.jsonl")
    scores: list[NoiseScore] = []
    for name in sorted({row["doc"] for row in rows}):
        paths = sorted((gold.parent / "seeds").glob(f"{name}*"))
        if not paths:
            raise TightropeError(f"{gold.parent / 'seeds'} has no text {name}; put it there")
        document = next(read_documents(paths[:1]))
        scores.append(score(document, [row for row in rows if row["doc"] == name]))
    return [*scores, _total(scores)]


def score(document: Document, rows: Sequence[Mapping[str, Any]]) -> NoiseScore:
    """Score one text against rows with ``start``, ``end`` and ``drop``."""
    length = len(document.text)
    apart = _cover(length, (s for s in document.spans if s.is_noise))
    either = _cover(length, (s for s in document.spans if s.is_noise or s.kind == "garbled"))
    seen = _cover(length, (s for s in document.spans if s.kind != "prose"))
    drops = [range(row["start"], row["end"]) for row in rows if row["drop"]]
    stays = [range(row["start"], row["end"]) for row in rows if not row["drop"]]
    marked = {place for places in (*drops, *stays) for place in places}
    prose = [i for i, sign in enumerate(document.text) if i not in marked and not sign.isspace()]
    found = [sum(either[i] for i in places) for places in drops]
    return NoiseScore(
        document.name,
        noise=sum(map(len, drops)), noise_found=sum(found), spans=len(drops),
        spans_found=sum(n >= ENOUGH * len(d) for n, d in zip(found, drops, strict=True)),
        garbled=len(stays), garbled_found=sum(any(seen[i] for i in places) for places in stays),
        prose=len(prose), prose_lost=sum(apart[i] for i in prose),
    )  # fmt: skip


def _cover(length: int, spans: Iterable[Span]) -> bytearray:
    cover = bytearray(length)
    for span in spans:
        cover[span.start : span.end] = b"\1" * (span.end - span.start)
    return cover


def _total(scores: Sequence[NoiseScore]) -> NoiseScore:
    names = ("noise", "noise_found", "spans", "spans_found", "garbled", "garbled_found", "prose",
             "prose_lost")  # fmt: skip
    sums = {name: sum(getattr(score, name) for score in scores) for name in names}
    return NoiseScore("together", **sums)


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise TightropeError(f"{path}: {error.strerror}; give the folder of annotations") from error
    return [cast("dict[str, Any]", json.loads(line)) for line in lines if line.strip()]
