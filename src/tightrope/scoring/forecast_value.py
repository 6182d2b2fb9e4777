"""What each mechanism is worth to a forecast: the structural process with it and without it.

At each origin the process is fitted once to what was known; then it is run with everything, and
again with all that carries one mechanism switched off, on the same draws and the same luck, path by
path. A mechanism may well be worth nothing, or less: it can be true and still not help to say what
comes next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from functools import lru_cache
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Any

import numpy as np

from tightrope.engine.simulate import Ensemble
from tightrope.foresight.members.processes import forecasts
from tightrope.foresight.prepare import Prepared, prepare
from tightrope.foresight.worlds import run_worlds, world
from tightrope.history import read_theatre_and_history
from tightrope.inference.calibrate import Member
from tightrope.scoring.bootstrap import block_length, skill_interval
from tightrope.scoring.origins import Plan, Said, Theatres
from tightrope.scoring.panel import Cell, Panel, gather
from tightrope.scoring.scorecard import COMMON, RARE
from tightrope.theatre import Theatre, schema
from tightrope.types import FloatArray
from tightrope.workers import end_with_parent, lean_workers

PLAN = Plan(draws=50, paths=300, members=("structural",), baselines=False)
FORMAT = 2
_MEMBER: Member = "structural"
_WHOLE = ""
"""Name of the process from which nothing is left out."""

Row = dict[str, Any]


def forecast_values(
    theatre: Theatre, origins: Sequence[date], *, workers: int | None = None,
    tell: Callable[[int], None] | None = None,
) -> dict[str, Row]:  # fmt: skip
    """By mechanism the skill of the process with it over the one without it, with intervals.

    tell : called with the number of origins that are done.
    """
    said: dict[date, dict[str, Said]] = {}
    for origin, spoken in _spoken(theatre.folder, origins, workers):
        said[origin] = spoken
        if tell:
            tell(len(said))
    panels = {
        name: gather([said[origin][name] for origin in origins], theatre.questions)
        for name in (_WHOLE, *theatre.mechanisms)
    }
    return {name: compare(panels[_WHOLE], panels[name]) for name in theatre.mechanisms}


def _spoken(
    folder: Path, origins: Sequence[date], workers: int | None
) -> Iterator[tuple[date, dict[str, Said]]]:
    count = min(workers or cpu_count() or 1, max(len(origins), 1))
    if count == 1:
        yield from (_at(folder, origin) for origin in origins)
        return
    spawn = get_context("spawn")
    fresh = ProcessPoolExecutor(count, mp_context=spawn, initializer=end_with_parent)
    with lean_workers(), fresh as pool:
        for future in as_completed([pool.submit(_at, folder, origin) for origin in origins]):
            yield future.result()


def _at(folder: Path, origin: date) -> tuple[date, dict[str, Said]]:
    """What is said at one origin, with everything and without each mechanism."""
    theatres = _theatres(folder)
    compiled = theatres.readings[_MEMBER]
    prepared = prepare(
        theatres.theatre, theatres.history, origin, draws=PLAN.draws, seed=PLAN.seed,
        posterior=theatres.fits(origin)[_MEMBER], compiled=compiled,
    )  # fmt: skip
    truth, facts = theatres.truth(origin), len(prepared.history.rows)
    said: dict[str, Said] = {}
    for name in (_WHOLE, *theatres.theatre.mechanisms):
        answers = forecasts(compiled, theatres.questions, _without(prepared, name), PLAN.horizons)
        spoken = {(q, h, _MEMBER): one for (q, h), one in answers.items()}
        said[name] = Said(origin, facts, spoken, truth, {})
    return origin, said


def _without(prepared: Prepared, mechanism: str) -> Ensemble:
    compiled, first, days = prepared.compiled, prepared.first_forecast_day, max(PLAN.horizons)
    changes = [schema.Change.model_validate({"off": mechanism})] if mechanism else []
    one = world(compiled, prepared.parameters, prepared.start, changes, first, days)
    (ensemble,) = run_worlds(
        compiled, [one], prepared.shrink, compiled.calendar(first, days),
        paths=PLAN.paths, seed=PLAN.seed, workers=1,
    )  # fmt: skip
    return ensemble


@lru_cache(1)
def _theatres(folder: Path) -> Theatres:
    """The theatre, compiled once in each worker."""
    return Theatres(*read_theatre_and_history(folder), PLAN)


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
