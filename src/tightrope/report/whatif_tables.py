"""The tables of a what-if: differences by size, events gained and lost, levels, days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tightrope.charts.looks import unit_of
from tightrope.foresight.beside import Beside
from tightrope.foresight.contrast import Contrast, Difference
from tightrope.foresight.in_one_line import figure
from tightrope.foresight.questions import CHANCES
from tightrope.foresight.whatif import Arm, WhatIf
from tightrope.report.tables import TableOf

DAYS_LISTED = 10
"""Days of the table behind a picture, evenly spread."""


def differences(arm: Arm) -> TableOf:
    """Every question that is answered, by size of change."""
    columns = ("question", "unchanged", "changed", "difference", "90 % interval", "paths with more",
               "with less", "outlook’s pool → carried")  # fmt: skip
    rows = tuple(_row(c) for c in arm.largest() if c.difference is not None)
    return TableOf(f"{arm.name}: every question, largest change first", columns, rows)


def refused(arm: Arm) -> TableOf | None:
    """Questions without an answer, and why."""
    rows = tuple((c.ask, c.refused) for c in arm.contrasts if c.refused)
    return TableOf(f"{arm.name}: no answer", ("question", "why"), rows) if rows else None


def events(arm: Arm, names: Mapping[str, str]) -> TableOf | None:
    """Event types that gain or lose, clear of zero."""
    return _moved(f"{arm.name}: event types, largest change first", "event type", arm.events,
                  names, "count")  # fmt: skip


def levels(arm: Arm, names: Mapping[str, str]) -> TableOf | None:
    """Levels that end higher or lower, clear of zero."""
    return _moved(f"{arm.name}: levels on the last day", "level", arm.levels, names, "level")


def day_by_day(drawn: Beside, result: WhatIf) -> TableOf:
    """The numbers behind one question's picture, on days spread over its window."""
    kind, days = drawn.contrast.kind, len(drawn.base)
    step = max(1, days // DAYS_LISTED)
    known = 0.0 if drawn.before is None else float(drawn.before[-1])
    several = len(result.arms) > 1
    columns = ["day", "unchanged"]
    for name in drawn.others:
        columns += [name if several else "changed", "difference (90 % interval)"]
    rows: list[tuple[str, ...]] = []
    for d in sorted(range(days - 1, -1, -step)):
        cells = [figure(float(drawn.base[d]) - known, kind)]
        for name, other in drawn.others.items():
            told = Difference(*map(float, drawn.differences[name][d]))
            cells += [figure(float(other[d]) - known, kind), f"{_signed(told, kind)}"]
        rows.append(((drawn.first_day + timedelta(d)).isoformat(), *cells))
    what = {"chance": "share of paths", "count": "mean count since the cut-off"}
    caption = what.get(unit_of(kind), "mean reading")
    return TableOf(f"Day by day: {caption}", tuple(columns), tuple(rows))


def signed_rows(caption: str, what: str, rows: Sequence[Mapping[str, Any]]) -> TableOf:
    """The numbers behind dots, see ``charts.differences``; chances in percentage points."""
    columns = (what, "world", "difference", "90 % interval")
    cells = tuple(
        (row["says"], row["arm"], f"{row['value']:+.2f}{' points' * (row['unit'] == 'chance')}",
         f"{row['low']:+.2f} to {row['high']:+.2f}") for row in rows
    )  # fmt: skip
    return TableOf(caption, columns, cells)


def _row(c: Contrast) -> tuple[str, ...]:
    assert c.difference is not None
    d, kind = c.difference, c.kind
    pool = f"{figure(c.stack, kind)} → {figure(c.carried, kind)}" if c.stack is not None else "–"
    return (
        f"{c.ask} ({c.window_days} d)", figure(c.base, kind), figure(c.other, kind),
        figure(d.value, kind, signed=True) + (" points" if kind in CHANCES else ""),
        f"{figure(d.low, kind, signed=True)} to {figure(d.high, kind, signed=True)}",
        f"{100 * (c.more or 0):.1f} %", f"{100 * (c.less or 0):.1f} %", pool,
    )  # fmt: skip


def _signed(told: Difference, kind: str) -> str:
    value, low, high = (figure(x, kind, signed=True) for x in (told.value, told.low, told.high))
    return f"{value} ({low} to {high})"


def _moved(
    caption: str, what: str, moved: Mapping[str, Difference], names: Mapping[str, str], kind: str
) -> TableOf | None:
    columns = (what, "difference", "90 % interval")
    rows = tuple(
        (names[name], figure(d.value, kind, signed=True),
         f"{figure(d.low, kind, signed=True)} to {figure(d.high, kind, signed=True)}")
        for name, d in moved.items()
    )  # fmt: skip
    return TableOf(caption, columns, rows) if rows else None
