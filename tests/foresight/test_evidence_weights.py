"""Facts dropped one by one: exactly nothing for what nobody reads, else what it brings about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.evidence_weights import (
    Dropped,
    EvidenceWeights,
    evidence_weights,
    rests_alone_on,
    state_without,
)
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
    base: {rate: 0.002 per day, assumed: x}
    when: [{if: not truce, assumed: x}]
    follows: {strike: {expect: 0.8, half_life: 8 days, mechanism: M1}}
    scaled_by: {anger: {coef: 1, mechanism: M1}}
    memoryless: true
    worst: {rate: 1000 per day, assumed: x}
  strike:
    says: x
    by: north
    plover: ASSAULT
    base: 0.001 per day
    memoryless: true
    pushes: {anger: {by: 0.5, mechanism: M2}}
  unread: {says: x, by: north, plover: ASSAULT, base: 1 per year, memoryless: true}
"""
QUESTIONS = """\
number: {ask: x, family: f, kind: count, events: attack}
yes: {ask: x, family: f, kind: yes_no, events: attack, days: 30}
when: {ask: x, family: f, kind: date, events: attack}
mood: {ask: x, family: f, kind: level, level: anger}
calm: {ask: x, family: f, kind: yes_no, if: truce}
"""
ROWS = (
    row("fresh", "2020-12-31") + row("stale", "2020-11-01") + row("idle", "2020-12-30", "unread")
).replace("fresh,2020-12-31,,strike,,1,,north,south,,register", "fresh,2020-12-31,,strike,,1,,"
          "north,south,,herald#1-9")  # fmt: skip
HERALD = "herald: {type: dataset, title: x, outlet: x}\n"


def weights(tiny: Tiny, question: str, *drop: str, conditions: str = "", paths: int = 2000,
            **more: Any) -> EvidenceWeights:  # fmt: skip
    read = theatre_of(tiny, conditions)
    return evidence_weights(*read, question, days=60, paths=paths, draws=20, fitted=False,
                            drop=drop, **more)  # fmt: skip


def theatre_of(tiny: Tiny, conditions: str = "") -> tuple[Theatre, History]:
    import tiny as texts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "SOURCES", texts.SOURCES + HERALD)
        return tiny(EVENTS, rows=ROWS, questions=QUESTIONS, conditions=conditions)


def test_a_fact_that_nothing_reads_changes_exactly_nothing(tiny: Tiny) -> None:
    (weight,) = weights(tiny, "number", "idle").facts
    assert (weight.difference, weight.low, weight.high) == (0, 0, 0)
    prepared = prepare(*theatre_of(tiny), None, draws=3, seed=1)
    assert state_without(prepared, Dropped("fact", "none")) is None, "there is nothing to run"


def test_the_weight_of_a_fact_is_the_expected_number_of_its_followers(tiny: Tiny) -> None:
    """Levels at rest but for the strikes: the followers of one, times what anger makes of them."""
    told = weights(tiny, "number", "fresh", paths=20_000)
    (weight,) = told.facts
    # 0.8 followers within all time, of which 60 days see nearly all; anger adds up to exp(0.13).
    followers = 0.8 * (1 - 2 ** (-60 / 8))
    assert followers < weight.difference < 1.35 * followers
    assert weight.low < weight.difference < weight.high
    assert weight.high - weight.low < 0.1
    assert weight.without == pytest.approx(told.answer - weight.difference)


def test_the_same_luck_makes_small_weights_sharp(tiny: Tiny) -> None:
    """A strike of two months ago is worth some hundredths; unpaired runs could not see it."""
    told = weights(tiny, "number", "stale")
    (weight,) = told.facts
    assert 0 < weight.low < weight.difference < weight.high < 0.1
    assert weight.high - weight.low < 0.02
    assert weights(tiny, "number", "stale") == told


def test_the_heaviest_facts_are_found_and_sorted(tiny: Tiny) -> None:
    for question in ("yes", "when", "mood"):
        told = weights(tiny, question)
        assert [w.dropped.name for w in told.facts] == ["fresh", "stale"]
        assert told.facts[0].difference > told.facts[1].difference > 0
        assert told.days == (30 if question == "yes" else 60)
        assert told.is_chance == (question in ("yes", "when"))


def test_a_source_goes_with_the_rows_that_rest_on_it_alone(tiny: Tiny) -> None:
    told = weights(tiny, "number")
    by_name = {w.dropped.name: w for w in told.sources}
    assert set(by_name) == {"herald", "register"}
    (fresh,) = [w for w in told.facts if w.dropped.name == "fresh"]
    assert by_name["herald"].difference == fresh.difference
    assert [r.id for r in by_name["register"].dropped.rows] == ["stale", "idle"]
    history = theatre_of(tiny)[1]
    assert [r.id for r in rests_alone_on(history, "herald").rows] == ["fresh"]
    assert by_name["herald"].as_json()["rows"] == 1


def test_a_standing_condition_is_a_fact(tiny: Tiny) -> None:
    truce = "2020-06-01,truce,yes,register,signed\n"
    told = weights(tiny, "yes", conditions=truce)
    (weight,) = [w for w in told.facts if w.dropped.kind == "condition"]
    assert weight is told.facts[0] and told.answer == 0
    assert (weight.dropped.kind, weight.dropped.name) == ("condition", "truce@2020-06-01")
    assert (weight.difference, weight.without > 0.5) == (-weight.without, True)
    (calm,) = [w for w in weights(tiny, "calm", conditions=truce).facts]
    assert (calm.difference, calm.without) == (1, 0)
    assert calm.as_json()["sources"] == ["register"]


def test_only_what_was_known_can_be_dropped(tiny: Tiny) -> None:
    with pytest.raises(UnknownName, match="no fact or source known on that day is called 'fresh'"):
        weights(tiny, "number", "fresh", as_of=date(2020, 12, 30))
    with pytest.raises(UnknownName, match="no question is called 'numbers'; did you mean 'number'"):
        weights(tiny, "numbers")
    with pytest.raises(RunRefused, match="lies outside the record"):
        weights(tiny, "number", as_of=date(2021, 6, 1))


def test_json_says_what_was_asked(tiny: Tiny) -> None:
    told = weights(tiny, "yes", "fresh").as_json()
    assert (told["process"], told["refitted"], told["fitted"]) == ("structural", False, False)
    (fact,) = told["facts"]
    assert (fact["id"], fact["date"], fact["sources"]) == ("fresh", "2020-12-31", ["herald#1-9"])
    assert told["answer"] == pytest.approx(fact["without"] + fact["difference"], abs=1e-5)
    assert np.diff(fact["interval_90"])[0] > 0
