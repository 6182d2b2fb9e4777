"""Interventions: read from words, and checked against a theatre, all faults at once.

set   nuclear_deal_in_force=yes@2021-06-01     a condition takes a value; events may change it later
hold  nuclear_deal_in_force=yes@2021-06-01     it has that value from then on, whatever happens
force attack_killing_americans@2020-01-05      an event happens on that day (undated: the first)
block us_strike_on_militia@2024-02-01/2024-02-10   it cannot happen then (undated: ever)
scale attack_on_us_forces=2, attack_on_us_forces.base=2    its rate, or a part of it, times 2
off   M37                                      all that carries the mechanism does nothing
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from tightrope.errors import ChangesRefused, did_you_mean
from tightrope.foresight.wording import long_date
from tightrope.theatre import Theatre, schema
from tightrope.theatre.dates import Span, parse_span

PARTS = ("base", "extra", "rhythm", "follows")
"""What of an event's rate can be scaled by itself."""
*_MORE, _LAST = (f"--{kind}" for kind in schema.CHANGES)
OPTIONS = f"{', '.join(_MORE)} or {_LAST}"
"""Of the command line, one for each kind of change."""


def change_from_words(kind: str, text: str) -> schema.Change:
    """One intervention as it is given on a command line; ChangesRefused says what to write."""
    rest, at, day = text.partition("@")
    name, equals, value = rest.partition("=")
    given: dict[str, object] = {kind: name}
    try:
        if at:
            given["date"] = _closed(day)
        if kind in ("set", "hold"):
            needs = f"a value: --{kind} CONDITION=VALUE, with @DATE if wanted"
            given["to"] = _needed(value, needs)
        elif kind == "scale":
            given["by"] = _factor(value)
        elif kind == "force" and equals:
            given["count"] = _count(value)
        elif equals:
            raise ValueError(f"takes no '='; write --{kind} {name}")
        return schema.Change.model_validate(given)
    except ValueError as error:
        raise ChangesRefused([f"--{kind} {text}: {error}"]) from None


def _closed(text: str) -> str:
    span = parse_span(text)
    if span.earliest is None or span.latest is None:
        raise ValueError(f"{text!r} has an open end; give both days")
    return text


def _needed(value: str, what: str) -> str:
    if not value:
        raise ValueError(f"needs {what}")
    return value


def _factor(value: str) -> float:
    try:
        factor = float(_needed(value, "a factor: --scale EVENT=2"))
    except ValueError:
        factor = -1.0
    if not 0 <= factor <= 1000:
        raise ValueError("needs a factor from 0 to 1000: --scale EVENT=2")
    return factor


def _count(value: str) -> int:
    if not value.isdigit() or not 1 <= int(value) <= 200:
        raise ValueError("needs a whole number from 1 to 200: --force EVENT=3@DATE")
    return int(value)


def kind_of(change: schema.Change) -> tuple[str, str]:
    """What a change does, and to what: ``("block", "us_strike_on_militia")``."""
    kind = next(kind for kind in schema.CHANGES if getattr(change, kind) is not None)
    return kind, str(getattr(change, kind))


def as_option(change: schema.Change) -> tuple[str, str]:
    """The option of the command line that makes a change, see ``change_from_words``.

    >>> as_option(change_from_words("force", "attack=3@2020-01-05"))
    ('--force', 'attack=3@2020-01-05')
    """
    kind, name = kind_of(change)
    value = {
        "set": f"={change.to}",
        "hold": f"={change.to}",
        "scale": f"={change.by:.12g}" if change.by is not None else "",
        "force": f"={change.count}" if change.count > 1 else "",
    }.get(kind, "")
    return f"--{kind}", f"{name}{value}{f'@{change.date.text}' if change.date else ''}"


def in_words(change: schema.Change) -> str:
    """A change as a person would say it."""
    kind, name = kind_of(change)
    when = _when(change)
    match kind:
        case "set":
            return f"{name} set to {change.to}{when or ' all along'}"
        case "hold":
            return f"{name} held at {change.to}{when or ' all along'}"
        case "force":
            times = f" {change.count} times" if change.count > 1 else ""
            return f"{name} made to happen{times}{when or ' on the first day'}"
        case "block":
            return f"{name} kept from happening{when}"
        case "scale":
            return f"{name} times {change.by:g}{when}"
        case _:
            return f"mechanism {name} switched off"


def _when(change: schema.Change) -> str:
    if change.date is None:
        return ""
    span = change.date
    told = long_date(span.middle()) if span.is_day else span.text
    if _stays(change):
        return f" from {told} on"
    return f" {'on' if span.is_day else 'in'} {told}"


def check_names(theatre: Theatre, changes: Sequence[schema.Change]) -> None:
    """ChangesRefused with every change that names what the theatre does not have."""
    faults = _each_fault(theatre, changes)
    if faults:
        raise ChangesRefused(faults)


def _each_fault(theatre: Theatre, changes: Sequence[schema.Change]) -> list[str]:
    return [f"{in_words(c)}: {says}" for c in changes for says in _faults(theatre, c)]


def check_changes(
    theatre: Theatre, changes: Sequence[schema.Change], first: date, last: date
) -> None:
    """ChangesRefused with every fault: unknown names and values, dates outside, contradictions."""
    faults = _each_fault(theatre, changes)
    faults += [
        f"{in_words(c)}: {says}"
        for c in changes
        if c.date
        for says in _outside(c.date, first, last)
    ]
    faults += [
        f"{in_words(a)}, and {in_words(b)}: {says}; leave one out"
        for a, b in combinations(changes, 2)
        if (says := _contradiction(a, b))
    ]
    if faults:
        raise ChangesRefused(faults)


def _faults(theatre: Theatre, change: schema.Change) -> Iterator[str]:
    kind, name = kind_of(change)
    if kind == "off":
        yield from _unknown("mechanism", name, theatre.mechanisms)
        if change.date:
            yield "a mechanism is off for the whole run; leave the date out"
    elif kind in ("set", "hold"):
        yield from _unknown("condition", name, theatre.conditions)
        if name in theatre.conditions:
            try:
                theatre.condition_code(name, str(change.to))
            except ValueError as error:
                yield str(error)
    else:
        event, _, part = name.partition(".")
        yield from _unknown("event", event, theatre.events)
        if event in theatre.events and part:
            yield from _part_faults(theatre, event, part, change)
    if kind == "force" and change.date and not change.date.is_day:
        yield "an event is made to happen on one day; give one"
    if kind == "scale" and change.by == 1:
        yield "a factor of 1 changes nothing; give another"


def _part_faults(theatre: Theatre, event: str, part: str, change: schema.Change) -> Iterator[str]:
    head, _, cause = part.partition(".")
    if change.scale is None:
        yield f"only scale: takes a part of an event; write {event}"
    elif head not in PARTS or (cause and head != "follows"):
        yield f"an event has no part {part!r}{did_you_mean(head, PARTS)}"
    elif cause:
        yield from _unknown("cause", cause, theatre.events[event].follows)
    if change.date:
        yield "a part of a rate is scaled for the whole run; leave the date out"


def _unknown(kind: str, name: str, known: object) -> Iterator[str]:
    names = list(known)  # type: ignore[call-overload]
    if name not in names:
        yield f"no {kind} is called {name!r}{did_you_mean(name, names)}"


def _outside(span: Span, first: date, last: date) -> Iterator[str]:
    assert span.earliest and span.latest
    if span.latest < first or span.earliest > last:
        yield (
            f"{span.text} lies outside the run, {first} to {last}; choose where it starts with "
            "--as-of (the day before the change) or how long it is with --days"
        )


def _contradiction(a: schema.Change, b: schema.Change) -> str | None:
    (one, name), (other, same) = kind_of(a), kind_of(b)
    if name.partition(".")[0] != same.partition(".")[0] or not _overlap(a, b):
        return None
    kinds = {one, other}
    if kinds <= {"set", "hold"} or (one == other and (name == same or one == "block")):
        follows = kinds == {"set"} and a.to != b.to and _order(a, b)
        return None if follows else "both speak of the same"
    if kinds in ({"force", "block"}, {"block", "scale"}):
        return "they contradict each other"
    return None


def _order(a: schema.Change, b: schema.Change) -> bool:
    """Whether two settings follow one another: both dated, on different days."""
    return a.date is not None and b.date is not None and a.date.earliest != b.date.earliest


def _overlap(a: schema.Change, b: schema.Change) -> bool:
    (first, last), (since, until) = time_of(a), time_of(b)
    return first <= until and since <= last


def time_of(change: schema.Change) -> tuple[date, date]:
    """The first and the last day on which it acts: what is held on a day is so from then on."""
    span = change.date
    if span is None or span.earliest is None or span.latest is None:
        return date.min, date.max
    return span.earliest, date.max if _stays(change) else span.latest


def _stays(change: schema.Change) -> bool:
    """Whether what is so on its day is so from then on."""
    return change.hold is not None and change.date is not None and "/" not in change.date.text
