"""Verify: does the model show what the sources say, and is it the mechanism that makes it so?

Every expectation of a theatre is measured with numbers fitted to the whole record. With ablation it
is measured again with all that carries its mechanism switched off, from the beginning of the record
on; a fact that still holds is not explained by its mechanism.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from tightrope.engine.simulate import Ensemble
from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.courses import until
from tightrope.foresight.past import Past
from tightrope.foresight.prepare import fingerprint, prepare
from tightrope.foresight.statistics import Along, Paths
from tightrope.foresight.worlds import run_worlds, start_with, world
from tightrope.history import History
from tightrope.inference.fits import Say, fits_for
from tightrope.theatre import Theatre, schema
from tightrope.theatre.expected import Expectation, OtherWorld, Statistic

DRAWS = 100
LENGTHS = (8, 16, 32, 64, 92, 184, 366, 550, 732, 1100, 1830, 3660)
"""Days that paths are run for: the next of these, so that few programs have to be compiled."""
MOST_PATH_DAYS = 400_000
"""Of one world: a fact that takes years is measured on fewer paths, but on all draws."""
Watch = Callable[[int, int], None]
"""Told how many of how many expectations are done."""


@dataclass(frozen=True)
class Verdict:
    """One expectation, measured."""

    mechanism: str
    id: str
    expectation: Expectation
    value: float
    ablated: float | None
    """Without the mechanism; None where it was not asked for."""

    @property
    def holds(self) -> bool:
        """Whether the value lies within the bound."""
        return self.expectation.bound.holds(self.value)

    @property
    def holds_ablated(self) -> bool | None:
        """The same without the mechanism."""
        return None if self.ablated is None else self.expectation.bound.holds(self.ablated)

    def as_json(self) -> dict[str, Any]:
        """The documented shape; nan is null."""
        return {
            "id": self.id, "statement": self.expectation.says, "value": _number(self.value),
            "bound": self.expectation.bound.text, "holds": self.holds,
            "ablated_value": None if self.ablated is None else _number(self.ablated),
            "holds_ablated": self.holds_ablated, "because": self.expectation.because,
            "sources": list(self.expectation.sources),
        }  # fmt: skip


@dataclass(frozen=True)
class Verification:
    """All verdicts of a theatre."""

    theatre: Theatre
    verdicts: tuple[Verdict, ...]
    fingerprint: str
    paths: int

    @cached_property
    def by_mechanism(self) -> Mapping[str, tuple[Verdict, ...]]:
        """In the order of mechanisms.yaml, those without an expectation too."""
        found: dict[str, list[Verdict]] = {name: [] for name in self.theatre.mechanisms}
        for verdict in self.verdicts:
            found[verdict.mechanism].append(verdict)
        return {name: tuple(verdicts) for name, verdicts in found.items()}

    def totals(self) -> dict[str, int]:
        """A mechanism holds if all its facts do, and explains if one of them goes with it."""
        groups = [group for group in self.by_mechanism.values() if group]
        ablated = [group for group in groups if all(v.ablated is not None for v in group)]
        return {
            "mechanisms": len(self.by_mechanism), "with_expectations": len(groups),
            "hold": sum(all(v.holds for v in group) for group in groups),
            "expectations": len(self.verdicts),
            "expectations_hold": sum(v.holds for v in self.verdicts),
            "ablated": len(ablated),
            "explained": sum(any(explains(v) for v in group) for group in ablated),
        }  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The documented shape of ``verify --json``."""
        return {
            "fingerprint": self.fingerprint, "paths": self.paths,
            "mechanisms": [
                {"id": name, "subsystem": self.theatre.mechanisms[name].subsystem,
                 "expectations": [v.as_json() for v in verdicts]}
                for name, verdicts in self.by_mechanism.items()
            ],
            "totals": self.totals(),
        }  # fmt: skip


def explains(verdict: Verdict) -> bool:
    """Whether a fact holds and no longer does without its mechanism."""
    return verdict.holds and verdict.holds_ablated is False


def _number(value: float) -> float | None:
    return None if not np.isfinite(value) else round(value, 5)


def verify(
    theatre: Theatre, history: History, *, mechanisms: Sequence[str] = (), ablate: bool = False,
    paths: int = 2000, seed: int = 1, fitted: bool = True, say: Say | None = None,
    watch: Watch | None = None,
) -> Verification:  # fmt: skip
    """Measure the expectations of a theatre, or those of some mechanisms.

    fitted : with numbers fitted to the whole record; False draws them from the priors.
    Raises UnknownName for a mechanism that the theatre does not have, RunRefused where there is
    nothing to verify.
    """
    for name in mechanisms:
        if name not in theatre.mechanisms:
            raise UnknownName("mechanism", name, list(theatre.mechanisms))
    wanted = [
        (mechanism, name, fact)
        for mechanism, facts in theatre.expectations.items()
        if not mechanisms or mechanism in mechanisms
        for name, fact in facts.items()
    ]
    if not wanted:
        raise RunRefused("there is nothing to verify: add expectations.yaml (docs/expectations.md)")
    whole = history.as_of(history.until)
    fit = fits_for(theatre, whole, ["structural"], say=say)["structural"] if fitted else None
    prepared = prepare(theatre, history, None, draws=min(DRAWS, paths), seed=seed,
                       posterior=fit.posterior if fit else None,
                       compiled=fit.compiled if fit else None)  # fmt: skip
    past = Past(prepared)
    verdicts: list[Verdict] = []
    for done, (mechanism, name, fact) in enumerate(wanted):
        if watch:
            watch(done, len(wanted))
        value = measure(past, fact, paths=paths)
        out = measure(past, fact, paths=paths, off=frozenset({mechanism})) if ablate else None
        verdicts.append(Verdict(mechanism, name, fact, value, out))
    if watch:
        watch(len(wanted), len(wanted))
    facts = {f"{m}.{name}": fact.model_dump(mode="json") for m, name, fact in wanted}
    print_ = fingerprint(prepared, verb="verify", facts=facts, paths=paths, ablate=ablate)
    return Verification(theatre, tuple(verdicts), print_, paths)


def measure(
    past: Past, fact: Expectation, *, paths: int, off: frozenset[str] = frozenset()
) -> float:
    """The value of an expectation, without the mechanisms in ``off``; nan where undefined."""
    wanted = [fact.value] if fact.over is None else [fact.value, fact.over]
    values = _world(past, fact, None, wanted, paths, off)
    if fact.over is not None:
        return _set_against(fact, *values)
    if fact.against is not None:
        other = fact.against.value or fact.value
        (there,) = _world(past, fact, fact.against, [other], paths, off)
        return _set_against(fact, values[0], there)
    return values[0]


def _set_against(fact: Expectation, value: float, other: float) -> float:
    if fact.compare == "difference":
        return value - other
    return value / other if other else float("nan") if not value else float("inf")


def _world(
    past: Past, fact: Expectation, other: OtherWorld | None, wanted: Sequence[Statistic],
    paths: int, off: frozenset[str],
) -> list[float]:  # fmt: skip
    day = _start(past, fact, other)
    if fact.along == "history":
        return [Along(past, day, off).measure(statistic) for statistic in wanted]
    seen = _simulated(past, fact, other, day, paths, off)
    return [seen.measure(statistic) for statistic in wanted]


def _start(past: Past, fact: Expectation, other: OtherWorld | None) -> date:
    given = (other and other.as_of) or fact.as_of
    day = given.earliest if given else past.prepared.as_of
    assert day is not None
    if not past.compiled.first_day <= day <= past.prepared.as_of:
        raise RunRefused(
            f"'{fact.says}' starts on {day}, outside the record; choose a day from "
            f"{past.compiled.first_day} to {past.prepared.as_of}"
        )
    return day


def _simulated(
    past: Past, fact: Expectation, other: OtherWorld | None, day: date, paths: int,
    off: frozenset[str],
) -> Paths:  # fmt: skip
    compiled, theatre = past.compiled, past.compiled.theatre
    given = {key: _said(fact, other, key) for key in ("state", "conditions", "levels", "changes")}
    parameters, state = past.parameters(off), past.state(day, off)
    scenario = theatre.scenarios[given["state"]] if given["state"] else None
    if scenario:
        state = start_with(compiled, parameters, past.empty_state(), conditions=scenario.conditions,
                           levels=_medians(scenario.levels))  # fmt: skip
    state = start_with(compiled, parameters, state, conditions=given["conditions"],
                       levels=_medians(given["levels"]))  # fmt: skip
    first = day + timedelta(1)
    if scenario and scenario.starts and scenario.starts.earliest:
        first = scenario.starts.earliest
    run_for = next(length for length in LENGTHS if length >= fact.days)
    without = [schema.Change.model_validate({"off": name}) for name in sorted(off)]
    changes = [*given["changes"], *without]
    one = world(compiled, parameters, state, changes, first, run_for)
    calendar = compiled.calendar(first, run_for)
    if scenario and not scenario.starts:
        calendar[:] = False  # a state outside time has no elections
    fewer = max(len(past.prepared.shrink), min(paths, MOST_PATH_DAYS // run_for))
    (ensemble,) = run_worlds(compiled, [one], past.prepared.shrink, calendar, paths=fewer,
                             seed=past.prepared.seed)  # fmt: skip
    return _paths(past, until(ensemble, fact.days), parameters.rest, state, one.imposed.given, off)


def _paths(
    past: Past, ensemble: Ensemble, rest: Any, state: Any, given: Any, off: frozenset[str]
) -> Paths:
    deviation = np.asarray(state.deviation)[..., 0]
    reading = 1 / (1 + np.exp(-(np.asarray(rest) + deviation)))
    conditions = np.asarray(state.conditions)[..., 0]
    imposed = np.asarray(given)[0, 0]
    dawn = np.where(np.isnan(imposed), conditions, imposed)
    draw = ensemble.draw
    return Paths(past.compiled, ensemble, reading[draw].T, dawn[draw].T, off)


def _said(fact: Expectation, other: OtherWorld | None, key: str) -> Any:
    """What the other world says, and where it says nothing what the first does."""
    said = getattr(other, key) if other is not None else None
    return getattr(fact, key) if said is None else said


def _medians(levels: Mapping[str, Any]) -> dict[str, float]:
    return {name: quantity.median for name, quantity in levels.items()}
