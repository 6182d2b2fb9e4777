"""The score of a pool as a function of its weights: what pairs of members score together.

The score of a linear pool, Brier's or CRPS, is a square of its weights w, which sum to one:

    score(w) = w' S w,      S_ij = (E|X_i - y| + E|X_j - y| - E|X_i - X_j|) / 2

with X_i from member i's forecast and y the truth; for probabilities that is (p_i - y)(p_j - y). On
the diagonal stands what each member scores alone. What two score together is less the more their
errors differ, which is why a pool may beat all its members.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from tightrope.scoring.panel import Cell
from tightrope.scoring.scores import censored
from tightrope.types import FloatArray


def joint_scores(cell: Cell, members: Sequence[str]) -> FloatArray:
    """[origin, member, member] S of one question; not a number where a score cannot be made."""
    if cell.is_yes_no:
        miss = np.stack([cell.said[m] - cell.truth for m in members], 1)
        return miss[:, :, None] * miss[:, None, :]
    said, truth = np.stack([cell.said[m] for m in members], 1), cell.truth
    if cell.kind == "date":
        said, truth = censored(said, cell.horizon), censored(truth, cell.horizon)
    miss = np.abs(said - truth[:, None, None]).mean(-1)
    return (miss[:, :, None] + miss[:, None, :] - _distances(said)) / 2


def _distances(samples: FloatArray) -> FloatArray:
    """[origin, member, member] E|X_i - X_j| of samples [origin, member, value].

    Of one distribution it is a sum over its ordered values. The even mixture of two has
    a quarter of each one's own and half of what lies between them, so that follows.
    """
    count = samples.shape[1]
    found = np.zeros((*samples.shape[:2], count))
    own = _own_distance(samples)
    found[:, np.arange(count), np.arange(count)] = own
    for i, j in combinations(range(count), 2):
        both = _own_distance(np.concatenate([samples[:, i], samples[:, j]], -1))
        found[:, i, j] = found[:, j, i] = 2 * both - (own[:, i] + own[:, j]) / 2
    return found


def _own_distance(samples: FloatArray) -> FloatArray:
    """E|X - X'| of two values drawn from the same samples [..., value]."""
    size = samples.shape[-1]
    rank = 2 * np.arange(1, size + 1) - size - 1
    return 2 * (np.sort(samples, -1) * rank).sum(-1) / size**2
