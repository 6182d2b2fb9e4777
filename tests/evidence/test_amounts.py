"""Numbers and their bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.evidence.amounts import quantity


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("at least 24", 24, None),
        ("more than 160 attacks", 160, None),
        ("over 190 protesters", 190, None),
        ("16 Iraqis", 16, 16),
        ("up to 100 men", 0, 100),
        ("as many as 30", 0, 30),
        ("dozens of people", 24, None),
        ("several people", 2, None),
        ("a civilian", 1, 1),
        ("at least eleven people", 11, None),
        ("twenty two people", 22, 22),
        ("twenty-two people", 22, 22),
        ("two dozen men", 24, 24),
        ("3,000 soldiers", 3000, 3000),
        ("5 to 10 men", 5, 10),
        ("tens of thousands of people", 20000, None),
        ("about 40 people", 40, 40),
    ],
)
def test_bounds(words: str, low: float, high: float | None):
    tokens = words.split()
    found = quantity(tokens, 0, len(tokens))
    assert found is not None and (found.low, found.high) == (low, high)


@pytest.mark.parametrize("words", ["24-year-old man", "in 2014", "the men", "U.S. soldiers"])
def test_what_counts_nothing(words: str):
    tokens = words.split()
    assert quantity(tokens, 0, len(tokens)) is None


@given(st.integers(1, 1899), st.sampled_from(["", "at least ", "up to "]))
@settings(deadline=None)
def test_a_number_is_within_its_own_bounds(number: int, before: str):
    tokens = f"{before}{number:,} people".split()
    found = quantity(tokens, 0, len(tokens))
    assert found is not None
    assert found.low <= number and (found.high is None or number <= found.high)
