"""Changed worlds as words of an address: ``a=full_withdrawal_2020``, ``b=off M33; force x@DATE``.

A world is made of parts, each a named scenario or one change as ``tightrope whatif`` takes it. What
is wrong with a world is told beside it; nothing is run before all is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tightrope.errors import ChangesRefused, TightropeError, did_you_mean
from tightrope.foresight.changes import (
    as_option,
    change_from_words,
    check_changes,
    in_words,
    kind_of,
)
from tightrope.foresight.whatif import scenario_changes
from tightrope.foresight.wording import long_date
from tightrope.report.stories import event_in_words
from tightrope.theatre import Theatre, schema
from tightrope.web.addresses import Query

LETTERS = ("a", "b", "c", "d")
KINDS = schema.CHANGES
MOST_PARTS, MOST_NAMED = 20, 2


@dataclass(frozen=True)
class World:
    """One changed world: its parts, what they change, and what is wrong with them."""

    letter: str
    name: str
    parts: tuple[str, ...]
    says: str
    """What a named scenario says; else empty."""
    changes: tuple[schema.Change, ...]
    faults: tuple[str, ...] = ()


def worlds_of(query: Query, theatre: Theatre, first: date, last: date) -> tuple[World, ...]:
    """The worlds of an address, in the order of their letters; faults stand in them.

    first, last : days of the run.
    """
    found: list[World] = []
    for letter in LETTERS:
        parts = [part for text in query.get(letter, "").split(";") if (part := text.strip())]
        if parts:
            taken = {world.name for world in found}
            found.append(_world(letter, parts, theatre, taken, first, last))
    return tuple(found)


def as_part(change: schema.Change) -> str:
    """A change as a part of a world.

    >>> as_part(change_of("force attack=3@2020-01-05"))
    'force attack=3@2020-01-05'
    """
    option, text = as_option(change)
    return f"{option.removeprefix('--')} {text}"


def change_of(part: str) -> schema.Change:
    """The way back; ChangesRefused says what to write."""
    kind, _, text = part.partition(" ")
    return change_from_words(kind, text.strip())


def told(change: schema.Change, theatre: Theatre) -> str:
    """A change in the words of the theatre, not in its names."""
    kind, name = kind_of(change)
    words = in_words(change)
    if change.off is not None:
        mechanism = theatre.mechanisms.get(name)
        return f"{words}: {theatre.in_words(mechanism.name)}" if mechanism else words
    says = said_of(theatre, kind, name.partition(".")[0])
    return words.replace(name, f"“{says}”", 1) if says and "." not in name else words


def named(parts: Sequence[str], changes: Sequence[schema.Change], theatre: Theatre) -> str:
    """A world in a few words: the scenario's name, or what is changed; empty where nothing is."""
    if len(parts) == 1 and parts[0] in theatre.scenarios:
        return theatre.in_words(parts[0])
    told = [briefly(change, theatre) for change in changes]
    return ", ".join(told[:MOST_NAMED]) + (
        f" and {len(told) - MOST_NAMED} more" if len(told) > MOST_NAMED else ""
    )


def briefly(change: schema.Change, theatre: Theatre) -> str:
    """A change as the name of a world has it.

    "without attack retaliation (M33)", "US troops: 0 from 1 February 2020".
    """
    kind, name = kind_of(change)
    what, day = theatre.in_words(name.replace(".", ": ")), _days(change)
    match kind:
        case "set" | "hold":
            since = f" from {day}" if change.date and change.date.is_day else f" {day}".rstrip()
            verb = ":" if kind == "set" else " stays"
            return f"{what}{verb} {theatre.in_words(change.to or '')}{since}"
        case "force":
            times = f" {change.count} times" if change.count > 1 else ""
            return f"{what}{times}{f' on {day}' if day else ''}"
        case "block":
            return f"no {what}{f' {day}' if day else ''}"
        case "scale":
            return f"{what} × {change.by:g}{f' {day}' if day else ''}"
        case _:
            mechanism = theatre.mechanisms.get(name)
            return f"without {theatre.in_words(mechanism.name)} ({name})" if mechanism else name


def _days(change: schema.Change) -> str:
    """One day, or the first and the last."""
    span = change.date
    if span is None or span.earliest is None or span.latest is None:
        return ""
    first, last = long_date(span.earliest), long_date(span.latest)
    return first if span.is_day else f"from {first} to {last}"


def said_of(theatre: Theatre, kind: str, name: str) -> str:
    """What the theatre says of a condition or an event; empty where it says nothing."""
    if kind in ("set", "hold"):
        return theatre.conditions[name].says if name in theatre.conditions else ""
    return event_in_words(theatre, name) if name in theatre.events else ""


def plainly(fault: str) -> str:
    """A fault without the words of the command line."""
    if fault.startswith("--"):
        fault = fault.partition(": ")[2] or fault
    for option, word in (("--as-of", "“known until”"), ("--days", "“days ahead”")):
        fault = fault.replace(option, word)
    return fault


def _world(
    letter: str, parts: Sequence[str], theatre: Theatre, taken: set[str], first: date, last: date
) -> World:
    changes: list[schema.Change] = []
    faults: list[str] = []
    for part in parts[:MOST_PARTS]:
        try:
            changes += _changes(part, theatre)
        except TightropeError as error:
            faults += [f"{part[:80]}: {plainly(line)}" for line in str(error).splitlines()]
    if len(parts) > MOST_PARTS:
        faults.append(f"{len(parts)} changes, and {MOST_PARTS} are taken; leave some out")
    faults += faults_of(theatre, changes, first, last)
    scenario = theatre.scenarios.get(parts[0]) if len(parts) == 1 else None
    name = named(parts, changes, theatre) or f"world {letter.upper()}"
    if name in taken:
        faults.append(f"{name} is there already; leave one out")
    says = scenario.says if scenario else ""
    return World(letter, name, tuple(parts), says, tuple(changes), tuple(faults))


def faults_of(
    theatre: Theatre, changes: Sequence[schema.Change], first: date, last: date
) -> list[str]:
    """What is wrong with changes that are to be made together."""
    try:
        check_changes(theatre, changes, first, last)
    except ChangesRefused as refused:
        return [plainly(fault) for fault in refused.faults]
    return []


def _changes(part: str, theatre: Theatre) -> Sequence[schema.Change]:
    if part in theatre.scenarios:
        return scenario_changes(theatre, part)
    kind, space, _ = part.partition(" ")
    if kind in KINDS and space:
        return [change_of(part)]
    startable = [name for name, one in theatre.scenarios.items() if one.changes]
    raise ChangesRefused([f"neither a scenario nor a change{did_you_mean(part[:80], startable)}"])
