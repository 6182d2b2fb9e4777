"""What ``tightrope check`` says beyond faults: coverage of mechanisms, grounds, stability."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import numpy as np

from tightrope.compile import Compiled, compile_theatre
from tightrope.engine.gates import evaluate
from tightrope.engine.program import Parameters
from tightrope.engine.stability import ceiling, spectral_radius, worst_rate
from tightrope.history import History, Table, tabulate
from tightrope.inference.grounds import carriers, count_numbers
from tightrope.inference.priors import medians
from tightrope.theatre import Theatre
from tightrope.types import BoolArray, FloatArray

UNHEARD_OF = 5.0
"""A type that never happened has no ceiling; the record should not have had so many of it."""


@dataclass(frozen=True)
class Soundness:
    """The answer of ``check`` for a theatre without faults."""

    mechanisms: tuple[str, ...]
    not_carried: tuple[str, ...]
    numbers: int
    sourced: int
    assumed: int
    spectral_radius: float
    over_ceiling: tuple[str, ...]
    """Event types whose follows must be shrunk at the medians of the priors."""
    base_too_high: tuple[str, ...]
    """Event types whose base alone exceeds the worst 90 days of the record; and those that never
    happened, have no ``worst:``, and of which the theatre expects more than five in the record."""
    against_gate: tuple[str, ...]
    """Rows of the history on days on which the theatre calls their event impossible."""

    @property
    def is_sound(self) -> bool:
        """Whether every mechanism is carried and no type leaves the bounds of the record."""
        return not (self.not_carried or self.over_ceiling or self.base_too_high)

    def as_json(self) -> dict[str, object]:
        """The documented shape of ``check --json``."""
        carried = len(self.mechanisms) - len(self.not_carried)
        return {
            "faults": [],
            "mechanisms": {"total": len(self.mechanisms), "carried": carried,
                           "not_carried": list(self.not_carried)},
            "numbers": {"total": self.numbers, "sourced": self.sourced, "assumed": self.assumed},
            "spectral_radius": round(self.spectral_radius, 4),
            "over_ceiling": list(self.over_ceiling),
            "base_too_high": list(self.base_too_high),
            "against_gate": list(self.against_gate),
        }  # fmt: skip


def examine(theatre: Theatre, history: History) -> Soundness:
    """Check what arithmetic can check. The theatre has been read, so it has no faults."""
    compiled = compile_theatre(theatre)
    table = tabulate(compiled, history)
    with jax.enable_x64(True):
        parameters = _middle(compiled, table)
        shrink, base_over = jax.jit(lambda p: ceiling(compiled.program, p))(parameters)
        gates = np.asarray(jax.jit(lambda c: evaluate(compiled.program.gates, c))(
            table.conditions.T
        ))  # fmt: skip
    unheard = _expected(compiled, parameters, table, gates) > UNHEARD_OF
    unheard &= np.isinf(np.asarray(parameters.worst))
    carried, numbers = carriers(theatre), count_numbers(theatre)
    return Soundness(
        mechanisms=tuple(theatre.mechanisms),
        not_carried=tuple(m for m in theatre.mechanisms if m not in carried),
        numbers=sum(numbers.values()),
        sourced=numbers["sourced"],
        assumed=numbers["assumed"],
        spectral_radius=spectral_radius(compiled.program, parameters),
        over_ceiling=_named(compiled, np.asarray(shrink) < 1.0),
        base_too_high=_named(compiled, np.asarray(base_over) | unheard),
        against_gate=_against_gate(compiled, history, gates),
    )


def _middle(compiled: Compiled, table: Table) -> Parameters:
    """Every number at the median of its prior, with the ceiling of the record."""
    parameters = compiled.with_worst(medians(compiled), worst_rate(table.counts))
    return jax.tree.map(lambda x: np.asarray(x, float)[0], parameters)


def _expected(
    compiled: Compiled, parameters: Parameters, table: Table, gates: BoolArray
) -> FloatArray:
    """[K] events that base, extra and follows expect in the record, levels at rest.

    gates : [G, T + 1] whether each gate was open at each dawn.
    """
    program, p = compiled.program, parameters
    days = gates[:, :-1].sum(1)
    signal = np.log2(1.0 + table.counts).sum(0)
    expected = np.asarray(p.base) * days[program.event_gate]
    np.add.at(expected, program.extra_event, np.asarray(p.extra) * days[program.extra_gate])
    cause = program.filter_cause[program.edge_filter]
    np.add.at(expected, program.edge_effect, np.asarray(p.expect) * signal[cause])
    return np.where(program.scheduled, 0.0, expected)


def _named(compiled: Compiled, which: np.ndarray) -> tuple[str, ...]:
    return tuple(compiled.events[k] for k in np.flatnonzero(which))


def _against_gate(compiled: Compiled, history: History, gates: BoolArray) -> tuple[str, ...]:
    index, program = compiled.event_index(), compiled.program
    last, wrong = gates.shape[1] - 2, list[str]()
    for row in history.rows:
        k = index[row.event]
        day = min((row.date.middle() - compiled.first_day).days, last)
        if not program.scheduled[k] and not gates[program.event_gate[k], day]:
            wrong.append(row.id)
    return tuple(wrong)
