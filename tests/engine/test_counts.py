"""The law of a day's count."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tightrope.engine.counts import (
    MAX_COUNT,
    MAX_RATE,
    log_interval,
    log_mass_over_zero,
    log_masses,
    sample,
    survival_table,
)


def exact_mass(rate: float, dispersion: float, terms: int) -> np.ndarray:
    """Textbook negative binomial (size rate / phi, probability 1 / (1 + phi)), or Poisson."""
    if dispersion == 0:
        return np.array([math.exp(n * math.log(rate) - rate - math.lgamma(n + 1))
                         for n in range(terms)])  # fmt: skip
    size = rate / dispersion
    return np.array([
        math.exp(math.lgamma(n + size) - math.lgamma(size) - math.lgamma(n + 1)
                 - size * math.log1p(dispersion) + n * math.log(dispersion / (1 + dispersion)))
        for n in range(terms)
    ])  # fmt: skip


def drawn(luck: np.ndarray, rate: np.ndarray, dispersion: np.ndarray) -> np.ndarray:
    rates = np.broadcast_to(rate[:, None], luck.shape)
    columns = (luck, rates, dispersion[:, None])
    return np.asarray(_sample(*(jnp.asarray(x, jnp.float32) for x in columns)))


@jax.jit
def _sample(luck: jax.Array, rate: jax.Array, dispersion: jax.Array) -> jax.Array:
    return sample(lambda rows: luck[rows], rate, dispersion)[0]


LAWS = [(0.003, 0.0), (0.4, 0.0), (7.0, 0.0), (60.0, 0.0), (0.003, 1.5), (0.4, 4.0), (7.0, 2.0)]


@pytest.mark.parametrize(("rate", "dispersion"), LAWS)
def test_sample_inverts_the_distribution(rate: float, dispersion: float) -> None:
    below = np.cumsum(exact_mass(rate, dispersion, 400))
    luck = np.random.default_rng(1).uniform(1e-4, 1, (1, 20_000))
    expected = (luck[0][:, None] < 1 - below).sum(1)
    clear = np.abs(luck[0][:, None] - (1 - below)).min(1) > 3e-6  # what 32 bits can tell apart
    count = drawn(luck, np.array([rate]), np.array([dispersion]))[0]
    assert np.array_equal(count[clear], expected[clear])


def test_sample_does_every_busy_type_exactly() -> None:
    """More busy types than are done at a time, in one theatre with quiet ones."""
    rate = np.concatenate([np.linspace(3, 50, 30), np.full(5, 0.01)])
    luck = np.random.default_rng(2).uniform(1e-4, 1, (35, 500))
    together = drawn(luck, rate, np.full(35, 0.5))
    for k in range(35):
        alone = drawn(luck[k : k + 1], rate[k : k + 1], np.full(1, 0.5))[0]
        assert np.array_equal(together[k], alone)


def test_poisson_limit_by_chi_square() -> None:
    """Fails for one seed in 10,000 if the law is right (chi-square, 9 degrees of freedom)."""
    count = drawn(np.random.default_rng(3).random((1, 100_000)), np.array([2.5]), np.zeros(1))[0]
    expected = exact_mass(2.5, 0.0, 9)
    expected = np.append(expected, 1 - expected.sum()) * count.size
    observed = np.bincount(np.minimum(count, 9).astype(int), minlength=10)
    assert ((observed - expected) ** 2 / expected).sum() < 33.72


@pytest.mark.parametrize(("rate", "dispersion"), [(0.05, 3.0), (2.0, 1.0), (12.0, 0.5)])
def test_nb1_mean_and_variance(rate: float, dispersion: float) -> None:
    """Five standard errors: fails for one seed in a million."""
    luck = np.random.default_rng(4).random((1, 200_000))
    count = drawn(luck, np.array([rate]), np.array([dispersion]))[0]
    variance = rate * (1 + dispersion)
    assert abs(count.mean() - rate) < 5 * math.sqrt(variance / count.size)
    spread = (count - rate) ** 2
    assert abs(spread.mean() - variance) < 5 * spread.std() / math.sqrt(count.size)


def test_rates_are_cut_and_counts_end() -> None:
    """Beyond MAX_RATE the count is that of MAX_RATE; no count passes MAX_COUNT."""
    middle, far = np.full((1, 1), 0.5), np.full((1, 1), 1e-7)
    cut, whole = (drawn(middle, np.array([rate]), np.zeros(1)) for rate in (1e6, MAX_RATE))
    assert cut == whole and abs(whole - MAX_RATE) <= 1
    assert drawn(far, np.array([64.0]), np.array([50.0])) == MAX_COUNT


@pytest.mark.parametrize(("rate", "dispersion"), LAWS)
def test_log_masses(rate: float, dispersion: float) -> None:
    exact = np.log(exact_mass(rate, dispersion, 60))
    with jax.enable_x64(True):
        mu, phi = jnp.full(60, rate), jnp.full(60, dispersion)
        assert np.allclose(log_masses(mu[0], phi[0], 60), exact, rtol=1e-10, atol=1e-12)
        single = log_mass_over_zero(jnp.arange(60.0), mu, phi)
        assert np.allclose(single, exact - exact[0], rtol=1e-10, atol=1e-12)


def test_slopes_of_the_mass_are_those_of_finite_differences() -> None:
    count = jnp.array([0.0, 1.0, 3.0, 40.0])

    def total(x: jax.Array) -> jax.Array:
        return log_mass_over_zero(count, jnp.full(4, x[0]), jnp.full(4, x[1])).sum()

    with jax.enable_x64(True):
        at, step = np.array([0.7, 0.4]), 1e-6
        slope, curve = jax.jit(jax.grad(total))(at), jax.jit(jax.hessian(total))(at)
        for i, unit in enumerate(np.eye(2) * step):
            central = (total(jnp.asarray(at + unit)) - total(jnp.asarray(at - unit))) / (2 * step)
            assert np.isclose(slope[i], central, rtol=1e-8)
            bent = jax.grad(total)(jnp.asarray(at + unit)) - jax.grad(total)(jnp.asarray(at - unit))
            assert np.allclose(curve[i], bent / (2 * step), rtol=1e-7)


def test_intervals_sum_masses_and_keep_the_far_tail() -> None:
    mass = exact_mass(2.0, 0.5, 300)
    with jax.enable_x64(True):
        low, high = jnp.array([2.0, 0.0, 60.0]), jnp.array([5.0, np.inf, np.inf])
        rate, phi = jnp.full(3, 2.0), jnp.full(3, 0.5)
        got = np.asarray(log_interval(low, high, rate, phi, 300))
    assert np.allclose(got, np.log([mass[2:6].sum(), 1.0, mass[60:].sum()]), rtol=1e-10, atol=1e-13)


def test_survival_table() -> None:
    mass = exact_mass(0.3, 0.2, 60)
    with jax.enable_x64(True):
        table = np.asarray(survival_table(jnp.float64(0.3), jnp.float64(0.2), 60))
    assert table[0] == 1
    assert np.allclose(table, [mass[n:].sum() for n in range(60)], rtol=1e-9)
