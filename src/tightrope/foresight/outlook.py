"""What may happen next: the theatre's questions, answered from an ensemble of futures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from tightrope.foresight.answer import Answer, horizons_of, horizons_within
from tightrope.foresight.courses import course, until
from tightrope.foresight.drivers import RateReader
from tightrope.foresight.prepare import fingerprint
from tightrope.foresight.questions import base_rate, events_of, speaks_of_last_day, unanswerable
from tightrope.foresight.runaways import refusal
from tightrope.foresight.storylines import chains_to
from tightrope.foresight.voices import Voices, voices_for
from tightrope.history import History
from tightrope.inference.fits import Say
from tightrope.theatre import Theatre, schema

PATHS_PER_DRAW = 10
MOST_DRAWS = 100
"""Numbers are drawn so often, and each draw has at least so many paths."""
TRACED = 300
"""Events followed to their origin for each question: a share is then known to six points at most,
and forty questions cost some seconds."""


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
    seed: int
    facts: int
    sources: int
    fitted_until: date | None
    """Last day of the facts that the numbers were fitted to; None where they are priors."""
    ceiling: dict[str, float]
    """Mean factor of the ceiling on follow-terms, for types on which it bites in some draw."""
    runaways: dict[str, float]
    """Share of paths beyond five times the past maximum, for types that have any."""
    limited: int
    """Path-days on which a rate was cut at the engine's bound."""
    answers: tuple[Answer, ...]

    @property
    def fitted(self) -> bool:
        """Whether the numbers come from a fit to the record."""
        return self.fitted_until is not None

    @property
    def horizons(self) -> tuple[int, ...]:
        """The horizons of questions without a window of their own, shortest first."""
        return horizons_within(self.days)

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
            "questions": [answer.as_json(self.first_day) for answer in self.answers],
        }


def outlook(
    theatre: Theatre, history: History, *, as_of: date | None = None, days: int = 180,
    paths: int = 4000, seed: int = 1, fitted: bool = True, courses: bool = False,
    storylines: bool = False, say: Say | None = None,
) -> Outlook:  # fmt: skip
    """Answer the theatre's questions from ``paths`` futures of ``days`` days.

    One run answers every question at 30, 90 and 180 days, as far as it reaches, and at its end.

    as_of : last day whose facts are used; default the last day of the history.
    fitted : whether numbers are fitted to what was known on that day (a fit that is at hand is
    used, another takes seconds and is kept); False draws them from the priors.
    courses : also tell every answer day by day, as pages show it. storylines : also tell how
    futures come to each answer; following events to their origin takes some seconds.
    say : told in a sentence when a fit is made.
    Raises RunRefused when the day lies outside the record, the run is too large, or a fit fails. A
    question whose answer could not be trusted is refused by itself, see ``Answer.refused``.
    """
    voices = voices_for(theatre, history, as_of, days=days, paths=paths, draws=draws_for(paths),
                        seed=seed, fitted=fitted, say=say)  # fmt: skip
    told = outlook_of(theatre, voices, days=days, seed=seed, courses=courses)
    if not storylines:
        return told
    return replace(told, answers=tuple(_with_storylines(one, voices) for one in told.answers))


def draws_for(paths: int) -> int:
    """How often numbers are drawn for so many paths."""
    return max(1, min(MOST_DRAWS, paths // PATHS_PER_DRAW))


def outlook_of(
    theatre: Theatre, voices: Voices, *, days: int, seed: int, courses: bool = False
) -> Outlook:
    """What voices that have been run say to the theatre's questions."""
    prepared, ensemble = voices.structural
    runaways = voices.runaways(days)
    names = prepared.compiled.events
    bites = (prepared.shrink < 1).any(0)
    posteriors = {member: v.prepared.posterior for member, v in voices.processes.items()}
    return Outlook(
        fingerprint=fingerprint(
            prepared,
            verb="outlook",
            days=days,
            paths=len(ensemble.draw),
            scorecard=voices.record.fingerprint,
            posteriors={member: p.digest() for member, p in posteriors.items() if p},
        ),
        theatre=theatre.name,
        as_of=prepared.as_of,
        first_day=prepared.first_forecast_day,
        days=days,
        paths=len(ensemble.draw),
        draws=len(prepared.shrink),
        seed=seed,
        facts=len(prepared.history.rows),
        sources=len({source for row in prepared.history.rows for source in row.sources}),
        fitted_until=prepared.posterior.until if prepared.posterior else None,
        ceiling={
            names[k]: round(float(prepared.shrink[:, k].mean()), 3) for k in np.flatnonzero(bites)
        },
        runaways={k: round(v, 5) for k, v in runaways.items() if v > 0},
        limited=sum(int(v.ensemble.limited.sum()) for v in voices.processes.values()),
        answers=_answers(voices, runaways, days, courses),
    )


def _answers(
    voices: Voices, runaways: dict[str, float], days: int, courses: bool
) -> tuple[Answer, ...]:
    """Every question of the theatre: refused, or answered at its horizons."""
    prepared = voices.structural.prepared
    reader = RateReader(prepared)
    found: list[Answer] = []
    for name, question in prepared.compiled.theatre.questions.items():
        window = question.days or days
        # A question with a shorter window is read at its end, so only a longer one is beyond us.
        refused = unanswerable(question, min(days, window)) or refusal(
            prepared.compiled, question, runaways
        )
        answer = Answer(
            id=name,
            ask=question.ask,
            family=question.family,
            kind=question.kind,
            window_days=window,
            base_rate=base_rate(prepared.compiled, question, prepared.table, window),
            drivers=tuple(reader.drivers(events_of(question))),
            refused=refused,
        )
        found.append(answer if refused else _told(answer, question, voices, days, courses))
    return tuple(found)


def _told(
    answer: Answer, question: schema.Question, voices: Voices, days: int, courses: bool
) -> Answer:
    """The answer with an estimate for each horizon, and its course if that is asked for."""
    prepared, ensemble = voices.structural
    compiled, table = prepared.compiled, prepared.table
    horizons = tuple(
        voices.estimate(question, horizon, base_rate(compiled, question, table, horizon))
        for horizon in horizons_of(question, days)
    )
    if not courses:
        return replace(answer, horizons=horizons)
    seen = until(ensemble, answer.window_days)
    drawn = course(compiled, question, seen, table, prepared.first_forecast_day)
    return replace(answer, horizons=horizons, course=drawn)


def _with_storylines(answer: Answer, voices: Voices) -> Answer:
    """The answer with its storylines; a refused one has none, nor has one of the last day."""
    prepared, ensemble = voices.structural
    question = prepared.compiled.theatre.questions[answer.id]
    if answer.refused or speaks_of_last_day(question):
        return answer
    seen = until(ensemble, answer.window_days)
    told = chains_to(prepared, seen, question, answer.id, seed=prepared.seed, traced=TRACED)
    return replace(answer, storylines=told)
