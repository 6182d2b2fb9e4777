"""Generalised linear models under a ridge, by Newton's method: small, and unable to run away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from tightrope.types import FloatArray

_STEPS = 50
_LONGEST = 2.0
"""No step moves a fitted predictor further: from a bad start exp() would leave the numbers."""
_FARTHEST = 20.0
_CLOSE = 1e-6
DISPERSION, DISPERSION_ROWS = 0.5, 2.0
"""A dispersion that counts as much as rows of so much weight."""
_ROUNDS = 3
_SMALL_MEAN = 0.05
"""Keeps the residual of a row of which next to nothing was expected finite."""


@dataclass(frozen=True)
class Rows:
    """What is regressed: one row for each past window.

    design : [row, column]; offset, weight, target : [row].
    """

    design: FloatArray
    offset: FloatArray
    weight: FloatArray
    target: FloatArray


@dataclass(frozen=True)
class Fit:
    """The optimum: coefficients [column], and the inverse of the curvature [column, column]."""

    coefficients: FloatArray
    covariance: FloatArray


Link = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From linear predictors to means, and the slopes of the means."""


def log_link(predictor: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Poisson: the mean is exp of the predictor."""
    mean = np.exp(np.clip(predictor, -_FARTHEST, _FARTHEST))
    return mean, mean


def logit_link(predictor: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Bernoulli: the mean is the logistic of the predictor."""
    mean = expit(predictor)
    return mean, mean * (1.0 - mean)


def fit(rows: Rows, penalty: FloatArray, link: Link, start: FloatArray | None = None) -> Fit:
    """Maximise sum weight loglik(target | design b + offset) - sum penalty b^2 / 2 over b.

    penalty : [column], all above zero, so that the optimum is one and finite whatever the rows are:
    none at all, columns that repeat each other, targets that never or always happen.
    """
    b = np.zeros(rows.design.shape[1]) if start is None else start
    curvature = np.diag(penalty)
    for _ in range(_STEPS):
        mean, slope = link(rows.design @ b + rows.offset)
        uphill = rows.design.T @ (rows.weight * (rows.target - mean)) - penalty * b
        curvature = (rows.design * (rows.weight * slope)[:, None]).T @ rows.design
        curvature[np.diag_indices_from(curvature)] += penalty
        step = np.linalg.solve(curvature, uphill)
        reach = float(np.abs(rows.design @ step).max(initial=0.0))
        b = b + step * min(1.0, _LONGEST / max(reach, _LONGEST))
        if reach < _CLOSE:
            break
    return Fit(b, np.asarray(np.linalg.inv(curvature), np.float64))


def fit_counts(rows: Rows, penalty: FloatArray) -> tuple[Fit, float]:
    """The log-linear fit of counts with variance mean (1 + dispersion), and the dispersion.

    1. With such a variance the quasi-score of the coefficients is Poisson's, divided by
       (1 + dispersion) (McCullagh and Nelder 1989, ch. 9).
    2. The dispersion is the mean squared residual over the mean, less one; never below zero.
    3. Each in turn, three times.
    """
    dispersion, fitted = DISPERSION, None
    for _ in range(_ROUNDS):
        scaled = replace(rows, weight=rows.weight / (1.0 + dispersion))
        fitted = fit(scaled, penalty, log_link, fitted.coefficients if fitted else None)
        dispersion = _dispersion(rows, log_link(rows.design @ fitted.coefficients + rows.offset)[0])
    assert fitted is not None
    return fitted, dispersion


def _dispersion(rows: Rows, mean: FloatArray) -> float:
    excess = (rows.target - mean) ** 2 / (mean + _SMALL_MEAN) - 1.0
    total = float(rows.weight @ excess) + DISPERSION * DISPERSION_ROWS
    return max(0.0, total / (float(rows.weight.sum()) + DISPERSION_ROWS))
