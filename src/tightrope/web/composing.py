"""One change composed in a form: what was filled in, what is wrong beside which field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tightrope.errors import ChangesRefused
from tightrope.report.stories import event_in_words
from tightrope.theatre import Theatre, schema
from tightrope.web.addresses import Query
from tightrope.web.arms import (
    KINDS,
    LETTERS,
    World,
    change_of,
    faults_of,
    plainly,
    said_of,
)

FIELDS = ("do", "name", "value", "from", "to", "in")
"""Words of an address that a form adds; they are gone once the change is part of a world."""
SCENARIO = "scenario"


@dataclass(frozen=True)
class Choice:
    """Something that can be changed."""

    name: str
    says: str


@dataclass(frozen=True)
class Composed:
    """A form as it was sent; ``part`` and ``letter`` where nothing is wrong with it."""

    given: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    """By field."""
    part: str = ""
    letter: str = ""


def choices_of(theatre: Theatre) -> dict[str, tuple[Choice, ...]]:
    """What each form offers: scenarios, conditions, events and mechanisms."""
    scenarios = {name: one.says for name, one in theatre.scenarios.items() if one.changes}
    conditions = {
        name: f"{one.says or name} ({_values(theatre, name)})"
        for name, one in theatre.conditions.items()
    }
    return {
        "scenarios": _sorted(scenarios),
        "conditions": _sorted(conditions),
        "events": _sorted({name: event_in_words(theatre, name) for name in theatre.events}),
        "mechanisms": tuple(
            Choice(name, f"{name}, {theatre.in_words(one.name)}")
            for name, one in theatre.mechanisms.items()
        ),
    }


def composed(query: Query, theatre: Theatre, worlds: tuple[World, ...], first: date, last: date
             ) -> Composed | None:  # fmt: skip
    """The form that an address brings, None where it brings none."""
    given = {name: query.get(name, "").strip()[:200] for name in FIELDS}
    if not given["do"]:
        return None
    faults: dict[str, str] = {}
    letter = _letter(given["in"], worlds, faults)
    part = _part(given, theatre, faults)
    if part and not faults and given["do"] != SCENARIO:
        there = next((world.changes for world in worlds if world.letter == letter), ())
        _check(theatre, change_of(part), there, first, last, faults)
    return Composed(given, faults, part if not faults else "", letter)


def _letter(wanted: str, worlds: tuple[World, ...], faults: dict[str, str]) -> str:
    """The world that a change goes into; by default the next that is free."""
    taken = [world.letter for world in worlds]
    if wanted in taken:
        return wanted
    free = [letter for letter in LETTERS if letter not in taken]
    if not free:
        faults["in"] = f"there are {len(LETTERS)} worlds already; choose one of them"
    return free[0] if free else ""


def _part(given: Mapping[str, str], theatre: Theatre, faults: dict[str, str]) -> str:
    kind, name = given["do"], given["name"]
    known = {
        "set": theatre.conditions,
        "hold": theatre.conditions,
        "off": theatre.mechanisms,
        SCENARIO: theatre.scenarios,
    }
    if kind not in (*KINDS, SCENARIO):
        faults["do"] = "choose what happens to it"
        return ""
    if name not in known.get(kind, theatre.events):
        faults["name"] = f"there is no {name!r}; choose from the list" if name else "choose one"
        return ""
    if kind == SCENARIO:
        return name
    days = _days(given, faults)
    value = _value(given, theatre, faults)
    return "" if faults else f"{kind} {name}{value}{days}"


def _value(given: Mapping[str, str], theatre: Theatre, faults: dict[str, str]) -> str:
    kind, name, value = given["do"], given["name"], given["value"]
    if kind in ("off", "block") or (kind == "force" and not value):
        return ""
    try:
        if kind in ("set", "hold"):
            theatre.condition_code(name, value)
        change_of(f"{kind} {name}={value}")
    except ChangesRefused as refused:
        faults["value"] = plainly(refused.faults[0])
    except ValueError as error:
        says = f"“{said_of(theatre, kind, name) or theatre.in_words(name)}”"
        told = str(error).replace(f"'{name}'", says)
        faults["value"] = told if value else f"give {_values(theatre, name)}"
    return f"={value}"


def _days(given: Mapping[str, str], faults: dict[str, str]) -> str:
    for name in ("from", "to"):
        if given[name] and not _is_day(given[name]):
            faults[name] = f"{given[name]!r} is no day; write it as 2019-12-26"
    if given["to"] and not given["from"]:
        faults["from"] = "give the first day too"
    elif not faults and given["to"] and given["to"] < given["from"]:
        faults["to"] = "the last day is before the first"
    if faults or not given["from"]:
        return ""
    return f"@{given['from']}" + (f"/{given['to']}" if given["to"] else "")


def _check(
    theatre: Theatre, change: schema.Change, there: tuple[schema.Change, ...], first: date,
    last: date, faults: dict[str, str],
) -> None:  # fmt: skip
    """Told beside the days if it is wrong by itself, beside the world if it does not fit there."""
    if alone := faults_of(theatre, [change], first, last):
        faults["from" if change.date else "value"] = _bare(alone[0])
    elif together := faults_of(theatre, [*there, change], first, last):
        faults["in"] = together[0]


def _bare(fault: str) -> str:
    return fault.partition(": ")[2] or fault


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2019-12-26")


def _values(theatre: Theatre, name: str) -> str:
    """What a condition can be, in words."""
    condition = theatre.conditions[name]
    if condition.unit:
        return f"a number of {condition.unit}"
    return " or ".join(condition.values or ("yes", "no"))


def _sorted(says: Mapping[str, str]) -> tuple[Choice, ...]:
    pairs = sorted(says.items(), key=lambda pair: pair[1].lower())
    return tuple(Choice(name, text) for name, text in pairs)
