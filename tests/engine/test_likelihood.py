"""Scoring a history, against the same mathematics in plain Python."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import slow_likelihood as slow
from small_world import history, rates, rich, shuffled, wide

from tightrope.engine.likelihood import (
    FLOOR,
    Evidence,
    forbidden,
    log_likelihood,
    rate_parts,
)
from tightrope.engine.memory import Record
from tightrope.engine.program import Parameters, Program

DAYS, TERMS = 150, 210
SHRINK = np.array([1.0, 0.6, 1.0, 1.0])


@pytest.fixture(scope="module")
def case() -> dict[str, Any]:
    p, one, conditions = rich()
    rng = np.random.default_rng(5)
    listed = rng.poisson(0.15, (DAYS, 4)).astype(float)
    listed[30, 0] = 25  # a wave
    listed[:, 3] = 0
    listed[[20, 90], 3] = 1
    counts = listed.copy()
    counts[60:80, 2] += 0.4  # what a tally spreads over its window
    table = np.tile(conditions, (DAYS + 1, 1))
    table[50:, 0], table[100:, 0], table[70:120, 1] = 4.0, 12.0, 1.0
    scored = np.ones((DAYS, 4))
    scored[:, 3], scored[60:80, 2], scored[5:9, 0] = 0, 0, 0
    day, event = np.nonzero((listed > 0) & (scored > 0))
    evidence = Evidence(
        scored, day, event, listed[day, event], np.array([2, 0]), np.array([60, 5]),
        np.array([80, 9]), np.array([8.0, 0.0]), np.array([np.inf, 3.0]),
    )  # type: ignore[arg-type]  # fmt: skip
    return {"p": p, "one": one, "listed": listed, "counts": counts, "table": table,
            "evidence": evidence}  # fmt: skip


def score(p: Program, one: Parameters, known: Record, evidence: Evidence, shrink: Any = SHRINK):
    @jax.jit
    def of(values: Parameters) -> jax.Array:
        return log_likelihood(p, values, known, evidence, jnp.asarray(shrink), terms=TERMS)

    return of


def test_the_likelihood_is_that_of_plain_loops(case: dict[str, Any]) -> None:
    p, one, evidence = case["p"], case["one"], case["evidence"]
    with jax.enable_x64(True):
        known = history(p, case["counts"], case["table"])
        got = float(score(p, one, known, evidence)(wide(one)))
    rate = rates(p, one, known, SHRINK)
    expected = slow.rates(p, one, SHRINK, case["counts"], case["table"])
    assert np.allclose(rate, expected, rtol=1e-11, atol=1e-15)
    plain = slow.log_likelihood(
        p, one, SHRINK, case["counts"], case["listed"], case["table"], evidence
    )
    assert abs(got - plain) < 1e-9 * abs(plain)


def test_the_gradient_is_that_of_finite_differences(case: dict[str, Any]) -> None:
    p, one = case["p"], case["one"]
    one = one._replace(dispersion=np.array([0.8, 0.1, 0.3, 0.0]))
    with jax.enable_x64(True):
        known = history(p, case["counts"], case["table"])
        of = score(p, one, known, case["evidence"])
        gradient = jax.grad(of)(wide(one))
        for name in one._fields:
            value = np.asarray(getattr(one, name), float)
            for at in np.ndindex(value.shape):
                if not np.isfinite(value[at]):
                    continue
                step = 1e-5 * max(1.0, abs(value[at]))
                up, down = value.copy(), value.copy()
                up[at] += step
                down[at] -= step
                central = of(wide(one._replace(**{name: up}))) - of(
                    wide(one._replace(**{name: down}))
                )
                got = float(getattr(gradient, name)[at])
                assert np.isclose(got, central / (2 * step), rtol=2e-5, atol=2e-5), (name, at)


def test_the_order_of_event_types_does_not_matter(case: dict[str, Any]) -> None:
    p, one, evidence = case["p"], case["one"], case["evidence"]
    order = np.array([2, 0, 3, 1])
    new = np.argsort(order)
    moved, values = shuffled(p, one, order)
    there = evidence._replace(
        scored=np.asarray(evidence.scored)[:, order], cell_event=new[evidence.cell_event],
        tally_event=new[evidence.tally_event],
    )  # fmt: skip
    with jax.enable_x64(True):
        known = history(p, case["counts"], case["table"])
        known_moved = history(moved, case["counts"][:, order], case["table"])
        here = score(p, one, known, evidence)(wide(one))
        got = score(moved, values, known_moved, there, SHRINK[order])(wide(values))
    assert np.isclose(float(got), float(here), rtol=1e-13)


def test_parts_add_up_to_the_rate(case: dict[str, Any]) -> None:
    p, one = case["p"], case["one"]
    with jax.enable_x64(True):
        known = history(p, case["counts"], case["table"])
        of = jax.jit(rate_parts, static_argnums=0)
        parts = of(p, wide(one), known, jnp.asarray(SHRINK))
    rate = rates(p, one, known, SHRINK)
    gate, modulation, *sources = (np.asarray(part) for part in parts)
    total = (gate * modulation * sum(sources)).T
    assert np.allclose(total[:, :3], rate[:, :3], rtol=1e-14)
    assert (rate[:, 3] == 0).all()  # a calendar has no rate


def test_what_a_closed_gate_forbids_is_counted_and_costs_much(case: dict[str, Any]) -> None:
    p, one = case["p"], case["one"]
    evidence = case["evidence"]
    rate = rates(p, one, history(p, case["counts"], case["table"]))
    flags = np.asarray(forbidden(jnp.asarray(rate, jnp.float32), evidence))
    closed = (evidence.cell_event == 1) & (case["table"][evidence.cell_day, 0] <= 5)
    assert np.array_equal(flags, closed) and closed.any()
    assert slow.log_mass(1, FLOOR, 0.0) < -20
