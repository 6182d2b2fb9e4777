"""Changes of a scenario as deeds: what is changed, and on which days it acts.

set     at the end of its day (of an interval on each of its days, undated on all) the condition
        takes that value; afterwards events set it as they do
hold    from the end of its day on the condition has that value, whatever else would set it;
        of an interval during it, and undated from the first day on
force   it happens on its day, at least once (of an interval: on the middle day)
block   it does not happen during its date, or at all
scale   its rate (EVENT) or its base (EVENT.base) is multiplied during its date, or always
off     all that carries the mechanism is left out during its date, or always
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from tightrope.errors import RunRefused
from tightrope.foresight.changes import kind_of
from tightrope.theatre import Theatre, schema


class Deed(NamedTuple):
    """One change with the days [start, end) during which it acts, counted from the first day."""

    change: schema.Change
    start: int
    end: int

    @property
    def kind(self) -> str:
        """One of ``schema.CHANGES``."""
        return kind_of(self.change)[0]

    @property
    def name(self) -> str:
        """The condition, event or mechanism."""
        return kind_of(self.change)[1]

    @property
    def event(self) -> str:
        """The event type, of a scale without what is behind the point."""
        return self.name.partition(".")[0]

    def says(self) -> str:
        """In words, as a message names it."""
        c = self.change
        by = f" by {c.by:g}" if c.by is not None else ""
        what = {"set": f" to {c.to}", "hold": f" at {c.to}", "scale": by}
        when = f" on {c.date.text}" if c.date else ""
        return f"{self.kind} {self.name}{what.get(self.kind, '')}{when}"

    def meets(self, other: Deed) -> bool:
        """Whether both act on some day."""
        return self.start < other.end and other.start < self.end


def read_deeds(
    theatre: Theatre, changes: Sequence[schema.Change], first_day: date, begin: int, end: int
) -> tuple[Deed, ...]:
    """Changes with their days.

    begin, end : days from ``first_day`` at which undated changes begin, and at which the run ends.
    Raises RunRefused with every change that lies outside, contradicts another or cannot be meant.
    """
    faults: list[str] = []
    found = [_deed(theatre, change, first_day, begin, end, faults) for change in changes]
    deeds = tuple(deed for deed in found if deed is not None)
    for a, b in combinations(deeds, 2):
        if a.meets(b) and (says := _clash(a, b)):
            faults.append(f"'{a.says()}' and '{b.says()}' {says}")
    if faults:
        raise RunRefused("\n".join(faults))
    return deeds


def _deed(
    theatre: Theatre, change: schema.Change, first: date, begin: int, end: int, faults: list[str]
) -> Deed | None:
    """A change with its days; a fault where it lies outside, or cannot be meant."""
    deed = Deed(change, begin, end)
    event = theatre.events.get(deed.event)
    if deed.kind == "scale" and deed.name.partition(".")[2] not in ("", "base"):
        faults.append(f"{deed.says()}: only a rate or its base can be scaled; "
                      f"write {deed.event} or {deed.event}.base")  # fmt: skip
    elif deed.kind == "scale" and event and event.scheduled:
        faults.append(f"{deed.says()}: it has a calendar and no rate; force or block it instead")
    elif deed.kind == "force" and change.date is None:
        faults.append(f"{deed.says()}: when? Give it a date")
    span = change.date
    if span is None or span.earliest is None or span.latest is None:
        return deed
    start, stop = (span.earliest - first).days, (span.latest - first).days + 1
    if deed.kind == "force":
        start = (span.middle() - first).days
        stop = start + 1
    elif deed.kind in ("set", "hold") and "/" not in span.text:
        start = (span.middle() - first).days
        stop = end if deed.kind == "hold" else start + 1
    if start >= end or stop <= 0 or start < 0:
        last = first + timedelta(end - 1)
        faults.append(f"{deed.says()}: that lies outside the days that are run, {first} to {last}")
        return None
    return deed._replace(start=start, end=min(stop, end))


def _clash(a: Deed, b: Deed) -> str | None:
    kinds = {a.kind, b.kind}
    if kinds <= {"set", "hold"} and a.name == b.name:
        return "set one condition at the same time; keep one"
    if kinds == {"off"} and a.name == b.name:
        return "switch one mechanism off at the same time; keep one"
    if kinds == {"scale"} and a.name == b.name:
        return "scale one rate at the same time; give one factor"
    if a.event != b.event or "block" not in kinds or not kinds <= {"block", "force", "scale"}:
        return None
    if kinds == {"block"}:
        return "block one event at the same time; keep one"
    return "contradict each other: what is blocked does not happen at all; drop one"
