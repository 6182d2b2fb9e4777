"""From when on a table is complete enough that silence means that nothing happened."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tightrope.adapters.coverage import end_of_month, first_regular_month


def every(days: int, first: date, last: date) -> list[date]:
    return [first + timedelta(i) for i in range(0, (last - first).days + 1, days)]


def test_an_even_record_starts_with_its_first_month() -> None:
    days = every(9, date(2010, 3, 14), date(2020, 1, 1))
    assert first_regular_month(days) == date(2010, 3, 1)
    assert first_regular_month(list(reversed(days))) == date(2010, 3, 1)


def test_single_early_rows_are_passed_over() -> None:
    dense = every(2, date(2010, 3, 14), date(2020, 1, 1))
    early = every(300, date(1990, 1, 1), date(2008, 12, 31))
    assert first_regular_month([*early, *dense]) == date(2010, 3, 1)


def test_a_record_that_ends_thin_is_whole() -> None:
    days = [*every(1, date(2010, 1, 1), date(2012, 1, 1)), date(2020, 1, 1)]
    assert first_regular_month(days) == date(2010, 1, 1)


def test_one_row() -> None:
    assert first_regular_month([date(2024, 2, 29)]) == date(2024, 2, 1)


@given(st.lists(st.dates(date(1990, 1, 1), date(2020, 12, 31)), min_size=1, max_size=80))
def test_at_most_a_tenth_is_left_out_and_the_month_has_a_row(days: list[date]) -> None:
    start = first_regular_month(days)
    assert start.day == 1
    assert sum(day < start for day in days) <= 0.1 * len(days)
    assert any((day.year, day.month) == (start.year, start.month) for day in days)


def test_a_growing_record_keeps_nine_tenths() -> None:
    """A thin decade of 15 % of the rows, then a flood: half an average year is reached late."""
    thin = every(10, date(2000, 1, 1), date(2009, 12, 31))
    days = [*thin, *every(1, date(2010, 1, 1), date(2010, 12, 31)) * 6]
    start = first_regular_month(days)
    assert start == date(2006, 12, 1), "the month of the row behind a tenth of them"
    assert 0.09 * len(days) < sum(day < start for day in days) <= 0.1 * len(days)


def test_the_end_of_a_month() -> None:
    assert end_of_month(date(2024, 2, 3)) == date(2024, 2, 29)
    assert end_of_month(date(2018, 12, 25)) == date(2018, 12, 31)
