"""Statements of how many there are -> proposed values of a theatre's conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tightrope.evidence.bounds import cell, whole
from tightrope.evidence.deed import actors_of, ancestors, days_of
from tightrope.evidence.proposal import Proposal, Telling
from tightrope.evidence.statement import Amount
from tightrope.evidence.twins import Kin
from tightrope.theatre import Theatre

UNIT = "people"
_WORD = re.compile(r"[a-z]{3,}")
_LEVEL = re.compile(
    r"\b(?:to|at|of|has|have|are|were|remain(?:s|ing)?)\s+"
    r"(?:(?:about|around|some|roughly|nearly|only|just|at least)\s+)?$",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(?:more|additional|further|extra|another|fewer|by)\b", re.I)
_FURTHER = re.compile(r"\s*(?:more|additional|extra|fewer)\b", re.IGNORECASE)
_MOVES = ("MOBILIZE", "RETREAT")
_NEAR = 24


def conditions_of(telling: Telling, text: str, theatre: Theatre) -> Iterator[Proposal]:
    """Values that a statement gives for conditions counted in people.

    ``text`` is the document's. A number that is a change ("750 more", "withdraws 500") is no value
    of a condition; after words of moving troops only "to 2,500" is.
    """
    told = telling.statement
    if told.modality != "happened":
        return
    kin = ancestors(theatre)
    sides = actors_of(told.source) | actors_of(told.target)
    for number in told.numbers:
        for name in _conditions(theatre, number.role, sides, kin):
            if _is_level(text, number, told.plover):
                yield _proposal(telling, number, name)


def _conditions(theatre: Theatre, role: str, sides: frozenset[str], kin: Kin) -> Iterable[str]:
    """Conditions in people whose words hold the role, and of whose actors one is told of."""
    for name, condition in theatre.conditions.items():
        words = set(_WORD.findall(f"{name} {condition.says}".casefold().replace("_", " ")))
        if condition.unit != UNIT or not _same_noun(role, words):
            continue
        owners = {actor for actor in theatre.actors if actor in name.split("_")}
        owners |= {a for a, actor in theatre.actors.items() if actor.name in condition.says
                   and not owners}  # fmt: skip
        if not owners or any({side, *kin.get(side, ())} & owners for side in sides):
            yield name


def _same_noun(role: str, words: set[str]) -> bool:
    nouns = {"troops", "soldiers", "personnel", "forces"}
    return role in words or (role in nouns and bool(nouns & words))


def _is_level(text: str, number: Amount, plover: str) -> bool:
    before = text[max(number.start - _NEAR, 0) : number.start]
    after = text[number.end : number.end + _NEAR]
    if plover in _MOVES:
        return bool(re.search(r"\bto\s+(?:\w+\s+)?$", before, re.I))
    changes = _CHANGE.search(before) or _FURTHER.match(after)
    return bool(_LEVEL.search(before)) or not changes


def _proposal(telling: Telling, number: Amount, condition: str) -> Proposal:
    days = days_of(telling)
    low, high = whole(number.low, number.high)
    known = telling.published
    doubts = ["check that it is how many there are, not how many came or went"]
    if days is None:
        doubts.append("no text says when: write a date")
    elif days[0] < days[1]:
        doubts.append(f"the day lies between {days[0]} and {days[1]}: the last is taken")
    if high != low:
        doubts.append(f"the text gives {cell((low, high))}: the lower number is taken")
    cells = {
        "date": str(days[1]) if days else "",
        "known": str(max(known, days[1])) if known and days else "",
        "condition": condition, "value": str(low), "sources": telling.source,
        "note": f"{low:,} {' '.join(number.role.split())[:30]}",
    }  # fmt: skip
    return Proposal("condition", cells, (telling,), tuple(doubts))
