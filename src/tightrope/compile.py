"""Theatre -> engine: the one bridge between names and numbers.

Every number of the theatre becomes a ``Knob``: where it stands, which array and position of
``engine.Parameters`` it fills, and its prior. Nothing else leaves the theatre for the engine.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Any, Literal

import numpy as np

from tightrope.engine.program import Parameters, Program
from tightrope.theatre import Theatre, schema
from tightrope.theatre.expressions import ALWAYS, Gate, rename
from tightrope.theatre.marks import Location
from tightrope.theatre.numbers import Family, Quantity
from tightrope.types import BoolArray, FloatArray, IntArray

EDGE_HALF_LIVES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 240.0, 480.0)
"""Days. Data do not identify the half-life of a cross-edge: the nearest of these is taken."""
RHYTHM_HALF_LIVES = (2.0, 8.0, 30.0, 120.0)
"""Days, for the two self-memories."""

Scale = Literal["plain", "log", "logit"]
_ITEMS = (schema.Hold, schema.Extra, schema.Factor)


@dataclass(frozen=True)
class Knob:
    """One number of the theatre and the place that it fills in the engine's parameters."""

    field: str
    index: tuple[int, ...]
    quantity: Quantity
    place: Location
    path: tuple[str, ...]
    """The same place in words: an item of a list is known by its condition, so that its luck stays
    when items before it come and go."""
    mechanism: str | None
    scale: Scale = "plain"
    """How the engine holds it: a factor as its log, a rest as its logit."""

    @property
    def label(self) -> str:
        """Path of keys, as ``events.us_strike_on_militia.follows.attack_killing_americans``."""
        return ".".join(self.path)


@dataclass(frozen=True, eq=False)
class Compiled:
    """A theatre ready to run, with the names that belong to each axis."""

    theatre: Theatre
    off: frozenset[str]
    events: tuple[str, ...]
    levels: tuple[str, ...]
    conditions: tuple[str, ...]
    program: Program
    knobs: tuple[Knob, ...]
    edges: tuple[tuple[str, str, str | None], ...]
    """(cause, effect, mechanism) of each follow-edge, in the engine's order."""
    worst: FloatArray
    """[K] highest rates per day that the theatre states; 0 where it states none."""
    gates_without: Mapping[tuple[int, frozenset[str]], int]
    """The gate of an event type from which the clauses of some mechanisms are left out."""

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each array of Parameters."""
        p, k = self.program, self.program.n_events
        return {
            "base": (k,), "rhythm": (2, k), "expect": (len(p.edge_effect),),
            "extra": (len(p.extra_event),), "coefficient": (len(p.scaling_event),),
            "elasticity": (len(p.elastic_event),), "log_factor": (len(p.factor_event),),
            "log_limit": (k,), "dispersion": (k,), "rest": (p.n_levels,),
            "half_life": (p.n_levels,), "push": (len(p.push_event),),
            "shift": (len(p.hold_level),), "setting": (len(p.setting_event),), "chance": (k,),
        }  # fmt: skip

    def event_index(self) -> dict[str, int]:
        """Position of each event type."""
        return {name: i for i, name in enumerate(self.events)}

    def fill(self, values: FloatArray) -> Parameters:
        """Parameters from natural values of the knobs.

        values : [draw, knob] in days, per day, or bare. Returns arrays with a leading draw axis;
        ``worst`` is infinite until ``with_worst`` sets it from a history.
        """
        draws = len(values)
        arrays = {name: np.zeros((draws, *shape)) for name, shape in self.shapes.items()}
        arrays["chance"][:] = 1.0
        for column, knob in enumerate(self.knobs):
            arrays[knob.field][(slice(None), *knob.index)] = _hold(values[:, column], knob.scale)
        arrays["worst"] = np.full((draws, self.program.n_events), np.inf)
        return Parameters(**arrays)  # type: ignore[arg-type]

    def with_worst(self, parameters: Parameters, record_worst: FloatArray) -> Parameters:
        """Set the ceiling: the record's worst 90 days, or what the theatre states if higher.

        A type that has neither happened nor a stated worst is left without a ceiling, because
        nothing is known of it; its expectations are its own.
        """
        worst = np.maximum(record_worst, self.worst)
        worst = np.where(worst > 0, worst, np.inf)
        return parameters._replace(worst=np.broadcast_to(worst, np.asarray(parameters.base).shape))  # type: ignore[arg-type]

    def calendar(self, start: date, days: int) -> BoolArray:
        """[day, K] scheduled events that are due from ``start`` on."""
        due = np.zeros((days, len(self.events)), bool)
        for k, name in enumerate(self.events):
            scheduled = self.theatre.events[name].scheduled
            if scheduled is None or scheduled.mechanism in self.off:
                continue
            for span in scheduled.dates:
                offset = (span.middle() - start).days
                if 0 <= offset < days:
                    due[offset, k] = True
        return due

    def start_conditions(self) -> FloatArray:
        """[C] values on the theatre's first day."""
        t = self.theatre
        return np.array([t.condition_code(c, t.conditions[c].starts) for c in self.conditions])

    @property
    def first_day(self) -> date:
        """First day of the theatre's time."""
        return self.theatre.head.starts.middle()


def compile_theatre(theatre: Theatre, off: Iterable[str] = ()) -> Compiled:
    """Compile; what carries a mechanism in ``off`` is left out, everywhere at once.

    A base, a rhythm or a calendar that is left out leaves nothing in its place; a dispersion leaves
    the theatre's default. A level has no meaning without its rest and half-life: it stays, and with
    nothing that pushes or reads it it does nothing.
    """
    return _Compiler(theatre, frozenset(off)).compile()


def nearest(half_life: float, menu: tuple[float, ...]) -> float:
    """The half-life of the menu that is nearest on a log scale."""
    return min(menu, key=lambda h: abs(math.log(h / half_life)))


def stream_number(name: str) -> int:
    """A number for an event type's luck that depends on nothing but its name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def fixed(value: float, family: Family) -> Quantity:
    """A number without doubt."""
    return Quantity(f"{value:g}", value, value, family)


def _hold(values: FloatArray, scale: Scale) -> FloatArray:
    if scale == "log":
        return np.log(values)
    if scale == "logit":
        return np.log(values) - np.log1p(-values)
    return values


class _Compiler:
    def __init__(self, theatre: Theatre, off: frozenset[str]):
        self.theatre = theatre
        self.off = off
        self.events = tuple(theatre.events)
        self.levels = tuple(theatre.levels)
        self.conditions = tuple(theatre.conditions)
        self.event_at = {name: i for i, name in enumerate(self.events)}
        self.level_at = {name: i for i, name in enumerate(self.levels)}
        self.condition_at = {name: i for i, name in enumerate(self.conditions)}
        self.gates: dict[Gate, int] = {ALWAYS: 0}
        self.filters: dict[tuple[int, float], int] = {}
        self.columns: dict[str, list[Any]] = {}
        self.knobs: list[Knob] = []
        self.seen: Counter[tuple[str, ...]] = Counter()
        self.edges: list[tuple[str, str, str | None]] = []
        self.gates_without: dict[tuple[int, frozenset[str]], int] = {}

    def compile(self) -> Compiled:
        for name, level in self.theatre.levels.items():
            self._level(name, level)
        for name, event in self.theatre.events.items():
            self._event(name, event)
        column = self._column
        stream = np.array([stream_number(name) for name in self.events], np.uint32)
        program = Program(
            n_events=len(self.events), n_levels=len(self.levels),
            n_conditions=len(self.conditions), gates=tuple(self.gates),
            event_gate=column("event_gate"),
            stream=stream,  # pyright: ignore[reportArgumentType]
            rhythm_half_life=np.array(self.columns["rhythm_half_life"]).T.reshape(2, -1),
            filter_cause=np.array([cause for cause, _ in self.filters], np.int32),
            filter_half_life=np.array([h for _, h in self.filters], float),
            edge_filter=column("edge_filter"), edge_effect=column("edge_effect"),
            edge_gate=column("edge_gate"),
            extra_event=column("extra_event"), extra_gate=column("extra_gate"),
            scaling_event=column("scaling_event"), scaling_level=column("scaling_level"),
            elastic_event=column("elastic_event"),
            elastic_condition=column("elastic_condition"),
            elastic_reference=np.array(self.columns.get("elastic_reference", []), float),
            factor_event=column("factor_event"), factor_gate=column("factor_gate"),
            push_event=column("push_event"), push_level=column("push_level"),
            hold_level=column("hold_level"), hold_gate=column("hold_gate"),
            setting_event=column("setting_event"), setting_condition=column("setting_condition"),
            setting_gate=column("setting_gate"), setting_kind=column("setting_kind"),
            scheduled=np.array([e.scheduled is not None for e in self.theatre.events.values()]),
        )  # fmt: skip
        worst = [
            e.worst.rate.median if e.worst and self._is_on(e.worst) else 0.0
            for e in self.theatre.events.values()
        ]
        return Compiled(
            self.theatre, self.off, self.events, self.levels, self.conditions, program,
            tuple(self.knobs), tuple(self.edges), np.array(worst), self.gates_without,
        )  # fmt: skip

    def _level(self, name: str, level: schema.Level) -> None:
        place, j = ("levels", name), self.level_at[name]
        self._knob("rest", (j,), level.rest, (*place, "rest"), level, "logit")
        self._knob("half_life", (j,), level.half_life, (*place, "half_life"), level)
        for i, hold in enumerate(level.held):
            if self._is_on(hold):
                at = self._append(hold_level=j, hold_gate=self._gate(hold.condition))
                self._knob("shift", (at,), hold.shift, (*place, "held", i), hold)

    def _event(self, name: str, event: schema.Event) -> None:
        place, k = ("events", name), self.event_at[name]
        head = self.theatre.head.defaults
        self._append(event_gate=self._gate_number(self._clauses(event, frozenset())))
        named = sorted({c.mechanism for c in event.when if c.mechanism and self._is_on(c)})
        for size in range(1, len(named) + 1):
            for off in map(frozenset, combinations(named, size)):
                self.gates_without[k, off] = self._gate_number(self._clauses(event, off))
        if event.base and self._is_on(event.base):
            self._knob("base", (k,), event.base.rate, (*place, "base"), event.base)
        self._rhythm(k, place, event)
        own = event.dispersion if event.dispersion and self._is_on(event.dispersion) else None
        dispersion = own or head.dispersion
        self._knob("dispersion", (k,), dispersion.extra, (*place, "dispersion"), dispersion)
        limit = fixed(event.limit or head.limit, "lognormal")
        self._knob("log_limit", (k,), limit, (*place, "limit"), None, "log")
        scheduled = event.scheduled
        if scheduled and scheduled.chance:
            self._knob("chance", (k,), scheduled.chance, (*place, "scheduled"), scheduled)
        self._sources_of_rate(k, name, place, event)
        self._effects(k, place, event)

    def _clauses(self, event: schema.Event, off: frozenset[str]) -> Gate:
        """All clauses of an event's gate but those that carry a mechanism in ``off``."""
        gate = ALWAYS
        for clause in event.when:
            if self._is_on(clause) and clause.mechanism not in off:
                one = self.theatre.gates[clause.condition]
                gate = one if gate == ALWAYS else ("and", gate, one)
        return gate

    def _rhythm(self, k: int, place: Location, event: schema.Event) -> None:
        rhythm = event.rhythm or self.theatre.head.defaults.rhythm
        half_lives = [
            nearest(m.half_life.median, RHYTHM_HALF_LIVES) for m in (rhythm.short, rhythm.long)
        ]
        self.columns.setdefault("rhythm_half_life", []).append(half_lives)
        if event.memoryless or event.scheduled:
            return
        for which, side in enumerate(("short", "long")):
            memory: schema.Memory = getattr(rhythm, side)
            if self._is_on(memory):
                self._knob("rhythm", (which, k), memory.expect, (*place, "rhythm", side), memory)

    def _sources_of_rate(self, k: int, name: str, place: Location, event: schema.Event) -> None:
        for i, extra in enumerate(event.extra):
            if self._is_on(extra):
                at = self._append(extra_event=k, extra_gate=self._gate(extra.condition))
                self._knob("extra", (at,), extra.rate, (*place, "extra", i), extra)
        for cause, follow in event.follows.items():
            if self._is_on(follow):
                half_life = nearest(follow.half_life.median, EDGE_HALF_LIVES)
                key = (self.event_at[cause], half_life)
                number = self.filters.setdefault(key, len(self.filters))
                gate = self._gate(follow.condition)
                at = self._append(edge_filter=number, edge_effect=k, edge_gate=gate)
                self.edges.append((cause, name, follow.mechanism))
                self._knob("expect", (at,), follow.expect, (*place, "follows", cause), follow)
        for what, scaling in event.scaled_by.items():
            if not self._is_on(scaling):
                continue
            where = (*place, "scaled_by", what)
            if scaling.coef is not None:
                at = self._append(scaling_event=k, scaling_level=self.level_at[what])
                self._knob("coefficient", (at,), scaling.coef, where, scaling)
            elif scaling.elasticity is not None:
                at = self._append(elastic_event=k, elastic_condition=self.condition_at[what],
                                  elastic_reference=scaling.reference)  # fmt: skip
                self._knob("elasticity", (at,), scaling.elasticity, where, scaling)
        for i, factor in enumerate(event.scaled_if):
            if self._is_on(factor):
                at = self._append(factor_event=k, factor_gate=self._gate(factor.condition))
                where = (*place, "scaled_if", i)
                self._knob("log_factor", (at,), factor.factor, where, factor, "log")

    def _effects(self, k: int, place: Location, event: schema.Event) -> None:
        for level, push in event.pushes.items():
            if self._is_on(push):
                at = self._append(push_event=k, push_level=self.level_at[level])
                self._knob("push", (at,), push.by, (*place, "pushes", level), push)
        for condition, setting in event.sets.items():
            if self._is_on(setting):
                kind, quantity = self._setting(condition, setting)
                at = self._append(
                    setting_event=k, setting_condition=self.condition_at[condition],
                    setting_gate=self._gate(setting.condition), setting_kind=kind,
                )  # fmt: skip
                self._knob("setting", (at,), quantity, (*place, "sets", condition), setting)

    def _setting(self, condition: str, setting: schema.Setting) -> tuple[int, Quantity]:
        if setting.to is not None:
            return 0, fixed(self.theatre.condition_code(condition, setting.to), "normal")
        if setting.times is not None:
            return 1, setting.times
        assert setting.add is not None
        return 2, setting.add

    # plumbing -----------------------------------------------------------------------------------

    def _is_on(self, element: schema.Grounded) -> bool:
        return element.mechanism not in self.off

    def _gate(self, text: str | None) -> int:
        return self._gate_number(ALWAYS if text is None else self.theatre.gates[text])

    def _gate_number(self, gate: Gate) -> int:
        return self.gates.setdefault(rename(gate, self.condition_at), len(self.gates))

    def _append(self, **values: Any) -> int:
        """Add one entry to parallel columns and return its position."""
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)
        return len(self.columns[next(iter(values))]) - 1

    def _column(self, name: str) -> IntArray:
        return np.array(self.columns.get(name, []), np.int32)

    def _knob(
        self, field: str, index: tuple[int, ...], quantity: Quantity, place: Location,
        ground: schema.Grounded | None, scale: Scale = "plain",
    ) -> None:  # fmt: skip
        mechanism = ground.mechanism if ground else None
        path = tuple(
            ground.condition if isinstance(step, int) and isinstance(ground, _ITEMS) else str(step)
            for step in place
        )
        self.seen[path] += 1
        if self.seen[path] > 1:  # two items of a list with the same condition
            path = (*path[:-1], f"{path[-1]} ({self.seen[path]})")
        self.knobs.append(Knob(field, index, quantity, place, path, mechanism, scale))
