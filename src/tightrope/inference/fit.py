"""The most probable numbers given a record, and how sure of them one may be.

1. start in the middle of every prior (or where an earlier fit ended)
2. a Newton step with the expected information, as long as a parabola along it says
3. stop when a further step promises less than ``TOLERANCE`` nats
4. Laplace: near its top the posterior is normal, with the curvature found there

All on the whitened scale of ``space.Space``, on which every prior is standard normal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from tightrope.errors import RunRefused
from tightrope.inference.evidence import RecordEvidence
from tightrope.types import FloatArray

TOLERANCE = 1e-3
"""Nats that a further step may still promise: the mode is then found to a twentieth of a posterior
standard deviation in its worst direction."""
MOST_STEPS = 60
_HALVINGS = 25


@dataclass(frozen=True)
class Fit:
    """The top of the log-posterior and its curvature there. P numbers."""

    mode: FloatArray
    """[P] on the whitened scale."""
    precision: FloatArray
    """[P, P] identity of the priors plus the record's expected information."""
    log_likelihood: float
    log_posterior: float
    """Without the constant of the prior."""
    steps: int


Watch = Callable[[int, float], None]
"""Told after each step: its number and the log-posterior."""


def fit(
    evidence: RecordEvidence, start: FloatArray | None = None, watch: Watch | None = None
) -> Fit:
    """Find the mode by Fisher scoring.

    start : [P] whitened point to begin at. Raises RunRefused when no optimum is reached, with what
    to look at.
    """
    point = np.zeros(evidence.space.size) if start is None else np.array(start, float)
    for step in range(MOST_STEPS):
        here = evidence.evaluate(point)
        height = here.value - 0.5 * float(point @ point)
        if not np.isfinite(height):
            raise RunRefused(_lost(evidence, point, "the log-likelihood is not finite"))
        if watch:
            watch(step, height)
        precision = here.information + np.eye(len(point))
        slope = here.slope - point
        move = linalg.solve(precision, slope, assume_a="pos")
        promise = 0.5 * float(slope @ move)
        if promise < TOLERANCE:
            return Fit(point, precision, here.value, height, step)
        taken = _step_up(evidence, point, move, height, promise)
        if taken is None:
            raise RunRefused(_lost(evidence, point, f"no step improves on {height:.3f} nats, "
                                   f"though {promise:.2g} seem within reach"))  # fmt: skip
        point = taken
    raise RunRefused(_lost(evidence, point, f"no optimum after {MOST_STEPS} steps"))


def _step_up(
    evidence: RecordEvidence, point: FloatArray, move: FloatArray, height: float, promise: float
) -> FloatArray | None:
    """The best of the full step and the top of the parabola through it; shorter ones if need be."""

    def gain(length: float) -> float:
        there = point + length * move
        return evidence.value(there) - 0.5 * float(there @ there) - height

    whole = gain(1.0)
    # Along the step the height is 2 promise x - bend x^2, if it is a parabola.
    top = float(np.clip(promise / max(2 * promise - whole, 1e-12), 0.1, 3.0))
    if abs(top - 1.0) > 0.2 and gain(top) > max(whole, 0.0):
        return point + top * move
    for halving in range(_HALVINGS):
        if (whole if halving == 0 else gain(0.5**halving)) > 0.0:
            return point + 0.5**halving * move
    return None


def _lost(evidence: RecordEvidence, point: FloatArray, why: str) -> str:
    """Why a fit failed, and the numbers that lie furthest from their priors."""
    labels = evidence.space.labels
    far = np.argsort(-np.abs(np.nan_to_num(point)))[:3]
    where = ", ".join(f"{labels[i]} ({point[i]:+.1f} sd)" for i in far)
    return (
        f"the fit failed: {why}; furthest from their priors are {where}: look at these ranges in "
        "theatre.yaml, and at rows of history.csv on days on which their event is impossible "
        "(tightrope check)"
    )
