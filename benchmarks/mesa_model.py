"""The process of the engine, written plainly with Mesa: one agent for each event type.

It reads the same program and one draw of its parameters, and does with objects and loops what the
engine does with arrays: the reference for the benchmark, and a check by other means (its mean
counts must agree with the engine's).
"""

from __future__ import annotations

import math
import random
from typing import Any

import mesa


class EventType(mesa.Agent):
    """An event type that remembers itself, reads the others' memories, and happens."""

    def __init__(self, model: Process, k: int) -> None:
        super().__init__(model)
        self.k = k
        self.rhythm = [float(model.start.rhythm[m, k]) for m in (0, 1)]
        self.count = 0
        p, q, shrink = model.program, model.parameters, float(model.shrink[k])

        def mine(owner: Any) -> list[int]:
            return [i for i, event in enumerate(owner) if event == k]

        self.edges = [
            (float(q.expect[e]) * shrink, int(p.edge_filter[e]), int(p.edge_gate[e]))
            for e in mine(p.edge_effect)
        ]
        self.extras = [(float(q.extra[x]), int(p.extra_gate[x])) for x in mine(p.extra_event)]
        self.scalings = [
            (float(q.coefficient[i]), int(p.scaling_level[i])) for i in mine(p.scaling_event)
        ]
        self.elastic = [
            (float(q.elasticity[i]), int(p.elastic_condition[i]), float(p.elastic_reference[i]))
            for i in mine(p.elastic_event)
        ]
        self.factors = [
            (float(q.log_factor[i]), int(p.factor_gate[i])) for i in mine(p.factor_event)
        ]

    def rate(self) -> float:
        """Events per day expected today."""
        model, k = self.model, self.k
        if not model.gates[int(model.program.event_gate[k])]:
            return 0.0
        drive = sum(c * (model.reading(j) - model.rest[j]) for c, j in self.scalings)
        drive += sum(
            e * math.log(max(model.conditions[c], 1.0) / zero) for e, c, zero in self.elastic
        )
        drive += sum(f for f, gate in self.factors if model.gates[gate])
        limit = float(model.parameters.log_limit[k])
        if drive > 0:
            drive = -limit * math.expm1(-drive / limit) if limit > 1e-6 else 0.0
        total = float(model.parameters.base[k])
        total += sum(rate for rate, gate in self.extras if model.gates[gate])
        own = model.parameters.rhythm
        total += sum(float(own[m, k]) * float(model.shrink[k]) * self.rhythm[m] for m in (0, 1))
        total += sum(e * model.memory[f] for e, f, gate in self.edges if model.gates[gate])
        return math.exp(drive) * total

    def happen(self) -> None:
        """Draw today's count."""
        model, k = self.model, self.k
        if model.program.scheduled[k]:
            chance = float(model.parameters.chance[k])
            is_open = model.gates[int(model.program.event_gate[k])]
            self.count = int(model.due[k] and is_open and model.luck.random() < chance)
        else:
            self.count = draw(model.luck, self.rate(), float(model.parameters.dispersion[k]))

    def remember(self) -> None:
        """Relax by a day and add today's signal."""
        signal = math.log2(1 + self.count)
        for m in (0, 1):
            left = 2 ** (-1 / float(self.model.program.rhythm_half_life[m, self.k]))
            self.rhythm[m] = self.rhythm[m] * left + (1 - left) * signal


class Process(mesa.Model):
    """The whole process for one path of one draw."""

    def __init__(
        self, program: Any, parameters: Any, shrink: Any, start: Any, calendar: Any, seed: int
    ) -> None:
        super().__init__()
        self.program, self.parameters, self.shrink, self.start = program, parameters, shrink, start
        self.calendar, self.luck = calendar, random.Random(seed)
        self.deviation = [float(z) for z in start.deviation]
        self.rest = [1 / (1 + math.exp(-float(r))) for r in parameters.rest]
        self.memory = [float(m) for m in start.memory]
        self.conditions = [float(c) for c in start.conditions]
        self.gates: list[bool] = []
        self.due: Any = None
        self.today = 0
        self.total = [0] * program.n_events
        self.types = [EventType(self, k) for k in range(program.n_events)]

    def reading(self, j: int) -> float:
        """A level between 0 and 1."""
        return 1 / (1 + math.exp(-(float(self.parameters.rest[j]) + self.deviation[j])))

    def step(self) -> None:
        """A day."""
        self.due = self.calendar[self.today]
        self.gates = [is_true(gate, self.conditions) for gate in self.program.gates]
        self.agents.do("happen")
        counts = [agent.count for agent in self.types]
        self.agents.do("remember")
        self._relax(counts)
        self._set_conditions(counts)
        self.total = [a + b for a, b in zip(self.total, counts, strict=True)]
        self.today += 1

    def _relax(self, counts: list[int]) -> None:
        p, q = self.program, self.parameters
        held = [0.0] * p.n_levels
        for h in range(len(p.hold_level)):
            if self.gates[int(p.hold_gate[h])]:
                held[int(p.hold_level[h])] += float(q.shift[h])
        for j in range(p.n_levels):
            left = 2 ** (-1 / float(q.half_life[j]))
            self.deviation[j] = self.deviation[j] * left + (1 - left) * held[j]
        for i in range(len(p.push_event)):
            signal = math.log2(1 + counts[int(p.push_event[i])])
            self.deviation[int(p.push_level[i])] += float(q.push[i]) * signal
        for f in range(len(p.filter_cause)):
            left = 2 ** (-1 / float(p.filter_half_life[f]))
            signal = math.log2(1 + counts[int(p.filter_cause[f])])
            self.memory[f] = self.memory[f] * left + (1 - left) * signal

    def _set_conditions(self, counts: list[int]) -> None:
        p, q = self.program, self.parameters
        for w in range(len(p.setting_event)):
            if counts[int(p.setting_event[w])] and self.gates[int(p.setting_gate[w])]:
                c, value = int(p.setting_condition[w]), float(q.setting[w])
                old = self.conditions[c]
                kind = int(p.setting_kind[w])
                self.conditions[c] = (value, old * value, max(old + value, 0.0))[kind]


def is_true(gate: Any, conditions: list[float]) -> bool:
    """A gate of the program, of the conditions of today."""
    match gate:
        case ("all",):
            return True
        case ("and", a, b):
            return is_true(a, conditions) and is_true(b, conditions)
        case ("or", a, b):
            return is_true(a, conditions) or is_true(b, conditions)
        case ("not", a):
            return not is_true(a, conditions)
        case (operator, c, number):
            value = conditions[c]
            return {
                "eq": value == number, "ne": value != number, "lt": value < number,
                "le": value <= number, "gt": value > number, "ge": value >= number,
            }[operator]  # fmt: skip
    raise ValueError(gate)


def draw(luck: random.Random, rate: float, dispersion: float) -> int:
    """A Poisson or NB1 count by inversion."""
    factor = math.log1p(dispersion) / dispersion if dispersion > 1e-6 else 1.0
    mass = math.exp(-rate * factor)
    left, count = luck.random() - mass, 0
    while left > 0 and count < 255:
        mass *= (rate + count * dispersion) / ((1 + dispersion) * (count + 1))
        left -= mass
        count += 1
    return count
