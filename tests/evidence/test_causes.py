"""What an article asserts about cause and effect: found, held against mechanisms, never written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tightrope.errors import ReviewRefused
from tightrope.evidence.causes import Mechanisms, causes_in
from tightrope.evidence.decide import Desk
from tightrope.evidence.propose import propose
from tightrope.evidence.queue import Queue, queue_path
from tightrope.evidence.rulebook import yaml_rules
from tightrope.history import read_theatre_and_history
from tightrope.theatre import read_theatre
from told import document

PADDING = "\n\n" + "The weather in the valley stays mild, and harvests are good. " * 30
ANGER = "Every strike on the soil of Saltmarsh leads to protests and votes in parliament."
NEW = "The Parliament of Saltmarsh is quiet because of the Borean Republic."
OTHER = "The river floods because of rain."


@pytest.mark.parametrize("test", yaml_rules("causes")["tests"])
def test_the_rules_find_cause_and_effect(test: dict[str, Any]):
    text = test["text"]
    found = [(text[c.cue_start : c.cue_end], c.cause, c.effect) for c in causes_in(text)]
    expected = [(test["cue"], test["cause"], test["effect"])] if test["cue"] else []
    assert found == expected


def test_an_assertion_is_held_against_both_sides_of_a_mechanism(scaffold: Path):
    mechanisms = Mechanisms(read_theatre(str(scaffold)))
    named = [mechanisms.of(found) for found in causes_in(f"{ANGER} {NEW} {OTHER}")]
    assert named == ["M2", "", None]


def _propose(own: Path, text: str, **more: Any) -> int:
    of = document(text, **more)
    with Queue(queue_path(own), "saltmarsh") as queue:
        return propose(*read_theatre_and_history(own), [(of, [])], queue).mechanisms


def test_articles_are_searched_once_and_news_in_brief_not_at_all(own: Path):
    assert _propose(own, f"{ANGER} {NEW} {OTHER}{PADDING}") == 2
    assert _propose(own, f"{ANGER} {NEW} {OTHER}{PADDING}") == 0
    assert _propose(own, ANGER, name="brief.txt") == 0


def test_accepting_keeps_it_on_the_list_and_changes_no_file(own: Path):
    _propose(own, f"{ANGER}{PADDING}")
    before = {path: path.read_bytes() for path in own.glob("*.[cy]*")}
    with Queue(queue_path(own), "saltmarsh") as queue:
        desk = Desk(queue, own)
        (entry,) = desk.entries()
        assert (entry.proposal.kind, entry.proposal.cells["mechanism"]) == ("mechanism", "M2")
        desk.correct(entry.id, {"mechanism": "M22"})
        with pytest.raises(ReviewRefused, match="no mechanism 'M22'"):
            desk.accept(entry.id)
        desk.correct(entry.id, {"mechanism": "M2"})
        assert desk.accept(entry.id, reason="it says so") == "support of M2"
        (kept,) = desk.entries("accepted")
        assert kept.row == "support of M2"
        assert {path: path.read_bytes() for path in before} == before
        desk.undo()
        assert queue.count() == {"open": 1, "accepted": 0, "rejected": 0}


def test_what_a_mechanism_cites_already_is_not_proposed(own: Path):
    of = document(f"{ANGER}{PADDING}")
    sources, mechanisms = own / "sources.yaml", own / "mechanisms.yaml"
    entry = ("mine:\n  type: article-newspaper\n  title: Mine\n  outlet: Mine\n"
             f"  published: 2018-03-05\n  language: en\n  sha256: {of.sha256}\n")  # fmt: skip
    sources.write_text(f"{sources.read_text('utf-8')}\n{entry}", "utf-8")
    text = mechanisms.read_text("utf-8")
    cited = text.replace("  sources: [herald-2019-02-20]", "  sources: ['mine#0-20']")
    assert cited != text
    mechanisms.write_text(cited, "utf-8")
    assert _propose(own, of.text) == 0
