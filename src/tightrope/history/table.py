"""Rows -> the arrays that the engine reads: a count for each day and type, and tallies.

A tally is a row that counts over a window, or between bounds ("more than 160 since October").
"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tightrope.compile import Compiled
from tightrope.history.rows import History, Row
from tightrope.types import FloatArray

if TYPE_CHECKING:
    from tightrope.engine.likelihood import Evidence


class Table(NamedTuple):
    """A history as arrays; day 0 is the theatre's first day."""

    counts: FloatArray  # [T, K] listed events, and the spread remainder of tallies
    listed: FloatArray  # [T, K] listed events only
    conditions: FloatArray  # [T + 1, C] at dawn
    evidence: Evidence
    terms: int  # bound above every count


class Tally(NamedTuple):
    """``low`` to ``high`` events of one type from day ``start`` to the day before ``end``."""

    event: int
    start: int
    end: int
    low: float
    high: float

    def overlaps(self, other: Tally) -> bool:
        """Whether both speak of the same type on some day."""
        return self.event == other.event and self.start < other.end and other.start < self.end


class Placed(NamedTuple):
    """A row stands for ``each`` events of a type on every day from ``start`` to before ``end``."""

    row: Row
    event: int
    start: int
    end: int
    each: float


def tabulate(compiled: Compiled, history: History) -> Table:
    """Arrays of a history.

    1. An incident counts on its day, or on the middle of an uncertain date. A day whose number has
       a bound (``24..``) counts its lower bound, and is scored as a tally of that day.
    2. A tally over a window owns the listed events inside it. What is missing to its lower bound is
       spread evenly over the window, so that memories hold it; shorter windows are filled first.
    3. Tallies are scored as a whole; of two that overlap the longer is kept, so that no day counts
       twice.
    """
    days = covered_days(compiled, history)
    listed, most, _, windows = _lay(compiled, history, days)
    counts = listed.copy()
    for part in _spread(listed, windows):
        counts[part.start : part.end, part.event] += part.each
    tallies = _merge([*(_with_listed(tally, listed) for tally, _ in windows),
                      *_bounded_days(listed, most)])  # fmt: skip
    highest = max(
        [listed.max(initial=0.0), *(x for t in tallies for x in t[3:] if math.isfinite(x))]
    )
    return Table(
        counts, listed, conditions_at_dawn(compiled, history, days),
        _evidence(compiled, listed, tallies), int(2 * highest) + 64,
    )  # fmt: skip


def placed_rows(compiled: Compiled, history: History) -> list[Placed]:
    """What each row adds to ``Table.counts``: together they are the counts.

    An incident stands on its day; a tally over a window stands on every day of it with what the
    rows inside it leave over. A row that adds nothing is left out.
    """
    listed, _, placed, windows = _lay(compiled, history, covered_days(compiled, history))
    return [part for part in (*placed, *_spread(listed, windows)) if part.each > 0]


def covered_days(compiled: Compiled, history: History) -> int:
    """How many days the table of a history has."""
    return max((history.until - compiled.first_day).days + 1, 0)


class _Laid(NamedTuple):
    """The rows of a history, laid on days."""

    listed: FloatArray  # [T, K]
    most: FloatArray  # [T, K] upper bounds of what is listed
    placed: list[Placed]  # incidents
    windows: list[tuple[Tally, Row]]


def _lay(compiled: Compiled, history: History, days: int) -> _Laid:
    listed = np.zeros((days, len(compiled.events)))
    laid = _Laid(listed, np.zeros_like(listed), [], [])
    index = compiled.event_index()
    for row in history.rows:
        window = _window(row, compiled.first_day, days)
        if window is None:
            continue
        k, high = index[row.event], math.inf if row.count_high is None else row.count_high
        day = listed_day(compiled, row, days)
        if day is None:
            laid.windows.append((Tally(k, *window, row.count_low, high), row))
        else:
            laid.listed[day, k] += row.count_low
            laid.most[day, k] += high
            laid.placed.append(Placed(row, k, day, day + 1, row.count_low))
    return laid


def conditions_at_dawn(compiled: Compiled, history: History, days: int) -> FloatArray:
    """[T + 1, C] value of each condition at each dawn: a dated value acts from the next day on."""
    table = np.tile(compiled.start_conditions(), (days + 1, 1))
    index = {name: i for i, name in enumerate(compiled.conditions)}
    for row in history.conditions:
        dawn = (row.date - compiled.first_day).days + 1
        table[min(dawn, days + 1) :, index[row.condition]] = row.value
    return table


def listed_day(compiled: Compiled, row: Row, days: int) -> int | None:
    """The day on which a row counts; None for a tally over a window, and outside the table."""
    window = _window(row, compiled.first_day, days)
    if window is None or (row.is_tally and window[1] - window[0] > 1):
        return None
    return min((row.date.middle() - compiled.first_day).days, days - 1)


def unlisted_share(compiled: Compiled, history: History, row: Row) -> FloatArray:
    """[T, K] what a tally over a window adds to the counts beyond the events listed inside it.

    Nothing where listed events, or a tally over a shorter window, already make up its number.
    """
    share = np.zeros((covered_days(compiled, history), len(compiled.events)))
    for part in placed_rows(compiled, history):
        if part.row.id == row.id and listed_day(compiled, row, len(share)) is None:
            share[part.start : part.end, part.event] += part.each
    return share


def _window(row: Row, first: date, days: int) -> tuple[int, int] | None:
    """First day and day after the last, cut to the table; None when outside."""
    assert row.date.earliest and row.date.latest
    start = max((row.date.earliest - first).days, 0)
    end = min((row.date.latest - first).days + 1, days)
    return (start, end) if start < end else None


def _spread(listed: FloatArray, windows: list[tuple[Tally, Row]]) -> list[Placed]:
    """What is missing to the lower bound of each tally, on each day of its window."""
    counts, parts = listed.copy(), list[Placed]()
    for (k, start, end, low, _), row in sorted(
        windows, key=lambda window: (window[0].end - window[0].start, window[0])
    ):
        missing = max(low - counts[start:end, k].sum(), 0.0)
        part = Placed(row, k, start, end, missing / (end - start))
        counts[start:end, k] += part.each
        parts.append(part)
    return parts


def _with_listed(tally: Tally, listed: FloatArray) -> Tally:
    """A tally is at least what is listed inside its window, whatever its source says."""
    inside = float(listed[tally.start : tally.end, tally.event].sum())
    return tally._replace(low=max(tally.low, inside), high=max(tally.high, inside))


def _bounded_days(listed: FloatArray, most: FloatArray) -> list[Tally]:
    """The days on which some row gives bounds instead of a number."""
    return [
        Tally(int(k), int(day), int(day) + 1, float(listed[day, k]), float(most[day, k]))
        for day, k in np.argwhere(most > listed)
    ]


def _merge(tallies: list[Tally]) -> list[Tally]:
    """Of tallies of one type that overlap, the one over the longer window."""
    kept: list[Tally] = []
    for tally in sorted(tallies, key=lambda t: (t.start - t.end, t)):
        if not any(tally.overlaps(other) for other in kept):
            kept.append(tally)
    return kept


def _evidence(compiled: Compiled, listed: FloatArray, tallies: list[Tally]) -> Evidence:
    from tightrope.engine.likelihood import Evidence  # loads JAX: only when arrays are wanted

    scored = np.ones_like(listed)
    scored[:, compiled.program.scheduled] = 0.0
    for k, start, end, _, _ in tallies:
        scored[start:end, k] = 0.0
    tallies = [tally for tally in tallies if not compiled.program.scheduled[tally.event]]
    day, event = np.nonzero((listed > 0) & (scored > 0))
    table = np.array(tallies, float).reshape(-1, 5)
    whole = table[:, :3].astype(np.int64)
    arrays = (
        scored, day, event, listed[day, event],
        whole[:, 0], whole[:, 1], whole[:, 2], table[:, 3], table[:, 4],
    )  # fmt: skip
    return Evidence(*arrays)  # pyright: ignore[reportArgumentType] - the engine takes both kinds
