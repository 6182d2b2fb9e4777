"""Storylines as lanes: one future of each, event after event on the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import altair as alt

from tightrope.charts.forms import Rows, chart_of
from tightrope.charts.theme import ACCENT, GRID, INK

_LANE = 34


def storyline_lanes(rows: Rows, first_day: date, days: int) -> alt.LayerChart:
    """A lane for each storyline, with its share; events of the example are dots that a line joins.

    rows : see ``report.stories.lanes``.
    """
    told = [{**row, "lane": f"{row['storyline']}:  {100 * row['share']:.0f} %"} for row in rows]
    base = chart_of(told)
    window = [first_day.isoformat(), (first_day + timedelta(days - 1)).isoformat()]
    y = alt.Y("lane:N").sort(None).title(None)
    y = y.axis(labelColor=INK, ticks=False, domain=False, grid=True, gridColor=GRID)
    x = alt.X("utcyearmonthdate(day):T").title(None).scale(domain=window, type="utc")
    x = x.axis(grid=False, format="%-d %b %Y", tickCount=5, labelOverlap=True)
    lines = base.mark_line(color=ACCENT, strokeWidth=1.5, opacity=0.6)
    dots = base.mark_point(color=ACCENT, filled=True, size=70, opacity=1)
    height = _LANE * len({row["storyline"] for row in rows})
    return alt.LayerChart(
        layer=[lines.encode(x=x, y=y, detail="lane:N", order="step:Q"), dots.encode(x=x, y=y)],
        width=520, height=height,
    )  # fmt: skip
