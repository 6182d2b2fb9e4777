"""A twin history over the real one, by year: a panel for each kind of event that differs most."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from tightrope.charts.forms import Rows, chart_of, panel_title
from tightrope.charts.theme import ACCENT, BAND_HALF, INK

_STEP, _HEIGHT = 34, 90


def twin_years(panels: Sequence[tuple[str, Rows]]) -> alt.VConcatChart:
    """Bars: what happened. Diamonds with lines: the twins' mean and middle 90 %.

    panels : title and rows of ``year``, ``real``, ``mean``, ``low``, ``high``; only years that
    differ.
    """
    return alt.vconcat(*(_panel(title, rows) for title, rows in panels), spacing=14)


def _panel(title: str, rows: Rows) -> alt.LayerChart:
    base = chart_of(rows)
    x = alt.X("year:O").title(None).axis(labelAngle=0, ticks=False)
    y = alt.Y("real:Q").title(None).axis(tickCount=3)
    layers = [
        base.mark_bar(color=BAND_HALF, size=20).encode(x=x, y=y),
        base.mark_rule(color=INK, strokeWidth=2).encode(x=x, y="low:Q", y2="high:Q"),
        base.mark_point(shape="diamond", filled=True, color=ACCENT, size=70, opacity=1).encode(
            x=x, y="mean:Q"
        ),
    ]
    years = len({row["year"] for row in rows})
    return alt.LayerChart(
        layer=layers, width=max(_STEP * years, 60), height=_HEIGHT, title=panel_title(title, INK)
    )
