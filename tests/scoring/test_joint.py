"""A pool's score is a square of its weights: exactly, for every kind of question."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_panel import sampled, yes_no
from tightrope.foresight.members.forecast import SIZE
from tightrope.scoring.joint import joint_scores
from tightrope.scoring.panel import Cell
from tightrope.scoring.scores import crps

MEMBERS = ("rhythm", "regression", "structural")
WEIGHTS = np.array([0.2, 0.5, 0.3])


def cell_of(kind: str, seed: int) -> Cell:
    dice = np.random.default_rng(seed)
    if kind == "yes_no":
        return yes_no({m: dice.random(8) for m in MEMBERS}, (dice.random(8) < 0.5).astype(float))
    said = {m: np.sort(dice.poisson(4 + 3 * i, (8, SIZE)).astype(float), 1)
            for i, m in enumerate(MEMBERS)}  # fmt: skip
    if kind == "date":
        said = {m: np.where(x > 9, np.inf, 1 + x) for m, x in said.items()}
        return sampled(said, np.where(np.arange(8) % 3, 5.0, np.inf), kind="date", horizon=9)
    return sampled(said, dice.poisson(5, 8).astype(float))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
@pytest.mark.parametrize("kind", ["yes_no", "count", "date"])
def test_the_square_of_the_weights_is_the_score_of_the_pool(kind: str, seed: int) -> None:
    cell = cell_of(kind, seed)
    square = np.einsum("i,oij,j->o", WEIGHTS, joint_scores(cell, MEMBERS), WEIGHTS)
    if kind == "yes_no":
        pool = sum(w * cell.said[m] for w, m in zip(WEIGHTS, MEMBERS, strict=True))
        expected = (pool - cell.truth) ** 2
    else:
        # Twenty, fifty and thirty copies: the mixture itself, not its quantiles.
        copies = [cell.said[m].repeat(round(10 * w), 1)
                  for w, m in zip(WEIGHTS, MEMBERS, strict=True)]  # fmt: skip
        most = cell.horizon + 1 if kind == "date" else np.inf
        mixed = np.minimum(np.concatenate(copies, 1), most)
        expected = crps(mixed, np.minimum(cell.truth, most))
    assert np.allclose(square, expected)


@pytest.mark.parametrize("kind", ["yes_no", "count", "date"])
def test_on_the_diagonal_stands_what_each_scores_alone(kind: str) -> None:
    cell = cell_of(kind, 1)
    square = joint_scores(cell, MEMBERS)
    for i, member in enumerate(MEMBERS):
        assert np.allclose(square[:, i, i], cell.scores(cell.said[member]))


@pytest.mark.parametrize("kind", ["yes_no", "count"])
def test_what_cannot_be_scored_is_not_a_number(kind: str) -> None:
    cell = cell_of(kind, 2)
    cell.truth[3] = np.nan
    missing = np.isnan(joint_scores(cell, MEMBERS)).all((1, 2))
    assert missing.tolist() == [i == 3 for i in range(8)]
