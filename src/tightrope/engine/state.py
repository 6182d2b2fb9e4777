"""What a path carries from one day to the next, and the signal that an event leaves."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from tightrope.engine.program import Signal
from tightrope.types import Array


class State(NamedTuple):
    """State of all paths of one draw; the path is the last axis."""

    # clock -------------------------------------------------------------------------------------
    day: Array  # scalar: days since the start of the run
    # levels ------------------------------------------------------------------------------------
    deviation: Array  # [J, path] logit units away from rest
    # edge memory -------------------------------------------------------------------------------
    rhythm: Array  # [2, K, path] short and long self-memory
    memory: Array  # [F, path] memories that cross-edges read
    # conditions --------------------------------------------------------------------------------
    conditions: Array  # [C, path]
    # answers -----------------------------------------------------------------------------------
    total: Array  # [K, path] events so far
    limited: Array  # [K] path-days on which the rate was cut at MAX_RATE


def incident_signal(count: Array) -> Array:
    """s(n) = log2(1 + n): one event 1, three 2, seven 3. A coordinated wave is one incident."""
    return jnp.log(1.0 + count) * (1 / np.log(2.0))


def signal_of(kind: Signal, count: Array) -> Array:
    """What a day's count adds to memories and levels; the shape of ``count``."""
    return incident_signal(count) if kind == "incident" else count
