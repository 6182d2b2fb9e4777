"""Luck: uniform numbers as a pure function of (seed, day, draw, event stream, path).

Threefry 2x32 with 20 rounds (Salmon et al. 2011, doi:10.1145/2063384.2063405), the generator of
JAX. It stands here unrolled so that the compiler makes the numbers where they are used.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.types import Array

_TURNS = ((13, 15, 26, 6), (17, 29, 16, 24))


def threefry(key: tuple[Array, Array], counter: tuple[Array, Array]) -> tuple[Array, Array]:
    """Two random words for two words of counter under two words of key."""
    keys = (*key, key[0] ^ key[1] ^ np.uint32(0x1BD11BDA))
    a, b = counter[0] + keys[0], counter[1] + keys[1]
    for group in range(5):
        for turn in _TURNS[group % 2]:
            a = a + b
            b = a ^ ((b << turn) | (b >> (32 - turn)))
        a, b = a + keys[(group + 1) % 3], b + keys[(group + 2) % 3] + np.uint32(group + 1)
    return a, b


def uniform(
    key: Array, day: Array, draw: Array, stream: Array, first_path: Array, paths: int
) -> Array:
    """[row, path] numbers in (0, 1), on the middles of 2^24 equal steps.

    key : the two words of the seed; stream : [row] a number for each event type, see ``Program``.
    The same numbers whatever other rows or paths are asked for.
    """
    today = threefry((key[0], key[1]), (day.astype(jnp.uint32), draw.astype(jnp.uint32)))
    shape = (len(stream), paths)
    events = jnp.broadcast_to(jnp.asarray(stream, jnp.uint32)[:, None], shape)
    numbers = first_path + jax.lax.broadcasted_iota(jnp.uint32, shape, 1)
    bits, _ = threefry(today, (events, numbers))
    return (bits >> 8).astype(jnp.float32) * np.float32(2**-24) + np.float32(2**-25)
