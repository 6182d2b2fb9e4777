"""A changed world beside a realised history: what is changed, day by day, ready to run.

All faults are told at once. A change that by itself changes nothing is told apart; it is a fault if
no other does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby, pairwise

import jax
import numpy as np

from tightrope.compile import compile_theatre
from tightrope.engine.changed import Change, Realised, Stretch, unchanged
from tightrope.engine.counts import MAX_COUNT
from tightrope.engine.program import Program
from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.deeds import Deed, read_deeds
from tightrope.foresight.prepare import Prepared
from tightrope.foresight.wording import long_date
from tightrope.history import Row
from tightrope.history.table import listed_day, unlisted_share
from tightrope.inference.grounds import carriers
from tightrope.inference.posterior import draw_posterior
from tightrope.inference.priors import draw_priors
from tightrope.theatre import schema


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
    compiled = prepared.compiled
    deeds = read_deeds(compiled.theatre, changes, compiled.first_day, begin, end)
    if not deeds and not rows:
        raise RunRefused("nothing is changed; give --without ROW-ID or --scenario NAME")
    faults = [*_too_busy(prepared), *_torn(prepared, deeds, rows)]
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
    return Alteration(maker.change, stretches, tuple(rows), deeds, maker.idle)


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


def _too_busy(prepared: Prepared) -> list[str]:
    """A day's count must stay below what the engine can count."""
    most = prepared.table.listed.max(0, initial=0.0)
    return [
        f"{name} has a day with {number:,.0f} events, and twins count to {MAX_COUNT - 1}; enter it "
        "as a tally over a longer window"
        for name, number in zip(prepared.compiled.events, most, strict=True)
        if number >= MAX_COUNT
    ]  # fmt: skip


def _torn(prepared: Prepared, deeds: Sequence[Deed], rows: Sequence[Row]) -> list[str]:
    """Rows that are left out and made to happen at once."""
    days = len(prepared.table.counts)
    return [
        f"'{deed.says()}' and leaving out {row.id} contradict each other; drop one"
        for row in rows
        for deed in deeds
        if deed.kind == "force" and deed.event == row.event
        and listed_day(prepared.compiled, row, days) == deed.start
    ]  # fmt: skip


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
        {"set": self._set, "hold": self._set, "force": self._force, "block": self._block,
         "scale": self._scale, "off": self._off}[deed.kind](deed)  # fmt: skip

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
        self.change.lowest[deed.start, k] = deed.change.count
        already = self.known.listed[deed.start, k] >= deed.change.count
        days = np.array([] if already else [deed.start])
        self._note(days, f"{deed.says()}: it happened on that day, as often")

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
        for start, stop in pairwise(edges):
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
