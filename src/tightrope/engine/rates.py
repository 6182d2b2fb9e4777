"""Today's rate, as an exact product and sum of named parts (DESIGN: the process).

The last axis is the path in a simulation and the day where a known history is scored: one set of
equations serves both.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.engine.program import Parameters, Program
from tightrope.types import Array


class Parts(NamedTuple):
    """The parts of every rate: rate = gate * modulation * (base + extra + rhythm + follows)."""

    gate: Array  # [K, path] booleans
    modulation: Array  # [K, path]
    base: Array  # [K, 1]
    extra: Array  # [K, path]
    rhythm: Array  # [K, path]
    follows: Array  # [K, path]

    def rate(self) -> Array:
        """[K, path] per day."""
        drive = self.base + self.extra + self.rhythm + self.follows
        return jnp.where(self.gate, self.modulation * drive, 0.0)


class Couplings(NamedTuple):
    """What is gathered once from a draw, before the loop over days."""

    expect: Array  # [E] after the ceiling
    rhythm: Array  # [2, K] after the ceiling
    push: Array  # [J, K]


def couplings(program: Program, parameters: Parameters, shrink: Array) -> Couplings:
    """Gather a draw's numbers; ``shrink`` [K] is the ceiling's factor on follow-terms."""
    push = jnp.zeros((program.n_levels, program.n_events), parameters.push.dtype)
    return Couplings(
        expect=parameters.expect * shrink[program.edge_effect],
        rhythm=parameters.rhythm * shrink,
        push=push.at[program.push_level, program.push_event].add(parameters.push),
    )


def reading(rest: Array, deviation: Array) -> Array:
    """y = logistic(logit(rest) + z): a level's reading in (0, 1). rest [J] is a logit."""
    return jax.nn.sigmoid(rest[:, None] + deviation)


def soft_limit(drive: Array, limit: Array) -> Array:
    """Upward limited, downward free: x below 0, limit (1 - exp(-x / limit)) above; slope 1 at 0."""
    bound = jnp.maximum(limit, 1e-6)
    above = bound - bound * jnp.exp(jnp.maximum(drive, 0.0) * (-1.0 / bound))
    return jnp.where(drive > 0, above, drive)


def modulation(
    program: Program, parameters: Parameters, deviation: Array, conditions: Array, gates: Array
) -> Array:
    """[K, path] factor by which levels, numbers and conditions scale every rate."""
    level = reading(parameters.rest, deviation) - jax.nn.sigmoid(parameters.rest)[:, None]
    part = parameters.coefficient[:, None] * level[program.scaling_level]
    drive = jnp.zeros((program.n_events, deviation.shape[-1]), deviation.dtype)
    drive = drive.at[program.scaling_event].add(part)
    if len(program.elastic_event):
        ratio = jnp.maximum(conditions[program.elastic_condition], 1.0)
        ratio = ratio / program.elastic_reference.astype(ratio.dtype)[:, None]
        drive = drive.at[program.elastic_event].add(parameters.elasticity[:, None] * jnp.log(ratio))
    if len(program.factor_event):
        part = parameters.log_factor[:, None] * gates[program.factor_gate]
        drive = drive.at[program.factor_event].add(part)
    return jnp.exp(soft_limit(drive, parameters.log_limit[:, None]))


def parts(
    program: Program, parameters: Parameters, matrices: Couplings, deviation: Array,
    rhythm: Array, memory: Array, conditions: Array, gates: Array,
) -> Parts:  # fmt: skip
    """All parts of the rates on one day of every path (or on every day of one history).

    deviation : [J, path]; rhythm : [2, K, path]; memory : [F, path]; conditions : [C, path];
    gates : [G, path].
    """
    part = matrices.expect[:, None] * memory[program.edge_filter]
    gated = np.flatnonzero(program.edge_gate)
    if len(gated):
        part = part.at[gated].multiply(gates[program.edge_gate[gated]].astype(part.dtype))
    nothing = jnp.zeros_like(rhythm[0])
    extra = parameters.extra[:, None] * gates[program.extra_gate]
    return Parts(
        gate=gates[program.event_gate],
        modulation=modulation(program, parameters, deviation, conditions, gates),
        base=parameters.base[:, None],
        extra=nothing.at[program.extra_event].add(extra),
        rhythm=matrices.rhythm[0][:, None] * rhythm[0] + matrices.rhythm[1][:, None] * rhythm[1],
        follows=nothing.at[program.edge_effect].add(part),
    )
