"""Who vouches for what over many sentences. All sentences are invented."""

from __future__ import annotations

from typing import Any

import pytest

from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.rulebook import yaml_rules
from tightrope.evidence.voices import narrator
from told import document

PADDING = "\n\n" + "The weather in the valley stays mild, and harvests are good. " * 30


def _voices(text: str) -> list[str | None]:
    told = read_statements(document(text + PADDING), Reader(least_article=0.0))
    return [statement.attributed_to for statement in told if statement.plover == "ASSAULT"]


@pytest.mark.parametrize("test", yaml_rules("voices")["tests"])
def test_the_rules_find_the_author_who_is_retold(test: dict[str, Any]):
    found = narrator(test["text"])
    assert (found and found.name) == test["retold"]


RETOLD = (
    "A magazine discusses Peru.\n\nThe columnist Ada Winter explained in an article for the "
    "magazine that Chile is torn. Rebels attacked Quito.\n\nThe writer said that soldiers of Peru "
    "attacked Lima - as the author says - and left.\n\nFor his part, the mayor saw it. Gunmen "
    "attacked Cusco."
)


def test_an_article_that_retells_one_author_is_on_his_word_but_for_asides():
    assert _voices(RETOLD) == ["Ada Winter", "Ada Winter", None]


@pytest.mark.parametrize(
    ("text", "voices"),
    [
        ("Rebels attacked Quito, Ada Winter said.", ["Ada Winter"]),
        ("Rebels attacked Quito, Ada Winter explained, and gunmen killed a guard.", ["Ada Winter"]),
        ("Rebels - as Ada Winter says - attacked Quito.", ["Ada Winter"]),
        ("In the view of Ada Winter, rebels attacked Quito.", ["Ada Winter"]),
        ("Rebels attacked Quito, analysts say.", ["analysts"]),
        ("Rebels attacked Quito.", [None]),
    ],
)
def test_one_sentence_says_whose_word_it_is(text: str, voices: list[str | None]):
    assert _voices(text)[:1] == voices


def test_a_quotation_goes_on_until_its_paragraph_ends():
    text = "“Rebels attacked Quito,” Ada Winter said. “Men attacked Lima.”\n\nMen attacked Cusco."
    assert _voices(text) == ["Ada Winter", "Ada Winter", None]
