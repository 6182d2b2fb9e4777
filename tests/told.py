"""Statements made by hand, for tests that need to know every field. All sentences are invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from tightrope.evidence.document import Document, Span
from tightrope.evidence.statement import Amount, Party, Statement

DAY = date(2018, 3, 5)


def document(
    text: str, name: str = "herald.txt", published: date | None = DAY, **more: Any
) -> Document:
    return Document(name, text, (Span(0, len(text), "prose"),), published=published, **more)


def party(of: Document, words: str, id: str | None, name: str | None = None) -> Party:
    start = of.text.index(words)
    return Party(id, name or words, words, start, start + len(words))


def amount(of: Document, words: str, role: str, low: float, high: float | None) -> Amount:
    start = of.text.index(words)
    return Amount(role, low, high, words, start, start + len(words))


def statement(of: Document, trigger: str, **more: Any) -> Statement:
    """A strike by Auster on the Wardens on 4 March 2018, unless it says otherwise.

    The clause is the sentence of ``trigger``.
    """
    at = of.text.index(trigger)
    start = of.text.rfind(". ", 0, at) + 2 if ". " in of.text[:at] else 0
    end = of.text.find(".", at)
    end = len(of.text) if end < 0 else end
    fields: dict[str, Any] = {
        "document": of.name, "id": of.id, "start": start, "end": end, "quote": of.text[start:end],
        "trigger_start": at, "trigger_end": at + len(trigger), "plover": "ASSAULT",
        "mode": "aerial", "source": Party("auster", "Auster", "Auster", 0, 6),
        "target": Party("wardens", "The Wardens", "Wardens", 0, 7), "date": "2018-03-04",
        "place": None, "numbers": (), "modality": "happened", "attributed_to": None,
        "event": "strike", "confidence": 0.8,
    }  # fmt: skip
    return Statement(**{**fields, **more})


def outlet(
    name: str, killed: tuple[float, float | None] | None = None, **more: Any
) -> tuple[Document, list[Statement]]:
    """One outlet that tells of the strike in words of its own."""
    place = more.get("place")
    text = f"{name} reports that Auster bombed the Wardens{f' near {place}' if place else ''}."
    text += f" Dead: {killed}." if killed else ""
    of = document(text, f"{name}.txt", more.pop("published", DAY))
    if killed:
        more["numbers"] = (amount(of, str(killed), "killed", *killed),)
    return of, [statement(of, "bombed", **more)]
