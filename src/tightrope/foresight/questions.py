"""Answer a theatre's questions from an ensemble, and from the past for comparison.

The answer of one path is a number: 1 or 0 for yes/no, a count, a level's reading, or the day (from
1) on which an event first happens, infinity if it does not. Forecast, base rate and later the score
speak of the same thing.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.gates import evaluate
from tightrope.engine.simulate import Ensemble
from tightrope.history import Table
from tightrope.theatre import schema
from tightrope.theatre.expressions import Gate, rename
from tightrope.types import FloatArray

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles that are reported."""
CHANCES = ("yes_no", "date")
"""Kinds of question that are answered by a chance."""


def unanswerable(question: schema.Question, days: int) -> str | None:
    """Why a run of ``days`` days cannot answer the question, and what to do; None if it can."""
    if question.days is None or question.days == days:
        return None
    again = f"run again with --days {question.days}, or take 'days:' out of the question"
    if question.days > days:
        return f"it asks about {question.days} days and the run looks {days} ahead; {again}"
    if speaks_of_last_day(question):
        return (
            f"such a question speaks of the last day, here day {days}, and it asks about "
            f"day {question.days}; {again}"
        )
    return None


def speaks_of_last_day(question: schema.Question) -> bool:
    """Whether it is answered by the state at the end, not by events on the way."""
    return question.kind == "level" or bool(question.kind == "yes_no" and question.condition)


def events_of(question: schema.Question) -> tuple[str, ...]:
    """The event types that answer it, each once; none if it speaks of the last day."""
    return () if speaks_of_last_day(question) else tuple(dict.fromkeys(question.events))


def answers(compiled: Compiled, question: schema.Question, ensemble: Ensemble) -> FloatArray:
    """[path] the answer of every simulated future."""
    if question.kind == "level":
        level = compiled.levels.index(str(question.level))
        return ensemble.readings[level].astype(float)
    if speaks_of_last_day(question):
        return gate_values(compiled, str(question.condition), ensemble.conditions)
    assert ensemble.counts is not None
    counts = ensemble.counts[: question.days]
    index = compiled.event_index()
    daily = np.zeros((len(counts), counts.shape[2]), np.int32)
    for name in events_of(question):
        daily += counts[:, index[name]]
    return resolve(question, daily)


def resolve(question: schema.Question, daily: np.ndarray) -> FloatArray:
    """[...] answers from [day, ...] daily counts of the question's events."""
    if question.kind == "count":
        return daily.sum(0).astype(float)
    if question.kind == "yes_no":
        return (daily.sum(0) >= question.at_least).astype(float)
    reached = np.cumsum(daily, 0) >= question.at_least
    return np.where(reached[-1], reached.argmax(0) + 1.0, np.inf)


def gate_of(compiled: Compiled, expression: str) -> Gate:
    """An expression over positions of conditions."""
    index = {name: i for i, name in enumerate(compiled.conditions)}
    return rename(compiled.theatre.gates[expression], index)


def gate_values(compiled: Compiled, expression: str, conditions: np.ndarray) -> FloatArray:
    """[path] 1 where the expression is true of the conditions [C, path]."""
    gate = gate_of(compiled, expression)
    return np.asarray(evaluate((gate,), conditions))[0].astype(float)  # type: ignore[arg-type]


def daily_events(compiled: Compiled, question: schema.Question, table: Table) -> FloatArray:
    """[day] how many of the question's events the record has, tallies spread."""
    index = compiled.event_index()
    return table.counts[:, [index[name] for name in events_of(question)]].sum(1)


def state_course(compiled: Compiled, question: schema.Question, table: Table) -> FloatArray:
    """[day] 1 where the question's condition held at the end of the day."""
    return gate_values(compiled, str(question.condition), table.conditions[1:].T)


def base_rate(
    compiled: Compiled, question: schema.Question, table: Table, days: int
) -> float | None:
    """The same question asked of every window of the record; None where the record cannot say.

    Yes/no: share of past windows with yes. Count: their mean. Date: share in which it happened.
    Condition: share of past days on which it was true. Levels are not observed, and a record
    shorter than the window holds no window.
    """
    if question.kind == "level":
        return None
    if speaks_of_last_day(question):
        return float(gate_values(compiled, str(question.condition), table.conditions.T).mean())
    window = question.days or days
    if window > len(table.counts):
        return None
    daily = daily_events(compiled, question, table)
    upto = np.concatenate([[0.0], np.cumsum(daily)])
    total = upto[window:] - upto[:-window]
    if question.kind == "count":
        return float(total.mean())
    # The spread remainder of a tally is a fraction a day: sums of it may miss a whole by rounding.
    return float((total > question.at_least - 1e-6).mean())


def day_of(first: date, number: float) -> str | None:
    """The calendar day of an answer to a date question; None for never within the window."""
    return (first + timedelta(int(number) - 1)).isoformat() if np.isfinite(number) else None
