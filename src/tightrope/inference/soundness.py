"""What `tightrope check` says beyond faults: coverage of mechanisms, grounds of numbers, stability."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.compile import Compiled, compile_theatre
from tightrope.engine.gates import evaluate
from tightrope.engine.stability import ceiling, spectral_radius, worst_rate
from tightrope.history import History, Table, tabulate
from tightrope.inference.priors import medians
from tightrope.theatre import Theatre
from tightrope.theatre.numbers import Quantity
from tightrope.theatre.reader import walk_grounded


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
    """Event types whose base alone exceeds the worst 90 days of the record."""
    against_gate: tuple[str, ...]
    """Rows of the history on days on which the theatre calls their event impossible."""

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
    shrink, base_over, radius = _stability(compiled, table)
    carried = set(carriers(theatre))
    grounds = _grounds(theatre)
    return Soundness(
        mechanisms=tuple(theatre.mechanisms),
        not_carried=tuple(m for m in theatre.mechanisms if m not in carried),
        numbers=sum(grounds.values()),
        sourced=grounds["sourced"],
        assumed=grounds["assumed"],
        spectral_radius=radius,
        over_ceiling=tuple(np.array(compiled.events)[shrink < 1.0]),
        base_too_high=tuple(np.array(compiled.events)[base_over]),
        against_gate=_against_gate(compiled, history, table),
    )


def carriers(theatre: Theatre) -> dict[str, list[str]]:
    """For each mechanism the elements that carry it, as paths of keys."""
    found: dict[str, list[str]] = {}
    for section in (theatre.levels, theatre.events):
        kind = "levels" if section is theatre.levels else "events"
        for name, element in section.items():
            for place, part in walk_grounded(element, (kind, name)):
                if part.mechanism:
                    found.setdefault(part.mechanism, []).append(".".join(map(str, place)))
    for name, scenario in theatre.scenarios.items():
        for mechanism in scenario.mechanisms:
            found.setdefault(mechanism, []).append(f"scenarios.{name}")
    return found


def _grounds(theatre: Theatre) -> Counter[str]:
    """Count numbers by what they rest on: a mechanism or source of the theatre, or an assumption."""
    count: Counter[str] = Counter()
    elements: list[object] = [theatre.head.defaults]
    elements += [*theatre.levels.values(), *theatre.events.values()]
    for element in elements:
        for _, part in walk_grounded(element, ()):
            numbers = sum(
                isinstance(getattr(part, name), Quantity) for name in type(part).model_fields
            )
            sourced = part.assumed is None
            count["sourced" if sourced else "assumed"] += numbers
    return count


def _stability(compiled: Compiled, table: Table) -> tuple[np.ndarray, np.ndarray, float]:
    parameters = compiled.with_worst(medians(compiled), worst_rate(table.counts))
    with jax.enable_x64(True):
        one = jax.tree.map(lambda x: jnp.asarray(np.asarray(x)[0], jnp.float64), parameters)
        shrink, base_over = ceiling(compiled.program, one)
        radius = spectral_radius(compiled.program, one)
    return np.asarray(shrink), np.asarray(base_over), radius


def _against_gate(compiled: Compiled, history: History, table: Table) -> tuple[str, ...]:
    conditions = jnp.asarray(table.conditions.T)
    is_open = np.asarray(evaluate(compiled.program.gates, conditions))
    index = compiled.event_index()
    days = len(table.listed)
    wrong: list[str] = []
    for row in history.rows:
        k = index[row.event]
        day = min((row.date.middle() - compiled.first_day).days, days - 1)
        if not compiled.program.scheduled[k] and not is_open[compiled.program.event_gate[k], day]:
            wrong.append(row.id)
    return tuple(wrong)
