"""Why is the rate of an event type what it is on a day? The exact sum and product, with its facts.

1. the history until the eve, and the numbers (medians of the draws, and every draw for the ranges)
2. the rate at dawn taken apart (``inference.decomposition``)
3. each memory opened: every earlier row with what is left of it
4. each level opened: every earlier row that pushed it, with what is left of the push
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import jax
import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.memory import Record, first_days
from tightrope.engine.program import Parameters, decay
from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.explanation import (
    Explanation,
    Fact,
    Facts,
    Part,
    Scaling,
    facts_of,
)
from tightrope.foresight.prepare import SHORTEST_RECORD_DAYS, Prepared
from tightrope.foresight.standing import (
    clauses_of,
    expression_of,
    rows_behind,
    standing,
)
from tightrope.foresight.structural import structural
from tightrope.history import ConditionRow, History, Origins, Row
from tightrope.inference.decomposition import (
    Decomposition,
    Factor,
    Memory,
    RatesApart,
    Term,
    at_medians,
    dawn_after,
)
from tightrope.inference.fits import Say
from tightrope.inference.residuals import log_nothing
from tightrope.theatre import Theatre
from tightrope.types import FloatArray

RANGE = (0.05, 0.95)
"""Quantiles over draws between which 90 % of them lie."""


def explain(
    theatre: Theatre, history: History, event: str, *, on: date | None = None, draws: int = 100,
    seed: int = 1, fitted: bool = True, hindsight: bool = False, say: Say | None = None,
) -> Explanation:  # fmt: skip
    """The rate of an event type on a day, given the past until the day before.

    on : a day of the record, or the day after its end (the default).
    hindsight : take facts and numbers as the whole record has them; otherwise as they were known
    on the day before.
    Raises UnknownName for an event that the theatre does not have, RunRefused for a day outside
    the record or an event with a calendar.
    """
    if event not in theatre.events:
        raise UnknownName("event", event, list(theatre.events))
    on = on or history.until + timedelta(1)
    _check_calendar(theatre, event)
    _check_day(history, on)
    eve = on - timedelta(1)
    prepared = structural(theatre, history, history.until if hindsight else eve, draws=draws,
                          seed=seed, fitted=fitted, say=say)  # fmt: skip
    happened = tuple(row for row in history.rows if row.event == event and _covers(row, on))
    return Explainer(prepared, on, hindsight=hindsight).explain(event, happened)


class Explainer:
    """The rates of one day, each of which can be explained."""

    def __init__(self, prepared: Prepared, on: date, *, hindsight: bool = False):
        """on : the first forecast day of ``prepared``, or an earlier one (``hindsight``)."""
        self.prepared, self.on, self.hindsight = prepared, on, hindsight
        self.compiled: Compiled = prepared.compiled
        self.history: History = prepared.history
        whole = prepared.record
        self.days = (on - self.compiled.first_day).days
        self.record: Record = first_days(whole, self.days)
        # The first row is the point at the medians, which is explained; the others are the draws.
        centre = at_medians(prepared.parameters)
        points: Parameters = jax.tree.map(_stacked, centre, prepared.parameters)
        shrink = _stacked(np.median(prepared.shrink, 0)[None], prepared.shrink)
        self.apart = RatesApart(self.compiled, points, shrink,
                                dawn_after(self.compiled, points, self.record))  # fmt: skip
        counts, signal = (np.asarray(x) for x in (whole.counts, whole.signal))
        self.origins = Origins(self.compiled, self.history, counts, signal)
        self.knobs = {(knob.field, *knob.index): knob for knob in self.compiled.knobs}

    def explain(self, event: str, happened: tuple[Row, ...] = ()) -> Explanation:
        """The explanation of one event type. happened : rows of such events on the day."""
        rate = self.apart.of(event)
        k = self.compiled.event_index()[event]
        parts = sorted((self._part(rate, t) for t in rate.terms), key=lambda p: -p.per_day)
        scalings = sorted(map(self._scaling, rate.factors), key=lambda f: -abs(np.log(f.factor)))
        quiet = log_nothing(rate.rate[:1], self.apart.p["dispersion"][:1, k])
        low, high = _range(rate.rate)
        fit = self.prepared.posterior
        return Explanation(
            theatre=self.compiled.theatre.name, event=event,
            says=self.compiled.theatre.events[event].says, day=self.on, hindsight=self.hindsight,
            fitted_until=fit.until if fit else None, draws=len(rate.rate) - 1,
            rate=float(rate.rate[0]), low=low, high=high, if_open=float(rate.if_open[0]),
            chance=float(-np.expm1(-quiet[0])),
            at_rest=sum(float(t.value[0]) for t in rate.terms if t.kind == "base"),
            modulation=float(rate.modulation[0]), limit=float(rate.limit[0]),
            parts=tuple(parts), scalings=tuple(scalings),
            gate=clauses_of(self.compiled, self.history, event, np.asarray(self.record.conditions)),
            happened=happened, mechanisms=self._mechanisms(parts, scalings),
        )  # fmt: skip

    def _part(self, rate: Decomposition, term: Term) -> Part:
        drive = np.where(rate.drive > 0, rate.drive, 1.0)
        low, high = _range(term.value / drive)
        facts = Facts()
        if term.memory and term.weight is not None:
            scale = float(rate.modulation[0] * term.weight[0])
            facts = facts_of([Fact(row, scale * x) for row, x in self._rows(term.memory)])
        expression = expression_of(self.compiled, term.knob)
        return Part(
            kind=term.kind, name=term.name, label=term.knob.label, mechanism=term.knob.mechanism,
            half_life=term.memory.half_life if term.memory else None,
            per_day=float(rate.modulation[0] * term.value[0]),
            share=float(term.value[0] / drive[0]), low=low, high=high, facts=facts,
            conditions=self._conditions(expression),
        )  # fmt: skip

    def _rows(self, memory: Memory) -> list[tuple[Row, float]]:
        left = decay(np.asarray(memory.half_life, float))
        return [(row, x) for row, x in self.origins.parts(memory.cause, self._weights(left))]

    def _weights(self, left: FloatArray, *, kept: bool = False) -> FloatArray:
        """[t] what is left at dawn of each day's signal; a memory takes in only 1 - left of it."""
        age = np.arange(self.days)[::-1]
        return left**age * (1.0 if kept else 1 - left)

    def _scaling(self, factor: Factor) -> Scaling:
        strengths = np.exp(factor.log)
        low, high = _range(strengths)
        opened = _Opened()
        if factor.kind == "level":
            opened = self._level(self.compiled.levels.index(factor.name))
        elif factor.kind == "number":
            opened = self._number(factor)
        else:
            rows = self._conditions(expression_of(self.compiled, factor.knob))
            opened = _Opened(conditions=rows)
        return Scaling(
            kind=factor.kind, name=factor.name, label=factor.knob.label,
            mechanism=factor.knob.mechanism, factor=float(strengths[0]), low=low, high=high,
            **opened._asdict(),
        )  # fmt: skip

    def _level(self, j: int) -> _Opened:
        """A level opened: the rows that pushed it and the conditions that hold it."""
        program, p = self.compiled.program, self.apart.p
        left = decay(p["half_life"][0, j])
        weights = self._weights(left, kept=True)
        pushes = [
            Fact(row, float(p["push"][0, q]) * x, self.knobs["push", q].mechanism)
            for q in np.flatnonzero(program.push_level == j).tolist()
            for row, x in self.origins.parts(int(program.push_event[q]), weights)
        ]
        gates = np.asarray(self.record.gates)[:-1]
        held = tuple(
            (str(expression_of(self.compiled, self.knobs["shift", h])),
             self.knobs["shift", h].mechanism,
             float(p["shift"][0, h] * (1 - left) * weights @ gates[:, program.hold_gate[h]]))
            for h in np.flatnonzero(program.hold_level == j).tolist()
        )  # fmt: skip
        return _Opened(
            now=float(self.apart.reading[0, j]), rest=float(self.apart.rest[0, j]),
            deviation=float(self.apart.dawn.deviation[0, j]), pushes=facts_of(pushes),
            held=tuple(hold for hold in held if hold[2]),
            conditions=rows_behind(self.compiled, self.history, [h[0] for h in held if h[2]],
                                   self.on),
        )  # fmt: skip

    def _number(self, factor: Factor) -> _Opened:
        program, (n,) = self.compiled.program, factor.knob.index
        row = standing(self.history, factor.name, self.on)
        return _Opened(
            now=float(self.apart.dawn.conditions[program.elastic_condition[n]]),
            rest=float(program.elastic_reference[n]), conditions=(row,) if row else (),
        )  # fmt: skip

    def _conditions(self, expression: str | None) -> tuple[ConditionRow, ...]:
        if expression is None:
            return ()
        return rows_behind(self.compiled, self.history, [expression], self.on)

    def _mechanisms(self, parts: list[Part], scalings: list[Scaling]) -> dict[str, tuple[str, ...]]:
        named = {x.mechanism for x in (*parts, *scalings) if x.mechanism}
        named |= {fact.mechanism for s in scalings for fact in s.pushes.told if fact.mechanism}
        named |= {mechanism for s in scalings for _, mechanism, _ in s.held if mechanism}
        known = self.compiled.theatre.mechanisms
        return {name: tuple(m.sources) for name, m in known.items() if name in named}


class _Opened(NamedTuple):
    """What stands behind a factor, see ``Scaling``."""

    now: float | None = None
    rest: float | None = None
    deviation: float | None = None
    pushes: Facts = Facts()
    held: tuple[tuple[str, str | None, float], ...] = ()
    conditions: tuple[ConditionRow, ...] = ()


def _stacked(centre: FloatArray, draws: FloatArray) -> FloatArray:
    return np.concatenate([centre, np.asarray(draws, np.float64)])


def _range(values: FloatArray) -> tuple[float, float]:
    """Over the draws, which stand behind the first value."""
    low, high = np.quantile(values[1:], RANGE)
    return float(low), float(high)


def _covers(row: Row, day: date) -> bool:
    return bool(
        row.date.earliest and row.date.latest and row.date.earliest <= day <= row.date.latest
    )  # fmt: skip


def _check_calendar(theatre: Theatre, event: str) -> None:
    scheduled = theatre.events[event].scheduled
    if scheduled is None:
        return
    days = ", ".join(span.text for span in scheduled.dates)
    raise RunRefused(
        f"{event} has no rate to explain: it has a calendar ({days}); ask about an event that "
        "happens at a rate"
    )


def _check_day(history: History, on: date) -> None:
    first = history.theatre.head.starts.middle() + timedelta(SHORTEST_RECORD_DAYS)
    last = history.until + timedelta(1)
    if not first <= on <= last:
        raise RunRefused(
            f"{on} lies outside the record; choose a day from {first} to {last}, the day after "
            "its end"
        )
