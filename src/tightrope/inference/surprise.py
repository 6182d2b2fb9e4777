"""The days on which what happened was least expected, and the terms that made them so.

How surprising a count n is, in nats, with both tails and half of n itself:

    surprise = -log min(1, 2 min(P(N > n) + P(N = n) / 2, P(N < n) + P(N = n) / 2))

A great number and a great silence both count. A record of half a million cells has surprising days
by luck alone; ``beyond_levels`` says how many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tightrope.inference.residuals import IMPOSSIBLE, FittedRecord, beyond, log_nothing
from tightrope.inference.shown import shown
from tightrope.types import FloatArray

DAYS_TOLD = 100
ALSO = -float(np.log(0.05))
"""Other events of a surprising day are told when they surprise by more than this many nats."""
LEVELS = (1e-2, 1e-3, 1e-4, 1e-5)
"""Probabilities at which cells are counted."""
_LARGEST = 1_000

Term = tuple[str, str | None, float]
"""Name, mechanism, and what it adds to the rate per day."""
TermsOf = Callable[[int, str], Sequence[Term]]
"""The terms of the rate of an event type on a day, counted from the first of the record."""


@dataclass(frozen=True)
class Surprise:
    """One event type on one day."""

    day: date
    event: str
    count: int
    rate: float
    """Events expected that day."""
    nats: float
    terms: tuple[Term, ...] = ()
    """What the rate was made of, the largest first."""

    @property
    def probability(self) -> float:
        """Of something as unusual, under the fit."""
        return float(np.exp(-self.nats))

    def as_json(self) -> dict[str, object]:
        """Rounded to what is meant to be read."""
        return {
            "day": self.day.isoformat(), "event": self.event, "count": self.count,
            "rate": shown(self.rate), "nats": round(self.nats, 2),
            "probability": shown(self.probability),
            "terms": [
                {"name": name, "mechanism": mechanism, "value": shown(value)}
                for name, mechanism, value in self.terms
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class SurprisingDay:
    """A day with its most surprising event type, and others that surprised as well."""

    most: Surprise
    also: tuple[Surprise, ...]

    def reading(self) -> str:
        """One sentence."""
        one = self.most
        happened = f"{one.count} of {one.event}" if one.count else f"no {one.event}"
        made = [f"{name} {value:.2g}" for name, _, value in one.terms[:2]]
        behind = f" ({', '.join(made)})" if made else ""
        return f"{one.day}: {happened}, {one.rate:.2g} expected{behind}."

    def as_json(self) -> dict[str, object]:
        """The day's first surprise, with ``also`` and the sentence."""
        others = [one.as_json() for one in self.also]
        return self.most.as_json() | {"also": others, "reading": self.reading()}


@dataclass(frozen=True)
class Level:
    """How many cells are at most this probable, and how many would be by luck."""

    probability: float
    observed: int
    expected: float

    def as_json(self) -> dict[str, object]:
        """Rounded to what is meant to be read."""
        return {
            "probability": self.probability, "observed": self.observed,
            "expected": shown(self.expected),
        }  # fmt: skip


def surprises(record: FittedRecord) -> FloatArray:
    """[T, K] nats; 0 in cells that are not judged. All are finite: rates have a floor."""
    rate = np.maximum(record.rate, IMPOSSIBLE)
    dispersion = np.broadcast_to(record.dispersion, rate.shape)
    # A silence has no lower tail but half of itself, which doubled is P(N = 0).
    nats = log_nothing(rate, dispersion)
    some = record.judged & (record.counts > 0)
    n, mean, spread = record.counts[some], rate[some], dispersion[some]
    above, at_least = beyond(n, mean, spread), beyond(n - 1, mean, spread)
    upper = (above + at_least) / 2
    probability = np.minimum(1.0, 2 * np.minimum(upper, 1 - upper))
    nats[some] = -np.log(np.maximum(probability, np.finfo(float).tiny))
    return np.where(record.judged, nats, 0.0)


def most_surprising(
    record: FittedRecord, terms_of: TermsOf | None = None, days: int = DAYS_TOLD
) -> tuple[SurprisingDay, ...]:
    """The days that hold the most surprising cells, each once, the most surprising first.

    terms_of : supplies what the rate was made of; without it nothing is said of terms.
    """
    nats = surprises(record)
    order = np.argsort(-nats.max(1, initial=0.0), kind="stable")[:days]
    return tuple(_day(record, nats[t], int(t), terms_of) for t in order if nats[t].any())


def beyond_levels(
    record: FittedRecord, levels: Sequence[float] = LEVELS
) -> tuple[Level, ...]:  # fmt: skip
    """How many cells surprise beyond each level, beside the number that luck would give.

    Counts come in steps, so fewer than ``level`` of the cells can be beyond it; the expectation is
    exact: it adds up the masses of the counts that would be.
    """
    nats, judged = surprises(record), record.judged
    dispersion = np.broadcast_to(record.dispersion, record.rate.shape)[judged]
    expected = _expected_beyond(record.rate[judged], dispersion, np.asarray(levels, float))
    observed = [int((nats[judged] >= -np.log(level)).sum()) for level in levels]
    return tuple(
        Level(level, seen, float(mean))
        for level, seen, mean in zip(levels, observed, expected, strict=True)
    )


def _day(
    record: FittedRecord, nats: FloatArray, day: int, terms_of: TermsOf | None
) -> SurprisingDay:
    told = [k for k in np.argsort(-nats, kind="stable").tolist() if nats[k] > ALSO]
    first, *others = told or [int(np.argmax(nats))]

    def one(k: int) -> Surprise:
        event = record.events[k]
        terms = sorted(terms_of(day, event), key=lambda t: -abs(t[2])) if terms_of else ()
        return Surprise(
            record.day(day), event, int(record.counts[day, k]), float(record.rate[day, k]),
            float(nats[k]), tuple(terms),
        )  # fmt: skip

    return SurprisingDay(one(first), tuple(one(k) for k in others))


def _expected_beyond(rate: FloatArray, dispersion: FloatArray, levels: FloatArray) -> FloatArray:
    """[L] sum over cells of the probability of a count that surprises beyond each level.

    1. p(0) = exp(-mu log(1 + phi) / phi), p(n + 1) = p(n) (mu + n phi) / ((1 + phi) (n + 1))
    2. each count's mass is added to the levels that it lies beyond
    3. cells whose remaining mass is nothing are laid aside
    """
    mass = np.exp(-log_nothing(rate, dispersion))
    below, total = np.zeros_like(mass), np.zeros(len(levels))
    for n in range(_LARGEST):
        lower = below + mass / 2
        probability = np.minimum(1.0, 2 * np.minimum(lower, 1 - lower))
        total += [mass[probability <= level].sum() for level in levels]
        below = below + mass
        open_still = 1 - below > 1e-12
        if not open_still.any():
            break
        rate, dispersion, mass, below = (x[open_still] for x in (rate, dispersion, mass, below))
        mass = mass * (rate + n * dispersion) / ((1 + dispersion) * (n + 1))
    return total
