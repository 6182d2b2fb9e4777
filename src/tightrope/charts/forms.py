"""Forms: charts without their data, made once; to make one anew takes longer than to fill it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import altair as alt

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
