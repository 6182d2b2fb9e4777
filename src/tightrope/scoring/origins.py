"""One origin of a backtest: what every member would have said on that day, and what then happened.

Everything that a member sees has passed ``History.as_of(origin)``. What happened is read from the
whole record, and only after every member has spoken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tightrope.compile import Compiled
from tightrope.foresight.members.baselines import BASELINES
from tightrope.foresight.members.forecast import Forecast
from tightrope.foresight.members.of_record import baseline
from tightrope.foresight.members.processes import forecasts, horizons_asked
from tightrope.foresight.prepare import prepare
from tightrope.foresight.questions import (
    daily_events,
    resolve,
    speaks_of_last_day,
    state_course,
)
from tightrope.foresight.runaways import runaway_share
from tightrope.history import History, Table, tabulate
from tightrope.inference.calibrate import MEMBERS, Member, calibrate, reading
from tightrope.inference.posterior import Posterior
from tightrope.theatre import Theatre, schema


@dataclass(frozen=True)
class Plan:
    """What a backtest does at each origin."""

    horizons: tuple[int, ...] = (30, 90, 180)
    draws: int = 100
    paths: int = 1000
    seed: int = 1
    off: frozenset[str] = frozenset()
    """Mechanisms that the structural process does without."""
    members: tuple[Member, ...] = MEMBERS
    baselines: bool = True
    ceiling: bool = True
    """Whether follow-terms are shrunk; False only to compare."""


@dataclass(frozen=True)
class Said:
    """What was said at one origin, and what happened: ``truth`` has what the record can settle."""

    origin: date
    facts: int
    forecasts: Mapping[tuple[str, int, str], Forecast]
    """By question, horizon and member."""
    truth: Mapping[tuple[str, int], float]
    runaways: Mapping[str, float]
    """Per process the largest share of paths beyond five times the past maximum of a type."""


class Theatres:
    """The readings of a theatre, compiled once so that the engine's programs are found again."""

    def __init__(self, theatre: Theatre, history: History, plan: Plan):
        self.theatre, self.history, self.plan = theatre, history, plan
        spoken: tuple[Member, ...] = plan.members if has_structure(theatre) else ("rhythm",)
        self.readings: dict[Member, Compiled] = {
            member: reading(theatre, member, plan.off) for member in spoken
        }
        self.whole = reading(theatre, "structural")
        self.full = tabulate(self.whole, history)
        self.questions = {
            name: question for name, question in theatre.questions.items()
            if question.kind != "level"
        }  # fmt: skip

    def fits(
        self, origin: date, start: Mapping[Member, Posterior] | None = None
    ) -> dict[Member, Posterior]:
        """Every process fitted to what was known at ``origin``."""
        known = self.history.as_of(origin)
        return {
            member: calibrate(
                compiled, member, known, start=start[member] if start else None
            ).posterior
            for member, compiled in self.readings.items()
        }

    def speak(self, origin: date, fits: Mapping[Member, Posterior]) -> Said:
        """All forecasts of one origin."""
        said: dict[tuple[str, int, str], Forecast] = {}
        runaways: dict[str, float] = {}
        for member, compiled in self.readings.items():
            answers, runaways[member] = self._process(origin, compiled, fits[member])
            # Without structure there is one process, and it speaks for all.
            names = self.plan.members if len(self.readings) == 1 else (member,)
            said |= {(q, h, name): one for (q, h), one in answers.items() for name in names}
        known = self.history.as_of(origin)
        if self.plan.baselines:
            table = tabulate(self.whole, known)
            for name, question in self.questions.items():
                said |= {
                    (name, horizon, member): baseline(member, self.whole, question, table, horizon)
                    for horizon in horizons_asked(question, self.plan.horizons)
                    for member in BASELINES
                }
        return Said(origin, len(known.rows), said, self.truth(origin), runaways)

    def _process(
        self, origin: date, compiled: Compiled, posterior: Posterior
    ) -> tuple[dict[tuple[str, int], Forecast], float]:
        plan = self.plan
        prepared = prepare(
            self.theatre, self.history, origin, draws=plan.draws, seed=plan.seed,
            posterior=posterior, compiled=compiled, ceiling=plan.ceiling,
        )  # fmt: skip
        ensemble = prepared.run(max(plan.horizons), plan.paths, workers=1)
        share = max(runaway_share(prepared, ensemble, max(plan.horizons)).values())
        return forecasts(compiled, self.questions, ensemble, plan.horizons), share

    def truth(self, origin: date) -> dict[tuple[str, int], float]:
        """What then happened, by question and horizon, as far as the record reaches."""
        first = (origin - self.whole.first_day).days + 1
        return {
            (name, horizon): outcome(self.whole, question, self.full, first, horizon)
            for name, question in self.questions.items()
            for horizon in horizons_asked(question, self.plan.horizons)
            if origin + timedelta(horizon) <= self.history.until
        }


def has_structure(theatre: Theatre) -> bool:
    """Whether anything acts on a rate but its own past; without, all processes are rhythms."""
    return any(
        event.follows or event.scaled_by or event.scaled_if or event.extra or event.when
        for event in theatre.events.values()
    )


def settled(
    theatre: Theatre, history: History, origins: Sequence[date], horizons: Sequence[int]
) -> dict[tuple[date, str, int], float]:
    """By origin, question and horizon what was known to have happened on the window's last day.

    Rows that were published later are not in it: so a choice among members, which may look back
    only, looks at this and not at the truth of today.
    """
    compiled = reading(theatre, "structural")
    found: dict[tuple[date, str, int], float] = {}
    for origin in origins:
        first = (origin - compiled.first_day).days + 1
        for horizon in horizons:
            end = origin + timedelta(horizon)
            if end > history.until:
                continue
            table = tabulate(compiled, history.as_of(end))
            for name, question in theatre.questions.items():
                if question.kind != "level" and horizons_asked(question, (horizon,)):
                    value = outcome(compiled, question, table, first, horizon)
                    found[origin, name, horizon] = value
    return found


def outcome(
    compiled: Compiled, question: schema.Question, table: Table, first: int, horizon: int
) -> float:
    """What the record says: 1 or 0, a count, or the day on which it first happened.

    first : the day of the table on which the window begins.
    """
    if speaks_of_last_day(question):
        return float(state_course(compiled, question, table)[first + horizon - 1])
    window = daily_events(compiled, question, table)[first : first + horizon]
    if question.kind == "date":
        return float(resolve(question, window))
    # The spread remainder of a tally is a fraction a day, and its sum may miss a whole by rounding.
    return float(np.round(resolve(question, window + 1e-9 * (window > 0))))
