"""A rate taken apart: the parts of its sum as bars, its factors on a scale of doublings."""

from __future__ import annotations

import altair as alt

from tightrope.charts.forms import Rows, chart_of, names_axis, panel_title
from tightrope.charts.theme import ACCENT, INK, QUIET, RECORD

_WIDTH, _STEP, _LETTER, _MARGIN, _MOST_ROOM = 420, 24, 6.3, 14, 420


def part_bars(rows: Rows) -> alt.LayerChart:
    """Shares of the sum, largest first, with the 90 % range over draws.

    rows : ``name``, ``share``, ``low``, ``high`` (0 to 1), ``told``.
    """
    base = chart_of(rows)
    y = _names(rows)
    x = alt.X("share:Q").title(None).axis(format="%", tickCount=5).scale(domainMin=0)
    return alt.LayerChart(
        layer=[
            base.mark_bar(color=ACCENT, height=11).encode(x=x, y=y),
            base.mark_rule(color=INK, strokeWidth=1.5).encode(x="low:Q", x2="high:Q", y=y),
            _told(base, y),
        ],
        width=_WIDTH, height=_STEP * len(rows),
        title=panel_title("share of the sum of all parts", QUIET),
    )  # fmt: skip


def factor_dots(rows: Rows) -> alt.LayerChart:
    """Factors on a logarithmic axis; 1 changes nothing.

    rows : ``name``, ``factor``, ``low``, ``high`` (all above 0), ``told``.
    """
    base = chart_of(rows)
    y = _names(rows)
    x = alt.X("factor:Q").title(None).scale(type="log").axis(tickCount=6, format="~g")
    return alt.LayerChart(
        layer=[
            chart_of([{"at": 1}]).mark_rule(color=INK).encode(x=alt.X("at:Q")),
            base.mark_rule(color=RECORD, strokeWidth=2).encode(x="low:Q", x2="high:Q", y=y),
            base.mark_point(filled=True, color=RECORD, size=50, opacity=1).encode(x=x, y=y),
            _told(base, y),
        ],
        width=_WIDTH, height=_STEP * len(rows),
        title=panel_title("factor on the whole rate (1: none)", QUIET),
    )  # fmt: skip


def _told(base: alt.Chart, y: alt.Y) -> alt.Chart:
    return base.mark_text(align="right", fontWeight="bold", color=INK).encode(
        x=alt.value(_WIDTH + 60), y=y, text="told:N"
    )


def _names(rows: Rows) -> alt.Y:
    longest = max((len(row["name"]) for row in rows), default=0)
    room = min(_LETTER * longest + _MARGIN, _MOST_ROOM)
    return alt.Y("name:N").sort(None).title(None).axis(names_axis(room))
