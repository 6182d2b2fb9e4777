"""Which rows stand behind a memory: the way back from an array to dated facts.

The signal of a day is of all its events together (three incidents on one day are not three times
one). Where several rows stand on a day, each has the part of the signal that it has of the count;
a tally has its part of every day of its window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tightrope.compile import Compiled
from tightrope.history.rows import History, Row
from tightrope.history.table import Placed, placed_rows
from tightrope.types import FloatArray


class RowPart(NamedTuple):
    """A row and what it adds to a weighted sum of signals."""

    row: Row
    value: float


class _Column(NamedTuple):
    """The rows of one event type. R placements."""

    placed: tuple[Placed, ...]
    start: np.ndarray  # [R]
    end: np.ndarray  # [R]
    each: FloatArray  # [R]
    per_event: FloatArray  # [T] signal for each counted event of a day


class Origins:
    """The rows of a history, asked for their part in what it left."""

    def __init__(self, compiled: Compiled, history: History, counts: FloatArray,
                 signal: FloatArray):  # fmt: skip
        """counts, signal : [T, K] of the table of this history, see ``engine.memory.Record``."""
        per_event = signal / np.where(counts > 0, counts, 1.0)
        found: dict[int, list[Placed]] = {}
        for part in placed_rows(compiled, history):
            found.setdefault(part.event, []).append(part)
        self._columns = {k: _column(parts, per_event[:, k]) for k, parts in found.items()}

    def parts(self, event: int, weights: FloatArray) -> list[RowPart]:
        """What each row of an event type adds to ``sum over days of weights * signal``.

        weights : [t] of the first t days; later days weigh nothing. The values add up to the sum.
        Rows that add nothing are left out; the order is that of the history.
        """
        column = self._columns.get(event)
        if column is None:
            return []
        size = len(weights)
        upto = np.concatenate([[0.0], np.cumsum(weights * column.per_event[:size])])
        start, end = np.minimum(column.start, size), np.minimum(column.end, size)
        single = column.end - column.start == 1
        value = upto[end] - upto[start]
        # A difference of sums has no digits for a day long ago: single days are read directly.
        one = single & (column.start < size)
        value[one] = (weights * column.per_event[:size])[column.start[one]]
        value *= column.each
        return [
            RowPart(part.row, float(x))
            for part, x in zip(column.placed, value, strict=True) if x > 0
        ]  # fmt: skip


def _column(parts: Sequence[Placed], per_event: FloatArray) -> _Column:
    start, end = (np.array([part[i] for part in parts]) for i in (2, 3))
    return _Column(tuple(parts), start, end, np.array([part.each for part in parts]), per_event)
