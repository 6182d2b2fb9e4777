"""The best weights: held to Lagrange's conditions, which only the one optimum meets."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.scoring.simplex import best_weights


def slopes(square: np.ndarray, prior: np.ndarray, strength: float, w: np.ndarray) -> np.ndarray:
    return 2 * square @ w + 2 * strength * (w - prior)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), members=st.integers(1, 4))
def test_no_other_weights_are_better(seed: int, members: int) -> None:
    """Where a member has a say its slope is the least of all; the objective is convex."""
    dice = np.random.default_rng(seed)
    root = dice.normal(size=(members, members))
    square, prior = root @ root.T, dice.dirichlet(np.ones(members))
    strength = float(dice.exponential())
    w = best_weights(square, prior, np.array(strength))
    assert np.isclose(w.sum(), 1) and (w >= 0).all()
    slope = slopes(square, prior, strength, w)
    assert np.allclose(slope[w > 1e-7], slope.min(), atol=1e-6)


def test_nothing_learned_leaves_the_prior_and_much_leaves_the_best() -> None:
    square, prior = np.diag([4.0, 1.0]), np.array([0.5, 0.5])
    weights = best_weights(
        np.stack([0 * square, square, square]), np.tile(prior, (3, 1)), np.array([1.0, 1e9, 1e-9])
    )
    # Errors that have nothing in common: weights go as one over the scores.
    assert np.allclose(weights, [[0.5, 0.5], [0.5, 0.5], [0.2, 0.8]])


def test_two_that_say_the_same_share_what_one_would_have() -> None:
    one = best_weights(np.array([[1.0, 0.1], [0.1, 0.3]]), np.array([0.5, 0.5]), np.array(1e-6))
    square = np.array([[1.0, 1.0, 0.1], [1.0, 1.0, 0.1], [0.1, 0.1, 0.3]])
    two = best_weights(square, np.array([0.25, 0.25, 0.5]), np.array(1e-6))
    assert np.allclose([two[:2].sum(), two[2]], one, atol=1e-4) and np.isclose(two[0], two[1])
