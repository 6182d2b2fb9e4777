"""The direct regression: what it learns, and that nothing makes it run away."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import nbinom

from tightrope.foresight.members.baselines import forecast_daily
from tightrope.foresight.members.regression import (
    BEYOND_WORST,
    NegativeBinomial,
    fit_and_forecast,
)
from tightrope.foresight.members.ridge import Rows, fit, fit_counts, log_link, logit_link
from tightrope.scoring.scores import brier, coverage, crps

ERAS = np.repeat([0.05, 0.6, 0.1, 1.2, 0.02, 0.4], 500)


def count_mean(daily: np.ndarray, horizon: int) -> float:
    sample = fit_and_forecast(daily, "count", 1, horizon).sample
    assert sample is not None
    return float(sample.mean())


def test_ridge_finds_known_coefficients():
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(20_000), rng.normal(size=(20_000, 2))])
    truth, offset = np.array([0.3, -0.5, 0.8]), rng.normal(size=20_000) * 0.3
    for link, draw in (
        (log_link, lambda eta: rng.poisson(np.exp(eta))),
        (logit_link, lambda eta: rng.random(len(eta)) < expit(eta)),
    ):
        y = draw(x @ truth + offset).astype(float)
        found = fit(Rows(x, offset, np.ones(20_000), y), np.full(3, 1e-6), link)
        error = (found.coefficients - truth) / np.sqrt(np.diag(found.covariance))
        assert np.abs(error).max() < 4, "within four standard errors"


def test_ridge_solves_its_equation():
    rng = np.random.default_rng(5)
    x, y, w = rng.normal(size=(50, 3)), rng.poisson(2.0, 50).astype(float), rng.random(50)
    penalty = np.array([0.5, 2.0, 30.0])
    b = fit(Rows(x, np.zeros(50), w, y), penalty, log_link).coefficients
    assert x.T @ (w * (y - np.exp(x @ b))) == pytest.approx(penalty * b, abs=1e-6)


def test_a_weight_of_two_is_the_row_twice():
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(30, 2)), rng.poisson(2.0, 30).astype(float)
    penalty = np.ones(2)
    once = fit(Rows(x, np.zeros(30), np.full(30, 2.0), y), penalty, log_link)
    twice = fit(
        Rows(np.tile(x, (2, 1)), np.zeros(60), np.ones(60), np.tile(y, 2)), penalty, log_link
    )
    assert once.coefficients == pytest.approx(twice.coefficients)


@pytest.mark.parametrize("bad", [1e4, 1e7])
def test_ridge_comes_back_from_a_bad_start(bad: float):
    x = np.ones((40, 1))
    y = np.full(40, bad)
    b = fit(Rows(x, np.zeros(40), np.ones(40), y), np.array([1e-6]), log_link).coefficients
    assert b[0] == pytest.approx(np.log(bad), rel=1e-5)


def test_ridge_is_finite_where_the_plain_optimum_is_not():
    x = np.column_stack([np.ones(20), np.ones(20)])
    for y in (np.zeros(20), np.ones(20)):
        found = fit(Rows(x, np.zeros(20), np.ones(20), y), np.array([0.5, 0.5]), logit_link)
        assert np.isfinite(found.coefficients).all()
        assert found.coefficients[0] == pytest.approx(found.coefficients[1])


def test_negative_binomial_finds_coefficients_and_dispersion():
    rng = np.random.default_rng(2)
    features = rng.normal(size=(6000, 4)) * 0.7
    truth = np.array([0.2, 0.4, -0.3, 0.1, 0.3])
    design = np.column_stack([np.ones(6000), features])
    mean = np.exp(design @ truth + np.log(5.0))
    dispersion = 1.5
    total = rng.negative_binomial(mean / dispersion, 1 / (1 + dispersion)).astype(float)
    rows = Rows(design, np.full(6000, np.log(5.0)), np.ones(6000), total)
    found, spread = fit_counts(rows, np.full(5, 1e-6))
    error = (found.coefficients - truth) / np.sqrt(np.diag(found.covariance))
    assert np.abs(error).max() < 4, "within four standard errors"
    assert spread == pytest.approx(dispersion, rel=0.15)


def test_poisson_counts_show_no_dispersion():
    daily = np.random.default_rng(7).poisson(0.5, 5000).astype(float)
    sample = fit_and_forecast(daily, "count", 1, 30).sample
    assert sample is not None
    assert sample.mean() == pytest.approx(15, rel=0.2)
    assert sample.std() == pytest.approx(np.sqrt(15), rel=0.25)


def test_it_follows_what_persists_and_beats_both_ends():
    """Rates change at unknown days: neither the whole record nor the last 90 days is right."""
    rng = np.random.default_rng(11)
    daily = rng.poisson(ERAS).astype(float)
    scores: dict[str, list[float]] = {"regression": [], "climatology": [], "last90": []}
    for origin in range(1000, 2970, 30):
        for member, found in scores.items():
            sample = forecast_daily(member, daily[:origin], "count", 1, 30).sample
            assert sample is not None
            found.append(float(crps(sample, daily[origin : origin + 30].sum())))
    mean = {member: np.mean(found) for member, found in scores.items()}
    assert mean["regression"] < 0.85 * mean["climatology"]
    assert mean["regression"] < 0.98 * mean["last90"]


def test_its_intervals_hold_what_they_say_in_a_world_without_surprise():
    rng = np.random.default_rng(12)
    covered = []
    for _ in range(150):
        size, days = 0.5, 1500
        daily = rng.negative_binomial(0.2 * size / 0.8, size / (size + 0.8), days + 30)
        sample = fit_and_forecast(daily[:days].astype(float), "count", 1, 30).sample
        assert sample is not None
        covered.append(float(coverage(sample, np.array(float(daily[days:].sum())))))
    assert np.mean(covered) == pytest.approx(0.9, abs=0.05)


def test_yes_no_beats_the_share_of_the_record_when_events_come_in_bursts():
    rng = np.random.default_rng(13)
    daily = (rng.random(3000) < np.tile(np.repeat([0.002, 0.08], 250), 6)).astype(float)
    scores: dict[str, list[float]] = {"regression": [], "climatology": []}
    for origin in range(1000, 2970, 15):
        truth = np.array(float(daily[origin : origin + 30].any()))
        for member, found in scores.items():
            said = forecast_daily(member, daily[:origin], "yes_no", 1, 30).probability
            found.append(float(brier(np.array(said), truth)))
    assert np.mean(scores["regression"]) < 0.75 * np.mean(scores["climatology"])


def test_dates_have_the_chance_of_yes_no_and_a_constant_hazard():
    daily = np.random.default_rng(1).poisson(0.01, 3000).astype(float)
    said = fit_and_forecast(daily, "yes_no", 1, 90)
    dated = fit_and_forecast(daily, "date", 1, 90)
    assert dated.chance == pytest.approx(said.chance, abs=0.006)
    assert dated.sample is not None
    by_half = 1 - np.sqrt(1 - said.chance)
    assert (dated.sample <= 45).mean() == pytest.approx(by_half, abs=0.006)


@pytest.mark.parametrize("horizon", [1, 30, 180])
@pytest.mark.parametrize(
    "daily",
    [
        np.zeros(3000),
        np.ones(3000),
        np.full(3000, 1000.0),
        np.concatenate([np.zeros(2999), [1.0]]),
        np.concatenate([np.zeros(2900), np.full(100, 1e4)]),
        np.floor(np.exp(np.linspace(0, 16, 3000))),
        np.concatenate([[1e6], np.zeros(2999)]),
        np.full(3000, 0.013),
        np.zeros(1),
    ],
    ids=["zero", "one", "thousand", "last day", "war", "explosion", "crash", "spread", "one day"],
)
def test_no_series_breaks_it(daily: np.ndarray, horizon: int):
    for kind in ("yes_no", "count", "date"):
        for at_least in (1, 20):
            said = fit_and_forecast(daily, kind, at_least, horizon)
            assert 0 <= said.chance <= 1
            if kind == "count" and len(daily) > horizon:
                assert said.sample is not None
                worst = np.convolve(daily, np.ones(horizon), "valid").max()
                assert said.sample.mean() <= 1.5 * BEYOND_WORST * (worst + 1)


def test_quiet_records_are_forecast_quiet_and_steady_ones_steady():
    assert fit_and_forecast(np.zeros(5000), "yes_no", 1, 30).chance < 0.01
    assert count_mean(np.full(3000, 10.0), 30) == pytest.approx(300, rel=0.03)


def test_a_record_without_a_whole_window_goes_on_at_its_rate():
    assert count_mean(np.full(20, 100.0), 30) == pytest.approx(3000, rel=0.1)


def test_more_in_the_last_month_never_means_less_to_come():
    quiet = np.random.default_rng(4).poisson(0.05, 3000).astype(float)
    loud = quiet.copy()
    loud[-20:] += 1
    assert count_mean(loud, 30) > count_mean(quiet, 30)
    assert (
        fit_and_forecast(loud, "yes_no", 1, 30).chance
        > fit_and_forecast(quiet, "yes_no", 1, 30).chance
    )


def test_thrice_the_events_are_forecast_thrice():
    daily = np.random.default_rng(9).poisson(ERAS * 5).astype(float)
    assert count_mean(3 * daily, 30) == pytest.approx(3 * count_mean(daily, 30), rel=0.05)


def test_windows_that_are_not_over_are_not_learned_from():
    """A window is a row only if it ends by the origin, so the last row starts a horizon before."""
    daily = np.zeros(800)
    daily[-1] = 500.0
    alone = fit_and_forecast(daily[:-1], "count", 1, 90).sample
    with_last = fit_and_forecast(daily, "count", 1, 90).sample
    assert alone is not None and with_last is not None
    assert alone.max() <= 1 and with_last.max() > 10


def test_the_tail_is_that_of_the_law():
    law = NegativeBinomial(mean=3.0, variance=9.0)
    for at_least in (1, 2, 7):
        assert law.tail(at_least) == pytest.approx(nbinom.sf(at_least - 1, *law.size_and_chance))


def test_a_fit_takes_milliseconds():
    daily = np.random.default_rng(0).poisson(0.1, 7600).astype(float)
    fit_and_forecast(daily, "count", 1, 90)
    begin = time.perf_counter()
    for _ in range(20):
        fit_and_forecast(daily, "count", 1, 90)
    # Measured at 1.5 ms; the bound leaves room for a machine that does other things.
    assert (time.perf_counter() - begin) / 20 < 0.03
