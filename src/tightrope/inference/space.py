"""The numbers that a record can teach, on the scale on which priors are standard normal.

A point is a vector w: 0 is the middle of every prior, 1 a standard deviation above it. Settings of
conditions, chances of calendars and limits are not learned: conditions are followed as observed.
The last coordinate, where the theatre has one, is the log of the factor that all follows share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tightrope.compile import Compiled, Knob
from tightrope.theatre import schema
from tightrope.theatre.numbers import Quantity
from tightrope.types import BoolArray, FloatArray

LEARNED = frozenset({
    "base", "rhythm", "expect", "extra", "coefficient", "elasticity", "log_factor", "dispersion",
    "rest", "half_life", "push", "shift",
})  # fmt: skip
"""Fields of ``engine.Parameters`` on which the likelihood depends."""
_RATES = frozenset({"base", "rhythm", "expect", "extra", "dispersion"})
SHARED_FACTOR = "defaults.fitting.follows"
"""Label of the last coordinate."""


@dataclass(frozen=True, eq=False)
class Space:
    """Labels, priors and places of what is learned. P numbers."""

    labels: tuple[str, ...]
    """[P]; the shared factor, if there is one, comes last."""
    location: FloatArray
    """[P] mean of the prior on the unconstrained scale (log, logit or plain)."""
    scale: FloatArray
    """[P] its standard deviation."""
    follows: FloatArray
    """[P] 1 for the log of a follow's expectation: the shared factor adds to it."""
    rates: BoolArray
    """[P] logs of what adds to a rate or to its spread: a record says more of large ones."""

    @property
    def size(self) -> int:
        """P."""
        return len(self.labels)

    @property
    def has_shared_factor(self) -> bool:
        """Whether the last coordinate is the factor that follows share."""
        return self.size > 0 and self.labels[-1] == SHARED_FACTOR

    def unconstrained(self, point: FloatArray) -> FloatArray:
        """[..., P] logs, logits or plain values of a point (or of many)."""
        value = self.location + self.scale * point
        if self.has_shared_factor:
            value = value + self.follows * value[..., -1:]
        return value


def learned_knobs(compiled: Compiled) -> list[int]:
    """Positions in ``compiled.knobs`` of what the likelihood depends on and is uncertain."""
    scheduled = compiled.program.scheduled
    return [
        i for i, knob in enumerate(compiled.knobs)
        if knob.field in LEARNED and fitting_prior(compiled, knob).is_range
        and not (knob.field in ("base", "rhythm", "dispersion") and scheduled[knob.index[-1]])
    ]  # fmt: skip


def space_of(compiled: Compiled) -> Space:
    """The space of a compiled theatre, in the order of its knobs."""
    knobs = [compiled.knobs[i] for i in learned_knobs(compiled)]
    labels = [knob.label for knob in knobs]
    priors = [fitting_prior(compiled, knob) for knob in knobs]
    follows = [float(knob.field == "expect") for knob in knobs]
    fitting = compiled.theatre.head.defaults.fitting
    if fitting and fitting.follows and fitting.follows.factor.is_range and any(follows):
        labels.append(SHARED_FACTOR)
        priors.append(fitting.follows.factor)
        follows.append(0.0)
    rates = [knob.field in _RATES for knob in knobs]
    return Space(
        tuple(labels), np.array([p.location for p in priors], float),
        np.array([p.scale for p in priors], float), np.array(follows, float),
        np.array(rates + [False] * (len(labels) - len(rates)), bool),
    )  # fmt: skip


def fitting_prior(compiled: Compiled, knob: Knob) -> Quantity:
    """The prior of a number when it is fitted.

    A base that rests on the record itself is replaced: the record must not be counted twice, nor be
    known before it happened. So are the default rhythm and dispersion: what comes in bursts and in
    seasons is for the record to say, levels and follows have their own priors.
    """
    fitting = compiled.theatre.head.defaults.fitting
    if not fitting or knob.field not in ("base", "rhythm", "dispersion"):
        return knob.quantity
    event = compiled.theatre.events[compiled.events[knob.index[-1]]]
    if knob.field == "base" and event.base and _rests_on_record(compiled, event.base):
        return fitting.base.rate
    if knob.field == "rhythm" and event.rhythm is None:
        return (fitting.rhythm.short, fitting.rhythm.long)[knob.index[0]].expect
    if knob.field == "dispersion" and fitting.dispersion and not event.dispersion:
        return fitting.dispersion.extra
    return knob.quantity


def _rests_on_record(compiled: Compiled, base: schema.Base) -> bool:
    return base.source in (schema.DEFAULT_GROUND, compiled.theatre.head.defaults.base_source)


def natural(quantity: Quantity, unconstrained: FloatArray) -> FloatArray:
    """Values in days, per day or bare, from logs, logits or plain values."""
    if quantity.family == "lognormal":
        return np.exp(unconstrained)
    if quantity.family == "logitnormal":
        return 1.0 / (1.0 + np.exp(-unconstrained))
    return unconstrained
