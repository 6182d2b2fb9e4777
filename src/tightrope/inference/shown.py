"""How numbers of diagnostics are rounded where they are shown."""

from __future__ import annotations


def shown(value: float) -> float:
    """Four significant digits: more than luck leaves, fewer than distract.

    >>> shown(0.123456), shown(98765.4)
    (0.1235, 98770.0)
    """
    return float(f"{value:.4g}")
