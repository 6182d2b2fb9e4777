"""What if: paired answers, the day of parting, and a reason where nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tightrope.errors import ChangesRefused, UnknownName
from tightrope.foresight.beside import beside, most_changed
from tightrope.foresight.contrast import Contrast, carry, difference
from tightrope.foresight.in_one_line import change_in_one_line, move_in_words
from tightrope.foresight.outlook import outlook
from tightrope.foresight.whatif import WhatIf, scenario_changes, whatif
from tightrope.history import History
from tightrope.theatre import Theatre
from two_worlds import changes, two_worlds

pytestmark = pytest.mark.usefixtures("compiled_once")
DAYS, PATHS = 60, 1000
Read = tuple[Theatre, History]
Imagined = Callable[..., WhatIf]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return two_worlds(tmp_path_factory.mktemp("worlds"))


@pytest.fixture(scope="module")
def imagined(read: Read) -> Imagined:
    """Arms by name, each a list of words, run from the priors."""

    def run(**arms: Any) -> WhatIf:
        made = {name: changes(*words) for name, words in arms.items()}
        return whatif(*read, made, days=DAYS, paths=PATHS, fitted=False)

    return run


@pytest.fixture(scope="module")
def result(imagined: Imagined) -> WhatIf:
    return imagined(doubled=["scale attack=2"], quiet=["off M1"])


def of(result: WhatIf, arm: int, name: str) -> Contrast:
    return next(c for c in result.arms[arm].contrasts if c.id == name)


# answers ---------------------------------------------------------------------------------------


def test_the_unchanged_world_is_the_outlook(read: Read, result: WhatIf) -> None:
    alone = outlook(*read, days=DAYS, paths=PATHS, fitted=False)
    assert alone.as_json() == result.outlook.as_json()
    for answer in alone.answers:
        for arm in range(2):
            told = of(result, arm, answer.id)
            expected = answer.mean if answer.probability is None else answer.probability
            assert told.base == pytest.approx(expected)


def test_differences_are_those_of_the_worlds(result: WhatIf) -> None:
    attacks = of(result, 0, "attacks")
    index = result.prepared.compiled.event_index()["attack"]
    moved = result.arms[0].ensemble.total[index] - result.base.total[index]
    assert attacks.difference is not None and attacks.base is not None
    assert attacks.difference.value == pytest.approx(moved.mean())
    assert attacks.difference.low < 24 / 365.25 * DAYS < attacks.difference.high
    assert attacks.more == pytest.approx((moved > 0).mean()) and attacks.less == 0
    strikes, when = of(result, 1, "strikes"), of(result, 1, "when_strike")
    assert strikes.difference == when.difference and strikes.base == when.base
    assert (strikes.more, strikes.less) == (0, pytest.approx(-strikes.difference.value))  # type: ignore[union-attr]
    assert when.more == 0 and (when.less or 0) >= (strikes.less or 0)  # some only come later


def test_what_does_not_follow_does_not_move(result: WhatIf) -> None:
    quiet = result.arms[1]
    assert of(result, 1, "attacks").difference == difference(np.zeros(PATHS), result.base.draw)
    assert of(result, 1, "attacks").size == 0
    assert set(quiet.events) <= {"strike", "vote", "protest"}
    assert all(d.clear for d in quiet.events.values())
    assert quiet.largest()[0].id in ("strikes", "when_strike")
    assert quiet.events["strike"].value < 0 and quiet.levels["anger"].value < 0


def test_arms_beside_others_are_arms_alone(imagined: Imagined, result: WhatIf) -> None:
    alone = imagined(quiet=["off M1"]).as_json()["arms"][0]
    assert alone == result.as_json()["arms"][1]


def test_one_line_says_what_moves_most_and_when(result: WhatIf) -> None:
    line = change_in_one_line(result.arms[1], result)
    base, other = (100 * (x or 0) for x in (of(result, 1, "strikes").base,
                                           of(result, 1, "strikes").other))  # fmt: skip
    moved = of(result, 1, "strikes").difference
    assert moved is not None and moved.value < 0
    told = f"{base:.1f} % → {other:.1f} % within 60 days, −{-100 * moved.value:.1f} points (−"
    assert f"Will it strike? {told}" in line
    assert move_in_words(of(result, 0, "attacks")).startswith("on average ")
    assert "the worlds part in " in line and " January 2021" in line


def test_names_of_scenarios(read: Read) -> None:
    assert scenario_changes(read[0], "quiet") == changes("off M1")
    with pytest.raises(UnknownName, match="did you mean 'quiet'"):
        scenario_changes(read[0], "quite")
    with pytest.raises(ChangesRefused, match="calm_sea is a starting state and changes nothing"):
        scenario_changes(read[0], "calm_sea")


# nothing changed -------------------------------------------------------------------------------

NOTHING = {
    "force raid@2021-01-20": "it happens in no path: its gate is closed (when: rule == storm)",
    "scale raid=5": "raid is impossible on 2021-01-01: its gate is closed (when: rule == storm)",
    "block ballot@2021-01-05": "its calendar has no such day; the next is 2021-02-10",
    "set truce=no@2021-01-01": "truce is no already on 2020-12-31",
    "set troops=50": "nothing that could happen in these 60 days would be different by troops",
    "scale attack.extra=2": "attack has no extra in theatre.yaml; scale another part",
    "block summit": "summit happens in no path then; there is nothing to keep from",
}


def test_an_arm_that_changed_nothing_says_why(imagined: Imagined) -> None:
    """Four arms at a time; the reasons of all are told together."""
    words = list(NOTHING)
    for some in (words[:4], words[3:]):
        with pytest.raises(ChangesRefused) as caught:
            imagined(**{f"arm{i}": [word] for i, word in enumerate(some)})
        assert len(caught.value.faults) == len(some)
        for i, (word, fault) in enumerate(zip(some, caught.value.faults, strict=True)):
            assert fault.startswith(f"arm{i}: ") and NOTHING[word] in fault, fault


def test_a_change_that_is_lost_beside_others_is_named(imagined: Imagined) -> None:
    with pytest.raises(ChangesRefused) as caught:
        imagined(both=["scale attack=2", "force raid@2021-01-20"])
    (fault,) = caught.value.faults
    assert fault.startswith("both: raid made to happen on 20 January 2021: it happens in no path")


def test_faults_of_all_arms_are_told_before_anything_runs(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("it ran")

    monkeypatch.setattr("tightrope.foresight.whatif.voices_for", never)
    with pytest.raises(ChangesRefused) as caught:
        whatif(*read, {"a": changes("off M7"), "b": changes("block atack", "scale vote=1")})
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["a", "b", "b"]
    with pytest.raises(ChangesRefused, match="5 arms were given; one to 4"):
        whatif(*read, {str(i): changes("off M1") for i in range(5)})


# arithmetic ------------------------------------------------------------------------------------


def test_an_interval_counts_draws_not_paths() -> None:
    """Paths that repeat their draw's value say no more than the draws do."""
    of_draw = np.array([0.0, 1.0, 1.0, 4.0])
    told = difference(np.repeat(of_draw, 50), np.repeat(np.arange(4), 50))
    error = of_draw.std(ddof=1) / 2
    assert (told.value, told.low) == (1.5, pytest.approx(1.5 - 1.645 * error))
    single = difference(of_draw, np.zeros(4, int))  # one draw: the luck of its paths
    assert single.high == pytest.approx(1.5 + 1.645 * error)


def test_carrying_moves_log_odds_and_ratios() -> None:
    assert carry("yes_no", 0.5, 0.2, 0.5) == pytest.approx(0.8)
    assert carry("yes_no", 0.3, 0.4, 0.4) == 0.3
    assert 0 < carry("date", 0.3, 0.4, 0.0) < 0.001
    assert carry("count", 3.0, 2.0, 4.0) == 6.0
    assert carry("count", 3.0, 0.0, 2.0) == 5.0


# day by day ------------------------------------------------------------------------------------


def test_courses_end_in_the_answers(result: WhatIf) -> None:
    told = most_changed(result, 6)
    assert [c.size for c in told] == sorted((c.size for c in told), reverse=True)
    assert len({c.id for c in told} & {"strikes", "when_strike"}) == 1  # whether and when are one
    for c in told:
        drawn = beside(result, c)
        assert drawn.first_day == date(2021, 1, 1) and len(drawn.base) == c.window_days
        for arm in range(2):
            own, name = of(result, arm, c.id), result.arms[arm].name
            known = 0.0 if drawn.before is None else drawn.before[-1]
            assert drawn.base[-1] - known == pytest.approx(own.base, abs=1e-6)
            assert drawn.others[name][-1] - known == pytest.approx(own.other, abs=1e-6)
            assert own.difference is not None
            end = (own.difference.value, own.difference.low, own.difference.high)
            assert drawn.differences[name][-1] == pytest.approx(end, abs=1e-6)
            moved = drawn.others[name] - drawn.base
            assert moved == pytest.approx(drawn.differences[name][:, 0], abs=1e-6)


def test_a_count_goes_on_from_the_record(tmp_path: Path) -> None:
    theatre, history = two_worlds(tmp_path / "worlds")
    asked = theatre.questions["attacks"].model_copy(update={"events": ["strike"]})
    theatre.questions["attacks"] = asked
    told = whatif(theatre, history, {"a": changes("block strike")}, as_of=date(2020, 3, 20),
                  days=DAYS, paths=PATHS, fitted=False)  # fmt: skip
    drawn = beside(told, of(told, 0, "attacks"))
    assert drawn.before is not None and len(drawn.before) == 31
    assert drawn.before.tolist() == [0] * 11 + [1] * 20  # the strike of 1 March
    assert (drawn.others["a"] == 1).all() and drawn.base[-1] > 1
