"""From a p-value to a word, with the number of looks taken into account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy import stats

from tightrope.types import FloatArray

Verdict = Literal["holds", "strained", "fails", "too few to judge"]
STRAINED, FAILS = 0.05, 0.01
"""Adjusted p-values below which a check is strained, or fails: among all that are called so, this
share at most is expected to be called so by luck (Benjamini and Hochberg 1995)."""
FEWEST_EVENTS = 10
"""Types with fewer events are not judged: nothing could be found wrong with them."""
FIRST_DRAWS, MORE_DRAWS = 999, 19_999
"""Simulations for every p-value, and for those that come out below ``LOOK_AGAIN``."""
LOOK_AGAIN = 0.03
_TOGETHER = 1_000


def adjusted(p: FloatArray) -> FloatArray:
    """Benjamini and Hochberg's adjusted p-values of one check on many types."""
    return np.asarray(stats.false_discovery_control(p)) if len(p) else p


def verdict(adjusted_p: float) -> Verdict:
    """The word for an adjusted p-value.

    >>> [verdict(q) for q in (0.2, 0.03, 0.001)]
    ['holds', 'strained', 'fails']
    """
    if adjusted_p < FAILS:
        return "fails"
    return "strained" if adjusted_p < STRAINED else "holds"


def against_luck(
    figure: float, simulate: Callable[[int], FloatArray], *, both_sides: bool
) -> tuple[float, tuple[float, float]]:
    """A p-value by simulation, and the middle 90 % of what luck makes of the figure.

    simulate : that many values of the figure if the fit is right. The p-value of a valid Monte
    Carlo test is (1 + values at least as extreme) / (1 + values); it has no zero.
    """
    values = simulate(FIRST_DRAWS)
    usual = (float(np.quantile(values, 0.05)), float(np.quantile(values, 0.95)))
    p = _share_beyond(figure, values, both_sides)
    if p < LOOK_AGAIN:
        rounds = range(0, MORE_DRAWS, _TOGETHER)
        more = np.concatenate([simulate(min(_TOGETHER, MORE_DRAWS - done)) for done in rounds])
        p = _share_beyond(figure, more, both_sides)
    return p, usual


def _share_beyond(figure: float, values: FloatArray, both_sides: bool) -> float:
    # Sums of whole numbers tie; rounding must not decide on which side a tie falls.
    near = 1e-9 * max(abs(figure), 1.0)
    above = (1 + (values >= figure - near).sum()) / (1 + len(values))
    below = (1 + (values <= figure + near).sum()) / (1 + len(values))
    return float(min(1.0, 2 * min(above, below)) if both_sides else above)
