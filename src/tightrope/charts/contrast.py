"""What if: worlds beside one another, and the differences between them.

One look for a world in every picture: its colour, its shape and its letter; the unchanged world is
ink with a hollow circle. What has happened is solid, what may happen is dashed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import altair as alt
import numpy as np

from tightrope.charts.forms import Rows
from tightrope.charts.theme import ARMS, BANDS, GROUND, INK, QUIET, SINGLE
from tightrope.foresight.beside import Beside
from tightrope.foresight.in_one_line import figure
from tightrope.foresight.whatif import WhatIf

SHAPES = ("square", "triangle-up", "diamond", "cross")
LETTERS = "ABCD"
CHANCES = ("yes_no", "date")
UNITS = {"chance": "percentage points", "count": "events", "level": "reading, 0 to 1"}
_WIDTHS = {1: 430, 2: 430, 3: 275, 4: 190}
"""Of a panel, by how many worlds stand beside one another."""
_HEIGHT, _LOW = 150, 90
_APART = 0.12
"""Room of the figure at a line's end, as a share of the axis."""
_SIGNED = "datum.value === 0 ? '0' : format(datum.value, '+~g')"
_LETTER, _SIDE = 6.2, 300


@dataclass(frozen=True)
class Look:
    """How one changed world is drawn."""

    name: str
    letter: str
    colour: str
    band: str
    shape: str


def looks(result: WhatIf) -> dict[str, Look]:
    """The look of each arm, the same in every picture of a what-if."""
    return {
        arm.name: Look(arm.name, LETTERS[i], ARMS[i], BANDS[i], SHAPES[i])
        for i, arm in enumerate(result.arms)
    }


# Day by day ------------------------------------------------------------------------------------


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
        form = "%" if self.unit == "chance" else "~g"
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
        _rows(record_rows(drawn)).mark_line(color=INK, strokeWidth=2).encode(x=x, y=y),
        _rows(unchanged).mark_line(color=INK, strokeWidth=1.6, strokeDash=[6, 3])
        .encode(x=x, y=y),
        _rows(changed).mark_line(color=look.colour, strokeWidth=2.4, strokeDash=[4, 2])
        .encode(x=x, y=y),
        *_ends(frame, unchanged[-1:], changed[-1:], look, x, y),
    ]  # fmt: skip
    title = f"{look.letter}  {look.name}" if len(frame.result.arms) > 1 else look.name
    return alt.LayerChart(layer=layers, width=frame.width, height=_HEIGHT,
                          title=_title(title, look.colour))  # fmt: skip


def _difference_panel(frame: _Frame, look: Look, *, first: bool) -> alt.LayerChart:
    base = _rows(difference_rows(frame.drawn, look.name))
    x = frame.x(labelled=True)
    scale = alt.Scale(domain=frame.ends_of_difference(), nice=False)
    axis = alt.Axis(tickCount=4, labelExpr=_SIGNED, labels=first, ticks=first,
                    minExtent=34 * first)  # fmt: skip
    y = alt.Y("value:Q").title(None).axis(axis).scale(scale)
    layers = [
        *_uprights(frame, look, x),
        base.mark_area(color=look.band, opacity=1).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        _rows([{"at": 0}]).mark_rule(color=INK).encode(y=alt.Y("at:Q").scale(scale)),
        base.mark_line(color=look.colour, strokeWidth=2).encode(x=x, y=y),
    ]
    alone = len(frame.drawn.others) == 1
    title = f"difference, {UNITS[frame.unit]}"
    return alt.LayerChart(layer=layers, width=frame.width, height=_HEIGHT if alone else _LOW,
                          title=_title(title, QUIET))  # fmt: skip


def _uprights(frame: _Frame, look: Look, x: alt.X) -> list[alt.Chart]:
    """The cut-off, and the first day on which a path parts."""
    cut = _rows([{"day": frame.cut_off.isoformat()}])
    arm = next(arm for arm in frame.result.arms if arm.name == look.name)
    found = [cut.mark_rule(color=QUIET, strokeWidth=1.4).encode(x=x)]
    if arm.parting.first is not None:
        parted = _rows([{"day": _day(frame.drawn, arm.parting.first)}])
        clip = {"color": SINGLE, "strokeDash": [1, 3], "clip": True}
        found.append(parted.mark_rule(**clip).encode(x=x))  # type: ignore[arg-type]
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
        *(_rows(rows).mark_point(shape=shape, fill=fill, stroke=stroke, size=46, opacity=1)
          .encode(x=x, y=y) for shape, fill, stroke, rows in dots),
        *(_rows([{**rows[0], "at": at, "told": told}])
          .mark_text(align="left", dx=8, color=colour)
          .encode(x=x, y=alt.Y("at:Q"), text="told:N") for rows, at, told, colour in labels),
    ]  # fmt: skip


def _told(frame: _Frame, value: float) -> str:
    """A figure at a line's end: of a count what came since the cut-off."""
    kind, before = frame.drawn.contrast.kind, frame.drawn.before
    if before is None:
        return figure(value, kind)
    return figure(value - float(before[-1]), kind, signed=True)


# All at once -----------------------------------------------------------------------------------


def difference_dots(result: WhatIf) -> alt.VConcatChart:
    """Every question that moves clear of zero in some arm: paired difference, 90 % interval."""
    rows = question_differences(result)
    units = [unit for unit in UNITS if any(row["unit"] == unit for row in rows)]
    room = _room(rows)
    panels = [
        _dot_panel([row for row in rows if row["unit"] == unit], result, room, UNITS[unit],
                   keyed=i == 0)
        for i, unit in enumerate(units)
    ]  # fmt: skip
    return alt.vconcat(*panels, spacing=16)


def event_dots(result: WhatIf, most: int = 24) -> alt.VConcatChart:
    """Event types that gain or lose most: expected number more or fewer in the run."""
    rows = event_differences(result)
    kept = list(dict.fromkeys(row["says"] for row in rows))[:most]
    rows = [row for row in rows if row["says"] in kept]
    return alt.vconcat(_dot_panel(rows, result, _room(rows), "events", keyed=True))


def question_differences(result: WhatIf) -> Rows:
    """[question and arm] what ``difference_dots`` draws; chances in percentage points."""
    clear = {c.id for arm in result.arms for c in arm.contrasts if c.size > 0}
    rows: Rows = []
    for arm in result.arms:
        for c in arm.contrasts:
            if c.id not in clear or c.difference is None or not c.difference.value:
                continue
            unit = unit_of(c.kind)
            times = 100 if unit == "chance" else 1
            says = c.ask if c.window_days == result.outlook.days else (
                f"{c.ask} ({c.window_days} d)"
            )  # fmt: skip
            rows.append(_dot(arm.name, says, unit, times, c.difference))
    return _by_size(rows)


def event_differences(result: WhatIf) -> Rows:
    """[event type and arm] what ``event_dots`` draws."""
    events = result.prepared.compiled.theatre.events
    return _by_size([
        _dot(arm.name, events[name].says, "count", 1, told)
        for arm in result.arms for name, told in arm.events.items()
    ])  # fmt: skip


def unit_of(kind: str) -> str:
    """What a question's answer is measured in: a key of ``UNITS``."""
    return "chance" if kind in CHANCES else kind


def _dot(arm: str, says: str, unit: str, times: int, told: Any) -> dict[str, Any]:
    ends = {"value": told.value, "low": told.low, "high": told.high}
    return {"arm": arm, "says": says, "unit": unit,
            **{name: round(times * x, 5) for name, x in ends.items()}}  # fmt: skip


def _by_size(rows: Rows) -> Rows:
    """Those that differ most in some arm first; the arms of one thing together."""
    largest: dict[str, float] = {}
    for row in rows:
        largest[row["says"]] = max(largest.get(row["says"], 0.0), abs(row["value"]))
    return sorted(rows, key=lambda row: (-largest[row["says"]], row["says"]))


def _room(rows: Rows) -> float:
    return min(_LETTER * max((len(row["says"]) for row in rows), default=0), 520)


def _dot_panel(
    rows: Rows, result: WhatIf, room: float, title: str, *, keyed: bool
) -> alt.LayerChart:
    arms, several = looks(result), len(result.arms) > 1
    base = _rows(rows)
    colour, shape = _by_arm(arms, keyed=keyed and several)
    axis = alt.Axis(labelLimit=room, minExtent=room, maxExtent=room, labelColor=INK,
                    labelFontSize=12, labelPadding=10, ticks=False, domain=False,
                    grid=False)  # fmt: skip
    order = list(dict.fromkeys(row["says"] for row in rows))
    y = alt.Y("says:N").sort(order).title(None).axis(axis)
    x = alt.X("value:Q").title(None).axis(tickCount=4, labelExpr=_SIGNED, orient="top")
    beside: Mapping[str, Any] = (
        {"yOffset": alt.YOffset("arm:N").sort(list(arms))} if several else {}
    )
    layers = [
        _rows([{"at": 0}]).mark_rule(color=INK).encode(x=alt.X("at:Q").title(None)),
        base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q").title(None), x2="high:Q", y=y,
                                             color=colour, **beside),
        base.mark_point(filled=True, size=46, opacity=1).encode(x=x, y=y, color=colour,
                                                                shape=shape, **beside),
    ]  # fmt: skip
    step = 18 if not several else 8 + 7 * len(arms)
    return alt.LayerChart(layer=layers, width=_SIDE, height=step * len(order),
                          title=_title(title, QUIET))  # fmt: skip


def _by_arm(arms: Mapping[str, Look], *, keyed: bool) -> tuple[alt.Color, alt.Shape]:
    """Colour and shape by arm, explained together where ``keyed``."""
    legend = alt.Legend(orient="top", title=None) if keyed else None
    names = list(arms)
    colours: Sequence[str] = [look.colour for look in arms.values()]
    shapes: Sequence[str] = [look.shape for look in arms.values()]
    return (
        alt.Color("arm:N").legend(legend).scale(domain=names, range=colours),
        alt.Shape("arm:N").legend(legend).scale(domain=names, range=shapes),
    )


def _rows(rows: Rows) -> alt.Chart:
    return alt.Chart(alt.Data(values=rows))


def _title(says: str, colour: str) -> alt.Title:
    return alt.Title(says, fontSize=11, color=colour, frame="group", anchor="start")


def _day(drawn: Beside, number: int) -> str:
    """The calendar day of day 1, 2, ... of the run; 0 is the cut-off."""
    return (drawn.first_day + timedelta(number - 1)).isoformat()
