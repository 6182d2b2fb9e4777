"""From a theatre and a day to everything that a run needs; one place, for every verb."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from importlib.metadata import version

import jax
import numpy as np

from tightrope.compile import Compiled, compile_theatre
from tightrope.engine import stability
from tightrope.engine.memory import Record, record, state_after
from tightrope.engine.program import Parameters, Program
from tightrope.engine.simulate import Ensemble, simulate
from tightrope.engine.state import State
from tightrope.errors import RunRefused
from tightrope.history import History, Table, tabulate
from tightrope.inference.posterior import Posterior, draw_posterior
from tightrope.inference.priors import draw_priors
from tightrope.theatre import Theatre, theatre_digest
from tightrope.types import FloatArray

SHORTEST_RECORD_DAYS = 30
MOST_BYTES = 8_000_000_000
"""Memory that the courses of a run may take: a byte for a count, four for a level or a condition,
for every day and path."""


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
    posterior: Posterior | None = None
    """What the draws come from; None where they come from the priors."""

    @property
    def first_forecast_day(self) -> date:
        """The day after the last known one."""
        return self.as_of + timedelta(1)

    def run(self, days: int, paths: int, workers: int | None = None) -> Ensemble:
        """An ensemble of ``paths`` futures of ``days`` days, with the course of every day.

        workers : threads; default one for each core.
        Raises RunRefused when it would not fit into memory.
        """
        draws = len(self.shrink)
        program = self.compiled.program
        check_size(program, days, paths)
        return simulate(
            program, self.parameters, self.shrink, self.start,  # type: ignore[arg-type]
            self.compiled.calendar(self.first_forecast_day, days),
            paths_per_draw=max(1, paths // draws), seed=self.seed, record=True,
            workers=workers,
        )  # fmt: skip


def prepare(
    theatre: Theatre, history: History, as_of: date | None, *, draws: int, seed: int,
    posterior: Posterior | None = None, compiled: Compiled | None = None, ceiling: bool = True,
) -> Prepared:  # fmt: skip
    """Cut the history at ``as_of`` (default: its last day), draw the numbers, filter the memories.

    posterior : fitted to what was known on that day; without one the draws come from the priors.
    compiled : the theatre (or one reading of it) where it has been compiled already, so that the
    engine's programs are found again.
    ceiling : whether follow-terms are shrunk; False only to compare, for paths may then run away.
    Raises RunRefused when the day lies outside what the history covers, or the posterior knows
    more than was known on it.
    """
    as_of = as_of or history.until
    check_day(history, as_of)
    if posterior and posterior.until > as_of:
        raise RunRefused(
            f"the posterior was fitted to facts until {posterior.until}, which nobody knew on "
            f"{as_of}; fit again: tightrope calibrate --until {as_of}"
        )
    known = history.as_of(as_of)
    compiled = compiled or compile_theatre(theatre)
    table = tabulate(compiled, known)
    memories = record(compiled.program, table.counts, table.conditions)
    if posterior:
        drawn = draw_posterior(compiled, posterior, draws, seed)
    else:
        drawn = draw_priors(compiled, draws, seed)
    windows = stability.windows_of(len(table.counts))
    held = [_held(compiled, drawn, table, window) for window in windows]
    parameters = held[0]
    shrink = np.ones_like(parameters.base)
    if ceiling:
        shrink = np.min([_shrink(compiled.program, one) for one in held], 0)
    start = state_after(compiled.program, parameters, memories)
    return Prepared(
        compiled, known, table, memories, parameters, shrink, start, as_of, seed, posterior
    )


def check_size(program: Program, days: int, paths: int, worlds: int = 1) -> None:
    """RunRefused where the courses of a run would not fit into memory."""
    width = program.n_events + 4 * (program.n_levels + program.n_conditions)
    size = days * paths * worlds * width
    if size > MOST_BYTES:
        beside = f" in {worlds} worlds" if worlds > 1 else ""
        fewer = max(MOST_BYTES * paths // size // 1000, 1) * 1000
        raise RunRefused(
            f"{paths:,} paths of {days:,} days{beside} need {size / 1e9:.0f} GB; choose fewer "
            f"paths or days, for example --paths {fewer}"
        )


def _held(compiled: Compiled, drawn: Parameters, table: Table, window: int) -> Parameters:
    """The draws with the ceiling of the record's worst ``window`` days."""
    held = compiled.with_worst(drawn, stability.worst_rate(table.counts, window))
    return jax.tree.map(lambda x: np.asarray(x, np.float32), held)


@partial(jax.jit, static_argnums=0)
def _shrink(program: Program, parameters: Parameters) -> jax.Array:
    return jax.vmap(lambda one: stability.ceiling(program, one)[0])(parameters)


def check_day(history: History, as_of: date) -> None:
    """RunRefused when a day lies outside what the history covers."""
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
        "posterior": prepared.posterior.digest() if prepared.posterior else None,
        **settings,
    }
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
