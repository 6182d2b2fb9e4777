"""What each mechanism is worth to a forecast: the structural process with it and without it.

Without a mechanism every element that carries it is left out, and what remains is fitted anew at
each origin, so that other numbers may take over what they can. Luck is the same in both, path by
path. A mechanism may well be worth nothing, or less: it can be true and still not help to say what
comes next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from datetime import date
from functools import lru_cache
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Any

import numpy as np

from tightrope.history import History, read_theatre_and_history
from tightrope.inference.calibrate import Member
from tightrope.inference.posterior import Posterior
from tightrope.scoring.bootstrap import block_length, skill_interval
from tightrope.scoring.origins import Plan, Said, Theatres
from tightrope.scoring.panel import Cell, Panel, gather
from tightrope.scoring.scorecard import COMMON, RARE
from tightrope.theatre import Theatre
from tightrope.types import FloatArray
from tightrope.workers import end_with_parent, lean_workers

PLAN = Plan(draws=50, paths=300, members=("structural",), baselines=False)
FORMAT = 1
_MEMBER: Member = "structural"

Row = dict[str, Any]


def forecast_values(
    theatre: Theatre, origins: Sequence[date], *, workers: int | None = None,
    done: dict[str, Row] | None = None, tell: Callable[[dict[str, Row]], None] | None = None,
) -> dict[str, Row]:  # fmt: skip
    """By mechanism the skill of the process with it over the one without it, with intervals.

    done : rows of an earlier run, which are not made again. tell : called with all rows so far.
    """
    rows = dict(done or {})
    todo = [name for name in theatre.mechanisms if name not in rows]
    days = tuple(origins)
    count = min(workers or cpu_count() or 1, max(len(todo), 1))
    if count == 1:
        made: Iterator[tuple[str, Row]] = (_value(theatre.folder, days, name) for name in todo)
        for name, row in made:
            rows[name] = row
            if tell:
                tell(rows)
        return _ordered(theatre, rows)
    spawn = get_context("spawn")
    fresh = ProcessPoolExecutor(count, mp_context=spawn, initializer=end_with_parent)
    with lean_workers(), fresh as pool:
        futures = [pool.submit(_value, theatre.folder, days, name) for name in todo]
        for future in as_completed(futures):
            name, row = future.result()
            rows[name] = row
            if tell:
                tell(rows)
    return _ordered(theatre, rows)


def _ordered(theatre: Theatre, rows: dict[str, Row]) -> dict[str, Row]:
    return {name: rows[name] for name in theatre.mechanisms if name in rows}


def _value(folder: Path, origins: tuple[date, ...], mechanism: str) -> tuple[str, Row]:
    theatre, history, fits, whole = _whole(folder, origins)
    without = Theatres(theatre, history, replace(PLAN, off=frozenset({mechanism})))
    said = [
        without.speak(origin, without.fits(origin, {_MEMBER: fit}))
        for origin, fit in zip(origins, fits, strict=True)
    ]
    return mechanism, compare(whole, gather(said, theatre.questions))


@lru_cache(1)
def _whole(
    folder: Path, origins: tuple[date, ...]
) -> tuple[Theatre, History, list[Posterior], Panel]:
    """The process with everything, once in each worker."""
    theatre, history = read_theatre_and_history(folder)
    theatres = Theatres(theatre, history, PLAN)
    fits = [theatres.fits(origin)[_MEMBER] for origin in origins]
    said: list[Said] = [
        theatres.speak(origin, {_MEMBER: fit}) for origin, fit in zip(origins, fits, strict=True)
    ]
    return theatre, history, fits, gather(said, theatre.questions)


def compare(whole: Panel, without: Panel) -> Row:
    """Skill of ``whole`` over ``without``: by horizon, Brier for yes/no and CRPS for the others.

    Above zero the mechanism helps. Also the question that it moves most.
    """
    row: Row = {}
    moved: list[tuple[float, str]] = []
    for horizon in sorted({cell.horizon for cell in whole.cells}):
        pairs = [(a, b) for a, b in zip(whole.cells, without.cells, strict=True)
                 if a.horizon == horizon]  # fmt: skip
        moved += [(_moved(a, b), a.question) for a, b in pairs if a.is_yes_no]
        for name, chosen in (
            ("brier", [p for p in pairs if p[0].is_yes_no and RARE <= p[0].base_rate <= COMMON]),
            ("crps", [p for p in pairs if not p[0].is_yes_no]),
        ):
            row[f"{name}_{horizon}"] = _skill(whole, chosen, horizon)
    change, question = max(moved, default=(0.0, ""))
    return {**row, "moves_most": question, "by": round(change, 4)}


def _skill(panel: Panel, pairs: Sequence[tuple[Cell, Cell]], horizon: int) -> Row:
    if not pairs:
        return {"value": None, "low": None, "high": None, "n": 0}
    with_, without = [], []
    for a, b in pairs:
        unit = 1.0 if a.is_yes_no else float(np.nanmean(_scores(b))) or np.nan
        with_.append(_scores(a) / unit)
        without.append(_scores(b) / unit)
    block = block_length(horizon, panel.every_days)
    found = skill_interval(np.stack(with_, 1), np.stack(without, 1), block)
    return {
        "value": _round(found.value), "low": _round(found.low), "high": _round(found.high),
        "n": found.n,
    }  # fmt: skip


def _scores(cell: Cell) -> FloatArray:
    return cell.scores(cell.said[_MEMBER])


def _moved(a: Cell, b: Cell) -> float:
    return float(np.nanmean(np.abs(a.said[_MEMBER] - b.said[_MEMBER])))


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
