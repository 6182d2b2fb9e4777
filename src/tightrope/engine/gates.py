"""Boolean conditions on the observed state, evaluated for all paths at once."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from tightrope.engine.program import Gate
from tightrope.types import Array, BoolArray, FloatArray


def evaluate(gates: tuple[Gate, ...], conditions: Array) -> Array:
    """Evaluate every gate.

    conditions : [C, ...] value of each condition.
    Returns [G, ...] booleans; gate 0 is always true.
    """
    shape = conditions.shape[1:]
    return jnp.stack([jnp.broadcast_to(_one(gate, conditions), shape) for gate in gates])


def evaluate_known(gates: tuple[Gate, ...], conditions: FloatArray) -> BoolArray:
    """The same for a known history, outside JAX: nothing has to be compiled."""
    shape = conditions.shape[1:]
    return np.stack([np.broadcast_to(_one(gate, conditions), shape) for gate in gates])


def _one(gate: Any, conditions: Any) -> Any:
    match gate:
        case ("all",):
            return np.bool_(True)
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


def _compare(operator: str, value: Any, number: float) -> Any:
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
