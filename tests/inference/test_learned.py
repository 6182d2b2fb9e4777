"""The parameter table is exact where the posterior is known by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from tightrope.errors import RunRefused
from tightrope.inference.learned import Parameter, parameters_learned, reading, ties
from tightrope.theatre.numbers import Z90, Family

LABELS = ("base", "share", "coefficient")
FAMILIES: tuple[Family, ...] = ("lognormal", "logitnormal", "normal")


def table(**changed: object) -> tuple[Parameter, ...]:
    given = {
        "prior_mean": np.array([0.0, 0.0, -1.0]), "prior_sd": np.array([1.0, 2.0, 0.5]),
        "posterior_mean": np.array([1.0, 0.5, -1.25]), "posterior_sd": np.array([0.5, 1.9, 0.5]),
        "mechanisms": ("M1", None, "M2"),
    } | changed  # fmt: skip
    return parameters_learned(LABELS, FAMILIES, **given)  # type: ignore[arg-type]


def test_one_observation_as_good_as_the_prior_halves_its_variance() -> None:
    # Normal prior 0 +- 1, one observation 2 +- 1: posterior 1 +- sqrt(1/2).
    (one,) = parameters_learned(
        ["x"], ["normal"], prior_mean=np.zeros(1), prior_sd=np.ones(1),
        posterior_mean=np.ones(1), posterior_sd=np.full(1, math.sqrt(0.5)),
    )  # fmt: skip
    assert one.contraction == pytest.approx(0.5) and one.moved == pytest.approx(1.0)
    assert one.word == "learned"
    assert (one.posterior.median, one.posterior.high) == pytest.approx((1, 1 + Z90 * 0.5**0.5))


def test_ranges_are_on_the_natural_scale() -> None:
    base, share, coefficient = table()
    assert base.prior.median == 1 and base.prior.high == pytest.approx(math.exp(Z90))
    assert base.posterior.low == pytest.approx(math.exp(1 - Z90 / 2))
    assert share.prior.median == 0.5
    assert share.prior.low == pytest.approx(1 / (1 + math.exp(2 * Z90)))
    assert coefficient.prior.low == pytest.approx(-1 - Z90 / 2)
    assert coefficient.moved == pytest.approx(-0.5)


def test_what_a_record_taught_and_what_it_did_not() -> None:
    words = [one.word for one in table()]
    assert words == ["learned", "prior-driven", "prior-driven"]
    assert [round(one.contraction, 4) for one in table()] == [0.75, 0.0975, 0.0]
    assert reading(table()).startswith("The record taught 1 of 3 numbers")
    assert table()[0].reading() == (
        "base: the record tells much (contraction 0.75); 1 became 2.72, 90 % within 1.19 to 6.19."
    )
    told = json.loads(json.dumps(table()[0].as_json()))
    assert told["verdict"] == "learned" and told["mechanism"] == "M1"
    assert told["posterior"]["median"] == 2.718


def test_strong_correlations_of_either_sign() -> None:
    sd = np.array([1.0, 10.0, 0.1])
    correlation = np.array([[1, -0.9, 0.75], [-0.9, 1, -0.69], [0.75, -0.69, 1]])
    found = ties(LABELS, correlation * np.outer(sd, sd))
    assert [(tie.first, tie.second) for tie in found] == [LABELS[:2], LABELS[::2]]
    np.testing.assert_allclose([tie.correlation for tie in found], [-0.9, 0.75])
    with pytest.raises(RunRefused, match="covariance of 3 parameters is wanted"):
        ties(LABELS, np.eye(2))


def test_faults_are_told_together() -> None:
    with pytest.raises(RunRefused) as told:
        table(prior_sd=np.array([1.0, 0.0, 1.0]), posterior_mean=np.array([0.0, 0.0, np.nan]),
              posterior_sd=np.ones(2), mechanisms=("M1",))  # fmt: skip
    assert str(told.value) == (
        "parameter table: 3 labels, 3 families and 1 mechanisms: one of each is wanted; "
        "prior_sd of share is not above 0; leave fixed numbers out; "
        "posterior_mean is undefined for coefficient; "
        "posterior_sd has the shape (2,) where (3,) is wanted"
    )
