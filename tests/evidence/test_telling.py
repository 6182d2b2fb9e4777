"""How articles tell of acts: a report or a mention, one story or two, whose act it was."""

from __future__ import annotations

from datetime import date

import pytest

from tightrope.evidence.document import Document
from tightrope.evidence.drafts import Draft
from tightrope.evidence.reader import Reader, drafts_of, read_statements
from tightrope.evidence.tokens import sentences

PADDING = "\n\nNothing more than this was known of it by the evening of that day." * 30

STORY = "Rebels killed General Juan Soto. Peru condemned the killing of General Juan Soto."


def told(text: str) -> list[Draft]:
    """The acts of a text that is long enough to be an article."""
    return drafts_of(Document("x", text + PADDING, (), None, date(2024, 2, 7)), Reader())


def act(text: str, word: str, nth: int = 0) -> Draft:
    """The act whose trigger holds a word."""
    found = [d for d in told(text) if word in _trigger(d)]
    assert len(found) > nth, (word, [_trigger(d) for d in told(text)])
    return found[nth]


def _trigger(draft: Draft) -> str:
    trigger = draft.trigger
    return " ".join(draft.parse.sentence.words[trigger.start : trigger.end])


def names(draft: Draft) -> tuple[str | None, str | None]:
    return (draft.source and draft.source.name, draft.target and draft.target.name)


def test_what_is_condemned_was_told_before():
    first, mention = act(STORY, "killed"), act(STORY, "killing")
    assert "tells:again:noun" in mention.features and "tells:content:noun" in mention.features
    assert not any("again" in name for name in first.features if name.startswith("tells:"))


def test_a_report_is_surer_than_a_mention():
    document = Document("x", STORY + PADDING, (), None, date(2024, 2, 7))
    report, _, mention = read_statements(document, Reader(least_article=0.0))
    assert STORY[mention.trigger_start :].startswith("killing")
    assert report.confidence > mention.confidence


@pytest.mark.parametrize(
    ("text", "plovers"),
    [
        ("The president of Peru is threatening sanctions against Chile.", ["THREATEN"]),
        ("Peru's parliament has passed a resolution demanding the eviction of foreign troops.",
         ["REQUEST"]),
        ("The dispute undermined the relations between Peru and Chile.", []),
        ("Peru recognises that peace is better.", []),
    ],
)  # fmt: skip
def test_which_act_a_phrase_names(text: str, plovers: list[str]):
    assert [d.trigger.act.plover for d in told(text)] == plovers


def test_islamic_state_in_capitals_is_no_verb():
    assert names(act("Once IS attacked Peru, the army fled.", "attacked")) == (
        "Islamic State",
        "Peru",
    )
    (shouted,) = sentences("PERU IS AT WAR")
    assert shouted.lows[1] == "is"


def test_support_is_withdrawn_from_somebody():
    text = "The Norwegian government withdrew its support from Peru."
    assert names(act(text, "support")) == ("Norway", "Peru")


def test_a_drone_is_nobody():
    text = "A Peruvian raid by a drone killed two Danish soldiers."
    assert names(act(text, "raid"))[0] == "Peru"


def test_strikes_aimed_at_doing_something_to_somebody():
    text = "Peru replied with air strikes aimed at weakening the power of Chile."
    assert names(act(text, "air strikes")) == ("Peru", "Chile")


def test_a_mere_year_is_not_that_of_the_news():
    text = (
        "Rebels attacked the Norwegian embassy. Many remember the attacks on the embassy in 1979."
    )
    assert names(act(text, "attacks"))[0] != names(act(text, "attacked"))[0]
    again = "Rebels attacked the Norwegian embassy. Many speak of the attacks on the embassy."
    assert names(act(again, "attacks"))[0] == names(act(again, "attacked"))[0]


def test_whoever_kills_another_did_not_kill_the_general():
    text = "Rebels attacked a bridge. Peru mourns since the killing of General Juan Soto."
    assert names(act(text, "killing"))[0] is None


def test_what_lies_behind_is_done():
    assert act("Peru may change since the overthrow of King Olaf.", "overthrow").modality == (
        "happened"
    )


def test_threats_are_no_answer():
    text = "Rebels killed a Danish soldier. Norway left for fear of threats from Chile."
    assert names(act(text, "threats")) == ("Chile", None)


def test_it_is_not_the_troops():
    text = "Danish troops returned in 2014 to fight the Taliban after it captured Oslo."
    assert names(act(text, "captured"))[0] == "Taliban"


def test_troops_leave_the_state_that_the_article_tells_of():
    text = "Rebels attacked Peru. Chile bombed Peru. Norwegian troops withdrew in May."
    assert names(act(text, "withdrew")) == ("Norwegian Armed Forces", "Peru")


def test_what_lies_behind_was_before_the_report():
    draft = act("Peru is better since the overthrow of King Olaf.", "overthrow")
    assert draft.date == "../2024-02-07"
