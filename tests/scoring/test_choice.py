"""How much each member has to say: learned from outcomes that were known, drawn to the default."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_panel import EVERY, MEMBERS, noisy, panel, sampled, yes_no
from tightrope.foresight.members.forecast import SIZE
from tightrope.foresight.members.stack import DEFAULT, default_of, speakers_of
from tightrope.scoring.backtest import rolling
from tightrope.scoring.choice import Choice, pooled, stacked
from tightrope.scoring.panel import Cell, Panel
from tightrope.types import FloatArray

COIN = 0.5


def sharp(truth: FloatArray, good: slice = slice(None), member: str = "structural") -> Cell:
    """One member is nearly right in a stretch of origins, all others nearly toss a coin."""
    said = {name: np.full(len(truth), COIN + 0.001 * i) for i, name in enumerate(MEMBERS)}
    said[member][good] = 0.05 + 0.9 * truth[good]
    return yes_no(said, truth)


def alternating(count: int) -> FloatArray:
    return (np.arange(count) % 2).astype(float)


def share(choice: Choice, member: str, group: str = "f/yes_no/30") -> FloatArray:
    """[origin + 1] what a member had to say."""
    return choice.weights[group][:, choice.members.index(member)]


def is_default(choice: Choice, rows: slice, group: str = "f/yes_no/30") -> bool:
    default = [DEFAULT.get(member, 0.0) for member in choice.members]
    return bool((choice.weights[group][rows] == default).all())


# when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("horizon", [30, 90, 180])
def test_a_better_member_is_heard_from_its_first_known_outcome_on(horizon: int) -> None:
    group = f"f/yes_no/{horizon}"
    made = panel([replace(sharp(alternating(60)), horizon=horizon)], 60)
    stack, choice = stacked(made)
    first = horizon // EVERY
    assert is_default(choice, slice(first), group)
    heard = share(choice, "structural", group)
    assert (np.diff(heard[first - 1 :]) >= -0.01).all() and heard[first] > 0 and heard[-1] > 0.9
    # What was said is what these weights make of the members.
    said = sum(share(choice, m, group)[:-1] * made.cells[0].said[m] for m in choice.members)
    assert np.allclose(stack[0], said)


def test_a_regime_is_not_seen_before_its_first_outcome() -> None:
    """Until origin 30 all say nearly the same; the outcome of origin 30 is known at origin 33."""
    made = panel([replace(sharp(alternating(90), slice(30, None)), horizon=90)], 90)
    heard = share(stacked(made)[1], "structural", "f/yes_no/90")
    assert heard[:33].max() < 0.02 < 0.1 < heard[33] and heard[-1] > 0.9


def test_origins_without_truth_do_not_count() -> None:
    truth = alternating(30)
    cell = sharp(truth)
    known = stacked(panel([cell], 30))[1]
    truth = np.where(np.arange(30) < 20, truth, np.nan)
    fewer = stacked(panel([replace(cell, truth=truth)], 30))[1]
    assert np.array_equal(known.weights["f/yes_no/30"][:21], fewer.weights["f/yes_no/30"][:21])
    assert (share(fewer, "structural")[20:] == share(fewer, "structural")[20]).all()
    nothing = stacked(panel([replace(cell, truth=np.full(30, np.nan))], 30))[1]
    assert is_default(nothing, slice(None))


# only the past ---------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), at=st.integers(2, 59), horizon=st.sampled_from([30, 90]))
def test_later_outcomes_change_no_earlier_weight(seed: int, at: int, horizon: int) -> None:
    before = panel(noisy(seed, 60, horizon), 60)
    later = np.array([day + timedelta(horizon) > before.origins[at] for day in before.origins])
    dice = np.random.default_rng(seed + 1)
    changed = [_other_truth(cell, later, dice) for cell in before.cells]
    after = replace(before, cells=tuple(changed))
    (stack, choice), (stack_after, choice_after) = stacked(before), stacked(after)
    for group, weights in choice.weights.items():
        assert np.array_equal(choice_after.weights[group][: at + 1], weights[: at + 1]), group
    for said, said_after in zip(stack, stack_after, strict=True):
        assert np.array_equal(said[: at + 1], said_after[: at + 1])


def _other_truth(cell: Cell, where: np.ndarray, dice: np.random.Generator) -> Cell:
    if cell.is_yes_no:
        return replace(cell, truth=np.where(where, 1 - cell.truth, cell.truth))
    return replace(cell, truth=np.where(where, dice.poisson(40, len(where)), cell.truth))


def test_outcomes_do_change_later_weights() -> None:
    """So that the property above does not hold because nothing ever matters."""
    truth = alternating(60)
    cell = sharp(truth)
    turned = replace(cell, truth=np.where(np.arange(60) < 40, truth, 1 - truth))
    right, wrong = (share(stacked(panel([c], 60))[1], "structural") for c in (cell, turned))
    assert np.array_equal(right[:41], wrong[:41])
    assert right[-1] > wrong[-1] + 0.1


def test_what_was_published_after_a_window_teaches_nothing() -> None:
    """Weights look at what was known when the window ended, not at the truth of today."""
    origins = rolling(date(2010, 1, 1), date(2015, 12, 1))
    chance = np.full(len(origins), 0.9)
    said = {"rhythm": chance, "regression": 1 - chance, "climatology": np.full(len(origins), 0.5)}
    happened = np.ones(len(origins))

    def heard(settled: FloatArray) -> FloatArray:
        cell = Cell("q", "f", "yes_no", 30, said, happened, settled)
        made = Panel(origins, (cell,), tuple(said), np.zeros(len(origins)))
        return share(stacked(made)[1], "rhythm")

    assert heard(happened)[-1] > 0.9
    # As far as anybody knew then nothing had happened: regression was the better member.
    assert heard(1 - happened)[-1] < 0.1


# how far ---------------------------------------------------------------------------------------


def test_members_that_say_the_same_leave_the_default() -> None:
    truth = alternating(60)
    same = {name: 0.3 + 0.4 * truth for name in MEMBERS}
    choice = stacked(panel([yes_no(same, truth)], 60))[1]
    assert choice.members == ("rhythm",) and (choice.weights["f/yes_no/30"] == 1).all()


def test_members_whose_errors_cancel_share_the_say() -> None:
    """Each is off by as much, in opposite directions: half and half is perfect, and is found."""
    truth = np.arange(60) % 5.0
    said = {"rhythm": truth + 2, "regression": truth - 2, "climatology": np.full(60, 2.0)}
    probability = {"rhythm": np.full(60, 0.9), "regression": np.full(60, 0.1)}
    half = stacked(panel([yes_no(probability, alternating(60))], 60))[1]
    assert half.weights["f/yes_no/30"][-1] == pytest.approx([0.5, 0.5], abs=0.01)
    mixed = stacked(panel([sampled(said, truth)], 60))[1]
    assert mixed.weights["f/count/30"][-1] == pytest.approx([0.5, 0.5], abs=0.01)


def test_a_little_better_moves_the_weights_a_little() -> None:
    truth = alternating(120)
    said = {"rhythm": np.full(120, COIN), "regression": COIN + 0.01 * (truth - 0.5)}
    heard = share(stacked(panel([yes_no(said, truth)], 120))[1], "regression")
    assert 0.5 < heard[3] < 0.6 < heard[30] < 0.9
    assert np.abs(np.diff(heard)).max() < 0.1


def test_overlapping_windows_count_less() -> None:
    """The same gain over 120 windows teaches more where they stand side by side."""
    truth = alternating(120)
    said = {"rhythm": np.full(120, COIN), "regression": COIN + 0.01 * (truth - 0.5)}
    apart, shared = (
        share(stacked(panel([yes_no(said, truth, horizon=h)], 120))[1], "regression",
              f"f/yes_no/{h}")[-1]
        for h in (30, 180)
    )  # fmt: skip
    assert 0.5 < shared < apart - 0.05


def test_a_family_follows_its_own_record() -> None:
    truth = alternating(60)
    cells = [sharp(truth, member="regression"),
             replace(sharp(truth, member="structural"), question="r", family="g")]  # fmt: skip
    choice = stacked(panel(cells, 60))[1]
    assert share(choice, "regression")[-1] > 0.8
    assert share(choice, "structural", "g/yes_no/30")[-1] > 0.8


def test_a_family_without_a_record_follows_the_others() -> None:
    """Its one answer came last month; those of another family have come for years."""
    truth = alternating(60)
    late = np.where(np.arange(60) < 58, np.nan, truth)
    young = replace(sharp(truth, slice(0)), question="r", family="g", truth=late)
    alone, beside = stacked(panel([young], 60))[1], stacked(panel([young, sharp(truth)], 60))[1]
    group = "g/yes_no/30"
    assert share(alone, "structural", group)[-1] < 0.1
    assert share(beside, "structural", group)[-1] > 0.6


def test_questions_weigh_alike_whatever_their_unit() -> None:
    """A count in the hundreds, on which the structure is worse, does not drown two of ones."""
    small, large = np.arange(60) % 3.0, 300.0 + np.arange(60) % 7
    right = {m: small + 1.0 + 0.01 * i for i, m in enumerate(MEMBERS)}
    off = {m: large + 40.0 + 0.01 * i for i, m in enumerate(MEMBERS)}
    right["structural"], off["structural"] = small + 0.1, large + 50.0
    cells = [sampled(right, small, name="a"), sampled(right, small, name="b"),
             sampled(off, large, name="c")]  # fmt: skip
    assert share(stacked(panel(cells, 60))[1], "structural", "f/count/30")[-1] > 0.8


# pools -----------------------------------------------------------------------------------------


def test_who_may_speak_and_what_is_left_of_the_default() -> None:
    assert speakers_of(MEMBERS) == ("rhythm", "regression", "structural")
    assert speakers_of(("last90", "climatology")) == ("last90",)
    assert default_of(("rhythm", "regression", "structural")) == DEFAULT
    assert default_of(("rhythm",)) == {"rhythm": 1.0}
    assert default_of(("last90",)) == {"last90": 1.0}


def test_probabilities_are_averaged() -> None:
    cell = yes_no({"rhythm": np.array([0.2, np.nan, np.nan]),
                   "regression": np.array([0.6, 0.5, 0.5])}, np.zeros(3))  # fmt: skip
    weights = np.array([[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]])
    found = pooled(cell, ("rhythm", "regression"), weights)
    assert found[0] == pytest.approx(0.4) and np.isnan(found[1]) and found[2] == 0.5


def test_samples_are_mixed() -> None:
    zero, ten = np.array([0.0, 0.0, np.nan]), np.array([10.0, np.nan, 10.0])
    cell = sampled({"rhythm": zero, "regression": ten}, zero)
    weights = np.array([[0.3, 0.7], [0.3, 0.7], [0.0, 1.0]])
    found = pooled(cell, ("rhythm", "regression"), weights)
    assert found[0].tolist() == [0.0] * 30 + [10.0] * (SIZE - 30)
    assert np.isnan(found[1]).all() and (found[2] == 10.0).all()
