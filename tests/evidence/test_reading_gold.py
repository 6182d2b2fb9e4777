"""Scoring: on two made-up lines by hand, and the floor on the annotated ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tightrope.errors import ReadingRefused
from tightrope.evidence.gold import Tally, in_part, match, score_lines, score_reading
from tightrope.evidence.mapping import Mapping
from tightrope.evidence.reader import Reader
from tightrope.theatre import read_theatre

GOLD = Path(__file__).parents[3] / "shared" / "gold"


def _line(key: str, text: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": key, "date": "2021-07-14", "text": text, "events": events}


def _event(text: str, trigger: str, plover: str, **more: Any) -> dict[str, Any]:
    start = text.index(trigger)
    return {
        "trigger": {"text": trigger, "start": start, "end": start + len(trigger)},
        "plover": plover, "source": None, "target": None, "date": "2021-07-14", "place": None,
        "killed": None, "injured": None, "modality": "happened", "attributed_to": None, **more,
    }  # fmt: skip


def test_a_tiny_gold_is_scored_as_by_hand():
    first = "Rebels kill two Danish soldiers in Lagos."
    danish = first.index("Danish soldiers")
    second = "Norway expels two Chilean diplomats."
    rows = [
        _line("a", first, [_event(
            first, "kill", "ASSAULT", killed={"value": 2, "bound": "="},
            source={"text": "Rebels", "start": 0, "end": 6, "name": "Rebels (Nigeria)"},
            target={"text": "Danish soldiers", "start": danish, "end": danish + 15, "name": "x"},
        )]),
        _line("b", second, [_event(second, "expels", "COERCE")]),
    ]  # fmt: skip
    scores = score_lines(rows, Reader()).as_json()
    assert (scores["annotated"], scores["stated"], scores["found"]) == (2, 2, 1)
    assert scores["f1"] == scores["precision"] == scores["recall"] == 0.5
    assert scores["trigger_f1"] == 1.0
    assert scores["all_right"] == 1.0
    assert scores["by_type"]["SANCTION"] == {"annotated": 0, "stated": 1, "found": 0}


def test_one_statement_answers_one_annotation_only():
    text = "Rebels kill two Danish soldiers in Lagos."
    twice = [_event(text, "kill", "ASSAULT"), _event(text, "kill", "ASSAULT")]
    tally = score_lines([_line("a", text, twice)], Reader())
    assert (tally.wanted, tally.made, tally.hits) == (2, 1, 1)
    assert match([], [], lambda event: (0, 0)) == []


def test_the_surest_half():
    tally = Tally(sure=[(0.9, True), (0.8, True), (0.3, False), (0.2, False)])
    assert tally.surest_half() == 1.0
    assert Tally().surest_half() is None


def test_parts_split_the_lines():
    keys = [f"{n:010x}" for n in range(200)]
    parts = [{k for k in keys if in_part(k, part)} for part in ("development", "heldout")]
    assert parts[0] | parts[1] == set(keys) and not parts[0] & parts[1]
    assert 70 < len(parts[0]) < 130


def test_what_is_no_gold_is_refused(tmp_path: Path):
    with pytest.raises(ReadingRefused, match="holds no annotations; give a folder"):
        score_reading(tmp_path)
    (tmp_path / "lines.jsonl").write_text("{", "utf-8")
    with pytest.raises(ReadingRefused, match=r"lines.jsonl cannot be read as JSON Lines"):
        score_reading(tmp_path)


needs_gold = pytest.mark.skipif(
    not (GOLD / "lines.jsonl").is_file(), reason="the annotations of ../shared are not here"
)


@needs_gold
def test_lines_not_seen_while_writing_the_rules():
    """The floor lies a little below what was reached; see docs/reading.md for the figures."""
    scores = score_reading(GOLD / "lines.jsonl", Reader(), "heldout")["lines"]
    assert scores["f1"] >= 0.66
    assert scores["precision_of_surest_half"] >= 0.82
    right = scores["right"]
    assert right["source"] >= 0.84 and right["target"] >= 0.71
    assert right["date"] >= 0.87 and right["modality"] >= 0.90 and right["killed"] >= 0.86


@needs_gold
def test_articles():
    reader = Reader(mapping=Mapping.of(read_theatre("iraq")))
    scores = score_reading(GOLD / "claims.jsonl", reader)["articles"]
    assert scores["f1"] >= 0.48
    assert scores["documents"]["002"]["f1"] >= 0.38
    assert json.dumps(scores)
