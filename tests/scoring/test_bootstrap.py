"""Intervals that hold what they say, and pairs that stay pairs."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.errors import RunRefused
from tightrope.scoring.bootstrap import (
    FEWEST_BLOCKS,
    Interval,
    block_length,
    drawn_origins,
    mean_interval,
    skill_interval,
)


def scores(seed: int, origins: int = 120, questions: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).random((origins, questions))


def test_blocks_are_twice_the_overlap():
    assert [block_length(h, 30) for h in (30, 90, 180)] == [3, 6, 12]
    assert block_length(90, 7) == 26


def test_a_member_against_itself_has_no_skill_for_sure():
    assert skill_interval(scores(1), scores(1), 3) == Interval(0.0, 0.0, 0.0, 360)


def test_half_the_score_is_half_the_skill_for_sure():
    found = skill_interval(scores(1) / 2, scores(1), 3)
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.5, 0.5))


def test_skill_is_of_the_sums_of_all_pairs():
    a, b = scores(1), scores(2)
    assert skill_interval(a, b, 3).value == pytest.approx(1 - a.sum() / b.sum())


def test_a_missing_score_takes_its_partner_with_it():
    a, b = scores(1), scores(2)
    a[5, 1], b[7, 0] = np.nan, np.nan
    kept = ~(np.isnan(a) | np.isnan(b))
    found = skill_interval(a, b, 3)
    assert found.n == 358
    assert found.value == pytest.approx(1 - a[kept].sum() / b[kept].sum())


def test_origins_without_a_pair_change_nothing():
    a, b = scores(1), scores(2)
    hole = np.full((10, 3), np.nan)
    with_hole = skill_interval(np.vstack([a, hole]), np.vstack([b, hole]), 3)
    assert with_hole == skill_interval(a, b, 3)


def test_it_depends_on_the_seed_alone():
    a, b = scores(1), scores(2)
    assert skill_interval(a, b, 3, seed=4) == skill_interval(a, b, 3, seed=4)
    assert skill_interval(a, b, 3, seed=4) != skill_interval(a, b, 3, seed=5)


def test_scale_does_not_matter():
    a, b = scores(1), scores(2)
    one, other = skill_interval(a, b, 3), skill_interval(a * 8, b * 8, 3)
    assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))


def test_drawn_origins_are_blocks_of_a_ring():
    drawn = drawn_origins(10, 4, 500, seed=0)
    assert drawn.shape == (500, 10)
    step = np.diff(drawn, axis=1) % 10
    inside = np.delete(step, [3, 7], axis=1)
    assert (inside == 1).all(), "origins of a block follow each other"
    share = np.bincount(drawn.ravel(), minlength=10) / drawn.size
    assert share == pytest.approx(np.full(10, 0.1), abs=0.01)


def test_all_questions_of_an_origin_are_drawn_together():
    """Copies of a question add pairs and no knowledge: the interval stays as wide."""
    a, b = scores(1, questions=1), scores(2, questions=1)
    one = skill_interval(a, b, 3)
    many = skill_interval(np.tile(a, 50), np.tile(b, 50), 3)
    assert many.n == 50 * one.n
    assert (many.low, many.high) == pytest.approx((one.low, one.high))


def test_independent_origins_are_held_in_90_of_100_cases():
    rng, inside = np.random.default_rng(8), 0
    for seed in range(200):
        found = mean_interval(rng.exponential(size=(150, 1)), 3, seed=seed, resamples=400)
        assert found.low is not None and found.high is not None
        inside += found.low <= 1.0 <= found.high
    assert 0.83 <= inside / 200 <= 0.95


def test_blocks_see_what_neighbours_share():
    """Each value six times in a row: single draws would take the interval 2.4 times too narrow."""
    rng, inside, narrow = np.random.default_rng(9), 0, 0
    for seed in range(150):
        values = np.repeat(rng.normal(size=(30, 1)), 6, axis=0)
        for block in (1, 12):
            found = mean_interval(values, block, seed=seed, resamples=300)
            assert found.low is not None and found.high is not None
            held = found.low <= 0.0 <= found.high
            inside, narrow = inside + (held and block == 12), narrow + (held and block == 1)
    assert inside / 150 > 0.78 and narrow / 150 < 0.65


def test_too_few_origins_give_a_value_and_no_interval():
    few = FEWEST_BLOCKS * 6 - 1
    found = skill_interval(scores(1, few), scores(2, few), 6)
    assert found.value is not None and found.low is None and found.high is None
    assert skill_interval(scores(1, few + 1), scores(2, few + 1), 6).low is not None


def test_a_reference_that_is_never_wrong_leaves_skill_undefined():
    zero = np.zeros((50, 1))
    assert skill_interval(np.ones((50, 1)), zero, 3) == Interval(None, None, None, 50)
    assert skill_interval(zero, zero, 3) == Interval(0.0, 0.0, 0.0, 50)


def test_a_reference_that_is_wrong_once_leaves_the_lower_bound_open():
    reference = np.zeros((50, 1))
    reference[20] = 1.0
    found = skill_interval(np.full((50, 1), 0.01), reference, 3)
    assert found.value == pytest.approx(0.5) and found.low is None and found.high is not None


def test_no_pair_is_no_figure():
    nothing = np.full((50, 2), np.nan)
    assert skill_interval(nothing, nothing, 3) == Interval(None, None, None, 0)
    assert mean_interval(nothing, 3) == Interval(None, None, None, 0)


def test_mean_is_over_what_is_known():
    values = scores(3)
    values[::4, 0] = np.nan
    found = mean_interval(values, 3)
    assert found.value == pytest.approx(np.nanmean(values)) and found.n == 330


def test_shapes_that_cannot_be_paired_are_refused():
    with pytest.raises(RunRefused, match=r"\(9, 2\) cannot be paired with \(9, 3\)"):
        skill_interval(np.ones((9, 2)), np.ones((9, 3)), 3)
    with pytest.raises(RunRefused, match=r"give \[origin, question\]"):
        mean_interval(np.ones(9), 3)
