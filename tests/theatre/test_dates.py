from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.theatre.dates import parse_day, parse_span


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2020-01-03", date(2020, 1, 3), date(2020, 1, 3)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-12", date(2019, 12, 1), date(2019, 12, 31)),
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
        ("2019-12-27~", date(2019, 12, 24), date(2019, 12, 30)),
        ("2019-12~", date(2019, 11, 16), date(2020, 1, 15)),
        ("2019~", date(2018, 7, 3), date(2020, 6, 30)),
        ("2023-10-17/2024-02-04", date(2023, 10, 17), date(2024, 2, 4)),
        ("2023-10/2024", date(2023, 10, 1), date(2024, 12, 31)),
        ("2020-01-03/..", date(2020, 1, 3), None),
        ("../2011-12-18", None, date(2011, 12, 18)),
        (" 2020-01-03 ", date(2020, 1, 3), date(2020, 1, 3)),
    ],
)
def test_spans(text: str, earliest: date | None, latest: date | None) -> None:
    span = parse_span(text)
    assert (span.earliest, span.latest) == (earliest, latest)
    assert span.text == text.strip()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "'' is not a date; write 2020-01-03"),
        ("3 January 2020", "'3 January 2020' is not a date; write"),
        ("2020-1-3", "'2020-1-3' is not a date; write"),
        ("2020-02-30", "'2020-02-30' does not exist in the calendar"),
        ("2020-13", "'2020-13' does not exist in the calendar"),
        ("0000", "'0000' does not exist in the calendar"),
        ("9999-12-31~", "'9999-12-31~' does not exist in the calendar"),
        ("0001-01-01~", "'0001-01-01~' does not exist in the calendar"),
        ("2020-01-03/2020-01-01", "ends before it starts; swap the two days"),
        ("../..", "is open at both ends; give at least one day"),
        ("/", "is open at both ends; give at least one day"),
        ("2020/2021/2022", "has more than one '/'; write START/END"),
        ("2020-01-03?", "is not a date; write"),
        ("٢٠٢٠-01-03", "is not a date; write"),
        ("9" * 10_000, "...' is not a date; write"),
    ],
)
def test_what_is_no_span(text: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_span(text)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 200


def test_days_and_middle() -> None:
    span = parse_span("2020-01-01/2020-01-05")
    assert (span.days, span.middle(), span.is_day) == (5, date(2020, 1, 3), False)
    assert parse_span("2020-01-01").is_day
    assert parse_span("2020-01-01/..").days is None


def test_an_open_span_has_no_middle() -> None:
    with pytest.raises(ValueError, match="is open: it has no middle"):
        parse_span("2020-01-01/..").middle()


def test_a_day_must_be_one_day() -> None:
    assert parse_day("2020-01-03") == date(2020, 1, 3)
    with pytest.raises(ValueError, match="'2020-01' is not one day; write YYYY-MM-DD"):
        parse_day("2020-01")


@given(st.dates(), st.dates())
def test_an_interval_reads_back(a: date, b: date) -> None:
    first, last = min(a, b), max(a, b)
    span = parse_span(f"{first}/{last}")
    assert (span.earliest, span.latest) == (first, last)
    assert first <= span.middle() <= last


@given(st.text())
def test_any_text_is_a_span_or_a_value_error(text: str) -> None:
    try:
        span = parse_span(text)
    except ValueError:
        return
    assert span.earliest or span.latest
