"""Expectations: statistics against closed forms, starts in the record, ablation, the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tightrope.errors import RunRefused, TheatreError, UnknownName
from tightrope.foresight.past import Past
from tightrope.foresight.prepare import prepare
from tightrope.foresight.verify import Verdict, explains, verify
from tightrope.history import read_theatre_and_history
from tightrope.theatre.expected import parse_bound
from tiny import MECHANISMS, tiny_theatre

pytestmark = pytest.mark.usefixtures("compiled_once")

# strike at a rate of a day, protest only as its follower; a strike pushes anger for good
EVENTS = """\
events:
  strike: {says: x, by: north, plover: ASSAULT, base: 36.525 per year, memoryless: true,
           dispersion: {extra: 0, assumed: x},
           when: [{if: troops > 0, mechanism: M2}],
           pushes: {anger: {by: 0.5, mechanism: M1}}, deaths: {mean: 3, of: south, mechanism: M2}}
  protest: {says: x, by: south, plover: PROTEST, memoryless: true,
            follows: {strike: {expect: 0.6, half_life: 2 days, mechanism: M1}}}
  recall: {says: x, by: north, plover: RETREAT, base: 0.36525 per year, memoryless: true,
           sets: {troops: {to: 0, assumed: x}, truce: {to: yes, assumed: x}}}
"""
LEVELS = "levels:\n  anger: {says: x, rest: 0.3, half_life: 3 months, assumed: made up}\n"


def facts(folder: Path, text: str, **more: Any) -> list[Verdict]:
    theatre = tiny_theatre(folder, EVENTS, levels=LEVELS)
    (theatre / "expectations.yaml").write_text(text, encoding="utf-8")
    result = verify(*read_theatre_and_history(theatre), fitted=False, **{"paths": 4000} | more)
    return list(result.verdicts)


def one(folder: Path, value: str, *more: str, **options: Any) -> Verdict:
    body = "".join(f"\n    {line}" for line in (f"value: {value}", *more))
    head = "M1:\n  fact:\n    says: x\n    as_of: 2020-06-01\n    days: 10"
    return facts(folder, f'{head}{body}\n    bound: ">= 0"\n    because: x\n', **options)[0]


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ("{mean: strike}", 1.0),
        ("{chance: strike}", 1 - np.exp(-1.0)),
        ("{chance: strike, at_least: 2}", 1 - 2 * np.exp(-1.0)),
        ("{mean: strike, from_day: 4, to_day: 6}", 0.3),
        ("{rate: strike}", 3.0),
        ("{rate: strike, while: troops > 0}", 3.0),
        ("{order: [strike, recall]}", 0.1 / 0.101),
        ("{holds: truce}", 1 - np.exp(-0.01)),
        ("{deaths: south}", 3.0),
        ("{number: troops}", 100 * np.exp(-0.01)),
    ],
)
def test_a_statistic_is_its_closed_form(tmp_path: Path, value: str, exact: float) -> None:
    found = one(tmp_path, value, paths=20_000).value
    assert found == pytest.approx(exact, abs=0.03 * max(exact, 1.0))


def test_forced_events_and_what_follows_them(tmp_path: Path) -> None:
    """One forced strike: .6 followers in the end, of which 1 - 2^(-9/2) within nine days."""
    change = "changes: [{force: strike, date: 2020-06-02}, {scale: strike.base, by: 0}]"
    found = one(tmp_path, "{mean: protest}", change, paths=20_000, ablate=True)
    assert found.value == pytest.approx(0.6 * (1 - 2**-4.5), abs=0.02)
    assert found.ablated == 0
    more = one(tmp_path, "{mean: strike}", change.replace("}, {", ", count: 3}, {", 1))
    assert more.value == 3


def test_worlds_are_set_against_each_other_on_the_same_luck(tmp_path: Path) -> None:
    against = "against: {changes: [{scale: strike, by: 2}]}"
    ratio = one(tmp_path, "{mean: strike}", against, paths=20_000).value
    assert ratio == pytest.approx(0.5, abs=0.02)
    same = one(tmp_path, "{mean: strike}", "against: {changes: []}", "compare: difference")
    assert same.value == 0


def test_levels_start_where_they_are_put_and_relax(tmp_path: Path) -> None:
    quiet = "changes: [{block: strike}]"
    found = one(tmp_path, "{level: anger}", "levels: {anger: 0.8}", quiet).value
    left = 2 ** (-10 / (3 * 30.4375))
    logit = np.log(0.3 / 0.7) + left * (np.log(4) - np.log(0.3 / 0.7))
    assert found == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-4)


def test_a_gate_and_a_start_from_the_record(tmp_path: Path) -> None:
    """Without troops no strike, unless the clause of M2 is out; a strike of the record echoes."""
    shut = one(tmp_path, "{mean: strike}", "conditions: {troops: 0}")
    assert shut.value == 0
    rows = facts(
        tmp_path / "m2",
        "M2:\n  gate:\n    {says: x, as_of: 2020-06-01, days: 10, conditions: {troops: 0}, "
        'value: {mean: strike}, bound: "<= 0", because: x}\n',
        ablate=True,
    )
    assert rows[0].holds and rows[0].ablated == pytest.approx(1.0, abs=0.1) and explains(rows[0])


def test_along_history_rates_and_levels_follow_what_happened(tmp_path: Path) -> None:
    """A strike on 1 March: .6 (1 - 2^(-1/2)) protests expected the next day."""
    text = """\
M1:
  echo: {says: x, along: history, as_of: 2020-03-02, value: {mean: protest, from: 2020-03-02},
         bound: "0.1..0.2", because: x}
  anger: {says: x, along: history, as_of: 2020-03-01, value: {change: anger, from: 2020-03-01},
          bound: ">= 0.05", because: x}
"""
    echo, anger = facts(tmp_path, text, ablate=True)
    assert echo.value == pytest.approx(0.6 * (1 - 2**-0.5), rel=1e-4)
    logit = np.log(0.3 / 0.7)
    step = 1 / (1 + np.exp(-logit - 0.5)) - 0.3
    assert anger.value == pytest.approx(step, rel=1e-4)
    assert echo.ablated == 0 and anger.ablated == 0


def test_the_state_in_hindsight_is_that_of_an_outlook(saltmarsh: Any) -> None:
    """Levels, memories and conditions on a day, from the whole record and from one cut there."""
    theatre, history = saltmarsh
    day = history.rows[len(history.rows) // 2].date.middle()
    whole = prepare(theatre, history, None, draws=5, seed=1)
    here, there = Past(whole).state(day), prepare(theatre, history, day, draws=5, seed=1).start
    assert np.allclose(np.asarray(here.deviation), np.asarray(there.deviation), atol=1e-4)
    assert np.allclose(np.asarray(here.conditions), np.asarray(there.conditions))


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("value: {mean: strke}", "unknown-event", "did you mean 'strike'"),
        ("value: {mean: strike, level: anger}", "wrong-keys", "exactly one statistic"),
        ("value: {level: angr}", "unknown-level", "did you mean 'anger'"),
        ("value: {holds: troops >}", "bad-condition", "troops >"),
        ("bound: about 3", "bad-value", "write '>= 0.6'"),
        ("bound: 3..1", "bad-value", "swap the two numbers"),
        ("along: history\n    value: {chance: strike}", "wrong-keys", "needs paths"),
        ("changes: [{force: strik}]", "unknown-event", "did you mean 'strike'"),
    ],
)
def test_faults_are_told_at_their_place(tmp_path: Path, line: str, code: str, says: str) -> None:
    given = {"value": "value: {mean: strike}", "bound": 'bound: ">= 1"'}
    kept = [text for key, text in given.items() if f"{key}:" not in line]
    body = "".join(f"\n    {text}" for text in ("says: x", "because: x", *kept, line))
    with pytest.raises(TheatreError) as caught:
        facts(tmp_path, f"M1:\n  fact:{body}\n")
    (fault,) = caught.value.faults
    assert (fault.file, fault.code) == ("expectations.yaml", code)
    assert says in fault.message and fault.line > 1


def test_unknown_mechanisms_are_told(tmp_path: Path) -> None:
    with pytest.raises(TheatreError, match="no mechanism is called 'M9'"):
        facts(tmp_path, "M9: {fact: {says: x, value: {mean: strike}, bound: '>= 1', because: x}}")
    text = "M1: {fact: {says: x, value: {mean: strike}, bound: '>= 1', because: x}}"
    with pytest.raises(UnknownName, match="M7"):
        facts(tmp_path, text, mechanisms=["M7"])


def test_nothing_to_verify_is_said(tmp_path: Path) -> None:
    theatre = tiny_theatre(tmp_path, EVENTS, levels=LEVELS)
    assert MECHANISMS
    with pytest.raises(RunRefused, match=r"add expectations\.yaml"):
        verify(*read_theatre_and_history(theatre), fitted=False)


def test_the_command_prints_verdicts_and_fails_where_a_fact_does(
    tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    theatre = tiny_theatre(tmp_path / "t", EVENTS, levels=LEVELS)
    (theatre / "expectations.yaml").write_text(
        "M1:\n  echo: {says: Protest, as_of: 2020-06-01, days: 10, value: {mean: protest}, "
        "changes: [{force: strike}], bound: '>= 0.1', because: x}\n"
        "M2:\n  never: {says: Never, as_of: 2020-06-01, days: 10, value: {mean: strike}, "
        "bound: '<= 0.1', because: x}\n", encoding="utf-8",
    )  # fmt: skip
    code, out, _ = run("verify", theatre, "--prior", "--ablate", "--json", "--paths", 400)
    told = json.loads(out)
    assert code == 1
    assert told["totals"]["expectations"] == 2 and told["totals"]["expectations_hold"] == 1
    echo = told["mechanisms"][0]["expectations"][0]
    assert echo["holds"] and echo["holds_ablated"] is False and echo["ablated_value"] == 0
    code, out, _ = run("verify", theatre, "M1", "--prior", "--paths", 400)
    assert code == 0 and "1 of 1 facts hold" in out


def test_bounds() -> None:
    assert parse_bound("0.4..0.9").holds(0.4) and not parse_bound("0.4..0.9").holds(0.91)
    assert not parse_bound(">= 0").holds(float("nan"))
