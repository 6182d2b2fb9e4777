"""Names become positions: structure is shared, numbers land where they belong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tightrope.compile import (
    EDGE_HALF_LIVES,
    RHYTHM_HALF_LIVES,
    Compiled,
    Knob,
    compile_theatre,
    nearest,
)
from tightrope.engine.stability import worst_rate
from tightrope.foresight.prepare import prepare
from tightrope.history import History, read_theatre_and_history
from tightrope.theatre import Theatre
from tiny import row, tiny_theatre

Tiny = Callable[..., tuple[Theatre, History]]

EVENTS = """\
events:
  attack:
    {says: x, by: south, plover: ASSAULT, base: 4 per year, memoryless: true, assumed: x}
"""
RICH = """\
events:
  attack:
    says: x
    by: south
    plover: ASSAULT
    base: {rate: 1..4 per year, mechanism: M1}
    when: [{if: troops > 0, mechanism: M1}, {if: not truce, mechanism: M2}]
    extra: [{if: truce, rate: 1 per month, mechanism: M1}]
    follows:
      strike: {expect: 0.3, half_life: 9 days, if: not truce, mechanism: M1}
    scaled_by:
      anger: {coef: 1..2, mechanism: M1}
      troops: {elasticity: 0.5, reference: 100, mechanism: M1}
    scaled_if: [{if: truce, factor: 0.5, mechanism: M1}]
    pushes: {anger: {by: 0.4, mechanism: M1}}
    sets: {truce: {to: no, mechanism: M1}}
    dispersion: {extra: 0.7, mechanism: M1}
    limit: 8
    rhythm:
      short: {expect: 0.2, half_life: 8 days, mechanism: M1}
      long: {expect: 0.3, half_life: 100 days, assumed: x}
    worst: {rate: 3 per month, mechanism: M1}
  strike:
    says: x
    by: north
    plover: ASSAULT
    base: 2 per year
    when: [{if: troops > 0, mechanism: M2}]
    follows:
      attack: {expect: 0.2, half_life: 7 days, mechanism: M2}
      strike: {expect: 0.1, half_life: 9 days, if: not truce, mechanism: M2}
    memoryless: true
  vote:
    says: x
    by: south
    plover: REQUEST
    follows:
      attack: {expect: 0.1, half_life: 8.5 days, mechanism: M2}
    scheduled: {dates: [2021-01-10], chance: 0.4, mechanism: M1}
"""
RICH_LEVELS = """\
levels:
  anger:
    says: x
    rest: 0.2..0.4
    half_life: 3 months
    mechanism: M1
    held: [{if: truce, shift: -1..-0.2, mechanism: M1}]
"""


@pytest.fixture
def rich(tiny: Tiny) -> Theatre:
    return tiny(RICH, levels=RICH_LEVELS)[0]


def knob(compiled: Compiled, label: str) -> Knob:
    (found,) = [knob for knob in compiled.knobs if knob.label == label]
    return found


def test_follows_of_one_cause_and_half_life_share_a_filter(rich: Theatre) -> None:
    program = compile_theatre(rich).program
    causes = [rich_events[i] for rich_events in [list(rich.events)] for i in program.filter_cause]
    assert list(zip(causes, program.filter_half_life, strict=True)) == [
        ("strike", 8.0),
        ("attack", 8.0),
    ]
    assert program.edge_filter.tolist() == [0, 1, 0, 1]
    assert program.edge_effect.tolist() == [0, 1, 1, 2]


def test_equal_gates_are_one(rich: Theatre) -> None:
    program = compile_theatre(rich).program
    troops, no_truce, truce = ("gt", 0, 0.0), ("not", ("eq", 1, 1.0)), ("eq", 1, 1.0)
    assert set(program.gates) == {("all",), troops, no_truce, truce, ("and", troops, no_truce)}
    assert len(program.gates) == 5
    assert program.gates[0] == ("all",)
    gate_of_edge = [program.gates[g] for g in program.edge_gate]
    assert gate_of_edge == [no_truce, ("all",), no_truce, ("all",)]


def test_half_lives_snap_to_the_menu() -> None:
    assert nearest(9.0, EDGE_HALF_LIVES) == 8.0
    assert nearest(0.01, EDGE_HALF_LIVES) == 1.0
    assert nearest(5000.0, EDGE_HALF_LIVES) == 480.0
    assert [nearest(h, RHYTHM_HALF_LIVES) for h in (3.9, 4.1, 100.0)] == [2.0, 8.0, 120.0]


def test_knobs_fill_the_right_cells_on_the_right_scale(rich: Theatre) -> None:
    compiled = compile_theatre(rich)
    values = np.array([[knob.quantity.median for knob in compiled.knobs]] * 2)
    p = compiled.fill(values)
    assert {name: np.shape(x)[1:] for name, x in p._asdict().items() if name != "worst"} == (
        compiled.shapes
    )
    year = 365.25
    np.testing.assert_allclose(p.base[0], [2 / year, 2 / year, 0])
    np.testing.assert_allclose(p.rhythm[1], [[0.2, 0, 0], [0.3, 0, 0]])
    np.testing.assert_allclose(p.expect[0], [0.3, 0.2, 0.1, 0.1])
    np.testing.assert_allclose(p.extra[0], [12 / year])
    np.testing.assert_allclose(p.coefficient[0], [1.5])
    np.testing.assert_allclose(p.elasticity[0], [0.5])
    np.testing.assert_allclose(p.log_factor[0], np.log([0.5]))
    np.testing.assert_allclose(p.log_limit[0], np.log([8, 4, 4]))
    np.testing.assert_allclose(p.dispersion[0], [0.7, 0, 0])
    rest = knob(compiled, "levels.anger.rest").quantity.median
    np.testing.assert_allclose(p.rest[0], [np.log(rest / (1 - rest))])
    np.testing.assert_allclose(p.half_life[0], [3 * year / 12])
    np.testing.assert_allclose(p.push[0], [0.4])
    np.testing.assert_allclose(p.shift[0], [-0.6])
    np.testing.assert_allclose(p.setting[0], [0])
    np.testing.assert_allclose(p.chance[0], [1, 1, 0.4])
    assert np.isinf(p.worst).all()


def test_a_knob_knows_its_place_and_its_words(rich: Theatre) -> None:
    found = knob(compile_theatre(rich), "events.attack.scaled_if.truce")
    assert found.place == ("events", "attack", "scaled_if", 0)
    assert (found.mechanism, found.scale) == ("M1", "log")


def test_off_removes_every_element_of_a_mechanism(rich: Theatre) -> None:
    whole, rest = compile_theatre(rich), compile_theatre(rich, off={"M1"})
    carried = {knob.label for knob in whole.knobs if knob.mechanism == "M1"}
    left = {knob.label for knob in rest.knobs if knob.mechanism == "M1"}
    assert len(carried) == 14
    assert left == {"levels.anger.rest", "levels.anger.half_life", "events.vote.scheduled"}
    assert rest.events == whole.events and rest.levels == whole.levels
    assert rest.edges == (
        ("attack", "strike", "M2"),
        ("strike", "strike", "M2"),
        ("attack", "vote", "M2"),
    )
    program = rest.program
    assert program.gates[program.event_gate[0]] == ("not", ("eq", 1, 1.0))
    for index in ("extra_event", "scaling_event", "elastic_event", "factor_event", "push_event",
                  "hold_level", "setting_event"):  # fmt: skip
        assert getattr(program, index).size == 0
    assert whole.worst[0] > 0 and rest.worst[0] == 0
    assert whole.calendar(rich.head.starts.middle(), 400).sum() == 1
    assert rest.calendar(rich.head.starts.middle(), 400).sum() == 0
    medians = rest.fill(np.array([[knob.quantity.median for knob in rest.knobs]]))
    assert medians.dispersion[0, 0] == 0.0  # the default of the theatre
    assert medians.base[0, 0] == 0.0


def test_numbers_of_any_size_compile(tiny: Tiny) -> None:
    event = EVENTS.replace(", assumed: x", ", limit: 1e200").replace("attack:", "strike:")
    compiled = compile_theatre(tiny(event)[0])
    assert knob(compiled, "events.strike.limit").quantity.median == 1e200


def test_calendar_has_the_days_from_the_start_on(rich: Theatre) -> None:
    compiled = compile_theatre(rich)
    day = rich.events["vote"].scheduled.dates[0].middle()  # type: ignore[union-attr]
    assert np.argwhere(compiled.calendar(day, 3)).tolist() == [[0, 2]]
    assert not compiled.calendar(day.replace(day=11), 3).any()


def test_the_ceiling_is_the_worst_of_record_and_theatre(rich: Theatre) -> None:
    compiled = compile_theatre(rich)
    p = compiled.fill(np.array([[knob.quantity.median for knob in compiled.knobs]]))
    counts = np.zeros((200, 3))
    counts[10, :2] = 180
    worst = compiled.with_worst(p, worst_rate(counts)).worst[0]
    np.testing.assert_allclose(worst, [2.0, 2.0, np.inf])
    lower = compiled.with_worst(p, worst_rate(counts / 1000)).worst[0]
    np.testing.assert_allclose(lower[0], 36 / 365.25)


PERMUTED = """\
  strike:
    {says: x, by: north, plover: ASSAULT, base: 3..9 per year, follows: {attack: {expect: 0.2..0.4,
     half_life: 2 days, mechanism: M1}}, pushes: {anger: {by: 0.3..0.5, mechanism: M2}}}
  attack:
    {says: x, by: south, plover: ASSAULT, base: 6..9 per year, follows: {strike: {expect: 0.1..0.4,
     half_life: 8 days, mechanism: M1}}, scaled_by: {anger: {coef: 0.5..1, mechanism: M2}}}
  truce:
    {says: x, by: south, plover: AGREE, base: 2..4 per year, when: [{if: not truce, assumed: x}],
     sets: {truce: {to: yes, assumed: x}}}
"""


@pytest.mark.usefixtures("compiled_once")
def test_the_order_of_event_types_changes_nothing(tmp_path: Path) -> None:
    parts = PERMUTED.split("  strike:\n")[1]
    attack, truce = parts.index("  attack:\n"), parts.index("  truce:\n")
    blocks = ["  strike:\n" + parts[:attack], parts[attack:truce], parts[truce:]]
    rows = row("a", "2020-11-01") + row("b", "2020-12-20", "attack", "3")
    totals: list[dict[str, list[int]]] = []
    for order in ([0, 1, 2], [2, 0, 1]):
        events = "events:\n" + "".join(blocks[i] for i in order)
        read = read_theatre_and_history(tiny_theatre(tmp_path, events, rows=rows))
        prepared = prepare(*read, None, draws=5, seed=3)
        ensemble = prepared.run(90, 100)
        names = prepared.compiled.events
        totals.append({name: ensemble.total[k].tolist() for k, name in enumerate(names)})
    assert totals[0] == totals[1]
    assert sum(totals[0]["attack"]) > 50


def test_luck_of_a_list_item_does_not_depend_on_its_position(rich: Theatre) -> None:
    event = rich.events["attack"]
    more = event.extra[0].model_copy(update={"condition": "troops > 0"})
    longer = event.model_copy(update={"extra": [more, *event.extra, *event.extra]})
    changed = replace(rich, events={**rich.events, "attack": longer})
    labels = [knob.label for knob in compile_theatre(changed).knobs if knob.field == "extra"]
    assert labels == [
        "events.attack.extra.troops > 0",
        "events.attack.extra.truce",
        "events.attack.extra.truce (2)",
    ]
