"""Forms and parts of charts.

A form is a chart without its data, made once; to make one anew takes longer than to fill it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import altair as alt

from tightrope.charts.theme import INK
from tightrope.foresight.answer import Answer
from tightrope.foresight.courses import Course

Rows = list[dict[str, Any]]


def layered(*layers: alt.Chart, width: int, height: int) -> alt.LayerChart:
    """Charts on shared axes."""
    chart = alt.layer(*layers)
    assert isinstance(chart, alt.LayerChart)
    return chart.properties(width=width, height=height)


def slot(name: str) -> alt.Chart:
    """A chart whose rows come later, by this name."""
    return alt.Chart(alt.NamedData(name))


def filled(form: alt.LayerChart, **rows: Rows) -> alt.LayerChart:
    """The form with its rows; the form itself stays empty."""
    chart = form.copy(deep=False)
    chart.datasets = rows
    return chart


def course_of(answer: Answer) -> Course:
    """The course of an answer; ValueError with the remedy if the outlook was not asked for it."""
    if answer.course is None:
        raise ValueError(f"{answer.id} has no course: call outlook(..., courses=True)")
    return answer.course


def calendar_day(drawn: Course, day: float) -> str:
    """The calendar day of day 1, 2, ... of the run."""
    return (drawn.first_day + timedelta(int(day) - 1)).isoformat()


def at_midnight(day: date) -> str:
    """With a time of day, for a bare date is read as one in Greenwich and drawn in local time."""
    return f"{day.isoformat()}T00:00:00"


def chart_of(rows: Rows) -> alt.Chart:
    """A chart that carries its rows."""
    return alt.Chart(alt.Data(values=rows))


def names_axis(room: float, padding: int = 10) -> alt.Axis:
    """Names as labels, with the same room in every panel so that panels stand in line."""
    return alt.Axis(labelLimit=room, minExtent=room, maxExtent=room, labelColor=INK,
                    labelFontSize=12, labelPadding=padding, ticks=False, domain=False,
                    grid=False)  # fmt: skip


def panel_title(says: str, colour: str) -> alt.Title:
    """The title above the drawing of one panel."""
    return alt.Title(says, fontSize=11, color=colour, frame="group", anchor="start")
