"""Proper scores: what a forecast is worth once the truth is known. Lower is better in all of them.

Arrays broadcast over questions and origins; the last axis of a sample holds its equally likely
values. A date that does not come within the horizon is censored first, see ``censored``: forecast
and truth then speak of the same number, the day or horizon + 1. Nothing is dropped: a value that is
not a number stays one, so that a score that could not be made is seen.
"""

from __future__ import annotations

import numpy as np
import scoringrules

from tightrope.types import BoolArray, FloatArray

LEAST = 1e-3
"""No probability is scored as less in the log score; ``at_floor`` says where it was."""
CENTRAL = 0.9
"""Probability of the interval that is scored."""


def brier(probability: FloatArray, happened: FloatArray) -> FloatArray:
    """(p - y)^2 of a yes/no question (Brier 1950); 0 is perfect, .25 is a coin.

    >>> float(brier(np.array(0.75), np.array(1.0)))
    0.0625
    """
    return np.square(np.asarray(probability, float) - happened)


def log_score(probability: FloatArray, happened: FloatArray) -> FloatArray:
    """-log of the probability that was given to what happened, in nats (Good 1952).

    One forecast of 0 that came true would outweigh a career, so the probability is taken to be at
    least ``LEAST``: at worst 6.9 nats. ``at_floor`` marks where, to be counted beside the score.
    """
    return -np.log(np.maximum(_given(probability, happened), LEAST))


def at_floor(probability: FloatArray, happened: FloatArray) -> BoolArray:
    """Whether what happened had been given less than ``LEAST``."""
    return _given(probability, happened) < LEAST


def censored(days: FloatArray, horizon: int) -> FloatArray:
    """Days on which something first happens, with horizon + 1 for all that come later or never."""
    return np.minimum(np.asarray(days, float), horizon + 1.0)


def crps(sample: FloatArray, truth: FloatArray) -> FloatArray:
    """Continuous ranked probability score of samples [..., value] against truths [...].

        E|X - y| - E|X - X'| / 2,   X, X' from the sample

    In the unit of the answer; for one sure value the distance from the truth (Gneiting and Raftery
    2007, doi:10.1198/016214506000001437). The sample is taken as the distribution that it is.

    >>> float(crps(np.array([0.0, 2.0]), np.array(0.0)))
    0.5
    """
    return np.asarray(scoringrules.crps_ensemble(truth, sample, backend="numpy"), float)


def interval_score(sample: FloatArray, truth: FloatArray, central: float = CENTRAL) -> FloatArray:
    """Width of the central interval, plus 2 / (1 - central) times the distance of a truth outside.

    The interval ends at quantiles of the sample, whose values stand at the middles of equal steps
    of probability (Winkler 1972; Gneiting and Raftery 2007, eq. 43).
    """
    tail = (1.0 - central) / 2.0
    low, high = np.quantile(sample, [tail, 1.0 - tail], axis=-1, method="hazen")
    scored = scoringrules.interval_score(truth, low, high, 1.0 - central, backend="numpy")
    return np.asarray(scored, float)


def pit(sample: FloatArray, truth: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The stretch [low, high] of the forecast's distribution function that the truth falls on.

    A truth that n of S values equal, with k below it, has the stretch k/S to (k + n)/S; one that
    falls between values is known to half a step, (k - 1/2)/S to (k + 1/2)/S. Were the forecasts the
    law of the truths, points drawn uniformly from the stretches would be uniform in 0..1.
    """
    size = sample.shape[-1]
    below = (sample < truth[..., None]).sum(-1)
    equal = (sample == truth[..., None]).sum(-1)
    slack = np.where(equal > 0, 0.0, 0.5)
    low, high = (below - slack) / size, (below + equal + slack) / size
    unknown = np.isnan(truth) | np.isnan(sample).any(-1)
    return (
        np.where(unknown, np.nan, np.clip(low, 0.0, 1.0)),
        np.where(unknown, np.nan, np.clip(high, 0.0, 1.0)),
    )


def coverage(sample: FloatArray, truth: FloatArray, central: float = CENTRAL) -> FloatArray:
    """Share, 0 to 1, of the truth's stretch of ``pit`` that lies in the central interval.

    Counts are lumps: an interval of whole numbers that should hold 90 % holds more, and a forecast
    that is too wide would pass. So a truth on the border counts in part, as it would on average if
    the border were drawn by lot within the lump (Czado, Gneiting and Held 2009,
    doi:10.1111/j.1541-0420.2009.01191.x). Over many truths a perfect forecast has ``central``.
    """
    low, high = pit(sample, truth)
    return overlap(low, high, (1.0 - central) / 2.0, (1.0 + central) / 2.0)


def overlap(low: FloatArray, high: FloatArray, first: float, last: float) -> FloatArray:
    """Share of each stretch ``low`` to ``high`` that lies between ``first`` and ``last``."""
    common = np.minimum(high, last) - np.maximum(low, first)
    return np.clip(common / (high - low), 0.0, 1.0)


def skill(scores: FloatArray, reference: FloatArray) -> float | None:
    """1 - mean(scores) / mean(reference), over the pairs where both are numbers.

    1 is perfect, 0 is no better, below zero is worse. None where there is no pair, or where the
    reference was never wrong and this was.
    """
    both = ~(np.isnan(scores) | np.isnan(reference))
    if not both.any():
        return None
    totals = (np.asarray(side[both].sum(), float) for side in (scores, reference))
    value = float(skill_of_sums(*totals))
    return value if np.isfinite(value) else None


def skill_of_sums(scores: FloatArray, reference: FloatArray) -> FloatArray:
    """1 - scores / reference; where the reference is zero, 0 for zero and -infinity for more."""
    never_wrong = reference == 0.0
    ratio = scores / np.where(never_wrong, 1.0, reference)
    return np.where(never_wrong, np.where(scores == 0.0, 0.0, -np.inf), 1.0 - ratio)


def _given(probability: FloatArray, happened: FloatArray) -> FloatArray:
    """The probability that was given to what happened."""
    chance, truth = np.asarray(probability, float), np.asarray(happened, float)
    return truth * chance + (1.0 - truth) * (1.0 - chance)
