"""Today's rate, as an exact product and sum of named parts (DESIGN: the process)."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp

from tightrope.engine.program import Parameters, Program
from tightrope.types import Array


class Parts(NamedTuple):
    """The parts of every rate: rate = gate * modulation * (base + extra + rhythm + follows)."""

    gate: Array  # [K, path] 0 or 1
    modulation: Array  # [K, path]
    base: Array  # [K, 1]
    extra: Array  # [K, path]
    rhythm: Array  # [K, path]
    follows: Array  # [K, path]

    def rate(self) -> Array:
        """[K, path] per day."""
        return self.gate * self.modulation * (self.base + self.extra + self.rhythm + self.follows)


class Couplings(NamedTuple):
    """Dense matrices of one draw, made once before the loop over days."""

    follow: Array  # [K, F] ungated edges, after the ceiling
    gated: Array  # [Eg] gated edges, after the ceiling
    rhythm: Array  # [2, K] after the ceiling
    scaling: Array  # [K, J]
    push: Array  # [J, K]


def couplings(program: Program, parameters: Parameters, shrink: Array) -> Couplings:
    """Gather a draw's numbers into matrices; ``shrink`` [K] is the ceiling's factor on follow-terms."""
    open_edge = program.edge_gate == 0
    expect = parameters.expect * shrink[program.edge_effect]
    shape = (program.n_events, len(program.filter_cause))
    follow = jnp.zeros(shape, expect.dtype)
    follow = follow.at[program.edge_effect[open_edge], program.edge_filter[open_edge]].add(
        expect[open_edge]
    )
    scaling = jnp.zeros((program.n_events, program.n_levels), expect.dtype)
    scaling = scaling.at[program.scaling_event, program.scaling_level].add(parameters.coefficient)
    push = jnp.zeros((program.n_levels, program.n_events), expect.dtype)
    push = push.at[program.push_level, program.push_event].add(parameters.push)
    return Couplings(follow, expect[~open_edge], parameters.rhythm * shrink, scaling, push)


def reading(rest: Array, deviation: Array) -> Array:
    """y = logistic(logit(rest) + z): a level's reading in (0, 1). rest [J] is on the logit scale."""
    return jax.nn.sigmoid(rest[:, None] + deviation)


def soft_limit(drive: Array, limit: Array) -> Array:
    """Upward limited, downward free: x below 0, limit (1 - exp(-x / limit)) above; slope 1 at 0."""
    bound = jnp.maximum(limit, 1e-6)
    return jnp.where(drive > 0, -bound * jnp.expm1(-jnp.maximum(drive, 0.0) / bound), drive)


def modulation(
    program: Program, parameters: Parameters, scaling: Array, deviation: Array,
    conditions: Array, gates: Array,
) -> Array:  # fmt: skip
    """[K, path] factor by which levels, numbers and conditions scale every rate."""
    rest = jax.nn.sigmoid(parameters.rest)[:, None]
    drive = scaling @ (reading(parameters.rest, deviation) - rest)
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
    """All parts of today's rates for the paths of one draw."""
    follows = matrices.follow @ memory
    gated = program.edge_gate > 0
    if gated.any():
        part = matrices.gated[:, None] * memory[program.edge_filter[gated]]
        part = part * gates[program.edge_gate[gated]]
        follows = follows.at[program.edge_effect[gated]].add(part)
    extra = jnp.zeros_like(follows)
    if len(program.extra_event):
        part = parameters.extra[:, None] * gates[program.extra_gate]
        extra = extra.at[program.extra_event].add(part)
    return Parts(
        gate=gates[program.event_gate].astype(follows.dtype),
        modulation=modulation(program, parameters, matrices.scaling, deviation, conditions, gates),
        base=parameters.base[:, None],
        extra=extra,
        rhythm=(matrices.rhythm[..., None] * rhythm).sum(0),
        follows=follows,
    )
