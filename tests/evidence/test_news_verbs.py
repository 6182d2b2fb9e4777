"""Which word of a headline is its verb, and which phrases name no act: made-up sentences."""

from __future__ import annotations

from datetime import date

import pytest

from tightrope.evidence.document import Document
from tightrope.evidence.lexicon import lexicon, spelt_out
from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.tagging import tag
from tightrope.evidence.tokens import sentences

VERBS = [
    ("A group of women kill a guard near Lagos.", "kill"),
    ("Militants in the Oslo valley fire eight rockets at Lima.", "fire"),
    ("Danish aircraft hit at least six targets near Quito.", "hit"),
    ("Danish police raid and close a school in Lima.", "raid"),
    ("A court in Lagos, Nigeria, sentences Ada Obi to nine years and 70 lashes.", "sentences"),
    ("Peru and a faction of the Front for Reform sign a treaty.", "sign"),
    ("Two are hurt as students protest and tanks storm the town and are met by fire.", "storm"),
    ("Chile charges and sanctions nine bankers.", "sanctions"),
    ("An airstrike hit the village.", "hit"),
    ("A third of all teachers protest the cut.", "protest"),
    ("The minister of Peru visits the coast to inspect the damage caused by fires.", "visits"),
]


@pytest.mark.parametrize(("text", "verb"), VERBS, ids=[verb for _, verb in VERBS])
def test_the_verb_of_a_headline(text: str, verb: str):
    (sentence,) = sentences(text)
    assert tag(sentence, lexicon())[sentence.words.index(verb)] == "V"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("One of three captured soldiers is found in Lagos.", "captured"),
        ("Then came the Danish air strikes on Lima.", "strikes"),
        ("Peru drops the case over espionage charges.", "charges"),
    ],
)
def test_what_only_looks_like_a_verb(text: str, word: str):
    (sentence,) = sentences(text)
    assert tag(sentence, lexicon())[sentence.words.index(word)] == "N"


@pytest.mark.parametrize(
    "text",
    [
        "Peru releases a report on its forests.",
        "Elections are held in Chile.",
        "The council of Lima cancels the summer festival.",
    ],
)
def test_phrases_that_name_no_act(text: str):
    document = Document("made up", text, (), "1", date(2024, 5, 1))
    assert read_statements(document, Reader(least=0.0)) == []


def test_one_word_means_two_things():
    def plover(text: str) -> list[str]:
        document = Document("made up", text, (), "1", date(2024, 5, 1))
        return [s.plover for s in read_statements(document, Reader(least=0.0))]

    assert plover("Rebels capture the town of Kisal.") == ["ASSAULT"]
    assert plover("Police capture a suspected smuggler.") == ["COERCE"]


def test_patterns_are_spelt_out():
    assert spelt_out("hold|stage ... rally(s)") == [
        "hold ... rally", "hold ... rallies", "stage ... rally", "stage ... rallies",
    ]  # fmt: skip
