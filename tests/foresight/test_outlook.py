"""An outlook rests on what was known, on its seed, and on nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tightrope.errors import RunRefused
from tightrope.foresight.outlook import Outlook
from tightrope.foresight.outlook import outlook as fitted_outlook
from tightrope.history import History, read_theatre_and_history
from tightrope.theatre import Theatre
from tiny import EVENTS, HEAD, row, tiny_theatre

Tiny = Callable[..., tuple[Theatre, History]]
pytestmark = pytest.mark.usefixtures("compiled_once")
AS_OF = date(2020, 3, 31)
outlook = partial(fitted_outlook, fitted=False)


def answer_of(result: Outlook, name: str):
    return next(answer for answer in result.answers if answer.id == name)


def as_bytes(folder: Path, seed: int = 1) -> str:
    read = read_theatre_and_history(folder)
    return json.dumps(outlook(*read, as_of=AS_OF, days=90, paths=400, seed=seed).as_json())


@pytest.fixture(scope="module")
def first(scaffold: Path) -> str:
    return as_bytes(scaffold)


# as of ------------------------------------------------------------------------------------------


def _add(lines: list[str]) -> list[str]:
    later = "new,2020-04-01,2020-04-01,attack,,40,9,wardens,auster,,register,reported,"
    early_but_told_later = "new2,2020-02-01,2020-04-01,strike,,3,,auster,wardens,,register,alleged,"
    return [*lines, later, early_but_told_later]


def _delete(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith(("2020-06", "2020-08", "2020-10"))]


def _change(lines: list[str]) -> list[str]:
    return [line.replace("2020-10-17,attack,", "2020-11-17,strike,") for line in lines]


@pytest.mark.parametrize("change", [_add, _delete, _change])
def test_later_facts_leave_every_byte(
    own: Path, first: str, change: Callable[[list[str]], list[str]]
) -> None:
    for name in ("history.csv", "conditions.csv"):
        lines = (own / name).read_text().splitlines()
        changed = change(lines) if name == "history.csv" or change is _delete else lines
        (own / name).write_text("\n".join(changed) + "\n")
    assert (own / "history.csv").read_text() != ""
    assert as_bytes(own) == first


def test_a_known_fact_changes_the_answer(own: Path, first: str) -> None:
    text = (own / "history.csv").read_text()
    more = "x,2020-03-22,,attack,,9,,wardens,auster,,register,reported,\n"
    (own / "history.csv").write_text(text + more)
    other = json.loads(as_bytes(own))
    before = json.loads(first)
    assert other["fingerprint"] != before["fingerprint"]
    assert other["questions"] != before["questions"]


def test_a_different_seed_is_a_different_run(scaffold: Path, first: str) -> None:
    other = json.loads(as_bytes(scaffold, seed=2))
    before = json.loads(first)
    assert other["fingerprint"] != before["fingerprint"]
    assert other["questions"][0]["base_rate"] == before["questions"][0]["base_rate"]
    assert other["questions"][0]["probability"] != before["questions"][0]["probability"]


@pytest.mark.parametrize("day", ["2018-01-29", "2021-01-01"])
def test_a_day_outside_the_record_is_refused(saltmarsh: tuple[Theatre, History], day: str) -> None:
    with pytest.raises(RunRefused, match=f"as-of {day} lies outside the record; choose a day from "
                       "2018-01-30 to 2020-12-31"):  # fmt: skip
        outlook(*saltmarsh, as_of=date.fromisoformat(day))


def test_a_record_of_days_is_refused(tiny: Tiny) -> None:
    head = HEAD.replace("2020-12-31", "2020-01-20")
    read = tiny(head=head, rows=row("a", "2020-01-02"))
    with pytest.raises(RunRefused, match="the record ends on 2020-01-20, before the first 30 days"):
        outlook(*read)


def test_a_run_beyond_memory_is_refused(saltmarsh: tuple[Theatre, History]) -> None:
    with pytest.raises(RunRefused, match=r"1,000,000 paths of 3,660 days need 95 GB; .* --paths"):
        outlook(*saltmarsh, days=3660, paths=1_000_000)


# answers ----------------------------------------------------------------------------------------

QUESTIONS = """\
yes: {ask: x, family: f, kind: yes_no, events: strike}
three: {ask: x, family: f, kind: yes_no, events: [strike, strike], at_least: 3}
thirty: {ask: x, family: f, kind: yes_no, events: strike, days: 30}
number: {ask: x, family: f, kind: count, events: strike}
first: {ask: x, family: f, kind: date, events: strike}
mood: {ask: x, family: f, kind: level, level: anger}
troops: {ask: x, family: f, kind: yes_no, if: troops > 50}
"""


@pytest.fixture(scope="module")
def poisson(tmp_path_factory: pytest.TempPathFactory) -> Outlook:
    """One type at 2 per year, of which nothing depends on anything."""
    folder = tiny_theatre(tmp_path_factory.mktemp("poisson"), EVENTS, questions=QUESTIONS)
    return outlook(*read_theatre_and_history(folder), days=180, paths=4000)


def _close(value: float | None, expected: float, error: float | None) -> bool:
    assert value is not None and error is not None and 0 < error < 0.02
    return abs(value - expected) < 4 * error


def test_probabilities_are_those_of_the_closed_form(poisson: Outlook) -> None:
    mean = 180 * 2 / 365.25
    none = math.exp(-mean)
    for name, expected in (
        ("yes", 1 - none),
        ("first", 1 - none),
        ("three", 1 - none * (1 + mean + mean**2 / 2)),
        ("thirty", 1 - math.exp(-30 * 2 / 365.25)),
    ):
        answer = answer_of(poisson, name)
        assert _close(answer.probability, expected, answer.mc_error), name
    number = answer_of(poisson, "number")
    assert _close(number.mean, mean, number.mc_error)
    assert number.quantiles == {0.05: 0, 0.25: 0, 0.5: 1, 0.75: 2, 0.95: 3}
    assert answer_of(poisson, "thirty").window_days == 30


def test_dates_are_quantiles_of_the_first_day(poisson: Outlook) -> None:
    first = answer_of(poisson, "first")
    assert first.quantiles is not None
    for q, found in first.quantiles.items():
        expected = math.ceil(-math.log(1 - q) * 365.25 / 2)
        # The density of the first day at a quantile q is (1 - q) 2 / 365.25.
        error = math.sqrt(q * (1 - q) / 4000) / ((1 - q) * 2 / 365.25)
        if expected > 180:
            assert found == math.inf
        else:
            assert abs(found - expected) <= 4 * error + 1
    told = {x["id"]: x for x in poisson.as_json()["questions"]}["first"]["quantiles"]
    assert told["0.95"] is None
    assert date.fromisoformat(told["0.05"]) >= date(2021, 1, 1)


def test_the_last_day_answers_levels_and_conditions(poisson: Outlook) -> None:
    mood, troops = answer_of(poisson, "mood"), answer_of(poisson, "troops")
    assert mood.mean == pytest.approx(0.29, abs=0.02)
    assert (troops.probability, troops.base_rate, troops.drivers) == (1.0, 1.0, ())
    assert mood.base_rate is None


def test_json_has_the_documented_shape(poisson: Outlook) -> None:
    told = poisson.as_json()
    assert list(told) == [
        "fingerprint", "theatre", "as_of", "days", "paths", "draws", "facts", "sources", "fitted",
        "limits", "questions",
    ]  # fmt: skip
    assert (told["as_of"], told["days"], told["paths"], told["fitted"]) == (
        "2020-12-31", 180, 4000, False,
    )  # fmt: skip
    common = {"id", "ask", "family", "kind", "window_days", "mc_error", "base_rate", "drivers",
              "horizons"}  # fmt: skip
    assert {x["id"]: set(x) - common for x in told["questions"]} == {
        "yes": {"probability"},
        "three": {"probability"},
        "thirty": {"probability"},
        "number": {"quantiles", "mean"},
        "first": {"probability", "quantiles"},
        "mood": {"quantiles", "mean"},
        "troops": {"probability"},
    }
    assert all(common <= set(x) for x in told["questions"])
    assert told["questions"][0]["drivers"] == [
        {"event": "strike", "kind": "base", "name": "base", "share": 1.0}
    ]
    json.dumps(told, allow_nan=False)


def test_one_draw_has_no_error_to_tell(tiny: Tiny) -> None:
    result = outlook(*tiny(questions=QUESTIONS), days=10, paths=5)
    assert {answer.mc_error for answer in result.answers} == {None}
    json.dumps(result.as_json(), allow_nan=False)


# horizons ---------------------------------------------------------------------------------------


def test_one_run_answers_at_every_horizon(poisson: Outlook) -> None:
    assert poisson.horizons == (30, 90, 180)
    for horizon in poisson.horizons:
        yes, number = (answer_of(poisson, name).at(horizon) for name in ("yes", "number"))
        assert yes and number
        mean = horizon * 2 / 365.25
        assert _close(yes.probability, 1 - math.exp(-mean), yes.mc_error), horizon
        assert _close(number.mean, mean, number.mc_error), horizon
    assert [x.days for x in answer_of(poisson, "thirty").horizons] == [30]


def test_horizons_in_json_end_in_the_answer(poisson: Outlook) -> None:
    for told in poisson.as_json()["questions"]:
        horizons = told["horizons"]
        assert list(horizons) == (["30"] if told["id"] == "thirty" else ["30", "90", "180"])
        last = horizons[str(told["window_days"])]
        assert last == {key: told[key] for key in last}
        assert {"mc_error", "base_rate"} <= set(last)


MOVING = """\
events:
  strike: {says: x, by: north, plover: ASSAULT, base: 9 per year, memoryless: true,
           pushes: {anger: {by: 0.5, assumed: x}}, sets: {truce: {to: yes, assumed: x}}}
"""
SOON = """\
truce: {ask: x, family: f, kind: yes_no, if: truce}
mood_soon: {ask: x, family: f, kind: level, level: anger, days: 30}
truce_soon: {ask: x, family: f, kind: yes_no, if: truce, days: 30}
"""


def test_a_horizon_is_the_run_that_ends_there(tiny: Tiny) -> None:
    """The first 30 days of a long run are a run of 30 days, of events, levels and conditions."""
    busy = row("a", "2020-03-01", count="5")
    theatre = tiny(MOVING, questions=QUESTIONS + SOON, rows=busy)
    long, short = (outlook(*theatre, days=days, paths=200) for days in (100, 30))
    for answer in short.answers:
        assert answer.refused is None
        assert answer_of(long, answer.id).at(30) == answer.at(30), answer.id
    moved = answer_of(long, "truce")
    assert [x.probability for x in moved.horizons] == sorted(
        {x.probability for x in moved.horizons if x.probability}
    )
    for name in ("mood", "truce"):
        own_window = answer_of(long, f"{name}_soon")
        assert (own_window.window_days, own_window.refused) == (30, None)
        assert own_window.horizons == (answer_of(long, name).at(30),)


# courses ----------------------------------------------------------------------------------------


def test_courses_pass_through_the_estimates(saltmarsh: tuple[Theatre, History]) -> None:
    result = outlook(*saltmarsh, as_of=AS_OF, days=180, paths=200, courses=True)
    kinds: set[str] = set()
    for answer in result.answers:
        drawn = answer.course
        assert drawn, answer.id
        kinds.add(answer.kind)
        for x in answer.horizons:
            if drawn.chance is not None:
                assert drawn.chance[x.days - 1] == pytest.approx(x.probability), answer.id
            if drawn.bands is not None and x.quantiles:
                assert drawn.bands[x.days - 1].tolist() == list(x.quantiles.values()), answer.id
    assert kinds == {"yes_no", "count", "level", "date"}


def test_dots_stand_for_all_paths(poisson: Outlook) -> None:
    for name in ("number", "first", "mood"):
        last = answer_of(poisson, name).horizons[-1]
        assert last.dots and last.quantiles and len(last.dots) == 50
        for level, value in last.quantiles.items():
            below = sum(dot <= value for dot in last.dots) / 50
            assert below >= level - 0.02, name
            assert sum(dot < value for dot in last.dots) / 50 <= level + 0.02, name
    assert answer_of(poisson, "yes").horizons[-1].dots is None


def test_courses_are_told_only_when_asked_for(poisson: Outlook) -> None:
    assert {answer.course for answer in poisson.answers} == {None}


def test_storylines_take_seconds_and_are_told_only_when_asked_for(
    saltmarsh: tuple[Theatre, History],
) -> None:
    """A page of courses shows none; one run tells both."""
    run = partial(outlook, *saltmarsh, as_of=AS_OF, days=180, paths=200, courses=True)
    plain, told = run(), run(storylines=True)
    assert {answer.storylines for answer in plain.answers} == {None}
    assert any(answer.storylines for answer in told.answers)
    assert plain.as_json() == told.as_json()


def test_the_days_before_are_those_of_the_record(tiny: Tiny) -> None:
    rows = row("a", "2020-12-20") + row("b", "2020-12-31", count="2") + row("c", "2020-11-01")
    result = outlook(
        *tiny(rows=rows, questions=QUESTIONS), days=20, paths=100, courses=True, fitted=False
    )
    drawn = answer_of(result, "number").course
    assert drawn and drawn.before is not None and drawn.runs is not None
    assert drawn.before.tolist() == [0] * 8 + [1] * 11 + [3]
    assert (drawn.first_day, drawn.runs.shape) == (date(2021, 1, 1), (8, 20))
    assert (np.diff(drawn.runs, axis=1) >= 0).all()


# refusals ---------------------------------------------------------------------------------------


def test_questions_about_other_days_are_refused_each_by_itself(
    saltmarsh: tuple[Theatre, History],
) -> None:
    result = outlook(*saltmarsh, days=90, paths=100)
    refused = {answer.id: answer.refused for answer in result.answers if answer.refused}
    assert refused == {
        "anger_180": "it asks about 180 days and the run looks 90 ahead; run again with "
        "--days 180, or take 'days:' out of the question",
    }
    assert not result.all_refused
    told = {x["id"]: x for x in result.as_json()["questions"]}["anger_180"]
    assert told["refused"] and not {"probability", "quantiles", "mean"} & set(told)


RUNAWAY = """\
events:
  strike: {says: x, by: north, plover: ASSAULT, base: 40 per day, memoryless: true,
           pushes: {anger: {by: 0.01, assumed: x}}, sets: {truce: {to: no, assumed: x}}}
  vote: {says: x, by: south, plover: REQUEST, base: 1 per year, memoryless: true}
"""


def test_runaways_are_refused_with_their_share(tiny: Tiny) -> None:
    questions = QUESTIONS + "vote: {ask: x, family: f, kind: yes_no, events: vote}\n"
    questions += "truce: {ask: x, family: f, kind: yes_no, if: truce}\n"
    result = outlook(*tiny(RUNAWAY, questions=questions), days=30, paths=100)
    refused = {answer.id for answer in result.answers if answer.refused}
    assert refused == {"yes", "three", "thirty", "number", "first", "mood", "truce"}
    assert answer_of(result, "yes").refused == (
        "100.0% of the paths of strike run beyond 5 times its past maximum; look at its base and "
        "its follows in theatre.yaml (tightrope check)"
    )
    assert result.runaways == {"strike": 1.0}
    assert not result.all_refused
    assert np.isfinite(answer_of(result, "vote").probability or np.nan)
