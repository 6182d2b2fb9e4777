"""Numbers and what they count: the made-up sentences of the rules, and tallies as proposals."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tightrope.evidence.counting import tallies
from tightrope.evidence.mapping import Mapping
from tightrope.evidence.merge import merged
from tightrope.evidence.proposal import Telling
from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.rulebook import yaml_rules
from tightrope.evidence.troops import conditions_of
from tightrope.theatre import read_theatre
from told import document

REPORT = date(2019, 2, 7)
TESTS = [test for role in yaml_rules("counted") for test in role["tests"]]


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test["role"])
def test_the_rules_count_what_their_sentences_say(test: dict[str, Any]):
    of = document(test["text"], published=REPORT)
    found = [n for s in read_statements(of, Reader(least=0.0)) for n in s.numbers]
    (number,) = [n for n in found if n.role == test["role"]]
    assert (number.low, number.high) == (test["low"], test["high"])
    assert of.text[number.start : number.end] == number.text


@pytest.mark.parametrize(
    "text",
    [
        "Rebels attacked a base 20 years after the war.",
        "Rebels attacked two villages on 3 May 2018.",
        "Rebels aged 30 attacked Lima, and 40 percent of attacks fail.",
    ],
)
def test_years_ages_and_shares_count_no_events(text: str):
    read = read_statements(document(text, published=REPORT), Reader(least=0.0))
    assert not [n for s in read for n in s.numbers if n.role in tallies()]


def test_the_dead_are_not_troops():
    of = document("Chile withdraws troops after rebels kill 40 soldiers.", published=REPORT)
    roles = [n.role for s in read_statements(of, Reader(least=0.0)) for n in s.numbers]
    assert "troops" not in roles


def test_a_count_over_a_window_becomes_a_tally(scaffold: Path):
    theatre = read_theatre(str(scaffold))
    text = "The Wardens have carried out more than 160 attacks on Auster since October."
    of = document(text, published=REPORT)
    reader = Reader(mapping=Mapping.of(theatre), least=0.0)
    told = next(s for s in read_statements(of, reader) if s.plover == "ASSAULT")
    assert [(n.role, n.window) for n in told.numbers] == [("attacks", "2018-10/2019-02-07")]
    row = merged([Telling("k", "h#0-9", REPORT, told)], theatre, {}).cells
    assert (row["event"], row["count"], row["date"]) == ("attack", "160..", "2018-10/2019-02-07")
    assert row["status"] == "tally"


def test_troops_of_a_text_become_a_value_of_a_condition(scaffold: Path):
    theatre = read_theatre(str(scaffold))
    of = document("Auster reduces its forces in Saltmarsh to 2,500 troops.", published=REPORT)
    reader = Reader(mapping=Mapping.of(theatre), least=0.0)
    values = [
        proposal.cells["value"]
        for told in read_statements(of, reader)
        for proposal in conditions_of(Telling("k", "h#0-9", REPORT, told), of.text, theatre)
    ]
    assert values == ["2500"]
