"""What if, day by day: small multiples of worlds beside one another, and their difference.

What has happened is solid, what may happen is dashed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import altair as alt
import numpy as np

from tightrope.charts.forms import Rows, chart_of, panel_title
from tightrope.charts.looks import SIGNED, UNITS, Look, looks, unit_of
from tightrope.charts.theme import GROUND, INK, QUIET, SINGLE
from tightrope.foresight.beside import Beside
from tightrope.foresight.in_one_line import figure
from tightrope.foresight.questions import CHANCES
from tightrope.foresight.whatif import WhatIf

_WIDTHS = {1: 430, 2: 430, 3: 275, 4: 190}
"""Of a panel, by how many worlds stand beside one another."""
_HEIGHT, _LOW = 150, 90
_APART = 0.12
"""Room of the figure at a line's end, as a share of the axis."""


def small_multiples(drawn: Beside, result: WhatIf) -> alt.HConcatChart:
    """One question: each world beside the unchanged one, and the paired difference below.

    The panels of a row share their axes. The upright line is the cut-off, behind which nothing is
    known; the dotted one the first day on which a path of that world parts from its twin.
    """
    arms = [look for name, look in looks(result).items() if name in drawn.others]
    frame = _Frame(drawn, result, _WIDTHS[len(arms)])
    courses = [_course_panel(frame, look, first=i == 0) for i, look in enumerate(arms)]
    differences = [_difference_panel(frame, look, first=i == 0) for i, look in enumerate(arms)]
    if len(arms) == 1:
        return alt.hconcat(*courses, *differences, spacing=40)
    columns = (alt.vconcat(*pair, spacing=8) for pair in zip(courses, differences, strict=True))
    return alt.hconcat(*columns, spacing=16)


def course_rows(drawn: Beside, name: str | None) -> Rows:
    """[day] one world's course; without a name the unchanged one's."""
    values = drawn.base if name is None else drawn.others[name]
    return [{"day": _day(drawn, d), "value": round(x, 5)} for d, x in enumerate(values.tolist(), 1)]


def record_rows(drawn: Beside) -> Rows:
    """[day] what the record has, up to the cut-off; of counts alone."""
    kept = [] if drawn.before is None else drawn.before.tolist()
    return [
        {"day": _day(drawn, d), "value": round(x, 5)} for d, x in enumerate(kept, 1 - len(kept))
    ]


def difference_rows(drawn: Beside, name: str) -> Rows:
    """[day] the paired difference and its interval; of chances in percentage points."""
    times = 100 if drawn.contrast.kind in CHANCES else 1
    return [
        {"day": _day(drawn, d), **dict(zip(("value", "low", "high"), row, strict=True))}
        for d, row in enumerate((times * drawn.differences[name]).round(5).tolist(), 1)
    ]


@dataclass(frozen=True)
class _Frame:
    """What the panels of one question share."""

    drawn: Beside
    result: WhatIf
    width: int

    @property
    def unit(self) -> str:
        return unit_of(self.drawn.contrast.kind)

    @property
    def cut_off(self) -> date:
        return self.drawn.first_day - timedelta(1)

    @property
    def top(self) -> float:
        known = [row["value"] for row in record_rows(self.drawn)]
        return 1.12 * max(self.drawn.base.max(), *(x.max() for x in self.drawn.others.values()),
                          *known, 0.02)  # fmt: skip

    def x(self, *, labelled: bool) -> alt.X:
        known = record_rows(self.drawn)
        days = len(self.drawn.base)
        # A little of the time before is shown, or the cut-off would lie on the axis.
        first = known[0]["day"] if known else _day(self.drawn, -max(1, days // 20))
        axis = alt.Axis(format="%-d %b %Y" if self.width > 250 else "%b %Y", grid=False,
                        tickCount=3, labelFlush=True, labels=labelled, ticks=labelled)  # fmt: skip
        last = _day(self.drawn, days)
        scale = alt.Scale(type="utc", domain=[first, last], nice=False)
        return alt.X("day:T").title(None).axis(axis).scale(scale)

    def y(self, *, first: bool) -> alt.Y:
        form = "%" if self.unit == "chance" else ",~f"
        axis = alt.Axis(tickCount=4, format=form, labels=first, ticks=first, minExtent=34 * first)
        scale = alt.Scale(domain=[0, round(self.top, 5)], nice=False)
        return alt.Y("value:Q").title(None).axis(axis).scale(scale)

    def ends_of_difference(self) -> list[float]:
        """The axis that the differences share: zero is always on it."""
        rows = np.concatenate(list(self.drawn.differences.values()))
        times = 100 if self.unit == "chance" else 1
        low, high = min(0.0, times * rows.min()), max(0.0, times * rows.max())
        margin = 0.08 * (high - low) or 1.0
        return [round(low - margin * (low < 0), 5), round(high + margin * (high > 0), 5)]


def _course_panel(frame: _Frame, look: Look, *, first: bool) -> alt.LayerChart:
    drawn, x, y = frame.drawn, frame.x(labelled=True), frame.y(first=first)
    unchanged, changed = course_rows(drawn, None), course_rows(drawn, look.name)
    layers = [
        *_uprights(frame, look, x),
        chart_of(record_rows(drawn)).mark_line(color=INK, strokeWidth=2).encode(x=x, y=y),
        chart_of(unchanged).mark_line(color=INK, strokeWidth=1.6, strokeDash=[6, 3])
        .encode(x=x, y=y),
        chart_of(changed).mark_line(color=look.colour, strokeWidth=2.4, strokeDash=[4, 2])
        .encode(x=x, y=y),
        *_ends(frame, unchanged[-1:], changed[-1:], look, x, y),
    ]  # fmt: skip
    title = f"{look.letter}  {look.name}" if len(frame.result.arms) > 1 else look.name
    return alt.LayerChart(layer=layers, width=frame.width, height=_HEIGHT,
                          title=panel_title(title, look.colour))  # fmt: skip


def _difference_panel(frame: _Frame, look: Look, *, first: bool) -> alt.LayerChart:
    base = chart_of(difference_rows(frame.drawn, look.name))
    x = frame.x(labelled=True)
    scale = alt.Scale(domain=frame.ends_of_difference(), nice=False)
    axis = alt.Axis(tickCount=4, labelExpr=SIGNED, labels=first, ticks=first,
                    minExtent=34 * first)  # fmt: skip
    y = alt.Y("value:Q").title(None).axis(axis).scale(scale)
    layers = [
        *_uprights(frame, look, x),
        base.mark_area(color=look.band, opacity=1).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        chart_of([{"at": 0}]).mark_rule(color=INK).encode(y=alt.Y("at:Q").scale(scale)),
        base.mark_line(color=look.colour, strokeWidth=2).encode(x=x, y=y),
    ]
    alone = len(frame.drawn.others) == 1
    title = f"difference, {UNITS[frame.unit]}"
    return alt.LayerChart(layer=layers, width=frame.width, height=_HEIGHT if alone else _LOW,
                          title=panel_title(title, QUIET))  # fmt: skip


def _uprights(frame: _Frame, look: Look, x: alt.X) -> list[alt.Chart]:
    """The cut-off, and the first day on which a path parts."""
    cut = chart_of([{"day": frame.cut_off.isoformat()}])
    arm = next(arm for arm in frame.result.arms if arm.name == look.name)
    found = [cut.mark_rule(color=QUIET, strokeWidth=1.4).encode(x=x)]
    first = arm.parting.first
    if first is not None and first <= len(frame.drawn.base):
        parted = chart_of([{"day": _day(frame.drawn, first)}])
        found.append(parted.mark_rule(color=SINGLE, strokeDash=[1, 3]).encode(x=x))
    return found


def _ends(
    frame: _Frame, unchanged: Rows, changed: Rows, look: Look, x: alt.X, y: alt.Y
) -> list[alt.Chart]:
    """Both lines' ends: a mark and its figure, moved apart where they would meet."""
    one, other = unchanged[0]["value"], changed[0]["value"]
    room = _APART * frame.top
    push = max(0.0, room - abs(one - other)) / 2 * (1 if one >= other else -1)
    dots = (("circle", GROUND, INK, unchanged), (look.shape, look.colour, look.colour, changed))
    labels = (
        (unchanged, min(max(one + push, 0), frame.top), _told(frame, one), INK),
        (changed, min(max(other - push, 0), frame.top), _told(frame, other), look.colour),
    )
    return [
        *(chart_of(rows).mark_point(shape=shape, fill=fill, stroke=stroke, size=46, opacity=1)
          .encode(x=x, y=y) for shape, fill, stroke, rows in dots),
        *(chart_of([{**rows[0], "at": at, "told": told}])
          .mark_text(align="left", dx=8, color=colour)
          .encode(x=x, y=alt.Y("at:Q"), text="told:N") for rows, at, told, colour in labels),
    ]  # fmt: skip


def _told(frame: _Frame, value: float) -> str:
    """A figure at a line's end: of a count what came since the cut-off."""
    kind, before = frame.drawn.contrast.kind, frame.drawn.before
    if before is None:
        return figure(value, kind)
    return figure(value - float(before[-1]), kind, signed=True)


def _day(drawn: Beside, number: int) -> str:
    """The calendar day of day 1, 2, ... of the run; 0 is the cut-off."""
    return (drawn.first_day + timedelta(number - 1)).isoformat()
