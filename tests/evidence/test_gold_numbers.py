"""Scoring numbers, by hand: place, value, bound and role must agree, and each counts once."""

from __future__ import annotations

from typing import Any

from tightrope.evidence.gold_numbers import article_numbers, line_numbers
from told import amount, document, statement

OF = document("Auster bombed a camp, and 24 fighters and three guards died.")
TOLD = statement(OF, "bombed", numbers=(amount(OF, "24", "killed", 24, 24),))


def _claim(value: float, what: str = "fighters killed", qualifier: str = "exact") -> dict[str, Any]:
    return {"start": 0, "end": len(OF.text),
            "numbers": [{"what": what, "value": value, "qualifier": qualifier}]}  # fmt: skip


def test_a_number_is_found_with_its_value_and_role():
    assert article_numbers([_claim(24)], [TOLD]).found == 1
    assert article_numbers([_claim(25)], [TOLD]).found == 0
    assert article_numbers([_claim(24, "fighters wounded")], [TOLD]).found == 0
    assert article_numbers([_claim(24, qualifier="more than")], [TOLD]).found == 0
    tally = article_numbers([_claim(24), {**_claim(24), "start": 30}], [TOLD, TOLD])
    assert (tally.annotated, tally.stated, tally.found) == (2, 1, 1)


def test_ranks_and_durations_are_no_counts():
    assert article_numbers([_claim(2, "duration in days")], [TOLD]).annotated == 0


def test_lines_count_the_killed_and_injured_of_what_was_found():
    event = {"killed": {"value": 24, "bound": "="}, "injured": {"value": 3, "bound": "="}}
    tally = line_numbers([(event, TOLD)])
    assert (tally.annotated, tally.stated, tally.found) == (2, 1, 1)
