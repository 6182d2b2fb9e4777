"""A forecast, how it is made, and the pool."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.errors import RunRefused
from tightrope.foresight.members.forecast import (
    LEVELS,
    SIZE,
    Forecast,
    from_day_chances,
    from_hazard,
    from_paths,
    from_pmf,
    from_values,
    pool,
)

counts = st.lists(st.integers(0, 50), min_size=1, max_size=300).map(lambda x: np.array(x, float))


def sample_of(forecast: Forecast) -> np.ndarray:
    assert forecast.sample is not None
    return forecast.sample


def test_a_sample_of_the_right_size_is_itself():
    values = np.random.default_rng(0).permutation(np.arange(float(SIZE)))
    assert np.array_equal(sample_of(from_values(values)), np.arange(SIZE))


def test_values_and_masses_of_one_law_give_one_sample():
    values, mass = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.123, 0.5, 0.077, 0.3])
    assert np.array_equal(sample_of(from_values(values, mass)), sample_of(from_pmf(mass)))


def test_masses_give_each_count_its_share():
    sample = sample_of(from_pmf(np.array([0.2, 0.5, 0.3])))
    assert np.bincount(sample.astype(int)).tolist() == [20, 50, 30]


def test_missing_tail_goes_to_the_last_count():
    assert sample_of(from_pmf(np.array([0.5, 0.25]))).max() == 1.0


@given(counts)
def test_samples_are_quantiles_of_the_values(values: np.ndarray):
    expected = np.quantile(values, LEVELS - 1e-9, method="inverted_cdf")
    assert np.array_equal(sample_of(from_values(values)), expected)


def test_paths_of_yes_no_become_their_share():
    assert from_paths("yes_no", np.array([1.0, 0.0, 0.0, 1.0])) == Forecast(0.5, None)


def test_paths_of_days_keep_those_that_never_come():
    forecast = from_paths("date", np.array([3.0, np.inf, np.inf, 7.0]))
    assert forecast.chance == 0.5
    assert sample_of(forecast)[0] == 3.0 and sample_of(forecast)[49] == 7.0


def test_a_date_follows_its_chances_by_day():
    sample = sample_of(from_day_chances(np.array([0.1, 0.1, 0.4])))
    assert (sample == 1).sum() == 10 and (sample == 3).sum() == 30 and np.isinf(sample).sum() == 60


def test_constant_hazard_halves_what_is_left_in_equal_times():
    sample = sample_of(from_hazard(0.75, 60))
    assert (sample <= 30).sum() == 50
    assert (sample <= 60).sum() == 75


@pytest.mark.parametrize("chance", [0.0, 1e-9, 1.0])
def test_hazard_bears_the_extremes(chance: float):
    assert from_hazard(chance, 30).chance == round(chance)


@given(counts)
def test_pool_of_one_is_itself(values: np.ndarray):
    one = from_values(values)
    assert np.array_equal(sample_of(pool([one], [3.0])), sample_of(one))
    assert np.array_equal(sample_of(pool([one, one, one], [1, 2, 5])), sample_of(one))


def test_pool_of_probabilities_is_their_mean_by_weight():
    pooled = pool([Forecast(0.2, None), Forecast(0.8, None)], [3.0, 1.0])
    assert pooled.probability == pytest.approx(0.35)


def test_pool_mixes_and_does_not_average_values():
    low, high = from_values(np.array([0.0])), from_values(np.array([10.0]))
    assert np.bincount(sample_of(pool([low, high], [0.3, 0.7])).astype(int))[[0, 10]].tolist() == [
        30, 70,
    ]  # fmt: skip


@given(counts, counts, st.floats(0.05, 0.95))
def test_pool_has_the_mixed_distribution_function(a: np.ndarray, b: np.ndarray, share: float):
    one, two = from_values(a), from_values(b)
    mixed = sample_of(pool([one, two], [share, 1 - share]))
    for x in range(0, 51, 5):
        expected = share * (sample_of(one) <= x).mean() + (1 - share) * (sample_of(two) <= x).mean()
        assert abs((mixed <= x).mean() - expected) <= 0.5 / SIZE + 1e-6


def test_weight_of_zero_takes_no_part():
    a, b = from_values(np.arange(5.0)), from_values(np.array([np.inf]))
    assert np.array_equal(sample_of(pool([a, b], [1.0, 0.0])), sample_of(a))


@pytest.mark.parametrize("weights", [[1.0], [0.0, 0.0], [-1.0, 2.0], [np.nan, 1.0]])
def test_pool_refuses_weights_that_are_none(weights: list[float]):
    with pytest.raises(RunRefused, match="give each one weight, zero or more, and not all zero"):
        pool([Forecast(0.5, None)] * 2, weights)


def test_pool_refuses_different_kinds():
    with pytest.raises(RunRefused, match="pool one question's answers"):
        pool([Forecast(0.5, None), from_values(np.array([1.0]))], [1, 1])


@pytest.mark.parametrize(
    ("probability", "sample", "message"),
    [
        (None, None, "exactly one"),
        (0.5, np.zeros(2), "exactly one"),
        (1.5, None, "lies in 0..1, and this is 1.5"),
        (np.nan, None, "lies in 0..1"),
        (None, np.array([2.0, 1.0]), "in rising order"),
        (None, np.array([]), "in rising order"),
        (None, np.array([np.nan]), "not a number"),
    ],
)
def test_what_is_no_forecast_is_refused(probability, sample, message: str):
    with pytest.raises(RunRefused, match=message):
        Forecast(probability, sample)
