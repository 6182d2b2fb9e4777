"""A record beside the rates that a fit gives it, and what is left when the fit is taken away.

The count of a day and type is NB1 with variance rate (1 + dispersion), see ``engine.counts``; it is
SciPy's ``nbinom`` with n = rate / dispersion and p = 1 / (1 + dispersion). Sums of days stay in the
family. If the fit is right, every quantity here has a distribution that is known beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from scipy import stats

from tightrope.compile import stream_number
from tightrope.errors import RunRefused
from tightrope.history import Table
from tightrope.types import BoolArray, FloatArray, IntArray

IMPOSSIBLE = 1e-9
"""Rates per day up to this one say "cannot happen"; it is ``engine.likelihood.FLOOR``."""
_POISSON_BELOW = 1e-6
"""Dispersion below which NB1 is Poisson to all digits."""


@dataclass(frozen=True, eq=False)
class FittedRecord:
    """What happened and what was expected of it. Axes: T days, K event types.

    Raises RunRefused with every fault when the arrays cannot belong together.
    """

    events: Sequence[str]
    first_day: date
    rate: FloatArray
    """[T, K] expected events per day, given all that happened before."""
    dispersion: FloatArray
    """[K] variance = rate (1 + dispersion)."""
    counts: FloatArray
    """[T, K] listed events."""
    scored: FloatArray
    """[T, K] 1 where the cell counts by itself: no calendar, no tally over it; see ``settled``."""

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise RunRefused("goodness of fit: " + "; ".join(faults))

    def series(self, event: str) -> Series:
        """What one event type did on the days that can be judged."""
        k = list(self.events).index(event)
        rate, count = np.maximum(self.rate[:, k], IMPOSSIBLE), self.counts[:, k]
        # A day on which nothing could happen and nothing did says nothing.
        kept = np.flatnonzero(self.judged[:, k])
        return Series(
            event, self.first_day, float(self.dispersion[k]), kept.astype(np.int32),
            rate[kept], count[kept],
        )  # fmt: skip

    @cached_property
    def judged(self) -> BoolArray:
        """[T, K] scored cells in which something happened or could have."""
        return (self.scored > 0) & ((self.rate > IMPOSSIBLE) | (self.counts > 0))

    def day(self, position: int) -> date:
        """The date of a row."""
        return self.first_day + timedelta(int(position))


@dataclass(frozen=True, eq=False)
class Series:
    """One event type on the D days that can be judged."""

    event: str
    first_day: date
    dispersion: float
    days: IntArray
    """[D] days since the first of the record."""
    rate: FloatArray
    """[D]"""
    counts: FloatArray
    """[D]"""

    @property
    def observed(self) -> int:
        """Events seen."""
        return int(self.counts.sum())

    @property
    def expected(self) -> float:
        """Events expected."""
        return float(self.rate.sum())

    @property
    def forbidden(self) -> int:
        """Days with events on which the fit called them impossible."""
        return int(((self.rate <= IMPOSSIBLE) & (self.counts > 0)).sum())

    @cached_property
    def happened(self) -> BoolArray:
        """[D] days with at least one event."""
        return self.counts > 0

    @cached_property
    def dates(self) -> np.ndarray:
        """[D] as datetime64[D]."""
        return np.datetime64(self.first_day, "D") + self.days

    @cached_property
    def weekdays(self) -> IntArray:
        """[D] 0 for Monday to 6 for Sunday."""
        return ((self.first_day.weekday() + self.days) % 7).astype(np.int32)

    @cached_property
    def years(self) -> IntArray:
        """[D] calendar years."""
        return (self.dates.astype("datetime64[Y]").astype(np.int64) + 1970).astype(np.int32)

    def luck(self, seed: int, purpose: str) -> np.random.Generator:
        """Random numbers that depend on the seed, the type and the purpose, and nothing else."""
        key = [seed, stream_number(f"{self.event}/{purpose}")]
        return np.random.Generator(np.random.Philox(key=key))


def settled(table: Table) -> FloatArray:
    """[T, K] cells of a history whose listed count can be judged by itself.

    The likelihood scores a day with a bound ("at least 24") as a tally of that day. To leave such
    days out here would be to leave out days because much happened on them, and the fit would seem
    to expect too much: they count with their lower bound. Tallies over longer windows stay out.
    """
    evidence = table.evidence
    start, end = np.asarray(evidence.tally_start), np.asarray(evidence.tally_end)
    one_day = np.flatnonzero(end - start == 1)
    scored = np.array(evidence.scored, float)
    scored[start[one_day], np.asarray(evidence.tally_event)[one_day]] = 1.0
    return scored


def beyond(counts: FloatArray, rate: FloatArray, dispersion: FloatArray | float) -> FloatArray:
    """P(N > count), elementwise, exact far into the tail; 1 for counts below 0."""
    rate, dispersion = np.broadcast_arrays(rate, dispersion)
    spread = np.maximum(dispersion, _POISSON_BELOW)
    wide = stats.nbinom.sf(counts, rate / spread, 1 / (1 + spread))
    return np.where(dispersion < _POISSON_BELOW, stats.poisson.sf(counts, rate), wide)


def log_nothing(rate: FloatArray, dispersion: FloatArray | float) -> FloatArray:
    """-log P(N = 0) = rate log(1 + dispersion) / dispersion, elementwise."""
    dispersion = np.asarray(dispersion)
    spread = np.maximum(dispersion, _POISSON_BELOW)
    factor = np.where(dispersion < _POISSON_BELOW, 1 - dispersion / 2, np.log1p(spread) / spread)
    return rate * factor


def uniforms(series: Series, luck: np.random.Generator) -> FloatArray:
    """[D] randomised probability integral transforms: uniform on (0, 1) if the fit is right.

    u = F(n - 1) + v (F(n) - F(n - 1)) with v uniform: Brockwell (2007), Czado, Gneiting and Held
    (2009).
    """
    v = luck.random(len(series.days))
    u = v * np.exp(-log_nothing(series.rate, series.dispersion))
    some = series.happened
    n, rate = series.counts[some], series.rate[some]
    high, low = beyond(n - 1, rate, series.dispersion), beyond(n, rate, series.dispersion)
    u[some] = 1 - high + v[some] * (high - low)
    return u


def size_uniforms(series: Series, luck: np.random.Generator) -> FloatArray:
    """[days with events] the same for the size of a day's count, given that it is not zero."""
    some = series.happened
    n, rate = series.counts[some], series.rate[some]
    any_at_all = -np.expm1(-log_nothing(rate, series.dispersion))
    high, low = beyond(n - 1, rate, series.dispersion), beyond(n, rate, series.dispersion)
    return 1 - (high - luck.random(len(n)) * (high - low)) / any_at_all


def waits(series: Series, luck: np.random.Generator) -> FloatArray:
    """[days with events + 1] rescaled waits: exponential with mean 1 if the fit is right.

    Discrete time rescaling (Haslinger, Pipa and Brown 2010) of the days with at least one event:

    1. a day without events adds q = -log P(N = 0) to the wait
    2. the day that ends it adds -log(1 - r (1 - exp(-q))) with r uniform: the part of the day
       that passed before the event
    3. the last wait, which the end of the record cuts off, is completed by a fresh exponential:
       waiting has no memory, and dropping it would favour short waits
    """
    q = log_nothing(series.rate, series.dispersion)
    ends = np.flatnonzero(series.happened)
    partial = -np.log1p(luck.random(len(ends)) * np.expm1(-q[ends]))
    before = np.concatenate([[0.0], np.cumsum(np.where(series.happened, 0.0, q))])
    quiet = np.diff(before[ends], prepend=0.0)
    rest = before[-1] - (before[ends[-1]] if len(ends) else 0.0)
    return np.append(quiet + partial, rest + luck.exponential())


def sums_by_luck(
    expected: FloatArray, dispersion: float, draws: int, luck: np.random.Generator
) -> FloatArray:
    """[draws, B] sums of counts over B windows whose rates add up to ``expected`` [B]."""
    shape = (draws, len(expected))
    if dispersion < _POISSON_BELOW:
        return luck.poisson(expected, shape).astype(float)
    shares = np.maximum(expected, IMPOSSIBLE) / dispersion
    return luck.negative_binomial(shares, 1 / (1 + dispersion), shape).astype(float)


def _faults(record: FittedRecord) -> list[str]:
    days, types = len(record.counts), len(record.events)
    shapes = {"rate": (days, types), "counts": (days, types), "scored": (days, types),
              "dispersion": (types,)}  # fmt: skip
    faults = list[str]()
    for name, wanted in shapes.items():
        values = np.asarray(getattr(record, name))
        if values.shape != wanted:
            faults.append(f"{name} has the shape {values.shape} where {wanted} is wanted")
        elif not (np.isfinite(values) & (values >= 0)).all():
            faults.append(f"{name} holds negative or undefined numbers; look at the fit")
        elif name == "counts" and (values != np.round(values)).any():
            faults.append("counts are not whole; give the listed events, without spread tallies")
    if len(set(record.events)) < types:
        faults.append("an event type is named twice")
    return faults
