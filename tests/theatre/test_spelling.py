"""Names as words: capitals are those of the theatre's own sentences."""

from __future__ import annotations

import pytest

from tightrope.theatre import read_theatre
from tightrope.theatre.spelling import capitals_in, spelled

SENTENCES = ["The US leads; talks with the US end.", "Talks of ISIS and of a war in Gaza",
             "The Gaza War, which is a war."]  # fmt: skip
CAPITALS = capitals_in(SENTENCES)


def test_a_word_has_a_capital_where_it_never_stands_without() -> None:
    assert CAPITALS == {"us": "US", "isis": "ISIS", "gaza": "Gaza"}


@pytest.mark.parametrize(
    "text, told",
    [
        ("us_talks", "US talks"),
        ("isis", "ISIS"),
        ("2 fewer us_talks_on_gaza in 2020", "2 fewer US talks on Gaza in 2020"),
        ("of us and them", "of us and them"),
        ("", ""),
    ],
)
def test_names_become_words_and_other_words_stay(text: str, told: str) -> None:
    assert spelled(text, CAPITALS) == told


def test_titles_of_iraq_read_as_words() -> None:
    theatre = read_theatre("iraq")
    told = [
        theatre.in_words(name)
        for name in (
            "us_kills_commander",
            "militias_put_on_payroll",
            "iran_strike_in_iraq",
            "gaza_war",
        )
    ]
    assert told == ["US kills commander", "militias put on payroll", "Iran strike in Iraq",
                    "Gaza war"]  # fmt: skip
