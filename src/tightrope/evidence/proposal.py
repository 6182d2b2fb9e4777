"""A row that machine reading proposes, the places it rests on, and what to doubt about it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Literal

from tightrope.evidence.document import Document
from tightrope.evidence.statement import Amount, Party, Statement

Kind = Literal["event", "condition", "mechanism"]
"""A row of history.csv, one of conditions.csv, or what supports a mechanism (no row)."""


@dataclass(frozen=True)
class Telling:
    """One statement, the document it stands in, and the words by which a row cites it."""

    document: str
    """Key of the document in the queue, see ``document_key``."""
    source: str
    """``name#start-end``, or ``name#id`` for a line of a file of lines."""
    published: date | None
    statement: Statement

    @property
    def place(self) -> tuple[str, int, int, str]:
        """What makes it the same telling again: document, trigger and type."""
        told = self.statement
        return self.document, told.trigger_start, told.trigger_end, told.event or told.plover


@dataclass(frozen=True)
class Twin:
    """A row that exists and may tell of the same; ``likeness`` from 0 to 1."""

    row: str
    likeness: float
    why: str


@dataclass(frozen=True)
class Proposal:
    """Cells of a table as machine reading would fill them."""

    kind: Kind
    cells: Mapping[str, str]
    tellings: tuple[Telling, ...]
    doubts: tuple[str, ...] = ()
    """What a person should look at first, in sentences."""
    differences: tuple[str, ...] = ()
    """Where the tellings contradict one another."""
    twins: tuple[Twin, ...] = ()

    @property
    def confidence(self) -> float:
        """That at least one telling was read rightly, as if they were independent."""
        wrong = 1.0
        for telling in self.tellings:
            wrong *= 1 - min(max(telling.statement.confidence, 0.0), 1.0)
        return 1 - wrong


def document_key(document: Document) -> str:
    """SHA-256 of the text, and behind it the line's id where there is one."""
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    return digest if document.id is None else f"{digest}:{document.id}"


def telling_data(telling: Telling) -> dict[str, Any]:
    """A telling as JSON, for the queue."""
    return {"document": telling.document, "source": telling.source,
            "published": str(telling.published) if telling.published else None,
            "statement": asdict(telling.statement)}  # fmt: skip


def telling_from(data: Mapping[str, Any]) -> Telling:
    """The way back from ``telling_data``."""
    published = data["published"]
    return Telling(data["document"], data["source"],
                   date.fromisoformat(published) if published else None,
                   statement_from(data["statement"]))  # fmt: skip


def statement_from(data: Mapping[str, Any]) -> Statement:
    """The way back from ``dataclasses.asdict``; what a later version added is left out."""
    known = {field.name for field in fields(Statement)}
    told = {name: value for name, value in data.items() if name in known}
    for side in ("source", "target"):
        told[side] = Party(**told[side]) if told[side] else None
    told["numbers"] = tuple(Amount(**number) for number in told["numbers"])
    return Statement(**told)
