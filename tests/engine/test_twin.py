"""The realised history re-run with its own luck."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from small_world import edit, history, parameters, program, realised, rerun, rerun_block, rich

from tightrope.engine.changed import Realised
from tightrope.engine.memory import Record
from tightrope.engine.program import Parameters, Program

DAYS = 80


def world(seed: int = 0) -> tuple[Program, Parameters, Record, np.ndarray]:
    p, one, conditions = rich()
    counts = np.random.default_rng(seed).poisson([0.3, 0.2, 0.2, 0.02], (DAYS, 4)).astype(float)
    counts[12, 0], counts[40, 1] = 30, 7
    table = np.tile(conditions, (DAYS + 1, 1))
    table[30:, 1] = 1.0
    return p, one, history(p, counts, table), table


@pytest.mark.parametrize("seed", range(4))
def test_nothing_changed_gives_back_the_history(seed: int) -> None:
    p, one, known, table = world(seed)
    assert np.array_equal(rerun(p, one, known, table, seed=seed), np.asarray(known.counts))


def test_nothing_changed_gives_back_surprises_too() -> None:
    """Huge days under tiny rates, and under a closed gate."""
    p = program(2, n_conditions=1, gates=[("all",), ("eq", 0, 1.0)], event_gate=[0, 1])
    counts = np.zeros((20, 2))
    counts[3, 0], counts[9, 1], counts[15, 0] = 60, 12, 1
    known = history(p, counts, [[0.0]])
    one = parameters(p, base=1e-12, rhythm=0.4, dispersion=[0.0, 2.0])
    assert np.array_equal(rerun(p, one, known, np.zeros((21, 1))), counts)


def test_an_event_removed_changes_later_days_only() -> None:
    p, one, known, table = world()
    edited = np.full((DAYS, 4), np.nan)
    edited[12, 0] = 0
    other = rerun(p, one._replace(expect=np.array([3.0, 2.0, 2.0, 1.0])), known, table, edited)
    truth = np.asarray(known.counts)
    assert np.array_equal(other[:12], truth[:12])
    assert other[12, 0] == 0 and np.array_equal(other[12, 1:], truth[12, 1:])
    assert other[13:].sum() < truth[13:].sum()


def test_less_excitement_never_makes_more_events() -> None:
    """Positive couplings only: a twin with an event less is below the history on every day."""
    p = program(2, filter_cause=[0], filter_half_life=np.array([8.0]), edge_filter=[0],
                edge_effect=[1])  # fmt: skip
    counts = np.random.default_rng(3).poisson(0.3, (DAYS, 2)).astype(float)
    counts[5, 0] = 20
    edited = np.full((DAYS, 2), np.nan)
    edited[5, 0] = 0
    one = parameters(p, base=0.05, expect=3.0, rhythm=0.4, dispersion=[0.5, 0.0])
    for seed in range(5):
        other = rerun(p, one, history(p, counts), np.zeros((DAYS + 1, 0)), edited, seed)
        assert (other <= counts).all() and other[6:].sum() < counts[6:].sum()


def test_a_condition_changed_acts_from_its_day_on() -> None:
    p, one, known, table = world()
    shut = table.copy()
    shut[50:, 0] = 0.0  # closes the gate of event 1
    other = rerun(p, one, known, shut)
    truth = np.asarray(known.counts)
    assert np.array_equal(other[:50], truth[:50])
    assert other[50:, 1].sum() == 0 < truth[50:, 1].sum()


def test_the_luck_of_a_twin_has_the_law_of_the_changed_world() -> None:
    """A history of rate .5 re-run at rate 1 is Poisson of rate 1, within five standard errors."""
    p = program(1, n_conditions=1, gates=[("all",), ("eq", 0, 1.0)], factor_event=[0],
                factor_gate=[1])  # fmt: skip
    days = 4000
    counts = np.random.default_rng(8).poisson(0.5, (days, 1)).astype(float)
    one = parameters(p, base=0.5, log_factor=50.0, log_limit=np.log(2.0))
    other = rerun(p, one, history(p, counts, [[0.0]]), np.ones((days + 1, 1)))
    assert abs(other.mean() - 1) < 5 / np.sqrt(days)
    assert abs(other.var() - 1) < 5 * np.sqrt(3 / days)
    assert (other >= counts).all()


def test_spread_tallies_stay_in_the_memory_of_a_changed_day() -> None:
    """A day of 1 listed and .4 spread, with the listed event removed, keeps the signal of .4."""
    p = program(2, filter_cause=[0], filter_half_life=np.array([1.0]), edge_filter=[0],
                edge_effect=[1])  # fmt: skip
    counts = np.zeros((3, 2))
    counts[0, 0], counts[1, 1] = 1.4, 3
    past = realised(p, history(p, counts))
    change = edit(past)
    change.removed[0, 0] = 1
    one = parameters(p, base=[0.0, 1e-9], expect=40.0)
    block = rerun_block(p, one, past, change, number=60)
    # rate falls from 20 log2(2.4) = 25 to 20 log2(1.4) = 9.7; a count of 3 at 25 is rare bad luck
    assert 0 <= block.counts[1, 1].mean() < 3
    assert np.allclose(block.unlisted[0, 0], 0.4)
    bare = realised(p, history(p, np.rint(counts)))
    assert rerun_block(p, one, bare, change._replace(unlisted=0 * counts)).counts[1, 1] == 0


def test_the_remainder_of_a_tally_falls_with_its_rate_and_never_rises() -> None:
    """Half the rate leaves half of what nobody listed; twice the rate adds listed events."""
    p, days = program(1), 20
    past = realised(p, history(p, np.full((days, 1), 0.5)), listed=np.zeros((days, 1)))
    one = parameters(p, base=2.0)
    half = rerun_block(p, one, past, edit(past, factor=np.full((days, 1), 0.5)))
    assert np.allclose(half.unlisted, 0.25) and half.counts.sum() == 0
    twice = rerun_block(p, one, past, edit(past, factor=np.full((days, 1), 2.0)), number=20)
    assert np.allclose(twice.unlisted, 0.5) and twice.counts.mean() > 1


def test_a_factor_on_the_base_leaves_the_rest_of_the_rate() -> None:
    """Base .5 and rhythm off: twice the base is twice the rate; with base 0 nothing changes."""
    p = program(1)
    counts = np.random.default_rng(4).poisson(0.5, (1000, 1)).astype(float)
    past = realised(p, history(p, counts))
    change = edit(past, base_factor=np.full((1000, 1), 2.0))
    more = rerun_block(p, parameters(p, base=0.5), past, change, number=4).counts
    assert abs(more.mean() - 1) < 5 / np.sqrt(1000)
    one = parameters(p, base=0.0, rhythm=0.4)
    assert np.array_equal(rerun_block(p, one, past, change).counts[..., 0], counts)


def test_twins_differ_and_do_not_depend_on_how_many_run() -> None:
    p, one, known, _ = world()
    past = realised(p, known)
    edited = np.full((DAYS, 4), np.nan)
    edited[12, 0] = 0
    one = one._replace(expect=np.array([3.0, 2.0, 2.0, 1.0]))
    many = rerun_block(p, one, past, edit(past, edited), n_draws=12, number=3).counts
    few = rerun_block(p, one, past, edit(past, edited), n_draws=1, number=3).counts
    assert np.array_equal(many[..., :3], few)
    assert len(np.unique(many.sum((0, 1)))) > 5


def test_before_the_first_day_history_is_history() -> None:
    """A run that begins at the change gives what the whole run gives."""
    p, one, known, _ = world()
    past = realised(p, known)
    edited = np.full((DAYS, 4), np.nan)
    edited[40, 1] = 0
    one = one._replace(expect=np.array([3.0, 2.0, 2.0, 1.0]))
    whole = rerun_block(p, one, past, edit(past, edited), number=3)
    late = rerun_block(p, one, past, edit(past, edited), number=3, first=40)
    assert np.array_equal(whole.counts[40:], late.counts)
    assert np.allclose(whole.readings, late.readings)


# conditions -------------------------------------------------------------------------------------


@cache
def setting_world() -> tuple[Program, Parameters]:
    """Event 0 sets the condition to 1, event 1 to 0; event 2 needs it to be 1."""
    p = program(3, n_conditions=1, gates=[("all",), ("eq", 0, 1.0)], event_gate=[0, 0, 1],
                setting_event=[0, 1], setting_condition=[0, 0], setting_kind=[0, 0])  # fmt: skip
    return p, parameters(p, base=[0.01, 0.01, 0.5], setting=[1.0, 0.0])


def truce(belongs: bool) -> tuple[Program, Parameters, Realised]:
    """Event 0 on day 10, the condition 1 from its third day on, event 2 on each day after."""
    p, one = setting_world()
    counts = np.zeros((40, 3))
    counts[10, 0] = 1
    counts[14:, 2] = 1
    table = np.zeros((41, 1))
    table[13:] = 1.0
    known = history(p, counts, table)
    return p, one, realised(p, known, dated=[(12, 0, 1.0, [(10, 0)] if belongs else [])])


def test_a_dated_value_holds_in_an_unchanged_world() -> None:
    for belongs in (True, False):
        p, one, past = truce(belongs)
        block = rerun_block(p, one, past, edit(past), number=5)
        assert np.array_equal(block.counts, past.listed[..., None].repeat(5, -1))
        assert not block.elsewhere.any() and (block.conditions == 1).all()


def test_a_dated_value_goes_with_the_event_to_which_it_belongs() -> None:
    p, one, past = truce(belongs=True)
    change = edit(past)
    change.removed[10, 0] = 1
    block = rerun_block(p, one, past, change, number=5)
    assert block.counts[:, 2].sum() == 0 and (block.conditions == 0).all()
    assert block.elsewhere.all()
    p, one, past = truce(belongs=False)
    block = rerun_block(p, one, past, change, number=5)
    assert np.array_equal(block.counts[:, 2, 0], past.listed[:, 2])


def test_a_value_that_belongs_to_two_events_needs_only_one() -> None:
    p, one, past = truce(belongs=True)
    counts = np.asarray(past.record.counts).copy()
    counts[11, 0] = 1
    past = realised(p, history(p, counts, np.asarray(past.record.conditions)),
                    dated=[(12, 0, 1.0, [(10, 0), (11, 0)])])  # fmt: skip
    change = edit(past)
    change.removed[10, 0] = 1
    assert (rerun_block(p, one, past, change, number=5).conditions == 1).all()
    change.removed[11, 0] = 1
    assert (rerun_block(p, one, past, change, number=5).conditions == 0).all()


def test_an_event_that_newly_happens_sets_its_condition() -> None:
    """The record sees event 1 on day 20 change nothing; where it is new it does."""
    p, one, past = truce(belongs=True)
    change = edit(past)
    change.lowest[20, 1] = 1
    block = rerun_block(p, one, past, change, number=5)
    assert (block.conditions == 0).all() and block.counts[21:, 2].sum() == 0
    counts = np.asarray(past.record.counts).copy()
    counts[20, 1] = 1
    both = realised(p, history(p, counts, np.asarray(past.record.conditions)),
                    dated=[(12, 0, 1.0, [(10, 0)])])  # fmt: skip
    block = rerun_block(p, one, both, edit(both), number=5)
    assert np.array_equal(block.counts[..., 0], counts) and not block.elsewhere.any()


def test_what_is_pinned_wins() -> None:
    p, one, past = truce(belongs=False)
    change = edit(past)
    change.pinned[5:, 0] = 0.0
    change.lowest[20, 0] = 1
    block = rerun_block(p, one, past, change, number=5)
    assert (block.conditions == 0).all() and block.counts[:, 2].sum() == 0


def test_another_program_acts_in_the_changed_world_only() -> None:
    """Without the edge that feeds it event 1 does not follow; event 0 is as it was."""
    p = program(2, filter_cause=[0], filter_half_life=np.array([2.0]), edge_filter=[0],
                edge_effect=[1])  # fmt: skip
    bare = program(2, filter_cause=[0], filter_half_life=np.array([2.0]))
    counts = np.zeros((30, 2))
    counts[5, 0], counts[6:9, 1] = 3, 1
    past = realised(p, history(p, counts))
    one, other = parameters(p, base=0.001, expect=2.0), parameters(bare, base=0.001)
    block = rerun_block(p, one, past, edit(past), number=10, other=(bare, other))
    assert np.array_equal(block.counts[:, 0, 0], counts[:, 0])
    assert block.counts[:, 1].sum() < 0.1 * 30
