"""Baselines by hand, and what all of them must keep to."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.members.baselines import BASELINES, forecast_daily, forecast_share
from tightrope.foresight.members.forecast import SIZE, Kind
from tightrope.foresight.members.windows import answers_of, whole_windows

KINDS: tuple[Kind, ...] = ("yes_no", "count", "date")


def days_with(length: int, *events: int) -> np.ndarray:
    daily = np.zeros(length)
    np.add.at(daily, list(events), 1.0)
    return daily


def sample(member: str, daily: np.ndarray, kind: Kind, horizon: int, at_least: int = 1):
    found = forecast_daily(member, daily, kind, at_least, horizon).sample
    assert found is not None and len(found) == SIZE
    return found


def chance(member: str, daily: np.ndarray, horizon: int, at_least: int = 1) -> float:
    found = forecast_daily(member, daily, "yes_no", at_least, horizon).probability
    assert found is not None
    return found


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(1, 20), st.integers(1, 4))
def test_answers_of_windows_are_those_of_a_plain_loop(daily: list[int], horizon: int, m: int):
    series, starts = np.array(daily, float), whole_windows(len(daily), horizon)
    for kind in KINDS:
        found = answers_of(series, starts, kind, m, horizon)
        assert found.tolist() == [
            answer_by_hand(daily[i : i + horizon], kind, m) for i in range(len(daily) - horizon + 1)
        ]


def answer_by_hand(window: list[int], kind: str, at_least: int) -> float:
    if kind == "count":
        return sum(window)
    for day in range(1, len(window) + 1):
        if sum(window[:day]) >= at_least:
            return day if kind == "date" else 1.0
    return math.inf if kind == "date" else 0.0


def test_a_tally_spread_over_days_still_reaches_its_whole():
    daily = np.full(30, 0.1)
    starts = np.array([0, 5])
    assert answers_of(daily, starts, "yes_no", 1, 10).tolist() == [1.0, 1.0]
    assert answers_of(daily, starts, "date", 1, 12).tolist() == [10.0, 10.0]
    assert answers_of(daily, starts, "count", 1, 12).tolist() == [1.0, 1.0]


def test_climatology_is_the_smoothed_share_of_windows():
    daily = days_with(100, 50)
    # 10 of 91 windows of ten days hold the event; ten windows fit side by side.
    assert chance("climatology", daily, 10) == pytest.approx((10 / 91 * 10 + 0.5) / 11)


def test_climatology_of_counts_is_their_empirical_distribution():
    daily = np.tile([0.0, 0.0, 0.0, 4.0], 250)
    counted = np.bincount(sample("climatology", daily, "count", 2).astype(int))
    assert counted[[0, 4]] == pytest.approx([50, 50], abs=1)


def test_climatology_of_dates_has_the_days_and_the_smoothed_chance():
    daily = np.tile([1.0] + [0.0] * 9, 40)
    found = sample("climatology", daily, "date", 5)
    share = (answers_of(daily, whole_windows(400, 5), "yes_no", 1, 5)).mean()
    assert np.isfinite(found).mean() == pytest.approx((share * 80 + 0.5) / 81, abs=0.01)
    per_day = np.bincount(found[np.isfinite(found)].astype(int), minlength=6)[1:]
    assert per_day.max() - per_day.min() <= 1


def test_last90_is_poisson_with_half_an_event_more():
    daily = days_with(400, 10, 350, 380, 399)
    rate = 3.5 / 90
    assert chance("last90", daily, 30) == pytest.approx(1 - math.exp(-30 * rate))
    mean = 30 * rate
    assert chance("last90", daily, 30, 2) == pytest.approx(1 - math.exp(-mean) * (1 + mean))


def test_last90_of_counts_and_dates_follow_the_same_process():
    daily = days_with(400, 350, 380, 399)
    mean = 30 * 3.5 / 90
    counts = sample("last90", daily, "count", 30)
    assert (counts == 0).mean() == pytest.approx(math.exp(-mean), abs=0.006)
    assert counts.mean() == pytest.approx(mean, abs=0.02)
    dates = sample("last90", daily, "date", 30)
    assert (dates <= 10).mean() == pytest.approx(1 - math.exp(-mean / 3), abs=0.006)


def test_last90_forgets_what_lies_further_back():
    recent = days_with(90, 3, 5)
    long_ago = np.concatenate([np.full(500, 9.0), recent])
    assert chance("last90", long_ago, 30) == chance("last90", recent, 30)


def test_boot12_sees_twelve_months_and_no_more():
    year = days_with(365, 100, 200)
    before = np.concatenate([np.full(300, 5.0), year])
    for kind in KINDS:
        a, b = (forecast_daily("boot12", x, kind, 1, 30) for x in (year, before))
        assert a.chance == b.chance and np.array_equal(a.sample, b.sample, equal_nan=False) \
            if a.sample is not None else a == b  # fmt: skip


def test_boot12_makes_longer_windows_of_blocks():
    daily = np.random.default_rng(0).poisson(0.2, 365).astype(float)
    found = sample("boot12", daily, "count", 1000)
    assert found.mean() == pytest.approx(daily.mean() * 1000, rel=0.05)
    assert found.std() > math.sqrt(daily.mean() * 1000) * 0.7
    assert np.array_equal(found, sample("boot12", daily, "count", 1000)), "its seed is fixed"


@pytest.mark.parametrize("member", BASELINES)
def test_none_says_never_or_always(member: str):
    for daily in (np.zeros(1000), np.ones(1000)):
        assert 0 < chance(member, daily, 30) < 1 or member == "last90"
        assert 0 < forecast_share(member, np.minimum(daily, 1), 30).chance < 1


@pytest.mark.parametrize("member", BASELINES)
@pytest.mark.parametrize("length", [1, 20, 89, 200])
def test_short_records_get_an_answer(member: str, length: int):
    daily = days_with(length, 0)
    for kind in KINDS:
        assert 0 < forecast_daily(member, daily, kind, 1, 90).chance <= 1
    assert 0 < forecast_share(member, daily, 90).chance < 1


@pytest.mark.parametrize("member", BASELINES)
def test_a_higher_bar_is_never_easier(member: str):
    daily = np.random.default_rng(3).poisson(0.3, 900).astype(float)
    chances = [chance(member, daily, 30, m) for m in (1, 3, 9, 27)]
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize(
    ("member", "days"), [("climatology", 800), ("last90", 90), ("boot12", 365)]
)
def test_shares_of_days_of_a_condition(member: str, days: int):
    state = (np.random.default_rng(1).random(800) < 0.3).astype(float)
    seen = state[-days:].sum()
    assert forecast_share(member, state, 30).probability == pytest.approx((seen + 0.5) / (days + 1))


def test_names_and_series_that_are_none_are_refused():
    with pytest.raises(UnknownName, match="no baseline is called 'last9'; did you mean 'last90'"):
        forecast_daily("last9", np.ones(9), "count", 1, 30)
    with pytest.raises(UnknownName, match="boot12"):
        forecast_share("boot1", np.ones(9), 30)
    with pytest.raises(RunRefused, match="at least one day known"):
        forecast_daily("last90", np.array([]), "count", 1, 30)
    with pytest.raises(RunRefused, match=r"day 1 of the series has -2\.0"):
        forecast_daily("last90", np.array([0.0, -2.0]), "count", 1, 30)
    with pytest.raises(RunRefused, match=r"day 0 of the state is 0\.5"):
        forecast_share("last90", np.array([0.5]), 30)
    with pytest.raises(RunRefused, match="not 'level'; at_least is 0; it starts at 1; the horizon"):
        forecast_daily("last90", np.ones(9), "level", 0, 0)
