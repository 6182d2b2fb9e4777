"""What would have happened: identity, closed forms, what belongs to what, and clear refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from tightrope.engine.changed import Realised, Stretch, unchanged
from tightrope.engine.twin import Block, twins
from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.aftermath import realised
from tightrope.foresight.alteration import alter
from tightrope.foresight.counterfactual import Counterfactual, counterfactual
from tightrope.foresight.prepare import Prepared, prepare
from tightrope.foresight.reckoning import End, Spread
from tightrope.history import History, read_theatre_and_history
from tightrope.inference.fits import fits_for
from tightrope.theatre import Theatre
from tightrope.theatre.schema import Change
from tiny import EVENTS, PROTEST, TWO_EVENTS, row

pytestmark = pytest.mark.usefixtures("compiled_once")
Tiny = Callable[..., tuple[Theatre, History]]
Pair = tuple[Theatre, History]
FEW = {"draws": 10, "number": 10, "fitted": False}
"""One shape for most runs: then they share what is compiled."""


def change(**given: object) -> Change:
    return Change.model_validate(given)


def net(result: Counterfactual, event: str) -> float:
    return next((s.net.mean for s in result.shifts if s.event == event and s.year is None), 0.0)


def by_hand(result: Counterfactual) -> dict[str, float]:
    return {s.event: s.by_hand for s in result.shifts if s.year is None and s.by_hand}


def end(result: Counterfactual, name: str) -> End | None:
    return next((e for e in (*result.conditions, *result.levels) if e.name == name), None)


# identity ---------------------------------------------------------------------------------------


def differences(pair: Pair, draws: int, fitted: bool, number: int = 10) -> int:
    """Cells, remainders and dawns that differ when nothing is changed, over all draws."""
    theatre, history = pair
    fit = fits_for(theatre, history, ["structural"])["structural"] if fitted else None
    posterior = fit.posterior if fit else None
    prepared = prepare(theatre, history, None, draws=draws, seed=3, posterior=posterior)
    known, program = realised(prepared), prepared.compiled.program
    whole = [Stretch(0, len(known.listed), program, prepared.parameters)]
    rest = np.asarray(known.record.counts) - known.listed
    rest = rest[:, (rest > 0).any(0)]

    def count(block: Block) -> int:
        assert block.counts.any()
        return int(
            (block.counts != known.listed[..., None]).sum() + block.elsewhere.sum()
            + (np.abs(block.unlisted - rest[..., None]) > 1e-6).sum()
            + (np.abs(block.readings - block.realised_readings) > 1e-9).sum()
        )  # fmt: skip

    return sum(twins(program, prepared.parameters, prepared.shrink, known, unchanged(known), whole,
                     count, number=number, seed=5))  # fmt: skip


def test_nothing_changed_is_the_history_of_iraq() -> None:
    assert differences(read_theatre_and_history("iraq"), draws=20, fitted=True, number=1) == 0


def test_nothing_changed_is_the_history_of_small_theatres(saltmarsh: Pair, tiny: Tiny) -> None:
    assert differences(saltmarsh, draws=20, fitted=False) == 0
    rows = "".join(row(f"r{i}", f"2020-0{1 + i % 9}-1{i % 7}", count="9") for i in range(20))
    assert differences(tiny(TWO_EVENTS, rows=rows), draws=20, fitted=False) == 0


def test_a_row_that_no_mechanism_reads_changes_only_itself(tiny: Tiny) -> None:
    rows = row("a", "2020-03-01") + row("b", "2020-05-01", "protest") + row("c", "2020-06-01")
    result = counterfactual(*tiny(TWO_EVENTS, rows=rows), without=["a"], **FEW)
    assert [(s.event, s.year, s.realised, s.by_hand) for s in result.shifts] == [
        ("strike", None, 2.0, -1.0), ("strike", 2020, 2.0, -1.0),
    ]  # fmt: skip
    assert all(s.gained.mean == s.lost.mean == s.net.high == 0 for s in result.shifts)
    assert (result.parted.share, result.still, result.levels, result.conditions) == (0, (), (), ())
    assert result.headline == "Without strike of 1 March 2020: nothing else changes"
    assert result.first_day == date(2020, 3, 1)


# closed forms -----------------------------------------------------------------------------------


def test_three_times_a_rate_gains_twice_its_expectation(tiny: Tiny) -> None:
    """Two a year, memoryless, Poisson: 365 days at six a year gain four."""
    pair = tiny(EVENTS, rows=row("a", "2020-03-01"))
    changes = [change(scale="strike", by=3, date="2020-01-01/2020-12-30")]
    result = counterfactual(*pair, changes, draws=1, number=1000, fitted=False)
    whole = result.shifts[0]
    expected = 4 * 365 / 365.25
    assert whole.lost.mean == 0
    assert abs(whole.gained.mean - expected) < 5 * np.sqrt(expected / 1000)
    assert counterfactual(*pair, [change(scale="strike.base", by=3, date="2020-01-01/2020-12-30")],
                          draws=1, number=1000, fitted=False).shifts == result.shifts  # fmt: skip


def test_half_a_rate_leaves_an_event_with_half_a_chance(tiny: Tiny) -> None:
    """P(still) of one event at a small rate is the ratio of the rates."""
    pair = tiny(EVENTS, rows=row("a", "2020-03-01") + row("b", "2020-03-03"))
    day = change(scale="strike", by=0.5, date="2020-03-01")
    result = counterfactual(*pair, [day], draws=1, number=1000, fitted=False, still=["b", "a"])
    b, a = result.still
    assert (b.row, b.same_day, b.near) == ("b", 1.0, 1.0)
    assert abs(a.same_day - 0.5) < 5 * np.sqrt(0.25 / 1000)
    assert (a.near, a.month) == (1.0, 1.0)  # the strike of two days later


def test_years_add_up_and_runs_repeat(saltmarsh: Pair) -> None:
    asked = {"without": ["2018-03-04-strike"], **FEW}
    result, again = (counterfactual(*saltmarsh, **asked) for _ in range(2))
    assert result == again and result.as_json() == again.as_json()
    other = counterfactual(*saltmarsh, **asked, seed=2)
    assert other.fingerprint != result.fingerprint and other.shifts != result.shifts
    table = result.gained_and_lost()
    for whole in (line for line in table if line["year"] == "all"):
        years = [x for x in table if x["event"] == whole["event"] and x["year"] != "all"]
        for name in ("gained", "lost", "net", "by_hand"):
            assert abs(sum(x[name] for x in years) - whole[name]) < 1e-6
    told = result.as_json()
    assert set(told) == {
        "fingerprint", "theatre", "headline", "changes", "method", "from", "until", "draws",
        "twins", "seed", "fitted", "parted", "events", "following_year", "still", "levels",
        "conditions", "notes",
    }  # fmt: skip
    assert told["changes"] == ["without 2018-03-04-strike"]
    assert told["events"][0]["event"] == "strike" and told["events"][0]["by_hand"] == -1.0


# what follows -----------------------------------------------------------------------------------


def test_without_a_strike_there_is_less_anger_and_less_follows(saltmarsh: Pair) -> None:
    result = counterfactual(*saltmarsh, without=["2019-02-16-strike"], draws=20, number=10,
                            fitted=False, until=date(2019, 6, 30))  # fmt: skip
    anger = end(result, "anger")
    assert anger and anger.difference and anger.difference.mean < 0
    assert net(result, "protest") < 0 and net(result, "vote") < 0
    assert result.still[0].event in {"protest", "vote", "attack"}
    assert result.parted.earliest and result.parted.earliest > date(2019, 2, 16)
    assert re.fullmatch(r"Without strike of 16 February 2019: \d\.\d fewer \w+ in the following "
                        r"year \[-?\d+, -?\d+\].*", result.headline)  # fmt: skip


def test_switching_a_mechanism_off_changes_nothing_before_its_first_cause(saltmarsh: Pair) -> None:
    """M2 is what strikes do to anger and the street: the first strike was on 4 March 2018."""
    result = counterfactual(*saltmarsh, scenario="no_anger", draws=20, number=10, fitted=False)
    assert result.subject == "Strikes leave the street cold"
    assert result.parted.earliest and result.parted.earliest > date(2018, 3, 4)
    assert net(result, "protest") < 0
    dated = [change(off="M2", date="2018-01-01/2020-12-31")]
    assert counterfactual(*saltmarsh, dated, draws=20, number=10, fitted=False).shifts == (
        result.shifts
    )


def test_a_mechanism_off_for_a_while_acts_for_a_while(saltmarsh: Pair) -> None:
    """Off only before the first strike it changes nothing; off around the first it does."""
    before = change(off="M2", date="2018-01-01/2018-03-03")
    with pytest.raises(RunRefused, match="nothing changes in any twin"):
        counterfactual(*saltmarsh, [before], **FEW)
    some = counterfactual(*saltmarsh, [change(off="M2", date="2018-03-05/2018-06-01")], **FEW)
    assert some.first_day == date(2018, 3, 5) and some.last_day == date(2020, 12, 31)


def test_a_tally_is_left_out_by_its_share(saltmarsh: Pair) -> None:
    """No attack of April to June 2019 is listed: its lower bound of two is all unlisted."""
    result = counterfactual(*saltmarsh, without=["2019-04-to-06-attacks"], **FEW)
    assert by_hand(result) == {"attack": pytest.approx(-2.0)}
    assert result.first_day == date(2019, 4, 1)


def test_rows_of_one_day_leave_one_by_one(tiny: Tiny) -> None:
    rows = row("a", "2020-03-01") + row("b", "2020-03-01", count="2")
    pair = tiny(TWO_EVENTS, rows=rows)
    assert by_hand(counterfactual(*pair, without=["a"], **FEW)) == {"strike": -1.0}
    assert by_hand(counterfactual(*pair, without=["b", "a"], **FEW)) == {"strike": -3.0}


# conditions -------------------------------------------------------------------------------------


def test_a_dated_value_goes_with_its_event(saltmarsh: Pair) -> None:
    until = date(2019, 1, 15)
    result = counterfactual(*saltmarsh, without=["2018-12-02-troop-cut"], until=until, **FEW)
    troops = end(result, "troops")
    assert troops and troops.realised == 2100.0
    assert troops.changed.as_json() == {"mean": 2400.0, "low": 2400.0, "high": 2400.0}
    # Later values belong to later cuts, which still happen.
    assert (
        end(counterfactual(*saltmarsh, without=["2018-12-02-troop-cut"], **FEW), "troops") is None
    )


def test_a_dated_value_that_belongs_to_no_event_stays(tiny: Tiny) -> None:
    """Five days after the event it is no longer its doing; three days after it is."""
    events = "events:\n  strike: {says: x, by: north, plover: ASSAULT, base: 2 per year, "
    events += "memoryless: true, sets: {truce: {to: yes, assumed: x}}}\n" + PROTEST
    for day, ends in (("2020-03-04", {"no": 1.0, "yes": 0.0}), ("2020-03-06", None)):
        pair = tiny(events, rows=row("a", "2020-03-01"), conditions=f"{day},truce,yes,register,\n")
        result = counterfactual(*pair, without=["a"], **FEW)
        truce = end(result, "truce")
        assert (truce and truce.changed) == ends


def test_a_condition_that_is_held_is_so_from_the_next_day(saltmarsh: Pair) -> None:
    """Without soldiers nobody attacks them, whatever dated values say."""
    result = counterfactual(*saltmarsh, [change(hold="troops", to="0", date="2018-06-30")], **FEW)
    assert result.first_day == date(2018, 6, 30)
    troops = end(result, "troops")
    assert troops and troops.changed.as_json() == {"mean": 0.0, "low": 0.0, "high": 0.0}
    attacks = {r.row: r.same_day for r in counterfactual(
        *saltmarsh, [change(hold="troops", to="0", date="2018-06-30")],
        still=["2018-06-30-attack", "2018-07-21-attack"], **FEW).still}  # fmt: skip
    assert attacks == {"2018-06-30-attack": 1.0, "2018-07-21-attack": 0.0}
    short = [change(set="troops", to="0", date="2018-06-30/2018-08-31")]
    result = counterfactual(*saltmarsh, short, **FEW)
    # Nobody is left to be withdrawn: the cuts to which later values belong do not happen.
    assert (troops := end(result, "troops")) and troops.changed == Spread(0.0, 0.0, 0.0)
    assert "troop_cut" in {s.event for s in result.shifts if s.lost.mean == 3}


def test_what_is_set_an_event_may_set_again_and_what_is_held_none(tiny: Tiny) -> None:
    """The second strike makes a truce again, unless none is held."""
    events = "events:\n  strike: {says: x, by: north, plover: ASSAULT, base: 2 per year, "
    events += "memoryless: true, sets: {truce: {to: yes, assumed: x}}}\n"
    events += PROTEST.replace("base:", "when: [{if: truce, assumed: x}], base:")
    pair = tiny(events, rows=row("a", "2020-03-01") + row("b", "2020-06-01")
                + row("c", "2020-04-20", "protest"),
                conditions="2020-03-01,truce,yes,register,\n2020-06-01,truce,yes,register,\n"
                )  # fmt: skip
    for kind, ends in (("set", None), ("hold", {"no": 1.0, "yes": 0.0})):
        result = counterfactual(*pair, [change(**{kind: "truce", "to": "no",
                                                  "date": "2020-04-01"})], **FEW)  # fmt: skip
        assert [s.lost.mean for s in result.shifts if s.event == "protest"][:1] == [1.0]
        truce = end(result, "truce")
        assert (truce and truce.changed) == ends


def test_block_and_force_act_by_hand(saltmarsh: Pair) -> None:
    changes = [change(block="vote"), change(force="protest", date="2018-05-01")]
    result = counterfactual(*saltmarsh, changes, **FEW)
    assert by_hand(result) == {"vote": -1.0, "protest": 1.0}
    assert net(result, "vote") == 0 and result.first_day == date(2018, 5, 1)


# refusals ---------------------------------------------------------------------------------------

Ready = tuple[Prepared, Realised]


@pytest.fixture(scope="module")
def ready(saltmarsh: Pair) -> Ready:
    prepared = prepare(*saltmarsh, None, draws=2, seed=1)
    return prepared, realised(prepared)


@pytest.mark.parametrize(
    "changes, says",
    [
        ([{"set": "truce", "to": "no", "date": "2018-02-01/2018-03-01"}],
         "nothing changes: set truce to no on 2018-02-01/2018-03-01: it has that value in the "
         "record on all those days"),
        ([{"force": "vote", "date": "2019-03-06"}], "it happened on that day"),
        ([{"block": "vote", "date": "2018"}], "it did not happen then"),
        ([{"scale": "vote", "by": 1}], "a factor of 1 changes no rate"),
        ([{"force": "vote"}], "force vote: when? Give it a date"),
        ([{"scale": "vote.rhythm", "by": 2}], "write vote or vote.base"),
        ([{"force": "vote", "date": "2031-01-01"}],
         "lies outside the days that are run, 2018-01-01 to 2020-12-31"),
        ([{"block": "vote"}, {"force": "vote", "date": "2019-01-01"}],
         "'block vote' and 'force vote on 2019-01-01' contradict each other"),
        ([{"set": "truce", "to": "no"}, {"set": "truce", "to": "yes", "date": "2019-01-01"}],
         "set one condition at the same time; keep one"),
        ([{"off": "M2"}, {"off": "M2"}], "switch one mechanism off at the same time"),
        ([], "nothing is changed; give --without ROW-ID or --scenario NAME"),
    ],
)  # fmt: skip
def test_changes_that_cannot_be_meant(
    ready: Ready, changes: list[dict[str, object]], says: str
) -> None:
    with pytest.raises(RunRefused, match=re.escape(says)):
        alter(*ready, [change(**given) for given in changes])


def test_all_faults_are_told_at_once(ready: Ready) -> None:
    wrong = [change(force="vote"), change(block="strike", date="2035")]
    with pytest.raises(RunRefused) as told:
        alter(*ready, wrong)
    assert len(str(told.value).splitlines()) == 2


def test_a_change_that_is_idle_beside_another_is_told(saltmarsh: Pair) -> None:
    idle = change(block="vote", date="2018")
    result = counterfactual(*saltmarsh, [idle], without=["2018-03-04-strike"], **FEW)
    assert result.notes == (
        "changes nothing by itself: block vote on 2018: it did not happen then",
    )


def test_names_and_rows_that_cannot_be_asked(saltmarsh: Pair) -> None:
    def refused(**asked: object) -> str:
        with pytest.raises((UnknownName, RunRefused)) as told:
            counterfactual(*saltmarsh, **{**FEW, **asked})
        return str(told.value)

    strike = "2018-03-04-strike"
    assert refused(without=["2018-03-04-strik"]).endswith(f"did you mean '{strike}'?")
    assert "no scenario is called 'no_angr'; did you mean 'no_anger'?" in refused(
        scenario="no_angr"
    )
    assert "is left out" in refused(without=[strike], still=[strike])
    assert "no day of its own" in refused(without=[strike], still=["2019-04-to-06-attacks"])
    assert "lies outside the days that are run" in refused(
        without=[strike], still=["2018-01-20-attack"]
    )
    assert "lies after the last day that is run" in refused(
        without=[strike, "2020-10-17-attack"], until=date(2019, 1, 1)
    )
    assert "choose days from 2018-01-01 to 2020-12-31" in refused(
        without=[strike], until=date(2031, 1, 1)
    )
    force = change(force="strike", date="2018-03-04")
    assert "contradict each other; drop one" in refused(without=[strike], changes=[force])


def test_a_row_that_counts_nowhere(tiny: Tiny) -> None:
    pair = tiny(EVENTS, rows=row("a", "2020-03-01", count="0") + row("b", "2020-04-01"))
    with pytest.raises(RunRefused, match="a counts nowhere"):
        counterfactual(*pair, without=["a"], **FEW)


def test_a_starting_state_is_no_change() -> None:
    theatre, history = read_theatre_and_history("iraq")
    with pytest.raises(RunRefused, match="iraq_1999 is a starting state"):
        counterfactual(theatre, history, scenario="iraq_1999", **FEW)
