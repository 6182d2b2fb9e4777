"""The realised history re-run with its own luck."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from small_world import history, parameters, program, rich

from tightrope.engine.memory import Record
from tightrope.engine.program import Parameters, Program
from tightrope.engine.twin import twin

DAYS, TERMS = 80, 80


def world(seed: int = 0) -> tuple[Program, Parameters, Record, np.ndarray]:
    p, one, conditions = rich()
    counts = np.random.default_rng(seed).poisson([0.3, 0.2, 0.2, 0.02], (DAYS, 4)).astype(float)
    counts[12, 0], counts[40, 1] = 30, 7
    table = np.tile(conditions, (DAYS + 1, 1))
    table[30:, 1] = 1.0
    return p, one, history(p, counts, table), table


def rerun(
    p: Program, one: Parameters, known: Record, table: Any, edited: Any = None, seed: int = 1
):
    blank = np.full(known.counts.shape, np.nan) if edited is None else edited
    return twin(p, one, known, jnp.ones(p.n_events), blank, table, seed=seed, terms=TERMS)


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
    """A day of 1 listed and 2 spread, with the listed event removed, keeps the signal of 2."""
    p = program(2, filter_cause=[0], filter_half_life=np.array([1.0]), edge_filter=[0],
                edge_effect=[1])  # fmt: skip
    counts = np.zeros((3, 2))
    counts[0, 0], counts[1, 1] = 1.4, 3
    known = history(p, counts)
    edited = np.full((3, 2), np.nan)
    edited[0, 0] = 0
    one = parameters(p, base=[0.0, 1e-9], expect=40.0)
    kept = np.mean([rerun(p, one, known, np.zeros((4, 0)), edited, s)[1, 1] for s in range(60)])
    # rate falls from 20 log2(2.4) = 25 to 20 log2(1.4) = 9.7; a count of 3 at 25 is rare bad luck
    assert 0 <= kept < 3
    gone = [rerun(p, one, history(p, np.rint(counts)), np.zeros((4, 0)), edited, s)[1, 1]
            for s in range(60)]  # fmt: skip
    assert np.mean(gone) == 0
