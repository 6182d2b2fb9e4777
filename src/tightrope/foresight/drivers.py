"""Why today's rate is what it is: its largest terms, at the middle of the draws.

A rate is modulation * (base + extra + rhythm + follows). Each term's share is exact arithmetic; the
factors of the modulation are listed apart, because they multiply. A question about several event
types has the terms of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tightrope.foresight.prepare import Prepared
from tightrope.inference.decomposition import Factor, RatesApart, Term, at_medians, dawn_after

MOST_TERMS = 4
MOST_FACTORS = 2
MOST_FACTS = 2
LEAST_SHARE = 0.02
LEAST_LOG_FACTOR = 0.05
"""How much is told: the largest terms and factors, and none that is too small to matter."""
RHYTHMS = {"short": "own rhythm, recent", "long": "own rhythm, season"}


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
        self.program = prepared.compiled.program
        point = at_medians(prepared.parameters)
        self.apart = RatesApart(
            prepared.compiled, point, np.median(prepared.shrink, 0)[None],
            dawn_after(prepared.compiled, point, prepared.record),
        )  # fmt: skip
        self.index = prepared.compiled.event_index()
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
        for event in events:
            rate = self.apart.of(event)
            if self.program.scheduled[self.index[event]]:
                apart.append(Driver(event, "calendar", "its dates", None))
            elif not rate.is_open:
                apart.append(Driver(event, "gate", "impossible today", None, factor=0.0))
            else:
                scale = float(rate.modulation[0])
                terms += [(float(t.value[0]) * scale, self._term(event, t)) for t in rate.terms]
                factors += [_factor(event, factor) for factor in rate.factors]
        return [*_largest(terms), *apart, *_strongest(factors)]

    def _term(self, event: str, term: Term) -> Driver:
        name = RHYTHMS[term.name] if term.kind == "rhythm" else term.name
        facts = {"rhythm": event, "follows": term.name}.get(term.kind)
        # Nobody asserts that a type has a base or a rhythm: these carry no mechanism here.
        mechanism = term.knob.mechanism if term.kind in ("condition", "follows") else None
        return Driver(event, term.kind, name, mechanism,
                      facts=self._latest(facts) if facts else ())  # fmt: skip

    def _latest(self, event: str) -> tuple[str, ...]:
        return tuple(self.facts.get(event, [])[-MOST_FACTS:])


def _factor(event: str, factor: Factor) -> Driver:
    strength = float(np.exp(factor.log[0]))
    return Driver(event, factor.kind, factor.name, factor.knob.mechanism, factor=strength)


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
