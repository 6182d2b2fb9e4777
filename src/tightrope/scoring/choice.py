"""Which pool of members speaks for a family at each origin, from origins before it only.

1. every pool is scored at every origin, each question in units of what climatology scored on it
2. at an origin, those origins count whose window was over, by what was known when it ended
3. over all questions of a horizon the pool with the best mean score takes the default's place if
   it beat it by more than ``CLEARLY`` standard errors, on ``FEWEST`` origins or more
4. for one family's questions of a kind another takes that one's place by the same rule
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from tightrope.foresight.members.forecast import Forecast, pool
from tightrope.foresight.members.stack import DEFAULT, Weights, pools_of
from tightrope.scoring.panel import Cell, Panel
from tightrope.types import FloatArray, IntArray

FEWEST = 24
CLEARLY = 2.0
NEVER_WRONG = 1e-6
"""Where climatology scored no more than this it was never wrong, and nothing is told apart."""


def pooled(cell: Cell, weights: Weights) -> FloatArray:
    """What a pool says: [origin] probabilities or [origin, value] samples."""
    if cell.is_yes_no:
        return sum((w * cell.said[m] for m, w in weights.items()), np.zeros(len(cell.truth)))
    rows = [[cell.said[member][i] for member in weights] for i in range(len(cell.truth))]
    return np.array([_pool(row, list(weights.values())) for row in rows])


def _pool(samples: Sequence[FloatArray], weights: Sequence[float]) -> FloatArray:
    if any(np.isnan(sample).any() for sample in samples):
        return np.full(len(samples[0]), np.nan)
    mixed = pool([Forecast(None, sample) for sample in samples], weights)
    assert mixed.sample is not None
    return mixed.sample


def stacked(panel: Panel) -> tuple[list[FloatArray], dict[str, list[str]]]:
    """What the stack said of each cell, and by family (kind, horizon) which pool spoke when."""
    pools = pools_of(panel.members)
    said = [{name: pooled(cell, weights) for name, weights in pools.items()}
            for cell in panel.cells]  # fmt: skip
    scores = [_scores(cell, by_pool) for cell, by_pool in zip(panel.cells, said, strict=True)]
    spoke: dict[str, list[str]] = {}
    stack: list[FloatArray] = [np.zeros(0)] * len(panel.cells)
    for horizon in sorted({cell.horizon for cell in panel.cells}):
        asked = [i for i, cell in enumerate(panel.cells) if cell.horizon == horizon]
        default = np.full(len(panel.origins) + 1, list(pools).index(DEFAULT))
        common = _choose(panel, horizon, [scores[i] for i in asked], default)
        for group in dict.fromkeys(group_of(panel.cells[i]) for i in asked):
            own = [i for i in asked if group_of(panel.cells[i]) == group]
            chosen = _choose(panel, horizon, [scores[i] for i in own], common)
            spoke[group] = [list(pools)[c] for c in chosen]
            for i in own:
                table = np.stack(list(said[i].values()))
                stack[i] = table[chosen[:-1], np.arange(len(chosen) - 1)]
    return stack, spoke


def group_of(cell: Cell) -> str:
    """Questions for which one pool speaks: a family's of one kind at one horizon."""
    return f"{cell.family}/{cell.kind}/{cell.horizon}"


class _Scores(NamedTuple):
    """Of one cell: what each pool scored, [pool, origin], and climatology (or the first member)."""

    by_pool: FloatArray
    plain: FloatArray


def _scores(cell: Cell, said: Mapping[str, FloatArray]) -> _Scores:
    seen = cell if cell.settled is None else replace(cell, truth=cell.settled)
    by_pool = np.array([seen.scores(values) for values in said.values()])
    return _Scores(by_pool, seen.scores(plain_of(cell)))


def plain_of(cell: Cell) -> FloatArray:
    """What climatology said (or the first member): the unit in which scores are pooled."""
    return cell.said["climatology" if "climatology" in cell.said else next(iter(cell.said))]


def _choose(panel: Panel, horizon: int, cells: Sequence[_Scores], default: IntArray) -> IntArray:
    """[origin + 1] position of the pool that speaks; the last is for a forecast of today.

    default : [origin + 1] the pool that has to be beaten.
    """
    scores = np.array([cell.by_pool for cell in cells])  # [question, pool, origin]
    plain = np.array([cell.plain for cell in cells])
    window, chosen = timedelta(horizon), np.array(default)
    for i in range(len(chosen)):
        day = panel.origins[i] if i < len(panel.origins) else None
        known = np.array([day is None or past + window <= day for past in panel.origins])
        known &= ~np.isnan(scores).any((0, 1))
        if known.sum() >= FEWEST:
            unit = plain[:, known].mean(1)
            told = unit > NEVER_WRONG
            if not told.any():
                continue
            units = unit[told, None, None]
            mean = (scores[told][:, :, known] / units).mean(0)  # [pool, origin]
            gain = mean[default[i]] - mean
            chosen[i] = _best(gain, int(default[i]), horizon / panel.every_days)
    return chosen


def _best(gain: FloatArray, default: int, overlap: float) -> int:
    """The pool with the largest mean gain, if that is clear; overlapping windows count less."""
    alone = gain.shape[1] / max(overlap, 1.0)
    mean, error = gain.mean(1), gain.std(1, ddof=1) / np.sqrt(alone)
    best = int(np.where(mean > CLEARLY * error, mean, -np.inf).argmax())
    return best if mean[best] > CLEARLY * error[best] else default
