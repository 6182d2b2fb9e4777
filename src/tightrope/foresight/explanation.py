"""A rate explained: what it was made of, with the facts and the sources behind each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tightrope.foresight.standing import Clause, condition_json, condition_name
from tightrope.foresight.wording import long_date
from tightrope.history import ConditionRow, Row

LEAST = 1e-6
"""Rows below this share of the largest are told together."""


@dataclass(frozen=True)
class Fact:
    """A row of the history and what it adds to a part: per day, or in logits to a level."""

    row: Row
    value: float
    mechanism: str | None = None
    """Of the push, where one level is pushed through several."""

    def as_json(self) -> dict[str, object]:
        """The row in short, with its places in documents."""
        return {
            "id": self.row.id, "date": self.row.date.text, "event": self.row.event,
            "value": digits(self.value),
            **({"mechanism": self.mechanism} if self.mechanism else {}),
            "status": self.row.status, "note": self.row.note, "sources": list(self.row.sources),
        }  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """The rows behind a part, the largest first, and what the small ones add together."""

    told: tuple[Fact, ...] = ()
    others: int = 0
    others_value: float = 0.0

    @property
    def total(self) -> float:
        """What all rows add."""
        return sum(fact.value for fact in self.told) + self.others_value

    def as_json(self) -> dict[str, object]:
        """Told rows in full, the others as a number and a sum."""
        others = {"rows": self.others, "value": digits(self.others_value)}
        return {"rows": [fact.as_json() for fact in self.told], "others": others}


def facts_of(facts: Sequence[Fact]) -> Facts:
    """Sort rows by what they add and lay the smallest together."""
    ranked = sorted(facts, key=lambda fact: -abs(fact.value))
    least = LEAST * abs(ranked[0].value) if ranked else 0.0
    told = tuple(fact for fact in ranked if abs(fact.value) >= least)
    rest = ranked[len(told) :]
    return Facts(told, len(rest), sum(fact.value for fact in rest))


@dataclass(frozen=True)
class Part:
    """One term of the rate."""

    kind: str
    name: str
    label: str
    """The number of the theatre behind it, as a path of keys."""
    mechanism: str | None
    half_life: float | None
    """Days after which half of an event's part has gone; None where nothing decays."""
    per_day: float
    """What it adds to the rate, factors included."""
    share: float
    low: float
    high: float
    """The share's 90 % range over draws."""
    facts: Facts
    conditions: tuple[ConditionRow, ...] = ()
    """Rows that made the condition of the part true."""

    def as_json(self) -> dict[str, object]:
        """The documented shape of a part."""
        return {
            "kind": self.kind, "name": self.name, "label": self.label,
            "mechanism": self.mechanism, "half_life_days": self.half_life,
            "per_day": digits(self.per_day), "share": digits(self.share),
            "share_90": [digits(self.low), digits(self.high)],
            "facts": self.facts.as_json(),
            "conditions": [condition_json(row) for row in self.conditions],
        }  # fmt: skip


@dataclass(frozen=True)
class Scaling:
    """One factor on the rate."""

    kind: str
    name: str
    label: str
    mechanism: str | None
    factor: float
    low: float
    high: float
    """90 % range over draws."""
    now: float | None
    """A level's reading, or the value of a number; None for expressions, which hold."""
    rest: float | None
    """The reading at rest, or the reference: where the factor is 1."""
    deviation: float | None
    """Of a level, in logits: what its pushes have left. They add up to it."""
    pushes: Facts
    held: tuple[tuple[str, str | None, float], ...]
    """Conditions that hold the level: expression, mechanism, logits."""
    conditions: tuple[ConditionRow, ...]

    def as_json(self) -> dict[str, object]:
        """The documented shape of a factor."""
        value: dict[str, object] = {
            "kind": self.kind, "name": self.name, "label": self.label,
            "mechanism": self.mechanism, "factor": digits(self.factor),
            "factor_90": [digits(self.low), digits(self.high)],
        }  # fmt: skip
        if self.now is not None and self.rest is not None:
            value |= {"now": digits(self.now), "rest": digits(self.rest)}
        if self.deviation is not None:
            value |= {
                "deviation": digits(self.deviation), "pushes": self.pushes.as_json(),
                "held": [
                    {"if": text, "mechanism": mechanism, "value": digits(logits)}
                    for text, mechanism, logits in self.held
                ],
            }  # fmt: skip
        return value | {"conditions": [condition_json(row) for row in self.conditions]}


@dataclass(frozen=True)
class Explanation:
    """Why an event type had its rate on a day."""

    theatre: str
    event: str
    says: str
    day: date
    hindsight: bool
    """Whether facts and numbers are those of the whole record, not those of the day before."""
    fitted_until: date | None
    draws: int
    rate: float
    """Per day, at the medians of all numbers; 0 where the event is impossible."""
    low: float
    high: float
    """90 % range over draws."""
    if_open: float
    """The rate, were the event possible: what the parts add up to."""
    chance: float
    """Of at least one such event on the day."""
    at_rest: float
    """The constant part alone, with every level and number where it has no effect."""
    modulation: float
    limit: float
    """What the limit on all factors together makes of their product."""
    parts: tuple[Part, ...]
    scalings: tuple[Scaling, ...]
    gate: tuple[Clause, ...]
    happened: tuple[Row, ...]
    """Rows of such events on that day."""
    mechanisms: dict[str, tuple[str, ...]]
    """Where the sources assert the mechanisms that are named."""

    @property
    def closed(self) -> tuple[Clause, ...]:
        """The clauses that make the event impossible on the day."""
        return tuple(clause for clause in self.gate if not clause.holds)

    def sentence(self) -> str:
        """The explanation in short."""
        day, what = long_date(self.day), f"“{self.says}”"
        if self.closed:
            return f"On {day} {what} was impossible: {'; '.join(map(_in_words, self.closed))}."
        chance = f"{percent(self.chance)} on that day"
        if not self.at_rest:
            return f"On {day} {what} had a chance of {chance}.{self._mostly()}"
        times = self.rate / self.at_rest
        likelier = "likelier than" if times >= 1 else "as likely as"
        return (
            f"On {day} {what} was {amount(times)} times {likelier} at rest: {chance}."
            f"{self._mostly()}"
        )

    def _mostly(self) -> str:
        if not self.parts or not self.rate:
            return ""
        part = self.parts[0]
        by = f" ({part.mechanism})" if part.mechanism else ""
        return f" {100 * part.share:.0f} % of it: {part_in_words(part)}{by}."

    def reality(self) -> str:
        """Whether it happened, with the rows."""
        if not self.happened:
            return "The record has no such event on that day."
        rows = "; ".join(f"{row.id} ({row.note or row.status})" for row in self.happened)
        sure = any(row.date.earliest == row.date.latest for row in self.happened)
        return f"It happened: {rows}." if sure else f"The record may hold one on that day: {rows}."

    def as_json(self) -> dict[str, Any]:
        """The documented shape of ``explain --json``."""
        return {
            "theatre": self.theatre, "event": self.event, "says": self.says,
            "day": self.day.isoformat(), "sentence": self.sentence(),
            "hindsight": self.hindsight, "fitted": self.fitted_until is not None,
            "draws": self.draws, "rate_per_day": digits(self.rate),
            "rate_90": [digits(self.low), digits(self.high)],
            "rate_if_open": digits(self.if_open), "chance": digits(self.chance),
            "at_rest": digits(self.at_rest), "modulation": digits(self.modulation),
            "limit": digits(self.limit),
            "open": not self.closed,
            "gate": [clause.as_json() for clause in self.gate],
            "parts": [part.as_json() for part in self.parts],
            "factors": [scaling.as_json() for scaling in self.scalings],
            "happened": [
                {"id": row.id, "date": row.date.text, "count": row.count_low, "note": row.note,
                 "sources": list(row.sources)} for row in self.happened
            ],
            "mechanisms": {name: list(places) for name, places in self.mechanisms.items()},
        }  # fmt: skip


def part_in_words(part: Part) -> str:
    """What a term is, for people."""
    latest = part.facts.told[0].row if part.facts.told else None
    since = f", above all of {latest.date.text}" if latest else ""
    return {
        "base": "its constant part",
        "condition": f"a further source while {part.name}",
        "rhythm": f"its own {part.name} rhythm{since}",
        "follows": f"it follows {part.name}{since}",
    }[part.kind]


def percent(share: float) -> str:
    """A chance of a single day, which is often small: two significant digits.

    >>> percent(0.0412), percent(0.00012), percent(0.9996)
    ('4.1 %', '0.012 %', '>99 %')
    """
    return ">99 %" if share > 0.99 else f"{100 * share:.2g} %"


def amount(value: float) -> str:
    """Two significant digits, without an exponent where the number is large.

    >>> amount(297.6), amount(4.23), amount(0.0345)
    ('300', '4.2', '0.035')
    """
    return f"{float(f'{value:.2g}'):,.0f}" if value >= 10 else f"{value:.2g}"


def digits(value: float) -> float:
    """Nine significant digits: parts still add up to the sixth."""
    return float(f"{value:.9g}")


def _in_words(clause: Clause) -> str:
    since = f"since {long_date(clause.since)}" if clause.since else "from the first day on"
    rows = ", ".join(
        f"{condition_name(row)} = {row.word}" + (f": {row.note}" if row.note else "")
        for row in clause.rows
    )
    return f"‘{clause.expression}’ does not hold, {since}" + (f" ({rows})" if rows else "")
