"""What a document states: one act, who to whom, when, and who says so, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Modality = Literal[
    "happened", "planned", "threatened", "demanded", "predicted", "denied", "alleged",
    "hypothetical",
]  # fmt: skip


@dataclass(frozen=True)
class Party:
    """An actor as named in the text; ``id`` is the theatre's, None where it knows no such actor."""

    id: str | None
    name: str
    text: str
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        """The documented shape."""
        return {"id": self.id, "name": self.name, "text": self.text}


@dataclass(frozen=True)
class Amount:
    """A number with its bounds; ``high`` is None where it is open."""

    role: str
    """killed, wounded, or a role of ``rules/counted.yaml``: troops, attacks, detained, ..."""
    low: float
    high: float | None
    text: str
    start: int
    end: int
    window: str | None = None
    """EDTF time over which events were counted, where the text says one of more than a day."""

    def as_json(self) -> dict[str, Any]:
        """The documented shape."""
        return {"role": self.role, "low": self.low, "high": self.high, "text": self.text,
                "window": self.window}  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """One act that a document states. Offsets are into ``Document.text``."""

    document: str
    id: str | None
    start: int
    end: int
    quote: str
    """The clause: ``text[start:end]``."""
    trigger_start: int
    trigger_end: int
    plover: str
    mode: str | None
    source: Party | None
    target: Party | None
    date: str | None
    """EDTF, see ``theatre.dates``."""
    place: str | None
    numbers: tuple[Amount, ...]
    modality: Modality
    attributed_to: str | None
    event: str | None
    """Event type of the theatre that it would count as."""
    confidence: float
    date_basis: str | None = None
    """What the date rests on: words of the clause (``words``), of its sentence (``sentence``), of
    what was told before (``carried``), the day of the report (``report``), nothing but the tense
    (``assumed``), or a row of the theatre's history (``history:ROW``)."""

    @property
    def killed(self) -> tuple[float, float | None] | None:
        """Bounds of the number killed; None where the text gives none."""
        found = [(n.low, n.high) for n in self.numbers if n.role == "killed"]
        return found[0] if found else None

    def as_json(self) -> dict[str, Any]:
        """The documented shape of ``tightrope read --json``."""
        return {
            "document": self.document, "id": self.id, "start": self.start, "end": self.end,
            "quote": self.quote, "trigger_start": self.trigger_start,
            "trigger_end": self.trigger_end, "plover": self.plover, "mode": self.mode,
            "source": self.source.as_json() if self.source else None,
            "target": self.target.as_json() if self.target else None,
            "date": self.date, "date_basis": self.date_basis, "place": self.place,
            "numbers": [number.as_json() for number in self.numbers],
            "killed": {"low": self.killed[0], "high": self.killed[1]} if self.killed else None,
            "modality": self.modality, "attributed_to": self.attributed_to, "event": self.event,
            "confidence": round(self.confidence, 3),
        }  # fmt: skip
