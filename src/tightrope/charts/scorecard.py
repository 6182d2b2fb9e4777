"""How good past forecasts have been, as pictures of a scorecard (see ``scoring.scorecard``).

Each chart draws figures of the card and computes none but the bands of luck.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Any, Literal

import altair as alt

from tightrope.charts.forms import Rows
from tightrope.charts.theme import ACCENT, BAND_HALF, INK, QUIET, RECORD, SINGLE
from tightrope.theatre.numbers import Z90

Card = Mapping[str, Any]

RIVALS = {
    "last90": "last 90 days", "climatology": "climatology", "boot12": "12 months",
    "regression": "regression", "rhythm": "rhythm", "hawkes": "Hawkes", "structural": "structure",
}  # fmt: skip
"""Members that the stack is compared with, in the order of the panels."""
SIMPLE = ("last90", "climatology", "boot12")
"""Those without a model: against them more is gained, so they have a scale of their own."""
SCORES = {"yes_no": "brier", "count": "crps", "date": "crps"}
KINDS = {"yes_no": "yes or no", "count": "counts", "date": "days"}
ENDS_OF_SIMPLE, ENDS = (-0.6, 0.8), (-0.3, 0.4)
"""Skills are drawn so far at most; what lies beyond is drawn at the edge."""
_TURN = {"better": ACCENT, "worse": RECORD, "open": SINGLE}
_SPOKEN = {"stack": ACCENT, "climatology": RECORD, "last90": SINGLE}
_ROW, _SKILL_WIDTH, _LABEL = 16, 112, 165


# Reliability -----------------------------------------------------------------------------------


def reliability_diagram(card: Card) -> alt.LayerChart:
    """What was given a probability, and how often it came true: on the diagonal is right.

    Dots are tenths of all forecasts; the pale bars hold 90 % of the dots of right forecasts.
    """
    return _reliability(card["reliability"], 330, 13)


def reliability_panels(card: Card, columns: int = 4) -> alt.VConcatChart:
    """The same by family."""
    drawn = [
        _reliability(rows, 170, 11).properties(title=_title(family))
        for family, rows in card["reliability_by_family"].items()
    ]
    return _grid(drawn, columns)


def bins(rows: Iterable[Card]) -> Rows:
    """[bin] the dots of a reliability diagram, and the band of luck about the diagonal."""
    return [
        {"forecast": row["forecast"], "observed": row["observed"], "count": row["count"],
         "low": max(0.0, round(row["forecast"] - _luck(row), 4)),
         "high": min(1.0, round(row["forecast"] + _luck(row), 4))}
        for row in rows
    ]  # fmt: skip


def _luck(row: Card) -> float:
    """Half of the 90 % interval of the observed share, were the forecasts right and independent."""
    return Z90 * sqrt(row["forecast"] * (1.0 - row["forecast"]) / row["count"])


def _reliability(rows: Iterable[Card], size: int, label: int) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=bins(rows)))
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], labelFontSize=label - 2)
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("forecast:Q").title("probability given").axis(axis).scale(scale)
    y = alt.Y("observed:Q").title("share that came true").axis(axis).scale(scale)
    ends = alt.Chart(alt.Data(values=[{"forecast": 0, "observed": 0},
                                      {"forecast": 1, "observed": 1}]))  # fmt: skip
    layers = [
        ends.mark_line(color=SINGLE, strokeDash=[4, 3], strokeWidth=1).encode(x=x, y=y),
        base.mark_rule(color=BAND_HALF, strokeWidth=5).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_point(color=ACCENT, filled=True, size=3 * label, opacity=1).encode(x=x, y=y),
    ]
    return alt.LayerChart(layer=layers, width=size, height=size)


# Skill -----------------------------------------------------------------------------------------


def skill_panels(card: Card, kind: str) -> alt.HConcatChart:
    """Skill of the stack against each member by family and horizon, with 90 % intervals.

    Right of zero the stack was better. Blue: clear of zero; orange: clearly worse; grey: open.
    """
    rows = skills(card, kind)
    present = [rival for rival in RIVALS if any(row["rival"] == rival for row in rows)]
    panels = [_skill_panel(rows, rival, labelled=i == 0) for i, rival in enumerate(present)]
    return alt.hconcat(*panels, spacing=14)


def skills(card: Card, kind: str) -> Rows:
    """[family, horizon and rival] the rows of ``skill_panels``; those without a value left out."""
    return [
        {"row": row_label(row), "rival": rival, "turn": turn(skill),
         "value": skill["value"], "low": skill["low"], "high": skill["high"]}
        for row in card["families"] if row["kind"] == kind and row["score"] == SCORES[kind]
        for rival, skill in row["skill"].items() if rival in RIVALS and skill["value"] is not None
    ]  # fmt: skip


def row_label(row: Card) -> str:
    """Family and horizon, in short."""
    return f"{row['family']}, {row['horizon_days']} d"


def turn(skill: Card) -> str:
    """``better`` or ``worse`` where the interval is clear of zero, else ``open``."""
    if skill["low"] is not None and skill["low"] > 0:
        return "better"
    return "worse" if skill["high"] is not None and skill["high"] < 0 else "open"


def _skill_panel(rows: Rows, rival: str, *, labelled: bool) -> alt.LayerChart:
    own = [row for row in rows if row["rival"] == rival]
    base = alt.Chart(alt.Data(values=own))
    scale = alt.Scale(domain=_reach(rows, rival in SIMPLE), nice=False, zero=False, clamp=True)
    x = (
        alt.X("value:Q")
        .title(None)
        .axis(tickCount=4, format="+.2~f", labelOverlap="greedy", labelSeparation=4)
        .scale(scale)
    )
    names = alt.Axis(labelColor=INK, ticks=False, domain=False, grid=False, labelLimit=_LABEL,
                     minExtent=_LABEL)  # fmt: skip
    y = alt.Y("row:N").sort(None).title(None).axis(names if labelled else None)
    colour = alt.Color("turn:N").legend(None)
    colour = colour.scale(domain=list(_TURN), range=list(_TURN.values()))
    zero = alt.Chart(alt.Data(values=[{"at": 0}])).mark_rule(color=QUIET)
    layers = [
        zero.encode(x="at:Q"),
        base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q", y=y, color=colour),
        base.mark_point(filled=True, size=36, opacity=1).encode(x=x, y=y, color=colour),
    ]
    return alt.LayerChart(layer=layers, width=_SKILL_WIDTH, height=_ROW * len(own),
                          title=_title(f"over {RIVALS[rival]}", frame="group"))  # fmt: skip


def _reach(rows: Rows, simple: bool) -> list[float]:
    """The ends of the axis that one group of panels shares."""
    group = [row for row in rows if (row["rival"] in SIMPLE) == simple]
    ends = [x for row in group for x in (row["value"], row["low"], row["high"]) if x is not None]
    low, high = min([-0.05, *ends]), max([0.05, *ends])
    lowest, highest = ENDS_OF_SIMPLE if simple else ENDS
    return [max(low, lowest), min(high, highest)]


# Intervals and years ---------------------------------------------------------------------------


def pit_bars(card: Card) -> alt.LayerChart:
    """Share of counts in each tenth of their forecast: all at a tenth is right."""
    rows = [{"from": i / 10, "to": (i + 1) / 10, "share": share, "zero": 0}
            for i, share in enumerate(card["pit"]) if share is not None]  # fmt: skip
    bars = alt.Chart(alt.Data(values=rows)).mark_rect(color=BAND_HALF, opacity=1)
    tenth = alt.Chart(alt.Data(values=[{"at": 0.1}])).mark_rule(color=RECORD, strokeDash=[5, 3])
    x = alt.X("from:Q").title("where the count fell in its forecast")
    x = x.axis(format="%", grid=False, values=[0, 0.5, 1]).scale(domain=[0, 1])
    y = alt.Y("share:Q").title("share of counts").axis(format="%", tickCount=4)
    layers = [bars.encode(x=x, x2="to:Q", y=y, y2="zero:Q"), tenth.encode(y="at:Q")]
    return alt.LayerChart(layer=layers, width=330, height=170)


def year_panels(card: Card) -> alt.VConcatChart:
    """Mean score of each year's origins, lower is better: stack, climatology, last 90 days."""
    kinds = [k for k in KINDS if any(row["kind"] == k for row in card["years"])]
    horizons = sorted({row["horizon_days"] for row in card["years"]})
    return _grid([_year_panel(card, k, h) for k in kinds for h in horizons], len(horizons))


def yearly(card: Card, kind: str, horizon: int) -> Rows:
    """[year and member] the rows of one of ``year_panels``."""
    return [
        {"year": row["year"], "member": member, "score": row["scores"][member]}
        for row in card["years"] if (row["kind"], row["horizon_days"]) == (kind, horizon)
        for member in _SPOKEN if row["scores"].get(member) is not None
    ]  # fmt: skip


def _year_panel(card: Card, kind: str, horizon: int) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=yearly(card, kind, horizon)))
    x = alt.X("year:Q").title(None).axis(format="d", tickCount=5, grid=False)
    x = x.scale(zero=False, nice=False, padding=6)
    y = alt.Y("score:Q").title(None).axis(tickCount=3, minExtent=28)
    colour = alt.Color("member:N").legend(None)
    colour = colour.scale(domain=list(_SPOKEN), range=list(_SPOKEN.values()))
    dash = alt.StrokeDash("member:N").legend(None)
    dash = dash.scale(domain=list(_SPOKEN), range=[[1, 0], [5, 3], [2, 2]])
    line = base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash)
    dots = base.mark_point(filled=True, size=22, opacity=1).encode(x=x, y=y, color=colour)
    says = f"{KINDS[kind]}, {horizon} days"
    return alt.LayerChart(layer=[line, dots], width=270, height=110, title=_title(says))


def _grid(panels: Sequence[alt.LayerChart], columns: int) -> alt.VConcatChart:
    rows = [panels[i : i + columns] for i in range(0, len(panels), columns)]
    return alt.vconcat(*(alt.hconcat(*row, spacing=22) for row in rows), spacing=16)


def _title(says: str, frame: Literal["bounds", "group"] = "bounds") -> alt.Title:
    """``group``: above the drawing itself, not above its labels too."""
    return alt.Title(says, fontSize=11, color=INK, fontWeight="normal", frame=frame)
