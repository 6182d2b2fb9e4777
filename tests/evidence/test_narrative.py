"""Times that a tale counts from what it told before, and what it carries on; sentences invented."""

from __future__ import annotations

from datetime import date

import pytest

from tightrope.evidence.reader import Reader, read_statements
from told import document

REPORT = date(2018, 6, 30)
PADDING = "\n\n" + "The weather in the valley stays mild, and harvests are good. " * 30


def _dates(text: str, published: date = REPORT) -> list[tuple[str | None, str | None]]:
    """Date and basis of the attacks of an article."""
    of = document(text + PADDING, published=published)
    told = read_statements(of, Reader(least_article=0.0))
    return [(s.date, s.date_basis) for s in told if s.plover == "ASSAULT"]


FIRST = "On 3 March 2018 rebels attacked the base of Peru."


@pytest.mark.parametrize(
    ("second", "edtf"),
    [
        ("On the same day soldiers of Peru attacked the rebels.", "2018-03-03"),
        ("The next day soldiers of Peru attacked the rebels.", "2018-03-04"),
        ("A month later soldiers of Peru attacked the rebels.", "2018-04"),
        ("Two days earlier soldiers of Peru attacked the rebels.", "2018-03-01"),
        ("A week later soldiers of Peru attacked the rebels.", "2018-03-10~"),
        ("Two years later soldiers of Peru attacked the rebels.", "2020"),
    ],
)
def test_a_tale_counts_from_the_day_that_it_told(second: str, edtf: str):
    assert _dates(f"{FIRST} {second}") == [("2018-03-03", "words"), (edtf, "words")]


def test_what_a_paragraph_tells_in_the_past_goes_on_on_that_day():
    assert _dates(f"{FIRST} Soldiers of Peru attacked the rebels.")[1] == ("2018-03-03", "carried")


def test_a_new_paragraph_carries_nothing():
    assert _dates(f"{FIRST}\n\nSoldiers of Peru attacked the rebels.")[1][1] == "assumed"


def test_a_count_without_anything_told_before_is_no_date():
    assert _dates("A month later soldiers of Peru attacked the rebels.")[0][1] == "assumed"
