"""Words of a table -> days, spans and numbers."""

from __future__ import annotations

import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.adapters import entries, naming
from tightrope.adapters.naming import LONGEST, name_from, unique
from tightrope.engine.counts import MAX_COUNT
from tightrope.tables import values
from tightrope.tables.values import (
    Bounds,
    Days,
    read_bounds,
    read_day,
    read_days,
    read_name,
    read_number,
)
from tightrope.theatre.dates import parse_span

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize("module", [entries, naming, values])
def test_the_examples_of_the_docstrings(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@given(DAYS, DAYS)
def test_a_span_is_written_as_the_language_reads_it(one: date, two: date) -> None:
    days = Days(min(one, two), max(one, two))
    span = parse_span(days.text())
    assert (span.earliest, span.latest, span.middle()) == (*days, days.middle())
    assert read_days(days.text()) == days


def test_whole_months_and_years_are_written_short() -> None:
    assert Days(date(2012, 2, 1), date(2012, 2, 29)).text() == "2012-02"
    assert Days(date(2012, 1, 1), date(2012, 12, 31)).text() == "2012"
    assert Days(date(2012, 1, 1), date(2012, 2, 29)).text() == "2012-01-01/2012-02-29"
    assert Days(date(2012, 2, 1), date(2012, 2, 28)).text() == "2012-02-01/2012-02-28"


@pytest.mark.parametrize("text", ["2014-01-24", "20140124", "2014-01-24 00:00:00.000",
                                  "2014-01-24T23:59:00+03:00"])  # fmt: skip
def test_days_as_tables_write_them(text: str) -> None:
    assert read_day(text) == date(2014, 1, 24)


@pytest.mark.parametrize("text, says", [
    ("2014-02-30", "does not exist in the calendar"),
    ("24/01/2014", "can be read in several ways; write YYYY-MM-DD"),
    ("yesterday", "is not a date; write 2020-01-03"),
    ("2014-01", "is not one day; write YYYY-MM-DD"),
    ("1899-12-31", "lies outside 1900 to 2100; check the year"),
    ("2101-01-01", "lies outside 1900 to 2100; check the year"),
    ("", "is not a date"),
])  # fmt: skip
def test_what_is_no_day(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_day(text)


def test_a_span_must_have_two_ends() -> None:
    with pytest.raises(ValueError, match="has an open end; give the first and the last day"):
        read_days("2014-01-01/..")


@pytest.mark.parametrize("text, number", [("0", 0), ("3", 3), ("3.0", 3), ("007", 7), ("12.", 12)])
def test_numbers(text: str, number: int) -> None:
    assert read_number(text) == number
    assert read_bounds(text) == Bounds(number, number)


@pytest.mark.parametrize("text, says", [
    ("-1", "'-1' is negative; write 0 or more"), ("1.5", "is no whole number"),
    ("", "an empty cell is no whole number; write for example 3"), ("1e3", "is no whole number"),
    ("9999999999", "is no whole number"), ("NaN", "is no whole number"), ("٣", "is no whole"),
])  # fmt: skip
def test_what_is_no_number(text: str, says: str) -> None:
    for read in (read_number, read_bounds):
        with pytest.raises(ValueError, match=says):
            read(text)


def test_bounds() -> None:
    assert [read_bounds(t) for t in ("5..8", "24..", "..3", "2..2")] == [
        (5, 8), (24, None), (0, 3), (2, 2),
    ]  # fmt: skip
    assert [Bounds(*b).text() for b in ((5, 8), (24, None), (2, 2))] == ["5..8", "24..", "2"]
    for text, says in (("8..5", "runs backwards"), ("..", "is no whole number")):
        with pytest.raises(ValueError, match=says):
            read_bounds(text)


def test_a_name_is_neither_nothing_nor_a_paragraph() -> None:
    assert read_name("x" * 200) == "x" * 200
    with pytest.raises(ValueError, match="it is empty; fill it in, or remove the row"):
        read_name("")
    with pytest.raises(ValueError, match="longer than 200 characters; is it the right column"):
        read_name("x" * 201)


def test_a_day_holds_no_more_than_the_engine_counts() -> None:
    assert values.MOST_A_DAY == MAX_COUNT


@given(st.text())
def test_every_name_is_one_of_the_language(words: str) -> None:
    name = name_from(words, "event")
    assert name[0].isalpha() and name.isascii() and len(name) <= LONGEST
    assert name.replace("_", "a").isalnum() and name.islower()


@pytest.mark.parametrize("words", ["null", "TRUE", "no", "2014", "1e5", "not", "~", ""])
def test_names_that_yaml_or_conditions_would_misread(words: str) -> None:
    assert name_from(words, "event").startswith("event")


def test_long_names_end_with_a_word_and_stay_unique() -> None:
    long = name_from("Government of the United States of America, Government of Australia x", "e")
    assert long == "government_of_the_united_states_of_america_government_of"
    assert unique("a", {"a", "a_2"}) == "a_3"
    assert unique("b", {"a"}) == "b"
