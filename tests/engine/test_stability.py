from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from small_world import parameters, program, wide

from tightrope.engine.program import Parameters, Program
from tightrope.engine.stability import (
    branching_matrix,
    ceiling,
    expected_signal,
    follow_terms_at_worst,
    largest_modulation,
    spectral_radius,
    windows_of,
    worst_rate,
)


def pair() -> Program:
    return program(
        2, n_levels=1, n_conditions=1, gates=[("all",), ("eq", 0, 1.0)], filter_cause=[0, 1],
        filter_half_life=np.array([4.0, 4.0]), edge_filter=[0, 1], edge_effect=[1, 0],
        scaling_event=[1], scaling_level=[0], factor_event=[0], factor_gate=[1],
        extra_event=[0], extra_gate=[1],
    )  # fmt: skip


def many_draws(p: Program) -> Parameters:
    rng = np.random.default_rng(0)
    drawn = [parameters(
        p, base=rng.uniform(0, 0.05, 2), rhythm=rng.uniform(0, 0.5, (2, 2)),
        expect=rng.uniform(0, 1, 2), coefficient=rng.normal(0, 2, 1), rest=rng.normal(0, 1, 1),
        extra=rng.uniform(0, 0.02, 1), log_factor=rng.normal(0, 0.5, 1),
        dispersion=rng.uniform(0, 2, 2), worst=rng.uniform(0.05, 0.4, 2),
    ) for _ in range(200)]  # fmt: skip
    return jax.tree.map(lambda *x: jnp.stack([jnp.asarray(y) for y in x]), *drawn)


def test_expected_signal_is_the_mean_over_the_law() -> None:
    rng = np.random.default_rng(1)
    for rate, dispersion in ((0.05, 0.0), (1.3, 0.0), (4.0, 1.5), (20.0, 0.3)):
        if dispersion:
            n = rng.negative_binomial(rate / dispersion, 1 / (1 + dispersion), 400_000)
        else:
            n = rng.poisson(rate, 400_000)
        signal = np.log2(1 + n)
        got = float(expected_signal(jnp.float32(rate), jnp.float32(dispersion)))
        assert abs(got - signal.mean()) < 5 * signal.std() / np.sqrt(n.size) + 1e-5


def test_expected_signal_of_a_rare_event_is_its_rate() -> None:
    got = expected_signal(jnp.array([0.0, 1e-6]), jnp.zeros(2))
    assert np.allclose(got, [0.0, 1e-6], rtol=1e-4, atol=1e-11)


def test_the_ceiling_holds_in_every_draw_and_is_one_where_it_does_not_bite() -> None:
    p = pair()
    with jax.enable_x64(True):
        many = jax.tree.map(lambda x: x.astype(jnp.float64), many_draws(p))
        of_all = jax.jit(jax.vmap(lambda one: (
            *ceiling(p, one), largest_modulation(p, one), follow_terms_at_worst(p, one)
        )))  # fmt: skip
        shrink, over, most, terms = (np.asarray(x) for x in of_all(many))
    base = np.asarray(many.base) + np.asarray(many.extra) * np.array([1, 0])
    worst = np.asarray(many.worst)
    reached = most * (base + shrink * terms)
    assert ((reached <= worst * (1 + 1e-9)) | over).all()
    assert np.array_equal(over, most * base > worst)
    assert (shrink[over] == 0).all()
    free = most * (base + terms) <= worst
    assert free.any() and (~free).any() and over.any()
    assert (shrink[free] == 1).all() and (shrink[~free] < 1).all()
    bites = ~free & ~over
    assert np.allclose(reached[bites], worst[bites])


def test_no_ceiling_where_nothing_is_known() -> None:
    p = pair()
    one = parameters(p, base=5.0, rhythm=3.0, worst=[np.inf, 1.0])
    shrink, over = ceiling(p, jax.tree.map(jnp.asarray, one))
    assert np.asarray(shrink).tolist() == [1, 0]
    assert np.asarray(over).tolist() == [False, True]


def test_largest_modulation_is_reached_by_the_levels_and_never_passed() -> None:
    p = pair()
    one = parameters(p, coefficient=[-1.2], rest=[np.log(3.0)], log_factor=[-0.4])
    with jax.enable_x64(True):
        most = np.asarray(largest_modulation(p, wide(one)))
    reach = 1.2 * 0.75  # down to a reading of 0 from a rest of .75
    limit = np.log(4.0)
    assert np.allclose(most, [1.0, np.exp(limit * (1 - np.exp(-reach / limit)))])


def test_worst_rate_windows() -> None:
    counts = np.zeros((400, 3))
    counts[10:40, 0] = 2  # 60 within 90 days
    counts[[100, 189], 1] = 5  # both in one window of 90 days
    counts[[100, 190], 2] = 5  # never both
    assert np.allclose(worst_rate(counts) * 90, [60, 10, 5])
    assert np.allclose(worst_rate(counts[:20]) * 90, [20, 0, 0])
    assert worst_rate(np.zeros((0, 2))).tolist() == [0, 0]


def test_one_event_in_years_is_no_rate_of_one_in_ninety_days() -> None:
    """A rare type whose half-years never saw two: the longer window halves what it may expect."""
    p, days = pair(), 4000
    counts = np.zeros((days, 2))
    counts[[500, 2000], :] = 1
    rates = np.array([worst_rate(counts, window) for window in windows_of(days)])
    assert np.allclose(rates, [[1 / 90] * 2, [1 / 180] * 2])
    one = parameters(p, base=1e-4, rhythm=[[0.9, 0.9], [0.0, 0.0]], expect=[0.3, 0.3])
    with jax.enable_x64(True):
        shrinks = [np.asarray(ceiling(p, wide(one._replace(worst=rate)))[0]) for rate in rates]
    for shrink, rate in zip(shrinks, rates, strict=True):
        # Of a rare type the signal is the rate, so 1.2 R of follow-terms must fit beside the base.
        assert np.allclose(shrink, (rate - 1e-4) / (1.2 * rate), rtol=0.02)
    assert (shrinks[1] < shrinks[0]).all()


def test_a_short_record_is_held_to_ninety_days_only() -> None:
    assert [windows_of(days) for days in (30, 179, 180, 9000)] == [
        (90,),
        (90,),
        (90, 180),
        (90, 180),
    ]


def test_spectral_radius_of_a_known_matrix() -> None:
    p = pair()
    one = parameters(p, expect=[0.9, 0.4], rhythm=[[0.1, 0.1], [0.2, 0.2]])
    assert np.allclose(branching_matrix(p, one), [[0.3, 0.4], [0.9, 0.3]])
    assert np.isclose(spectral_radius(p, one), 0.3 + np.sqrt(0.36))
