"""How likely is what happened, given one draw of the numbers? Vectorised over days, in 64 bits.

Given the history every memory is known, so the rates of all days are one expression:

    log L = sum over days and types of log p(n | rate)            cells that are scored
          + sum over tallies of log P(low <= N <= high | sum of rates in the window)

A cell is scored unless its type has a calendar or a tally covers its day: inside a tally's window
the listed events belong to the tally (NB1 counts with one dispersion add up to an NB1 count).
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from tightrope.engine.counts import log_interval, log_mass_over_zero, log_zero_factor
from tightrope.engine.memory import Record, level_path
from tightrope.engine.program import Parameters, Program
from tightrope.engine.rates import Parts, couplings, parts
from tightrope.types import Array

FLOOR = 1e-9
"""Smallest rate that is scored: a row that a closed gate forbids costs much but not everything.
Such cells are counted by ``forbidden``."""


class Evidence(NamedTuple):
    """What the likelihood scores: the cells with events, and the tallies."""

    scored: Array  # [T, K] 1 where the cell counts by itself
    cell_day: Array  # [M] cells with at least one event, among the scored
    cell_event: Array  # [M]
    cell_count: Array  # [M]
    tally_event: Array  # [Y]
    tally_start: Array  # [Y] first day
    tally_end: Array  # [Y] day after the last
    tally_low: Array  # [Y]
    tally_high: Array  # [Y] may be infinite


def rate_parts(program: Program, parameters: Parameters, history: Record, shrink: Array) -> Parts:
    """The parts of every rate on every day of the history; the last axis is the day."""
    days = slice(0, len(history.counts))
    return parts(
        program, parameters, couplings(program, parameters, shrink),
        level_path(program, parameters, history)[days].T,
        jnp.moveaxis(history.rhythm[days], 0, -1), history.memory[days].T,
        history.conditions[days].T, history.gates[days].T,
    )  # fmt: skip


def rate_path(program: Program, parameters: Parameters, history: Record, shrink: Array) -> Array:
    """[T, K] rate of every event type on every day of the history; calendar events have none."""
    rate = rate_parts(program, parameters, history, shrink).rate().T
    return jnp.where(program.scheduled, 0.0, rate)


def log_likelihood(
    program: Program, parameters: Parameters, history: Record, evidence: Evidence, shrink: Array,
    *, terms: int,
) -> Array:  # fmt: skip
    """Scalar log-likelihood of one draw.

    terms : static bound above the largest count of a day and the largest bound of a tally.
    """
    rate = jnp.maximum(rate_path(program, parameters, history, shrink), FLOOR)
    quiet = (evidence.scored * rate).sum(0) * log_zero_factor(parameters.dispersion)
    cells = _cells(rate, parameters, evidence)
    return _tallies(rate, parameters, evidence, terms) + cells - quiet.sum()


def _cells(rate: Array, parameters: Parameters, evidence: Evidence) -> Array:
    mean = rate[evidence.cell_day, evidence.cell_event]
    spread = parameters.dispersion[evidence.cell_event]
    return log_mass_over_zero(evidence.cell_count, mean, spread).sum()


def _tallies(rate: Array, parameters: Parameters, evidence: Evidence, terms: int) -> Array:
    if evidence.tally_event.shape[0] == 0:
        return jnp.zeros(())
    day = jnp.arange(len(rate))
    inside = (day >= evidence.tally_start[:, None]) & (day < evidence.tally_end[:, None])
    expected = jnp.where(inside, rate.T[evidence.tally_event], 0.0).sum(1)
    spread = parameters.dispersion[evidence.tally_event]
    return log_interval(evidence.tally_low, evidence.tally_high, expected, spread, terms).sum()


def forbidden(rate: Array, evidence: Evidence) -> Array:
    """[M] whether a scored event happened on a day on which its rate was at the floor."""
    return rate[evidence.cell_day, evidence.cell_event] <= FLOOR
