"""Hand-made programs: a few event types, and only the arrays that a test names."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.engine.changed import Change, Realised, Stretch, unchanged
from tightrope.engine.likelihood import rate_path
from tightrope.engine.memory import Record, level_path, record
from tightrope.engine.program import Parameters, Program
from tightrope.engine.state import State
from tightrope.engine.twin import Block, twins

INDEX = np.int32


def program(n_events: int, n_levels: int = 0, n_conditions: int = 0, **given: Any) -> Program:
    """A program in which nothing is connected, except what is given."""
    arrays: dict[str, Any] = {
        "gates": (("all",),),
        "event_gate": np.zeros(n_events, INDEX),
        "stream": np.arange(n_events, dtype=np.uint32) + 1000,
        "rhythm_half_life": np.array([[2.0], [30.0]]).repeat(n_events, 1),
        "scheduled": np.zeros(n_events, bool),
    }
    counts = {"n_events": n_events, "n_levels": n_levels, "n_conditions": n_conditions}
    arrays["signal"] = given.pop("signal", "incident")
    for field in fields(Program):
        if field.name in given and field.name != "gates":
            arrays[field.name] = np.asarray(given[field.name])
            if arrays[field.name].dtype == np.int64:
                arrays[field.name] = arrays[field.name].astype(INDEX)
        elif field.name not in arrays and field.name not in counts:
            floats = field.name in {"filter_half_life", "elastic_reference"}
            arrays[field.name] = np.zeros(0, float if floats else INDEX)
    for edges in ("edge", "extra", "setting"):
        if f"{edges}_gate" not in given:
            first = "edge_filter" if edges == "edge" else f"{edges}_event"
            arrays[f"{edges}_gate"] = np.zeros(len(arrays[first]), INDEX)
    if "gates" in given:
        arrays["gates"] = tuple(given["gates"])
    return Program(**counts, **arrays)


def parameters(p: Program, **given: Any) -> Parameters:
    """One draw of a program's numbers: no rhythm, Poisson, a limit of four, no ceiling."""
    k, nothing = p.n_events, 0.0
    arrays: dict[str, Any] = {
        "base": np.zeros(k), "rhythm": np.zeros((2, k)), "expect": np.zeros(len(p.edge_filter)),
        "extra": np.zeros(len(p.extra_event)), "coefficient": np.zeros(len(p.scaling_event)),
        "elasticity": np.zeros(len(p.elastic_event)),
        "log_factor": np.zeros(len(p.factor_event)), "log_limit": np.full(k, np.log(4.0)),
        "dispersion": np.full(k, nothing), "rest": np.zeros(p.n_levels),
        "half_life": np.full(p.n_levels, 30.0), "push": np.zeros(len(p.push_event)),
        "shift": np.zeros(len(p.hold_level)), "setting": np.zeros(len(p.setting_event)),
        "chance": np.ones(k), "worst": np.full(k, np.inf),
    }  # fmt: skip
    for name, value in given.items():
        arrays[name] = np.broadcast_to(np.asarray(value, float), arrays[name].shape)
    return Parameters(**arrays)


def draws(one: Parameters, n: int = 1) -> Parameters:
    """The same draw ``n`` times, with a leading axis."""
    return jax.tree.map(lambda x: np.repeat(np.asarray(x)[None], n, 0), one)


def start(p: Program, n_draws: int = 1, conditions: Any = ()) -> State:
    """A state without memory, for ``simulate``."""
    known = np.asarray(conditions, float).reshape(1, p.n_conditions, 1)
    return State(
        np.zeros(n_draws), np.zeros((n_draws, p.n_levels, 1)),
        np.zeros((n_draws, 2, p.n_events, 1)),
        np.zeros((n_draws, len(p.filter_cause), 1)), known.repeat(n_draws, 0),
        np.zeros((n_draws, p.n_events, 1)), np.zeros((n_draws, p.n_events)),
    )  # type: ignore[arg-type]  # fmt: skip


def history(p: Program, counts: Any, conditions: Any = None) -> Record:
    """A record; conditions stay as they are given for the first day if one row is given."""
    days = len(counts)
    table = np.zeros((days + 1, p.n_conditions)) if conditions is None else np.asarray(conditions)
    return record(p, np.asarray(counts, float), np.broadcast_to(table, (days + 1, p.n_conditions)))


def no_calendar(p: Program, days: int) -> np.ndarray:
    return np.zeros((days, p.n_events), bool)


def wide(one: Parameters) -> Parameters:
    """A draw in 64 bits; call it inside ``jax.enable_x64``."""
    return jax.tree.map(lambda x: jnp.asarray(x, jnp.float64), one)


_rate_path = jax.jit(rate_path, static_argnums=0)
_level_path = jax.jit(level_path, static_argnums=0)


def rates(p: Program, one: Parameters, known: Record, shrink: Any = 1.0) -> np.ndarray:
    """[T, K] rates of a known history, in 64 bits."""
    with jax.enable_x64(True):
        factor = jnp.broadcast_to(jnp.asarray(shrink, jnp.float64), (p.n_events,))
        return np.asarray(_rate_path(p, wide(one), known, factor))


def levels(p: Program, one: Parameters, known: Record) -> np.ndarray:
    """[T + 1, J] deviations of levels in a known history, in 64 bits."""
    with jax.enable_x64(True):
        return np.asarray(_level_path(p, wide(one), known))


def shuffled(p: Program, one: Parameters, order: np.ndarray) -> tuple[Program, Parameters]:
    """The same theatre with its event types in another order: new position i holds order[i]."""
    new = np.argsort(order).astype(INDEX)
    where = {"event_gate", "stream", "scheduled"}
    points = {"filter_cause", "edge_effect", "extra_event", "scaling_event", "elastic_event",
              "factor_event", "push_event", "setting_event"}  # fmt: skip
    arrays: dict[str, Any] = {field.name: getattr(p, field.name) for field in fields(Program)}
    for name in arrays:
        if name in where:
            arrays[name] = arrays[name][order]
        elif name in points:
            arrays[name] = new[arrays[name]]
    arrays["rhythm_half_life"] = p.rhythm_half_life[:, order]
    per_event = {"base", "log_limit", "dispersion", "chance", "worst"}
    values = {name: np.asarray(value)[order] if name in per_event else value
              for name, value in one._asdict().items()}  # fmt: skip
    values["rhythm"] = np.asarray(one.rhythm)[:, order]
    return Program(**arrays), Parameters(**values)


def realised(p: Program, known: Record, listed: Any = None, dated: Any = ()) -> Realised:
    """A history for twins. Conditions change on days of their own, but for what ``dated`` says:

    (day, condition, value, cells (day, event) to which the value belongs).
    """
    days, table = len(known.counts), np.asarray(known.conditions)
    value = np.where(table[1:] != table[:-1], table[1:], np.nan)
    owners = np.full((days, p.n_conditions, 3), -1, INDEX)
    cells = sorted({cell for *_, mine in dated for cell in mine})
    for day, condition, number, mine in dated:
        value[day, condition] = number
        owners[day, condition, : len(mine)] = [cells.index(cell) for cell in mine]
    # Filled up with what is owned by nothing, so that programs are compiled once.
    deeds = np.array([*cells, *[(days, 0)] * (2 - len(cells))], INDEX)
    whole = np.rint(known.counts) if listed is None else np.asarray(listed, float)
    return Realised(known, whole, value, owners, deeds[:, 0], deeds[:, 1])


def edit(past: Realised, edited: Any = None, table: Any = None, **given: Any) -> Change:
    """A change: counts that are imposed where ``edited`` is a number, conditions at every dawn."""
    change = unchanged(past)
    if edited is not None:
        some = ~np.isnan(edited)
        change.lowest[some] = change.highest[some] = np.asarray(edited)[some]
    pinned = change.pinned if table is None else np.asarray(table, float)
    return change._replace(pinned=pinned, **given)


def rerun_block(
    p: Program, one: Parameters, past: Realised, change: Change, *, seed: int = 1, number: int = 1,
    n_draws: int = 1, first: int = 0, other: Any = None,
) -> Block:  # fmt: skip
    """All twins of a changed history; ``other`` is (program, draw) of the changed world."""
    days = len(past.listed)
    program, changed = other or (p, one)
    stretch = Stretch(first, days, program, draws(changed, n_draws))
    shrink = np.ones((n_draws, p.n_events))
    blocks = twins(p, draws(one, n_draws), shrink, past, change, [stretch], lambda block: block,
                   number=number, seed=seed)  # fmt: skip
    parts = zip(*blocks, strict=True)
    return Block(*(sum(x) if np.isscalar(x[0]) else np.concatenate(x, -1) for x in parts))


def rerun(p: Program, one: Parameters, known: Record, table: Any = None, edited: Any = None,
          seed: int = 1) -> np.ndarray:  # fmt: skip
    """[T, K] counts of one twin."""
    past = realised(p, known)
    block = rerun_block(p, one, past, edit(past, edited, table), seed=seed)
    return block.counts[..., 0].astype(float)


@cache
def rich() -> tuple[Program, Parameters, np.ndarray]:
    """Every element of the language at once, in four event types; and its first conditions.

    One object, so that what is compiled for it is found again.
    """
    p = program(
        4, n_levels=2, n_conditions=2,
        gates=[("all",), ("gt", 0, 5.0), ("eq", 1, 1.0),
               ("or", ("not", ("eq", 1, 1.0)), ("and", ("ge", 0, 1.0), ("lt", 0, 9.0)))],
        event_gate=[0, 1, 0, 0],
        rhythm_half_life=np.array([[2.0, 2.0, 8.0, 2.0], [30.0, 120.0, 120.0, 30.0]]),
        filter_cause=[0, 2, 1], filter_half_life=np.array([4.0, 8.0, 1.0]),
        edge_filter=[0, 1, 2, 0], edge_effect=[1, 0, 2, 2], edge_gate=[0, 2, 0, 3],
        extra_event=[1], extra_gate=[2],
        scaling_event=[0, 1, 2], scaling_level=[1, 0, 0],
        elastic_event=[0], elastic_condition=[0], elastic_reference=np.array([10.0]),
        factor_event=[2], factor_gate=[1],
        push_event=[0, 1, 2], push_level=[0, 0, 1], hold_level=[1], hold_gate=[2],
        setting_event=[2, 1, 3], setting_condition=[1, 0, 1], setting_gate=[0, 0, 0],
        setting_kind=[0, 1, 0], scheduled=[False, False, False, True],
    )  # fmt: skip
    one = parameters(
        p, base=[0.05, 0.03, 0.02, 0.0], expect=[0.3, 0.2, 0.4, 0.1], extra=[0.05],
        rhythm=[[0.1, 0.2, 0.0, 0.0], [0.3, 0.1, 0.2, 0.0]], coefficient=[2.0, -1.5, 0.7],
        elasticity=[0.4], log_factor=[np.log(1.5)], dispersion=[0.8, 0.0, 0.3, 0.0],
        log_limit=np.log([4.0, 2.0, 4.0, 4.0]), rest=[-1.0, 0.5], half_life=[20.0, 90.0],
        push=[0.6, -0.3, 0.4], shift=[0.8], setting=[1.0, 0.9, 0.0], chance=[1.0, 1.0, 1.0, 0.5],
    )  # fmt: skip
    return p, one, np.array([8.0, 0.0])
