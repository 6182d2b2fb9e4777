"""What is changed in a realised history: a scenario's changes and rows left out, day by day.

    set     from the end of its day on the condition has that value, whatever else would set it; of an
            interval during it, and undated from the first day on
    force   it happens on its day, at least once (of an interval: on the middle day)
    block   it does not happen during its date, or at all
    scale   its rate (EVENT) or its base (EVENT.base) is multiplied during its date, or always
    off     all that carries the mechanism is left out during its date, or always

All faults are told at once. A change that by itself changes nothing is told apart; it is a fault if
no other does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import combinations, groupby
from typing import NamedTuple

import jax
import numpy as np

from tightrope.compile import compile_theatre
from tightrope.engine.program import Program
from tightrope.engine.twin import Change, Realised, Stretch, unchanged
from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.prepare import Prepared
from tightrope.foresight.wording import long_date
from tightrope.history import Row
from tightrope.history.table import listed_day, unlisted_share
from tightrope.inference.grounds import carriers
from tightrope.inference.posterior import draw_posterior
from tightrope.inference.priors import draw_priors
from tightrope.theatre import schema


class Deed(NamedTuple):
    """One change with the days [start, end) during which it acts, counted from the first day."""

    change: schema.Change
    start: int
    end: int

    @property
    def kind(self) -> str:
        """``set``, ``force``, ``block``, ``scale`` or ``off``."""
        return next(k for k in ("set", "force", "block", "scale", "off") if self.name_of(k))

    @property
    def name(self) -> str:
        """The condition, event or mechanism."""
        return str(self.name_of(self.kind))

    @property
    def event(self) -> str:
        """The event type, of a scale without what is behind the point."""
        return self.name.partition(".")[0]

    def name_of(self, kind: str) -> str | None:
        """What stands behind a key of the change."""
        return getattr(self.change, kind)

    def says(self) -> str:
        """In words, as a message names it."""
        c = self.change
        what = {"set": f" to {c.to}", "scale": f" by {c.by:g}" if c.by is not None else ""}
        when = f" on {c.date.text}" if c.date else ""
        return f"{self.kind} {self.name}{what.get(self.kind, '')}{when}"

    def meets(self, other: Deed) -> bool:
        """Whether both act on some day."""
        return self.start < other.end and other.start < self.end


@dataclass
class Alteration:
    """A changed world, ready to run."""

    change: Change
    stretches: list[Stretch]
    rows: tuple[Row, ...]
    """Rows that are left out."""
    deeds: tuple[Deed, ...]
    idle: list[str] = field(default_factory=list[str])
    """Why single changes change nothing by themselves."""

    @property
    def first(self) -> int:
        """The first day that is run."""
        return self.stretches[0].first

    @property
    def end(self) -> int:
        """The day after the last that is run."""
        return self.stretches[-1].end


def alter(
    prepared: Prepared, known: Realised, changes: Sequence[schema.Change],
    without: Sequence[str] = (), *, since: date | None = None, until: date | None = None,
) -> Alteration:  # fmt: skip
    """Turn changes and rows to leave out into a changed world.

    since : first day on which undated changes act; default the theatre's first day.
    until : last day that is run; default the last day of the history.
    Raises UnknownName for a row that does not exist, RunRefused for changes that contradict each
    other, lie outside the days that are run, or all change nothing.
    """
    rows = _rows(prepared, without)
    begin, end = _window(prepared, since, until)
    faults: list[str] = []
    deeds = [d for c in changes if (d := _deed(prepared, c, begin, end, faults)) is not None]
    faults += _contradictions(prepared, deeds, rows)
    if faults:
        raise RunRefused("\n".join(faults))
    if not deeds and not rows:
        raise RunRefused("nothing is changed; give --without ROW-ID or --scenario NAME")
    maker = _Maker(prepared, known, end)
    for row in rows:
        maker.leave_out(row, faults)
    for deed in deeds:
        maker.act(deed)
    if faults:
        raise RunRefused("\n".join(faults))
    if not maker.firsts:
        raise RunRefused("nothing changes: " + "; ".join(maker.idle))
    first = min(maker.firsts)
    stretches = _stretches(prepared, deeds, first, end)
    return Alteration(maker.change, stretches, tuple(rows), tuple(deeds), maker.idle)


def _window(prepared: Prepared, since: date | None, until: date | None) -> tuple[int, int]:
    """Days from the theatre's first at which undated changes begin, and at which the run ends."""
    first, last = prepared.compiled.first_day, prepared.history.until
    since, until = since or first, until or last
    if not first <= since <= until <= last:
        raise RunRefused(
            f"{since} to {until} does not lie in the record; choose days from {first} to {last}"
        )
    return (since - first).days, (until - first).days + 1


def _rows(prepared: Prepared, names: Sequence[str]) -> list[Row]:
    by_id = {row.id: row for row in prepared.history.rows}
    for name in names:
        if name not in by_id:
            raise UnknownName("row of the history", name, list(by_id))
    return [by_id[name] for name in dict.fromkeys(names)]


def _deed(
    prepared: Prepared, change: schema.Change, begin: int, end: int, faults: list[str]
) -> Deed | None:
    """A change with its days; a fault where it lies outside, or cannot be meant."""
    theatre, first = prepared.compiled.theatre, prepared.compiled.first_day
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
    elif deed.kind == "set" and "/" not in span.text:
        start, stop = (span.middle() - first).days, end
    if start >= end or stop <= 0 or start < 0:
        last = first + timedelta(end - 1)
        faults.append(f"{deed.says()}: that lies outside the days that are run, {first} to {last}")
        return None
    return deed._replace(start=start, end=min(stop, end))


def _contradictions(prepared: Prepared, deeds: Sequence[Deed], rows: Sequence[Row]) -> list[str]:
    faults: list[str] = []
    for a, b in combinations(deeds, 2):
        if a.meets(b) and (says := _clash(a, b)):
            faults.append(f"'{a.says()}' and '{b.says()}' {says}")
    days = len(prepared.table.counts)
    for row in rows:
        day = listed_day(prepared.compiled, row, days)
        faults += [
            f"'{deed.says()}' and leaving out {row.id} contradict each other; drop one"
            for deed in deeds
            if deed.kind == "force" and deed.event == row.event and day == deed.start
        ]
    return faults


def _clash(a: Deed, b: Deed) -> str | None:
    kinds = {a.kind, b.kind}
    if kinds == {"set"} and a.name == b.name:
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


class _Maker:
    """Gathers changes; ``firsts`` are the first days on which they make a difference."""

    def __init__(self, prepared: Prepared, known: Realised, end: int):
        self.prepared, self.known, self.end = prepared, known, end
        self.change = unchanged(known)
        self.at = prepared.compiled.event_index()
        self.firsts: list[int] = []
        self.idle: list[str] = []

    def leave_out(self, row: Row, faults: list[str]) -> None:
        """Take a row's events away: on its day, or a tally's share of the unlisted remainder."""
        compiled, days, k = self.prepared.compiled, len(self.known.listed), self.at[row.event]
        day = listed_day(compiled, row, days)
        if day is None:
            share = unlisted_share(compiled, self.prepared.history, row)[:, k]
            where = np.flatnonzero(share > 0)
            rest = self.change.unlisted[:, k]
            rest[:] = np.maximum(rest - share, 0.0)
            self._note(where, f"{row.id} is a tally, and other rows make up its number already: "
                       "leave those out")  # fmt: skip
        else:
            self.change.removed[day, k] += row.count_low
            where = np.array([day] if row.count_low else [])
            self._note(where, f"{row.id} counts nowhere (its count is 0)")
        if len(where) and where[0] >= self.end:
            faults.append(f"{row.id} of {row.date.text} lies after the last day that is run")

    def act(self, deed: Deed) -> None:
        """Add one change."""
        {"set": self._set, "force": self._force, "block": self._block, "scale": self._scale,
         "off": self._off}[deed.kind](deed)  # fmt: skip

    def _note(self, where: np.ndarray, otherwise: str) -> None:
        """Days on which a change makes a difference; if there is none, why."""
        if len(where):
            self.firsts.append(int(where[0]))
        else:
            self.idle.append(otherwise)

    def _set(self, deed: Deed) -> None:
        compiled = self.prepared.compiled
        at = compiled.conditions.index(deed.name)
        value = compiled.theatre.condition_code(deed.name, str(deed.change.to))
        dawns = slice(deed.start + (deed.change.date is not None), deed.end + 1)
        self.change.pinned[dawns, at] = value
        differs = np.flatnonzero(self.prepared.table.conditions[dawns, at] != value)
        # The day before the first dawn that differs must be run, for its end sets the condition.
        first = np.maximum(differs + dawns.start - 1, deed.start)
        self._note(first, f"{deed.says()}: it has that value in the record on all those days")

    def _force(self, deed: Deed) -> None:
        k = self.at[deed.event]
        self.change.lowest[deed.start, k] = 1.0
        already = self.known.listed[deed.start, k] > 0
        days = np.array([] if already else [deed.start])
        self._note(days, f"{deed.says()}: it happened on that day")

    def _block(self, deed: Deed) -> None:
        k, days = self.at[deed.event], slice(deed.start, deed.end)
        self.change.highest[days, k] = 0.0
        self.change.unlisted[days, k] = 0.0
        happened = np.flatnonzero(self.prepared.table.counts[days, k] > 0) + deed.start
        self._note(happened, f"{deed.says()}: it did not happen then")

    def _scale(self, deed: Deed) -> None:
        by, k = deed.change.by, self.at[deed.event]
        assert by is not None
        factors = self.change.factor if deed.name == deed.event else self.change.base_factor
        factors[deed.start : deed.end, k] *= by
        days = np.array([] if by == 1 else [deed.start])
        self._note(days, f"{deed.says()}: a factor of 1 changes no rate")

    def _off(self, deed: Deed) -> None:
        theatre = self.prepared.compiled.theatre
        for name, event in theatre.events.items():
            if event.scheduled and event.scheduled.mechanism == deed.name:
                self.change.highest[deed.start : deed.end, self.at[name]] = 0.0
        carried = carriers(theatre).get(deed.name, [])
        carried = [place for place in carried if not place.startswith("scenarios.")]
        days = np.array([deed.start] if carried else [])
        self._note(days, f"{deed.says()}: nothing in the theatre carries it")


# Mechanisms that are off ----------------------------------------------------------------------


def _stretches(prepared: Prepared, deeds: Sequence[Deed], first: int, end: int) -> list[Stretch]:
    """The days in runs with the same mechanisms off, each with its program and draws."""
    off = [deed for deed in deeds if deed.kind == "off"]
    edges = sorted({first, end, *(x for d in off for x in (d.start, d.end) if first < x < end)})
    made: dict[frozenset[str], tuple[Program, object]] = {}

    def each() -> Iterator[Stretch]:
        for start, stop in zip(edges, edges[1:], strict=False):
            names = frozenset(d.name for d in off if d.start <= start < d.end)
            if names not in made:
                made[names] = _without_mechanisms(prepared, names)
            yield Stretch(start, stop, *made[names])  # type: ignore[arg-type]

    # Neighbours that turn out alike are one.
    return [
        group[0]._replace(end=group[-1].end)
        for _, run in groupby(each(), key=lambda s: id(s.program))
        if (group := list(run))
    ]


def _without_mechanisms(prepared: Prepared, off: frozenset[str]) -> tuple[Program, object]:
    """The program and its draws without what carries some mechanisms; memories stay aligned."""
    whole = prepared.compiled
    if not off:
        return whole.program, prepared.parameters
    compiled = compile_theatre(whole.theatre, off | whole.off)
    draws = len(prepared.shrink)
    if prepared.posterior:
        drawn = draw_posterior(compiled, prepared.posterior, draws, prepared.seed)
    else:
        drawn = draw_priors(compiled, draws, prepared.seed)
    parameters = drawn._replace(worst=prepared.parameters.worst)
    return _aligned(compiled.program, whole.program), jax.tree.map(
        lambda x: np.asarray(x, np.float32), parameters
    )


def _aligned(part: Program, whole: Program) -> Program:
    """A program with fewer edges, reading the memories of the whole one."""
    keys = list(zip(whole.filter_cause.tolist(), whole.filter_half_life.tolist(), strict=True))
    mine = zip(part.filter_cause.tolist(), part.filter_half_life.tolist(), strict=True)
    where = np.array([keys.index(key) for key in mine], np.int32)
    return replace(
        part, filter_cause=whole.filter_cause, filter_half_life=whole.filter_half_life,
        edge_filter=where[part.edge_filter] if len(where) else part.edge_filter,
    )  # fmt: skip


def subject(alteration: Alteration, says: str | None) -> str:
    """The changed world in a few words: what a scenario says, or the rows that are left out."""
    if says:
        return says.rstrip(".")
    rows = [f"{row.event} of {_when(row)}" for row in alteration.rows]
    if rows:
        return "Without " + " and ".join(rows)
    return "With " + " and ".join(deed.says() for deed in alteration.deeds)


def _when(row: Row) -> str:
    return long_date(row.date.middle()) if row.date.is_day else row.date.text
