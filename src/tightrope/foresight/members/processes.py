"""The members of a forecast that are processes: their ensembles, asked the theatre's questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.gates import evaluate
from tightrope.engine.simulate import Ensemble
from tightrope.foresight.members.forecast import Forecast, from_paths
from tightrope.foresight.questions import events_of, gate_of, resolve, speaks_of_last_day
from tightrope.theatre import schema
from tightrope.types import FloatArray


def path_answers(
    compiled: Compiled, question: schema.Question, ensemble: Ensemble, horizon: int
) -> FloatArray:
    """[path] the answer of every simulated future at ``horizon`` days, see ``questions``.

    The ensemble must have recorded its courses.
    """
    assert ensemble.counts is not None
    if speaks_of_last_day(question):
        return _at_day(compiled, question, ensemble, horizon)
    index = compiled.event_index()
    wanted = [index[name] for name in events_of(question)]
    daily = ensemble.counts[:horizon, wanted].sum(1, dtype=np.int32)
    return resolve(question, daily)


def _at_day(
    compiled: Compiled, question: schema.Question, ensemble: Ensemble, day: int
) -> FloatArray:
    assert ensemble.reading_course is not None and ensemble.condition_course is not None
    if question.kind == "level":
        level = compiled.levels.index(str(question.level))
        return ensemble.reading_course[day - 1, level].astype(float)
    gate = gate_of(compiled, str(question.condition))
    conditions = ensemble.condition_course[day - 1]
    return np.asarray(evaluate((gate,), conditions))[0].astype(float)  # type: ignore[arg-type]


def forecasts(
    compiled: Compiled, questions: Mapping[str, schema.Question], ensemble: Ensemble,
    horizons: Sequence[int],
) -> dict[tuple[str, int], Forecast]:  # fmt: skip
    """What the ensemble says to every scored question at every horizon."""
    return {
        (name, horizon): from_paths(
            question.kind, path_answers(compiled, question, ensemble, horizon)
        )
        for name, question in questions.items()
        for horizon in horizons_asked(question, horizons)
    }


def horizons_asked(question: schema.Question, horizons: Sequence[int]) -> tuple[int, ...]:
    """The horizons at which a question is scored: all, or its own window if that is among them."""
    return tuple(h for h in horizons if question.days in (None, h))
