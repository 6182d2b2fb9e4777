"""Modes of acts: the made-up sentences of the rules, and what comes first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tightrope.evidence.modes import mode_of
from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.rulebook import yaml_rules
from told import document

TESTS = [(kind, test) for kind, modes in yaml_rules("modes").items() for test in modes["tests"]]


@pytest.mark.parametrize(("kind", "test"), TESTS, ids=lambda one: str(one)[:9])
def test_the_rules_tell_the_modes_of_their_sentences(kind: str, test: dict[str, Any]):
    of = document(test["text"], published=date(2019, 2, 7))
    found = [s.mode for s in read_statements(of, Reader(least=0.0)) if s.plover == kind]
    assert found[:1] == [test["mode"]]


def test_what_the_act_says_itself_comes_first_and_a_result_last():
    assert mode_of("ASSAULT", "clash", "clashed", "with drones") == "clash"
    assert mode_of("ASSAULT", "kill", "killed", "killed in Lima") == "kill"
    assert mode_of("AGREE", None, "agreed", "by phone") is None
