"""Entries -> event types: what is frequent stands alone, the rest is pooled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tightrope.adapters.entries import Entry
from tightrope.adapters.naming import name_from, unique
from tightrope.tables.faults import FaultList
from tightrope.tables.values import MOST_A_DAY

MOST_TYPES = 100


@dataclass(frozen=True)
class EventType:
    """An event type as the theatre will have it."""

    name: str
    says: str
    family: str
    plover: str
    by: tuple[str, ...] = ()
    """Parties, as the table calls them; empty where the rows name them."""
    on: tuple[str, ...] = ()
    events: int = 0
    """How many the table has, by lower bounds."""


@dataclass(frozen=True)
class Sorted:
    """The types of a theatre, and the type of each event of the table."""

    types: tuple[EventType, ...]
    type_of: Mapping[str, EventType]
    """By the event's name in the table."""


def sort_into_types(
    entries: Sequence[Entry], drafts: Mapping[str, EventType], pools: Mapping[str, EventType],
    at_least: int, faults: FaultList,
) -> Sorted:  # fmt: skip
    """One type for what happened at least so often; the rest goes into the pool of its family.

    drafts : the type that each event of the table would be; pools : one for each family.
    Names are made unique; the most frequent type comes first. Raises TableError when there are too
    many types, or more events of one on a day than the engine counts.
    """
    total = Counter[str]()
    for entry in entries:
        total[entry.event] += entry.count.low
    chosen = {
        event: drafts[event] if n >= at_least else pools[drafts[event].family]
        for event, n in total.items()
    }
    sizes = Counter[EventType]()
    for event, n in total.items():
        sizes[chosen[event]] += n
    if len(sizes) > MOST_TYPES:
        says = f"{len(sizes):,} types of event, and at most {MOST_TYPES} can be kept; "
        says += "pool the rare ones with --at-least N, or choose a coarser column"
        faults.add(0, 0, "too-many-types", says)
        faults.tell()
    final = _named(sizes)
    order = sorted(final.values(), key=lambda kind: (-kind.events, kind.name))
    kinds = Sorted(tuple(order), {event: final[draft] for event, draft in chosen.items()})
    _check_days(entries, kinds.type_of, faults)
    return kinds


def _named(sizes: Mapping[EventType, int]) -> dict[EventType, EventType]:
    final: dict[EventType, EventType] = {}
    taken: set[str] = set()
    for draft, size in sorted(
        sizes.items(), key=lambda item: (-item[1], item[0].name, item[0].says)
    ):
        name = unique(name_from(draft.name, "event"), taken)
        taken.add(name)
        final[draft] = replace(draft, name=name, events=size)
    return final


def _check_days(
    entries: Sequence[Entry], type_of: Mapping[str, EventType], faults: FaultList
) -> None:
    total = Counter[tuple[str, date]]()
    for entry in entries:
        if entry.is_tally:
            continue
        kind, day = type_of[entry.event].name, entry.days.middle()
        before = total[kind, day]
        total[kind, day] += entry.count.low
        if before <= MOST_A_DAY < total[kind, day]:
            says = f"more than {MOST_A_DAY} events of type {kind} on {day}, and the engine counts "
            says += "no more; divide the type by place or actor, or count larger units"
            faults.add(entry.line, 0, "too-many-a-day", says)
    faults.tell()
