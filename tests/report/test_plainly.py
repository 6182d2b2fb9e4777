"""Scores in plain words: the numbers are those of the card, losses included."""

from __future__ import annotations

import doctest

import pytest

from tightrope.foresight.record import PastScore, last_card
from tightrope.report import plainly, score_tables
from tightrope.theatre import find_theatre

pytestmark = pytest.mark.usefixtures("nothing_kept")

SKILL = {"value": 0.3, "low": 0.2, "high": 0.4}
CARD = {
    "coverage_90": 0.874, "calibration_error": 0.021,
    "reliability": [
        {"low": 0.0, "high": 0.1, "forecast": 0.05, "observed": 0.09, "count": 400},
        {"low": 0.2, "high": 0.3, "forecast": 0.24, "observed": 0.31, "count": 1200},
    ],
    "reliability_by_family": {
        "harbour": [{"low": 0, "high": 1, "forecast": 0.5, "observed": 0.6, "count": 10},
                    {"low": 0, "high": 1, "forecast": 0.8, "observed": 0.8, "count": 30}],
        "street": [{"low": 0, "high": 1, "forecast": 0.5, "observed": 0.4, "count": 10}],
    },
    "pit": [0.05, 0.15, 0.3, 0.5],
    "families": [
        {"family": "all", "kind": kind, "horizon_days": days, "score": score, "n": 70, "stack": 0.1,
         "skill": {"last90": skill, "climatology": {"value": -0.1, "low": -0.2, "high": -0.05}}}
        for kind, score, days, skill in [
            ("yes_no", "brier", 30, SKILL), ("yes_no", "log", 30, SKILL),
            ("yes_no", "brier", 90, {"value": -0.125, "low": -0.2, "high": 0.1}),
        ]
    ],
    "years": [
        {"year": 2015, "kind": "yes_no", "horizon_days": 30, "scores": {"stack": 2, "last90": 1}},
        {"year": 2016, "kind": "yes_no", "horizon_days": 30, "scores": {"stack": 1, "last90": 2}},
        {"year": 2016, "kind": "count", "horizon_days": 30, "scores": {"stack": 1}},
    ],
}  # fmt: skip


def test_an_example_of_what_came_true() -> None:
    told = plainly.came_true(CARD)
    assert "1,200 forecasts between 20.0 % and 30.0 % said 24.0 % on average" in told
    assert "31.0 % of them came true" in told


def test_the_family_furthest_off_is_named() -> None:
    told = plainly.families(CARD)
    assert "Closest to the line: harbour (off by 2.5 points on average)" in told
    assert "furthest from it: street (10.0 points)" in told


def test_gains_and_losses_over_the_simplest_forecast() -> None:
    told = plainly.saved(CARD, "yes_no")
    assert "30 % smaller 30 days ahead (90 % interval 20 to 40 %, 70 forecasts)" in told
    assert "12 % larger 90 days ahead (90 % interval -10 to 20 %, 70 forecasts)" in told
    assert plainly.saved(CARD, "count") == ""


def test_ranges_that_hold_too_little_say_so_and_on_which_side() -> None:
    told = plainly.held(CARD)
    assert "held 87.4 %" in told and "80.0 % of the outcomes were higher" in told


def test_years_that_were_lost_are_named() -> None:
    assert "In 1 of 2 cells" in plainly.years(CARD)
    assert "2015 (yes or no, 30 days)" in plainly.years(CARD)


@pytest.mark.parametrize("past, told", [
    (None, "not scored"),
    (PastScore("brier", 9, 0.1, None, None, None), "not scored"),
    (PastScore("crps", 90, 0.1, -0.2, -0.3, -0.1), "error 20 % larger (10 to 30 %; 90 forecasts)"),
    (PastScore("crps", 90, 0.1, 0.2, -0.05, 0.3), "error 20 % smaller (-5 to 30 %; 90 forecasts)"),
    (PastScore("crps", 90, 0.1, 0.2, None, None), "error 20 % smaller (90 forecasts)"),
])  # fmt: skip
def test_the_record_of_a_family(past: PastScore | None, told: str) -> None:
    assert plainly.record(past) == told


def test_the_shipped_card_counts_its_losses() -> None:
    card = last_card(find_theatre("iraq"))
    told = plainly.standing(card)
    assert "clearly lost" in told and " 0 clearly lost" not in told


def test_examples_of_the_words() -> None:
    assert doctest.testmod(plainly).failed == 0 and doctest.testmod(score_tables).failed == 0
