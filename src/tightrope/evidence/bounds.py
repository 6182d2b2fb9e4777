"""Bounds of a number as several sources give them; None as the upper end is open."""

from __future__ import annotations

import math
from collections.abc import Sequence

Bounds = tuple[int, int | None]


def hull(told: Sequence[Bounds]) -> Bounds:
    """What all tellings together leave possible, whatever their order.

    Closed bounds that differ are kept as the range that they span. An open one ("at least 3")
    says nothing against a closed one that it allows; one that it forbids opens the range.

    >>> hull([(3, 3), (5, 5)]), hull([(3, None), (5, 5)]), hull([(9, None), (5, 5)])
    ((3, 5), (5, 5), (5, None))
    """
    closed = [(low, high) for low, high in told if high is not None]
    opened = [low for low, high in told if high is None]
    if not closed:
        return max(opened), None
    low, high = min(low for low, _ in closed), max(high for _, high in closed)
    return low, None if any(least > high for least in opened) else high


def agree(told: Sequence[Bounds]) -> bool:
    """Whether some number is allowed by every telling."""
    highs = [high for _, high in told if high is not None]
    return not told or max(low for low, _ in told) <= min(highs, default=math.inf)


def are_near(one: Bounds, other: Bounds) -> bool:
    """Whether they agree, or differ as early and late counts of one event do: by half or by two."""
    if agree([one, other]):
        return True
    lower, upper = sorted((one, other), key=lambda bounds: bounds[0])
    top = lower[0] if lower[1] is None else lower[1]
    return upper[0] <= max(2 * top, top + 2)


def cell(bounds: Bounds | None) -> str:
    """As history.csv writes them.

    >>> cell((3, 5)), cell((3, 3)), cell((24, None)), cell(None)
    ('3..5', '3', '24..', '')
    """
    if bounds is None:
        return ""
    low, high = bounds
    return str(low) if low == high else f"{low}..{'' if high is None else high}"


def whole(low: float, high: float | None) -> Bounds:
    """Bounds of a thing that is counted, from numbers that may be anything."""
    most = 999_999_999
    bottom = min(max(math.floor(low), 0), most) if math.isfinite(low) else 0
    if high is None or not math.isfinite(high):
        return bottom, None
    return bottom, max(min(math.ceil(high), most), bottom)
