"""Switched off in place is left out when compiled: number by number, gate by gate, for Iraq."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tightrope.compile import Compiled, Knob, compile_theatre
from tightrope.switches import (
    calendar_switched_off,
    carries,
    gates_switched_off,
    switched_off,
)
from tightrope.theatre import read_theatre

KEPT = {"rest", "half_life"}
"""A level stays when what moves it goes."""


@pytest.fixture(scope="module")
def whole() -> Compiled:
    return compile_theatre(read_theatre("iraq"))


def off_sets(compiled: Compiled) -> Iterator[frozenset[str]]:
    """Every mechanism alone, and some pairs."""
    names = list(compiled.theatre.mechanisms)
    yield from (frozenset({name}) for name in names)
    yield from (frozenset(pair) for pair in zip(names[::7], names[3::7], strict=False))


def values(compiled: Compiled) -> dict[str, float]:
    """A number of its own for every knob, by its name: positive, and no neutral one."""
    labels = [knob.label for knob in compiled.knobs]
    assert len(set(zip(labels, (k.field for k in compiled.knobs), strict=True))) == len(labels)
    return {_name(knob): 0.1 + 0.8 * (i + 1) / (len(labels) + 1)
            for i, knob in enumerate(compiled.knobs)}  # fmt: skip


def _name(knob: Knob) -> str:
    return f"{knob.field}: {knob.label}"


def test_every_number_is_as_if_compiled_without_the_mechanism(whole: Compiled) -> None:
    told = values(whole)
    filled = whole.fill(np.array([[told[_name(k)] for k in whole.knobs]]))
    for off in off_sets(whole):
        there = compile_theatre(whole.theatre, off)
        left = {_name(knob): knob for knob in there.knobs}
        expected = there.fill(np.array([[told[name] for name in left]]))
        here = switched_off(whole, filled, off)
        for knob in whole.knobs:
            value = getattr(here, knob.field)[(0, *knob.index)]
            other = left.get(_name(knob))
            # A calendar that is off keeps its number when compiled, but never comes due.
            if other is None or (knob.field == "chance" and knob.mechanism in off):
                assert knob.mechanism in off and knob.field not in KEPT, (off, knob.label)
                assert np.isnan(value) if knob.field == "setting" else value == 0, knob.label
            else:
                again = getattr(expected, other.field)[(0, *other.index)]
                assert value == again, (off, knob.label)


def test_every_gate_is_as_if_compiled_without_the_mechanism(whole: Compiled) -> None:
    for off in off_sets(whole):
        there = compile_theatre(whole.theatre, off)
        here = gates_switched_off(whole, off)
        for k, name in enumerate(whole.events):
            assert whole.program.gates[here[k]] == there.program.gates[
                there.program.event_gate[k]
            ], (off, name)  # fmt: skip


def test_every_calendar_is_as_if_compiled_without_the_mechanism(whole: Compiled) -> None:
    start, days = whole.first_day, 10_000
    due = whole.calendar(start, days)
    for off in off_sets(whole):
        silent = calendar_switched_off(whole, off)
        without = compile_theatre(whole.theatre, off).calendar(start, days)
        assert np.array_equal(due & ~silent, without), off


def test_every_mechanism_of_iraq_is_carried_and_no_other(whole: Compiled) -> None:
    assert [m for m in whole.theatre.mechanisms if not carries(whole, m)] == []
    assert not carries(whole, "M999")
