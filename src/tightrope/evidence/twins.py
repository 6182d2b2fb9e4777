"""How alike two deeds are: whether they may be one event, told twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tightrope.evidence.bounds import are_near
from tightrope.evidence.deed import Days, Deed
from tightrope.evidence.proposal import Twin

SAME = 0.6
"""Tellings that are so alike, and contradict each other in nothing, make one row."""
POSSIBLE = 0.5
"""Rows that are so alike are shown beside a proposal; a person decides."""
SLACK_DAYS = 3
"""Reports of one event differ by so many days at most."""
MONTH_DAYS = 31
"""Deeds dated by no more than a year or a season are never taken for one without a person."""
MOST_TWINS = 3

_WEIGHTS = {"day": 0.3, "by": 0.2, "on": 0.2, "place": 0.2, "deaths": 0.1}
_UNKNOWN = 0.5

Kin = Mapping[str, frozenset[str]]
"""Of each actor all that it is a member of."""


@dataclass(frozen=True)
class Likeness:
    """Agreement from 0 to 1 in each part; a 0 is a contradiction."""

    parts: Mapping[str, float]

    @property
    def score(self) -> float:
        """The weighted mean; 0 when they are of different types or days."""
        if not self.parts["day"]:
            return 0.0
        return sum(_WEIGHTS[name] * value for name, value in self.parts.items())

    @property
    def is_same(self) -> bool:
        """Whether they are so alike that they are one, unless a person objects."""
        return self.score >= SAME and min(self.parts.values()) > 0 and self.parts["day"] > 0.5

    def __str__(self) -> str:
        words = [f"{name} {_word(value)}" for name, value in self.parts.items()]
        return ", ".join(words)


def likeness(one: Deed, other: Deed, kin: Kin) -> Likeness:
    """Compare two deeds, part by part."""
    same_kind = one.event == other.event and one.is_word == other.is_word
    return Likeness({
        "day": _days(one.days, other.days) if same_kind else 0.0,
        "by": _sides(one.by, other.by, kin),
        "on": _sides(one.on, other.on, kin),
        "place": _places(one.place, other.place),
        "deaths": _deaths(one, other),
    })  # fmt: skip


def twins_of(deed: Deed, rows: Iterable[tuple[str, Deed]], kin: Kin) -> tuple[Twin, ...]:
    """The rows that may tell of the same, the likest first."""
    found: list[Twin] = []
    for name, row in rows:
        if not _days(deed.days, row.days):
            continue
        alike = likeness(deed, row, kin)
        # Who did it is the last thing on which reports agree; who was hit or where is not.
        if alike.score >= POSSIBLE and (alike.parts["on"] or alike.parts["place"]):
            found.append(Twin(name, round(alike.score, 3), str(alike)))
    found.sort(key=lambda twin: (-twin.likeness, twin.row))
    return tuple(found[:MOST_TWINS])


def _days(one: Days | None, other: Days | None) -> float:
    if one is None or other is None:
        return 0.0
    if one == other and one[0] == one[1]:
        return 1.0
    gap = max(one[0] - other[1], other[0] - one[1])
    if gap <= timedelta(0):
        longest = max((end - start).days for start, end in (one, other))
        return 0.9 if longest <= 2 * SLACK_DAYS else 0.6 if longest <= MONTH_DAYS else 0.45
    return 0.4 if gap.days <= 1 else 0.2 if gap.days <= SLACK_DAYS else 0.0


def _sides(one: frozenset[str], other: frozenset[str], kin: Kin) -> float:
    if not one or not other:
        return _UNKNOWN
    if one == other:
        return 1.0
    if one & other:
        return 0.8
    related = any(a in kin.get(b, ()) or b in kin.get(a, ()) for a in one for b in other)
    return 0.7 if related else 0.0


def _places(one: str, other: str) -> float:
    if not one or not other:
        return _UNKNOWN
    if one == other:
        return 1.0
    return 0.9 if one in other or other in one else 0.0


def _deaths(one: Deed, other: Deed) -> float:
    if one.deaths is None or other.deaths is None:
        return _UNKNOWN
    if one.deaths == other.deaths:
        return 1.0
    return 0.8 if are_near(one.deaths, other.deaths) else 0.0


def _word(value: float) -> str:
    if value == _UNKNOWN:
        return "not known"
    return "same" if value == 1 else "differs" if value == 0 else "near"
