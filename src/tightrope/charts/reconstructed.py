"""The levels' course as the record moved it: medians and 90 % bands over draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import altair as alt

from tightrope.charts.forms import Rows, at_midnight, chart_of
from tightrope.charts.theme import ACCENT, BAND_MOST, QUIET
from tightrope.charts.timeline import DAYS, ROOM, WIDTH

_HEIGHT = 62


def level_courses(
    courses: Sequence[tuple[str, Rows]], since: date, until: date
) -> alt.VConcatChart:
    """One panel for each level, on one axis of time.

    courses : name and rows of ``day``, ``low``, ``middle``, ``high`` (0 to 1), oldest first.
    """
    last = len(courses) - 1
    panels = [_panel(name, rows, since, until, i == last) for i, (name, rows) in enumerate(courses)]
    return alt.vconcat(*panels, spacing=10)


def _panel(name: str, rows: Rows, since: date, until: date, labelled: bool) -> alt.LayerChart:
    scale = alt.Scale(domain=[at_midnight(since), at_midnight(until)], nice=False)
    axis = alt.Axis(labels=labelled, ticks=labelled, format=DAYS, labelFlush=False)
    x = alt.X("day:T").scale(scale).title(None).axis(axis)
    axis = alt.Axis(values=[0, 0.5, 1], minExtent=ROOM, maxExtent=ROOM)
    y = alt.Y("low:Q").scale(domain=[0, 1]).title(None).axis(axis)
    base = chart_of(rows)
    layers = [
        base.mark_area(color=BAND_MOST).encode(x=x, y=y, y2="high:Q"),
        base.mark_line(color=ACCENT, strokeWidth=1.5).encode(x=x, y="middle:Q"),
    ]
    title = alt.Title(name, color=QUIET, fontSize=11, anchor="start", offset=2, frame="group")
    return alt.LayerChart(layer=layers, width=WIDTH, height=_HEIGHT, title=title)
