"""How the answer of one process grows over the days of a run: what fans and curves are drawn from.

The value on day d is the question asked with a window of d days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.simulate import Ensemble
from tightrope.foresight.questions import (
    CHANCES,
    LEVELS,
    daily_events,
    events_of,
    gate_values,
    speaks_of_last_day,
)
from tightrope.history import Table
from tightrope.theatre import schema
from tightrope.types import FloatArray

RUNS = 8
"""Single runs shown beside the bands, which alone are read as smooth growth."""


@dataclass(frozen=True)
class Course:
    """One question day by day, from day 1 to the end of its window."""

    first_day: date
    """The calendar day of day 1."""
    chance: FloatArray | None
    """[day] share of paths with yes by then (of conditions: on that day); yes/no and dates."""
    bands: FloatArray | None
    """[day, quantile] at ``questions.LEVELS``, of a count so far or a level's reading."""
    runs: FloatArray | None
    """[run, day] some single paths, one of each of so many draws; counts and levels."""
    before: FloatArray | None
    """[day] what was counted in so many days before the first day; counts only."""


def course(
    compiled: Compiled, question: schema.Question, ensemble: Ensemble, table: Table,
    first_day: date,
) -> Course:  # fmt: skip
    """The course of a question in an ensemble that ends with the question's window."""
    told = by_day(compiled, question, ensemble)
    told_as_chance = question.kind in CHANCES
    return Course(
        first_day=first_day,
        chance=told.mean(1) if told_as_chance else None,
        bands=None if told_as_chance else quantiles(told, LEVELS).T,
        runs=None if told_as_chance else told[:, _spread_over(told.shape[1])].T,
        before=_before(compiled, question, table, len(told)),
    )


def until(ensemble: Ensemble, days: int) -> Ensemble:
    """The same futures seen at the end of day ``days``.

    ``total`` and ``limited`` stay those of the whole run.
    """
    counts, levels, conditions = (
        ensemble.counts, ensemble.reading_course, ensemble.condition_course,
    )  # fmt: skip
    assert counts is not None and levels is not None and conditions is not None
    return ensemble._replace(
        counts=counts[:days],
        readings=levels[days - 1],
        conditions=conditions[days - 1],
        reading_course=levels[:days],
        condition_course=conditions[:days],
    )


def quantiles(values: FloatArray, levels: Sequence[float]) -> FloatArray:
    """[level, ...] quantiles over the last axis, each a value that some path has."""
    ordered = np.sort(values, -1)
    size = ordered.shape[-1]
    # The tolerance keeps 0.95 * 4000 from becoming 3801 by rounding.
    rank = [max(int(np.ceil(level * size - 1e-9)) - 1, 0) for level in levels]
    return np.moveaxis(ordered[..., rank], -1, 0)


def by_day(compiled: Compiled, question: schema.Question, ensemble: Ensemble) -> FloatArray:
    """[day, path] the answer so far; of a date question whether the day has come."""
    if question.kind == "level":
        assert ensemble.reading_course is not None
        return ensemble.reading_course[:, compiled.levels.index(str(question.level))].astype(float)
    if speaks_of_last_day(question):
        assert ensemble.condition_course is not None
        together = np.moveaxis(ensemble.condition_course, 1, 0)
        return gate_values(compiled, str(question.condition), together)
    assert ensemble.counts is not None
    index = compiled.event_index()
    here = [index[name] for name in events_of(question)]
    so_far = np.cumsum(ensemble.counts[:, here].sum(1, dtype=np.int32), 0)
    if question.kind == "count":
        return so_far.astype(float)
    return (so_far >= question.at_least).astype(float)


def _spread_over(paths: int) -> np.ndarray:
    """Positions of single runs: far apart, and so of different draws."""
    return np.linspace(0, paths - 1, min(RUNS, paths)).astype(int)


def _before(
    compiled: Compiled, question: schema.Question, table: Table, days: int
) -> FloatArray | None:
    """[day] the count of the record's last ``days`` days; None where it is shorter."""
    if question.kind != "count" or days > len(table.counts):
        return None
    return np.cumsum(daily_events(compiled, question, table)[-days:])
