"""Weights that are best by a square of them: zero or more each, and one together."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from tightrope.types import FloatArray

_ROUNDING = 1e-9


def best_weights(square: FloatArray, prior: FloatArray, strength: FloatArray) -> FloatArray:
    """[..., member] the w that makes w' S w + strength |w - prior|^2 least.

    square : [..., member, member] S, symmetric and never below zero between weights that sum to
    one; prior : [..., member]; strength : [...], above zero, so that the least is one.

    For each choice of members that have a say, the others at zero, Lagrange's equations are
    solved; of the solutions without a weight below zero the best is the answer. That is 2^members
    small systems: meant for a handful of members.
    """
    members = square.shape[-1]
    curved = square + strength[..., None, None] * np.eye(members)
    pull = strength[..., None] * prior
    best, least = np.array(prior), np.full(strength.shape, np.inf)
    for size in range(1, members + 1):
        for chosen in combinations(range(members), size):
            weights = _with_only(list(chosen), curved, pull)
            value = np.einsum("...i,...ij,...j->...", weights, curved, weights)
            value -= 2 * (pull * weights).sum(-1)
            better = (weights >= -_ROUNDING).all(-1) & (value < least)
            best[better], least[better] = weights[better], value[better]
    return np.clip(best, 0.0, 1.0)


def _with_only(chosen: list[int], curved: FloatArray, pull: FloatArray) -> FloatArray:
    """[..., member] where the slope is the same for all that are chosen and they sum to one."""
    size = len(chosen)
    system = np.zeros((*pull.shape[:-1], size + 1, size + 1))
    system[..., :size, :size] = curved[..., np.array(chosen)[:, None], chosen]
    system[..., :size, size] = system[..., size, :size] = 1.0
    right = np.concatenate([pull[..., chosen], np.ones((*pull.shape[:-1], 1))], -1)
    weights = np.zeros(pull.shape)
    weights[..., chosen] = np.linalg.solve(system, right[..., None])[..., :size, 0]
    return weights
