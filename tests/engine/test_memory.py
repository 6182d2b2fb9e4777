from __future__ import annotations

import numpy as np
import pytest
from small_world import (
    draws,
    history,
    levels,
    no_calendar,
    parameters,
    program,
    rates,
    rich,
    start,
)

from tightrope.engine.memory import state_after
from tightrope.engine.simulate import simulate


@pytest.mark.parametrize("half_life", [1.0, 8.0, 100.0])
def test_a_level_halves_in_its_half_life(half_life: float) -> None:
    p = program(1, n_levels=1, push_event=[0], push_level=[0])
    known = history(p, [[3]] + [[0]] * 300)
    path = levels(p, parameters(p, half_life=half_life, push=0.4), known)[:, 0]
    assert path[0] == 0 and np.isclose(path[1], 0.4 * 2)  # s(3) = 2
    assert np.isclose(path[1 + int(half_life)], path[1] / 2)


def test_a_held_level_settles_at_its_shift() -> None:
    p = program(1, n_levels=1, n_conditions=1, gates=[("all",), ("eq", 0, 1.0)], hold_level=[0],
                hold_gate=[1])  # fmt: skip
    known = history(p, np.zeros((200, 1)), [[1.0]])
    path = levels(p, parameters(p, half_life=10.0, shift=1.5), known)
    assert np.isclose(path[10, 0], 0.75) and np.isclose(path[-1, 0], 1.5, atol=1e-5)


def test_memories_of_a_record_follow_their_recursion() -> None:
    p, _, conditions = rich()
    counts = np.random.default_rng(0).poisson(0.3, (60, 4))
    known = history(p, counts, [conditions])
    for f, cause in enumerate(p.filter_cause):
        left, m = 2 ** (-1 / p.filter_half_life[f]), 0.0
        for day in range(60):
            assert np.isclose(known.memory[day, f], m)
            m = m * left + (1 - left) * np.log2(1 + counts[day, cause])
        assert np.isclose(known.memory[60, f], m)
    short = 2 ** (-1 / p.rhythm_half_life[0, 2])
    assert np.isclose(known.rhythm[1, 0, 2], (1 - short) * np.log2(1 + counts[0, 2]))


def test_the_final_state_is_the_last_of_the_path() -> None:
    p, one, conditions = rich()
    table = np.tile(conditions, (401, 1))
    table[150:, 1] = 1.0
    known = history(p, np.random.default_rng(1).poisson(0.2, (400, 4)), table)
    state = state_after(p, draws(one, 3), known)
    path = levels(p, one, known)
    assert np.allclose(state.deviation[2, :, 0], path[-1], rtol=1e-12)
    assert np.array_equal(state.memory[1, :, 0], known.memory[-1])
    assert np.array_equal(state.conditions[0, :, 0], [8.0, 1.0])


def test_a_path_carries_the_memories_of_its_own_record() -> None:
    """Re-filtering what a path did gives the rates, levels and totals that the path had."""
    p, one, conditions = rich()
    calendar = no_calendar(p, 80)
    calendar[40, 3] = True
    run = simulate(p, draws(one), np.ones((1, 4)), start(p, 1, conditions), calendar,
                   paths_per_draw=3, seed=2, record=True)  # fmt: skip
    assert run.counts is not None
    assert np.array_equal(run.counts.sum(0), run.total)
    for path in range(3):
        counts = run.counts[:, :, path].astype(float)
        table = np.tile(conditions, (81, 1))
        for day in range(80):
            troops, open_ = table[day]
            open_ = 1.0 if counts[day, 2] else open_
            troops = troops * 0.9 if counts[day, 1] else troops
            table[day + 1] = troops, 0.0 if counts[day, 3] else open_
        assert np.allclose(run.conditions[:, path], table[-1], rtol=1e-6)
        known = history(p, counts, table)
        last = levels(p, one, known)[-1]
        rest = np.asarray(one.rest)
        assert np.allclose(run.readings[:, path], 1 / (1 + np.exp(-rest - last)), atol=1e-5)


def test_simulation_and_likelihood_share_their_rates() -> None:
    """The first simulated day after a history has the mean that the scored path gives it."""
    p, one, conditions = rich()
    counts = np.random.default_rng(3).poisson(0.4, (90, 4))
    counts[:, 3] = 0
    known = history(p, counts, [conditions])
    longer = history(p, np.vstack([counts, np.zeros((1, 4))]), [conditions])
    rate = rates(p, one, longer)[-1]
    run = simulate(p, draws(one), np.ones((1, 4)), state_after(p, draws(one), known),
                   no_calendar(p, 1), paths_per_draw=200_000, seed=1)  # fmt: skip
    error = np.sqrt(rate * (1 + np.asarray(one.dispersion)) / 200_000)
    assert (np.abs(run.total.mean(1) - rate) <= 5 * error).all()  # one seed in 10^6 fails
