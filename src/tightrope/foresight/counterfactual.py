"""What would have happened: the realised history re-run with its own luck and something changed.

The answer is given the known aftermath: what is known to have happened later tells how lucky or
unlucky the days were, and the changed world keeps that luck (the twin). It is another question than
what one would have expected on the day, not knowing what came: that is asked of futures, with
``whatif``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from tightrope.engine.twin import Realised, twins
from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.aftermath import realised
from tightrope.foresight.alteration import Alteration, alter, subject
from tightrope.foresight.consequences import Kept, Yardstick, together
from tightrope.foresight.courses import quantiles
from tightrope.foresight.prepare import Prepared, fingerprint, prepare
from tightrope.foresight.wording import long_date, percent
from tightrope.history import History
from tightrope.history.table import listed_day
from tightrope.inference.fits import Say, fits_for
from tightrope.theatre import Theatre, schema
from tightrope.types import FloatArray

METHOD = (
    "given the known aftermath: each realised count keeps its luck, the changed world draws its "
    "counts from the same luck (twin); futures not knowing the aftermath are another question"
)
LIKELY = 0.95
"""Rows more likely than this to have happened all the same are not listed unasked."""
MOST_ROWS = 10
SHOWN = 0.005
"""Smaller changes of an expected number, a reading or a share are not told."""


@dataclass(frozen=True)
class Spread:
    """A number over all twins of all draws: its mean and its middle 90 %."""

    mean: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Rounded."""
        return {name: round(value, 4) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Shift:
    """Events of one type, in one year or in all."""

    event: str
    year: int | None
    """None: the whole time from the first change on."""
    realised: float
    by_hand: float
    """What the change itself adds or takes away; the rest follows from it."""
    gained: Spread
    lost: Spread
    net: Spread
    mc_error: float
    """Standard error of the mean net number."""

    def as_json(self) -> dict[str, Any]:
        """Without event and year, by which shifts are keyed."""
        return {
            "realised": round(self.realised, 4), "by_hand": round(self.by_hand, 4),
            "gained": self.gained.as_json(), "lost": self.lost.as_json(),
            "net": self.net.as_json(), "mc_error": round(self.mc_error, 5),
        }  # fmt: skip


@dataclass(frozen=True)
class Still:
    """Whether a later row of the history would still have happened."""

    row: str
    date: str
    event: str
    same_day: float
    """Probability that it happens on its day."""
    near: float
    """Probability of one of the type within three days."""
    month: float
    """And within fifteen days: the same thirty days."""

    def as_json(self) -> dict[str, Any]:
        """The documented shape."""
        return {
            "row": self.row, "date": self.date, "event": self.event,
            "same_day": round(self.same_day, 4), "within_3_days": round(self.near, 4),
            "within_30_days": round(self.month, 4),
        }  # fmt: skip


@dataclass(frozen=True)
class Parted:
    """The first day on which another event happens, or does not, than the change itself."""

    share: float
    """Of twins that part at all."""
    earliest: date | None
    median: date | None
    latest: date | None
    """The middle 90 % of those that part."""

    def as_json(self) -> dict[str, Any]:
        """Days as text."""
        days = {"earliest": self.earliest, "median": self.median, "latest": self.latest}
        return {"share": round(self.share, 4),
                **{name: day and day.isoformat() for name, day in days.items()}}  # fmt: skip


@dataclass(frozen=True)
class End:
    """A level or a condition at the end, where the worlds differ."""

    name: str
    realised: float | str
    changed: Spread | dict[str, float]
    """A number, or the share of twins with each word."""
    difference: Spread | None
    """Of numbers: against the same draw's realised world."""

    def as_json(self) -> dict[str, Any]:
        """The documented shape."""
        changed = self.changed.as_json() if isinstance(self.changed, Spread) else self.changed
        known = round(self.realised, 4) if isinstance(self.realised, float) else self.realised
        value: dict[str, Any] = {"name": self.name, "realised": known, "changed": changed}
        return value | ({"difference": self.difference.as_json()} if self.difference else {})


@dataclass(frozen=True)
class Counterfactual:
    """A changed world beside the realised one."""

    fingerprint: str
    theatre: str
    subject: str
    changes: tuple[str, ...]
    first_day: date
    last_day: date
    draws: int
    twins: int
    seed: int
    fitted_until: date | None
    parted: Parted
    shifts: tuple[Shift, ...]
    """By type over all years, the largest first, then by type and year."""
    following_year: tuple[Shift, ...]
    """In the 365 days from the first change on, largest first."""
    still: tuple[Still, ...]
    levels: tuple[End, ...]
    conditions: tuple[End, ...]
    notes: tuple[str, ...]

    @property
    def headline(self) -> str:
        """One sentence: what changes most, and the row that hangs most on the change."""
        parts: list[str] = []
        if self.following_year:
            most = self.following_year[0]
            net, word = most.net, "fewer" if most.net.mean < 0 else "more"
            ends = sorted([abs(net.low), abs(net.high)]) if net.low * net.high >= 0 else None
            sign = -1 if net.mean < 0 else 1
            low, high = ends or sorted([sign * net.low, sign * net.high])
            parts.append(f"{abs(net.mean):.1f} {word} {most.event} in the following year "
                         f"[{low:.0f}, {high:.0f}]")  # fmt: skip
        if self.still:
            row = self.still[0]
            parts.append(f"{row.event} of {row.date} {percent(row.same_day)} likely instead of "
                         "happened")  # fmt: skip
        return f"{self.subject}: {', '.join(parts) or 'nothing else changes'}"

    def gained_and_lost(self) -> list[dict[str, Any]]:
        """A row for each type and year (and ``all``), ready for a data frame."""
        return [
            {
                "event": s.event, "year": s.year or "all", "realised": s.realised,
                "by_hand": s.by_hand,
                **{f"{what}{suffix}": value
                   for what in ("gained", "lost", "net")
                   for suffix, value in zip(("", "_low", "_high"),
                                            vars(getattr(s, what)).values(), strict=True)},
                "mc_error": s.mc_error,
            }
            for s in self.shifts
        ]  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The documented shape of ``counterfactual --json``."""
        events: dict[str, Any] = {}
        for shift in self.shifts:
            if shift.year is None:
                events[shift.event] = {"event": shift.event, **shift.as_json(), "by_year": {}}
            else:
                events[shift.event]["by_year"][str(shift.year)] = shift.as_json()
        return {
            "fingerprint": self.fingerprint, "theatre": self.theatre, "headline": self.headline,
            "changes": list(self.changes), "method": METHOD,
            "from": self.first_day.isoformat(), "until": self.last_day.isoformat(),
            "draws": self.draws, "twins": self.twins, "seed": self.seed,
            "fitted": self.fitted_until is not None, "parted": self.parted.as_json(),
            "events": list(events.values()),
            "following_year": {s.event: s.as_json() for s in self.following_year},
            "still": [row.as_json() for row in self.still],
            "levels": [end.as_json() for end in self.levels],
            "conditions": [end.as_json() for end in self.conditions],
            "notes": list(self.notes),
        }  # fmt: skip


def counterfactual(
    theatre: Theatre, history: History, changes: Sequence[schema.Change] = (), *,
    without: Sequence[str] = (), scenario: str | None = None, still: Sequence[str] = (),
    since: date | None = None, until: date | None = None, draws: int = 100, number: int = 10,
    seed: int = 1, fitted: bool = True, say: Say | None = None,
) -> Counterfactual:  # fmt: skip
    """Re-run the realised history with its own luck and something changed.

    changes, without, scenario : what is changed, together: changes of the theatre's language, ids
    of rows that are left out (of a tally its share of the unlisted remainder), a named scenario.
    still : rows whose later fate is asked; default those that hang most on the change.
    since : first day on which undated changes act. until : last day that is run.
    draws, number : draws of the numbers, and twins of each.
    fitted : whether numbers are fitted to the whole record; False draws them from the priors.
    Raises UnknownName for rows or scenarios that do not exist, RunRefused for changes that
    contradict each other, lie outside the record or change nothing.
    """
    chosen = _scenario(theatre, scenario)
    changes = [*(chosen.changes if chosen else ()), *changes]
    prepared = _prepared(theatre, history, draws, seed, fitted, say)
    known = realised(prepared)
    altered = alter(prepared, known, changes, without, since=since, until=until)
    asked = _asked(prepared, altered, still)
    stick = Yardstick(known, altered, prepared.compiled.first_day)
    kept = _run(prepared, known, altered, stick, number)
    if not kept.differs.any():
        raise RunRefused("nothing changes in any twin: no rate depends on what is changed"
                         + "".join(f"; {says}" for says in altered.idle))  # fmt: skip
    settings = {
        "changes": [change.model_dump(mode="json") for change in changes],
        "without": sorted(without), "since": since, "until": until, "still": list(still),
        "twins": number,
    }  # fmt: skip
    return Counterfactual(
        fingerprint=fingerprint(prepared, verb="counterfactual", **settings),
        theatre=theatre.name,
        subject=subject(altered, chosen.says if chosen else None),
        changes=(*(f"without {row.id}" for row in altered.rows),
                 *(deed.says() for deed in altered.deeds)),
        first_day=_day(prepared, altered.first), last_day=_day(prepared, altered.end - 1),
        draws=draws, twins=number, seed=seed,
        fitted_until=prepared.posterior.until if prepared.posterior else None,
        parted=_parted(prepared, altered, kept.parted),
        shifts=_shifts(prepared, stick, kept, draws),
        following_year=_following_year(prepared, kept, draws),
        still=_still(prepared, stick, kept, asked),
        levels=_levels(prepared, kept), conditions=_conditions(prepared, altered, kept),
        notes=_notes(altered, kept),
    )  # fmt: skip


def _scenario(theatre: Theatre, name: str | None) -> schema.Scenario | None:
    if name is None:
        return None
    if name not in theatre.scenarios:
        raise UnknownName("scenario", name, list(theatre.scenarios))
    scenario = theatre.scenarios[name]
    if not scenario.changes:
        raise RunRefused(f"{name} is a starting state and changes nothing in what happened; choose "
                         "a scenario with changes:")  # fmt: skip
    return scenario


def _prepared(
    theatre: Theatre, history: History, draws: int, seed: int, fitted: bool, say: Say | None
) -> Prepared:
    if not fitted:
        return prepare(theatre, history, None, draws=draws, seed=seed)
    fit = fits_for(theatre, history.as_of(history.until), ["structural"], say=say)["structural"]
    return prepare(theatre, history, None, draws=draws, seed=seed, posterior=fit.posterior,
                   compiled=fit.compiled)  # fmt: skip


def _run(
    prepared: Prepared, known: Realised, altered: Alteration, stick: Yardstick, number: int
) -> Kept:
    blocks = twins(
        prepared.compiled.program, prepared.parameters, prepared.shrink, known, altered.change,
        altered.stretches, stick.keep, number=number, seed=prepared.seed,
    )  # fmt: skip
    limited = sum(block.limited for block in blocks)
    return together(blocks)._replace(limited=np.asarray(limited))


def _day(prepared: Prepared, day: int) -> date:
    return prepared.compiled.first_day + timedelta(day)


# Numbers --------------------------------------------------------------------------------------


def _spread(values: FloatArray) -> Spread:
    low, high = quantiles(values, (0.05, 0.95))
    return Spread(float(values.mean()), float(low), float(high))


def _shift(
    event: str, year: int | None, known: float, by_hand: float, gained: FloatArray,
    lost: FloatArray, draws: int,
) -> Shift:  # fmt: skip
    net = gained - lost
    means = net.reshape(draws, -1).mean(1)
    error = float(means.std(ddof=1) / np.sqrt(draws)) if draws > 1 else 0.0
    return Shift(event, year, known, by_hand, _spread(gained), _spread(lost), _spread(net), error)


def _shifts(prepared: Prepared, stick: Yardstick, kept: Kept, draws: int) -> tuple[Shift, ...]:
    known, hand = stick.realised, stick.by_hand
    found: list[Shift] = []
    for k, name in enumerate(prepared.compiled.events):
        parts = [(None, slice(None))] + [(y, slice(i, i + 1)) for i, y in enumerate(stick.years)]
        for year, where in parts:
            gained, lost = kept.gained[where, k].sum(0), kept.lost[where, k].sum(0)
            shift = _shift(name, year, known[where, k].sum(), hand[where, k].sum(), gained, lost,
                           draws)  # fmt: skip
            if max(shift.gained.mean, shift.lost.mean, abs(shift.by_hand)) > 0:
                found.append(shift)
    order = {s.event: -abs(s.net.mean) for s in found if s.year is None}
    found.sort(key=lambda s: (s.year is not None, order[s.event], s.event, s.year or 0))
    return tuple(found)


def _following_year(prepared: Prepared, kept: Kept, draws: int) -> tuple[Shift, ...]:
    found = [
        _shift(name, None, 0.0, 0.0, np.maximum(net, 0), np.maximum(-net, 0), draws)
        for name, net in zip(prepared.compiled.events, kept.next_year, strict=True)
    ]
    shown = [shift for shift in found if abs(shift.net.mean) >= SHOWN]
    return tuple(sorted(shown, key=lambda shift: (-abs(shift.net.mean), shift.event)))


def _parted(prepared: Prepared, altered: Alteration, days: FloatArray) -> Parted:
    some = days[np.isfinite(days)]
    if not len(some):
        return Parted(0.0, None, None, None)
    low, middle, high = quantiles(some, (0.05, 0.5, 0.95))
    at = [_day(prepared, altered.first + int(day)) for day in (low, middle, high)]
    return Parted(len(some) / len(days), *at)


# Rows -----------------------------------------------------------------------------------------


def _asked(prepared: Prepared, altered: Alteration, names: Sequence[str]) -> list[str]:
    """Rows whose fate is asked by name: each must lie in the run, on a day, and not be left out."""
    by_id = {row.id: row for row in prepared.history.rows}
    gone = {row.id for row in altered.rows}
    faults: list[str] = []
    for name in names:
        if name not in by_id:
            raise UnknownName("row of the history", name, list(by_id))
        row = by_id[name]
        day = listed_day(prepared.compiled, row, len(prepared.table.counts))
        if name in gone:
            faults.append(f"{name} is left out, so it cannot be asked whether it happens")
        elif day is None or row.count_low == 0:
            faults.append(f"{name} counts over a window or not at all: it has no day of its own")
        elif not altered.first <= day < altered.end:
            faults.append(f"{name} lies outside the days that are run, "
                          f"{_day(prepared, altered.first)} to "
                          f"{_day(prepared, altered.end - 1)}")  # fmt: skip
    if faults:
        raise RunRefused("\n".join(faults))
    return list(names)


def _still(
    prepared: Prepared, stick: Yardstick, kept: Kept, asked: Sequence[str]
) -> tuple[Still, ...]:
    """The fate of the rows that are asked, or of those that hang most on the change."""
    at = {(int(day), int(k)): m for m, (day, k) in enumerate(stick.cells)}
    same, near, month = (x.mean(1) for x in (kept.same_day, kept.near, kept.month))
    index, days = prepared.compiled.event_index(), len(prepared.table.counts)
    frequency = prepared.table.listed.sum(0)
    found: list[tuple[tuple[object, ...], Still]] = []
    for row in prepared.history.rows:
        day, k = listed_day(prepared.compiled, row, days), index[row.event]
        m = None if day is None else at.get((day - stick.first, k))
        if m is None or row.count_low == 0 or (asked and row.id not in asked):
            continue
        by_hand = stick.deed[stick.cells[m][0], k] < stick.listed[stick.cells[m][0], k]
        if not asked and (same[m] > LIKELY or by_hand):
            continue
        one = Still(row.id, row.date.text, row.event, *(float(x[m]) for x in (same, near, month)))
        # The least likely first, to a tenth; among those rare types tell more than frequent ones.
        found.append(((round(float(same[m]), 1), frequency[k], day), one))
    if asked:
        order = {name: i for i, name in enumerate(asked)}
        return tuple(sorted((one for _, one in found), key=lambda one: order[one.row]))
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0])[:MOST_ROWS])


# The end --------------------------------------------------------------------------------------


def _levels(prepared: Prepared, kept: Kept) -> tuple[End, ...]:
    away = kept.readings - kept.realised_readings
    ends = [
        End(name, float(kept.realised_readings[j].mean()), _spread(kept.readings[j]),
            _spread(away[j]))
        for j, name in enumerate(prepared.compiled.levels) if abs(away[j].mean()) >= SHOWN
    ]  # fmt: skip
    return tuple(sorted(ends, key=lambda end: -abs(end.difference.mean if end.difference else 0)))


def _conditions(prepared: Prepared, altered: Alteration, kept: Kept) -> tuple[End, ...]:
    theatre, found = prepared.compiled.theatre, list[End]()
    for c, name in enumerate(prepared.compiled.conditions):
        known, now = prepared.table.conditions[altered.end, c], kept.conditions[c]
        if np.mean(now != known) < SHOWN:
            continue
        words = theatre.choices[name].values
        if words is None:
            found.append(End(name, float(known), _spread(now), _spread(now - known)))
        else:
            share = {word: round(float(np.mean(now == i)), 4) for i, word in enumerate(words)}
            found.append(End(name, words[int(known)], share, None))
    return tuple(found)


def _notes(altered: Alteration, kept: Kept) -> tuple[str, ...]:
    notes = [f"changes nothing by itself: {says}" for says in altered.idle]
    if kept.limited > 0:
        notes.append(f"a rate was cut at the engine's bound on {int(kept.limited):,} days of twins")
    return tuple(notes)


__all__ = ["Counterfactual", "End", "Parted", "Shift", "Spread", "Still", "counterfactual"]
