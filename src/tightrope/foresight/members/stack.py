"""The stack: a linear pool of members, by default half rhythm and half direct regression.

Which pool speaks for a family is settled by what has been best on origins before: another pool
takes the default's place only when it has beaten it by more than luck would.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Weights = Mapping[str, float]

DEFAULT = "half and half"
POOLS: Mapping[str, Weights] = MappingProxyType({
    DEFAULT: {"rhythm": 0.5, "regression": 0.5},
    "regression": {"regression": 1.0},
    "rhythm": {"rhythm": 1.0},
    "structural": {"structural": 1.0},
    "structural and regression": {"structural": 0.5, "regression": 0.5},
    "hawkes and regression": {"hawkes": 0.5, "regression": 0.5},
    "thirds": {"structural": 1 / 3, "rhythm": 1 / 3, "regression": 1 / 3},
    "with climatology": {"rhythm": 0.35, "regression": 0.35, "climatology": 0.3},
    "regression and climatology": {"regression": 0.5, "climatology": 0.5},
})  # fmt: skip
"""Pools that may speak, by name."""


def pools_of(members: tuple[str, ...]) -> dict[str, Weights]:
    """Those pools whose members all spoke; the default first. Without rhythm or regression the
    default is what is left of it."""
    pools = {name: weights for name, weights in POOLS.items() if set(weights) <= set(members)}
    if DEFAULT not in pools:
        left = [member for member in POOLS[DEFAULT] if member in members] or [members[0]]
        pools = {DEFAULT: dict.fromkeys(left, 1 / len(left)), **pools}
    return pools
