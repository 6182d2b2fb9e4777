"""Fits of histories that the model itself made: calibrated, recovered, and alike under NUTS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from replicates import ask, histories
from scipy import stats

from tightrope.compile import Compiled
from tightrope.errors import RunRefused, TheatreError
from tightrope.history import History, tabulate
from tightrope.inference.calibrate import Calibration, calibrate, reading, rests_on
from tightrope.inference.evidence import RecordEvidence
from tightrope.inference.fit import Fit, fit
from tightrope.inference.nuts import sample
from tightrope.inference.posterior import (
    Basis,
    Posterior,
    draw_posterior,
    draw_unconstrained,
    laplace,
    read_posterior,
    write_posterior,
)
from tightrope.inference.space import SHARED_FACTOR
from tightrope.theatre import Theatre
from tightrope.types import FloatArray

REPLICATES, DRAWS, DAYS, BINS = 200, 99, 2190, 10
BASIS = Basis("saltmarsh", "structural", "", "", "2020-12-31", 0, "laplace")


@pytest.fixture(scope="module")
def compiled(saltmarsh: tuple[Theatre, History]) -> Compiled:
    return reading(saltmarsh[0], "structural")


@pytest.fixture(scope="module")
def ranks(compiled: Compiled) -> FloatArray:
    """[replicate, P] how many of 99 posterior draws lie below the number that made the history."""
    size = ask(compiled, tabulate_nothing(compiled)).space.size
    truth = np.random.default_rng(1).standard_normal((REPLICATES, size))
    found = np.empty_like(truth)
    for i, table in enumerate(histories(compiled, truth, DAYS, seed=3)):
        evidence = ask(compiled, table)
        posterior = laplace(fit(evidence), evidence.space, BASIS)
        draws = draw_unconstrained(posterior, DRAWS, seed=i + 1)
        found[i] = (draws < evidence.space.unconstrained(truth[i])).sum(0)
    return found


def tabulate_nothing(compiled: Compiled):
    return histories(compiled, np.zeros((1, fit_size(compiled))), 30, seed=1)[0]


def fit_size(compiled: Compiled) -> int:
    from tightrope.inference.space import space_of

    return space_of(compiled).size


def test_simulation_based_calibration(ranks: FloatArray) -> None:
    """Talts et al. 2018: ranks of the truth among posterior draws are uniform, number by number.

    Declared failure rate: 1 % for the smallest p-value, 0.1 % for all of them together.
    """
    bins = np.stack([np.bincount((r // (100 / BINS)).astype(int), minlength=BINS) for r in ranks.T])
    p = stats.chisquare(bins, axis=1).pvalue
    assert p.min() > 0.01 / len(p)
    assert stats.kstest(p, "uniform").pvalue > 1e-3


def test_numbers_are_recovered_within_their_intervals(ranks: FloatArray) -> None:
    """The central 90 % of draws hold the truth in 90 % of cases; 7,800 pairs, so within 2 %."""
    inside = (ranks >= 0.05 * (DRAWS + 1)) & (ranks < 0.95 * (DRAWS + 1))
    assert inside.mean() == pytest.approx(0.90, abs=0.02)


def test_a_long_history_teaches_its_numbers(compiled: Compiled) -> None:
    truth = np.random.default_rng(7).standard_normal((1, fit_size(compiled))) * 0.5
    short, long = (histories(compiled, truth, days, seed=5)[0] for days in (730, 20_000))
    spread = []
    for table in (short, long):
        evidence = ask(compiled, table)
        covariance = np.linalg.inv(fit(evidence).precision)
        bases = [i for i, label in enumerate(evidence.space.labels) if label.endswith(".base")]
        spread.append(np.sqrt(np.diag(covariance))[bases].mean())
    assert spread[1] < 0.6 * spread[0]


@pytest.fixture(scope="module")
def fitted(compiled: Compiled, saltmarsh: tuple[Theatre, History]) -> Calibration:
    return calibrate(compiled, "structural", saltmarsh[1])


def test_mode_is_a_maximum(fitted: Calibration) -> None:
    here = fitted.fit.log_posterior
    luck = np.random.default_rng(2)
    for _ in range(50):
        at = fitted.fit.mode + 0.3 * luck.standard_normal(len(fitted.fit.mode))
        assert fitted.evidence.value(at) - 0.5 * at @ at < here


def test_a_warm_start_ends_at_the_same_place(
    fitted: Calibration, compiled: Compiled, saltmarsh: tuple[Theatre, History]
) -> None:
    again = calibrate(compiled, "structural", saltmarsh[1], start=fitted.posterior)
    assert again.fit.steps <= 1
    apart = again.fit.mode - fitted.fit.mode
    assert apart @ fitted.fit.precision @ apart < 1e-3


def test_laplace_and_nuts_agree(fitted: Calibration, tmp_path: Path) -> None:
    """Medians within a fifth of a posterior standard deviation on average, none beyond one."""
    keep = tmp_path / "nuts.npz"
    posterior, chains = sample(fitted, samples=200, warmup=100, chains=2, keep=keep, batch=200)
    assert chains.is_sound and posterior.basis.method == "nuts"
    exact = draw_unconstrained(posterior, 400, seed=1)
    quick = draw_unconstrained(fitted.posterior, 4000, seed=1)
    apart = np.abs(np.median(exact, 0) - np.median(quick, 0)) / exact.std(0)
    assert apart.mean() < 0.2 and apart.max() < 1.0
    ratio = quick.std(0) / exact.std(0)
    assert np.median(ratio) == pytest.approx(1.0, abs=0.1)
    # A second call finds its samples and does nothing anew.
    again, _ = sample(fitted, samples=200, warmup=100, chains=2, keep=keep, batch=200)
    np.testing.assert_array_equal(again.samples, posterior.samples)


def test_round_trip_through_a_file(fitted: Calibration, compiled: Compiled, tmp_path: Path) -> None:
    path = tmp_path / "posterior.npz"
    write_posterior([fitted.posterior], path)
    (back,) = read_posterior(path).values()
    assert back.basis == fitted.posterior.basis
    one, two = (draw_posterior(compiled, p, 50, 3) for p in (fitted.posterior, back))
    for name, value in one._asdict().items():
        np.testing.assert_allclose(value, getattr(two, name), rtol=2e-3, err_msg=name)
    assert [p.name for p in tmp_path.iterdir()] == ["posterior.npz"]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04broken"])
def test_a_broken_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "posterior.npz"
    path.write_bytes(content)
    with pytest.raises(TheatreError, match=r"posterior.npz:0:0: bad-posterior: .*calibrate"):
        read_posterior(path)


def test_a_posterior_knows_what_it_rests_on(
    fitted: Calibration, saltmarsh: tuple[Theatre, History]
) -> None:
    theatre, history = saltmarsh
    assert rests_on(fitted.posterior, theatre, history)
    earlier = history.as_of(history.rows[-1].known.replace(year=2019))
    assert not rests_on(fitted.posterior, theatre, earlier)


def test_draws_do_not_see_what_is_switched_off(
    saltmarsh: tuple[Theatre, History], fitted: Calibration, compiled: Compiled
) -> None:
    without = reading(saltmarsh[0], "structural", frozenset({"M1"}))
    whole, part = (draw_posterior(c, fitted.posterior, 5, 1) for c in (compiled, without))
    assert len(without.knobs) < len(compiled.knobs)
    np.testing.assert_array_equal(whole.base, part.base)


def test_the_shared_factor_moves_every_follow(fitted: Calibration) -> None:
    space = fitted.evidence.space
    assert space.labels[-1] == SHARED_FACTOR
    up = np.zeros(space.size)
    up[-1] = 1.0
    moved = space.unconstrained(up) - space.unconstrained(np.zeros(space.size))
    follows = [".follows." in label for label in space.labels[:-1]]
    np.testing.assert_allclose(moved[:-1], np.where(follows, space.scale[-1], 0.0))


class _Cliff(RecordEvidence):
    """A likelihood that is not finite."""

    def __init__(self, real: RecordEvidence):
        self.__dict__.update(real.__dict__)

    def evaluate(self, point: FloatArray):
        return super().evaluate(point)._replace(value=float("nan"))


def test_a_fit_without_an_optimum_says_where_to_look(fitted: Calibration) -> None:
    with pytest.raises(
        RunRefused, match=r"not finite; furthest .* theatre.yaml, .*tightrope check"
    ):
        fit(_Cliff(fitted.evidence))


def test_progress_is_told(fitted: Calibration) -> None:
    told: list[float] = []
    found: Fit = fit(fitted.evidence, watch=lambda _, height: told.append(height))
    assert told == sorted(told) and told[-1] == pytest.approx(found.log_posterior)


def test_a_posterior_of_one_row(compiled: Compiled, saltmarsh: tuple[Theatre, History]) -> None:
    """A history of one event is fitted: the priors stay, but for what one event says."""
    history = saltmarsh[1]
    from dataclasses import replace

    one = replace(history, rows=history.rows[:1])
    calibration = calibrate(compiled, "structural", one)
    assert isinstance(calibration.posterior, Posterior)
    assert tabulate(compiled, one).counts.sum() == pytest.approx(1.0)
