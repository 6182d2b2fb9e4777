"""A rate taken apart: exact shares, factors apart, facts behind them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tightrope.foresight.drivers import RateReader
from tightrope.foresight.prepare import prepare
from tightrope.history import History
from tightrope.theatre import Theatre
from tiny import row

Tiny = Callable[..., tuple[Theatre, History]]
pytestmark = pytest.mark.usefixtures("compiled_once")
EVENTS = """\
events:
  attack:
    says: x
    by: south
    plover: ASSAULT
    base: {rate: 0.01 per day, assumed: x}
    when: [{if: not truce, assumed: x}]
    extra: [{if: troops > 50, rate: 0.02 per day, mechanism: M2}]
    follows: {strike: {expect: 0.4, half_life: 2 days, mechanism: M1}}
    scaled_by: {troops: {elasticity: 1, reference: 50, mechanism: M2}}
    memoryless: true
    limit: 1000
    worst: {rate: 1000 per day, assumed: x}
  strike: {says: x, by: north, plover: ASSAULT, base: 0.03 per day, memoryless: true}
  vote: {says: x, by: south, plover: REQUEST, scheduled: {dates: [2021-01-05], assumed: x}}
"""


def drivers_of(tiny: Tiny, *events: str, conditions: str = "") -> list[dict[str, object]]:
    rows = row("s1", "2020-03-01") + row("s2", "2020-11-01") + row("s3", "2020-12-31")
    read = tiny(EVENTS, rows=rows, conditions=conditions)
    prepared = prepare(*read, date(2020, 12, 31), draws=2, seed=1)
    return [driver.as_json() for driver in RateReader(prepared).drivers(events)]


def test_shares_are_exact(tiny: Tiny) -> None:
    # The strike of the last day is remembered with 1 - 2^(-1/2), so it adds 0.4 * 0.293 a day.
    memory = 0.4 * (1 - 2**-0.5)
    total = 0.03 + memory
    found = drivers_of(tiny, "attack")
    assert found == [
        {"event": "attack", "kind": "follows", "name": "strike", "mechanism": "M1",
         "share": round(memory / total, 3), "facts": ["s2", "s3"]},
        {"event": "attack", "kind": "condition", "name": "troops > 50", "mechanism": "M2",
         "share": round(0.02 / total, 3)},
        {"event": "attack", "kind": "base", "name": "base", "share": round(0.01 / total, 3)},
        {"event": "attack", "kind": "number", "name": "troops", "mechanism": "M2", "factor": 2.0},
    ]  # fmt: skip


def test_shares_of_several_types_add_up_to_one(tiny: Tiny) -> None:
    found = drivers_of(tiny, "attack", "strike")
    shares = [driver["share"] for driver in found if "share" in driver]
    assert sum(map(float, shares)) == pytest.approx(1, abs=0.002)  # type: ignore[arg-type]
    assert {driver["event"] for driver in found} == {"attack", "strike"}


def test_what_is_impossible_or_dated_is_told_apart(tiny: Tiny) -> None:
    found = drivers_of(tiny, "attack", "vote", conditions="2020-06-01,truce,yes,register,\n")
    assert found == [
        {"event": "attack", "kind": "gate", "name": "impossible today", "factor": 0.0},
        {"event": "vote", "kind": "calendar", "name": "its dates"},
    ]


def test_shares_of_the_scaffold_never_exceed_one(saltmarsh: tuple[Theatre, History]) -> None:
    reader = RateReader(prepare(*saltmarsh, None, draws=5, seed=1))
    for event in saltmarsh[0].events:
        drivers = reader.drivers([event])
        assert drivers
        assert sum(driver.share or 0 for driver in drivers) <= 1 + 1e-9
