"""The record of past forecasts: who speaks, how good it was, and a file that is damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tightrope.errors import RunRefused, TheatreError
from tightrope.foresight.members.stack import DEFAULT
from tightrope.foresight.record import PastScore, TrackRecord, last_card, read_card

SKILL = {"last90": {"value": 0.2, "low": 0.1, "high": 0.3}}
CARD: dict[str, Any] = {
    "format": 3,
    "fingerprint": "abc",
    "weights": {
        "f/yes_no/30": {"structural": 1.0},
        "f/yes_no/90": {"regression": 1.0},
        "f/count/180": {"hawkes": 0.5, "regression": 0.5},
        "a/b/yes_no/30": {"rhythm": 1.0},
    },
    "families": [
        {"family": "f", "kind": "yes_no", "horizon_days": 30, "score": "log", "n": 9,
         "stack": 0.5, "skill": SKILL},
        {"family": "f", "kind": "yes_no", "horizon_days": 30, "score": "brier", "n": 10,
         "stack": 0.07, "skill": SKILL},
        {"family": "f", "kind": "count", "horizon_days": 30, "score": "crps", "n": 0,
         "stack": None, "skill": SKILL},
        {"family": "f", "kind": "count", "horizon_days": 90, "score": "crps", "n": 4,
         "stack": 0.9, "skill": {}},
    ],
}  # fmt: skip
NOTHING = TrackRecord({})


@pytest.mark.parametrize(
    ("horizon", "member"),
    [(30, "structural"), (1, "structural"), (59, "structural"), (60, "structural"),
     (61, "regression"), (90, "regression"), (365, "regression")],
)  # fmt: skip
def test_the_pool_of_the_nearest_scored_horizon_speaks(horizon: int, member: str) -> None:
    assert TrackRecord(CARD).weights("f", "yes_no", horizon) == {member: 1.0}


def test_what_was_never_scored_has_the_default_pool() -> None:
    record = TrackRecord(CARD)
    for family, kind in (("g", "yes_no"), ("f", "date"), ("b", "yes_no")):
        assert record.weights(family, kind, 30) == DEFAULT
    assert record.weights("a/b", "yes_no", 30) == {"rhythm": 1.0}
    assert NOTHING.weights("f", "yes_no", 30) == DEFAULT


def test_a_day_of_the_past_has_the_weights_that_were_chosen_by_then() -> None:
    """Later outcomes choose nothing: not before an origin, and not before the record's end."""
    group = "f/yes_no/30"
    card = {
        "until": "2020-12-31", "weights": {group: {"structural": 1.0}},
        "chosen": {
            "origins": ["2019-01-01", "2020-01-01", "2020-11-01"],
            "members": ["rhythm", "regression"],
            "by_group": {group: [(0, [0.3, 0.7]), (1, [1.0, 0.0])]},
        },
    }  # fmt: skip
    chosen = {
        day: TrackRecord(card).weights("f", "yes_no", 30, date.fromisoformat(day))
        for day in ("2018-06-01", "2019-12-31", "2020-01-01", "2020-12-30", "2020-12-31")
    }
    assert chosen["2018-06-01"] == DEFAULT
    assert chosen["2019-12-31"] == {"rhythm": 0.3, "regression": 0.7}
    assert chosen["2020-01-01"] == chosen["2020-12-30"] == {"rhythm": 1.0}
    assert chosen["2020-12-31"] == {"structural": 1.0}


def test_the_past_score_is_that_of_the_family_and_never_the_log_score() -> None:
    record = TrackRecord(CARD)
    assert record.past("f", "yes_no", 30) == PastScore("brier", 10, 0.07, 0.2, 0.1, 0.3)
    assert record.past("f", "count", 90) == PastScore("crps", 4, 0.9, None, None, None)
    for family, kind, horizon in (("f", "count", 30), ("f", "yes_no", 60), ("g", "yes_no", 30)):
        assert record.past(family, kind, horizon) is None
    assert NOTHING.past("f", "yes_no", 30) is None


# files -----------------------------------------------------------------------------------------

Damage = Callable[[str], str]
DAMAGES: dict[str, Damage] = {
    "cut off": lambda text: text[: len(text) // 2],
    "empty": lambda _: "",
    "a list": lambda text: f"[{text}]",
    "a number": lambda _: "7",
    "without format": lambda _: json.dumps({"families": []}),
    "of a later version": lambda text: text.replace('"format": 3', '"format": 4'),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_card_says_what_to_do(tmp_path: Path, damage: Damage) -> None:
    path = tmp_path / "scorecard.json"
    path.write_text(damage(json.dumps(CARD)))
    remedy = r"(?s)scorecard.json:0:0: bad-scorecard: this is no scorecard .*: tightrope backtest$"
    for read in (read_card, lambda _: TrackRecord.of(tmp_path), lambda _: last_card(tmp_path)):
        with pytest.raises(TheatreError, match=remedy):
            read(path)


def test_a_card_that_is_no_text_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "scorecard.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TheatreError, match="make it anew: tightrope backtest"):
        TrackRecord.of(tmp_path)


def test_the_later_version_is_named(tmp_path: Path) -> None:
    (tmp_path / "scorecard.json").write_text('{"format": 4}')
    with pytest.raises(TheatreError, match="format 4; this version reads 3"):
        read_card(tmp_path / "scorecard.json")


def test_a_card_beside_the_theatre_is_found(tmp_path: Path) -> None:
    (tmp_path / "scorecard.json").write_text(json.dumps(CARD))
    assert TrackRecord.of(tmp_path).card == last_card(tmp_path) == CARD


def test_a_theatre_without_a_card(tmp_path: Path) -> None:
    assert TrackRecord.of(tmp_path).card == {}
    says = f"{tmp_path.name} has not been scored yet; run: tightrope backtest"
    with pytest.raises(RunRefused, match=says):
        last_card(tmp_path)
