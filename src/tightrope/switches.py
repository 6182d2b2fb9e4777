"""Mechanisms switched off in a theatre that is compiled already.

Compiling without a mechanism (``compile_theatre(off=...)``) gives another program. Here the program
stays and the numbers change: what carries the mechanism gets the value at which it does nothing.
So a theatre and all its ablations are one compiled run. The ceiling is left as it was found, or
taking one term out would raise the others.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.program import Parameters
from tightrope.types import BoolArray, IntArray

_KEPT = frozenset({"rest", "half_life", "log_limit"})
"""A level has no meaning without these: it stays, and what no longer moves does nothing."""


def switched_off(compiled: Compiled, parameters: Parameters, off: Collection[str]) -> Parameters:
    """Parameters ([draw, ...]) in which nothing carries the mechanisms in ``off``."""
    arrays = {name: np.array(value) for name, value in parameters._asdict().items()}
    default = compiled.theatre.head.defaults.dispersion.extra.median
    for knob in compiled.knobs:
        if knob.mechanism in off and knob.field not in _KEPT:
            neutral = {"setting": np.nan, "dispersion": default}.get(knob.field, 0.0)
            arrays[knob.field][(slice(None), *knob.index)] = neutral
    return Parameters(**arrays)  # type: ignore[arg-type]


def carries(compiled: Compiled, mechanism: str) -> bool:
    """Whether any number, gate or calendar would be different without the mechanism."""
    off = {mechanism}
    return (
        any(k.mechanism == mechanism and k.field not in _KEPT for k in compiled.knobs)
        or bool((gates_switched_off(compiled, off) != compiled.program.event_gate).any())
        or bool(calendar_switched_off(compiled, off).any())
    )


def gates_switched_off(compiled: Compiled, off: Collection[str]) -> IntArray:
    """[K] the gate of every event type, less the clauses that carry mechanisms in ``off``."""
    gates = compiled.program.event_gate.copy()
    for (k, mechanisms), gate in compiled.gates_without.items():
        clauses = compiled.theatre.events[compiled.events[k]].when
        if mechanisms == frozenset(c.mechanism for c in clauses if c.mechanism) & frozenset(off):
            gates[k] = gate
    return gates


def calendar_switched_off(compiled: Compiled, off: Collection[str]) -> BoolArray:
    """[K] event types whose calendar carries a mechanism in ``off``."""
    calendars = (compiled.theatre.events[name].scheduled for name in compiled.events)
    return np.array([c is not None and c.mechanism in off for c in calendars])
