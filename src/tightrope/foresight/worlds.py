"""Worlds that differ in one thing, run together: the same draws, the same luck, one compiled run.

A ``World`` is the numbers of every draw, the state that it starts from, and what is imposed day by
day. Interventions become numbers here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import jax
import numpy as np

from tightrope.compile import Compiled, Knob
from tightrope.engine import worlds as engine
from tightrope.engine.program import Parameters
from tightrope.engine.simulate import Ensemble, simulate
from tightrope.engine.state import State
from tightrope.engine.worlds import Imposed
from tightrope.foresight.changes import kind_of, time_of
from tightrope.switches import calendar_switched_off, gates_switched_off, switched_off
from tightrope.theatre import schema
from tightrope.types import BoolArray, FloatArray

_RATES = frozenset({"base", "extra", "rhythm", "expect"})
"""Arrays of the numbers that a rate is the sum of."""


@dataclass(frozen=True)
class World:
    """One world, ready to run."""

    parameters: Parameters
    """[draw, ...]"""
    start: State
    """[draw, ..., 1]"""
    imposed: Imposed
    """[1, day, ...]"""
    after: FloatArray
    """[C] what is given for the dawn after the last day, nan where nothing is."""


def world(
    compiled: Compiled, parameters: Parameters, start: State, changes: Sequence[schema.Change],
    first_day: date, days: int,
) -> World:  # fmt: skip
    """A world in which ``changes`` are made from the state that is given.

    A mechanism that is off stops acting on the first day; what it did before stays in the state.
    """
    off = {str(change.off) for change in changes if change.off}
    imposed = engine.nothing(compiled.program, 1, days)
    imposed.gate[0, :] = gates_switched_off(compiled, off)  # type: ignore[index]
    imposed.factor[0, :, calendar_switched_off(compiled, off)] = 0  # type: ignore[index]
    parameters = switched_off(compiled, parameters, off) if off else parameters
    for change in changes:
        parameters = _impose(compiled, parameters, imposed, change, first_day)
    after = np.full(compiled.program.n_conditions, np.nan)
    for change in changes:
        if change.condition and time_of(change)[1] >= first_day + timedelta(days):
            c = compiled.conditions.index(change.condition)
            after[c] = imposed.given[0, -1, c]  # type: ignore[index]
    return World(parameters, start, imposed, after)


def _impose(
    compiled: Compiled, parameters: Parameters, imposed: Imposed, change: schema.Change,
    first_day: date,
) -> Parameters:  # fmt: skip
    kind, name = kind_of(change)
    days = days_of(change, first_day, imposed.factor.shape[1])
    index = compiled.event_index()
    if kind in ("set", "hold"):
        condition = compiled.conditions.index(name)
        code = compiled.theatre.condition_code(name, str(change.to))
        imposed.given[0, days, condition] = code  # type: ignore[index]
    elif kind == "force":
        day = days.start or 0
        imposed.forced[0, day, index[name]] += change.count  # type: ignore[index]
    elif kind == "block":
        imposed.factor[0, days, index[name]] = 0  # type: ignore[index]
    elif kind == "scale" and "." in name:
        return _scale_part(compiled, parameters, name, change.by or 0.0)
    elif kind == "scale":
        imposed.factor[0, days, index[name]] *= change.by  # type: ignore[index,operator]
    return parameters


def days_of(change: schema.Change, first_day: date, days: int) -> slice:
    """Positions, in a run of ``days``, of a change's days; all of them where it has no date."""
    since, until = time_of(change)
    start = max((since - first_day).days, 0)
    return slice(start, min((until - first_day).days + 1, days))


def _scale_part(compiled: Compiled, parameters: Parameters, name: str, by: float) -> Parameters:
    arrays = {field: np.array(value) for field, value in parameters._asdict().items()}
    for knob in knobs_of_part(compiled, name):
        arrays[knob.field][(slice(None), *knob.index)] *= by
    return Parameters(**arrays)  # type: ignore[arg-type]


def knobs_of_part(compiled: Compiled, name: str) -> list[Knob]:
    """The numbers of a part of an event's rate, as ``strike.follows.attack``."""
    place = ("events", *name.split("."))
    return [k for k in compiled.knobs if k.path[: len(place)] == place and k.field in _RATES]


def start_with(
    compiled: Compiled, parameters: Parameters, start: State, *,
    conditions: Mapping[str, str] | None = None, levels: Mapping[str, float] | None = None,
) -> State:  # fmt: skip
    """A state with some conditions and some readings of levels put in the place of its own."""
    values, deviation = np.array(start.conditions), np.array(start.deviation)
    for name, word in (conditions or {}).items():
        values[:, compiled.conditions.index(name)] = compiled.theatre.condition_code(name, word)
    for name, reading in (levels or {}).items():
        j = compiled.levels.index(name)
        logit = np.log(reading) - np.log1p(-reading)
        deviation[:, j] = (logit - np.asarray(parameters.rest)[:, j])[:, None]
    return start._replace(conditions=values, deviation=deviation)  # type: ignore[arg-type]


def run_worlds(
    compiled: Compiled, worlds: Sequence[World], shrink: FloatArray, calendar: BoolArray, *,
    paths: int, seed: int, workers: int | None = None,
) -> list[Ensemble]:  # fmt: skip
    """An ensemble with courses for each world; paths of equal position met the same luck.

    shrink : [draw, K]; calendar : [day, K]; paths : of each world.
    """
    draws = len(shrink)

    def together(*parts: object) -> np.ndarray:
        return np.concatenate([np.asarray(part) for part in parts])

    parameters, start, imposed = (
        jax.tree.map(together, *(getattr(w, part) for w in worlds))
        for part in ("parameters", "start", "imposed")
    )
    ensemble = simulate(
        compiled.program, parameters, np.tile(shrink, (len(worlds), 1)),  # type: ignore[arg-type]
        start, calendar, paths_per_draw=max(1, paths // draws), seed=seed, record=True,
        workers=workers, imposed=imposed,
    )  # fmt: skip
    ran = ensemble.worlds(len(worlds))
    for one, of in zip(worlds, ran, strict=True):
        _keep_given(one, of)
    return ran


def _keep_given(world: World, ran: Ensemble) -> None:
    """At the end of a day a condition that is given for it and the next has the given value.

    What an event of the day makes of it does not see another dawn, so no answer should read it.
    """
    assert ran.condition_course is not None
    today = np.asarray(world.imposed.given)[0]
    dusk = np.concatenate([today[1:], world.after[None]])
    for c in np.flatnonzero(~np.isnan(today).all(0)):
        kept = ~np.isnan(today[:, c]) & ~np.isnan(dusk[:, c])
        ran.condition_course[kept, c] = dusk[kept, c, None]
        if kept[-1]:
            ran.conditions[c] = dusk[-1, c]


@dataclass(frozen=True)
class Parting:
    """Where two worlds stop being the same, in what everybody can see."""

    share: float
    """Of paths in which anything differs: an event, or a condition that is not itself set."""
    first: int | None
    """Day (from 1) on which the first path parts; None where none does."""
    median: int | None
    """Day by which half of the paths that part have parted."""


def parting(one: Ensemble, other: Ensemble, given: Collection[int] = ()) -> Parting:
    """The day on which each path of a world first differs from its twin.

    given : positions of conditions that the intervention itself sets; their differing is no effect.
    """
    assert one.counts is not None and other.counts is not None
    assert one.condition_course is not None and other.condition_course is not None
    read = np.delete(np.arange(one.condition_course.shape[1]), list(given))
    differs = (one.counts != other.counts).any(1)
    differs |= (one.condition_course[:, read] != other.condition_course[:, read]).any(1)
    ever = differs.any(0)
    if not ever.any():
        return Parting(0.0, None, None)
    day = differs.argmax(0)[ever] + 1
    return Parting(float(ever.mean()), int(day.min()), int(np.median(day)))


def same_levels(one: Ensemble, other: Ensemble) -> bool:
    """Whether no reading of a level differs, on any day of any path."""
    return np.array_equal(one.reading_course, other.reading_course)  # type: ignore[arg-type]


def day_number(first_day: date, number: int) -> date:
    """The calendar day of day ``number`` of a run, which counts from 1."""
    return first_day + timedelta(number - 1)
