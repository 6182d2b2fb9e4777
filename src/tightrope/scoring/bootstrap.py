"""How sure a figure of a backtest is: the moving-block bootstrap over origins.

Forecasts of neighbouring origins look at the same days, and one war makes a year of misses. So
whole stretches of origins are drawn, each origin with all its questions, until there are as many
as there were; the figure is taken anew, and so often that its spread is seen (Künsch 1989,
doi:10.1214/aos/1176347265). The record is closed to a ring, so that its ends are drawn as often as
its middle (Politis and Romano 1992).

It cannot say what a record with other wars would have shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np

from tightrope.errors import RunRefused
from tightrope.scoring.scores import skill_of_sums
from tightrope.types import BoolArray, FloatArray

RESAMPLES = 2000
CENTRAL = 0.9
SHORTEST_BLOCK = 3
FEWEST_BLOCKS = 4
"""A record of fewer blocks gets no interval: the spread of so few draws says nothing."""

Positions = np.ndarray[tuple[int, int], np.dtype[np.int64]]


Origins = np.ndarray[tuple[int, int], np.dtype[np.int64]]
Figure = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class Interval:
    """A figure, the interval that holds it with 90 %, and the number of pairs that it rests on.

    value : None where it is not defined: no pair, or skill against a reference never wrong.
    low, high : None where value is, where origins are too few to tell, or where there is no bound.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


def block_length(horizon_days: int, every_days: float) -> int:
    """Origins in a block: twice as many as share days with one, and three at least.

    every_days : from one origin to the next.
    """
    return max(SHORTEST_BLOCK, ceil(2 * horizon_days / every_days))


def skill_interval(
    scores: FloatArray, reference: FloatArray, block: int, *, seed: int = 1,
    resamples: int = RESAMPLES,
) -> Interval:  # fmt: skip
    """Skill 1 - mean(scores) / mean(reference) with its interval, paired by origin and question.

    scores, reference : [origin, question] in order of time; not a number where one has no score,
    and then the other's is not used either. Mean scores weigh each pair alike: bring counts of
    different size to one scale first, both with the same divisor.
    """
    if scores.ndim != 2 or scores.shape != reference.shape:
        raise RunRefused(
            f"scores of shape {scores.shape} cannot be paired with {reference.shape}; give "
            "[origin, question] for both"
        )
    both = ~(np.isnan(scores) | np.isnan(reference))
    top, bottom = _by_origin(scores, both), _by_origin(reference, both)
    return _interval(skill_of_sums, top, bottom, int(both.sum()), block, resamples, seed)


def mean_interval(
    values: FloatArray, block: int, *, seed: int = 1, resamples: int = RESAMPLES
) -> Interval:
    """The mean of values [origin, question] with its interval; not a number is left out."""
    if values.ndim != 2:
        raise RunRefused(f"values of shape {values.shape}; give [origin, question]")
    known = ~np.isnan(values)
    top, count = _by_origin(values, known), _by_origin(np.ones_like(values), known)
    return _interval(np.divide, top, count, int(known.sum()), block, resamples, seed)


def drawn_origins(origins: int, block: int, resamples: int, seed: int) -> Origins:
    """[resample, origin] which origins are drawn: blocks that follow each other, the last cut."""
    blocks = ceil(origins / block)
    first = np.random.default_rng(seed).integers(0, origins, (resamples, blocks, 1))
    rows = (first + np.arange(block)).reshape(resamples, -1) % origins
    return rows[:, :origins]


def _by_origin(scores: FloatArray, used: BoolArray) -> FloatArray:
    """[origin] sums of what is used, for those origins that have any."""
    return np.where(used, scores, 0.0).sum(1)[used.any(1)]


def _interval(
    figure: Figure, top: FloatArray, bottom: FloatArray, n: int, block: int, resamples: int,
    seed: int,
) -> Interval:  # fmt: skip
    if n == 0:
        return Interval(None, None, None, 0)
    value = _bounded(figure(top.sum(), bottom.sum()))
    if value is None or len(top) < FEWEST_BLOCKS * block:
        return Interval(value, None, None, n)
    drawn = drawn_origins(len(top), block, resamples, seed)
    spread = figure(top[drawn].sum(1), bottom[drawn].sum(1))
    tail = (1.0 - CENTRAL) / 2.0
    low, high = np.quantile(spread, [tail, 1.0 - tail], method="inverted_cdf")
    return Interval(value, _bounded(low), _bounded(high), n)


def _bounded(number: FloatArray) -> float | None:
    return float(number) if np.isfinite(number) else None
