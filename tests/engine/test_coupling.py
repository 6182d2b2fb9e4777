"""A count and its luck: held to SciPy's Poisson and negative binomial."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from scipy import stats

from tightrope.engine.coupling import count_at, luck_interval

RATES = np.array([1e-6, 0.02, 0.7, 5.0, 40.0])


def survival(count: np.ndarray, rate: np.ndarray, spread: float) -> np.ndarray:
    """P(N > count) of a Poisson or NB1 count."""
    if spread == 0:
        return stats.poisson.sf(count, rate)
    return stats.nbinom.sf(count, rate / spread, 1 / (1 + spread))


def test_a_count_contains_its_luck_down_to_the_rarest() -> None:
    luck = np.tile(np.array([0.999, 0.5, 1e-3, 1e-8, 1e-12, 1e-30]), (len(RATES), 1))
    rate = np.tile(RATES[:, None], luck.shape[1])
    for spread in (0.0, 0.8):
        with jax.enable_x64(True):
            found = np.asarray(count_at(jnp.asarray(luck), jnp.asarray(rate),
                                        jnp.full((len(RATES), 1), spread),
                                        jnp.ones(luck.shape, bool)))  # fmt: skip
        assert (luck < survival(found - 1, rate, spread)).all()
        assert (luck >= survival(found, rate, spread) * (1 - 1e-6)).all()


def test_luck_lies_between_the_tails_of_the_count() -> None:
    count = np.array([0, 0, 2, 12, 35])
    cells = np.array([2, 3, 4, 0])  # the first fills up: nothing happened there
    for spread in (0.0, 0.8):
        with jax.enable_x64(True):
            lower, upper = luck_interval(
                jnp.asarray(RATES[None]), jnp.full(len(RATES), spread),
                jnp.zeros(4, int), jnp.asarray(cells), jnp.asarray(count[cells]),
            )  # fmt: skip
        assert np.allclose(lower[0], survival(count, RATES, spread), rtol=1e-9)
        assert np.allclose(upper[0], survival(count - 1, RATES, spread), rtol=1e-9)
