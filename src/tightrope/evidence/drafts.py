"""An act on its way to a statement: what the steps of reading found out about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from tightrope.evidence.amounts import Quantity
from tightrope.evidence.attribution import Voucher
from tightrope.evidence.found import Found
from tightrope.evidence.grammar import Parse
from tightrope.evidence.statement import Modality
from tightrope.evidence.triggers import Trigger


class Count(NamedTuple):
    """A number of things, and the time over which events were counted."""

    role: str
    quantity: Quantity
    window: str | None = None


@dataclass(slots=True, eq=False)
class Draft:
    """One trigger with all that belongs to it."""

    trigger: Trigger
    parse: Parse
    sentence: int
    """Number of the sentence in its document, from 0."""
    source: Found | None = None
    source_parse: Parse | None = None
    """Where the source stands, if in another sentence ("... claims responsibility")."""
    target: Found | None = None
    target_parse: Parse | None = None
    casualties: dict[str, Quantity] = field(default_factory=dict[str, Quantity])
    casualties_parse: Parse | None = None
    counts: list[Count] = field(default_factory=list[Count])
    """What else is counted, see ``counting``."""
    modality: Modality = "happened"
    voucher: Voucher | None = None
    date: str | None = None
    date_basis: str | None = None
    background: bool = False
    place: str | None = None
    features: dict[str, float] = field(default_factory=dict[str, float])
    confidence: float = 0.0
    start: int = 0
    end: int = 0
    """The clause, as offsets into the text."""
