"""What may happen next: the theatre's questions, answered from an ensemble of futures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tightrope.engine.simulate import Ensemble
from tightrope.foresight.drivers import Driver, RateReader
from tightrope.foresight.prepare import Prepared, fingerprint, prepare
from tightrope.foresight.questions import (
    LEVELS,
    answers,
    base_rate,
    day_of,
    events_of,
    unanswerable,
)
from tightrope.foresight.runaways import refusal, runaway_share
from tightrope.history import History
from tightrope.theatre import Theatre, schema
from tightrope.types import FloatArray

PATHS_PER_DRAW = 10
MOST_DRAWS = 100
"""Numbers are drawn so often, and each draw has at least so many paths."""


@dataclass(frozen=True)
class Answer:
    """One question answered, with what stands behind the answer."""

    id: str
    ask: str
    family: str
    kind: str
    window_days: int
    probability: float | None
    quantiles: dict[float, float] | None
    mean: float | None
    mc_error: float | None
    """Standard error of the probability (or of the mean) that the number of paths leaves."""
    base_rate: float | None
    drivers: tuple[Driver, ...]
    refused: str | None
    """Why no answer is given; then probability, quantiles, mean and mc_error are None."""


@dataclass(frozen=True)
class Outlook:
    """All answers of one run."""

    fingerprint: str
    theatre: str
    as_of: date
    first_day: date
    days: int
    paths: int
    draws: int
    facts: int
    sources: int
    fitted: bool
    ceiling: dict[str, float]
    """Mean factor of the ceiling on follow-terms, for types on which it bites in some draw."""
    runaways: dict[str, float]
    """Share of paths beyond five times the past maximum, for types that have any."""
    limited: int
    """Path-days on which a rate was cut at the engine's bound."""
    answers: tuple[Answer, ...]

    @property
    def all_refused(self) -> bool:
        """Whether there were questions and none got an answer."""
        return bool(self.answers) and all(answer.refused for answer in self.answers)

    def as_json(self) -> dict[str, Any]:
        """The documented shape of ``outlook --json``."""
        return {
            "fingerprint": self.fingerprint,
            "theatre": self.theatre,
            "as_of": self.as_of.isoformat(),
            "days": self.days,
            "paths": self.paths,
            "draws": self.draws,
            "facts": self.facts,
            "sources": self.sources,
            "fitted": self.fitted,
            "limits": {"ceiling": self.ceiling, "runaways": self.runaways, "limited": self.limited},
            "questions": [_answer_json(answer, self.first_day) for answer in self.answers],
        }


def outlook(
    theatre: Theatre, history: History, *, as_of: date | None = None, days: int = 180,
    paths: int = 4000, seed: int = 1,
) -> Outlook:  # fmt: skip
    """Answer the theatre's questions from ``paths`` futures of ``days`` days.

    as_of : last day whose facts are used; default the last day of the history.
    Raises RunRefused when the day lies outside the record, or the run is too large. A question
    whose answer could not be trusted is refused by itself, see ``Answer.refused``.
    """
    draws = max(1, min(MOST_DRAWS, paths // PATHS_PER_DRAW))
    prepared = prepare(theatre, history, as_of, draws=draws, seed=seed)
    ensemble = prepared.run(days, paths)
    runaways = runaway_share(prepared, ensemble, days)
    reader = RateReader(prepared)
    found = tuple(
        _answer(name, question, prepared, ensemble, reader, runaways, days)
        for name, question in theatre.questions.items()
    )
    names = prepared.compiled.events
    bites = (prepared.shrink < 1).any(0)
    return Outlook(
        fingerprint=fingerprint(prepared, verb="outlook", days=days, paths=paths),
        theatre=theatre.name,
        as_of=prepared.as_of,
        first_day=prepared.first_forecast_day,
        days=days,
        paths=len(ensemble.draw),
        draws=draws,
        facts=len(prepared.history.rows),
        sources=len({source for row in prepared.history.rows for source in row.sources}),
        fitted=False,
        ceiling={
            names[k]: round(float(prepared.shrink[:, k].mean()), 3) for k in np.flatnonzero(bites)
        },
        runaways={k: round(v, 5) for k, v in runaways.items() if v > 0},
        limited=int(ensemble.limited.sum()),
        answers=found,
    )


def _answer(
    name: str, question: schema.Question, prepared: Prepared, ensemble: Ensemble,
    reader: RateReader, runaways: dict[str, float], days: int,
) -> Answer:  # fmt: skip
    refused = unanswerable(question, days) or refusal(prepared.compiled, question, runaways)
    probability, quantiles, mean, error = None, None, None, None
    if not refused:
        values = answers(prepared.compiled, question, ensemble)
        chance = np.isfinite(values) if question.kind == "date" else values
        error = _mc_error(chance.astype(float), ensemble.draw)
        if question.kind in ("yes_no", "date"):
            probability = float(chance.mean())
        else:
            mean = float(values.mean())
        if question.kind != "yes_no":
            quantiles = _quantiles(values)
    return Answer(
        id=name,
        ask=question.ask,
        family=question.family,
        kind=question.kind,
        window_days=question.days or days,
        probability=probability,
        quantiles=quantiles,
        mean=mean,
        mc_error=error,
        base_rate=base_rate(prepared.compiled, question, prepared.table, days),
        drivers=tuple(reader.drivers(events_of(question))),
        refused=refused,
    )


def _quantiles(values: FloatArray) -> dict[float, float]:
    return {q: float(np.quantile(values, q, method="inverted_cdf")) for q in LEVELS}


def _mc_error(values: FloatArray, draw: np.ndarray) -> float | None:
    """Standard error of the mean over paths, which within one draw depend on each other.

    None from a single draw, which says nothing about the others.
    """
    means = np.bincount(draw, values) / np.bincount(draw)
    return float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else None


def _answer_json(answer: Answer, first_day: date) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": answer.id, "ask": answer.ask, "family": answer.family, "kind": answer.kind,
        "window_days": answer.window_days,
    }  # fmt: skip
    if answer.refused:
        value["refused"] = answer.refused
    if answer.probability is not None:
        value["probability"] = round(answer.probability, 5)
    if answer.quantiles is not None:
        dated = answer.kind == "date"
        value["quantiles"] = {
            str(q): day_of(first_day, x) if dated else round(x, 5)
            for q, x in answer.quantiles.items()
        }
    if answer.mean is not None:
        value["mean"] = round(answer.mean, 5)
    value["mc_error"] = None if answer.mc_error is None else round(answer.mc_error, 6)
    value["base_rate"] = None if answer.base_rate is None else round(answer.base_rate, 5)
    value["drivers"] = [driver.as_json() for driver in answer.drivers]
    return value
