"""Draws have the stated percentiles, and each number's luck is its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tightrope.compile import Knob, compile_theatre
from tightrope.history import History
from tightrope.inference.priors import draw_knob, draw_priors, medians
from tightrope.theatre import Theatre
from tightrope.theatre.numbers import Dimension, parse_quantity

Tiny = Callable[..., tuple[Theatre, History]]
EVENTS = """\
events:
  strike: {{says: x, by: north, plover: ASSAULT, base: 1..4 per year{more}}}
"""


def knob(text: str, dimension: Dimension, name: str = "x") -> Knob:
    return Knob("base", (0,), parse_quantity(text, dimension), (name,), (name,), None)


@pytest.mark.parametrize(
    "text, dimension, low, high",
    [
        ("0.5..2 per day", "rate", 0.5, 2.0),
        ("4..18 days", "duration", 4.0, 18.0),
        ("0.05..0.6", "share", 0.05, 0.6),
        ("-2..-0.5", "coefficient", -2.0, -0.5),
        ("0.001..20", "positive", 0.001, 20.0),
    ],
)
def test_a_range_is_the_middle_90_percent(
    text: str, dimension: Dimension, low: float, high: float
) -> None:
    draws = draw_knob(knob(text, dimension), 40_000, seed=5)
    # A share of 0.05 among 40,000 has a standard error of 0.0011.
    assert (draws < low).mean() == pytest.approx(0.05, abs=0.0045)
    assert (draws > high).mean() == pytest.approx(0.05, abs=0.0045)
    middle = knob(text, dimension).quantity.median
    assert (draws < middle).mean() == pytest.approx(0.5, abs=0.01)


def test_a_plain_number_is_always_itself() -> None:
    assert draw_knob(knob("0.3", "share"), 3, seed=1).tolist() == [0.3] * 3


def test_luck_depends_on_seed_and_name_only() -> None:
    one = draw_knob(knob("1..2", "positive", "a"), 5, seed=1)
    assert np.array_equal(one, draw_knob(knob("1..2", "positive", "a"), 5, seed=1))
    assert np.array_equal(one[:3], draw_knob(knob("1..2", "positive", "a"), 3, seed=1))
    assert not np.intersect1d(one, draw_knob(knob("1..2", "positive", "b"), 5, seed=1)).size
    assert not np.intersect1d(one, draw_knob(knob("1..2", "positive", "a"), 5, seed=2)).size


def test_a_draw_stays_when_other_elements_come_and_go(tiny: Tiny) -> None:
    few = compile_theatre(tiny(EVENTS.format(more=", memoryless: true"))[0])
    other = "  attack: {says: x, by: south, plover: ASSAULT, base: 1..3 per year}\n"
    extra = ", extra: [{if: truce, rate: 1..2 per day, assumed: x}]"
    many_events = EVENTS.format(more=extra).replace("events:\n", "events:\n" + other)
    many = compile_theatre(tiny(many_events)[0])
    a, b = draw_priors(few, 6, seed=2), draw_priors(many, 6, seed=2)
    np.testing.assert_array_equal(a.base[:, 0], b.base[:, 1])
    np.testing.assert_array_equal(a.rest, b.rest)
    assert not np.intersect1d(b.base[:, 0], b.base[:, 1]).size
    assert len(np.unique(b.rhythm[:, 0])) == 12  # each type draws its own from the default


def test_medians_are_one_draw_of_the_middles(tiny: Tiny) -> None:
    compiled = compile_theatre(tiny(EVENTS.format(more=""))[0])
    middle = medians(compiled)
    np.testing.assert_allclose(middle.base, [[2 / 365.25]])
    np.testing.assert_allclose(middle.rhythm[0, :, 0], [np.sqrt(0.1 * 0.2), 0.1])
