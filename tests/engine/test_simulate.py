"""Ensembles: reproducible, independent of how they are run, and with the right moments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_world import draws, no_calendar, parameters, program, rich, shuffled, start

from tightrope.engine import simulate as module
from tightrope.engine.simulate import Ensemble, simulate

PLAIN = program(3)


def run_rich(order: np.ndarray | None = None, **options: Any) -> Ensemble:
    p, one, conditions = rich()
    calendar = no_calendar(p, 60)
    calendar[[10, 30], 3] = True
    if order is not None:
        p, one = shuffled(p, one, order)
        calendar = calendar[:, order]
    many = draws(one, 3)
    many = many._replace(base=np.asarray(many.base) * np.arange(1, 4)[:, None])
    settings = {"paths_per_draw": 200, "seed": 3, "record": True} | options
    return simulate(p, many, np.ones((3, 4)), start(p, 3, conditions), calendar, **settings)


def run_plain(base: list[list[float]]) -> Ensemble:
    """500 paths of 20 days of three unconnected types, for each draw of bases."""
    many = draws(parameters(PLAIN), len(base))._replace(base=np.array(base))
    return simulate(PLAIN, many, np.ones((len(base), 3)), start(PLAIN, len(base)),
                    no_calendar(PLAIN, 20), paths_per_draw=500, seed=7)  # fmt: skip


def same(a: Ensemble, b: Ensemble) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_a_seed_gives_one_result_whatever_the_blocks_and_workers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three draws at once, then two and one, then every draw in two pieces."""
    first = run_rich()
    assert same(first, run_rich(workers=1))
    assert not np.array_equal(first.total, run_rich(seed=4).total)
    for size in (400, 100):
        monkeypatch.setattr(module, "PATHS_PER_BLOCK", size)
        assert same(first, run_rich(workers=3))
    few = run_rich(paths_per_draw=100)  # fewer paths are the first of more
    chosen = np.flatnonzero(np.arange(600) % 200 < 100)
    assert np.array_equal(few.total, first.total[:, chosen])
    assert np.array_equal(few.draw, first.draw[chosen])


def test_the_order_of_event_types_does_not_matter() -> None:
    order = np.array([2, 0, 3, 1])
    here, there = run_rich(), run_rich(order)
    assert np.array_equal(there.total, here.total[order])
    assert np.allclose(there.readings, here.readings, atol=1e-6)


def test_another_event_type_leaves_the_luck_of_the_rest_alone() -> None:
    alone = run_plain([[0.3, 0.0, 0.0]] * 2)
    joined = run_plain([[0.3, 0.7, 2.0]] * 2)
    assert np.array_equal(alone.total[0], joined.total[0])


def test_poisson_totals() -> None:
    """Mean and variance of 100,000 Poisson totals of 20 days: five standard errors."""
    run = run_plain([[0.002, 0.3, 9.0]] * 200)
    for total, mean in zip(run.total, (0.04, 6.0, 180.0), strict=True):
        assert abs(total.mean() - mean) < 5 * np.sqrt(mean / total.size)
        spread = (total - mean) ** 2.0
        assert abs(spread.mean() - mean) < 5 * spread.std() / np.sqrt(total.size)


def test_draws_keep_their_own_numbers() -> None:
    run = run_plain([[0.0, 1.0, 0.0], [0.5, 1.0, 0.0], [5.0, 1.0, 0.0]])
    means = [run.total[0, run.draw == i].mean() for i in range(3)]
    assert means[0] == 0
    assert np.allclose(means[1:], [10, 100], rtol=0.08)


def test_limited_path_days_are_counted_by_type() -> None:
    """A rate of 64 is not cut, one of 10,000 is, on 20 days of 500 paths in one draw of two."""
    run = run_plain([[1.0, 1e4, 64.0], [1.0, 0.0, 64.0]])
    assert run.limited.tolist() == [0, 10_000, 0]
    assert run.total[1].max() < 20 * 80


def test_stationary_hawkes_mean_and_variance() -> None:
    """Theory of the linear process with the exact memory kernel of a day grid.

    A rate is base + b m with b = .5 and half-life 2 days. Rates are small, so that a day with more
    than one event (where log2(1 + n) < n) is rare: E[s] / E[n] differs from 1 by about a quarter of
    the rate, 0.1 %. Mean of the rate: base / (1 - b). Variance of a long sum: mean / (1 - b)^2.
    """
    base, branching, days, burn = 0.002, 0.5, 1000, 200
    p = program(1)
    one = parameters(p, base=base, rhythm=[[branching], [0.0]])
    run = simulate(p, draws(one), np.ones((1, 1)), start(p), no_calendar(p, days + burn),
                   paths_per_draw=4000, seed=11, record=True)  # fmt: skip
    assert run.counts is not None
    total = run.counts[burn:, 0].astype(float).sum(0)
    mean = days * base / (1 - branching)
    variance = mean / (1 - branching) ** 2
    assert abs(total.mean() / mean - 1) < 5 * np.sqrt(variance / total.size) / mean + 0.003
    spread = (total - total.mean()) ** 2
    error = 5 * spread.std() / np.sqrt(total.size) / variance
    # The window of 1000 days cuts clusters of a few days at its ends: 1 % at most.
    assert abs(spread.mean() / variance - 1) < error + 0.02


def test_conditions_are_set_at_the_end_of_the_day_and_a_later_setting_wins() -> None:
    """Event 0 happens on day 0, the gate of event 1 opens on day 1 and not before."""
    p = program(
        2, n_conditions=3, gates=[("all",), ("eq", 0, 1.0), ("eq", 0, 0.0)], event_gate=[0, 1],
        scheduled=[True, True], setting_event=[0] * 6, setting_condition=[0, 0, 1, 1, 2, 2],
        setting_gate=[0, 0, 0, 2, 0, 1], setting_kind=[0, 0, 1, 2, 2, 0],
    )  # fmt: skip
    one = parameters(p, setting=[2.0, 1.0, 3.0, -1.0, -50.0, 8.0])
    calendar = no_calendar(p, 3)
    calendar[0, 0] = calendar[:, 1] = True
    run = simulate(p, draws(one), np.ones((1, 2)), start(p, 1, [0.0, 5.0, 20.0]), calendar,
                   paths_per_draw=2, seed=0, record=True)  # fmt: skip
    assert run.counts is not None
    assert run.counts[:, 1, 0].tolist() == [0, 1, 1]
    # 2, then 1; times 3, less 1 by a gate open at dawn; less 50 stops at 0; 8 by a gate that is
    # shut changes nothing
    assert run.conditions[:, 0].tolist() == [1.0, 14.0, 0.0]


def test_scheduled_events_happen_with_their_chance_on_their_day_only() -> None:
    p = program(2, scheduled=[True, True])
    calendar = no_calendar(p, 5)
    calendar[2] = True
    run = simulate(p, draws(parameters(p, base=[0.5, 0.5], chance=[1.0, 0.3])), np.ones((1, 2)),
                   start(p), calendar, paths_per_draw=20_000, seed=0, record=True)  # fmt: skip
    assert run.counts is not None
    assert run.counts[[0, 1, 3, 4]].sum() == 0
    assert (run.counts[2, 0] == 1).all()
    assert abs(run.counts[2, 1].mean() - 0.3) < 5 * np.sqrt(0.21 / 20_000)
