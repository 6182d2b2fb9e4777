"""Why a condition stands as it does: the rows behind an expression, and since when it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tightrope.compile import Compiled, Knob
from tightrope.foresight.questions import gate_of, gate_values
from tightrope.foresight.runaways import conditions_in
from tightrope.history import ConditionRow, History
from tightrope.types import FloatArray


@dataclass(frozen=True)
class Clause:
    """A condition without which an event is impossible, as it stands on a day."""

    expression: str
    holds: bool
    since: date | None
    """First day on which it stood so without a break; None: since the theatre's first day."""
    rows: tuple[ConditionRow, ...]
    """The rows that made it so; none where the theatre began like this."""

    def as_json(self) -> dict[str, object]:
        """The documented shape of a clause."""
        return {
            "if": self.expression, "holds": self.holds,
            "since": self.since.isoformat() if self.since else None,
            "rows": [condition_json(row) for row in self.rows],
        }  # fmt: skip


def clauses_of(
    compiled: Compiled, history: History, event: str, conditions: FloatArray
) -> tuple[Clause, ...]:
    """The clauses of an event's gate on the last dawn of ``conditions`` [T + 1, C]."""
    return tuple(
        _clause(compiled, history, clause.condition, conditions)
        for clause in compiled.theatre.events[event].when
        if clause.mechanism not in compiled.off
    )


def rows_behind(
    compiled: Compiled, history: History, expressions: Iterable[str], day: date
) -> tuple[ConditionRow, ...]:
    """The rows that set the conditions of some expressions as they stood at the dawn of ``day``."""
    read = {i for text in expressions for i in conditions_in(gate_of(compiled, text))}
    found = (standing(history, compiled.conditions[i], day) for i in sorted(read))
    return tuple(row for row in found if row)


def standing(history: History, condition: str, day: date) -> ConditionRow | None:
    """The row whose value a condition has at the dawn of ``day``; None where it has its first."""
    rows = [row for row in history.conditions if row.condition == condition and row.date < day]
    return rows[-1] if rows else None


def expression_of(compiled: Compiled, knob: Knob) -> str | None:
    """The ``if:`` of the element that a number belongs to; None where it has none."""
    theatre = compiled.theatre
    match knob.place:
        case ("levels", str(name), "held", int(i)):
            return theatre.levels[name].held[i].condition
        case ("events", str(name), "extra", int(i)):
            return theatre.events[name].extra[i].condition
        case ("events", str(name), "scaled_if", int(i)):
            return theatre.events[name].scaled_if[i].condition
        case ("events", str(name), "follows", str(cause)):
            return theatre.events[name].follows[cause].condition
        case _:
            return None


def condition_name(row: ConditionRow) -> str:
    """What a dated value is called where facts are listed: ``us_troops@2020-02-01``."""
    return f"{row.condition}@{row.date}"


def condition_json(row: ConditionRow) -> dict[str, object]:
    """The documented shape of a dated value."""
    return {
        "id": condition_name(row), "date": row.date.isoformat(), "condition": row.condition,
        "value": row.word, "sources": list(row.sources), "note": row.note,
    }  # fmt: skip


def _clause(
    compiled: Compiled, history: History, expression: str, conditions: FloatArray
) -> Clause:
    course = gate_values(compiled, expression, conditions.T)
    changes = np.flatnonzero(np.diff(course))
    holds = bool(course[-1])
    if not len(changes):
        return Clause(expression, holds, None, ())
    since = compiled.first_day + timedelta(int(changes[-1]) + 1)
    rows = rows_behind(compiled, history, [expression], since)
    # What changed on the eve made it so; other conditions had stood before.
    made = tuple(row for row in rows if row.date == since - timedelta(1))
    return Clause(expression, holds, since, made or rows)
