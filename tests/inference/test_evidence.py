"""The likelihood in closed form against the engine's, and its slopes against differences."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from replicates import ask, recorded
from scipy.special import gammaln

from tightrope.compile import Compiled
from tightrope.engine.likelihood import log_likelihood
from tightrope.history import History, Table, tabulate
from tightrope.inference.calibrate import reading
from tightrope.inference.evidence import RecordEvidence
from tightrope.inference.information import expected_information, rising, zero_factor
from tightrope.inference.nuts import parameters_at
from tightrope.theatre import Theatre
from tightrope.types import FloatArray


@pytest.fixture(scope="module")
def known(saltmarsh: tuple[Theatre, History]) -> tuple[Compiled, Table, RecordEvidence]:
    compiled = reading(saltmarsh[0], "structural")
    table = tabulate(compiled, saltmarsh[1])
    return compiled, table, ask(compiled, table)


def point(evidence: RecordEvidence, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(scale=0.7, size=evidence.space.size)


def test_the_record_has_what_is_tested(known: tuple[Compiled, Table, RecordEvidence]) -> None:
    compiled, table, _ = known
    assert len(table.evidence.tally_event) and len(compiled.program.hold_level)
    assert compiled.program.event_gate.any() and len(compiled.program.scaling_event)


@pytest.mark.parametrize("seed", range(3))
def test_value_is_the_engines(known: tuple[Compiled, Table, RecordEvidence], seed: int) -> None:
    compiled, table, evidence = known
    at = point(evidence, seed)
    record = recorded(compiled, table)
    with jax.enable_x64(True):
        held = jax.tree.map(
            lambda x: jnp.asarray(np.asarray(x)[0]), compiled.fill(evidence.values(at)[None])
        )
        engine = float(log_likelihood(
            compiled.program, held, record, table.evidence, jnp.ones(compiled.program.n_events),
            terms=table.terms,
        ))  # fmt: skip
    assert evidence.value(at) == pytest.approx(engine, abs=1e-7)
    assert evidence.evaluate(at).value == pytest.approx(engine, abs=1e-7)


def test_slope_is_that_of_differences(known: tuple[Compiled, Table, RecordEvidence]) -> None:
    evidence = known[2]
    at, step = point(evidence), 1e-5
    slope = evidence.evaluate(at).slope
    for p, label in enumerate(evidence.space.labels):
        move = np.zeros_like(at)
        move[p] = step
        difference = (evidence.value(at + move) - evidence.value(at - move)) / (2 * step)
        assert slope[p] == pytest.approx(difference, rel=1e-5, abs=1e-5), label


def test_the_map_for_sampling_is_the_map_for_fitting(
    known: tuple[Compiled, Table, RecordEvidence],
) -> None:
    compiled, _, evidence = known
    at = point(evidence)
    plain = compiled.fill(evidence.values(at)[None])
    with jax.enable_x64(True):
        differentiable = parameters_at(evidence)(jnp.asarray(at))
    for name, value in differentiable._asdict().items():
        np.testing.assert_allclose(value, np.asarray(getattr(plain, name))[0], rtol=1e-12)


@pytest.mark.parametrize("phi", [0.0, 1e-4, 0.05, 0.7, 3.0])
@pytest.mark.parametrize("rate", [1e-4, 0.03, 0.8, 6.0])
def test_information_is_the_mean_square_of_the_score(rate: float, phi: float) -> None:
    """E[score score'] over the whole distribution, by summation."""
    count = np.arange(400.0)
    log, by_rate, by_phi = rising(np.full(400, rate), phi, count)
    g, g1, _ = zero_factor(phi)
    mass = np.exp(log - count * np.log1p(phi) - rate * g - gammaln(count + 1))
    score = np.stack([by_rate - g, by_phi - count / (1 + phi) - rate * g1])
    exact = (score * mass) @ score.T
    found = expected_information(np.array([rate]), phi)
    assert mass.sum() == pytest.approx(1, abs=1e-9)
    assert found.rate[0] == pytest.approx(exact[0, 0], rel=5e-3)
    assert found.dispersion[0] == pytest.approx(exact[1, 1], rel=4e-2, abs=1e-8)
    assert found.cross[0] == pytest.approx(exact[0, 1], rel=2e-2, abs=2e-3 * np.sqrt(
        exact[0, 0] * exact[1, 1]) + 1e-12)  # fmt: skip


def test_information_is_never_negative(known: tuple[Compiled, Table, RecordEvidence]) -> None:
    evidence = known[2]
    information = evidence.evaluate(point(evidence, 5)).information
    np.testing.assert_allclose(information, information.T, atol=1e-9)
    assert np.linalg.eigvalsh(information).min() > -1e-6
