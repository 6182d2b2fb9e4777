"""Quantile dotplots: an amount or a day as fifty equally likely futures to be counted."""

from __future__ import annotations

import math
from collections import Counter
from functools import cache

import altair as alt

from tightrope.charts.forms import Rows, calendar_day, course_of, filled, layered, slot
from tightrope.charts.theme import ACCENT, QUIET, SINGLE
from tightrope.foresight.answer import Answer

_WIDTH, _HEIGHT = 240, 140
_MOST_COLUMNS = 20
_DOT = 12.0
"""Room of a dot in pixels, where the tallest column leaves so much."""
_AREA = 46
"""Area of a dot that has all its room."""
_BLOCK = 10
"""Dots of a column of futures in which the day does not come."""
_LEVEL_STEP = 0.05
_COUNT_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)


def dotplot(answer: Answer) -> alt.LayerChart:
    """Dots stacked over the amount, or over the day; hollow and to the right: not in the window."""
    rows = dots(answer)
    never = [row for row in rows if row["value"] is None]
    later = [{**max(never, key=lambda row: row["height"]), "says": "later"}] if never else []
    dated = answer.kind == "date"
    form = _dated_form(answer.window_days > 60) if dated else _amount_form(answer.kind == "count")
    return filled(form, dots=rows, later=later, frame=_frame(answer, rows))


def dots(answer: Answer) -> Rows:
    """One row for each dot: its column, its place in it from below, and the answer it stands for.

    ``value`` is None where the day does not come within the window.
    """
    drawn, values = course_of(answer), list(answer.horizons[-1].dots or ())
    width = _column_width(answer, values)
    columns = [_column(answer, value, width) for value in values if math.isfinite(value)]
    never = range(len(values) - len(columns))
    # Those that never come stand in a block, so that a single tall column does not shrink them all.
    columns += [answer.window_days + (2.5 + i // _BLOCK) * width for i in never]
    room = min(_DOT, (_HEIGHT - _DOT) / max(Counter(columns).values()))
    heights = Counter[float]()
    rows: Rows = []
    for value, column in zip(values, columns, strict=True):
        heights[column] += 1
        rows.append({
            "value": round(value, 4) if math.isfinite(value) else None,
            "x": calendar_day(drawn, column) if answer.kind == "date" else round(column, 4),
            "height": heights[column],
            "size": round(_AREA * (room / _DOT) ** 2, 1),
            "y": round(_HEIGHT - (heights[column] - 0.4) * room, 1),
        })  # fmt: skip
    return rows


def _column_width(answer: Answer, values: list[float]) -> float:
    """How much of the answer one column of dots covers: a round number."""
    if answer.kind == "level":
        return _LEVEL_STEP
    if answer.kind == "date":
        return math.ceil(answer.window_days / _MOST_COLUMNS)
    spread = (max(values) - min(values) + 1) / _MOST_COLUMNS
    return next((step for step in _COUNT_STEPS if step >= spread), spread)


def _column(answer: Answer, value: float, width: float) -> float:
    """The middle of the column that a value falls into."""
    first = 1 if answer.kind == "date" else 0
    middle = width / 2 if answer.kind == "level" else (width - 1) / 2
    return first + math.floor((value - first) / width + 1e-9) * width + middle


def _frame(answer: Answer, rows: Rows) -> Rows:
    """The ends that the axis must reach, whatever the dots do."""
    if answer.kind == "level":
        return [{"x": 0}, {"x": 1}]
    if answer.kind == "count":
        low, high = (f(row["x"] for row in rows) for f in (min, max))
        return [{"x": low - 0.5}, {"x": max(high, low + 5) + 0.5}]
    drawn = course_of(answer)
    return [{"x": calendar_day(drawn, day)} for day in (1, answer.window_days)]


@cache
def _dated_form(months: bool) -> alt.LayerChart:
    axis = alt.Axis(format="%b %Y" if months else "%-d %b", tickCount=3, grid=False)
    x = alt.X("x:T").title(None).axis(axis).scale(type="utc", padding=6, nice=False)
    return _form(x)


@cache
def _amount_form(whole: bool) -> alt.LayerChart:
    axis = alt.Axis(tickCount=5, grid=False)
    if whole:
        axis = alt.Axis(tickCount=5, grid=False, tickMinStep=1, format="d")
    return _form(alt.X("x:Q").title(None).axis(axis).scale(zero=False, nice=False, padding=6))


def _form(x: alt.X) -> alt.LayerChart:
    y = alt.Y("y:Q").axis(None).scale(None)
    drawn = slot("dots").mark_point(strokeWidth=1, opacity=1)
    size = alt.Size("size:Q").scale(None).legend(None)
    hollow = alt.condition("datum.value === null", alt.value("transparent"), alt.value(ACCENT))
    edge = alt.condition("datum.value === null", alt.value(SINGLE), alt.value(ACCENT))
    word = slot("later").mark_text(dy=-12, color=QUIET)
    return layered(
        slot("frame").mark_point(opacity=0, size=0, color=SINGLE).encode(x=x),
        drawn.encode(x=x, y=y, size=size, fill=hollow, stroke=edge),
        word.encode(x=x, y=y, text="says:N"),
        width=_WIDTH, height=_HEIGHT,
    )  # fmt: skip
