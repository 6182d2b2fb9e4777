"""Draws of every number from the ranges that the theatre states.

The luck of a number depends on the seed and on its own place in the theatre, and on nothing else:
adding, removing or switching off another element leaves it as it is.
"""

from __future__ import annotations

import numpy as np

from tightrope.compile import Compiled, Knob, stream_number
from tightrope.engine.program import Parameters
from tightrope.types import FloatArray


def medians(compiled: Compiled) -> Parameters:
    """One draw: the middle of every prior. No ceiling is set."""
    return compiled.fill(np.array([[knob.quantity.median for knob in compiled.knobs]]))


def draw_priors(compiled: Compiled, draws: int, seed: int) -> Parameters:
    """``draws`` independent draws of every number, on a leading axis. No ceiling is set."""
    values = np.empty((draws, len(compiled.knobs)))
    for column, knob in enumerate(compiled.knobs):
        values[:, column] = draw_knob(knob, draws, seed)
    return compiled.fill(values)


def draw_knob(knob: Knob, draws: int, seed: int) -> FloatArray:
    """[draw] natural values: 5 % lie below the low end of the range and 5 % above the high end."""
    quantity = knob.quantity
    if not quantity.is_range:
        return np.full(draws, quantity.low)
    luck = np.random.Generator(np.random.Philox(key=[seed, stream_number(knob.label)]))
    normal = quantity.location + quantity.scale * luck.standard_normal(draws)
    match quantity.family:
        case "lognormal":
            return np.exp(normal)
        case "logitnormal":
            return 1.0 / (1.0 + np.exp(-normal))
        case "normal":
            return normal
