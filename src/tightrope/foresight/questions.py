"""Answer a theatre's questions from an ensemble, and from the past for comparison.

The answer of one path is a number: 1 or 0 for yes/no, a count, a level's reading, or the day (from
1) on which an event first happens, infinity if it does not. The same functions read simulated
counts and the record, so that forecast, base rate and later the score speak of the same thing.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tightrope.compile import Compiled
from tightrope.engine.gates import evaluate
from tightrope.engine.simulate import Ensemble
from tightrope.history import Table
from tightrope.theatre import schema
from tightrope.theatre.expressions import rename
from tightrope.types import FloatArray

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles that are reported."""


def answers(compiled: Compiled, question: schema.Question, ensemble: Ensemble) -> FloatArray:
    """[path] the answer of every simulated future."""
    if question.level:
        return ensemble.readings[compiled.levels.index(question.level)].astype(float)
    if question.condition:
        return gate_values(compiled, question.condition, ensemble.conditions)
    assert ensemble.counts is not None
    return resolve(question, daily_counts(compiled, question, ensemble.counts))


def daily_counts(compiled: Compiled, question: schema.Question, counts: np.ndarray) -> np.ndarray:
    """[day, ...] events of the question's types, from [day, K, ...] counts of all."""
    index = compiled.event_index()
    days = counts[: question.days] if question.days else counts
    return sum(days[:, index[name]].astype(np.int32) for name in question.events)  # type: ignore[return-value]


def resolve(question: schema.Question, daily: np.ndarray) -> FloatArray:
    """[...] answers from [day, ...] daily counts of the question's events."""
    if question.kind == "count":
        return daily.sum(0).astype(float)
    reached = np.cumsum(daily, 0) >= question.at_least
    if question.kind == "yes_no":
        return reached[-1].astype(float)
    return np.where(reached[-1], reached.argmax(0) + 1.0, np.inf)


def gate_values(compiled: Compiled, expression: str, conditions: np.ndarray) -> FloatArray:
    """[path] 1 where the expression is true of the conditions [C, path]."""
    index = {name: i for i, name in enumerate(compiled.conditions)}
    gate = rename(compiled.theatre.gates[expression], index)
    return np.asarray(evaluate((gate,), conditions))[0].astype(float)  # type: ignore[arg-type]


def base_rate(
    compiled: Compiled, question: schema.Question, table: Table, days: int
) -> float | None:
    """The same question asked of every window of the record; None where the record cannot say.

    Yes/no: share of past windows with yes. Count: their mean. Date: share in which it happened.
    Condition: share of past days on which it was true. Levels are not observed.
    """
    if question.level:
        return None
    if question.condition:
        return float(gate_values(compiled, question.condition, table.conditions.T).mean())
    window = min(question.days or days, len(table.listed))
    daily = daily_counts(compiled, question.model_copy(update={"days": None}), table.counts)
    if window < 1:
        return None
    windows = sliding_window_view(daily, window)
    resolved = resolve(question, windows.T)
    return float(np.isfinite(resolved).mean() if question.kind == "date" else resolved.mean())


def day_of(first: date, number: float) -> str | None:
    """The calendar day of an answer to a date question; None for never within the window."""
    return (first + timedelta(int(number) - 1)).isoformat() if np.isfinite(number) else None
