"""The rule files keep their own promises: every test sentence in them is read as it says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tightrope.evidence.document import Document
from tightrope.evidence.lexicon import NO_ACT, spelt_out
from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.rulebook import table_rules, yaml_rules
from tightrope.theatre.schema import PLOVER

SURE_OF_NOTHING = Reader(least=0.0)


def _cases() -> list[Any]:
    return [
        pytest.param(case, group["plover"], id=case["text"][:60])
        for file in ("verbs", "nouns")
        for group in yaml_rules(file)
        for case in group.get("tests", ())
    ] + [
        pytest.param(case, "", id=case["text"][:60])
        for told in yaml_rules("lists").values()
        for case in told.get("tests", ())
    ]


@pytest.mark.parametrize(("case", "plover"), _cases())
def test_sentence_beside_a_rule(case: dict[str, Any], plover: str):
    document = Document("rule", case["text"], (), "1", date(2024, 5, 1))
    stated = read_statements(document, SURE_OF_NOTHING)
    at = case["text"].index(case["trigger"])
    found = [s for s in stated if s.trigger_start <= at < s.trigger_end]
    assert found, f"nothing at {case['trigger']!r}; read {[s.quote for s in stated]}"
    statement = found[0]
    assert statement.plover == case.get("plover", plover.partition("/")[0] or statement.plover)
    for side, party in (("source", statement.source), ("target", statement.target)):
        if side in case:
            wanted = case[side]
            given = None if party is None else f"{party.text} {party.name}"
            assert (given is None) == (wanted is None), (side, given)
            assert wanted is None or wanted in (given or ""), (side, given)
    if "modality" in case:
        assert statement.modality == case["modality"]
    if "killed" in case:
        assert statement.killed == tuple(case["killed"])


@pytest.mark.parametrize("file", ["verbs", "nouns"])
def test_every_group_names_a_type_and_no_phrase_two(file: str):
    types: dict[str, str] = {}
    for group in yaml_rules(file):
        plover = group["plover"].partition("/")[0]
        assert plover in (*PLOVER, NO_ACT)
        for pattern in group[file] if not group.get("beside") else ():
            for phrase in spelt_out(pattern):
                assert types.setdefault(phrase, plover) == plover, f"{phrase!r} has two types"


@pytest.mark.parametrize("file", ["countries", "organisations", "roles", "places", "offices"])
def test_tables_have_a_value_in_every_cell_of_their_head(file: str):
    for row in table_rules(file):
        assert None not in row and None not in row.values(), row


def test_offices_have_one_holder_at_a_time():
    last: dict[tuple[str, str], str] = {}
    for row in table_rules("offices"):
        key = (row["country"], row["office"])
        assert not row["until"] or row["from"] <= row["until"], row
        assert last.get(key, "") <= row["from"], f"{row} overlaps with the one before"
        last[key] = row["until"] or "9999"
