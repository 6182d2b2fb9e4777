"""The members of a forecast that are processes: their ensembles, asked the theatre's questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tightrope.compile import Compiled
from tightrope.engine.simulate import Ensemble
from tightrope.foresight.courses import until
from tightrope.foresight.members.forecast import Forecast, from_paths
from tightrope.foresight.questions import answers
from tightrope.theatre import schema


def forecasts(
    compiled: Compiled, questions: Mapping[str, schema.Question], ensemble: Ensemble,
    horizons: Sequence[int],
) -> dict[tuple[str, int], Forecast]:  # fmt: skip
    """What the ensemble says to every scored question at every horizon; it has its courses."""
    return {
        (name, horizon): from_paths(
            question.kind, answers(compiled, question, until(ensemble, horizon))
        )
        for name, question in questions.items()
        for horizon in horizons_asked(question, horizons)
    }


def horizons_asked(question: schema.Question, horizons: Sequence[int]) -> tuple[int, ...]:
    """The horizons at which a question is scored: all, or its own window if that is among them."""
    return tuple(h for h in horizons if question.days in (None, h))
