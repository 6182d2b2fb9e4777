"""Sparklines: a course as a line of a word's height; too small for axes, and so made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tightrope.charts.theme import ACCENT, GRID

WIDTH, HEIGHT = 112, 28
_EDGE = 4


def sparkline(values: Sequence[float | None], says: str, *, most: float | None = None) -> str:
    """SVG of a course, its last value a dot.

    values : evenly spaced; None leaves a gap. most : upper end of the scale; default the largest.
    says : what a reader who cannot see it should be told.
    """
    top = most or max((x for x in values if x is not None), default=1.0) or 1.0
    step = (WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)
    points = [None if x is None else (_EDGE + i * step, _height(x, top))
              for i, x in enumerate(values)]  # fmt: skip
    floor = HEIGHT - _EDGE
    parts = [
        f'<svg role="img" aria-label="{escape(says)}" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">',
        f'<path d="M{_EDGE} {floor}H{WIDTH - _EDGE}" stroke="{GRID}" fill="none"/>',
        f'<path d="{_path(points)}" stroke="{ACCENT}" stroke-width="1.6" fill="none"/>',
    ]
    if points and points[-1]:
        x, y = points[-1]
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ACCENT}"/>')
    return "".join([*parts, "</svg>"])


def _height(value: float, top: float) -> float:
    return HEIGHT - _EDGE - min(max(value / top, 0.0), 1.0) * (HEIGHT - 2 * _EDGE)


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """A line through the points; after a gap it begins anew."""
    words: list[str] = []
    drawing = False
    for point in points:
        if point:
            words.append(f"{'L' if drawing else 'M'}{point[0]:.1f} {point[1]:.1f}")
        drawing = point is not None
    return "".join(words)
