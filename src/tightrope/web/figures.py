"""Charts on pages: the picture, the table behind it, and the same click for every download."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from tightrope.charts.drawing import draw
from tightrope.charts.forms import Rows
from tightrope.charts.theme import (
    DESCRIBING,
    GROUND,
    AnyChart,
    linked,
    specification,
    standing_alone,
    to_svg,
)
from tightrope.report.tables import TableOf
from tightrope.web.addresses import Query, address

if TYPE_CHECKING:
    from tightrope.web.desk import Desk

FORMATS = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}
"""Of downloads; zip has all of them, the specification, and a note on what it shows."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same chart gives the same bytes."""


@dataclass(frozen=True)
class Drawn:
    """A chart with its words and its numbers."""

    chart: AnyChart
    told: str
    """For those who cannot see it."""
    says: str
    """The caption."""
    table: TableOf
    """Behind it, to be read."""
    data: Rows
    """Behind it, for programs: plain numbers and ISO dates."""
    fingerprint: str = ""
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    """What marks of the chart open, as ``row/ID``, and what is told of each."""


Maker = Callable[["Desk", Query], Drawn]
"""Makes a chart from the query of an address; RequestRefused where it cannot."""


@dataclass(frozen=True)
class Figure:
    """What the macro ``figure`` puts on a page."""

    name: str
    svg: str
    says: str
    table: TableOf
    downloads: tuple[tuple[str, str], ...]
    """Format and address."""


_KEPT: OrderedDict[str, Figure] = OrderedDict()
_LOCK = Lock()
_MOST_KEPT = 300


def figure(name: str, query: Query, state: str, make: Callable[[], Drawn]) -> Figure:
    """A chart for a page; it is made once, for to describe a chart takes longer than a page may.

    name : of its maker. query : that of the maker, so that downloads show the same. state : all
    that the chart depends on beside them, as the fingerprint of a run.
    """
    key = json.dumps([name, state, sorted(query.items())])
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    with DESCRIBING:
        drawn = make()
    links = tuple((kind.upper(), address(f"/chart/{name}.{kind}", query)) for kind in FORMATS)
    made = Figure(name, _linked(drawn), drawn.says, drawn.table, links)
    with _LOCK:
        _KEPT[key] = made
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    return made


def _linked(drawn: Drawn) -> str:
    return linked(to_svg(drawn.chart, drawn.told), drawn.links)


def download(make: Callable[[], Drawn], kind: str, at: str) -> bytes:
    """A chart as a file.

    at : the address of the chart, for the note in a zip.
    """
    with DESCRIBING:
        drawn = make()
    if kind == "zip":
        return _zip(drawn, at)
    return {"svg": _svg, "png": _png, "csv": _csv}[kind](drawn)


def _svg(drawn: Drawn) -> bytes:
    return standing_alone(to_svg(drawn.chart, drawn.told)).encode()


def _png(drawn: Drawn) -> bytes:
    return _rastered(json.dumps({**specification(drawn.chart), "background": GROUND}))


@lru_cache(32)
def _rastered(specification: str) -> bytes:
    return draw("png", specification)


def _csv(drawn: Drawn) -> bytes:
    columns = list(dict.fromkeys(name for row in drawn.data for name in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in drawn.data)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _zip(drawn: Drawn, at: str) -> bytes:
    note = f"{drawn.told}\n\n{drawn.says}\n\nAddress: {at}\nFingerprint: {drawn.fingerprint}\n"
    files = {
        "chart.svg": _svg(drawn), "chart.png": _png(drawn), "numbers.csv": _csv(drawn),
        "chart.vl.json": json.dumps(specification(drawn.chart), indent=1).encode(),
        "note.txt": note.encode(),
    }  # fmt: skip
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return held.getvalue()
