"""The levels' course as the record moved it: medians and 90 % bands over draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import altair as alt

from tightrope.charts.forms import Rows
from tightrope.charts.looks import chart_of
from tightrope.charts.theme import ACCENT, BAND_MOST, QUIET
from tightrope.charts.timeline import DAYS, WIDTH

_HEIGHT, _ROOM = 62, 190


def level_courses(
    courses: Sequence[tuple[str, Rows]], since: date, until: date
) -> alt.VConcatChart:
    """One panel for each level, on one axis of time.

    courses : name and rows of ``day``, ``low``, ``middle``, ``high`` (0 to 1), oldest first.
    """
    last = len(courses) - 1
    panels = [_panel(name, rows, since, until, i == last) for i, (name, rows) in enumerate(courses)]
    return alt.vconcat(*panels, spacing=10)


def _panel(
    name: str, rows: Rows, since: date, until: date, labelled: bool
) -> alt.LayerChart:  # fmt: skip
    scale = alt.Scale(domain=[f"{since}T00:00:00", f"{until}T00:00:00"], nice=False)
    x = (
        alt.X("day:T")
        .scale(scale)
        .title(None)
        .axis(labels=labelled, ticks=labelled, format=DAYS, labelFlush=False)
    )
    axis = alt.Axis(values=[0, 0.5, 1], minExtent=_ROOM, maxExtent=_ROOM)
    y = alt.Y("low:Q").scale(domain=[0, 1]).title(None).axis(axis)
    base = chart_of(rows)
    layers = [
        base.mark_area(color=BAND_MOST).encode(x=x, y=y, y2="high:Q"),
        base.mark_line(color=ACCENT, strokeWidth=1.5).encode(x=x, y="middle:Q"),
    ]
    title = alt.Title(name, color=QUIET, fontSize=11, anchor="start", offset=2, frame="group")
    return alt.LayerChart(layer=layers, width=WIDTH, height=_HEIGHT, title=title)
