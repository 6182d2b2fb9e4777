"""What the engine runs: a program (structure) and parameters (numbers). No names, no files.

A ``Program`` is fixed when a theatre is compiled; its index arrays say which cause feeds which
effect. ``Parameters`` is one draw of every number; functions of the engine are written for one
draw and vectorised over draws with ``jax.vmap``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from tightrope.types import Array, BoolArray, FloatArray, IntArray

Gate = tuple[object, ...]
"""Nested tuple over positions of conditions, see ``gates.evaluate``."""

Signal = Literal["incident", "count"]
"""How a day's count enters memories and levels: log2(1 + n), or n itself (only to compare)."""


@dataclass(frozen=True, eq=False)
class Program:
    """Structure of the process. Axes: K event types, J levels, C conditions, G gates.

    Compared and hashed by identity, so that a compiled simulation is found again.
    """

    n_events: int
    n_levels: int
    n_conditions: int
    gates: tuple[Gate, ...]
    """G boolean expressions; number 0 is always true."""
    event_gate: IntArray
    """[K] gate without which the event is impossible."""
    stream: IntArray
    """[K] a number for each event type's luck that does not move when other types come and go."""

    rhythm_half_life: FloatArray
    """[2, K] days, short and long self-memory."""
    filter_cause: IntArray
    """[F] event whose signal each memory holds."""
    filter_half_life: FloatArray
    """[F] days."""
    edge_filter: IntArray
    """[E] memory that each follow-edge reads."""
    edge_effect: IntArray
    """[E] event that it feeds."""
    edge_gate: IntArray
    """[E] gate that must be open on the day of the effect."""

    extra_event: IntArray
    extra_gate: IntArray
    """[X] further base rates while a gate is open."""
    scaling_event: IntArray
    scaling_level: IntArray
    """[S] level that scales an event."""
    elastic_event: IntArray
    elastic_condition: IntArray
    elastic_reference: FloatArray
    """[N] number that scales an event, and where it has no effect."""
    factor_event: IntArray
    factor_gate: IntArray
    """[B] factor on an event while a gate is open."""

    push_event: IntArray
    push_level: IntArray
    """[Q] event that moves a level."""
    hold_level: IntArray
    hold_gate: IntArray
    """[H] gate that shifts a level's rest."""

    setting_event: IntArray
    setting_condition: IntArray
    setting_gate: IntArray
    setting_kind: IntArray
    """[W] what an event does to a condition: 0 set to, 1 multiply by, 2 add; in this order."""

    scheduled: BoolArray
    """[K] events with a calendar: they never happen at a rate."""

    signal: Signal = "incident"


class Parameters(NamedTuple):
    """One draw of every number (or many, with a leading draw axis)."""

    base: Array  # [K] per day
    rhythm: Array  # [2, K] expected followers of itself, short and long
    expect: Array  # [E] expected direct followers of a day with one cause event
    extra: Array  # [X] per day
    coefficient: Array  # [S] on the level's reading less its rest
    elasticity: Array  # [N]
    log_factor: Array  # [B]
    log_limit: Array  # [K] largest upward log-modulation
    dispersion: Array  # [K] extra variance; 0 is Poisson
    rest: Array  # [J] logit of the level's rest
    half_life: Array  # [J] days
    push: Array  # [Q] logit units for a signal of one
    shift: Array  # [H] logit units
    setting: Array  # [W] value, factor or increment
    chance: Array  # [K] chance of a scheduled event on its day
    worst: Array  # [K] per day: the ceiling; infinity where there is none


_Days = TypeVar("_Days", Array, FloatArray)


def decay(half_life: _Days) -> _Days:
    """Share of a memory that is left after a day: 2^(-1/h)."""
    return 2.0 ** (-1.0 / half_life)


def no_edges() -> IntArray:
    """An empty index array."""
    return np.zeros(0, np.int32)
