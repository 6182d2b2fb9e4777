from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.random import threefry_2x32

from tightrope.engine.luck import threefry, uniform

KEY = jnp.array([7, 11], jnp.uint32)


def numbers(stream: list[int], day: int = 3, first: int = 0, paths: int = 50) -> np.ndarray:
    rows = jnp.array(stream, jnp.uint32)
    of = jax.jit(uniform, static_argnums=5)
    return np.asarray(of(KEY, jnp.float32(day), jnp.uint32(2), rows, jnp.uint32(first), paths))


def test_threefry_is_the_generator_of_jax() -> None:
    words = np.random.default_rng(0).integers(0, 2**32, (2, 20), dtype=np.uint32)
    ours = threefry((KEY[0], KEY[1]), (jnp.asarray(words[0]), jnp.asarray(words[1])))
    assert np.array_equal(np.stack(ours), threefry_2x32(KEY, jnp.asarray(words)))


def test_luck_depends_on_its_own_stream_and_path_only() -> None:
    assert np.array_equal(numbers([5, 9, 2])[1], numbers([9])[0])
    assert np.array_equal(numbers([5], paths=80)[0, 30:], numbers([5], first=30)[0])


def test_luck_is_uniform_and_open_at_both_ends() -> None:
    """Six standard errors for mean and variance: fails for one key in 10^8."""
    luck = numbers(list(range(200)), paths=1000)
    assert luck.min() > 0 and luck.max() < 1
    error = 6 / np.sqrt(luck.size)
    assert abs(luck.mean() - 1 / 2) < error * np.sqrt(1 / 12)
    assert abs(luck.var() - 1 / 12) < error * np.sqrt(1 / 180)


def test_days_streams_and_paths_are_unrelated() -> None:
    """Correlations of 200,000 pairs stay below six standard errors."""
    luck = numbers(list(range(200)), paths=1001)
    for a, b in ((luck[:, 1:], luck[:, :-1]), (luck[1:], luck[:-1]),
                 (luck, numbers(list(range(200)), day=4, paths=1001))):  # fmt: skip
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 6 / np.sqrt(a.size)
