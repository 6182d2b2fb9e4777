"""Histories that the model itself made, with the numbers that made them."""

from __future__ import annotations

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.likelihood import Evidence
from tightrope.engine.memory import Record, record
from tightrope.engine.simulate import simulate
from tightrope.engine.state import State
from tightrope.history import Table
from tightrope.inference.evidence import RecordEvidence
from tightrope.types import FloatArray


def ask(compiled: Compiled, table: Table) -> RecordEvidence:
    """The evidence of a table."""
    return RecordEvidence(compiled, table, recorded(compiled, table))


def recorded(compiled: Compiled, table: Table) -> Record:
    return record(compiled.program, table.counts, table.conditions)


def histories(compiled: Compiled, points: FloatArray, days: int, seed: int) -> list[Table]:
    """One history of ``days`` days from each point [draw, P] of the theatre's space."""
    program = compiled.program
    values = ask(compiled, _nothing(compiled)).values(points)
    parameters = compiled.fill(values)
    ensemble = simulate(
        program, parameters, np.ones((len(points), program.n_events)),  # type: ignore[arg-type]
        _dawn(compiled, len(points)), compiled.calendar(compiled.first_day, days),
        paths_per_draw=1, seed=seed, record=True,
    )  # fmt: skip
    assert ensemble.counts is not None and ensemble.condition_course is not None
    return [
        _table(compiled, ensemble.counts[:, :, i], ensemble.condition_course[:, :, i])
        for i in range(len(points))
    ]


def _nothing(compiled: Compiled) -> Table:
    empty = np.zeros((1, compiled.program.n_events))
    return Table(empty, empty, np.tile(compiled.start_conditions(), (2, 1)), _evidence(empty), 64)


def _dawn(compiled: Compiled, draws: int) -> State:
    p = compiled.program

    def zeros(*shape: int) -> FloatArray:
        return np.zeros((draws, *shape))

    conditions = np.tile(compiled.start_conditions()[:, None], (draws, 1, 1))
    return State(
        zeros(), zeros(p.n_levels, 1), zeros(2, p.n_events, 1), zeros(len(p.filter_cause), 1),
        conditions, zeros(p.n_events, 1), zeros(p.n_events),
    )  # type: ignore[arg-type] # fmt: skip


def _table(compiled: Compiled, counts: FloatArray, conditions: FloatArray) -> Table:
    dawn = np.concatenate([compiled.start_conditions()[None], conditions.astype(float)])
    counts = counts.astype(float)
    scored = np.ones_like(counts)
    scored[:, compiled.program.scheduled] = 0.0
    return Table(counts, counts, dawn, _evidence(counts, scored), int(2 * counts.max()) + 64)


def _evidence(counts: FloatArray, scored: FloatArray | None = None) -> Evidence:
    scored = np.ones_like(counts) if scored is None else scored
    day, event = np.nonzero((counts > 0) & (scored > 0))
    none, nothing = np.zeros(0, np.int64), np.zeros(0)
    return Evidence(scored, day, event, counts[day, event], none, none, none, nothing, nothing)  # type: ignore[arg-type]
