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
from tightrope.engine.rates import Couplings, couplings, reading, soft_limit
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


def rate_path(program: Program, parameters: Parameters, history: Record, shrink: Array) -> Array:
    """[T, K] rate of every event type on every day of the history."""
    days = slice(0, len(history.counts))
    matrices = couplings(program, parameters, shrink)
    gates = history.gates[days]
    drive = base_and_follows(program, parameters, matrices, history)
    deviation = level_path(program, parameters, history)[days]
    scale = _log_modulation(program, parameters, matrices, deviation, history)
    open_gate = gates[:, program.event_gate]
    return jnp.where(open_gate & ~program.scheduled, drive * jnp.exp(scale), 0.0)


def base_and_follows(
    program: Program, parameters: Parameters, matrices: Couplings, history: Record
) -> Array:
    """[T, K] base + extra + rhythm + follows."""
    days = slice(0, len(history.counts))
    gates = history.gates[days]
    drive = parameters.base + history.memory[days] @ matrices.follow.T
    drive = drive + (history.rhythm[days] * matrices.rhythm).sum(1)
    gated = program.edge_gate > 0
    if gated.any():
        part = history.memory[days][:, program.edge_filter[gated]] * matrices.gated
        part = part * gates[:, program.edge_gate[gated]]
        drive = drive.at[:, program.edge_effect[gated]].add(part)
    if len(program.extra_event):
        part = parameters.extra * gates[:, program.extra_gate]
        drive = drive.at[:, program.extra_event].add(part)
    return drive


def _log_modulation(
    program: Program, parameters: Parameters, matrices: Couplings, deviation: Array, history: Record
) -> Array:
    days = slice(0, len(history.counts))
    level = reading(parameters.rest, deviation.T).T - reading(parameters.rest, 0 * deviation.T).T
    drive = level @ matrices.scaling.T
    if len(program.elastic_event):
        ratio = jnp.maximum(history.conditions[days][:, program.elastic_condition], 1.0)
        part = parameters.elasticity * jnp.log(ratio / program.elastic_reference)
        drive = drive.at[:, program.elastic_event].add(part)
    if len(program.factor_event):
        part = parameters.log_factor * history.gates[days][:, program.factor_gate]
        drive = drive.at[:, program.factor_event].add(part)
    return soft_limit(drive, parameters.log_limit)


def log_likelihood(
    program: Program, parameters: Parameters, history: Record, evidence: Evidence, shrink: Array,
    *, terms: int,
) -> Array:  # fmt: skip
    """Scalar log-likelihood of one draw.

    terms : static bound above the largest count of a day and the largest bound of a tally.
    """
    rate = rate_path(program, parameters, history, shrink)
    rate = jnp.where(evidence.scored > 0, jnp.maximum(rate, FLOOR), 0.0)
    quiet = -(rate * log_zero_factor(parameters.dispersion)).sum()
    return (
        quiet
        + _cells(rate, parameters, evidence, terms)
        + _tallies(program, parameters, history, evidence, shrink, terms)
    )


def _cells(rate: Array, parameters: Parameters, evidence: Evidence, terms: int) -> Array:
    mean = jnp.maximum(rate[evidence.cell_day, evidence.cell_event], FLOOR)
    spread = parameters.dispersion[evidence.cell_event]
    return log_mass_over_zero(evidence.cell_count, mean, spread, terms).sum()


def _tallies(
    program: Program, parameters: Parameters, history: Record, evidence: Evidence, shrink: Array,
    terms: int,
) -> Array:  # fmt: skip
    if evidence.tally_event.shape[0] == 0:
        return jnp.zeros(())
    rate = jnp.maximum(rate_path(program, parameters, history, shrink), FLOOR)
    upto = jnp.concatenate([jnp.zeros_like(rate[:1]), jnp.cumsum(rate, 0)])
    expected = (
        upto[evidence.tally_end, evidence.tally_event]
        - upto[evidence.tally_start, evidence.tally_event]
    )
    spread = parameters.dispersion[evidence.tally_event]
    return log_interval(evidence.tally_low, evidence.tally_high, expected, spread, terms).sum()


def forbidden(rate: Array, evidence: Evidence) -> Array:
    """[M] whether a scored event happened on a day on which its rate was at the floor."""
    return rate[evidence.cell_day, evidence.cell_event] <= FLOOR
