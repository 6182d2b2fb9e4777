"""What if, all at once: every difference by size, and the events gained and lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from tightrope.charts.forms import Rows, chart_of, names_axis, panel_title
from tightrope.charts.looks import SIGNED, UNITS, Look, looks, unit_of
from tightrope.charts.theme import INK, QUIET
from tightrope.foresight.whatif import WhatIf

_LETTER, _SIDE = 6.2, 300
"""Room of a letter of a label, and width of a panel, in pixels."""


def difference_dots(result: WhatIf) -> alt.VConcatChart:
    """Every question that moves clear of zero in some arm: paired difference, 90 % interval."""
    rows = question_differences(result)
    units = [unit for unit in UNITS if any(row["unit"] == unit for row in rows)]
    room = _room(rows)
    panels = [
        _dot_panel([row for row in rows if row["unit"] == unit], result, room, UNITS[unit],
                   keyed=i == 0)
        for i, unit in enumerate(units)
    ]  # fmt: skip
    return alt.vconcat(*panels, spacing=16)


def event_dots(result: WhatIf, most: int = 24) -> alt.VConcatChart:
    """Event types that gain or lose most: expected number more or fewer in the run."""
    rows = event_differences(result)
    kept = list(dict.fromkeys(row["says"] for row in rows))[:most]
    rows = [row for row in rows if row["says"] in kept]
    return alt.vconcat(_dot_panel(rows, result, _room(rows), "events", keyed=True))


def question_differences(result: WhatIf) -> Rows:
    """[question and arm] what ``difference_dots`` draws; chances in percentage points."""
    clear = {c.id for arm in result.arms for c in arm.contrasts if c.size > 0}
    rows: Rows = []
    for arm in result.arms:
        for c in arm.contrasts:
            if c.id not in clear or c.difference is None or not c.difference.value:
                continue
            unit = unit_of(c.kind)
            times = 100 if unit == "chance" else 1
            says = c.ask if c.window_days == result.outlook.days else (
                f"{c.ask} ({c.window_days} d)"
            )  # fmt: skip
            rows.append(_dot(arm.name, says, unit, times, c.difference))
    return _by_size(rows)


def event_differences(result: WhatIf) -> Rows:
    """[event type and arm] what ``event_dots`` draws."""
    events = result.prepared.compiled.theatre.events
    return _by_size([
        _dot(arm.name, events[name].says, "count", 1, told)
        for arm in result.arms for name, told in arm.events.items()
    ])  # fmt: skip


def _dot(arm: str, says: str, unit: str, times: int, told: Any) -> dict[str, Any]:
    ends = {"value": told.value, "low": told.low, "high": told.high}
    return {"arm": arm, "says": says, "unit": unit,
            **{name: round(times * x, 5) for name, x in ends.items()}}  # fmt: skip


def _by_size(rows: Rows) -> Rows:
    """Those that differ most in some arm first; the arms of one thing together."""
    largest: dict[str, float] = {}
    for row in rows:
        largest[row["says"]] = max(largest.get(row["says"], 0.0), abs(row["value"]))
    return sorted(rows, key=lambda row: (-largest[row["says"]], row["says"]))


def _room(rows: Rows) -> float:
    return min(_LETTER * max((len(row["says"]) for row in rows), default=0), 520)


def _dot_panel(
    rows: Rows, result: WhatIf, room: float, title: str, *, keyed: bool
) -> alt.LayerChart:
    arms, several = looks(result), len(result.arms) > 1
    base = chart_of(rows)
    colour, shape = _by_arm(arms, keyed=keyed and several)
    order = list(dict.fromkeys(row["says"] for row in rows))
    y = alt.Y("says:N").sort(order).title(None).axis(names_axis(room))
    x = alt.X("value:Q").title(None).axis(tickCount=4, labelExpr=SIGNED, orient="top")
    beside: Mapping[str, Any] = (
        {"yOffset": alt.YOffset("arm:N").sort(list(arms))} if several else {}
    )
    layers = [
        chart_of([{"at": 0}]).mark_rule(color=INK).encode(x=alt.X("at:Q").title(None)),
        base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q").title(None), x2="high:Q", y=y,
                                             color=colour, **beside),
        base.mark_point(filled=True, size=46, opacity=1).encode(x=x, y=y, color=colour,
                                                                shape=shape, **beside),
    ]  # fmt: skip
    step = 18 if not several else 8 + 7 * len(arms)
    return alt.LayerChart(layer=layers, width=_SIDE, height=step * len(order),
                          title=panel_title(title, QUIET))  # fmt: skip


def _by_arm(arms: Mapping[str, Look], *, keyed: bool) -> tuple[alt.Color, alt.Shape]:
    """Colour and shape by arm, explained together where ``keyed``."""
    legend = alt.Legend(orient="top", title=None) if keyed else None
    names = list(arms)
    colours: Sequence[str] = [look.colour for look in arms.values()]
    shapes: Sequence[str] = [look.shape for look in arms.values()]
    return (
        alt.Color("arm:N").legend(legend).scale(domain=names, range=colours),
        alt.Shape("arm:N").legend(legend).scale(domain=names, range=shapes),
    )
