"""Which pool speaks: learned from outcomes that were known, and only where it is clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_panel import MEMBERS, known_after, noisy, panel, sampled, yes_no
from tightrope.foresight.members.forecast import SIZE
from tightrope.foresight.members.stack import DEFAULT, POOLS, pools_of
from tightrope.scoring.backtest import rolling
from tightrope.scoring.choice import FEWEST, pooled, stacked
from tightrope.scoring.panel import Cell, Panel
from tightrope.types import FloatArray

COIN = 0.5


def sharp(truth: FloatArray, good: slice = slice(None), member: str = "structural") -> Cell:
    """One member is nearly right in a stretch of origins, all others always toss a coin."""
    said = {name: np.full(len(truth), COIN) for name in MEMBERS}
    said[member][good] = 0.05 + 0.9 * truth[good]
    return yes_no(said, truth)


def alternating(count: int) -> FloatArray:
    return (np.arange(count) % 2).astype(float)


# when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("horizon", [30, 90, 180])
def test_the_better_pool_speaks_once_enough_outcomes_are_known(horizon: int) -> None:
    made = panel([replace(sharp(alternating(60)), horizon=horizon)], 60)
    stack, spoke = stacked(made)
    names = spoke[f"f/yes_no/{horizon}"]
    known = known_after(made.origins, horizon)
    expected = ["structural" if n >= FEWEST else DEFAULT for n in known]
    assert names[:-1] == expected and names[-1] == "structural"
    cell = made.cells[0]
    said = {name: pooled(cell, pools_of(made.members)[name]) for name in set(names)}
    assert stack[0].tolist() == [said[name][i] for i, name in enumerate(names[:-1])]


def test_a_regime_is_not_seen_before_its_first_outcome() -> None:
    """Until origin 30 all say the same; the outcome of origin 30 is known at origin 33."""
    made = panel([replace(sharp(alternating(90), slice(30, None)), horizon=90)], 90)
    names = stacked(made)[1]["f/yes_no/90"]
    assert names[:33] == [DEFAULT] * 33
    assert "structural" in names[33:45] and names[-1] == "structural"


@pytest.mark.parametrize(("count", "today"), [(23, DEFAULT), (24, "structural")])
def test_fewer_outcomes_than_24_choose_nothing(count: int, today: str) -> None:
    names = stacked(panel([sharp(alternating(count))], count))[1]["f/yes_no/30"]
    assert names == [DEFAULT] * count + [today]


def test_origins_without_truth_do_not_count() -> None:
    truth = alternating(30)
    cell = sharp(truth)
    truth[20:] = np.nan
    names = stacked(panel([replace(cell, truth=truth)], 30))[1]["f/yes_no/30"]
    assert set(names) == {DEFAULT}


# only the past ---------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), at=st.integers(26, 59), horizon=st.sampled_from([30, 90]))
def test_later_outcomes_change_no_earlier_choice(seed: int, at: int, horizon: int) -> None:
    before = panel(noisy(seed, 60, horizon), 60)
    later = np.array([day + timedelta(horizon) > before.origins[at] for day in before.origins])
    dice = np.random.default_rng(seed + 1)
    changed = [_other_truth(cell, later, dice) for cell in before.cells]
    after = replace(before, cells=tuple(changed))
    (stack, spoke), (stack_after, spoke_after) = stacked(before), stacked(after)
    for group, names in spoke.items():
        assert spoke_after[group][: at + 1] == names[: at + 1], group
    for said, said_after in zip(stack, stack_after, strict=True):
        assert np.array_equal(said[: at + 1], said_after[: at + 1])


def _other_truth(cell: Cell, where: np.ndarray, dice: np.random.Generator) -> Cell:
    if cell.is_yes_no:
        return replace(cell, truth=np.where(where, 1 - cell.truth, cell.truth))
    return replace(cell, truth=np.where(where, dice.poisson(40, len(where)), cell.truth))


def test_outcomes_do_change_later_choices() -> None:
    """So that the property above does not hold because nothing ever matters."""
    truth = alternating(60)
    cell = sharp(truth)
    turned = replace(cell, truth=np.where(np.arange(60) < 40, truth, 1 - truth))
    right, wrong = (stacked(panel([c], 60))[1]["f/yes_no/30"] for c in (cell, turned))
    assert right[:41] == wrong[:41]
    assert right[-1] == "structural" and wrong[-1] != "structural"


# only what is clear ----------------------------------------------------------------------------


def test_ties_leave_the_default() -> None:
    truth = alternating(60)
    same = {name: 0.3 + 0.4 * truth for name in MEMBERS}
    assert set(stacked(panel([yes_no(same, truth)], 60))[1]["f/yes_no/30"]) == {DEFAULT}


def test_a_gain_that_luck_could_make_leaves_the_default() -> None:
    """Half of the time nearly right, half of the time nearly as wrong."""
    truth = alternating(120)
    right = (np.arange(120) // 2) % 2 == 0
    said = {"rhythm": np.full(120, COIN), "regression": np.abs(truth - np.where(right, 0.2, 0.75))}
    names = stacked(panel([yes_no(said, truth)], 120))[1]["f/yes_no/30"]
    assert set(names) == {DEFAULT}


def test_overlapping_windows_count_less() -> None:
    """The same gain, clear over 120 windows side by side, is not where six share each day."""
    truth = alternating(120)
    right = (np.arange(120) // 2) % 3 > 0
    said = {"rhythm": np.full(120, COIN), "regression": np.abs(truth - np.where(right, 0.2, 0.65))}
    apart, shared = (
        stacked(panel([yes_no(said, truth, horizon=h)], 120))[1][f"f/yes_no/{h}"]
        for h in (30, 180)
    )  # fmt: skip
    assert (apart[-1], shared[-1]) == ("regression", DEFAULT)


def test_a_family_follows_its_own_record() -> None:
    truth = alternating(60)
    cells = [sharp(truth, member="regression"),
             replace(sharp(truth, member="structural"), question="r", family="g")]  # fmt: skip
    spoke = stacked(panel(cells, 60))[1]
    assert (spoke["f/yes_no/30"][-1], spoke["g/yes_no/30"][-1]) == ("regression", "structural")


def test_questions_weigh_alike_whatever_their_unit() -> None:
    """A count in the hundreds, on which the structure is worse, does not drown two of ones."""
    small, large = np.arange(60) % 3.0, 300.0 + np.arange(60) % 7
    right, off = ({m: truth + by for m in MEMBERS} for truth, by in ((small, 1.0), (large, 40.0)))
    right["structural"], off["structural"] = small + 0.1, large + 50.0
    cells = [sampled(right, small, name="a"), sampled(right, small, name="b"),
             sampled(off, large, name="c")]  # fmt: skip
    assert stacked(panel(cells, 60))[1]["f/count/30"][-1] == "structural"


# pools -----------------------------------------------------------------------------------------


def test_probabilities_are_averaged() -> None:
    cell = yes_no({"rhythm": np.array([0.2, np.nan]), "regression": np.array([0.6, 0.5])},
                  np.array([1.0, 0.0]))  # fmt: skip
    found = pooled(cell, POOLS[DEFAULT])
    assert found[0] == pytest.approx(0.4) and np.isnan(found[1])


def test_samples_are_mixed() -> None:
    zero, ten = np.array([0.0, 0.0]), np.array([10.0, np.nan])
    cell = sampled({"rhythm": zero, "regression": ten}, zero)
    found = pooled(cell, POOLS[DEFAULT])
    assert found[0].tolist() == [0.0] * (SIZE // 2) + [10.0] * (SIZE // 2)
    assert np.isnan(found[1]).all()


def test_what_was_published_after_a_window_chooses_nothing() -> None:
    """A choice looks at what was known when the window ended, not at the truth of today."""
    origins = rolling(date(2010, 1, 1), date(2015, 12, 1))
    chance = np.full(len(origins), 0.9)
    said = {"rhythm": chance, "regression": 1 - chance, "climatology": np.full(len(origins), 0.5)}
    happened = np.ones(len(origins))

    def chosen(settled: FloatArray) -> list[str]:
        cell = Cell("q", "f", "yes_no", 30, said, happened, settled)
        panel = Panel(origins, (cell,), tuple(said), np.zeros(len(origins)))
        return stacked(panel)[1]["f/yes_no/30"]

    assert "rhythm" in chosen(happened)
    # As far as anybody knew then nothing had happened: regression was the better member.
    assert "rhythm" not in chosen(1 - happened) and "regression" in chosen(1 - happened)
