"""The cells of rows that are written: a new row's id, and two tellings joined in one row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from tightrope.evidence.bounds import Bounds, cell, hull
from tightrope.history import Row, read_theatre_and_history
from tightrope.theatre.dates import parse_span

_JOINED_STATUS = {"reported": "corroborated", "background": "corroborated"}


def new_id(cells: Mapping[str, str], taken: Collection[str]) -> str:
    """Day and type, with ``-2``, ``-3`` where needed, as the coded histories have it."""
    stem = f"{_first_day(cells['date'])}-{cells['event']}"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def _first_day(text: str) -> str:
    try:
        return str(parse_span(text).earliest or text)
    except ValueError:
        return "undated"


def cells_of_row(folder: Path, name: str) -> dict[str, str]:
    """A row as its cells would be written in full; the row must be there."""
    row = next(row for row in read_theatre_and_history(folder)[1].rows if row.id == name)
    deaths = None if row.deaths_low is None else (row.deaths_low, row.deaths_high)
    return {"date": row.date.text, "known": str(row.known), "deaths": cell(deaths),
            "place": row.place, "sources": ";".join(row.sources), "status": row.status,
            "note": row.note}  # fmt: skip


def cells_of(row: Row) -> dict[str, str]:
    """A row as cells to be read beside those of a proposal."""
    deaths = None if row.deaths_low is None else (row.deaths_low, row.deaths_high)
    return {
        "date": row.date.text, "known": str(row.known), "event": row.event, "plover": row.plover,
        "count": cell((row.count_low, row.count_high)), "deaths": cell(deaths),
        "by": ";".join(row.by), "on": ";".join(row.on), "place": row.place,
        "sources": ";".join(row.sources), "status": row.status, "note": row.note,
    }  # fmt: skip


def joined(stands: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """Cells of a row with one more telling: both sources, wider bounds, the earlier public day.

    Day, type, sides and place stay as they were coded; a person who doubts them corrects the row.
    """
    sources = dict.fromkeys([*_names(stands["sources"]), *_names(told["sources"])])
    earliest = parse_span(stands["date"]).earliest
    known = min(filter(None, (stands["known"], told["known"])), default="")
    killed = [bounds for bounds in map(_bounds, (stands["deaths"], told["deaths"])) if bounds]
    return {
        "sources": ";".join(sources),
        "known": max(known, str(earliest)) if known and earliest else known,
        "deaths": cell(hull(killed)) if killed else "",
        "place": stands["place"] or told["place"],
        "status": _JOINED_STATUS.get(stands["status"], stands["status"]),
    }


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(";") if name.strip()]


def _bounds(text: str) -> Bounds | None:
    low, dots, high = text.partition("..")
    if not text or not (low or "0").isdigit() or not (high or "0").isdigit():
        return None
    return int(low or 0), (int(low) if not dots else int(high) if high else None)
