"""The same text told again is found: exactly, nearly, not by chance, in linear time."""

from __future__ import annotations

import doctest
import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.evidence import headers, web_pages
from tightrope.evidence.document import Document
from tightrope.evidence.duplicates import LIKE, SHINGLE_WORDS, near_duplicates
from tightrope.evidence.noise import mark_noise

WORDS = [f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in "rstvz"]


def text(seed: int, length: int = 120) -> str:
    draw = random.Random(seed)
    return " ".join(draw.choice(WORDS) for _ in range(length)) + "."


def document(words: str) -> Document:
    return Document("made up", words, mark_noise(words).spans)


def pairs(texts: Sequence[str]) -> list[tuple[int, int]]:
    return [(found.first, found.again) for found in near_duplicates(map(document, texts))]


def test_exact_copies_whatever_their_marks_and_adverts() -> None:
    first = text(1)
    again = f"READ ALSO: Nine ferries burn\n\n{first.upper()}\n\nReuters"
    texts = [first, text(2), again, text(3), first]
    found = list(near_duplicates(map(document, texts)))
    assert [(f.first, f.again, f.likeness) for f in found] == [(0, 2, 1.0), (0, 4, 1.0)]


def test_a_few_changed_words_are_the_same_text_and_many_are_not() -> None:
    words = text(4).split()
    few, many = list(words), list(words)
    few[20:22] = ["other", "words"]
    many[::6] = ["other"] * len(many[::6])
    assert pairs([" ".join(words), " ".join(few), " ".join(many)]) == [(0, 1)]


def test_texts_without_words_resemble_nothing() -> None:
    assert pairs(["", "...", "", "1/2", "?!"]) == []
    assert pairs(["yes", "no", "yes"]) == [(0, 2)]


def test_different_texts_are_never_taken_for_one() -> None:
    assert pairs([text(seed) for seed in range(400)]) == []


@given(st.integers(0, 10**6), st.integers(0, 119))
@settings(max_examples=25, deadline=None)
def test_one_changed_word_is_always_found(seed: int, place: int) -> None:
    words = text(seed).split()
    words[place] = "changed"
    [found] = near_duplicates([document(text(seed)), document(" ".join(words))])
    shingles = len(words) - SHINGLE_WORDS + 1
    true = (shingles - SHINGLE_WORDS) / (shingles + SHINGLE_WORDS)
    assert found.likeness >= LIKE and abs(found.likeness - true) < 0.2


def test_time_grows_with_the_number_of_texts_even_if_all_are_alike() -> None:
    def seconds(number: int) -> float:
        texts = [document(f"{text(1, 40)} {text(1, 40)} number {i}") for i in range(number)]
        start = time.process_time()
        assert len(list(near_duplicates(texts))) == number - 1
        return time.process_time() - start

    seconds(10)
    assert seconds(1_200) < 0.5 + 10 * seconds(200)


@pytest.mark.parametrize("module", [headers, web_pages])
def test_examples(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted and not found.failed
