"""The whole record in hindsight: levels and rates along it, and the state that it left on any day.

What an outlook may know is cut at its day; a stylised fact is about how the system works, so it is
checked with numbers fitted to all that is known, and may start anywhere in the record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from scipy.signal import lfilter

from tightrope.compile import Compiled
from tightrope.engine.memory import Record
from tightrope.engine.program import Parameters, Program, decay
from tightrope.engine.rates import couplings, parts
from tightrope.engine.state import State
from tightrope.foresight.prepare import Prepared
from tightrope.switches import gates_switched_off, switched_off
from tightrope.types import Array, FloatArray

RATE_DRAWS = 40
"""Draws over which rates along the record are averaged; each costs a pass over all days."""


@dataclass(eq=False)
class Past:
    """A record, the draws, and what follows from them with or without some mechanisms."""

    prepared: Prepared
    """At the end of the record."""
    _levels: dict[tuple[str, frozenset[str]], FloatArray] = field(default_factory=dict)
    _numbers: dict[frozenset[str], Parameters] = field(default_factory=dict)

    @property
    def compiled(self) -> Compiled:
        """The theatre."""
        return self.prepared.compiled

    @property
    def record(self) -> Record:
        """The memories of the whole record."""
        return self.prepared.record

    def day(self, on: date) -> int:
        """Position of a day: 0 is the theatre's first."""
        return (on - self.compiled.first_day).days

    def parameters(self, off: Collection[str] = ()) -> Parameters:
        """The draws, with some mechanisms switched off."""
        key = frozenset(off)
        if key not in self._numbers:
            numbers = self.prepared.parameters
            self._numbers[key] = switched_off(self.compiled, numbers, key) if key else numbers
        return self._numbers[key]

    def deviations(self, level: str, off: Collection[str] = ()) -> FloatArray:
        """[draw, T + 1] a level's deviation from rest at every dawn, as the record moved it."""
        mechanisms = frozenset(
            knob.mechanism
            for knob in self.compiled.knobs
            if knob.path[:2] == ("levels", level) or knob.path[2:] == ("pushes", level)
            if knob.mechanism
        )
        key = (level, frozenset(off) & mechanisms)
        if key not in self._levels:
            self._levels[key] = self._deviations(level, self.parameters(key[1]))
        return self._levels[key]

    def _deviations(self, level: str, parameters: Parameters) -> FloatArray:
        program, j = self.compiled.program, self.compiled.levels.index(level)
        pushed, held = program.push_level == j, program.hold_level == j
        signal = np.asarray(self.record.signal)[:, program.push_event[pushed]]
        gates = np.asarray(self.record.gates)[:-1, program.hold_gate[held]]
        left = np.asarray(decay(np.asarray(parameters.half_life)), float)[:, j]
        drive = np.asarray(parameters.push, float)[:, pushed] @ signal.T
        drive += (1 - left)[:, None] * (np.asarray(parameters.shift, float)[:, held] @ gates.T)
        path = np.zeros((len(drive), drive.shape[1] + 1), np.float32)
        for draw, moved in enumerate(drive):
            path[draw, 1:] = lfilter([1.0], [1.0, -left[draw]], moved)
        return path  # type: ignore[return-value]

    def readings(self, level: str, off: Collection[str] = ()) -> FloatArray:
        """[draw, T + 1] the level's reading at every dawn, 0 to 1."""
        rest = np.asarray(self.prepared.parameters.rest)[:, self.compiled.levels.index(level)]
        return 1 / (1 + np.exp(-(rest[:, None] + self.deviations(level, off))))

    def state(self, on: date, off: Collection[str] = ()) -> State:
        """The state at the dawn after a day of the record, one per draw."""
        at, draws = self.day(on) + 1, len(self.prepared.shrink)
        levels = [self.deviations(level, off)[:, at] for level in self.compiled.levels]

        def same(x: Array) -> np.ndarray:
            row = np.asarray(x)[at][..., None]
            return np.broadcast_to(row, (draws, *row.shape))

        return self.empty_state()._replace(
            deviation=np.array(levels).T.reshape(draws, -1, 1),  # type: ignore[arg-type]
            rhythm=same(self.record.rhythm), memory=same(self.record.memory),  # type: ignore[arg-type]
            conditions=same(self.record.conditions),  # type: ignore[arg-type]
        )  # fmt: skip

    def empty_state(self) -> State:
        """A state without a past: levels at rest, conditions as the theatre starts them."""
        program, draws = self.compiled.program, len(self.prepared.shrink)
        start = self.compiled.start_conditions()[None, :, None]
        return State(
            day=np.zeros(draws),  # type: ignore[arg-type]
            deviation=np.zeros((draws, program.n_levels, 1)),  # type: ignore[arg-type]
            rhythm=np.zeros((draws, 2, program.n_events, 1)),  # type: ignore[arg-type]
            memory=np.zeros((draws, len(program.filter_cause), 1)),  # type: ignore[arg-type]
            conditions=np.repeat(start, draws, 0),  # type: ignore[arg-type]
            total=np.zeros((draws, program.n_events, 1)),  # type: ignore[arg-type]
            limited=np.zeros((draws, program.n_events)),  # type: ignore[arg-type]
        )

    def rates(self, events: Sequence[str], off: Collection[str] = ()) -> FloatArray:
        """[draw, T] rate per day of some event types together, each day given the real past."""
        compiled, index = self.compiled, self.compiled.event_index()
        wanted = np.array([index[name] for name in events])
        gates = gates_switched_off(compiled, off)
        chosen = jax.tree.map(lambda x: np.asarray(x)[:RATE_DRAWS], self.parameters(off))
        deviation = np.stack([self.deviations(x, off)[:RATE_DRAWS] for x in compiled.levels], 1)
        found = [
            _rates(compiled.program, jax.tree.map(lambda x, d=draw: x[d], chosen),
                   self.prepared.shrink[draw], deviation[draw, :, :-1], self.record, gates, wanted)
            for draw in range(len(deviation))
        ]  # fmt: skip
        return np.asarray(found, float)


@partial(jax.jit, static_argnums=0)
def _rates(
    program: Program, parameters: Parameters, shrink: Array, deviation: Array, record: Record,
    event_gate: Array, wanted: Array,
) -> Array:  # fmt: skip
    def by_day(x: Array) -> Array:
        return jnp.moveaxis(jnp.asarray(x, jnp.float32)[:-1], 0, -1)

    gates = jnp.asarray(record.gates)[:-1].T
    found = parts(
        program, parameters, couplings(program, parameters, shrink), deviation,
        by_day(record.rhythm), by_day(record.memory), by_day(record.conditions), gates,
    )  # fmt: skip
    return found._replace(gate=gates[event_gate]).rate()[wanted].sum(0)
