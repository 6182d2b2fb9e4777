"""What would have happened: the realised history re-run with its own luck and something changed.

The answer is given the known aftermath: what is known to have happened later tells how lucky or
unlucky the days were, and the changed world keeps that luck (the twin). It is another question than
what one would have expected on the day, not knowing what came: that is asked of futures, with
``whatif``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import numpy as np

from tightrope.engine.changed import Realised
from tightrope.engine.twin import Block, twins
from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.aftermath import realised
from tightrope.foresight.alteration import Alteration, alter, subject
from tightrope.foresight.consequences import Kept, Yardstick, together
from tightrope.foresight.prepare import Prepared, fingerprint, prepare
from tightrope.foresight.reckoning import (
    End,
    Parted,
    Shift,
    Still,
    asked_rows,
    conditions_at_end,
    day_at,
    fates,
    levels_at_end,
    parting,
    type_shifts,
    year_shifts,
)
from tightrope.foresight.wording import percent
from tightrope.history import History
from tightrope.inference.fits import Say, fits_for
from tightrope.theatre import Theatre, schema

METHOD = (
    "given the known aftermath: each realised count keeps its luck, the changed world draws its "
    "counts from the same luck (twin); futures not knowing the aftermath are another question"
)

Progress = Callable[[float], None]
"""Told the share of a run that is done."""


@dataclass(frozen=True)
class Counterfactual:
    """A changed world beside the realised one."""

    fingerprint: str
    theatre: str
    subject: str
    changes: tuple[str, ...]
    first_day: date
    last_day: date
    draws: int
    twins: int
    seed: int
    fitted_until: date | None
    parted: Parted
    shifts: tuple[Shift, ...]
    """By type over all years, the largest first, then by type and year."""
    following_year: tuple[Shift, ...]
    """In the 365 days from the first change on, largest first."""
    still: tuple[Still, ...]
    levels: tuple[End, ...]
    conditions: tuple[End, ...]
    notes: tuple[str, ...]

    @property
    def headline(self) -> str:
        """One sentence: what changes most, and the row that hangs most on the change."""
        parts: list[str] = []
        if self.following_year:
            most = self.following_year[0]
            told, low, high = most.net.as_change()
            parts.append(f"{told} {most.event} in the following year [{low:.0f}, {high:.0f}]")
        if self.still and self.still[0].same_day < 0.5:
            row = self.still[0]
            parts.append(f"{row.event} of {row.date} {percent(row.same_day)} likely instead of "
                         "happened")  # fmt: skip
        return f"{self.subject}: {', '.join(parts) or 'nothing else changes'}"

    def gained_and_lost(self) -> list[dict[str, Any]]:
        """A row for each type and year (and ``all``), ready for a data frame."""
        return [
            {
                "event": s.event, "year": s.year or "all", "realised": s.realised,
                "by_hand": s.by_hand,
                **{f"{what}{suffix}": value
                   for what in ("gained", "lost", "net")
                   for suffix, value in zip(("", "_low", "_high"),
                                            vars(getattr(s, what)).values(), strict=True)},
                "mc_error": s.mc_error,
            }
            for s in self.shifts
        ]  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The documented shape of ``counterfactual --json``."""
        events: dict[str, Any] = {}
        for shift in self.shifts:
            if shift.year is None:
                events[shift.event] = {"event": shift.event, **shift.as_json(), "by_year": {}}
            else:
                events[shift.event]["by_year"][str(shift.year)] = shift.as_json()
        return {
            "fingerprint": self.fingerprint, "theatre": self.theatre, "headline": self.headline,
            "changes": list(self.changes), "method": METHOD,
            "from": self.first_day.isoformat(), "until": self.last_day.isoformat(),
            "draws": self.draws, "twins": self.twins, "seed": self.seed,
            "fitted": self.fitted_until is not None, "parted": self.parted.as_json(),
            "events": list(events.values()),
            "following_year": {s.event: s.as_json() for s in self.following_year},
            "still": [row.as_json() for row in self.still],
            "levels": [end.as_json() for end in self.levels],
            "conditions": [end.as_json() for end in self.conditions],
            "notes": list(self.notes),
        }  # fmt: skip


def counterfactual(
    theatre: Theatre, history: History, changes: Sequence[schema.Change] = (), *,
    without: Sequence[str] = (), scenario: str | None = None, still: Sequence[str] = (),
    since: date | None = None, until: date | None = None, draws: int = 100, number: int = 10,
    seed: int = 1, fitted: bool = True, say: Say | None = None,
    progress: Progress | None = None,
) -> Counterfactual:  # fmt: skip
    """Re-run the realised history with its own luck and something changed.

    changes, without, scenario : what is changed, together: changes of the theatre's language, ids
    of rows that are left out (of a tally its share of the unlisted remainder), a named scenario.
    still : rows whose later fate is asked; default those that hang most on the change.
    since : first day on which undated changes act. until : last day that is run.
    draws, number : draws of the numbers, and twins of each.
    fitted : whether numbers are fitted to the whole record; False draws them from the priors.
    progress : told the share of the twins that have been run.
    Raises UnknownName for rows or scenarios that do not exist, RunRefused for changes that
    contradict each other, lie outside the record or change nothing.
    """
    chosen = _scenario(theatre, scenario)
    changes = [*(chosen.changes if chosen else ()), *changes]
    prepared = _prepared(theatre, history, draws, seed, fitted, say)
    known = realised(prepared)
    altered = alter(prepared, known, changes, without, since=since, until=until)
    asked = asked_rows(prepared, altered, still)
    stick = Yardstick(known, altered, prepared.compiled.first_day)
    kept = _run(prepared, known, altered, stick, number, progress)
    if not kept.differs.any():
        raise RunRefused("nothing changes in any twin: no rate depends on what is changed"
                         + "".join(f"; {says}" for says in altered.idle))  # fmt: skip
    settings = {
        "changes": [change.model_dump(mode="json") for change in changes],
        "without": sorted(without), "since": since, "until": until, "still": list(still),
        "twins": number,
    }  # fmt: skip
    return Counterfactual(
        fingerprint=fingerprint(prepared, verb="counterfactual", **settings),
        theatre=theatre.name,
        subject=subject(altered, chosen.says if chosen else None),
        changes=(*(f"without {row.id}" for row in altered.rows),
                 *(deed.says() for deed in altered.deeds)),
        first_day=day_at(prepared, altered.first), last_day=day_at(prepared, altered.end - 1),
        draws=draws, twins=number, seed=seed,
        fitted_until=prepared.posterior.until if prepared.posterior else None,
        parted=parting(prepared, altered, kept.parted),
        shifts=type_shifts(prepared, stick, kept, draws),
        following_year=year_shifts(prepared, kept, draws),
        still=fates(prepared, stick, kept, asked),
        levels=levels_at_end(prepared, kept), conditions=conditions_at_end(prepared, altered, kept),
        notes=_notes(altered, kept),
    )  # fmt: skip


def _scenario(theatre: Theatre, name: str | None) -> schema.Scenario | None:
    if name is None:
        return None
    if name not in theatre.scenarios:
        raise UnknownName("scenario", name, list(theatre.scenarios))
    scenario = theatre.scenarios[name]
    if not scenario.changes:
        raise RunRefused(f"{name} is a starting state and changes nothing in what happened; choose "
                         "a scenario with changes:")  # fmt: skip
    return scenario


def _prepared(
    theatre: Theatre, history: History, draws: int, seed: int, fitted: bool, say: Say | None
) -> Prepared:
    if not fitted:
        return prepare(theatre, history, None, draws=draws, seed=seed)
    fit = fits_for(theatre, history.as_of(history.until), ["structural"], say=say)["structural"]
    return prepare(theatre, history, None, draws=draws, seed=seed, posterior=fit.posterior,
                   compiled=fit.compiled)  # fmt: skip


def _run(
    prepared: Prepared, known: Realised, altered: Alteration, stick: Yardstick, number: int,
    progress: Progress | None,
) -> Kept:  # fmt: skip
    draws, done = len(prepared.shrink), count(1)

    def keep(block: Block) -> Kept:
        kept = stick.keep(block)
        if progress:
            # Blocks are equally large, the last is smaller.
            progress(min(next(done) * kept.differs.size / (draws * number), 1.0))
        return kept

    blocks = twins(
        prepared.compiled.program, prepared.parameters, prepared.shrink, known, altered.change,
        altered.stretches, keep, number=number, seed=prepared.seed,
    )  # fmt: skip
    limited = sum(block.limited for block in blocks)
    return together(blocks)._replace(limited=np.asarray(limited))


def _notes(altered: Alteration, kept: Kept) -> tuple[str, ...]:
    notes = [f"changes nothing by itself: {says}" for says in altered.idle]
    if kept.limited > 0:
        notes.append(f"a rate was cut at the engine's bound on {int(kept.limited):,} days of twins")
    return tuple(notes)
