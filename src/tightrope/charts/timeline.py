"""What happened: a lane for each actor; few facts one by one, many as columns of a time.

An uncertain date has soft ends (nested bars that grow pale), a tally is a band over its window, and
a fact with deaths is a circle whose area is their number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

import altair as alt

from tightrope.charts.forms import Rows, at_midnight, chart_of
from tightrope.charts.theme import ACCENT, BAND_HALF, BAND_MOST, GRID, GROUND, INK, MARK, RECORD

ONE_BY_ONE = 400
"""At most so many facts are drawn one by one."""
DEADLIEST = 60
"""So many circles stand over columns."""
WIDTH, ROOM = 820, 190
"""Of the time that is shown, and of the names beside it, in pixels of the picture."""
_LANE = 34
_BINS = (7, 30.44, 91.31, 182.62)
_MOST_BINS = 130
_REST = 0.38
"""Half the height of a lane that columns may fill."""
DAYS = {"year": "%Y", "quarter": "%b %Y", "month": "%b %Y", "week": "%-d %b", "date": "%-d %b"}
"""How an axis of time tells its ticks, by how fine they are."""


@dataclass(frozen=True)
class Mark:
    """A fact as the timeline sees it; days are those on which it may have happened."""

    id: str
    """As ``row/ID``, what it opens."""
    lane: str
    earliest: date
    latest: date
    deaths: int
    tally: bool
    says: str

    @property
    def middle(self) -> date:
        """Where its circle stands."""
        return self.earliest + (self.latest - self.earliest) // 2


def timeline(marks: list[Mark], lanes: list[str], since: date, until: date) -> alt.LayerChart:
    """The facts by lane.

    lanes : from top to bottom. since, until : what the axis shows; facts are cut at its ends.
    """
    layers = [_lines(lanes)]
    if len(marks) <= ONE_BY_ONE:
        layers += _singly(marks, lanes, since, until)
    else:
        layers += _in_columns(marks, lanes, since, until)
    layers.append(_names(lanes))
    scale = alt.Scale(domain=[at_midnight(since), at_midnight(until + timedelta(1))], nice=False)
    x = alt.X("from:T").scale(scale).title(None).axis(format=DAYS, labelFlush=False)
    first = layers[0].encode(x=x)
    return alt.LayerChart(layer=[first, *layers[1:]], width=WIDTH, height=_LANE * len(lanes))


def columns(marks: list[Mark], since: date, until: date) -> Rows:
    """[lane and time] how many facts; a fact counts where the middle of its date lies."""
    days = (until - since).days + 1
    step = next((x for x in _BINS if days / x <= _MOST_BINS), _BINS[-1])
    counts: dict[tuple[str, int], int] = {}
    for mark in marks:
        at = min(max((mark.middle - since).days, 0), days - 1)
        key = mark.lane, int(at / step)
        counts[key] = counts.get(key, 0) + 1
    return [
        {"lane": lane, "from": at_midnight(since + timedelta(round(step * i))),
         "to": at_midnight(min(since + timedelta(round(step * (i + 1))), until + timedelta(1))),
         "facts": n}
        for (lane, i), n in sorted(counts.items(), key=lambda x: (x[0][1], x[0][0]))
    ]  # fmt: skip


def _lanes(lanes: list[str]) -> alt.Y:
    """Lanes as numbers: half a lane above and below is theirs."""
    axis = alt.Axis(labels=False, minExtent=ROOM, maxExtent=ROOM, grid=False, ticks=False,
                    domain=False)  # fmt: skip
    scale = alt.Scale(domain=[-0.5, len(lanes) - 0.5], reverse=True, nice=False, zero=False)
    return alt.Y("y:Q").title(None).axis(axis).scale(scale)


def _lines(lanes: list[str]) -> alt.Chart:
    rows: Rows = [{"y": i} for i in range(len(lanes))]
    return chart_of(rows).mark_rule(color=GRID).encode(y=_lanes(lanes))


def _names(lanes: list[str]) -> alt.Chart:
    """As marks, for an axis leaves out every second label where it thinks that they are near."""
    rows: Rows = [{"y": i, "name": name} for i, name in enumerate(lanes)]
    return (
        chart_of(rows)
        .mark_text(align="right", baseline="middle", color=INK, fontSize=12, limit=ROOM)
        .encode(x=alt.value(-10), y="y:Q", text="name:N")
    )


def _singly(marks: list[Mark], lanes: list[str], since: date, until: date) -> list[alt.Chart]:
    at = {name: i for i, name in enumerate(lanes)}
    unsure = [mark for mark in marks if mark.earliest < mark.latest and not mark.tally]
    bands: Rows = [
        {"top": at[mark.lane] - _REST, "foot": at[mark.lane] + _REST,
         "from": at_midnight(max(mark.earliest, since)),
         "to": at_midnight(min(mark.latest, until) + timedelta(1)), "link": _link(mark)}
        for mark in marks if mark.tally
    ]  # fmt: skip
    points = _points(marks, at, since, until)
    deadly = [row for row in points if row["size"]]
    plain = [row for row in points if not row["size"]]
    pale, deep = (_spans(unsure, at, since, until, quarters) for quarters in (0, 1))
    return [
        chart_of(bands).mark_rect(color=BAND_MOST, stroke=BAND_HALF).encode(
            x="from:T", x2="to:T", y="top:Q", y2="foot:Q", href="link:N"),
        chart_of(pale).mark_rule(color=BAND_MOST, strokeWidth=9).encode(
            x="from:T", x2="to:T", y="y:Q"),
        chart_of(deep).mark_rule(color=BAND_HALF, strokeWidth=9).encode(
            x="from:T", x2="to:T", y="y:Q"),
        chart_of(plain).mark_tick(orient="vertical", color=ACCENT, thickness=2, size=14).encode(
            x="from:T", y="y:Q", href="link:N"),
        _circles(deadly),
    ]  # fmt: skip


def _spans(
    unsure: list[Mark], at: Mapping[str, int], since: date, until: date, quarters: int
) -> Rows:
    """[fact of an uncertain date] its days without so many quarters of them at each end."""
    rows: Rows = []
    for mark in unsure:
        cut = (mark.latest - mark.earliest) * quarters / 4
        first, last = mark.earliest + cut, mark.latest - cut
        if first <= until and last >= since:
            rows.append({"y": at[mark.lane], "from": at_midnight(max(first, since)),
                         "to": at_midnight(min(last, until))})  # fmt: skip
    return rows


def _in_columns(marks: list[Mark], lanes: list[str], since: date, until: date) -> list[alt.Chart]:
    at = {name: i for i, name in enumerate(lanes)}
    found = columns(marks, since, until)
    most = max((row["facts"] for row in found), default=1)
    rows: Rows = [
        {"top": round(at[row["lane"]] - _REST * math.sqrt(row["facts"] / most), 3),
         "foot": round(at[row["lane"]] + _REST * math.sqrt(row["facts"] / most), 3),
         "from": row["from"], "to": row["to"]}
        for row in found
    ]  # fmt: skip
    deadly = [row for row in _points(marks, at, since, until) if row["size"]]
    return [
        chart_of(rows).mark_rect(color=BAND_HALF, stroke=GROUND, strokeWidth=0.5).encode(
            x="from:T", x2="to:T", y="top:Q", y2="foot:Q"),
        _circles(deadly[:DEADLIEST]),
    ]  # fmt: skip


def _points(marks: list[Mark], at: Mapping[str, int], since: date, until: date) -> Rows:
    """[fact that is no tally] where it stands, the deadliest first, so that none is hidden."""
    return [
        {"y": at[mark.lane], "from": at_midnight(min(max(mark.middle, since), until)),
         "size": _area(mark.deaths), "link": _link(mark)}
        for mark in sorted(marks, key=lambda mark: -mark.deaths) if not mark.tally
    ]  # fmt: skip


def _circles(points: Rows) -> alt.Chart:
    return chart_of(points).mark_point(
        filled=False, color=RECORD, strokeWidth=1.5, opacity=1
    ).encode(x="from:T", y="y:Q", size=alt.Size("size:Q").scale(None), href="link:N")  # fmt: skip


def _link(mark: Mark) -> str:
    return f"{MARK}{quote(mark.id)}"


def _area(deaths: int) -> float:
    """Of a circle, in square pixels: in proportion to deaths, bounded so that lanes stay apart."""
    return 0.0 if deaths <= 0 else min(20 + 2.5 * deaths, 1600)
