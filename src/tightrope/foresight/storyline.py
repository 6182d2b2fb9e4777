"""Storylines as they are told: steps, shares, roots, moods, and an example."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tightrope.foresight.parents import Happened, Link, Origin
from tightrope.history import Row


@dataclass(frozen=True)
class Step:
    """An event type of a storyline; repeats of it in a row are one step."""

    event: str
    link: Link | None
    """From the step before; None for the first."""
    days: float | None
    """Median days since the step before."""


@dataclass(frozen=True)
class Mood:
    """A level that scaled the last event of a storyline."""

    level: str
    reading: float
    """Mean over the chains, on the eve of the last event."""
    rest: float
    factor: float
    """Geometric mean of what it did to the rate."""


@dataclass(frozen=True)
class Storyline:
    """A typical chain of events."""

    origin: Origin
    steps: tuple[Step, ...]
    share: float
    """Of the paths with yes; of the events, for a count."""
    chains: int
    moods: tuple[Mood, ...]
    roots: tuple[tuple[Row, float], ...]
    """Rows of the record that it most often begins with, and in what share of its chains."""
    example: tuple[Happened, ...]
    """One of its chains, of middling length, repeats included."""

    def words(self) -> str:
        """The chain as one line, with what its first event came from.

        >>> Storyline(Origin("base"), (Step("attack", None, None), Step(
        ...     "air_strike", Link("follows", "M1"), 3.0)), 0.4, 40, (), (), ()).words()
        '(by itself) attack → air strike'
        """
        told = " → ".join(step.event.replace("_", " ") for step in self.steps)
        came = {
            "record": "happened", "condition": f"while {self.origin.name}",
            "calendar": "on its date", "base": "by itself",
        }  # fmt: skip
        return f"({came[self.origin.kind]}) {told}"

    def as_json(self, first_day: date) -> dict[str, Any]:
        """The documented shape of a storyline."""
        return {
            "words": self.words(), "share": round(self.share, 5), "chains": self.chains,
            "origin": {"kind": self.origin.kind, "name": self.origin.name or None,
                       "mechanism": self.origin.mechanism},
            "steps": [
                {"event": step.event, "link": step.link.kind if step.link else None,
                 "mechanism": step.link.mechanism if step.link else None, "days": step.days}
                for step in self.steps
            ],
            "levels": [
                {"level": mood.level, "reading": round(mood.reading, 4),
                 "rest": round(mood.rest, 4), "factor": round(mood.factor, 4)}
                for mood in self.moods
            ],
            "rows": [
                {"id": row.id, "share": round(share, 5), "note": row.note,
                 "sources": list(row.sources)} for row, share in self.roots
            ],
            "example": [
                {"event": one.event, "day": day_in(first_day, one).isoformat(),
                 "row": one.row.id if one.row else None,
                 "sources": list(one.row.sources) if one.row else []}
                for one in self.example
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class Chains:
    """The storylines of one answer, the most frequent first."""

    answer: float
    """Probability of yes, or the mean count, of the structural process."""
    traced: int
    """Chains that were followed to their origin."""
    told: tuple[Storyline, ...]
    others: int
    """Different chains that are not told."""

    @property
    def rest(self) -> float:
        """The share of the chains that are not told."""
        return 1 - sum(one.share for one in self.told) if self.traced else 0.0

    def chains_as_json(self, first_day: date) -> dict[str, Any]:
        """The part of ``storylines --json`` that tells the chains."""
        return {
            "answer": round(self.answer, 6), "traced": self.traced,
            "storylines": [one.as_json(first_day) for one in self.told],
            "others": {"different": self.others, "share": round(self.rest, 5)},
        }  # fmt: skip


@dataclass(frozen=True)
class Storylines(Chains):
    """The storylines of one answer, and of which run."""

    fingerprint: str
    theatre: str
    question: str
    ask: str
    kind: str
    as_of: date
    first_day: date
    days: int
    paths: int
    draws: int
    fitted_until: date | None

    def as_json(self) -> dict[str, Any]:
        """The documented shape of ``storylines --json``."""
        return {
            "fingerprint": self.fingerprint, "theatre": self.theatre, "question": self.question,
            "ask": self.ask, "kind": self.kind, "as_of": self.as_of.isoformat(),
            "days": self.days, "paths": self.paths, "draws": self.draws,
            "fitted": self.fitted_until is not None, "process": "structural",
            **self.chains_as_json(self.first_day),
        }  # fmt: skip


def day_in(first_day: date, one: Happened) -> date:
    """The calendar day of an event of a chain."""
    return first_day + timedelta(one.day - 1)
