"""Raw counts in place of the incident signal: the same process with s(n) = n, in every place."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from small_world import (
    draws,
    history,
    levels,
    no_calendar,
    parameters,
    program,
    rerun,
    rich,
    start,
)

from tightrope.engine.program import Parameters, Program
from tightrope.engine.simulate import simulate
from tightrope.engine.stability import ceiling, expected_signal, follow_terms_at_worst


def rich_in_counts() -> tuple[Program, Parameters, np.ndarray]:
    p, one, conditions = rich()
    return replace(p, signal="count"), one, conditions


def test_a_program_remembers_incidents_unless_told() -> None:
    known = history(program(1), [[7], [0]])
    assert known.signal[:, 0].tolist() == [3, 0]
    assert history(program(1, signal="count"), [[7], [0]]).signal[:, 0].tolist() == [7, 0]


def test_memories_and_levels_of_a_record_follow_their_recursion() -> None:
    p, one, conditions = rich_in_counts()
    counts = np.random.default_rng(0).poisson(0.9, (60, 4)).astype(float)
    known = history(p, counts, [conditions])
    deviation = levels(p, one, known)
    left, cause = 2 ** (-1 / p.filter_half_life), p.filter_cause
    memory, first_level = np.zeros(len(cause)), 0.0
    for day in range(60):
        assert np.allclose(known.memory[day], memory)
        assert np.isclose(deviation[day, 0], first_level)
        memory = memory * left + (1 - left) * counts[day, cause]
        first_level = first_level * 2 ** (-1 / 20) + counts[day] @ [0.6, -0.3, 0, 0]


def test_a_path_remembers_as_its_own_record_does() -> None:
    p, one, conditions = rich_in_counts()
    # Days of several events, and pushes that leave the levels where they still read.
    one = one._replace(base=np.asarray(one.base) * 20, push=np.asarray(one.push) / 20)
    p = replace(p, setting_kind=p.setting_kind[:0])  # conditions stay
    run = simulate(p, draws(one), np.ones((1, 4)), start(p, 1, conditions), no_calendar(p, 60),
                   paths_per_draw=3, seed=2, record=True)  # fmt: skip
    assert run.counts is not None and run.counts.max() > 2
    for path in range(3):
        last = levels(p, one, history(p, run.counts[:, :, path].astype(float), [conditions]))[-1]
        expected = 1 / (1 + np.exp(-np.asarray(one.rest) - last))
        assert np.allclose(run.readings[:, path], expected, atol=1e-5)


def test_of_raw_counts_the_process_is_linear_at_any_rate() -> None:
    """The textbook's mean base / (1 - b), and mean / (1 - b)^2 of a long sum, at two events a day.

    The incident signal falls short of it: of many events on one day it remembers fewer.
    """
    base, branching, days, burn = 1.0, 0.5, 1000, 60
    totals = []
    for p in (program(1, signal="count"), program(1)):
        one = parameters(p, base=base, rhythm=[[branching], [0.0]])
        run = simulate(p, draws(one), np.ones((1, 1)), start(p), no_calendar(p, days + burn),
                       paths_per_draw=2000, seed=5, record=True)  # fmt: skip
        assert run.counts is not None
        totals.append(run.counts[burn:, 0].astype(float).sum(0))
    mean, variance = days * base / (1 - branching), days * base / (1 - branching) ** 3
    error = 5 * np.sqrt(variance / 2000)
    assert abs(totals[0].mean() - mean) < error
    # A variance of 2000 draws is known to 3 %; the ends of the window cut a few clusters.
    assert abs(totals[0].var() / variance - 1) < 5 * np.sqrt(2 / 2000) + 0.02
    assert totals[1].mean() < mean - 10 * error


def test_the_ceiling_expects_raw_counts_at_their_rate() -> None:
    rate, spread = jnp.array([0.01, 0.5, 30.0]), jnp.array([0.0, 2.0, 1.0])
    assert expected_signal(rate, spread, "count").tolist() == rate.tolist()
    p = program(2, signal="count", filter_cause=[0], filter_half_life=np.array([4.0]),
                edge_filter=[0], edge_effect=[1])  # fmt: skip
    one = parameters(p, base=0.5, rhythm=[[0.4, 0.2], [0.1, 0.0]], expect=0.3, worst=[8.0, 2.0])
    assert np.allclose(follow_terms_at_worst(p, one), [0.5 * 8, 0.2 * 2 + 0.3 * 8])
    assert np.allclose(ceiling(p, one)[0], [1.0, 1.5 / 2.8])


def test_nothing_changed_gives_back_the_history() -> None:
    p, one, conditions = rich_in_counts()
    counts = np.random.default_rng(3).poisson([0.4, 0.3, 0.2, 0.02], (60, 4)).astype(float)
    counts[12, 0] = 9
    table = np.tile(conditions, (61, 1))
    known = history(p, counts, table)
    assert np.array_equal(rerun(p, one, known, table), counts)


def test_half_of_a_wave_leaves_half_its_followers_in_counts_and_more_in_incidents() -> None:
    counts, edited = np.zeros((30, 2)), np.full((30, 2), np.nan)
    counts[5, 0], counts[6:10, 1], edited[5] = 40, [20, 10, 5, 3], [20, 0]
    left = {}
    for kind in ("count", "incident"):
        p = program(2, signal=kind, filter_cause=[0], filter_half_life=np.array([1.0]),
                    edge_filter=[0], edge_effect=[1])  # fmt: skip
        one = parameters(p, base=1e-6, expect=1.0)
        known = history(p, counts)
        other = rerun(p, one, known, None, edited)
        left[kind] = other[6:, 1].sum() / counts[6:, 1].sum()
    assert abs(left["count"] - 0.5) < 0.15
    assert left["count"] + 0.15 < left["incident"] < 1.0
