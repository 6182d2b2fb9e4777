"""Worlds beside one another day by day: what small multiples of a what-if are drawn from.

The value on day d is the question asked with a window of d days. A count goes on from the record:
it starts half a window before the cut-off, so that its slope can be compared with what was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from tightrope.engine.simulate import Ensemble
from tightrope.foresight.contrast import Contrast, difference
from tightrope.foresight.courses import by_day, until
from tightrope.foresight.questions import daily_events
from tightrope.foresight.whatif import WhatIf
from tightrope.theatre import schema
from tightrope.types import FloatArray


@dataclass(frozen=True)
class Beside:
    """One question in the unchanged world and in every arm that answers it."""

    contrast: Contrast
    """Of the arm in which it changes most."""
    first_day: date
    """The calendar day of day 1."""
    before: FloatArray | None
    """[day] the record's count from half a window before the cut-off on, which is the last day; of
    counts, where the record is long enough. The courses go on from its end."""
    base: FloatArray
    """[day] share of paths with yes by then, mean count or mean reading."""
    others: Mapping[str, FloatArray]
    """[day] the same by arm."""
    differences: Mapping[str, FloatArray]
    """[day, 3] by arm the mean paired difference, and the ends of its 90 % interval."""


def most_changed(result: WhatIf, number: int) -> tuple[Contrast, ...]:
    """The questions that change most in any arm, largest first, each in that arm.

    A question that has the same answers as one before it (whether, and when) is left out.
    """
    found: dict[str, Contrast] = {}
    asked: set[tuple[object, ...]] = set()
    for c in sorted((c for arm in result.arms for c in arm.contrasts), key=lambda c: -c.size):
        same = _asked(result, c)
        if c.size <= 0 or len(found) == number:
            break
        if c.id in found or same in asked:
            continue
        found[c.id] = c
        asked.add(same)
    return tuple(found.values())


def beside(result: WhatIf, told: Contrast) -> Beside:
    """One question's course in every world; ``told`` is from ``most_changed``."""
    compiled = result.prepared.compiled
    question, days = compiled.theatre.questions[told.id], told.window_days

    def course(world: Ensemble) -> FloatArray:
        return by_day(compiled, question, until(world, days))

    base, others, differences = course(result.base), {}, {}
    for arm in result.arms:
        if all(c.refused for c in arm.contrasts if c.id == told.id):
            continue
        other = course(arm.ensemble)
        others[arm.name] = other.mean(1)
        differences[arm.name] = _paired(other - base, result.base.draw)
    before = _before(result, question, days)
    known = 0.0 if before is None else float(before[-1])
    return Beside(
        told, result.first_day, before, base.mean(1) + known,
        {name: other + known for name, other in others.items()}, differences,
    )  # fmt: skip


def _paired(moved: FloatArray, draw: np.ndarray) -> FloatArray:
    """[day, 3] from [day, path]."""
    by_day = (difference(values, draw) for values in moved)
    return np.array([(d.value, d.low, d.high) for d in by_day])


def _asked(result: WhatIf, told: Contrast) -> tuple[object, ...]:
    """What distinguishes a question from others: whether and when of the same events are one."""
    question = result.prepared.compiled.theatre.questions[told.id]
    kind = "yes_no" if told.kind == "date" else told.kind
    speaks_of = frozenset(question.events), question.condition, question.level
    return kind, *speaks_of, question.at_least, told.window_days


def _before(result: WhatIf, question: schema.Question, days: int) -> FloatArray | None:
    """[day] the count since half a window before the cut-off; 0 on the day before that."""
    table, half = result.prepared.table, max(days // 2, 1)
    if question.kind != "count" or len(table.counts) < half:
        return None
    daily = daily_events(result.prepared.compiled, question, table)[-half:]
    return np.concatenate([[0.0], np.cumsum(daily)])
