"""What if: the future run with something changed, beside its unchanged twin.

All worlds are one run with the same draws and the same luck, path by path, day by day, event by
event; so what differs is the effect. Differences come from the structural process, which alone
knows mechanisms; they are carried onto the outlook's pool of members.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from tightrope.engine.simulate import Ensemble
from tightrope.errors import ChangesRefused, UnknownName
from tightrope.foresight.changes import OPTIONS, check_changes, in_words
from tightrope.foresight.contrast import Contrast, Difference, contrast, difference
from tightrope.foresight.outlook import Outlook, draws_for, outlook_of
from tightrope.foresight.prepare import Prepared, check_size, fingerprint
from tightrope.foresight.runaways import refusal, runaway_share
from tightrope.foresight.unmoved import idle, why_nothing_changed
from tightrope.foresight.voices import voices_for
from tightrope.foresight.worlds import (
    Parting,
    day_number,
    parting,
    run_worlds,
    same_levels,
    world,
)
from tightrope.history import History
from tightrope.inference.fits import Say
from tightrope.theatre import Theatre, schema

MOST_ARMS = 4
"""More cannot be read beside one another."""


@dataclass(frozen=True)
class Arm:
    """One changed world against the unchanged one."""

    name: str
    says: str
    changes: tuple[str, ...]
    """What was changed, in words."""
    made: tuple[schema.Change, ...]
    """The same as it was given."""
    parting: Parting
    contrasts: tuple[Contrast, ...]
    events: Mapping[str, Difference]
    """Expected events gained or lost by type, largest first; those that are clear of zero."""
    levels: Mapping[str, Difference]
    """Readings at the end, likewise."""
    ensemble: Ensemble
    """Its paths, for charts."""

    def largest(self) -> tuple[Contrast, ...]:
        """Questions by size of change; then those not clear of zero, then those refused."""
        return tuple(sorted(self.contrasts, key=lambda c: -c.size))


@dataclass(frozen=True)
class WhatIf:
    """Up to four arms beside the unchanged twin."""

    fingerprint: str
    outlook: Outlook
    """Of the unchanged world."""
    base: Ensemble
    prepared: Prepared
    arms: tuple[Arm, ...]

    @property
    def first_day(self) -> date:
        """Day 1 of the run."""
        return self.outlook.first_day

    def as_json(self) -> dict[str, Any]:
        """The documented shape of ``whatif --json``."""
        o = self.outlook
        return {
            "fingerprint": self.fingerprint, "theatre": o.theatre, "as_of": o.as_of.isoformat(),
            "days": o.days, "paths": o.paths, "draws": o.draws, "fitted": o.fitted,
            "arms": [self._arm_json(arm) for arm in self.arms],
        }  # fmt: skip

    def _arm_json(self, arm: Arm) -> dict[str, Any]:
        first, median = (
            None if n is None else day_number(self.first_day, n).isoformat()
            for n in (arm.parting.first, arm.parting.median)
        )
        return {
            "name": arm.name, "says": arm.says, "changes": list(arm.changes),
            "parted": {"share": round(arm.parting.share, 5), "first": first, "median": median},
            "questions": [c.as_json() for c in arm.largest()],
            "events": {name: d.as_json() for name, d in arm.events.items()},
            "levels": {name: d.as_json() for name, d in arm.levels.items()},
        }  # fmt: skip


def scenario_changes(theatre: Theatre, name: str) -> tuple[schema.Change, ...]:
    """The changes of a named scenario; UnknownName offers the nearest.

    Raises ChangesRefused for a scenario that is only a starting state.
    """
    if name not in theatre.scenarios:
        raise UnknownName("scenario", name, list(theatre.scenarios))
    scenario = theatre.scenarios[name]
    if not scenario.changes:
        raise ChangesRefused([f"{name} is a starting state and changes nothing; name another, or "
                              f"give changes: {OPTIONS}"])  # fmt: skip
    return tuple(scenario.changes)


def whatif(
    theatre: Theatre, history: History, arms: Mapping[str, Sequence[schema.Change]], *,
    as_of: date | None = None, days: int = 180, paths: int = 4000, seed: int = 1,
    fitted: bool = True, says: Mapping[str, str] | None = None, say: Say | None = None,
) -> WhatIf:  # fmt: skip
    """Run up to four changed worlds beside the unchanged one.

    arms : changes by name of the arm; each is made from the state that history left on ``as_of``.
    Everything else as in ``outlook``. Raises ChangesRefused where a change names unknown things,
    contradicts another or lies outside the run, and where an arm, or one of its changes for sure,
    did nothing.
    """
    day = as_of or history.until
    first, last = day + timedelta(1), day + timedelta(days)
    _check(theatre, arms, first, last)
    ensembles: list[Ensemble] = []

    def run(prepared: Prepared) -> Ensemble:
        compiled = prepared.compiled
        check_size(compiled.program, days, paths, len(arms) + 1)
        worlds = [
            world(compiled, prepared.parameters, prepared.start, changes, first, days)
            for changes in ((), *arms.values())
        ]
        ensembles.extend(
            run_worlds(compiled, worlds, prepared.shrink, compiled.calendar(first, days),
                       paths=paths, seed=seed)
        )  # fmt: skip
        return ensembles[0]

    voices = voices_for(theatre, history, day, days=days, paths=paths, draws=draws_for(paths),
                        seed=seed, fitted=fitted, say=say, run=run)  # fmt: skip
    told = outlook_of(theatre, voices, days=days, seed=seed)
    base, prepared = ensembles[0], voices.structural.prepared
    found = [
        _arm(name, (says or {}).get(name), tuple(changes), told, prepared, base, other)
        for (name, changes), other in zip(arms.items(), ensembles[1:], strict=True)
    ]
    _check_moved(prepared, found, base, days)
    settings = {name: [c.model_dump(mode="json", exclude_none=True) for c in changes]
                for name, changes in arms.items()}  # fmt: skip
    print_ = fingerprint(prepared, verb="whatif", outlook=told.fingerprint, arms=settings)
    return WhatIf(print_, told, base, prepared, tuple(found))


def _check(
    theatre: Theatre, arms: Mapping[str, Sequence[schema.Change]], first: date, last: date
) -> None:
    if not 1 <= len(arms) <= MOST_ARMS:
        raise ChangesRefused(
            [f"{len(arms)} arms were given; one to {MOST_ARMS} stand beside the unchanged world"]
        )
    faults: list[str] = []
    for name, changes in arms.items():
        try:
            check_changes(theatre, changes, first, last)
        except ChangesRefused as refused:
            faults += [f"{name}: {fault}" for fault in refused.faults]
    if faults:
        raise ChangesRefused(faults)


def _check_moved(prepared: Prepared, arms: Sequence[Arm], base: Ensemble, days: int) -> None:
    """ChangesRefused where an arm, or one of its changes for sure, did nothing."""
    faults: list[str] = []
    for arm in arms:
        reasons = idle(prepared, arm.made, arm.ensemble)
        if not reasons and not _moved(arm, base):
            reasons = why_nothing_changed(prepared, arm.made, days)
        faults += [f"{arm.name}: {reason}" for reason in reasons]
    if faults:
        raise ChangesRefused(faults)


def _moved(arm: Arm, base: Ensemble) -> bool:
    """Whether anything follows: an event, a condition that was not set, a level, an answer."""
    answered = any(c.more or c.less for c in arm.contrasts)
    return arm.parting.share > 0 or answered or not same_levels(base, arm.ensemble)


def _arm(
    name: str, says: str | None, changes: tuple[schema.Change, ...], told: Outlook,
    prepared: Prepared, base: Ensemble, other: Ensemble,
) -> Arm:  # fmt: skip
    compiled, questions = prepared.compiled, prepared.compiled.theatre.questions
    runaways = runaway_share(prepared, other, told.days)
    contrasts = tuple(
        contrast(compiled, answer, questions[answer.id], base, other,
                 refusal(compiled, questions[answer.id], runaways))
        for answer in told.answers
    )  # fmt: skip
    words = tuple(map(in_words, changes))
    given = {compiled.conditions.index(c.condition) for c in changes if c.condition}
    return Arm(
        name, says or "; ".join(words), words, changes, parting(base, other, given), contrasts,
        _differences(compiled.events, base.total, other.total, base.draw),
        _differences(compiled.levels, base.readings, other.readings, base.draw), other,
    )  # fmt: skip


def _differences(
    names: Sequence[str], base: np.ndarray, other: np.ndarray, draw: np.ndarray
) -> dict[str, Difference]:
    moved = other.astype(float) - base
    found = {name: difference(moved[i], draw) for i, name in enumerate(names) if moved[i].any()}
    clear = {name: d for name, d in found.items() if d.clear}
    return dict(sorted(clear.items(), key=lambda item: -abs(item[1].value)))
