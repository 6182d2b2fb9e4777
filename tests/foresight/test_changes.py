"""Interventions in words: what is read comes back, and every fault is named at once."""

from __future__ import annotations

import doctest
from datetime import date
from pathlib import Path

import pytest

from tightrope.errors import ChangesRefused
from tightrope.foresight import changes as module
from tightrope.foresight.changes import as_option, change_from_words, check_changes, in_words
from tightrope.theatre import Theatre
from two_worlds import changes, two_worlds

FIRST, LAST = date(2021, 1, 1), date(2021, 3, 1)


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Theatre:
    return two_worlds(tmp_path_factory.mktemp("worlds"))[0]


def refused(theatre: Theatre, *words: str) -> list[str]:
    with pytest.raises(ChangesRefused) as caught:
        check_changes(theatre, changes(*words), FIRST, LAST)
    return list(caught.value.faults)


def test_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("words, told", [
    ("set troops=0@2021-01-05", "troops set to 0 on 5 January 2021"),
    ("set truce=yes", "truce set to yes all along"),
    ("hold truce=yes", "truce held at yes all along"),
    ("hold truce=yes@2021-01-05", "truce held at yes from 5 January 2021 on"),
    ("hold truce=yes@2021-02", "truce held at yes from 2021-02 on"),
    ("hold truce=yes@2021-01-05/2021-01-09", "truce held at yes in 2021-01-05/2021-01-09"),
    ("force attack=3@2021-01-05", "attack made to happen 3 times on 5 January 2021"),
    ("force attack", "attack made to happen on the first day"),
    ("block strike@2021-02", "strike kept from happening in 2021-02"),
    ("block strike@2021-01-05/2021-01-09", "strike kept from happening in 2021-01-05/2021-01-09"),
    ("scale attack=0.1", "attack times 0.1"),
    ("scale strike.follows.attack=2", "strike.follows.attack times 2"),
    ("off M1", "mechanism M1 switched off"),
])  # fmt: skip
def test_words_become_a_change_and_the_change_the_same_words(words: str, told: str) -> None:
    (change,) = changes(words)
    assert in_words(change) == told
    assert " ".join(as_option(change)) == f"--{words}"


@pytest.mark.parametrize("kind, text, expected", [
    ("set", "truce", "--set truce: needs a value: --set CONDITION=VALUE, with @DATE if wanted"),
    ("scale", "attack=much", "--scale attack=much: needs a factor from 0 to 1000"),
    ("scale", "attack=-1", "--scale attack=-1: needs a factor from 0 to 1000"),
    ("scale", "attack=nan", "--scale attack=nan: needs a factor from 0 to 1000"),
    ("force", "attack=0", "--force attack=0: needs a whole number from 1 to 200"),
    ("block", "attack=2", "--block attack=2: takes no '='; write --block attack"),
    ("force", "attack@2021-01-05/..", "'2021-01-05/..' has an open end; give both days"),
    ("off", "M1@someday", "--off M1@someday: "),
])  # fmt: skip
def test_words_that_say_nothing_are_told_what_to_write(kind: str, text: str, expected: str) -> None:
    with pytest.raises(ChangesRefused) as caught:
        change_from_words(kind, text)
    assert expected in str(caught.value)


def test_all_faults_are_told_at_once(theatre: Theatre) -> None:
    faults = refused(
        theatre, "set trouce=yes", "set troops=many", "force atack", "off M3", "scale vote=1",
        "scale vote.folows=2", "scale strike.follows.vote=2", "force attack.base",
        "force attack@2021-01", "off M1@2021-01-05", "block vote@2022-01-01",
        "scale attack.base=2@2021-01-05",
    )  # fmt: skip
    expected = [
        "trouce set to yes all along: no condition is called 'trouce'; did you mean 'truce'?",
        "troops set to many all along: ",
        "atack made to happen on the first day: no event is called 'atack'; did you mean 'attack'?",
        "mechanism M3 switched off: no mechanism is called 'M3'",
        "vote times 1: a factor of 1 changes nothing; give another",
        "vote.folows times 2: an event has no part 'folows'; did you mean 'follows'?",
        "strike.follows.vote times 2: no cause is called 'vote'",
        "attack.base made to happen on the first day: only scale: takes a part of an event; "
        "write attack",
        "attack made to happen in 2021-01: an event is made to happen on one day; give one",
        "mechanism M1 switched off: a mechanism is off for the whole run; leave the date out",
        "attack.base times 2 on 5 January 2021: a part of a rate is scaled for the whole run",
        "vote kept from happening on 1 January 2022: 2022-01-01 lies outside the run, 2021-01-01 "
        "to 2021-03-01; choose where it starts with --as-of",
    ]
    for start in expected:
        assert any(fault.startswith(start) for fault in faults), (start, faults)


@pytest.mark.parametrize("one, other", [
    ("force attack@2021-01-05", "block attack@2021-01"),
    ("block attack", "scale attack=2"),
    ("set truce=yes", "set truce=no"),
    ("set truce=yes@2021-01-05", "set truce=no@2021-01-05"),
    ("hold truce=yes@2021-01-05", "set truce=no@2021-01-09"),
    ("off M1", "off M1"),
    ("scale attack=2", "scale attack=3"),
])  # fmt: skip
def test_changes_that_contradict_are_named_together(theatre: Theatre, one: str, other: str) -> None:
    (fault,) = refused(theatre, one, other)
    assert fault.startswith(f"{in_words(changes(one)[0])}, and {in_words(changes(other)[0])}: ")
    assert fault.endswith("; leave one out")


def test_changes_that_follow_one_another_or_speak_of_different_things_stand(
    theatre: Theatre,
) -> None:
    fine = (
        "set truce=yes@2021-01-05", "hold truce=no@2021-01-09", "force attack@2021-01-05",
        "block attack@2021-01-06/2021-01-09", "scale strike=2", "scale strike.base=3", "off M1",
        "off M2",
    )  # fmt: skip
    check_changes(theatre, changes(*fine), FIRST, LAST)


def test_a_scenario_of_the_theatre_reads_like_the_words(tmp_path: Path) -> None:
    theatre, _ = two_worlds(tmp_path / "worlds")
    assert tuple(theatre.scenarios["quiet"].changes) == changes("off M1")
