"""Why today's rate is what it is: its largest terms, at the middle of the draws.

A rate is modulation * (base + extra + rhythm + follows). Each term's share is exact arithmetic; the
factors of the modulation are listed apart, because they multiply.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tightrope.foresight.prepare import Prepared
from tightrope.types import FloatArray

MOST_TERMS = 4
MOST_FACTORS = 2


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
        self.prepared = prepared
        self.compiled = prepared.compiled
        middle = {name: np.median(np.asarray(value), 0) for name, value in
                  prepared.parameters._asdict().items()}  # fmt: skip
        self.p = middle
        self.shrink = np.median(prepared.shrink, 0)
        self.rhythm = np.asarray(prepared.record.rhythm)[-1]
        self.memory = np.asarray(prepared.record.memory)[-1]
        self.gates = np.asarray(prepared.record.gates)[-1]
        self.conditions = np.asarray(prepared.record.conditions)[-1]
        rest = middle["rest"]
        reading = 1 / (
            1 + np.exp(-(rest + np.median(np.asarray(prepared.start.deviation)[..., 0], 0)))
        )
        self.above_rest: FloatArray = reading - 1 / (1 + np.exp(-rest))

    def drivers(self, event: str) -> list[Driver]:
        """The largest terms and factors of one event type's rate."""
        k = self.compiled.event_index()[event]
        program = self.compiled.program
        if program.scheduled[k]:
            return [Driver(event, "calendar", event, None, share=1.0)]
        if not self.gates[program.event_gate[k]]:
            return [Driver(event, "gate", "impossible today", None, factor=0.0)]
        terms = self._terms(event, k)
        total = sum(value for value, _ in terms)
        terms.sort(key=lambda term: -term[0])
        largest = [
            Driver(event, d.kind, d.name, d.mechanism, share=value / total, facts=d.facts)
            for value, d in terms[:MOST_TERMS]
            if total > 0 and value / total >= 0.02
        ]
        factors = sorted(self._factors(event, k), key=lambda d: -abs(np.log(d.factor or 1e-9)))
        return largest + [d for d in factors[:MOST_FACTORS] if abs(np.log(d.factor or 1e-9)) > 0.05]

    def _terms(self, event: str, k: int) -> list[tuple[float, Driver]]:
        program, p = self.compiled.program, self.p
        terms = [(float(p["base"][k]), Driver(event, "base", "base rate", None))]
        for x in np.flatnonzero(program.extra_event == k):
            value = float(p["extra"][x] * self.gates[program.extra_gate[x]])
            knob = self._knob("extra", (int(x),))
            terms.append((value, Driver(event, "condition", knob[0], knob[1])))
        for which, label in ((0, "own rhythm, recent"), (1, "own rhythm, season")):
            value = float(p["rhythm"][which, k] * self.shrink[k] * self.rhythm[which, k])
            terms.append((value, Driver(event, "rhythm", label, None, facts=self._facts(event))))
        for e in np.flatnonzero(program.edge_effect == k):
            cause, _, mechanism = self.compiled.edges[e]
            value = p["expect"][e] * self.shrink[k] * self.memory[program.edge_filter[e]]
            value = float(value * self.gates[program.edge_gate[e]])
            driver = Driver(event, "follows", cause, mechanism, facts=self._facts(cause))
            terms.append((value, driver))
        return terms

    def _factors(self, event: str, k: int) -> list[Driver]:
        program, p = self.compiled.program, self.p
        found: list[Driver] = []
        for s in np.flatnonzero(program.scaling_event == k):
            level = program.scaling_level[s]
            factor = float(np.exp(p["coefficient"][s] * self.above_rest[level]))
            mechanism = self._knob("coefficient", (int(s),))[1]
            found.append(
                Driver(event, "level", self.compiled.levels[level], mechanism, factor=factor)
            )
        for n in np.flatnonzero(program.elastic_event == k):
            number = program.elastic_condition[n]
            ratio = max(self.conditions[number], 1.0) / program.elastic_reference[n]
            factor = float(np.exp(p["elasticity"][n] * np.log(ratio)))
            mechanism = self._knob("elasticity", (int(n),))[1]
            name = self.compiled.conditions[number]
            found.append(Driver(event, "number", name, mechanism, factor=factor))
        for b in np.flatnonzero(program.factor_event == k):
            if self.gates[program.factor_gate[b]]:
                name, mechanism = self._knob("log_factor", (int(b),))
                factor = float(np.exp(p["log_factor"][b]))
                found.append(Driver(event, "condition", name, mechanism, factor=factor))
        return found

    def _knob(self, field: str, index: tuple[int, ...]) -> tuple[str, str | None]:
        """The expression behind an extra or a factor, and its mechanism."""
        for knob in self.compiled.knobs:
            if knob.field == field and knob.index == index:
                section, name, kind, *rest = knob.place
                element = getattr(self.compiled.theatre.events[str(name)], str(kind))
                text = element[rest[0]].condition if isinstance(element, list) else str(rest[0])
                return text or str(kind), knob.mechanism
        return field, None

    def _facts(self, event: str) -> tuple[str, ...]:
        """The two latest known rows of an event type."""
        rows = [row for row in self.prepared.history.rows if row.event == event]
        return tuple(row.id for row in rows[-2:])
