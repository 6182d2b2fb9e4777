"""A neighbourhood of the model as a picture: boxes in columns, arrows between them, no script.

Colours are the style sheet's. How well an arrow is grounded is its line: whole where several
documents assert it, broken in long strokes where one does, dotted where it is assumed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from html import escape

from tightrope.web.neighbours import Edge, Neighbourhood, Node

_WIDTH, _HEIGHT, _GAP, _APART = 236.0, 42.0, 14.0, 100.0
_LETTERS, _LINES = 33, 2
Place = tuple[float, float]


def diagram(
    shown: Neighbourhood, says: Callable[[Node], str], leads: Callable[[Node], str], told: str
) -> str:
    """The picture as SVG.

    says : what stands in a box. leads : the address behind it. told : for those who cannot see it.
    """
    columns = [column for column in shown.columns if column]
    tallest = max(map(len, columns), default=1)
    height = tallest * (_HEIGHT + _GAP) + _GAP
    wide = len(columns) * _WIDTH + (len(columns) - 1) * _APART + 8
    places: dict[tuple[int, Node], Place] = {
        (i, node): (4 + i * (_WIDTH + _APART), _top(j, len(column), height))
        for i, column in enumerate(columns) for j, node in enumerate(column)
    }  # fmt: skip
    turns = any(b <= a for (a, _), (b, _) in (_ends(edge, places) for edge in shown.edges))
    width = wide + _APART * turns  # an arrow that turns back needs room at the side
    arrows = [_arrow(edge, places) for edge in shown.edges]
    boxes = [
        _box(node, place, says(node), leads(node)) for (_, node), place in places.items()
    ]  # fmt: skip
    return (
        f'<svg class="diagram" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="group" aria-label="{escape(told)}">{_HEADS}'
        f"{''.join(arrows)}{''.join(boxes)}</svg>"
    )


_HEADS = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto-start-reverse"><path class="tip" d="M0 0L8 4L0 8Z"/></marker></defs>'
)


def _top(number: int, of: int, height: float) -> float:
    """Columns stand in the middle of the picture's height."""
    whole = of * (_HEIGHT + _GAP) - _GAP
    return (height - whole) / 2 + number * (_HEIGHT + _GAP)


def _box(node: Node, place: Place, says: str, leads: str) -> str:
    x, y = place
    kind, name = node
    lines = textwrap.wrap(says, _LETTERS, max_lines=_LINES, placeholder=" …") or [name]
    first = y + _HEIGHT / 2 + 4 - 7 * (len(lines) - 1)
    text = "".join(
        f'<tspan x="{x + 10:.0f}" y="{first + 14 * i:.1f}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    round_ = {"event": 4, "level": _HEIGHT / 2, "condition": 0}[kind]
    return (
        f'<a href="{escape(leads)}"><g class="{kind}"><title>{escape(f"{kind}: {says}")}</title>'
        f'<rect x="{x:.0f}" y="{y:.1f}" width="{_WIDTH:.0f}" height="{_HEIGHT:.0f}" '
        f'rx="{round_:.0f}"/>'
        f"<text>{text}</text></g></a>"
    )


def _arrow(edge: Edge, places: dict[tuple[int, Node], Place]) -> str:
    start, end = _ends(edge, places)
    (x1, y1), (x2, y2) = start, end
    ahead = x2 > x1
    a = (x1 + _WIDTH, y1 + _HEIGHT / 2)
    b = (x2, y2 + _HEIGHT / 2) if ahead else (x2 + _WIDTH, y2 + _HEIGHT / 2 + 6)
    bend = _APART * (0.5 if ahead else 0.8)
    c, d = (a[0] + bend, a[1]), (b[0] - bend if ahead else b[0] + bend, b[1])
    path = (
        f"M{a[0]:.0f} {a[1]:.1f}C{c[0]:.0f} {c[1]:.1f} {d[0]:.0f} {d[1]:.1f} {b[0]:.0f} {b[1]:.1f}"
    )
    sign = {"+": "+", "-": "−"}.get(edge.sign, "")
    at = (_middle(a[0], c[0], d[0], b[0]), _middle(a[1], c[1], d[1], b[1]))
    mark = f'<text class="sign" x="{at[0]:.0f}" y="{at[1] - 3:.1f}">{sign}</text>' if sign else ""
    return f'<path class="edge {edge.standing}" d="{path}" marker-end="url(#tip)"/>{mark}'


def _ends(edge: Edge, places: dict[tuple[int, Node], Place]) -> tuple[Place, Place]:
    """Of boxes that stand twice, the pair that is nearest from left to right."""
    starts = [(i, place) for (i, node), place in places.items() if node == edge.source]
    goals = [(i, place) for (i, node), place in places.items() if node == edge.target]
    pairs = [(i, j, a, b) for i, a in starts for j, b in goals]
    _, _, start, end = min(pairs, key=lambda pair: (pair[1] != pair[0] + 1, pair[1] <= pair[0]))
    return start, end


def _middle(a: float, c: float, d: float, b: float) -> float:
    """The middle of a Bézier curve."""
    return (a + 3 * c + 3 * d + b) / 8
