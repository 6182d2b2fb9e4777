"""The scorecard: its shape, what a perfect and an equal forecaster get, and where a record ends."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from small_panel import MEMBERS, noisy, panel, sampled, yes_no
from tightrope.foresight.members.forecast import SIZE
from tightrope.scoring.choice import stacked
from tightrope.scoring.panel import Cell, Panel
from tightrope.scoring.scorecard import scorecard

HEAD = {"theatre": "tiny", "fingerprint": "abc"}
ORIGINS = 60
Card = dict[str, Any]


def card_of(made: Panel) -> Card:
    """The card, after it has been through a file."""
    return json.loads(json.dumps(scorecard(made, HEAD), allow_nan=False))


@pytest.fixture(scope="module")
def card() -> Card:
    return card_of(panel([*noisy(7, ORIGINS), *noisy(8, ORIGINS, 90)], ORIGINS))


def rows_of(card: Card, **wanted: Any) -> list[Card]:
    return [row for row in card["families"] if wanted.items() <= row.items()]


# shape -----------------------------------------------------------------------------------------


def test_the_shape_is_the_documented_one(card: Card) -> None:
    assert (card["origins"], card["first"], card["last"]) == (ORIGINS, "2010-01-01", "2014-11-06")
    assert (card["theatre"], card["fingerprint"], card["format"]) == ("tiny", "abc", 3)
    assert all(isinstance(card[name], float) for name in ("coverage_90", "calibration_error"))
    for row in card["families"]:
        assert list(row) == ["family", "horizon_days", "kind", "questions", "n", "score", "stack",
                             "members", "skill"]  # fmt: skip
        assert set(row["members"]) == set(row["skill"]) == set(MEMBERS)
        for skill in row["skill"].values():
            assert list(skill) == ["value", "low", "high"]
            assert skill["low"] <= skill["value"] <= skill["high"]


def test_every_family_horizon_and_score_has_a_row(card: Card) -> None:
    found = {(r["family"], r["kind"], r["horizon_days"], r["score"]) for r in card["families"]}
    kinds = [("yes_no", "brier"), ("yes_no", "log"), ("count", "crps")]
    assert found == {(f, k, h, s) for f in ("all", "f", "g") for k, s in kinds for h in (30, 90)}
    for row in card["families"]:
        together = 2 if row["family"] == "all" else 1
        assert (row["questions"], row["n"]) == (together, together * ORIGINS)


def test_skill_is_what_the_printed_means_say(card: Card) -> None:
    for row in card["families"]:
        for member, mean in row["members"].items():
            rounding = 1e-4 * (1 + row["stack"] / mean) / mean
            expected = 1 - row["stack"] / mean
            assert row["skill"][member]["value"] == pytest.approx(expected, abs=rounding + 1e-4)


def test_counts_are_in_units_of_climatology(card: Card) -> None:
    for row in rows_of(card, kind="count"):
        assert row["members"]["climatology"] == pytest.approx(1.0)


def test_reliability_counts_every_forecast_once(card: Card) -> None:
    assert sum(bin_["count"] for bin_ in card["reliability"]) == 4 * ORIGINS
    by_family = card["reliability_by_family"]
    assert {f: sum(b["count"] for b in bins) for f, bins in by_family.items()} == {
        "f": 2 * ORIGINS, "g": 2 * ORIGINS,
    }  # fmt: skip
    assert sum(card["pit"]) == pytest.approx(1.0, abs=1e-3) and len(card["pit"]) == 10
    gap = sum(b["count"] * abs(b["observed"] - b["forecast"]) for b in card["reliability"])
    assert card["calibration_error"] == pytest.approx(gap / (4 * ORIGINS), abs=2e-4)


def test_weights_of_all_origins_and_of_today_sum_to_one(card: Card) -> None:
    groups = {f"{f}/{k}/{h}" for f in "fg" for k in ("yes_no", "count") for h in (30, 90)}
    assert set(card["spoke"]) == set(card["weights"]) == groups
    for weights in (*card["spoke"].values(), *card["weights"].values()):
        assert sum(weights.values()) == pytest.approx(1, abs=2e-3)
    assert all(w > 0 for weights in card["weights"].values() for w in weights.values())


def test_who_spoke_when_is_told_by_its_changes() -> None:
    made = panel(noisy(7, ORIGINS), ORIGINS)
    card, choice = card_of(made), stacked(made)[1]
    assert card["chosen"]["origins"] == [str(day) for day in made.origins]
    assert card["chosen"]["members"] == list(choice.members)
    for group, changes in card["chosen"]["by_group"].items():
        told = [max(c for c in changes if c[0] <= i)[1] for i in range(ORIGINS)]
        assert told == choice.weights[group][:-1].tolist()
        assert all(a[1] != b[1] for a, b in pairwise(changes))
        mean = np.mean(told, 0)
        assert list(card["spoke"][group].values()) == pytest.approx(mean, abs=1e-3)
    assert any(len(changes) > 1 for changes in card["chosen"]["by_group"].values())


def test_worst_misses_are_the_largest(card: Card) -> None:
    count = sampled({m: np.zeros(ORIGINS) for m in MEMBERS},
                    np.where(np.arange(ORIGINS) == 17, 9.0, 1.0))  # fmt: skip
    worst = card_of(panel([count], ORIGINS))["worst"]
    assert worst[0] == {"origin": "2011-05-26", "question": "n", "horizon_days": 30,
                        "said": [0.0, 0.0, 0.0], "happened": 9.0}  # fmt: skip
    assert len(card["worst"]) == 20


# what forecasters get --------------------------------------------------------------------------


def alternating() -> np.ndarray:
    return (np.arange(ORIGINS) % 2).astype(float)


def everywhere(said: dict[str, np.ndarray], truth: np.ndarray) -> Panel:
    """The same numbers as probabilities, counts and days."""
    cells = [yes_no(said, truth), sampled(said, truth), sampled(said, truth, kind="date", name="d")]
    return panel(cells, ORIGINS)


def test_identical_members_have_no_skill_over_each_other() -> None:
    said = dict.fromkeys(MEMBERS, 0.2 + 0.5 * alternating())
    for row in card_of(everywhere(said, alternating()))["families"]:
        assert set(row["members"].values()) == {row["stack"]}
        for skill in row["skill"].values():
            assert skill == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_a_perfect_stack_wins_everywhere() -> None:
    truth = alternating()
    said = dict.fromkeys(MEMBERS, np.full(ORIGINS, 0.4)) | {"rhythm": truth, "regression": truth}
    for row in card_of(everywhere(said, truth))["families"]:
        assert row["stack"] == 0.0
        for member, skill in row["skill"].items():
            one = 0.0 if member in ("rhythm", "regression") else 1.0
            assert skill == {"value": one, "low": one, "high": one}, member


def test_a_perfect_member_beats_the_stack_until_it_speaks() -> None:
    truth = alternating()
    said = dict.fromkeys(MEMBERS, np.full(ORIGINS, 0.4)) | {"structural": truth}
    card = card_of(everywhere(said, truth))
    for weights in card["weights"].values():
        assert weights["structural"] > 0.9
    for row in card["families"]:
        assert row["members"]["structural"] == 0.0 < row["stack"] < row["members"]["last90"]
        assert row["skill"]["structural"]["value"] is None  # nothing is left to lose against


def test_right_probabilities_are_reliable_and_wrong_ones_are_not() -> None:
    truth = np.array([1.0, 0.0, 0.0, 0.0, 0.0] * 12)
    errors = [
        card_of(panel([yes_no({"rhythm": np.full(ORIGINS, p)}, truth)], ORIGINS))
        for p in (0.2, 0.5)
    ]  # fmt: skip
    assert [c["calibration_error"] for c in errors] == [0.0, 0.3]
    assert errors[1]["reliability"] == [
        {"low": 0.5, "high": 0.5, "forecast": 0.5, "observed": 0.2, "count": ORIGINS}
    ]


def test_intervals_of_the_right_law_cover_nine_tenths() -> None:
    dice = np.random.default_rng(3)
    law = np.tile(np.sort(dice.poisson(20, 4000))[20::40].astype(float), (600, 1))
    cell = Cell("n", "f", "count", 30, {"rhythm": law}, dice.poisson(20, 600).astype(float))
    assert law.shape[1] == SIZE
    card = card_of(panel([cell], 600, every=1))
    assert card["coverage_90"] == pytest.approx(0.9, abs=0.03)
    assert card["coverage_by_horizon"] == {"30": card["coverage_90"]}
    narrow = replace(cell, said={"rhythm": np.full((600, SIZE), 20.0)})
    assert card_of(panel([narrow], 600, every=1))["coverage_90"] < 0.3


# one-sided and short records -------------------------------------------------------------------


def test_one_sided_questions_are_pooled_apart() -> None:
    flat = dict.fromkeys(MEMBERS, np.full(ORIGINS, 0.1))
    never = yes_no(flat, np.zeros(ORIGINS), name="never")
    often = yes_no(flat, alternating(), name="often")
    card = card_of(panel([never, often], ORIGINS))
    assert {q["id"]: q["rare"] for q in card["questions"]} == {"never": True, "often": False}
    assert {(r["family"], r["questions"]) for r in card["families"]} == {
        ("all", 1), ("f", 1), ("rare", 1),
    }  # fmt: skip


def test_a_horizon_that_the_record_does_not_reach_has_no_score() -> None:
    unknown = np.full(ORIGINS, np.nan)
    said = dict.fromkeys(MEMBERS, np.full(ORIGINS, 0.1))
    cells = [yes_no(said, alternating()), yes_no(said, unknown, horizon=90),
             sampled(said, alternating()), sampled(said, unknown, horizon=90)]  # fmt: skip
    card = card_of(panel(cells, ORIGINS))
    for row in rows_of(card, horizon_days=90):
        assert (row["n"], row["stack"], set(row["members"].values())) == (0, None, {None})
        assert row["family"] in ("all", "f")
        assert row["skill"]["last90"] == {"value": None, "low": None, "high": None}
    assert all(row["n"] == ORIGINS for row in rows_of(card, horizon_days=30))


def test_a_single_origin_is_scored_without_intervals() -> None:
    card = card_of(panel(noisy(1, 1), 1))
    assert card["origins"] == 1 and {row["n"] for row in rows_of(card, family="f")} == {1}
    bounds = {s["low"] for row in card["families"] for s in row["skill"].values()}
    assert bounds == {None}


def test_impossible_answers_that_came_true_are_counted() -> None:
    said = dict.fromkeys(MEMBERS, np.zeros(ORIGINS))
    card = card_of(panel([yes_no(said, alternating())], ORIGINS))
    assert card["questions"][0]["below_log_floor"] == ORIGINS // 2
