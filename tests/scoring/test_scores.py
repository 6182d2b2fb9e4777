"""Scores by hand, and what makes a score proper."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, norm, poisson

from tightrope.foresight.members.forecast import LEVELS
from tightrope.scoring.scores import (
    LEAST,
    at_floor,
    brier,
    censored,
    coverage,
    crps,
    interval_score,
    log_score,
    pit,
    skill,
    skill_of_sums,
)

Y = np.array([1.0, 0.0])
numbers = st.floats(-50, 50).map(lambda x: round(x, 3))
samples = st.lists(numbers, min_size=2, max_size=40).map(lambda x: np.sort(np.array(x)))


def test_brier_by_hand():
    assert brier(np.array([0.8, 0.8]), Y) == pytest.approx([0.04, 0.64])


def test_log_score_by_hand():
    assert log_score(np.array([0.8, 0.8]), Y) == pytest.approx([-math.log(0.8), -math.log(0.2)])


def test_log_score_has_a_floor_and_says_where_it_was_reached():
    said = np.array([0.0, 1.0, 1e-4, LEAST, 1.0])
    happened = np.array([1.0, 0.0, 1.0, 1.0, 1.0])
    assert log_score(said, happened)[:4] == pytest.approx([-math.log(LEAST)] * 4)
    assert log_score(said, happened)[4] == 0
    assert at_floor(said, happened).tolist() == [True, True, True, False, False]


@pytest.mark.parametrize("truth", [0.1, 0.37, 0.9])
@pytest.mark.parametrize("score", [brier, log_score])
def test_the_true_probability_is_the_best_to_say(score, truth: float):
    said = np.linspace(0.01, 0.99, 99)
    expected = truth * score(said, np.ones(99)) + (1 - truth) * score(said, np.zeros(99))
    assert said[expected.argmin()] == pytest.approx(truth, abs=0.0051)


def test_crps_of_two_points_by_hand():
    # E|X - y| = (1 + 2) / 2; E|X - X'| / 2 = (0 + 3 + 3 + 0) / 4 / 2
    assert crps(np.array([0.0, 3.0]), np.array(1.0)) == pytest.approx(1.5 - 0.75)


def test_crps_of_a_sure_value_is_its_distance():
    assert crps(np.full((2, 7), 4.0), np.array([1.0, 9.0])) == pytest.approx([3.0, 5.0])


@given(samples, numbers)
def test_crps_is_the_integral_of_squared_differences(sample: np.ndarray, truth: float):
    cuts = np.unique(np.append(sample, truth))
    inside = (sample[None] <= cuts[:-1, None]).mean(1) - (truth <= cuts[:-1])
    expected = (np.diff(cuts) * inside**2).sum()
    assert crps(sample, np.array(truth)) == pytest.approx(expected, abs=1e-9)


@given(samples, numbers, st.floats(0.1, 9.0), numbers)
def test_crps_keeps_to_shift_and_scale(sample, truth: float, scale: float, shift: float):
    moved = crps(sample * scale + shift, np.array(truth * scale + shift))
    assert moved == pytest.approx(scale * crps(sample, np.array(truth)), abs=1e-6)


def test_crps_of_quantiles_is_near_that_of_the_law():
    # Closed form of the normal law: Gneiting and Raftery 2007, eq. 21, at its mean.
    exact = 2 * norm.pdf(0) - 1 / math.sqrt(math.pi)
    assert crps(norm.ppf(LEVELS), np.array(0.0)) == pytest.approx(exact, rel=0.01)


def test_the_true_law_is_the_best_to_say():
    truth = np.random.default_rng(0).poisson(6.0, 20_000).astype(float)
    means = np.array([4.0, 5.0, 6.0, 7.0, 8.0])
    for score in (crps, interval_score):
        expected = [
            score(np.tile(poisson.ppf(LEVELS, m), (20_000, 1)), truth).mean() for m in means
        ]
        assert means[int(np.argmin(expected))] == 6.0, score.__name__


def test_interval_score_by_hand():
    sample = np.arange(100.0)
    # Hazen's quantiles of 0..99 at .05 and .95 are 4.5 and 94.5.
    found = interval_score(np.tile(sample, (3, 1)), np.array([50.0, 0.0, 100.0]))
    assert found == pytest.approx([90.0, 90 + 20 * 4.5, 90 + 20 * 5.5])


def test_dates_that_never_come_are_the_day_after_the_window():
    days = np.array([3.0, 90.0, 91.0, np.inf])
    assert censored(days, 90).tolist() == [3, 90, 91, 91]
    never = censored(np.full(10, np.inf), 90)
    assert crps(never, censored(np.array(np.inf), 90)) == 0
    assert crps(never, censored(np.array(1.0), 90)) == 90


def test_stretch_of_a_truth_among_equals_and_between_values():
    sample = np.array([0.0, 0.0, 1.0, 3.0])
    for truth, low, high in (
        (0.0, 0.0, 0.5),
        (1.0, 0.5, 0.75),
        (2.0, 0.625, 0.875),
        (9.0, 0.875, 1),
    ):
        assert pit(sample, np.array(truth)) == (low, high), truth


@pytest.mark.parametrize(
    "law",
    [poisson(0.05), poisson(0.7), poisson(40), nbinom(0.3, 0.05), norm(0, 1)],
    ids=["rare", "few", "many", "bursts", "continuous"],
)
def test_a_forecaster_who_is_right_covers_90_percent(law):
    truth = law.rvs(size=20_000, random_state=1).astype(float)
    sample = np.tile(law.ppf(LEVELS), (20_000, 1))
    assert coverage(sample, truth).mean() == pytest.approx(0.9, abs=0.015)


def test_too_narrow_covers_less_and_too_wide_more():
    truth = np.random.default_rng(2).normal(size=5000)
    for spread, low, high in ((0.5, 0.5, 0.65), (2.0, 0.99, 1.0)):
        sample = np.tile(norm.ppf(LEVELS) * spread, (5000, 1))
        assert low < coverage(sample, truth).mean() < high


def test_skill_by_hand_and_its_borders():
    scores, reference = np.array([1.0, 2.0, np.nan]), np.array([2.0, 4.0, 100.0])
    assert skill(scores, reference) == 0.5
    assert skill(reference[:2], scores[:2]) == -1.0
    assert skill(scores, scores) == 0.0
    assert skill(np.zeros(2), np.zeros(2)) == 0.0
    assert skill(np.ones(2), np.zeros(2)) is None
    assert skill(np.array([np.nan]), np.array([1.0])) is None
    assert skill_of_sums(np.array([1.0]), np.array([0.0]))[0] == -np.inf


@pytest.mark.parametrize("score", [brier, log_score])
def test_what_is_not_known_is_not_scored(score):
    assert np.isnan(score(np.array([0.5, np.nan]), np.array([np.nan, 1.0]))).all()


@pytest.mark.parametrize("score", [crps, coverage, interval_score])
def test_truths_that_are_not_known_are_not_scored(score):
    found = score(np.tile(np.arange(5.0), (2, 1)), np.array([np.nan, 2.0]))
    assert np.isnan(found[0]) and np.isfinite(found[1])
