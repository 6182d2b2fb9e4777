"""What `check` counts, and that it names the types that would run away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tightrope.history import History
from tightrope.inference.grounds import carriers, count_numbers
from tightrope.inference.soundness import Soundness, examine
from tightrope.theatre import Theatre
from tiny import row

Tiny = Callable[..., tuple[Theatre, History]]
EVENTS = """\
events:
  strike:
    says: x
    by: north
    plover: ASSAULT
    base: {strike}
    when: [{{if: not truce, assumed: x}}]
    follows: {{attack: {{expect: {expect}, half_life: 2 days, mechanism: M1}}}}
    memoryless: true
  attack: {{says: x, by: south, plover: ASSAULT, base: {attack}, memoryless: true}}
"""
pytestmark = pytest.mark.usefixtures("compiled_once")


def found(tiny: Tiny, more_rows: str = "", **numbers: str) -> Soundness:
    texts = {"strike": "2 per year", "expect": "0.1", "attack": "1 per year"} | numbers
    conditions = "2020-06-01,truce,yes,register,\n"
    rows = "".join(row(f"s{m}", f"2020-0{m}-03") for m in range(1, 8)) + more_rows
    return examine(*tiny(EVENTS.format(**texts), rows=rows, conditions=conditions))


def test_counts_of_a_sound_theatre(tiny: Tiny) -> None:
    sound = found(tiny, row("a", "2020-02-01", "attack"))
    assert sound.as_json() == {
        "faults": [],
        "mechanisms": {"total": 2, "carried": 1, "not_carried": ["M2"]},
        # Two bases, expect and half-life of the follow; in the defaults twice expect and half-life,
        # and the dispersion; rest and half-life of the level.
        "numbers": {"total": 11, "sourced": 4, "assumed": 7},
        "spectral_radius": 0.0,
        "over_ceiling": [],
        "base_too_high": [],
        "against_gate": ["s6", "s7"],
    }
    assert not sound.is_sound


def test_a_base_above_the_record_is_named(tiny: Tiny) -> None:
    assert found(tiny, strike="3 per day").base_too_high == ("strike",)


def test_follows_above_the_record_are_named(tiny: Tiny) -> None:
    rows = row("s", "2020-02-01") + row("a", "2020-02-01", "attack", "9")
    texts = {"strike": "1 per year", "expect": "30", "attack": "1 per year"}
    sound = examine(*tiny(EVENTS.format(**texts), rows=rows))
    assert sound.over_ceiling == ("strike",)


def test_what_never_happened_has_no_ceiling_but_is_named_all_the_same(tiny: Tiny) -> None:
    assert found(tiny, attack="6 per year").base_too_high == ("attack",)
    assert found(tiny, attack="4 per year").base_too_high == ()
    stated = "40 per year, worst: {rate: 2 per day, assumed: x}"
    assert found(tiny, attack=stated).base_too_high == ()


def test_carriers_and_grounds_of_the_scaffold(saltmarsh: tuple[Theatre, History]) -> None:
    theatre, _ = saltmarsh
    carried = carriers(theatre)
    assert set(carried) == {"M1", "M2", "M3"}
    assert carried["M3"] == [
        "levels.trust", "levels.trust.held.0", "events.attack.scaled_if.0",
        "events.strike.pushes.trust", "events.truce_agreed.scaled_by.trust",
    ]  # fmt: skip
    assert count_numbers(theatre)["assumed"] > 5
