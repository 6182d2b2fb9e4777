"""How a fit describes its record, and what the record taught, as pictures.

Each chart draws what ``inference.goodness`` and ``inference.learned`` have computed, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from tightrope.charts.theme import (
    ACCENT,
    BAND_HALF,
    BAND_MOST,
    GROUND,
    INK,
    QUIET,
    RECORD,
    SINGLE,
)
from tightrope.inference.goodness import SAME_DAY, Goodness, TypeGoodness
from tightrope.inference.learned import Parameter
from tightrope.theatre.numbers import Z90

_PANEL_WIDTH, _PANEL_HEIGHT = 150, 70
_TITLE_LIMIT = 150
_AXIS = 24
"""Room for the numbers beside a panel, the same for all so that panels stand in columns."""
_ROW = 18
_LABEL = 380
_TWENTIETHS = [0.65, 1.35]
"""Range of the panels of transforms, as multiples of what is expected; bars are cut there."""
_CHECKS = {
    "in_forecast": "in forecast", "timing": "timing", "sizes": "sizes", "thirty_days": "30 days",
    "weekday": "weekday", "years": "years", SAME_DAY: "same day",
}  # fmt: skip
_VERDICTS = {"holds": BAND_MOST, "strained": BAND_HALF, "fails": RECORD}
_SIGNS = {"holds": "", "strained": "~", "fails": "×"}

Rows = list[dict[str, Any]]


def verdict_table(goodness: Goodness) -> alt.LayerChart:
    """Types by checks: pale holds, darker and ~ strained, red and × fails. Judged types only."""
    rows = verdicts(goodness)
    base = alt.Chart(alt.Data(values=rows))
    top = alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelColor=INK)
    x = alt.X("check:N").sort(None).title(None).axis(top)
    y = alt.Y("event:N").sort(None).title(None).axis(_names())
    colour = alt.Color("verdict:N").legend(None)
    colour = colour.scale(domain=list(_VERDICTS), range=list(_VERDICTS.values()))
    cells = base.mark_rect(stroke=GROUND, strokeWidth=2).encode(x=x, y=y, color=colour)
    on_red = alt.condition("datum.verdict == 'fails'", alt.value(GROUND), alt.value(INK))
    signs = base.mark_text(fontWeight="bold").encode(x=x, y=y, text="sign:N", color=on_red)
    height = _ROW * len({row["event"] for row in rows})
    return alt.LayerChart(layer=[cells, signs], width=70 * len(_CHECKS), height=height)


def verdicts(goodness: Goodness) -> Rows:
    """[type and check] the cells of ``verdict_table``."""
    return [
        {"event": one.event, "check": _CHECKS[finding.check], "verdict": finding.verdict,
         "sign": _SIGNS[finding.verdict]}
        for one in goodness.types for finding in one.findings
    ]  # fmt: skip


def pit_panels(
    goodness: Goodness, events: Sequence[str] | None = None, columns: int = 5
) -> alt.VConcatChart:
    """Where counts fall in what was expected of their days: flat and inside the band is right.

    A hump says that the fit is too unsure, a valley that it is too sure, a slope that it is off.
    events : the judged types to draw; all by default.
    """
    return _panels([_pit_panel(one) for one in _chosen(goodness, events)], columns)


def transforms(one: TypeGoodness) -> Rows:
    """[bin] days in each twentieth as a multiple of what is expected, and the 90 % band of luck."""
    from scipy import stats  # loading it takes longer than any picture

    days = sum(one.pit)
    share = 1 / len(one.pit)
    low, high = (float(stats.binom.ppf(x, days, share)) / (days * share) for x in (0.05, 0.95))
    return [
        {"from": round(b * share, 4), "to": round((b + 1) * share, 4),
         "times": round(n / (days * share), 4), "low": round(low, 4), "high": round(high, 4)}
        for b, n in enumerate(one.pit)
    ]  # fmt: skip


def year_panels(
    goodness: Goodness, events: Sequence[str] | None = None, columns: int = 5
) -> alt.VConcatChart:
    """Events of each year, seen (dots) and expected (line, with the 90 % band of luck).

    events : the judged types to draw; all by default.
    """
    return _panels([_year_panel(one) for one in _chosen(goodness, events)], columns)


def yearly(one: TypeGoodness) -> Rows:
    """[year] what was seen and expected, the rows of ``year_panels``."""
    return [
        {"year": int(total.label), "seen": total.observed, "expected": round(total.expected, 3),
         "low": total.low, "high": total.high}
        for total in one.years
    ]  # fmt: skip


def forest(parameters: Sequence[Parameter]) -> alt.HConcatChart:
    """Posteriors in standard deviations of their own prior, with natural values beside them.

    The pale field is the middle 90 % of every prior. Filled dots were learned, hollow ones are what
    the theatre says. Give at most some fifty parameters, in the order wanted.
    """
    rows = moves(parameters)
    base = alt.Chart(alt.Data(values=rows))
    height = _ROW * len(rows)
    y = alt.Y("label:N").sort(None).title(None).axis(_names())
    x = alt.X("middle:Q").title("standard deviations of the prior")
    x = x.axis(grid=False).scale(domain=_reach(rows), nice=False, zero=False)
    field = alt.Chart(alt.Data(values=[{"from": -Z90, "to": Z90}]))
    prior = field.mark_rect(color=BAND_MOST, opacity=1).encode(x="from:Q", x2="to:Q")
    zero = alt.Chart(alt.Data(values=[{"at": 0}])).mark_rule(color=SINGLE).encode(x="at:Q")
    range_ = base.mark_rule(color=ACCENT, strokeWidth=2).encode(x=x, x2="high:Q", y=y)
    range_ = range_.encode(x=alt.X("low:Q"))
    fill = alt.condition("datum.learned", alt.value(ACCENT), alt.value(GROUND))
    dots = base.mark_point(size=55, color=ACCENT, opacity=1).encode(x=x, y=y, fill=fill)
    drawn = alt.LayerChart(layer=[prior, zero, range_, dots], width=320, height=height)
    return alt.hconcat(drawn, *_told(base, height), spacing=14)


def moves(parameters: Sequence[Parameter]) -> Rows:
    """[parameter] the rows of ``forest``."""
    return [
        {"label": one.label, "middle": round(one.moved, 4), "learned": one.word == "learned",
         "low": round(one.moved - Z90 * one.spread, 4),
         "high": round(one.moved + Z90 * one.spread, 4),
         "prior": _range(one.prior.median, one.prior.low, one.prior.high),
         "posterior": _range(one.posterior.median, one.posterior.low, one.posterior.high)}
        for one in parameters
    ]  # fmt: skip


def _told(base: alt.Chart, height: int) -> list[alt.Chart]:
    """Two columns of text: the natural values of prior and posterior."""
    y = alt.Y("label:N").sort(None).title(None).axis(None)
    return [
        base.mark_text(align="left", x=0, color=colour).encode(y=y, text=f"{name}:N")
        .properties(width=150, height=height, title=alt.Title(name, fontSize=11, color=QUIET))
        for name, colour in (("prior", QUIET), ("posterior", INK))
    ]  # fmt: skip


def _reach(rows: Rows) -> list[float]:
    low, high = (row["low"] for row in rows), (row["high"] for row in rows)
    return [min([-2.0, *low]) - 0.2, max([2.0, *high]) + 0.2]


def _range(median: float, low: float, high: float) -> str:
    return f"{median:.3g} ({low:.3g} to {high:.3g})"


def _chosen(goodness: Goodness, events: Sequence[str] | None) -> list[TypeGoodness]:
    return [
        one for one in goodness.types if one.findings and (events is None or one.event in events)
    ]


def _panels(panels: Sequence[alt.LayerChart], columns: int) -> alt.VConcatChart:
    rows = [panels[i : i + columns] for i in range(0, len(panels), columns)]
    return alt.vconcat(*(alt.hconcat(*row, spacing=18) for row in rows), spacing=12)


def _pit_panel(one: TypeGoodness) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=transforms(one)))
    x = alt.X("from:Q").title(None).axis(grid=False, format="%", values=[0, 0.5, 1])
    scale = alt.Scale(domain=_TWENTIETHS, clamp=True, zero=False)
    y = (
        alt.Y("times:Q")
        .title(None)
        .axis(values=[0.8, 1, 1.2], format=".1f", labelOverlap=False, grid=False, minExtent=_AXIS)
        .scale(scale)
    )
    band = base.mark_rect(color=BAND_MOST, opacity=1)
    bars = base.mark_rule(color=ACCENT, strokeWidth=2)
    stems = base.mark_rule(color=BAND_HALF, strokeWidth=4)
    layers = (
        band.encode(x=x, x2="to:Q", y=alt.Y("low:Q").scale(scale), y2="high:Q"),
        stems.transform_calculate(one="1", at="(datum.from + datum.to) / 2")
        .encode(x="at:Q", y=y, y2="one:Q"),
        bars.encode(x=x, x2="to:Q", y=y),
    )  # fmt: skip
    return _panel(layers, one)


def _year_panel(one: TypeGoodness) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=yearly(one)))
    x = alt.X("year:Q").title(None).axis(format="d", tickCount=3, grid=False)
    x = x.scale(zero=False, nice=False, padding=4)
    y = alt.Y("seen:Q").title(None).axis(tickCount=3, grid=False, minExtent=_AXIS)
    band = base.mark_area(color=BAND_MOST, opacity=1, interpolate="step")
    line = base.mark_line(color=ACCENT, strokeWidth=1.5, interpolate="step")
    dots = base.mark_point(color=RECORD, filled=True, size=22, opacity=1)
    layers = (
        band.encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        line.encode(x=x, y="expected:Q"),
        dots.encode(x=x, y=y),
    )
    return _panel(layers, one)


def _panel(layers: Sequence[alt.Chart], one: TypeGoodness) -> alt.LayerChart:
    name = one.event.replace("_", " ")
    title = alt.Title(name, fontSize=11, limit=_TITLE_LIMIT, color=INK, fontWeight="normal")
    return alt.LayerChart(layer=list(layers), width=_PANEL_WIDTH, height=_PANEL_HEIGHT, title=title)


def _names() -> alt.Axis:
    return alt.Axis(labelLimit=_LABEL, labelColor=INK, ticks=False, domain=False, grid=False)
