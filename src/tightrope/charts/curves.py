"""Probabilities and quantities over the days of a run: curves of chance and fans."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from tightrope.charts.forms import Rows, calendar_day, course_of, filled, layered, slot
from tightrope.charts.theme import ACCENT, BAND_HALF, BAND_MOST, GROUND, INK, RECORD, SINGLE
from tightrope.foresight.answer import Answer, Estimate
from tightrope.foresight.wording import percent

_WIDTH, _HEIGHT = 420, 150
_LABEL = 0.25
"""Room that a label takes, in units of probability."""
_BELOW = 0.17
"""How far down a label moves to stand below its dot."""
_BANDS = ("low", "lower", "middle", "upper", "high")


def chance_curve(answer: Answer) -> alt.LayerChart:
    """The probability at the horizons beside the base rate of such windows, and a line day by day.

    The line is that of the structural process; where a pool of members gives the answer, the line
    is drawn thinner and need not pass through the answer's dots.
    """
    form = _curve_form(pooled=is_pooled(answer))
    return filled(form, chances=chances(answer), marks=marks(answer))


def fan(answer: Answer, *, single: bool = True) -> alt.LayerChart:
    """A count so far or a level's reading: median, middle half and nine tenths, single paths.

    They are those of the structural process; where a pool of members gives the answer, bars at the
    horizons show its median, middle half and nine tenths. Of counts also, dashed, what was counted
    in as many days before the run. ``single``: whether single paths are drawn.
    """
    form = _fan_form("linear", one=True) if answer.kind == "level" else _fan_form("step-after")
    return filled(form, bands=bands(answer), runs=runs(answer) if single else [],
                  before=days_before(answer), bars=bars(answer))  # fmt: skip


def is_pooled(answer: Answer) -> bool:
    """Whether others than the structural process have a part in the answer."""
    return any(map(_with_others, answer.horizons))


def _with_others(estimate: Estimate) -> bool:
    return estimate.stack is not None and set(estimate.stack.weights) != {"structural"}


def chances(answer: Answer) -> Rows:
    """[day] the probability by then; the curve of ``chance_curve``."""
    drawn = course_of(answer)
    assert drawn.chance is not None
    return [{"day": calendar_day(drawn, d), "chance": round(p, 5)}
            for d, p in enumerate(drawn.chance.tolist(), 1)]  # fmt: skip


def marks(answer: Answer) -> Rows:
    """[horizon] the estimates and base rates at which ``chance_curve`` is marked."""
    drawn = course_of(answer)
    return [_mark(x, calendar_day(drawn, x.days)) for x in answer.horizons]


def bands(answer: Answer) -> Rows:
    """[day] the quantiles of ``fan``."""
    drawn = course_of(answer)
    assert drawn.bands is not None
    return [
        {
            "day": calendar_day(drawn, d),
            **dict(zip(_BANDS, (round(x, 4) for x in row), strict=True)),
        }
        for d, row in enumerate(drawn.bands.tolist(), 1)
    ]


def bars(answer: Answer) -> Rows:
    """[horizon] the quantiles of a pooled answer; none where the fan itself is the answer."""
    drawn = course_of(answer)
    return [
        {"day": calendar_day(drawn, x.days),
         **dict(zip(_BANDS, (round(q, 4) for q in x.quantiles.values()), strict=True))}
        for x in answer.horizons
        if x.quantiles and _with_others(x)
    ]  # fmt: skip


def runs(answer: Answer) -> Rows:
    """[run and day] the single paths of ``fan``, on the days on which they change."""
    drawn = course_of(answer)
    assert drawn.runs is not None
    return [
        {"run": run, "day": calendar_day(drawn, d), "value": round(path[d - 1], 4)}
        for run, path in enumerate(drawn.runs.tolist())
        for d in _turns(path)
    ]


def days_before(answer: Answer) -> Rows:
    """[day] the count of as many days before the run, laid over it day by day."""
    drawn = course_of(answer)
    if drawn.before is None:
        return []
    return [{"day": calendar_day(drawn, d), "value": round(x, 4)}
            for d, x in enumerate(drawn.before.tolist(), 1)]  # fmt: skip


def _mark(estimate: Estimate, day: str) -> dict[str, Any]:
    chance, base_rate = estimate.probability or 0.0, estimate.base_rate
    return {
        "day": day,
        "chance": round(chance, 5),
        "told": percent(chance),
        "base_rate": None if base_rate is None else round(base_rate, 5),
        "label_at": _label_at(round(chance, 5), base_rate),
    }


def _label_at(chance: float, base_rate: float | None) -> float:
    """A label stands above its dot; where the base rate is in its way, below or beyond that."""
    if base_rate is None or not 0 <= base_rate - chance < _LABEL:
        return chance
    return chance - _BELOW if chance > _BELOW else base_rate


def _turns(path: list[float]) -> list[int]:
    """The first day, the days that differ from the day before, the last day."""
    changed = (d for d in range(2, len(path)) if path[d - 1] != path[d - 2])
    return [1, *changed, len(path)] if len(path) > 1 else [1]


@cache
def _curve_form(*, pooled: bool) -> alt.LayerChart:
    marked, colour, width = slot("marks"), SINGLE if pooled else ACCENT, 1.2 if pooled else 2
    y = alt.Y("chance:Q").title(None).axis(format="%", tickCount=3).scale(domain=[0, 1])
    dot = marked.mark_point(filled=True, size=60, color=ACCENT, opacity=1)
    told = marked.mark_text(dy=-12, fontWeight="bold", color=ACCENT)
    usual = marked.mark_point(shape="diamond", size=60, color=RECORD, fill=GROUND, opacity=1)
    return layered(
        slot("chances").mark_line(color=colour, strokeWidth=width).encode(x=_day(), y=y),
        usual.encode(x=_day(), y=alt.Y("base_rate:Q")),
        dot.encode(x=_day(), y=y),
        told.encode(x=_day(), y=alt.Y("label_at:Q"), text="told:N"),
        width=_WIDTH, height=_HEIGHT,
    )  # fmt: skip


@cache
def _fan_form(step: Any, *, one: bool = False) -> alt.LayerChart:
    """``step``: how days are joined; ``one``: whether the axis ends at 1, as that of a level."""
    scale = alt.Scale(domain=[0, 1]) if one else alt.Scale()
    y = alt.Y("middle:Q").title(None).axis(tickCount=4).scale(scale)
    by_day, value = slot("bands"), alt.Y("value:Q")
    single = slot("runs").mark_line(color=SINGLE, strokeWidth=0.7, interpolate=step)
    middle = by_day.mark_line(color=ACCENT, strokeWidth=2.5, interpolate=step)
    past = slot("before").mark_line(color=RECORD, strokeDash=[5, 3], interpolate=step)
    return layered(
        _band(by_day, "low", "high", BAND_MOST, step),
        _band(by_day, "lower", "upper", BAND_HALF, step),
        single.encode(x=_day(), y=value, detail="run:N"),
        middle.encode(x=_day(), y=y),
        past.encode(x=_day(), y=value),
        _bar("low", "high", 1.5),
        _bar("lower", "upper", 5),
        slot("bars").mark_point(filled=True, size=70, color=INK, opacity=1).encode(x=_day(), y=y),
        width=_WIDTH, height=_HEIGHT,
    )  # fmt: skip


def _band(by_day: alt.Chart, low: str, high: str, colour: str, step: Any) -> alt.Chart:
    area = by_day.mark_area(color=colour, opacity=1, interpolate=step)
    return area.encode(x=_day(), y=alt.Y(f"{low}:Q"), y2=alt.Y2(f"{high}:Q"))


def _bar(low: str, high: str, width: float) -> alt.Chart:
    rule = slot("bars").mark_rule(color=INK, strokeWidth=width)
    return rule.encode(x=_day(), y=alt.Y(f"{low}:Q"), y2=alt.Y2(f"{high}:Q"))


def _day() -> alt.X:
    # In universal time, so that a day is the same day on every machine.
    axis = alt.Axis(format="%-d %b %Y", tickCount=4, grid=False, labelFlush=True)
    return alt.X("day:T").title(None).axis(axis).scale(type="utc")
