"""Boolean conditions on the observed state, evaluated for all paths at once."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from tightrope.engine.program import Gate
from tightrope.types import Array


def evaluate(gates: tuple[Gate, ...], conditions: Array) -> Array:
    """Evaluate every gate.

    conditions : [C, ...] value of each condition.
    Returns [G, ...] booleans; gate 0 is always true.
    """
    return jnp.stack(
        [jnp.broadcast_to(_one(gate, conditions), conditions.shape[1:]) for gate in gates]
    )


def _one(gate: Any, conditions: Array) -> Array:
    match gate:
        case ("all",):
            return jnp.ones(conditions.shape[1:], bool)
        case ("and", a, b):
            return _one(a, conditions) & _one(b, conditions)
        case ("or", a, b):
            return _one(a, conditions) | _one(b, conditions)
        case ("not", a):
            return ~_one(a, conditions)
        case (operator, index, number):
            return _compare(operator, conditions[index], number)
        case _:
            raise ValueError(f"not a gate: {gate!r}")


def _compare(operator: str, value: Array, number: float) -> Array:
    match operator:
        case "eq":
            return value == number
        case "ne":
            return value != number
        case "lt":
            return value < number
        case "le":
            return value <= number
        case "gt":
            return value > number
        case "ge":
            return value >= number
        case _:
            raise ValueError(f"no comparison is called {operator!r}")
