"""Why today's rate is what it is: its largest terms, at the middle of the draws.

A rate is modulation * (base + extra + rhythm + follows). Each term's share is exact arithmetic; the
factors of the modulation are listed apart, because they multiply. A question about several event
types has the terms of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tightrope.engine.rates import soft_limit
from tightrope.foresight.prepare import Prepared
from tightrope.types import FloatArray

MOST_TERMS = 4
MOST_FACTORS = 2
MOST_FACTS = 2
LEAST_SHARE = 0.02
LEAST_LOG_FACTOR = 0.05
"""How much is told: the largest terms and factors, and none that is too small to matter."""


@dataclass(frozen=True)
class Driver:
    """One term of a rate (``share`` of the sum) or one factor on it."""

    event: str
    kind: str
    name: str
    mechanism: str | None
    share: float | None = None
    factor: float | None = None
    facts: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Only what applies, rounded to what the arithmetic of a run supports."""
        value: dict[str, object] = {"event": self.event, "kind": self.kind, "name": self.name}
        if self.mechanism:
            value["mechanism"] = self.mechanism
        if self.share is not None:
            value["share"] = round(self.share, 3)
        if self.factor is not None:
            value["factor"] = round(self.factor, 3)
        if self.facts:
            value["facts"] = list(self.facts)
        return value


class RateReader:
    """Rates at the dawn of the first forecast day, taken apart, with parameters at draw medians."""

    def __init__(self, prepared: Prepared):
        self.compiled = prepared.compiled
        self.p = {
            name: np.median(np.asarray(value), 0)
            for name, value in prepared.parameters._asdict().items()
        }
        self.shrink = np.median(prepared.shrink, 0)
        self.rhythm = np.asarray(prepared.record.rhythm)[-1]
        self.memory = np.asarray(prepared.record.memory)[-1]
        self.gates = np.asarray(prepared.record.gates)[-1]
        self.conditions = np.asarray(prepared.record.conditions)[-1]
        deviation = np.median(np.asarray(prepared.start.deviation)[..., 0], 0)
        rest = self.p["rest"]
        self.above_rest: FloatArray = _logistic(rest + deviation) - _logistic(rest)
        self.knobs = {(knob.field, knob.index): knob for knob in self.compiled.knobs}
        self.facts: dict[str, list[str]] = {}
        for row in prepared.history.rows:
            self.facts.setdefault(row.event, []).append(row.id)

    def drivers(self, events: Sequence[str]) -> list[Driver]:
        """The largest terms of the events' rates together, then the largest factors on them.

        A share is of the sum of all rates, so the shares of a question add up to at most 1.
        """
        terms: list[tuple[float, Driver]] = []
        factors: list[Driver] = []
        apart: list[Driver] = []
        program, index = self.compiled.program, self.compiled.event_index()
        for event in events:
            k = index[event]
            if program.scheduled[k]:
                apart.append(Driver(event, "calendar", "its dates", None))
            elif not self.gates[program.event_gate[k]]:
                apart.append(Driver(event, "gate", "impossible today", None, factor=0.0))
            else:
                scales = self._factors(event, k)
                factors += scales
                scale = self._modulation(k, scales)
                terms += [(value * scale, driver) for value, driver in self._terms(event, k)]
        return [*_largest(terms), *apart, *_strongest(factors)]

    def _modulation(self, k: int, factors: Sequence[Driver]) -> float:
        product = sum(np.log(driver.factor) for driver in factors if driver.factor)
        return float(np.exp(soft_limit(np.asarray(product), self.p["log_limit"][k])))  # type: ignore[arg-type]

    def _terms(self, event: str, k: int) -> list[tuple[float, Driver]]:
        program, p = self.compiled.program, self.p
        terms = [(float(p["base"][k]), Driver(event, "base", "base", None))]
        for x in np.flatnonzero(program.extra_event == k).tolist():
            value = float(p["extra"][x] * self.gates[program.extra_gate[x]])
            name, mechanism = self._behind("extra", x)
            terms.append((value, Driver(event, "condition", name, mechanism)))
        for which, name in enumerate(("own rhythm, recent", "own rhythm, season")):
            value = float(p["rhythm"][which, k] * self.shrink[k] * self.rhythm[which, k])
            driver = Driver(event, "rhythm", name, None, facts=self._latest(event))
            terms.append((value, driver))
        for e in np.flatnonzero(program.edge_effect == k).tolist():
            cause, _, mechanism = self.compiled.edges[e]
            value = p["expect"][e] * self.shrink[k] * self.memory[program.edge_filter[e]]
            value = float(value * self.gates[program.edge_gate[e]])
            driver = Driver(event, "follows", cause, mechanism, facts=self._latest(cause))
            terms.append((value, driver))
        return terms

    def _factors(self, event: str, k: int) -> list[Driver]:
        program, p = self.compiled.program, self.p
        found: list[Driver] = []

        def add(kind: str, name: str, field: str, position: int, log_factor: float) -> None:
            mechanism = self._behind(field, position)[1]
            found.append(Driver(event, kind, name, mechanism, factor=float(np.exp(log_factor))))

        for s in np.flatnonzero(program.scaling_event == k).tolist():
            level = program.scaling_level[s]
            value = p["coefficient"][s] * self.above_rest[level]
            add("level", self.compiled.levels[level], "coefficient", s, value)
        for n in np.flatnonzero(program.elastic_event == k).tolist():
            number = program.elastic_condition[n]
            ratio = max(self.conditions[number], 1.0) / program.elastic_reference[n]
            value = p["elasticity"][n] * np.log(ratio)
            add("number", self.compiled.conditions[number], "elasticity", n, value)
        for b in np.flatnonzero(program.factor_event == k).tolist():
            if self.gates[program.factor_gate[b]]:
                name = self._behind("log_factor", b)[0]
                add("condition", name, "log_factor", b, p["log_factor"][b])
        return found

    def _behind(self, field: str, position: int) -> tuple[str, str | None]:
        """The condition behind an extra rate or a factor, and the mechanism that it carries."""
        knob = self.knobs[field, (position,)]
        return knob.path[-1], knob.mechanism

    def _latest(self, event: str) -> tuple[str, ...]:
        return tuple(self.facts.get(event, [])[-MOST_FACTS:])


def _largest(terms: list[tuple[float, Driver]]) -> list[Driver]:
    total = sum(value for value, _ in terms)
    if not total > 0:
        return []
    shares = sorted(((value / total, driver) for value, driver in terms), key=lambda t: -t[0])
    return [
        replace(driver, share=share)
        for share, driver in shares[:MOST_TERMS]
        if share >= LEAST_SHARE
    ]


def _strongest(factors: list[Driver]) -> list[Driver]:
    def strength(driver: Driver) -> float:
        return abs(np.log(max(driver.factor or 0.0, 1e-9)))

    ranked = sorted(factors, key=strength, reverse=True)
    return [driver for driver in ranked[:MOST_FACTORS] if strength(driver) > LEAST_LOG_FACTOR]


def _logistic(x: FloatArray) -> FloatArray:
    return 1 / (1 + np.exp(-x))
