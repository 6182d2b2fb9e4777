"""Log-likelihood of a record with its slope and information, in closed form.

The same likelihood as ``engine.likelihood`` (a test holds the two together), written for fitting:
each event type's rate depends on few numbers, so its derivatives are a handful of known series.

    rate = gate * exp(soft(x)) * D      D = base + sum value * series      x = sum coef * deviation
    d rate / d value   = gate * exp(soft(x)) * series
    d rate / d coef    = rate * soft'(x) * deviation
    d rate / d (a number behind level j) = rate * soft'(x) * coef_j y_j (1 - y_j) * dz_j

The information is the expected one (Fisher's): it needs first derivatives only and is never
negative. A whole evaluation costs about as much as one gradient by differentiation would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.special import gammaln

from tightrope.compile import Compiled
from tightrope.engine.likelihood import FLOOR
from tightrope.engine.memory import Record
from tightrope.engine.program import decay
from tightrope.history import Table
from tightrope.inference.information import (
    expected_information,
    log_interval,
    rising,
    tally_slopes,
    zero_factor,
)
from tightrope.inference.space import Space, learned_knobs, natural, space_of
from tightrope.types import FloatArray, IntArray


class Evaluation(NamedTuple):
    """The log-likelihood at a point w, with respect to w. P numbers."""

    value: float
    slope: FloatArray  # [P]
    information: FloatArray  # [P, P]


class _Columns(NamedTuple):
    """Rate of one type and its derivatives by the unconstrained numbers at ``positions``."""

    rate: FloatArray  # [T]
    slopes: FloatArray  # [n, T]
    positions: IntArray  # [n]


class _Level(NamedTuple):
    """A level's course: its reading less its rest, and the slopes of its reading."""

    above: FloatArray  # [T]
    slopes: FloatArray  # [n, T]
    positions: list[int]


@dataclass(frozen=True)
class _Design:
    """What drives one event type: positions in the engine's arrays, and known series."""

    event: int
    edges: IntArray
    extras: IntArray
    scalings: IntArray
    elastics: IntArray
    factors: IntArray
    additive: FloatArray  # [n, T] series of base, rhythms, edges, extras
    relative: FloatArray  # [m, T] series of elasticities, factors
    open: FloatArray  # [T]
    scored: FloatArray  # [T]
    days: IntArray  # [M] days with events that are scored
    counts: FloatArray  # [M]
    windows: list[slice]  # [Y] days of each tally
    lows: FloatArray  # [Y]
    highs: FloatArray  # [Y]


class RecordEvidence:
    """A record, ready to be asked how likely it is at any point of the space."""

    def __init__(self, compiled: Compiled, table: Table, record: Record):
        self.compiled, self.program = compiled, compiled.program
        self.space: Space = space_of(compiled)
        self.knobs = learned_knobs(compiled)
        self._column = {
            (compiled.knobs[i].field, compiled.knobs[i].index): p for p, i in enumerate(self.knobs)
        }
        self._medians = np.array([knob.quantity.median for knob in compiled.knobs])
        self.days = len(table.counts)
        self._signal = np.asarray(record.signal)
        self._gates = np.asarray(record.gates)[: self.days].astype(float)
        self._designs = [
            self._design(k, table, record)
            for k in range(self.program.n_events) if not self.program.scheduled[k]
        ]  # fmt: skip

    def values(self, point: FloatArray) -> FloatArray:
        """[..., knob] natural values of all numbers of the theatre at a point [..., P]."""
        free = self.space.unconstrained(point)
        values = np.broadcast_to(self._medians, (*point.shape[:-1], len(self._medians))).copy()
        for p, i in enumerate(self.knobs):
            values[..., i] = natural(self.compiled.knobs[i].quantity, free[..., p])
        return values

    def evaluate(self, point: FloatArray) -> Evaluation:
        """Value, slope [P] and expected information [P, P] of the log-likelihood."""
        held = self._held(point)
        levels = self._levels(held)
        value, slope = 0.0, np.zeros(self.space.size)
        information = np.zeros((self.space.size, self.space.size))
        for design in self._designs:
            columns = self._columns(design, held, levels)
            value += self._add(design, held, columns, slope, information)
        return Evaluation(value, *self._chain(slope, information))

    def value(self, point: FloatArray) -> float:
        """The log-likelihood alone."""
        held = self._held(point)
        levels = self._levels(held, with_slopes=False)
        return sum(
            self._log_probability(d, held, self._columns(d, held, levels, with_slopes=False).rate)
            for d in self._designs
        )

    def rates(self, point: FloatArray) -> FloatArray:
        """[T, K] expected events of every day at a point; 0 for calendar events."""
        held = self._held(point)
        levels = self._levels(held, with_slopes=False)
        rates = np.zeros((self.days, self.program.n_events))
        for d in self._designs:
            rates[:, d.event] = self._columns(d, held, levels, with_slopes=False).rate
        return rates

    # The numbers of the engine and of the space ------------------------------------------------

    def _held(self, point: FloatArray) -> dict[str, FloatArray]:
        filled = self.compiled.fill(self.values(point)[None])
        return {name: np.asarray(value)[0] for name, value in filled._asdict().items()}

    def _chain(self, slope: FloatArray, information: FloatArray) -> tuple[FloatArray, FloatArray]:
        """From the unconstrained scale to w; the shared factor moves every follow."""
        scale = self.space.scale
        if self.space.has_shared_factor:
            slope[-1] = self.space.follows @ slope
            information[-1] = information[:, -1] = information @ self.space.follows
            information[-1, -1] = self.space.follows @ information[-1]
        return scale * slope, scale[:, None] * information * scale

    # What drives each type ----------------------------------------------------------------------

    def _design(self, k: int, table: Table, record: Record) -> _Design:
        p, days = self.program, self.days
        where = {
            name: np.flatnonzero(array == k).astype(np.int32)
            for name, array in (("edges", p.edge_effect), ("extras", p.extra_event),
                                ("scalings", p.scaling_event), ("elastics", p.elastic_event),
                                ("factors", p.factor_event))
        }  # fmt: skip
        memory, conditions = np.asarray(record.memory)[:days], np.asarray(record.conditions)[:days]
        gates = self._gates
        additive = [
            np.ones(days), *np.asarray(record.rhythm)[:days, :, k].T,
            *(memory[:, p.edge_filter[e]] * gates[:, p.edge_gate[e]] for e in where["edges"]),
            *(gates[:, p.extra_gate[x]] for x in where["extras"]),
        ]  # fmt: skip
        relative = [
            *(np.log(np.maximum(conditions[:, p.elastic_condition[n]], 1.0)
                     / p.elastic_reference[n]) for n in where["elastics"]),
            *(gates[:, p.factor_gate[b]] for b in where["factors"]),
        ]  # fmt: skip
        e = table.evidence
        mine, tallied = np.asarray(e.cell_event) == k, np.asarray(e.tally_event) == k
        return _Design(
            k, **where, additive=np.array(additive),
            relative=np.array(relative).reshape(len(relative), days),
            open=gates[:, p.event_gate[k]], scored=np.asarray(e.scored)[:, k],
            days=np.asarray(e.cell_day)[mine].astype(np.int32),
            counts=np.asarray(e.cell_count)[mine].astype(float),
            windows=[slice(int(a), int(b)) for a, b in
                     zip(e.tally_start[tallied], e.tally_end[tallied], strict=True)],
            lows=np.asarray(e.tally_low)[tallied], highs=np.asarray(e.tally_high)[tallied],
        )  # fmt: skip

    def _position(self, field: str, *index: int) -> int:
        return self._column.get((field, index), -1)

    def _levels(self, held: dict[str, FloatArray], with_slopes: bool = True) -> list[_Level]:
        return [self._level(j, held, with_slopes) for j in range(self.program.n_levels)]

    def _level(self, j: int, held: dict[str, FloatArray], with_slopes: bool) -> _Level:
        p, left = self.program, float(decay(held["half_life"][j]))
        pushes = np.flatnonzero(p.push_level == j)
        holds = np.flatnonzero(p.hold_level == j)
        parts = [
            *(_relax(self._signal[:, p.push_event[q]], left) for q in pushes),
            *(_relax((1 - left) * self._gates[:, p.hold_gate[h]], left) for h in holds),
        ]
        weights = [*held["push"][pushes], *held["shift"][holds]]
        deviation = np.zeros(self.days) + sum(w * x for w, x in zip(weights, parts, strict=True))
        reading = 1 / (1 + np.exp(-held["rest"][j] - deviation))
        rest = 1 / (1 + np.exp(-held["rest"][j]))
        if not with_slopes:
            return _Level(reading - rest, np.zeros((0, self.days)), [])
        bend = reading * (1 - reading)
        # d left / d log h = left log(2) / h; what stands at dawn is carried on by ``left``.
        pull = deviation - sum(
            held["shift"][h] * self._gates[:, p.hold_gate[h]] for h in holds
        )  # fmt: skip
        by_half_life = _relax(pull * left * np.log(2) / held["half_life"][j], left)
        slopes = [bend - rest * (1 - rest), *(bend * x for x in (by_half_life, *parts))]
        positions = [
            self._position("rest", j), self._position("half_life", j),
            *(self._position("push", int(q)) for q in pushes),
            *(self._position("shift", int(h)) for h in holds),
        ]  # fmt: skip
        known = [i for i, at in enumerate(positions) if at >= 0]
        return _Level(
            reading - rest, np.array(slopes)[known].reshape(len(known), self.days),
            [positions[i] for i in known],
        )  # fmt: skip

    def _columns(
        self, d: _Design, held: dict[str, FloatArray], levels: list[_Level],
        with_slopes: bool = True,
    ) -> _Columns:  # fmt: skip
        p, k = self.program, d.event
        weights = _weights(d, held)
        scaling = held["coefficient"][d.scalings]
        above = [levels[j].above for j in p.scaling_level[d.scalings]]
        loose = np.concatenate([held["elasticity"][d.elastics], held["log_factor"][d.factors]])
        drive = loose @ d.relative + sum(c * a for c, a in zip(scaling, above, strict=True))
        limit = max(float(held["log_limit"][k]), 1e-6)
        damped = np.exp(np.maximum(drive, 0.0) * (-1 / limit))
        scale = d.open * np.exp(np.where(drive > 0, limit - limit * damped, drive))
        rate = scale * (weights @ d.additive)
        if not with_slopes:
            return _Columns(rate, np.zeros((0, self.days)), np.zeros(0, np.int32))
        by_drive = rate * damped  # damped is soft'(x), 1 below zero
        slopes = [
            d.additive * (weights[:, None] * scale), d.relative * by_drive,
            *(a[None] * by_drive for a in above),
            *((c * by_drive) * levels[j].slopes
              for c, j in zip(scaling, p.scaling_level[d.scalings], strict=True)),
        ]  # fmt: skip
        positions = [
            *(self._position(*place) for place in _places(d)),
            *(self._position("elasticity", int(n)) for n in d.elastics),
            *(self._position("log_factor", int(b)) for b in d.factors),
            *(self._position("coefficient", int(s)) for s in d.scalings),
            *(at for j in p.scaling_level[d.scalings] for at in levels[j].positions),
        ]
        at = np.array(positions, np.int32)
        return _Columns(rate, np.concatenate(slopes)[at >= 0], at[at >= 0])

    # What the record says about them ------------------------------------------------------------

    def _log_probability(self, d: _Design, held: dict[str, FloatArray], rate: FloatArray) -> float:
        phi, rate = float(held["dispersion"][d.event]), np.maximum(rate, FLOOR)
        log, _, _ = rising(rate[d.days], phi, d.counts)
        quiet = zero_factor(phi)[0] * float(d.scored @ rate)
        constant = d.counts.sum() * np.log1p(phi) + _log_factorials(d.counts)
        tallies = log_interval(d.lows, d.highs, _in_windows(d, rate), phi)
        return float(log.sum() - constant - quiet + tallies.sum())

    def _add(
        self, d: _Design, held: dict[str, FloatArray], columns: _Columns, slope: FloatArray,
        information: FloatArray,
    ) -> float:  # fmt: skip
        """Add one type's slope and information; returns its log-probability."""
        phi, rate = float(held["dispersion"][d.event]), np.maximum(columns.rate, FLOOR)
        g, g1, _ = zero_factor(phi)
        log, by_rate, by_phi = rising(rate[d.days], phi, d.counts)
        score = -g * d.scored
        score[d.days] += by_rate
        total = float(d.counts.sum())
        expected = float(d.scored @ rate)
        value = log.sum() - total * np.log1p(phi) - _log_factorials(d.counts) - g * expected
        phi_slope = by_phi.sum() - total / (1 + phi) - g1 * expected
        known = expected_information(rate, phi)
        block = (columns.slopes * (known.rate * d.scored)) @ columns.slopes.T
        cross = columns.slopes @ (known.cross * d.scored)
        phi_information = float(known.dispersion @ d.scored)
        if d.windows:
            tally = tally_slopes(d.lows, d.highs, _in_windows(d, rate), phi)
            value += tally.value.sum()
            phi_slope += tally.by_dispersion.sum()
            for window, by_total in zip(d.windows, tally.by_rate, strict=True):
                score[window] += by_total
            inside = np.stack([columns.slopes[:, window].sum(1) for window in d.windows], 1)
            block += (inside * tally.information) @ inside.T
        at, own = columns.positions, self._position("dispersion", d.event)
        slope[at] += columns.slopes @ score
        information[np.ix_(at, at)] += block  # a number drives a type in one way only
        if own >= 0:
            slope[own] += phi_slope * phi
            information[own, own] += phi_information * phi**2
            information[at, own] += cross * phi
            information[own, at] += cross * phi
        return float(value)


def _places(d: _Design) -> list[tuple[Any, ...]]:
    """Field and index of what adds to the rate, in the order of ``additive``."""
    k = d.event
    return [
        ("base", k), ("rhythm", 0, k), ("rhythm", 1, k),
        *(("expect", e) for e in d.edges.tolist()), *(("extra", x) for x in d.extras.tolist()),
    ]  # fmt: skip


def _weights(d: _Design, held: dict[str, FloatArray]) -> FloatArray:
    """[n] what the series of ``additive`` are multiplied with."""
    base, rhythm = held["base"][[d.event]], held["rhythm"][:, d.event]
    return np.concatenate([base, rhythm, held["expect"][d.edges], held["extra"][d.extras]])


def _relax(drive: FloatArray, left: float) -> FloatArray:
    """[T] z at each dawn: z(t + 1) = left z(t) + drive(t) from z(0) = 0."""
    from scipy.signal import lfilter  # slow to load, and only a new fit needs it

    after = lfilter([1.0], [1.0, -left], drive)
    return np.concatenate([[0.0], np.asarray(after)[:-1]])


def _in_windows(d: _Design, rate: FloatArray) -> FloatArray:
    """[Y] expected total of each tally."""
    return np.array([rate[window].sum() for window in d.windows])


def _log_factorials(counts: FloatArray) -> float:
    return float(gammaln(counts + 1).sum())
