"""The members that speak in an outlook, and the pool of what they say.

The headline of a question is a stack: the pool that the track record has chosen for its family, by
default half rhythm process and half direct regression. Levels are not observed, so only the
structural process speaks of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np

from tightrope.engine.simulate import Ensemble
from tightrope.foresight.answer import Estimate, Stack, equally_likely, estimate, horizons_of
from tightrope.foresight.courses import quantiles, until
from tightrope.foresight.members.baselines import BASELINES
from tightrope.foresight.members.forecast import Forecast, from_paths, pool
from tightrope.foresight.members.of_record import baseline
from tightrope.foresight.prepare import Prepared, check_day, prepare
from tightrope.foresight.questions import CHANCES, LEVELS, answers
from tightrope.foresight.record import PastScore, TrackRecord
from tightrope.foresight.runaways import runaway_share
from tightrope.history import History
from tightrope.inference.calibrate import MEMBERS, Member
from tightrope.inference.fits import Say, fits_for
from tightrope.theatre import Theatre, schema

Run = Callable[[Prepared], Ensemble]


class Voice(NamedTuple):
    """A process that was run."""

    prepared: Prepared
    ensemble: Ensemble


@dataclass(frozen=True)
class Voices:
    """Everything that can speak to a question."""

    processes: Mapping[Member, Voice]
    """The structural process is always there."""
    record: TrackRecord
    stacked: bool
    """False where numbers are priors: then the structural process speaks alone."""

    @property
    def structural(self) -> Voice:
        """The process with the whole structure: states, drivers and courses come from it."""
        return self.processes["structural"]

    def runaways(self, days: int) -> dict[str, float]:
        """Per event type the largest share of runaway paths of any process that speaks."""
        shares = [runaway_share(v.prepared, v.ensemble, days) for v in self.processes.values()]
        return {event: max(share[event] for share in shares) for event in shares[0]}

    def estimate(
        self, question: schema.Question, horizon: int, base_rate: float | None
    ) -> Estimate:
        """What the pool says of one question at one horizon."""
        own = {
            member: self._heard(voice, question, horizon, base_rate)
            for member, voice in self.processes.items()
        }
        structural = own["structural"][1]
        if not self.stacked or question.kind == "level":
            return structural
        as_of = self.structural.prepared.as_of
        weights = self.record.weights(question.family, question.kind, horizon, as_of)
        said = {member: forecast for member, (forecast, _) in own.items()}
        compiled, table = self.structural.prepared.compiled, self.structural.prepared.table
        said |= {member: baseline(member, compiled, question, table, horizon)
                 for member in weights if member in BASELINES}  # fmt: skip
        return _pooled(structural, question, said, weights,
                       {member: heard.mc_error for member, (_, heard) in own.items()},
                       self.record.past(question.family, question.kind, horizon))  # fmt: skip

    def _heard(
        self, voice: Voice, question: schema.Question, horizon: int, base_rate: float | None
    ) -> tuple[Forecast, Estimate]:
        seen = until(voice.ensemble, horizon)
        if question.kind == "level" and not voice.prepared.compiled.levels:
            return Forecast(0.0, None), Estimate(horizon, None, None, None, None, None)
        values = answers(voice.prepared.compiled, question, seen)
        told = estimate(question, horizon, values, voice.ensemble.draw, base_rate)
        return from_paths(question.kind, values), told


def _pooled(
    structural: Estimate, question: schema.Question, said: Mapping[str, Forecast],
    weights: Mapping[str, float], errors: Mapping[str, float | None], past: PastScore | None,
) -> Estimate:  # fmt: skip
    pooled = pool([said[member] for member in weights], list(weights.values()))
    found = [(weights.get(member, 0.0) * error) ** 2
             for member, error in errors.items() if error is not None]  # fmt: skip
    as_chance = question.kind in CHANCES
    sample = pooled.sample
    return replace(
        structural,
        probability=pooled.chance if as_chance else None,
        quantiles=None if sample is None
        else dict(zip(LEVELS, quantiles(sample, LEVELS).tolist(), strict=True)),
        mean=None if as_chance or sample is None else float(sample.mean()),
        mc_error=float(np.sqrt(sum(found))) if found else None,
        dots=None if sample is None else equally_likely(sample),
        stack=Stack(
            weights=dict(weights),
            members={member: _headline(forecast, as_chance) for member, forecast in said.items()},
            past=past,
        ),
    )  # fmt: skip


def _headline(forecast: Forecast, as_chance: bool) -> float:
    return (
        forecast.chance if as_chance or forecast.sample is None else float(forecast.sample.mean())
    )


def voices_for(
    theatre: Theatre, history: History, as_of: date | None, *, days: int, paths: int, draws: int,
    seed: int, fitted: bool, say: Say | None = None, run: Run | None = None,
) -> Voices:  # fmt: skip
    """Run what may speak: fitted processes and the record's pools, or the priors alone.

    run : how the structural process is run, where it is not run alone.

    Raises RunRefused when the day lies outside the record, the run is too large or a fit fails.
    """
    day = as_of or history.until
    check_day(history, day)

    def alone(prepared: Prepared) -> Ensemble:
        return prepared.run(days, paths)

    run = run or alone
    if not fitted:
        prepared = prepare(theatre, history, day, draws=draws, seed=seed)
        return Voices({"structural": Voice(prepared, run(prepared))}, TrackRecord({}),
                      stacked=False)  # fmt: skip
    record = TrackRecord.of(theatre.folder)
    needed = {"structural", *_speaking(theatre, record, day, days)}
    members: list[Member] = [member for member in MEMBERS if member in needed]
    fits = fits_for(theatre, history.as_of(day), members, say=say)
    processes: dict[Member, Voice] = {}
    for member, fit in fits.items():
        prepared = prepare(theatre, history, day, draws=draws, seed=seed,
                           posterior=fit.posterior, compiled=fit.compiled)  # fmt: skip
        runs = run if member == "structural" else alone
        processes[member] = Voice(prepared, runs(prepared))
    return Voices(processes, record, stacked=True)


def _speaking(theatre: Theatre, record: TrackRecord, as_of: date, days: int) -> set[str]:
    """Members that the pool of some question needs."""
    return {
        member
        for question in theatre.questions.values() if question.kind != "level"
        for horizon in horizons_of(question, days)
        for member in record.weights(question.family, question.kind, horizon, as_of)
    }  # fmt: skip
