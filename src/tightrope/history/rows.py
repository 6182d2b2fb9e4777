"""Labelled facts, and the one place where time is cut.

A row is known from the day on which it was public. ``History.as_of(day)`` keeps what was known on
that day, and nothing else of the project cuts time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from tightrope.history.ties import DeclaredTie
from tightrope.theatre import Theatre
from tightrope.theatre.dates import Span


@dataclass(frozen=True)
class Row:
    """One dated fact. ``count_high`` and ``deaths_high`` are None when there is no upper bound."""

    id: str
    date: Span
    known: date
    event: str
    plover: str
    count_low: int
    count_high: int | None
    deaths_low: int | None
    deaths_high: int | None
    by: tuple[str, ...]
    on: tuple[str, ...]
    place: str
    sources: tuple[str, ...]
    status: str
    note: str

    @property
    def is_tally(self) -> bool:
        """Whether it counts over a window or between bounds, not one incident after another."""
        return self.status == "tally" or self.count_high != self.count_low


@dataclass(frozen=True)
class ConditionRow:
    """A dated value of a condition, as the engine's number; public since ``known``."""

    date: date
    known: date
    condition: str
    word: str
    value: float
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class History:
    """Rows and conditions from the theatre's first day to ``until``, the last day covered."""

    theatre: Theatre
    rows: tuple[Row, ...]
    conditions: tuple[ConditionRow, ...]
    until: date
    ties: tuple[DeclaredTie, ...] = ()
    """For people to read: no number rests on them, so no digest has them."""

    def as_of(self, day: date) -> History:
        """What was known at the end of ``day``: rows public by then of things begun by then.

        A value of a condition that is public only later is not used before; from then on it
        acts from its date.
        """
        rows = tuple(
            row for row in self.rows
            if row.known <= day and row.date.earliest is not None and row.date.earliest <= day
        )  # fmt: skip
        conditions = tuple(
            row for row in self.conditions if row.known <= day and row.date <= day
        )  # fmt: skip
        return replace(self, rows=rows, conditions=conditions, until=min(day, self.until))

    def digest(self) -> str:
        """SHA-256 of what is in it, for fingerprints."""
        text = repr((self.rows, self.conditions, self.until))
        return hashlib.sha256(text.encode()).hexdigest()
