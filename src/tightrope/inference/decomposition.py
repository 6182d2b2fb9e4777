"""A rate taken apart: the terms of its sum and the factors on it, number by number.

    rate = gate * exp(soft(sum of log factors)) * (sum of terms)

The same arithmetic as ``engine.rates``, kept apart by the number of the theatre that stands behind
each part, for one point of the parameters or for many draws at once. Everything that explains a
rate reads it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.compile import Compiled, Knob
from tightrope.engine.memory import Record, state_after
from tightrope.engine.program import Parameters
from tightrope.engine.rates import soft_limit
from tightrope.types import FloatArray

TermKind = Literal["base", "condition", "rhythm", "follows"]
FactorKind = Literal["level", "number", "condition"]


class Dawn(NamedTuple):
    """What the rates of a day are made of, as it stood before the day. D draws."""

    rhythm: FloatArray  # [2, K]
    memory: FloatArray  # [F]
    conditions: FloatArray  # [C]
    gates: np.ndarray  # [G] booleans
    deviation: FloatArray  # [D, J] of levels, in logits


@dataclass(frozen=True)
class Memory:
    """A decaying memory that a term reads."""

    cause: int
    """Event type whose signals it holds."""
    half_life: float
    """Days."""


@dataclass(frozen=True)
class Term:
    """One term of the sum in a rate."""

    kind: TermKind
    name: str
    """``base``, a condition, ``short`` or ``long`` of a rhythm, or the event that is followed."""
    knob: Knob
    value: FloatArray
    """[D] per day, before the factors."""
    memory: Memory | None = None
    weight: FloatArray | None = None
    """[D] what one unit of the memory adds: ``value`` is weight times memory."""


@dataclass(frozen=True)
class Factor:
    """One factor on a rate."""

    kind: FactorKind
    name: str
    """A level, a condition that is a number, or an expression over conditions."""
    knob: Knob
    log: FloatArray
    """[D] its logarithm, before all of them together are limited."""


@dataclass(frozen=True)
class Decomposition:
    """A rate and its parts. D draws."""

    event: str
    is_open: bool
    """Whether the event is possible at all: its gate."""
    terms: tuple[Term, ...]
    factors: tuple[Factor, ...]
    limit: FloatArray
    """[D] by which the limit on all factors together changes their product (at most 1)."""

    @property
    def modulation(self) -> FloatArray:
        """[D] product of the factors and of the limit on them."""
        return self.limit * np.exp(sum((f.log for f in self.factors), np.zeros_like(self.limit)))

    @property
    def drive(self) -> FloatArray:
        """[D] sum of the terms, per day."""
        return sum((term.value for term in self.terms), np.zeros_like(self.limit))

    @property
    def if_open(self) -> FloatArray:
        """[D] per day, were the event possible."""
        return self.modulation * self.drive

    @property
    def rate(self) -> FloatArray:
        """[D] per day."""
        return self.if_open if self.is_open else np.zeros_like(self.limit)


class RatesApart:
    """The rates of one day, ready to be taken apart."""

    def __init__(self, compiled: Compiled, parameters: Parameters, shrink: FloatArray, dawn: Dawn):
        """parameters : leading axis draw; shrink : [D, K] the ceiling's factor on follow-terms."""
        self.compiled = compiled
        self.dawn = dawn
        self.p: dict[str, FloatArray] = {
            name: np.asarray(value, np.float64) for name, value in parameters._asdict().items()
        }
        self.shrink = np.asarray(shrink, np.float64)
        self._knobs = {(knob.field, *knob.index): knob for knob in compiled.knobs}
        self.rest = _logistic(self.p["rest"])
        self.reading = _logistic(self.p["rest"] + dawn.deviation)

    def of(self, event: str) -> Decomposition:
        """The parts of an event type's rate. A type with a calendar has none that is read."""
        k = self.compiled.event_index()[event]
        factors = tuple(self._factors(k))
        total = sum((factor.log for factor in factors), np.zeros(len(self.shrink)))
        return Decomposition(
            event=event,
            is_open=bool(self.dawn.gates[self.compiled.program.event_gate[k]]),
            terms=tuple(self._terms(k)),
            factors=factors,
            limit=np.exp(_limited(total, self.p["log_limit"][:, k]) - total),
        )

    def _terms(self, k: int) -> list[Term]:
        p, program, dawn = self.p, self.compiled.program, self.dawn
        found: list[Term] = []

        def add(kind: TermKind, name: str, field: str, at: tuple[int, ...], value: FloatArray,
                memory: Memory | None = None, held: float = 1.0) -> None:  # fmt: skip
            knob = self._knobs.get((field, *at))
            if knob:  # what the theatre does not have adds nothing
                weight = value if memory else None
                found.append(
                    Term(kind, name or knob.path[-1], knob, value * held, memory, weight)
                )  # fmt: skip

        add("base", "base", "base", (k,), p["base"][:, k])
        for x in np.flatnonzero(program.extra_event == k).tolist():
            add(
                "condition", "", "extra", (x,), p["extra"][:, x] * dawn.gates[program.extra_gate[x]]
            )
        for which, name in enumerate(("short", "long")):
            weight = p["rhythm"][:, which, k] * self.shrink[:, k]
            memory = Memory(k, float(program.rhythm_half_life[which, k]))
            add("rhythm", name, "rhythm", (which, k), weight, memory, float(dawn.rhythm[which, k]))
        for e in np.flatnonzero(program.edge_effect == k).tolist():
            held = int(program.edge_filter[e])
            weight = p["expect"][:, e] * self.shrink[:, k] * dawn.gates[program.edge_gate[e]]
            memory = Memory(
                int(program.filter_cause[held]), float(program.filter_half_life[held])
            )  # fmt: skip
            name = self.compiled.edges[e][0]
            add("follows", name, "expect", (e,), weight, memory, float(dawn.memory[held]))
        return found

    def _factors(self, k: int) -> list[Factor]:
        p, program, dawn = self.p, self.compiled.program, self.dawn
        found: list[Factor] = []

        def add(kind: FactorKind, name: str, field: str, at: int, log: FloatArray) -> None:
            knob = self._knobs[field, at]
            found.append(Factor(kind, name or knob.path[-1], knob, log))

        above = self.reading - self.rest
        for s in np.flatnonzero(program.scaling_event == k).tolist():
            level = int(program.scaling_level[s])
            log = p["coefficient"][:, s] * above[:, level]
            add("level", self.compiled.levels[level], "coefficient", s, log)
        for n in np.flatnonzero(program.elastic_event == k).tolist():
            number = int(program.elastic_condition[n])
            ratio = max(float(dawn.conditions[number]), 1.0) / float(program.elastic_reference[n])
            log = p["elasticity"][:, n] * np.log(ratio)
            add("number", self.compiled.conditions[number], "elasticity", n, log)
        for b in np.flatnonzero(program.factor_event == k).tolist():
            if dawn.gates[program.factor_gate[b]]:
                add("condition", "", "log_factor", b, p["log_factor"][:, b])
        return found


def dawn_after(compiled: Compiled, parameters: Parameters, record: Record) -> Dawn:
    """The dawn of the day after a record, its levels under each draw of the parameters."""
    deviation = np.asarray(state_after(compiled.program, parameters, record).deviation)[..., 0]
    return dawn_of(record, len(record.counts), deviation)


def dawn_of(record: Record, day: int, deviation: Any) -> Dawn:
    """The dawn of a day of a record, counted from 0. deviation : [D, J]."""
    rhythm, memory, conditions, gates = (
        np.asarray(x[day]) for x in (record.rhythm, record.memory, record.conditions, record.gates)
    )
    return Dawn(rhythm, memory, conditions, gates, np.asarray(deviation, np.float64))


def at_medians(parameters: Parameters) -> Parameters:
    """One point, each number at the median of its draws; the axis of draws has length 1."""
    return jax.tree.map(lambda x: np.median(np.asarray(x, np.float64), 0)[None], parameters)


def _limited(log: FloatArray, limit: FloatArray) -> FloatArray:
    with jax.enable_x64(True):
        return np.asarray(soft_limit(jnp.asarray(log), jnp.asarray(limit)))


def _logistic(x: FloatArray) -> FloatArray:
    return 1 / (1 + np.exp(-x))
