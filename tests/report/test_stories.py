"""Storylines, conditions and speakers in words."""

from __future__ import annotations

from datetime import date

import pytest

from tightrope.charts.stories import storyline_lanes
from tightrope.charts.theme import to_svg
from tightrope.foresight.parents import Happened, Link, Origin
from tightrope.foresight.storyline import Chains, Mood, Step, Storyline
from tightrope.report.evidence import speaker
from tightrope.report.gates import gate_in_words
from tightrope.report.stories import event_in_words, lanes, stories, table_of
from tightrope.theatre import Theatre, read_theatre
from tiny import EVENTS, PROTEST, tiny_theatre

FIRST = date(2021, 1, 1)
CONDITIONS = """\
conditions:
  troops: {says: Troops in the harbour, unit: people, starts: 100}
  truce: {says: "Whether north and south hold a truce", starts: no}
  rule: {says: Who rules, values: [calm, storm], starts: calm}
"""
GATES = ["troops > 0 and not truce", "rule == storm or rule != calm", "not troops >= 1000",
         "not (truce or troops)"]  # fmt: skip


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Theatre:
    folder = tmp_path_factory.mktemp("gates") / "tiny"
    conditions = "".join(f"{{if: {gate!r}, rate: 1 per year, mechanism: M1}}, " for gate in GATES)
    extra = f"    extra: [{conditions[:-2]}]\n"
    events = EVENTS + PROTEST + "  riot:\n    says: The same, with fire\n    by: south\n" \
        "    plover: PROTEST\n    base: 1 per year\n" + extra  # fmt: skip
    tiny_theatre(folder, events)
    text = (folder / "theatre.yaml").read_text()
    own = text[: text.index("conditions:")] + CONDITIONS + text[text.index("events:") :]
    (folder / "theatre.yaml").write_text(own)
    return read_theatre(folder)


@pytest.mark.parametrize("gate, told", [
    (GATES[0], "Troops in the harbour: above 0; and not so: north and south hold a truce"),
    (GATES[1], "Who rules: storm; or Who rules: not calm"),
    (GATES[2], "Troops in the harbour: below 1,000"),
    (GATES[3], "not so: north and south hold a truce; or Troops in the harbour: above 0"),
    ("old_name > 3", "old name > 3"),
])  # fmt: skip
def test_conditions_are_told_in_the_words_of_the_theatre(
    theatre: Theatre, gate: str, told: str
) -> None:
    assert gate_in_words(theatre, gate) == told


@pytest.mark.parametrize("who, told", [
    ("north", "North"), ("rend_al_rahim", "Rend al Rahim"),
    ("narrator of register", "the author (Observatory)"),
    ("narrator of register / clarke", "the author (Observatory), Clarke"),
    ("narrators (of four)", "narrators (of four)"),
])  # fmt: skip
def test_who_asserts_something_has_a_name(theatre: Theatre, who: str, told: str) -> None:
    assert speaker(theatre, who) == told


def chain(*events: str, share: float, origin: Origin | None = None) -> Storyline:
    steps = [Step(events[0], None, None)]
    steps += [Step(name, Link("follows", "M1"), 1.0 + 2 * i) for i, name in enumerate(events[1:])]
    example = [Happened(name, 3 + 10 * i) for i, name in enumerate(events)]
    return Storyline(origin or Origin("base"), tuple(steps), share, round(100 * share),
                     (Mood("anger", 0.7, 0.3, 1.8),), (), tuple(example))  # fmt: skip


CHAINS = Chains(0.25, 100, (
    chain("strike", "protest", "riot", share=0.6),
    chain("riot", share=0.3, origin=Origin("condition", "not troops >= 1000", "M1")),
), 4)  # fmt: skip


def test_a_storyline_reads_as_sentences(theatre: Theatre) -> None:
    told = stories(CHAINS, theatre, "yes_no", FIRST)
    assert told is not None
    assert "25 of 100 futures come to a yes" in told.says and "100 with yes" in told.says
    first, second = told.told
    assert (first.share, first.begins) == ("60 of 100 futures with yes", "It begins by itself")
    assert [step.after for step in first.steps] == ["", "1 day later", "3 days later"]
    assert [step.mechanism for step in first.steps] == [None, "M1", "M1"]
    assert first.example[1] == ("13 January 2021", "x")
    assert first.moods == ("x, 0.70 (at rest 0.30), made the last event 1.8 times as likely",)
    assert second.begins == "It begins while this holds: Troops in the harbour: below 1,000"
    assert told.rest.startswith("10 of 100 futures with yes come about in 4 other ways. 75 of 100")
    assert [row[0] for row in table_of(told).rows] == ["1", "2"]


def test_counts_have_no_yes_and_no_no(theatre: Theatre) -> None:
    told = stories(CHAINS, theatre, "count", FIRST)
    assert told and "yes" not in told.says + told.rest + told.told[0].share


def test_a_few_chains_are_nothing_typical(theatre: Theatre) -> None:
    assert stories(Chains(0.0, 4, CHAINS.told, 0), theatre, "yes_no", FIRST) is None


def test_a_meaning_that_leans_on_its_neighbour_is_not_told_alone(theatre: Theatre) -> None:
    assert event_in_words(theatre, "riot") == "Riot"
    assert event_in_words(theatre, "strike") == "x"


def test_the_picture_has_a_lane_for_each_and_days_of_the_window(theatre: Theatre) -> None:
    rows = lanes(CHAINS, theatre, FIRST)
    assert [(row["storyline"], row["day"]) for row in rows] == [
        (1, "2021-01-03"), (1, "2021-01-13"), (1, "2021-01-23"), (2, "2021-01-03"),
    ]  # fmt: skip
    picture = to_svg(storyline_lanes(rows, FIRST, 90), "two storylines")
    assert "1: 60 %" in picture.replace("  ", " ") and "2: 30 %" in picture.replace("  ", " ")
