"""The numbers of a changed world: events gained and lost, the fate of rows, how things end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.alteration import Alteration
from tightrope.foresight.consequences import Kept, Yardstick
from tightrope.foresight.courses import quantiles
from tightrope.foresight.prepare import Prepared
from tightrope.history.table import listed_day
from tightrope.types import FloatArray

LIKELY = 0.95
"""Rows more likely than this to have happened all the same are not listed unasked."""
MOST_ROWS = 10
MOST_OF_A_TYPE = 2
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

    def as_change(self) -> tuple[str, float, float]:
        """How many more or fewer, and the ends of the range, counted in the same direction.

        >>> Spread(-1.0, -3.0, 1.0).as_change()
        ('1.0 fewer', -1.0, 3.0)
        """
        sign, word = (-1, "fewer") if self.mean < 0 else (1, "more")
        of_one_sign = self.low * self.high >= 0
        low, high = sorted(abs(x) if of_one_sign else sign * x for x in (self.low, self.high))
        return f"{abs(self.mean):.1f} {word}", low, high


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


def day_at(prepared: Prepared, day: int) -> date:
    """The calendar day of a day that is counted from the theatre's first."""
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


def type_shifts(prepared: Prepared, stick: Yardstick, kept: Kept, draws: int) -> tuple[Shift, ...]:
    """Gained and lost by type over all years, then by type and year.

    What is changed by hand comes first, then the largest net change; types without any are left
    out.
    """
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
    order = {s.event: (not s.by_hand, -abs(s.net.mean)) for s in found if s.year is None}
    found.sort(key=lambda s: (s.year is not None, order[s.event], s.event, s.year or 0))
    return tuple(found)


def year_shifts(prepared: Prepared, kept: Kept, draws: int) -> tuple[Shift, ...]:
    """Net change of each type in the 365 days from the first change on, the largest first."""
    found = [
        _shift(name, None, 0.0, 0.0, np.maximum(net, 0), np.maximum(-net, 0), draws)
        for name, net in zip(prepared.compiled.events, kept.next_year, strict=True)
    ]
    shown = [shift for shift in found if abs(shift.net.mean) >= SHOWN]
    return tuple(sorted(shown, key=lambda shift: (-abs(shift.net.mean), shift.event)))


def parting(prepared: Prepared, altered: Alteration, days: FloatArray) -> Parted:
    """When the worlds part: ``days`` [lane] from the first that is run, infinity for never."""
    some = days[np.isfinite(days)]
    if not len(some):
        return Parted(0.0, None, None, None)
    low, middle, high = quantiles(some, (0.05, 0.5, 0.95))
    at = [day_at(prepared, altered.first + int(day)) for day in (low, middle, high)]
    return Parted(len(some) / len(days), *at)


# Rows -----------------------------------------------------------------------------------------


def asked_rows(prepared: Prepared, altered: Alteration, names: Sequence[str]) -> list[str]:
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
                          f"{day_at(prepared, altered.first)} to "
                          f"{day_at(prepared, altered.end - 1)}")  # fmt: skip
    if faults:
        raise RunRefused("\n".join(faults))
    return list(names)


def fates(
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
    return _various([one for _, one in sorted(found, key=lambda pair: pair[0])])


def _various(rows: Sequence[Still]) -> tuple[Still, ...]:
    """The first rows, of no type too many."""
    shown: list[Still] = []
    for row in rows:
        if sum(other.event == row.event for other in shown) < MOST_OF_A_TYPE:
            shown.append(row)
    return tuple(shown[:MOST_ROWS])


# The end --------------------------------------------------------------------------------------


def levels_at_end(prepared: Prepared, kept: Kept) -> tuple[End, ...]:
    """Levels that end elsewhere, the largest difference first."""
    away = kept.readings - kept.realised_readings
    ends = [
        End(name, float(kept.realised_readings[j].mean()), _spread(kept.readings[j]),
            _spread(away[j]))
        for j, name in enumerate(prepared.compiled.levels) if abs(away[j].mean()) >= SHOWN
    ]  # fmt: skip
    return tuple(sorted(ends, key=lambda end: -abs(end.difference.mean if end.difference else 0)))


def conditions_at_end(prepared: Prepared, altered: Alteration, kept: Kept) -> tuple[End, ...]:
    """Conditions that end elsewhere in some twins, in the order of the theatre."""
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
