"""Reliability: perfect forecasts have no error, and errors are found as large as they are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, poisson

from tightrope.foresight.members.forecast import LEVELS
from tightrope.scoring.reliability import Bin, pit_histogram, reliability


def test_knowing_the_future_is_no_error():
    truth = (np.random.default_rng(0).random(500) < 0.3).astype(float)
    found = reliability(truth, truth)
    assert found.error == 0 and found.luck == 0
    assert [b.observed for b in found.bins] == [0.0, 1.0]


def test_saying_the_base_rate_is_no_error():
    truth = np.tile([1.0, 0.0, 0.0, 0.0], 25)
    found = reliability(np.full(100, 0.25), truth)
    assert found.bins == (Bin(0.25, 0.25, 0.25, 0.25, 100),) and found.error == 0


def test_a_constant_bias_is_the_error():
    said = np.repeat([0.2, 0.6], 100)
    truth = np.concatenate([np.arange(100) < 30, np.arange(100) < 70]).astype(float)
    assert reliability(said, truth).error == pytest.approx(0.1)


def test_the_error_weighs_bins_by_their_counts():
    said = np.concatenate([np.full(300, 0.5), np.full(100, 0.9)])
    truth = np.concatenate([np.arange(300) < 150, np.arange(100) < 50]).astype(float)
    assert reliability(said, truth).error == pytest.approx(0.25 * 0.4)


def test_bins_are_of_equal_count_in_rising_order():
    said = np.random.default_rng(1).permutation(np.linspace(0, 1, 1000))
    found = reliability(said, np.zeros(1000))
    assert [b.count for b in found.bins] == [100] * 10
    assert all(a.high < b.low for a, b in zip(found.bins, found.bins[1:], strict=False))
    assert found.count == 1000


def test_equal_probabilities_are_never_parted():
    said = np.repeat([0.1, 0.2, 0.9], [70, 20, 10])
    assert [(b.low, b.high) for b in reliability(said, said).bins] == [
        (0.1, 0.1), (0.2, 0.2), (0.9, 0.9),
    ]  # fmt: skip


def test_the_order_of_forecasts_does_not_matter():
    rng = np.random.default_rng(2)
    said, truth = rng.integers(0, 20, 300) / 20, rng.integers(0, 2, 300).astype(float)
    turn = rng.permutation(300)
    one, other = reliability(said, truth), reliability(said[turn], truth[turn])
    assert one.error == pytest.approx(other.error)
    assert [(b.low, b.high, b.count, b.observed) for b in one.bins] == [
        (b.low, b.high, b.count, b.observed) for b in other.bins
    ]


def test_right_forecasts_err_as_luck_would_have_it():
    rng = np.random.default_rng(3)
    ratio = []
    for _ in range(200):
        said = rng.random(400)
        found = reliability(said, (rng.random(400) < said).astype(float))
        assert found.error is not None and found.luck is not None
        ratio.append(found.error / found.luck)
    assert np.mean(ratio) == pytest.approx(1.0, abs=0.05)


def test_pairs_with_something_unknown_are_left_out():
    found = reliability(
        np.array([[0.5, np.nan], [0.5, 0.5]]), np.array([[1.0, 1.0], [np.nan, 0.0]])
    )
    assert found.count == 2 and found.error == 0
    nothing = reliability(np.array([]), np.array([]))
    assert (nothing.bins, nothing.error, nothing.luck, nothing.count) == ((), None, None, 0)


@pytest.mark.parametrize("law", [poisson(0.4), poisson(8), norm(0, 1)])
def test_histogram_of_a_right_forecaster_is_flat(law):
    truth = law.rvs(size=20_000, random_state=5).astype(float)
    found = pit_histogram(np.tile(law.ppf(LEVELS), (20_000, 1)), truth)
    assert found.sum() == pytest.approx(1.0)
    assert found == pytest.approx(np.full(10, 0.1), abs=0.012)


def test_histogram_shows_what_is_wrong():
    truth = np.random.default_rng(6).normal(size=5000)
    quantiles = np.tile(norm.ppf(LEVELS), (5000, 1))
    narrow, high = pit_histogram(quantiles / 3, truth), pit_histogram(quantiles + 1, truth)
    assert narrow[0] > 0.25 and narrow[-1] > 0.25 and narrow[4] < 0.06
    assert high[0] > 0.3 and high[-1] < 0.02


def test_histogram_leaves_out_what_is_not_known():
    sample = np.tile(np.arange(10.0), (2, 1))
    found = pit_histogram(sample, np.array([np.nan, 4.0]))
    assert found.argmax() == 4 and found.sum() == pytest.approx(1.0)
    assert np.isnan(pit_histogram(sample[:1], np.array([np.nan]))).all()
