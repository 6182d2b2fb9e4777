"""Do event types happen on the same days more often than their rates say?

The process has no reaction within a day: given the past, the types of one day are independent. What
they share all the same (one night's escalation, one reporter's day) makes answers about several
types together too sure; here is how much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from tightrope.inference.residuals import FittedRecord, log_nothing
from tightrope.inference.verdicts import FEWEST_EVENTS, Verdict, adjusted, verdict
from tightrope.types import FloatArray


@dataclass(frozen=True)
class Pair:
    """Two event types on the same days."""

    first: str
    second: str
    correlation: float
    """Of what the rates leave unexplained of the day's counts."""
    days_together: int
    expected_days: float
    p: float
    adjusted_p: float
    verdict: Verdict

    def as_json(self) -> dict[str, object]:
        """Rounded to what is meant to be read."""
        return {
            "events": [self.first, self.second], "correlation": round(self.correlation, 3),
            "days_together": self.days_together, "expected_days": round(self.expected_days, 2),
            "p": float(f"{self.p:.3g}"), "adjusted_p": float(f"{self.adjusted_p:.3g}"),
            "verdict": self.verdict,
        }  # fmt: skip


def correlations(record: FittedRecord) -> FloatArray:
    """[K, K] same-day correlation of counts less their rates, over days judged for both.

    Residuals are not divided by their spread (Pearson's): one event on a day of tiny rate would
    then outweigh a decade. With steady rates the two are the same. NaN where nothing varies.
    """
    judged = record.judged.astype(float)
    left = (record.counts - record.rate) * judged
    square = (left**2).T @ judged
    scale = np.sqrt(square * square.T)
    return np.divide(left.T @ left, scale, out=np.full(scale.shape, np.nan), where=scale > 0)


def pairs(record: FittedRecord) -> list[Pair]:
    """All pairs of types that can be judged, the least likely first.

    The p-value is of the number of days with both, which is nearly Poisson with the sum of
    P(first) P(second) as its mean; both sides count. It is adjusted for the number of pairs.
    """
    some = (record.counts > 0) & record.judged
    chance = -np.expm1(-log_nothing(record.rate, record.dispersion[None])) * record.judged
    able = np.flatnonzero(some.sum(0) >= FEWEST_EVENTS)
    together = some[:, able].T.astype(float) @ some[:, able].astype(float)
    expected = chance[:, able].T @ chance[:, able]
    correlation = correlations(record)[np.ix_(able, able)]
    i, j = np.triu_indices(len(able), 1)
    names = [record.events[int(k)] for k in able]
    p = _poisson_p(together[i, j], expected[i, j])
    found = [
        Pair(names[a], names[b], float(correlation[a, b]),
             int(together[a, b]), float(expected[a, b]), float(p_value), float(q), verdict(q))
        for a, b, p_value, q in zip(i, j, p, adjusted(p), strict=True)
    ]  # fmt: skip
    return sorted(found, key=lambda pair: (pair.p, -abs(pair.correlation)))


def _poisson_p(seen: FloatArray, expected: FloatArray) -> FloatArray:
    above, below = stats.poisson.sf(seen - 1, expected), stats.poisson.cdf(seen, expected)
    return np.minimum(1.0, 2 * np.minimum(above, below))
