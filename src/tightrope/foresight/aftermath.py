"""Which dated values of the record belong to which of its events.

A condition of the record changes on dated days (conditions.csv). In a changed world a change that
an event brought must not come without it, and all others stay as they were. The rule:

    a dated value belongs to the events of up to three days before it (its own day included) whose
    type sets that condition to this value, or in this direction; it holds if any of them happens
    still. A value that belongs to no event is a fact of the world around, and holds.
"""

from __future__ import annotations

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.changed import Realised
from tightrope.engine.gates import evaluate_known
from tightrope.engine.program import Parameters
from tightrope.foresight.prepare import Prepared
from tightrope.types import BoolArray, FloatArray, IntArray

LATEST_DAYS = 3
"""So many days after an event a dated value may still be its doing: reports come late."""


def realised(prepared: Prepared) -> Realised:
    """The record as the twin reads it: events, dated values, and what belongs to what."""
    table = prepared.table
    value = dated_values(prepared)
    cells, owners = _owners(prepared, value)
    deeds = np.array(cells, np.int32).reshape(-1, 2)
    return Realised(
        prepared.record, table.listed, value, owners, deed_day=deeds[:, 0], deed_event=deeds[:, 1]
    )


def dated_values(prepared: Prepared) -> FloatArray:
    """[T, C] the value that a row of conditions.csv gives for a day; nan where there is none."""
    compiled, days = prepared.compiled, len(prepared.table.counts)
    value = np.full((days, len(compiled.conditions)), np.nan)
    for row in prepared.history.conditions:
        day = (row.date - compiled.first_day).days
        if 0 <= day < days:
            value[day, compiled.conditions.index(row.condition)] = row.value
    return value


def _owners(prepared: Prepared, value: FloatArray) -> tuple[list[tuple[int, int]], IntArray]:
    """The events (day, type) that own some value, and [T, C, M] their numbers, filled up by -1."""
    compiled, table = prepared.compiled, prepared.table
    gates = evaluate_known(compiled.program.gates, table.conditions.T)
    number: dict[tuple[int, int], int] = {}
    found: dict[tuple[int, int], list[int]] = {}
    for day, at in np.argwhere(~np.isnan(value)).tolist():
        before = table.conditions[day, at]
        cells = [
            (then, int(k))
            for i, k in _setters(compiled, at, prepared.parameters, value[day, at], before)
            for then in range(max(day - LATEST_DAYS, 0), day + 1)
            if table.listed[then, k] > 0 and _open(compiled, gates, i, then)
        ]
        found[day, at] = [number.setdefault(cell, len(number)) for cell in dict.fromkeys(cells)]
    most = max(map(len, found.values()), default=0)
    owners = np.full((*value.shape, max(most, 1)), -1, np.int32)
    for (day, at), mine in found.items():
        owners[day, at, : len(mine)] = mine
    return list(number), owners


def _open(compiled: Compiled, gates: BoolArray, setting: int, day: int) -> bool:
    return bool(gates[compiled.program.setting_gate[setting], day])


def _setters(
    compiled: Compiled, condition: int, parameters: Parameters, value: float, before: float
) -> list[tuple[int, int]]:
    """(setting, event) of the settings that bring this value, or a change in this direction."""
    p = compiled.program
    return [
        (int(i), int(p.setting_event[i]))
        for i in np.flatnonzero(p.setting_condition == condition)
        if _agrees(int(p.setting_kind[i]), np.asarray(parameters.setting)[:, i], value, before)
    ]


def _agrees(kind: int, setting: FloatArray, value: float, before: float) -> bool:
    middle = float(np.median(setting))
    if kind == 0:
        return middle == value
    upward = middle > 1 if kind == 1 else middle > 0
    return value > before if upward else value < before
