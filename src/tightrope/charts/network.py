"""Who acts on whom, and who backs whom: points that always stand at the same places, and arrows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from tightrope.charts.forms import Rows, chart_of
from tightrope.charts.theme import ACCENT, GRID, GROUND, INK, QUIET, RECORD, SINGLE

_ASIDE = {"leads": 0.0, "backs": -5.0, "pays": 5.0, "part of": 10.0}
DRAWN = 90
"""At most so many arrows, the strongest."""
KINDS: dict[str, tuple[str, list[int]]] = {
    "conflict": (RECORD, []), "cooperation": (ACCENT, []),
    "leads": (INK, []), "backs": (ACCENT, [9, 3]), "pays": (RECORD, [2, 3]),
    "part of": (SINGLE, [5, 5]),
}  # fmt: skip
"""Kinds of arrow: colour and dashes, so that none is told by its colour alone."""
_MANY = 12
"""Where nobody has so many facts, no arrow is as wide as an arrow can be."""
_BEFORE = 9.0
"""Pixels between an arrow's head and the middle of its target."""


@dataclass(frozen=True)
class Arrow:
    """From one actor to another; ``weight`` is a number of facts, ``kind`` one of ``KINDS``."""

    by: str
    on: str
    weight: int
    kind: str


def network(
    places: Mapping[str, tuple[float, float]], names: Mapping[str, str], arrows: Sequence[Arrow],
    *, width: float, height: float,
) -> alt.LayerChart:  # fmt: skip
    """The picture of ties; of several kinds with a line that says which is which.

    places : pixels from the upper left. names : what the actors are called. Actors without an
    arrow are quiet.
    """
    kept = [arrow for arrow in arrows if arrow.by in places and arrow.on in places][:DRAWN]
    most = max(_MANY, *(arrow.weight for arrow in kept), 1)
    kinds = [kind for kind in KINDS if any(arrow.kind == kind for arrow in kept)]
    layers = [
        layer for kind in kinds
        for layer in _arrows(_lines(places, kept, kind, most), *KINDS[kind])
    ]  # fmt: skip
    busy = {name for arrow in kept for name in (arrow.by, arrow.on)}
    points: Rows = [
        {"x": x, "y": y, "name": names[name], "busy": name in busy}
        for name, (x, y) in places.items()
    ]
    layers += _points(points) + (_key(kinds, height) if len(kinds) > 1 else [])
    return alt.LayerChart(layer=layers, width=width, height=height)


def _lines(
    places: Mapping[str, tuple[float, float]], arrows: Sequence[Arrow], kind: str, most: int
) -> Rows:
    """Between the same two, ties of different kinds run side by side."""
    aside = _ASIDE.get(kind, 3.0)
    return [_line(places, arrow, most, aside) for arrow in arrows if arrow.kind == kind]


def _key(kinds: Sequence[str], height: float) -> list[alt.Chart]:
    """Which line means what, below the picture."""
    layers: list[alt.Chart] = []
    for i, kind in enumerate(kinds):
        line = {"x": 20 + 130 * i, "x2": 60 + 130 * i, "y": height + 24, "width": 2, "angle": 90,
                "head": 70}  # fmt: skip
        layers += _arrows([{**line, "y2": line["y"]}], *KINDS[kind])
        text = chart_of([{"x": line["x2"] + 12, "y": line["y"], "kind": kind}])
        layers.append(text.mark_text(align="left", baseline="middle", color=INK, fontSize=12)
                      .encode(x=_x(), y=_y(), text="kind:N"))  # fmt: skip
    return layers


def _line(
    places: Mapping[str, tuple[float, float]], arrow: Arrow, most: int, aside: float
) -> dict[str, float]:
    (x, y), (x2, y2) = places[arrow.by], places[arrow.on]
    length = max(math.hypot(x2 - x, y2 - y), 1.0)
    # The way back runs beside it, not on it.
    dx, dy = (x2 - x) / length, (y2 - y) / length
    sx, sy = -dy * aside, dx * aside
    return {
        "x": round(x + sx, 1), "y": round(y + sy, 1),
        "x2": round(x2 + sx - dx * _BEFORE, 1), "y2": round(y2 + sy - dy * _BEFORE, 1),
        "width": round(0.8 + 5.2 * math.sqrt(arrow.weight / most), 2),
        "angle": round(math.degrees(math.atan2(dx, -dy)), 1),
        "head": round(30 + 130 * math.sqrt(arrow.weight / most), 1),
    }  # fmt: skip


def _arrows(lines: Rows, colour: str, dashes: list[int]) -> list[alt.Chart]:
    base = chart_of(lines)
    return [
        base.mark_rule(color=colour, strokeDash=dashes or [1, 0]).encode(
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
