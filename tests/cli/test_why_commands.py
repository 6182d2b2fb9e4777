"""What explain, evidence and storylines print, and how they fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
pytestmark = pytest.mark.usefixtures("compiled_once")
QUICK = ("--as-of", "2019-12-08", "--paths", 300, "--prior")


def test_explain_tells_a_sentence_and_a_table(run: Run, scaffold: Path) -> None:
    code, out, err = run("explain", scaffold, "attack", "--on", "2019-12-05", "--prior")
    assert (code, err) == (0, "")
    first, second, *table = out.splitlines()
    assert first.startswith("On 5 December 2019 “The Wardens fire at a base of Auster” was ")
    assert "times likelier than at rest" in first and "(M1)" in first
    assert second == "It happened: 2019-12-05-attack (reported)."
    (line,) = [line for line in table if line.startswith("  2019-11-30-strike")]
    assert line.rstrip().endswith("[register]")
    assert "Numbers: priors, not fitted" in out


def test_explain_json_is_the_same_answer(run: Run, scaffold: Path) -> None:
    told = json.loads(run("explain", scaffold, "protest", "--prior", "--json")[1])
    assert list(told)[:4] == ["theatre", "event", "says", "day"]
    assert (told["day"], told["open"], told["fitted"]) == ("2021-01-01", True, False)
    assert sum(part["share"] for part in told["parts"]) == pytest.approx(1)
    named = {x["mechanism"] for x in told["parts"] + told["factors"] if x["mechanism"]}
    assert named <= set(told["mechanisms"]) and all(told["mechanisms"].values())


def test_evidence_ranks_facts_and_sources(run: Run, scaffold: Path) -> None:
    code, out, err = run("evidence", scaffold, "next_vote", *QUICK, "--facts", 2, "--sources", 1)
    assert (code, err) == (0, "")
    assert "facts that carry it" in out and "sources that carry it" in out
    assert "300 paths of 30 draws" in out and "Numbers are not fitted again" in out
    told = json.loads(run("evidence", scaffold, "next_vote", *QUICK, "--without", "register",
                          "--json")[1])  # fmt: skip
    assert (told["facts"], [one["id"] for one in told["sources"]]) == ([], ["register"])


def test_storylines_tell_chains_in_words(run: Run, scaffold: Path) -> None:
    code, out, err = run("storylines", scaffold, "next_vote", *QUICK)
    assert (code, err) == (0, "")
    told = json.loads(run("storylines", scaffold, "next_vote", *QUICK, "--json")[1])
    for line in told["storylines"]:
        assert line["words"] in out
    assert "vote: Parliament votes that the soldiers must leave" in out
    assert told["fingerprint"] in out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("explain", "atack"), 2, "no event is called 'atack'; did you mean 'attack'?"),
        (("explain", "attack", "--on", "2030-01-01"), 1, "2030-01-01 lies outside the record; "
         "choose a day from 2018-01-31 to 2021-01-01, the day after its end"),
        (("evidence", "next_vot"), 2, "no question is called 'next_vot'; did you mean 'next_vote'"),
        (("evidence", "next_vote", "--without", "registr"), 2,
         "no fact or source known on that day is called 'registr'; did you mean 'register'?"),
        (("storylines", "anger_180"), 1, "anger_180 speaks of the state on the last day"),
    ],
)  # fmt: skip
def test_failures_are_one_line(
    run: Run, scaffold: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    verb, name, *rest = words
    done, out, err = run(verb, scaffold, name, *rest, "--prior")
    assert (done, out) == (code, "")
    assert err.startswith(says) and len(err.splitlines()) == 1


def test_three_names_are_too_many(run: Run, scaffold: Path) -> None:
    code, _, err = run("explain", scaffold, "attack", "strike")
    assert code == 2 and "give a theatre and one event, not 3 names" in err
