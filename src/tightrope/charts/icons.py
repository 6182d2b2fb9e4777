"""Icon arrays: a probability as so many of a hundred."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from tightrope.charts.forms import Rows, filled, layered, slot
from tightrope.charts.theme import ACCENT, SINGLE

_SIDE = 10


def icon_array(probability: float) -> alt.LayerChart:
    """A hundred futures, those with yes filled, from the upper left on.

    probability : 0 to 1, shown to the nearest hundredth.
    """
    return filled(_form(), icons=icons(probability))


def icons(probability: float) -> Rows:
    """One row for each icon."""
    yes = round(probability * _SIDE**2)
    return [{"row": i // _SIDE, "column": i % _SIDE, "yes": i < yes} for i in range(_SIDE**2)]


@cache
def _form() -> alt.LayerChart:
    futures = slot("icons").mark_point(size=100, strokeWidth=1, opacity=1)
    # Filled or hollow, so that colour is not needed to tell them apart.
    futures = futures.encode(
        x=alt.X("column:O").axis(None),
        y=alt.Y("row:O").axis(None),
        fill=_either("transparent"),
        stroke=_either(SINGLE),
    )
    return layered(futures, width=140, height=140)


def _either(no: str) -> Any:
    return alt.condition("datum.yes", alt.value(ACCENT), alt.value(no))
