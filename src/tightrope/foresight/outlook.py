"""What may happen next: the theatre's questions, answered from an ensemble of futures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tightrope.engine.simulate import Ensemble
from tightrope.foresight.drivers import Driver, RateReader
from tightrope.foresight.prepare import Prepared, fingerprint, prepare
from tightrope.foresight.questions import LEVELS, answers, base_rate, day_of
from tightrope.history import History
from tightrope.theatre import Theatre, schema
from tightrope.types import FloatArray

BEYOND = 5.0
"""A path beyond so many times the past maximum of its type is called a runaway."""
MOST_RUNAWAYS = 0.01
"""Share of runaways above which the forecast of a question is refused."""


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
    mc_error: float
    base_rate: float | None
    drivers: tuple[Driver, ...]
    refused: str | None


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
    Raises RunRefused when the day lies outside the record.
    """
    draws = max(1, min(100, paths // 10))
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
        paths=ensemble.total.shape[1],
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


def runaway_share(prepared: Prepared, ensemble: Ensemble, days: int) -> dict[str, float]:
    """Per event type the share of paths beyond five times its largest past count in a window.

    Where the theatre states a worst rate above the record, that counts as the past maximum; a type
    that never happened is judged against one event.
    """
    counts = np.concatenate(
        [np.zeros((1, prepared.table.counts.shape[1])), np.cumsum(prepared.table.counts, 0)]
    )
    window = min(days, len(counts) - 1)
    past = (counts[window:] - counts[:-window]).max(0)
    most = np.maximum(np.maximum(past, prepared.compiled.worst * days), 1.0)
    share = (ensemble.total > BEYOND * most[:, None]).mean(1)
    return dict(zip(prepared.compiled.events, map(float, share), strict=True))


def _answer(
    name: str, question: schema.Question, prepared: Prepared, ensemble: Ensemble,
    reader: RateReader, runaways: dict[str, float], days: int,
) -> Answer:  # fmt: skip
    values = answers(prepared.compiled, question, ensemble)
    wild = [event for event in question.events if runaways[event] > MOST_RUNAWAYS]
    refused = None
    if wild:
        refused = (f"{runaways[wild[0]]:.1%} of the paths of {wild[0]} run beyond five times its past "
                   "maximum: no forecast is given")  # fmt: skip
    chance = values if question.kind == "yes_no" else np.isfinite(values).astype(float)
    amount = question.kind in ("count", "level")
    drivers = [driver for event in question.events for driver in reader.drivers(event)]
    return Answer(
        id=name,
        ask=question.ask,
        family=question.family,
        kind=question.kind,
        window_days=min(question.days or days, days),
        probability=None if amount or refused else float(chance.mean()),
        quantiles=None if question.kind == "yes_no" or refused else _quantiles(values),
        mean=float(values.mean()) if amount and not refused else None,
        mc_error=_mc_error(values if amount else chance, ensemble.draw),
        base_rate=base_rate(prepared.compiled, question, prepared.table, days),
        drivers=tuple(drivers),
        refused=refused,
    )


def _quantiles(values: FloatArray) -> dict[float, float]:
    return {q: float(np.quantile(values, q, method="inverted_cdf")) for q in LEVELS}


def _mc_error(values: FloatArray, draw: np.ndarray) -> float:
    """Standard error of the mean over paths: paths of one draw are not independent of each other."""
    means = np.bincount(draw, values) / np.bincount(draw)
    return float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else float("nan")


def _answer_json(answer: Answer, first_day: date) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": answer.id, "ask": answer.ask, "family": answer.family, "kind": answer.kind,
        "window_days": answer.window_days,
    }  # fmt: skip
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
    if answer.refused:
        value["refused"] = answer.refused
    value["mc_error"] = round(answer.mc_error, 6)
    value["base_rate"] = None if answer.base_rate is None else round(answer.base_rate, 5)
    value["drivers"] = [driver.as_json() for driver in answer.drivers]
    return value
