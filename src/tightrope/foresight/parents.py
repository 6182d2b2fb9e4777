"""The branching structure of simulated futures: where each event came from.

A rate is a sum, so of every event one may ask which term brought it: the parent is drawn in
proportion to what each term added to the rate of that day. The factors scale all terms alike and
drop out. Draws of parents use luck of their own and change nothing of the run.

1. base or extra: it came by itself, or from a standing condition
2. rhythm or follows: an earlier day of the future with such an event, or the memory that the record
   left, and then one row of it, in proportion to what each row has left there
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from tightrope.compile import Compiled, stream_number
from tightrope.engine.gates import evaluate_known
from tightrope.engine.program import decay
from tightrope.engine.simulate import Ensemble
from tightrope.foresight.prepare import Prepared
from tightrope.history import Origins, Row
from tightrope.types import FloatArray

OriginKind = Literal["base", "condition", "record", "calendar"]


@dataclass(frozen=True)
class Link:
    """How an event was brought about by the one before it."""

    kind: Literal["rhythm", "follows"]
    mechanism: str | None


@dataclass(frozen=True)
class Happened:
    """An event of a chain."""

    event: str
    day: int
    """From 1, the first day of the forecast; 0 and below are days of the record."""
    row: Row | None = None
    """Of the record, where it really happened."""
    link: Link | None = None
    """From the event before; None for the first."""


@dataclass(frozen=True)
class Origin:
    """What the first event of a chain came from."""

    kind: OriginKind
    name: str = ""
    """The condition, where one stands behind it."""
    mechanism: str | None = None


@dataclass(frozen=True)
class Chain:
    """An event with all that led to it, the earliest first."""

    path: int
    origin: Origin
    events: tuple[Happened, ...]


class _Source(NamedTuple):
    """One term of a rate: a constant while its gate is open, or a weight on a memory."""

    origin: Origin | None
    link: Link | None
    gate: int
    weight: FloatArray  # [draw]
    cause: int = -1
    left: float = 0.0
    start: float = 0.0  # the memory at the first dawn


class Tracer:
    """The futures of one run, asked for the parents of their events."""

    def __init__(self, prepared: Prepared, ensemble: Ensemble, seed: int, purpose: str):
        assert ensemble.counts is not None and ensemble.condition_course is not None
        self.prepared, self.ensemble = prepared, ensemble
        self.compiled: Compiled = prepared.compiled
        self.counts: np.ndarray = ensemble.counts
        self.courses: np.ndarray = ensemble.condition_course
        self.p: dict[str, FloatArray] = {
            name: np.asarray(value, np.float64)
            for name, value in prepared.parameters._asdict().items()
        }
        self.luck = np.random.Generator(np.random.Philox(key=[seed, stream_number(purpose)]))
        record = prepared.record
        self.origins = Origins(
            self.compiled, prepared.history, np.asarray(record.counts), np.asarray(record.signal)
        )
        self._menus: dict[int, list[_Source]] = {}
        self._rows: dict[tuple[int, float], tuple[list[Row], FloatArray]] = {}

    def trace(self, path: int, day: int, event: str) -> Chain:
        """The chain that led to one event of a path. day : from 1."""
        chain: list[tuple[int, str, Link | None]] = []
        k = self.compiled.event_index()[event]
        while True:
            if self.compiled.program.scheduled[k]:
                return self._told(path, Origin("calendar"), None, [*chain, (day, event, None)])
            source = self._term(path, day, k)
            chain.append((day, event, source.link))
            if source.origin:
                return self._told(path, source.origin, None, chain)
            day = self._when(path, day, source)
            event, k = self.compiled.events[source.cause], source.cause
            if day < 1:
                return self._told(path, Origin("record"), self._row(source), chain)

    def _told(self, path: int, origin: Origin, row: Row | None,
              chain: list[tuple[int, str, Link | None]]) -> Chain:  # fmt: skip
        """Turn a chain from its end to its beginning, and put the row of the record first."""
        events = [Happened(event, day, None, link) for day, event, link in reversed(chain)]
        if row:
            # Where the record has a window, its middle is as good a day as any in it.
            ago = (row.date.middle() - self.prepared.as_of).days
            events.insert(0, Happened(row.event, min(ago, 0), row))
        return Chain(path, origin, tuple(events))

    def _term(self, path: int, day: int, k: int) -> _Source:
        """The term of the rate that brought an event, drawn by what each added."""
        draw, menu = int(self.ensemble.draw[path]), self._menu(k)
        added = np.array([self._added(path, day, draw, source) for source in menu])
        return menu[self._chosen(added)]

    def _added(self, path: int, day: int, draw: int, source: _Source) -> float:
        weight = float(source.weight[draw])
        if weight <= 0 or not self._is_open(path, day, draw, source.gate):
            return 0.0
        return weight if source.origin else weight * float(self._memory(path, day, source).sum())

    def _memory(self, path: int, day: int, source: _Source) -> FloatArray:
        """[day] what is left at dawn of the record's memory, then of each day of the future."""
        n = self.counts[: day - 1, source.cause, path].astype(np.float64)
        signal = np.log2(1 + n) if self.compiled.program.signal == "incident" else n
        age = np.arange(day - 2, -1, -1, dtype=np.float64)
        fresh = (1 - source.left) * source.left**age * signal
        return np.concatenate([[source.start * source.left ** (day - 1)], fresh])

    def _when(self, path: int, day: int, source: _Source) -> int:
        """The day of the parent: 0 for the record."""
        return self._chosen(self._memory(path, day, source))

    def _row(self, source: _Source) -> Row:
        """A row of the record, by what it has left in the memory."""
        key = source.cause, source.left
        if key not in self._rows:
            age = np.arange(len(self.prepared.table.counts), dtype=np.float64)[::-1]
            parts = self.origins.parts(source.cause, source.left**age)
            self._rows[key] = [p.row for p in parts], np.array([p.value for p in parts])
        rows, left = self._rows[key]
        return rows[self._chosen(left)]

    def _chosen(self, weights: FloatArray) -> int:
        upto = np.cumsum(weights)
        at = int(np.searchsorted(upto, self.luck.random() * upto[-1], side="right"))
        return min(at, len(weights) - 1)

    def _is_open(self, path: int, day: int, draw: int, gate: int) -> bool:
        if gate == 0:
            return True
        if day > 1:
            values = self.courses[day - 2, :, path]
        else:
            values = np.asarray(self.prepared.start.conditions)[draw, :, 0]
        return bool(evaluate_known((self.compiled.program.gates[gate],), values[:, None])[0, 0])

    def _menu(self, k: int) -> list[_Source]:
        if k not in self._menus:
            self._menus[k] = list(self._sources(k))
        return self._menus[k]

    def _sources(self, k: int) -> list[_Source]:
        program, p, record = self.compiled.program, self.p, self.prepared.record
        shrink = np.asarray(self.prepared.shrink, np.float64)[:, k]
        knobs = {(knob.field, *knob.index): knob for knob in self.compiled.knobs}
        found = [_Source(Origin("base"), None, 0, p["base"][:, k])]
        for x in np.flatnonzero(program.extra_event == k).tolist():
            knob = knobs["extra", x]
            origin = Origin("condition", knob.path[-1], knob.mechanism)
            found.append(_Source(origin, None, int(program.extra_gate[x]), p["extra"][:, x]))
        rhythm, memory = np.asarray(record.rhythm)[-1], np.asarray(record.memory)[-1]
        for which in range(2):
            left = float(decay(np.asarray(program.rhythm_half_life[which, k])))
            found.append(_Source(None, Link("rhythm", None), 0, p["rhythm"][:, which, k] * shrink,
                                 k, left, float(rhythm[which, k])))  # fmt: skip
        for e in np.flatnonzero(program.edge_effect == k).tolist():
            held = int(program.edge_filter[e])
            left = float(decay(np.asarray(program.filter_half_life[held])))
            found.append(_Source(
                None, Link("follows", self.compiled.edges[e][2]), int(program.edge_gate[e]),
                p["expect"][:, e] * shrink, int(program.filter_cause[held]), left,
                float(memory[held]),
            ))  # fmt: skip
        return found
