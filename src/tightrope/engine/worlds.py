"""Worlds beside one another: what an intervention imposes, as numbers that one program reads.

Because nothing here is part of the program, a baseline and all its arms are one compiled run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tightrope.engine.program import Program
from tightrope.types import Array


class Imposed(NamedTuple):
    """What is imposed on one world on one day (or, with leading axes, on W worlds and D days)."""

    factor: Array  # [K] on the rate of every type and on the chance of a calendar event; 0 blocks
    forced: Array  # [K] so many events at least, where the type's gate is open
    given: Array  # [C] the value that a condition has at dawn; nan leaves it as it is
    gate: Array  # [K] the gate of every type, a number of ``Program.gates``


def nothing(program: Program, worlds: int, days: int) -> Imposed:
    """[W, D, ...] arrays in NumPy that leave everything as it is, for a caller to write into."""
    return Imposed(
        np.ones((worlds, days, program.n_events), np.float32),  # type: ignore[arg-type]
        np.zeros((worlds, days, program.n_events), np.float32),  # type: ignore[arg-type]
        np.full((worlds, days, program.n_conditions), np.nan, np.float32),  # type: ignore[arg-type]
        np.broadcast_to(program.event_gate, (worlds, days, program.n_events)).copy(),  # type: ignore[arg-type]
    )
