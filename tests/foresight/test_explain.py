"""A rate explained adds up: to the engine's rate, through every row and every push."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tightrope.engine.likelihood import rate_path
from tightrope.engine.memory import record
from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.explain import Explainer, explain
from tightrope.foresight.explanation import Explanation
from tightrope.foresight.prepare import Prepared, prepare
from tightrope.history import History, read_theatre_and_history
from tightrope.inference.decomposition import at_medians
from tightrope.theatre import Theatre
from tiny import row

Tiny = Callable[..., tuple[Theatre, History]]
pytestmark = pytest.mark.usefixtures("compiled_once")


def engine_rates(prepared: Prepared) -> np.ndarray:
    """[T + 1, K] the engine's rates at the medians, of every day and of the day after the last."""
    program, table = prepared.compiled.program, prepared.table
    counts = np.vstack([table.counts, np.zeros(program.n_events)])
    known = record(program, counts, np.vstack([table.conditions, table.conditions[-1]]))
    with jax.enable_x64(True):
        point = jax.tree.map(lambda x: jnp.asarray(x[0]), at_medians(prepared.parameters))
        shrink = jnp.asarray(np.median(prepared.shrink, 0), jnp.float64)
        return np.asarray(rate_path(program, point, known, shrink))


def assert_adds_up(told: Explanation, engine: float) -> None:
    assert told.rate == pytest.approx(engine, rel=1e-9, abs=1e-15)
    assert sum(part.per_day for part in told.parts) == pytest.approx(told.if_open, rel=1e-9)
    product = told.limit * np.prod([factor.factor for factor in told.scalings])
    assert product == pytest.approx(told.modulation, rel=1e-9)
    for part in told.parts:
        if part.half_life:
            assert part.facts.total == pytest.approx(part.per_day, rel=1e-9, abs=1e-15), part.label
    for factor in told.scalings:
        if factor.deviation is not None:
            held = sum(logits for *_, logits in factor.held)
            assert factor.pushes.total + held == pytest.approx(factor.deviation, abs=1e-9)


# it adds up -------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["2018-03-05", "2021-01-01"])
def test_every_rate_of_a_small_theatre(saltmarsh: tuple[Theatre, History], day: str) -> None:
    """One day is the day after the end, behind the window of a tally."""
    on = date.fromisoformat(day)
    prepared = prepare(*saltmarsh, on - timedelta(1), draws=3, seed=1)
    engine, explainer = engine_rates(prepared)[-1], Explainer(prepared, on)
    for k, event in enumerate(prepared.compiled.events):
        told = explainer.explain(event)
        assert_adds_up(told, engine[k])
        assert_json_adds_up(told.as_json(), engine[k])


def assert_json_adds_up(told: dict[str, Any], engine: float) -> None:
    """To six digits, by what is printed alone."""
    total = 0.0
    for part in told["parts"]:
        rows = part["facts"]["rows"]
        opened = sum(fact["value"] for fact in rows) + part["facts"]["others"]["value"]
        total += opened if rows else part["per_day"]
    assert total == pytest.approx(told["rate_if_open"], rel=1e-6)
    product = told["limit"] * np.prod([factor["factor"] for factor in told["factors"]])
    assert product == pytest.approx(told["modulation"], rel=1e-6)
    assert told["rate_per_day"] == pytest.approx(engine, rel=1e-6)


@lru_cache(1)
def whole_iraq() -> tuple[Prepared, np.ndarray]:
    prepared = prepare(*read_theatre_and_history("iraq"), None, draws=2, seed=1)
    return prepared, engine_rates(prepared)


@pytest.mark.parametrize("day", ["2006-03-01", "2020-01-05", "2025-01-01"])
def test_every_rate_of_iraq(day: str) -> None:
    prepared, rates = whole_iraq()
    on = date.fromisoformat(day)
    explainer = Explainer(prepared, on, hindsight=True)
    engine = rates[(on - prepared.compiled.first_day).days]
    open_types = 0
    for k, event in enumerate(prepared.compiled.events):
        if not prepared.compiled.program.scheduled[k]:
            told = explainer.explain(event)
            assert_adds_up(told, engine[k])
            open_types += not told.closed
    assert open_types > 60


# what stands behind it --------------------------------------------------------------------------

EVENTS = """\
events:
  attack:
    says: An attack
    by: south
    plover: ASSAULT
    base: {rate: 0.01 per day, assumed: x}
    when: [{if: not truce, assumed: x}, {if: troops > 10, assumed: x}]
    extra: [{if: troops > 50, rate: 0.02 per day, mechanism: M2}]
    follows: {strike: {expect: 0.4, half_life: 2 days, mechanism: M1}}
    scaled_by:
      troops: {elasticity: 1, reference: 50, mechanism: M2}
      anger: {coef: 2, mechanism: M1}
    memoryless: true
    limit: 1000
    worst: {rate: 1000 per day, assumed: x}
  strike:
    says: A strike
    by: north
    plover: ASSAULT
    base: 0.03 per day
    memoryless: true
    pushes: {anger: {by: 0.5, mechanism: M2}}
  unread: {says: x, by: north, plover: ASSAULT, base: 1 per year, memoryless: true}
  vote: {says: x, by: south, plover: REQUEST, scheduled: {dates: [2020-06-01], assumed: x}}
"""
DAY = date(2020, 9, 1)


def of(told: Explanation, name: str) -> Any:
    return next(x for x in (*told.parts, *told.scalings) if x.name == name)


def told_of(tiny: Tiny, rows: str, conditions: str = "", event: str = "attack", **more: Any) -> Any:
    read = tiny(EVENTS, rows=rows, conditions=conditions)
    return explain(*read, event, on=DAY, draws=4, fitted=False, **more)


def test_rows_of_one_day_share_its_signal(tiny: Tiny) -> None:
    rows = row("one", "2020-08-31") + row("three", "2020-08-31", count="3")
    told = told_of(tiny, rows + row("old", "2020-08-29"))
    left, scale = 2**-0.5, 0.4 * told.modulation
    kept, day = (1 - left) * np.log2(5), {"three": 0.75, "one": 0.25}
    found = {fact.row.id: fact.value for fact in of(told, "strike").facts.told}
    assert found == pytest.approx(
        {name: scale * kept * part for name, part in day.items()}
        | {"old": scale * (1 - left) * left**2}
    )
    assert list(found) == ["three", "one", "old"], "the largest first"


def test_a_tally_is_named_for_what_it_adds_to_the_listed(tiny: Tiny) -> None:
    rows = row("tally", "2020-08-30/2020-08-31", count="4..") + row("listed", "2020-08-31")
    told = told_of(tiny, rows)
    left, s = 2**-0.5, np.log2
    # Three are missing: 1.5 on each day, beside the one that is listed on the second.
    tally = left * s(2.5) + s(3.5) * 1.5 / 2.5
    scale = 0.4 * told.modulation * (1 - left)
    found = {fact.row.id: fact.value for fact in of(told, "strike").facts.told}
    assert found == pytest.approx({"tally": scale * tally, "listed": scale * s(3.5) / 2.5})


def test_a_level_opens_into_its_pushes(tiny: Tiny) -> None:
    told = told_of(tiny, row("a", "2020-08-01") + row("b", "2020-08-31"))
    anger = of(told, "anger")
    days = 3 * 30.4375  # its half-life
    assert [fact.row.id for fact in anger.pushes.told] == ["b", "a"]
    values = [fact.value for fact in anger.pushes.told]
    assert values == pytest.approx([0.5, 0.5 * 2 ** (-30 / days)], rel=1e-5)
    assert [fact.mechanism for fact in anger.pushes.told] == ["M2", "M2"]
    assert anger.deviation == pytest.approx(sum(values))
    assert anger.now > anger.rest and anger.factor == pytest.approx(
        np.exp(2 * (anger.now - anger.rest))
    )


def test_numbers_and_conditions_name_their_rows(tiny: Tiny) -> None:
    told = told_of(tiny, row("a", "2020-03-01"), "2020-04-01,troops,80,register,\n")
    troops, extra = of(told, "troops"), of(told, "troops > 50")
    assert (troops.now, troops.rest, troops.factor) == (80, 50, pytest.approx(1.6))
    assert [(c.date, c.word) for c in troops.conditions] == [(date(2020, 4, 1), "80")]
    assert extra.conditions == troops.conditions and extra.mechanism == "M2"


def test_ranges_hold_the_middle_and_draws_agree_where_nothing_is_in_doubt(tiny: Tiny) -> None:
    told = told_of(tiny, row("a", "2020-08-30"))
    assert told.low < told.rate < told.high, "the rest of anger is in doubt"
    sure = told_of(tiny, row("a", "2020-08-30"), event="strike")
    assert sure.low == pytest.approx(sure.rate) == pytest.approx(sure.high)
    assert sure.rate == sure.at_rest == pytest.approx(0.03)


# what happened, and when it could not -----------------------------------------------------------


def test_it_says_whether_it_happened(tiny: Tiny) -> None:
    rows = row("s", "2020-08-30") + row("hit", DAY.isoformat(), "attack")
    told = told_of(tiny, rows)
    assert told.reality() == "It happened: hit (reported)."
    assert [one["id"] for one in told.as_json()["happened"]] == ["hit"]
    window = row("w", "2020-08-20/2020-09-20", "attack", "3..")
    doubt = told_of(tiny, row("s", "2020-08-30") + window)
    assert doubt.reality() == "The record may hold one on that day: w (tally)."
    assert told_of(tiny, row("s", "2020-08-30")).reality().startswith("The record has no such")


def test_the_day_itself_and_later_facts_change_nothing(tiny: Tiny) -> None:
    past = row("s", "2020-08-30")
    later = row("t", DAY.isoformat()) + row("u", "2020-08-31", known="2020-09-05")
    assert told_of(tiny, past + later).rate == told_of(tiny, past).rate
    known = told_of(tiny, past + later, hindsight=True)
    assert [fact.row.id for fact in of(known, "strike").facts.told] == ["u", "s"]


def test_a_closed_gate_says_which_clause_since_when_and_by_which_row(tiny: Tiny) -> None:
    told = told_of(tiny, row("s", "2020-08-30"), "2020-06-01,truce,yes,register,signed\n")
    assert (told.rate, told.chance) == (0, 0) and told.if_open > 0
    assert told.sentence() == (
        "On 1 September 2020 “An attack” was impossible: ‘not truce’ does not hold, since 2 June "
        "2020 (truce@2020-06-01 = yes: signed)."
    )
    gate = {clause["if"]: clause["holds"] for clause in told.as_json()["gate"]}
    assert gate == {"not truce": False, "troops > 10": True}


def test_the_sentence_compares_with_rest(tiny: Tiny) -> None:
    told = told_of(tiny, row("s", "2020-08-31"))
    times = f"{float(f'{told.rate / 0.01:.2g}'):,.0f}"
    assert told.sentence().startswith(
        f"On 1 September 2020 “An attack” was {times} times likelier than at rest: "
    )
    assert told.sentence().endswith("it follows strike, above all of 2020-08-31 (M1).")


def test_what_cannot_be_explained_is_refused(tiny: Tiny) -> None:
    read = tiny(EVENTS, rows=row("a", "2020-03-01"))
    with pytest.raises(UnknownName, match="no event is called 'atack'; did you mean 'attack'"):
        explain(*read, "atack", fitted=False)
    with pytest.raises(RunRefused, match=r"vote has no rate to explain.*calendar \(2020-06-01\)"):
        explain(*read, "vote", fitted=False)
    for day in (date(2020, 1, 30), date(2021, 1, 2)):
        with pytest.raises(RunRefused, match="choose a day from 2020-01-31 to 2021-01-01, the day"):
            explain(*read, "attack", on=day, fitted=False)
    assert explain(*read, "attack", fitted=False, draws=2).day == date(2021, 1, 1)
