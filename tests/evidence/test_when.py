"""Time expressions against days worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.evidence.when import moments
from tightrope.theatre.dates import parse_span

WEDNESDAY = date(2024, 2, 7)


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("on Sunday", "2024-02-04"),
        ("on Wednesday", "2024-02-07"),
        ("last Wednesday", "2024-01-31"),
        ("last week", "2024-01-29/2024-02-04"),
        ("earlier this week", "2024-02-05/2024-02-07"),
        ("a few days ago", "2024-01-31/2024-02-05"),
        ("three days ago", "2024-02-04"),
        ("two weeks ago", "2024-01-24~"),
        ("two years ago", "2022"),
        ("last month", "2024-01"),
        ("yesterday", "2024-02-06"),
        ("in October", "2023-10"),
        ("in 2017. October", "2023-10"),
        ("on December 27", "2023-12-27"),
        ("a Jan. 28 strike", "2024-01-28"),
        ("on 3 January 2020", "2020-01-03"),
        ("in May 2010", "2010-05"),
        ("in 2014", "2014"),
        ("since 2003", "2003/2024-02-07"),
        ("over the past four months", "2023-10/2024-02"),
        ("on New Year's Eve", "2023-12-31"),
        ("two days of fighting", "2024-02-06/2024-02-07"),
    ],
)
def test_words_become_dates(words: str, edtf: str):
    assert [m.edtf for m in moments(words, WEDNESDAY)] == [edtf]


@pytest.mark.parametrize("words", ["16 Iraqis", "2,000 men", "30 February", "a week of talks", ""])
def test_what_is_no_date_stays_none(words: str):
    assert moments(words, WEDNESDAY) == []


def test_without_an_anchor_only_the_absolute_is_read():
    text = "last week, on Sunday, in October, on 3 January 2020"
    assert [m.edtf for m in moments(text, None)] == ["2020-01-03"]


@given(st.dates(date(1990, 1, 10), date(2090, 1, 1)), st.sampled_from(
    ["on Monday", "last week", "yesterday", "in March", "three weeks ago", "last month", "today"]
))  # fmt: skip
@settings(deadline=None)
def test_the_past_is_not_after_publication(anchor: date, words: str):
    (found,) = moments(words, anchor)
    span = parse_span(found.edtf)
    assert span.earliest is not None and span.earliest <= anchor
    assert anchor - span.earliest <= timedelta(400)
