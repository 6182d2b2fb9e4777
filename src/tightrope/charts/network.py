"""Who acts on whom: points that always stand at the same places, arrows by number of facts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from tightrope.charts.forms import Rows
from tightrope.charts.looks import chart_of
from tightrope.charts.theme import ACCENT, GRID, GROUND, INK, QUIET, RECORD, SINGLE

DRAWN = 90
"""At most so many arrows, the strongest."""
_COLOURS = {"cooperation": ACCENT, "conflict": RECORD, "declared": SINGLE}
_BEFORE = 9.0
"""Pixels between an arrow's head and the middle of its target."""


@dataclass(frozen=True)
class Arrow:
    """From one actor to another; weight is a number of facts."""

    by: str
    on: str
    weight: int


def network(
    places: Mapping[str, tuple[float, float]], names: Mapping[str, str], arrows: Sequence[Arrow],
    kind: str, *, width: float, height: float,
) -> alt.LayerChart:  # fmt: skip
    """The picture of one kind of tie: ``cooperation``, ``conflict`` or ``declared``.

    places : pixels from the upper left. names : what the actors are called. Actors without an
    arrow are quiet. Declared ties are dashed.
    """
    kept = [arrow for arrow in arrows if arrow.by in places and arrow.on in places][:DRAWN]
    most = max((arrow.weight for arrow in kept), default=1)
    lines = [_line(places, arrow, most) for arrow in kept]
    busy = {name for arrow in kept for name in (arrow.by, arrow.on)}
    points: Rows = [
        {"x": x, "y": y, "name": names[name], "busy": name in busy}
        for name, (x, y) in places.items()
    ]
    return alt.LayerChart(layer=[*_arrows(lines, _COLOURS[kind], dashed=kind == "declared"),
                                 *_points(points)], width=width, height=height)  # fmt: skip


def _line(places: Mapping[str, tuple[float, float]], arrow: Arrow, most: int) -> dict[str, float]:
    (x, y), (x2, y2) = places[arrow.by], places[arrow.on]
    length = max(math.hypot(x2 - x, y2 - y), 1.0)
    # The way back runs beside it, not on it.
    aside = 3.0
    dx, dy = (x2 - x) / length, (y2 - y) / length
    sx, sy = -dy * aside, dx * aside
    return {
        "x": round(x + sx, 1), "y": round(y + sy, 1),
        "x2": round(x2 + sx - dx * _BEFORE, 1), "y2": round(y2 + sy - dy * _BEFORE, 1),
        "width": round(0.8 + 5.2 * math.sqrt(arrow.weight / most), 2),
        "angle": round(math.degrees(math.atan2(dx, -dy)), 1),
        "head": round(30 + 130 * math.sqrt(arrow.weight / most), 1),
    }  # fmt: skip


def _arrows(lines: Rows, colour: str, *, dashed: bool) -> list[alt.Chart]:
    base = chart_of(lines)
    dash = [5, 4] if dashed else [1, 0]
    return [
        base.mark_rule(color=colour, strokeDash=dash).encode(
            x=_x(), y=_y(), x2="x2:Q", y2="y2:Q",
            strokeWidth=alt.StrokeWidth("width:Q").scale(None),
        ),
        base.mark_point(shape="triangle", filled=True, color=colour, opacity=1).encode(
            x=_x("x2"), y=_y("y2"), angle=alt.Angle("angle:Q").scale(None),
            size=alt.Size("head:Q").scale(None),
        ),
    ]  # fmt: skip


def _points(points: Rows) -> list[alt.Chart]:
    busy, idle = ([row for row in points if row["busy"] == is_busy] for is_busy in (True, False))
    return [
        layer
        for rows, ink, fill in ((idle, QUIET, GRID), (busy, INK, INK))
        for layer in (
            chart_of(rows).mark_point(filled=True, color=fill, stroke=GROUND, size=70, opacity=1)
            .encode(x=_x(), y=_y()),
            chart_of(rows).mark_text(dy=15, fontSize=12, color=GROUND, stroke=GROUND,
                                     strokeWidth=3).encode(
                x=_x(), y=_y(), text="name:N"),
            chart_of(rows).mark_text(dy=15, fontSize=12, color=ink).encode(
                x=_x(), y=_y(), text="name:N"),
        )
    ]  # fmt: skip


def _x(name: str = "x") -> alt.X:
    """A place in pixels, without an axis."""
    return alt.X(f"{name}:Q").scale(None).axis(None)


def _y(name: str = "y") -> alt.Y:
    return alt.Y(f"{name}:Q").scale(None).axis(None)
