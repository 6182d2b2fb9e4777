"""The way back from arrays to rows loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.compile import compile_theatre
from tightrope.engine.memory import first_days, record
from tightrope.history import History, Origins, tabulate
from tightrope.history.table import placed_rows
from tightrope.theatre import Theatre
from tiny import row

Tiny = Callable[..., tuple[Theatre, History]]


@pytest.fixture(scope="module")
def known(saltmarsh: tuple[Theatre, History]):
    compiled = compile_theatre(saltmarsh[0])
    table = tabulate(compiled, saltmarsh[1])
    return compiled, saltmarsh[1], record(compiled.program, table.counts, table.conditions)


def test_placed_rows_are_the_counts(known) -> None:
    compiled, history, memories = known
    counts = np.zeros_like(np.asarray(memories.counts))
    for part in placed_rows(compiled, history):
        counts[part.start : part.end, part.event] += part.each
    np.testing.assert_array_equal(counts, memories.counts)


@given(days=st.integers(1, 1096), seed=st.integers(0, 2**32 - 1))
def test_parts_add_up_to_the_weighted_signal(known, days: int, seed: int) -> None:
    compiled, history, memories = known
    counts, signal = np.asarray(memories.counts), np.asarray(memories.signal)
    origins = Origins(compiled, history, counts, signal)
    weights = np.random.default_rng(seed).random(days)
    for k in range(len(compiled.events)):
        parts = origins.parts(k, weights)
        total = sum(value for _, value in parts)
        assert total == pytest.approx(weights @ signal[:days, k], rel=1e-9, abs=1e-12)
        assert all(value > 0 for _, value in parts)
        for fact, _ in parts:
            assert fact.event == compiled.events[k]
            assert (fact.date.earliest - compiled.first_day).days < days


def test_nested_tallies_are_filled_from_the_shortest(tiny: Tiny) -> None:
    """Two are listed in the month; four more make its six, and the year has eight: two more."""
    rows = row("listed", "2020-06-10", count="2")
    rows += row("month", "2020-06-01/2020-06-30", count="6..")
    theatre, history = tiny(rows=rows + row("year", "2020-01-01/2020-12-31", count="8.."))
    placed = {part.row.id: part for part in placed_rows(compile_theatre(theatre), history)}
    each = {name: part.each * (part.end - part.start) for name, part in placed.items()}
    assert each == pytest.approx({"listed": 2, "month": 4, "year": 2})


def test_the_first_days_are_those_of_a_shorter_record(known) -> None:
    compiled, history, memories = known
    cut = first_days(memories, 100)
    table = tabulate(compiled, history)
    short = record(compiled.program, table.counts[:100], table.conditions[:101])
    for one, other in zip(cut, short, strict=True):
        np.testing.assert_array_equal(one, other)
    assert compiled.first_day == date(2018, 1, 1)
