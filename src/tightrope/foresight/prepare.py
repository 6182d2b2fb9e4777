"""From a theatre and a day to everything that a run needs; one place, for every verb."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

import jax
import numpy as np

from tightrope.compile import Compiled, compile_theatre
from tightrope.engine.memory import Record, record, state_after
from tightrope.engine.program import Parameters
from tightrope.engine.simulate import Ensemble, simulate
from tightrope.engine.stability import ceiling, worst_rate
from tightrope.engine.state import State
from tightrope.errors import RunRefused
from tightrope.history import History, Table, tabulate
from tightrope.inference.priors import draw_priors
from tightrope.theatre import Theatre, theatre_digest
from tightrope.types import FloatArray

SHORTEST_RECORD_DAYS = 30
MOST_COUNTS = 4_000_000_000
"""Days, event types and paths of a run multiplied: each is a byte of memory."""


@dataclass(frozen=True)
class Prepared:
    """A theatre at the end of a day: what was known, the state it left, and the draws."""

    compiled: Compiled
    history: History
    table: Table
    record: Record
    parameters: Parameters
    """Leading axis draw, ceiling set."""
    shrink: FloatArray
    """[draw, K] the ceiling's factor on the follow-terms."""
    start: State
    as_of: date
    seed: int

    @property
    def first_forecast_day(self) -> date:
        """The day after the last known one."""
        return self.as_of + timedelta(1)

    def run(self, days: int, paths: int) -> Ensemble:
        """An ensemble of ``paths`` futures of ``days`` days, with every day's counts.

        Raises RunRefused when it would not fit into memory.
        """
        draws = len(self.shrink)
        size = days * paths * self.compiled.program.n_events
        if size > MOST_COUNTS:
            raise RunRefused(
                f"{paths:,} paths of {days:,} days need {size / 1e9:.0f} GB; choose fewer paths or "
                f"days, for example --paths {max(MOST_COUNTS * paths // size // 1000, 1) * 1000}"
            )
        return simulate(
            self.compiled.program, self.parameters, self.shrink, self.start,  # type: ignore[arg-type]
            self.compiled.calendar(self.first_forecast_day, days),
            paths_per_draw=max(1, paths // draws), seed=self.seed, record=True,
        )  # fmt: skip


def prepare(
    theatre: Theatre, history: History, as_of: date | None, *, draws: int, seed: int
) -> Prepared:
    """Cut the history at ``as_of`` (default: its last day), draw the numbers, filter the memories.

    Raises RunRefused when the day lies outside what the history covers.
    """
    as_of = as_of or history.until
    _check_day(history, as_of)
    known = history.as_of(as_of)
    compiled = compile_theatre(theatre)
    table = tabulate(compiled, known)
    memories = record(compiled.program, table.counts, table.conditions)
    drawn = draw_priors(compiled, draws, seed)
    parameters = compiled.with_worst(drawn, worst_rate(table.counts))
    parameters = jax.tree.map(lambda x: np.asarray(x, np.float32), parameters)
    shrink = np.asarray(jax.jit(jax.vmap(lambda p: ceiling(compiled.program, p)[0]))(parameters))
    start = state_after(compiled.program, parameters, memories)
    return Prepared(compiled, known, table, memories, parameters, shrink, start, as_of, seed)


def _check_day(history: History, as_of: date) -> None:
    first = history.theatre.head.starts.middle() + timedelta(SHORTEST_RECORD_DAYS - 1)
    if first > history.until:
        raise RunRefused(
            f"the record ends on {history.until}, before the first {SHORTEST_RECORD_DAYS} days of "
            "the theatre are over; move starts: back, or add what happened since"
        )
    if not first <= as_of <= history.until:
        raise RunRefused(
            f"as-of {as_of} lies outside the record; choose a day from {first} to {history.until}"
        )


def fingerprint(prepared: Prepared, **settings: object) -> str:
    """Hash of all that an answer depends on; equal fingerprints give equal bytes.

    It covers the model's files, the facts known on the day (not later ones), the settings, the
    project's version and that of the array library.
    """
    theatre = prepared.compiled.theatre
    parts = {
        "tightrope": version("tightrope"),
        "jax": jax.__version__,
        "theatre": theatre_digest(theatre.folder),
        "off": sorted(prepared.compiled.off),
        "history": prepared.history.digest(),
        "as_of": prepared.as_of.isoformat(),
        "seed": prepared.seed,
        "draws": len(prepared.shrink),
        **settings,
    }
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
