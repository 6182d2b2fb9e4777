"""Which facts may carry an answer: a first guess, by what each one adds to the rates behind it.

The guess is linear and looks one step back: a row counts by what it adds, over the window, to the
expected number of the question's events, to that of their direct causes, and to the levels that
scale both. It only chooses what is worth a run of its own; the runs say how much it is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.gates import evaluate_known
from tightrope.engine.program import decay
from tightrope.foresight.prepare import Prepared
from tightrope.foresight.questions import gate_of
from tightrope.foresight.runaways import conditions_in, feeding
from tightrope.foresight.standing import standing
from tightrope.history import ConditionRow, Origins, conditions_at_dawn
from tightrope.inference.decomposition import (
    Dawn,
    Decomposition,
    RatesApart,
    at_medians,
    dawn_after,
)
from tightrope.theatre import schema


class Ranking:
    """The rows and standing conditions of a prepared theatre, ranked for one question."""

    def __init__(self, prepared: Prepared, question: schema.Question, days: int):
        self.prepared, self.question, self.days = prepared, question, days
        self.compiled: Compiled = prepared.compiled
        self.point = at_medians(prepared.parameters)
        self.shrink = np.median(prepared.shrink, 0)[None]
        self.dawn = dawn_after(self.compiled, self.point, prepared.record)
        self.apart = self._apart(self.dawn)
        counts, signal = (np.asarray(x) for x in (prepared.record.counts, prepared.record.signal))
        self.origins = Origins(self.compiled, prepared.history, counts, signal)
        self.gains = self._gains()

    def rows(self) -> dict[str, float]:
        """Score of every row that is read at all, by its id; signed."""
        scores: defaultdict[str, float] = defaultdict(float)
        if self.question.kind == "level":
            level = self.compiled.levels.index(str(self.question.level))
            left = self._left(level) ** self.days
            self._pushes(level, self._slope(level) * left, scores)
        for name, gain in self.gains.items():
            rate = self.apart.of(name)
            for term in rate.terms:
                if term.memory and term.weight is not None:
                    reach = gain * float(rate.modulation[0] * term.weight[0])
                    left = float(decay(np.asarray(term.memory.half_life)))
                    self._add(term.memory.cause, left, reach * (1 - left) * self._sum(left), scores)
            self._through_levels(rate, gain, scores)
        return scores

    def conditions(self) -> list[tuple[float, ConditionRow]]:
        """The standing values that matter, with their score: rates with them less without them."""
        now = self._expected(self.dawn)
        read: set[int] = set()
        if self.question.condition:
            read = conditions_in(gate_of(self.compiled, self.question.condition))
        found: list[tuple[float, ConditionRow]] = []
        for i, name in enumerate(self.compiled.conditions):
            row = standing(self.prepared.history, name, self.prepared.first_forecast_day)
            if row is None:
                continue
            # A value that the question itself asks for always matters.
            score = np.inf if i in read else now - self._expected(self._without(row))
            if score:
                found.append((float(score), row))
        return found

    def _gains(self) -> dict[str, float]:
        """What one more event of a type adds to the answer: its own types, then their causes."""
        program, index = self.compiled.program, self.compiled.event_index()
        own = {name: 1.0 for name in feeding(self.compiled, self.question)}
        if self.question.kind == "level":
            level = self.compiled.levels.index(str(self.question.level))
            pushes = np.flatnonzero(program.push_level == level).tolist()
            own = {self.compiled.events[program.push_event[q]]: abs(float(
                self.apart.p["push"][0, q] * self._slope(level))) for q in pushes}  # fmt: skip
        gains: defaultdict[str, float] = defaultdict(float, own)
        for name, gain in own.items():
            rate = self.apart.of(name)
            for term in rate.terms:
                if term.kind == "follows" and term.weight is not None and rate.is_open:
                    gains[term.name] += gain * float(rate.modulation[0] * term.weight[0])
        return {name: g for name, g in gains.items() if not program.scheduled[index[name]]}

    def _through_levels(self, rate: Decomposition, gain: float, scores: dict[str, float]) -> None:
        program = self.compiled.program
        k = self.compiled.event_index()[rate.event]
        total = sum(float(factor.log[0]) for factor in rate.factors)
        bound = max(float(self.apart.p["log_limit"][0, k]), 1e-6)
        steep = float(np.exp(-max(total, 0.0) / bound))
        for factor in rate.factors:
            if factor.kind == "level":
                j = int(program.scaling_level[factor.knob.index[0]])
                slope = self.apart.p["coefficient"][0, factor.knob.index[0]] * self._slope(j)
                reach = gain * float(rate.if_open[0]) * steep * slope
                self._pushes(j, float(reach) * self._sum(self._left(j)), scores)

    def _pushes(self, level: int, reach: float, scores: dict[str, float]) -> None:
        program, p = self.compiled.program, self.apart.p
        for q in np.flatnonzero(program.push_level == level).tolist():
            push = reach * float(p["push"][0, q])
            self._add(int(program.push_event[q]), self._left(level), push, scores)

    def _add(self, cause: int, left: float, reach: float, scores: dict[str, float]) -> None:
        age = np.arange(len(self.prepared.table.counts), dtype=np.float64)[::-1]
        weights = np.power(left, age)
        for row, x in self.origins.parts(cause, weights):
            scores[row.id] += float(reach * x)

    def _sum(self, left: float) -> float:
        """What a memory of one adds up to over the window."""
        return (1 - left**self.days) / (1 - left)

    def _left(self, level: int) -> float:
        return float(decay(self.apart.p["half_life"][0, level]))

    def _slope(self, level: int) -> float:
        y = float(self.apart.reading[0, level])
        return y * (1 - y)

    def _expected(self, dawn: Dawn) -> float:
        apart = self._apart(dawn)
        return self.days * sum(
            gain * float(apart.of(name).rate[0]) for name, gain in self.gains.items()
        )

    def _without(self, row: ConditionRow) -> Dawn:
        history, days = self.prepared.history, len(self.prepared.table.counts)
        kept = tuple(one for one in history.conditions if one is not row)
        values = conditions_at_dawn(self.compiled, replace(history, conditions=kept), days)[-1]
        gates = evaluate_known(self.compiled.program.gates, values)
        return self.dawn._replace(conditions=values, gates=gates)

    def _apart(self, dawn: Dawn) -> RatesApart:
        return RatesApart(self.compiled, self.point, self.shrink, dawn)
