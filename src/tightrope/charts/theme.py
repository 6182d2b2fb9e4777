"""What all charts share: colours, type, and the way to a picture.

Colours are solid, so that a page can exchange each for its partner on a dark ground, see ``DARK``.
Every pair of text and ground has a contrast of at least 4.5 (WCAG AA), marks of at least 3.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from html import escape, unescape
from importlib.metadata import version
from threading import RLock
from typing import Any
from urllib.parse import unquote

import altair as alt

from tightrope.charts.drawing import draw
from tightrope.shelf import cache_folder, written_whole

GROUND = "#ffffff"
INK = "#1b2530"
QUIET = "#55626f"
GRID = "#dde3e8"
ACCENT = "#1c5f9e"
BAND_HALF = "#8fb6da"
"""The middle half of the paths."""
BAND_MOST = "#cfe0f0"
"""The middle nine tenths."""
SINGLE = "#6f8496"
"""Single paths."""
RECORD = "#a8480f"
"""What the record says: base rates, the days before."""
ARMS = (ACCENT, "#b3246b", "#1d7a4d", "#8a6500")
"""Up to four worlds beside the unchanged one; never told apart by colour alone."""
BANDS = (BAND_MOST, "#f2d5e3", "#cdebdb", "#f1e3bd")
"""Intervals of each."""

DARK = {
    GROUND: "#161c22",
    INK: "#e8edf2",
    QUIET: "#a3b1be",
    GRID: "#323d48",
    ACCENT: "#74b6f2",
    BAND_HALF: "#35648f",
    BAND_MOST: "#243f59",
    SINGLE: "#8799aa",
    RECORD: "#f2a470",
    **dict(zip(ARMS[1:], ("#f28abd", "#6fd0a0", "#e2c04c"), strict=True)),
    **dict(zip(BANDS[1:], ("#5a2b43", "#22493a", "#4b3f1c"), strict=True)),
}
"""The partner of each colour on a dark ground."""

_CONFIG: dict[str, Any] = {
    "background": None,
    "font": "Liberation Sans",
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET, "titleColor": QUIET, "labelFontSize": 11, "titleFontSize": 11,
        "titleFontWeight": "normal", "domainColor": QUIET, "tickColor": QUIET, "gridColor": GRID,
        "aria": False,
    },
    "mark": {"aria": False},
    "text": {"color": INK, "fontSize": 11},
    "title": {"color": INK, "subtitleColor": QUIET, "fontSize": 13, "anchor": "start"},
    "legend": {"labelColor": INK, "titleColor": QUIET, "aria": False},
}  # fmt: skip

DESCRIBING = RLock()
"""Held while a chart is built or described: ``alt.X("day").axis(...)`` leaves its X in a class of
Altair for a moment, and takes from there what another thread may have left meanwhile."""

Described = dict[str, Any]
"""A chart as Vega-Lite: to describe a large one takes most of a second, so results keep this."""
AnyChart = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart | Described


def specification(chart: AnyChart) -> Described:
    """The chart as Vega-Lite, in the project's colours and type; one that is described stays."""
    if isinstance(chart, dict):
        return chart
    # Altair checks each argument where it is given; to check the whole again, and to go through
    # every row of the data, would take most of the time of a page.
    with DESCRIBING:
        bare = chart.copy(deep=False)
        rows, bare.datasets = chart.datasets, alt.Undefined
        spec: Described = bare.to_dict(validate=False)
    told = {} if rows is alt.Undefined else {"datasets": rows}
    return {**spec, **told, "config": _CONFIG}


def to_svg(chart: AnyChart, says: str) -> str:
    """The chart as SVG that needs no script.

    says : what a reader who cannot see it should be told.
    """
    return _told(_shortened(_rendered(specification(chart))), says)


def _rendered(spec: Described) -> str:
    """The picture of a specification; kept in the cache: rendering is most of a page's time."""
    renderer = version("vl-convert-python")
    text = json.dumps(spec, sort_keys=True)
    key = hashlib.sha256(f"{renderer} {text}".encode()).hexdigest()[:32]
    kept = cache_folder() / "pictures" / f"{key}.svg"
    if kept.is_file():
        return kept.read_text(encoding="utf-8")
    picture = draw("svg", text).decode()
    with suppress(OSError):  # a full disk only costs time
        kept.parent.mkdir(exist_ok=True)
        with written_whole(kept) as beside:
            beside.write_text(picture, encoding="utf-8")
    return picture


def dark_rules() -> str:
    """CSS that gives every colour of a picture its partner on a dark ground."""
    return "\n".join(
        f'svg [{paint}="{light}"] {{ {paint}: {dark}; }}'
        for light, dark in DARK.items()
        for paint in ("fill", "stroke")
    )


MARK = "https://mark.invalid/"
"""Begins the address of a mark that opens something; ``linked`` puts a page's own there."""


def linked(picture: str, told: Mapping[str, str]) -> str:
    """A picture whose marks open what they stand for.

    told : by place, as ``row/ID``, what to say of it. The marks are no stops of the Tab key: there
    are hundreds, and a list beside the picture has them too.
    """

    def link(found: re.Match[str]) -> str:
        place = unescape(found[1])
        says = escape(told.get(unquote(place), ""))
        return f'<a href="/{escape(place)}" data-open="{escape(unquote(place))}" tabindex="-1">' + (
            f"<title>{says}</title>"
        )

    if not told:
        return picture
    picture = picture.replace('<svg role="img"', '<svg role="group"', 1)  # an image has no links
    return re.sub(rf'<a xlink:href="{re.escape(MARK)}([^"]*)">', link, picture)


def standing_alone(picture: str) -> str:
    """A picture from ``to_svg`` as a file of its own, with its ground, light or dark."""
    picture = re.sub(r"</?a\b[^>]*>", "", picture)
    style = f"<style>@media (prefers-color-scheme: dark) {{\n{dark_rules()}\n}}</style>"
    ground = f'<rect width="100%" height="100%" fill="{GROUND}"/>'
    return re.sub(r"(<svg[^>]*>)", rf"\1{style}{ground}", picture, count=1) + "\n"


def _shortened(picture: str) -> str:
    """Coordinates to a tenth of a pixel; what only scripts would read goes."""
    picture = re.sub(r' (?:aria-\w+|role|class|pointer-events)="[^"]*"', "", picture)
    picture = picture.replace(' xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"', "")
    picture = re.sub(r'<path d="" display="none"/>', "", picture)
    return re.sub(r'(?<= d=")[^"]*|(?<=transform=")[^"]*', _tenths, picture)


def _tenths(match: re.Match[str]) -> str:
    return re.sub(r"\d+\.\d{2,}", lambda x: f"{float(x[0]):.1f}".removesuffix(".0"), match[0])


def _told(picture: str, says: str) -> str:
    family = 'font-family="Liberation Sans, Helvetica, Arial, sans-serif"'
    head = f'<svg role="img" aria-label="{escape(says)}" {family}'
    return picture.replace(' font-family="Liberation Sans"', "").replace("<svg", head, 1)
