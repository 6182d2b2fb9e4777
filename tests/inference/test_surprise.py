"""Surprises are tail probabilities, ranked by day, beside what luck alone would bring."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest
from known_rates import FIRST, bursts, drawn, fitted
from scipy import stats

from tightrope.inference.surprise import LEVELS, beyond_levels, most_surprising, surprises


def test_a_count_surprises_by_its_tail_with_half_of_itself() -> None:
    rate, n = 0.3, np.arange(6.0)
    upper = stats.poisson.sf(n, rate) + stats.poisson.pmf(n, rate) / 2
    wanted = -np.log(np.minimum(1.0, 2 * np.minimum(upper, 1 - upper)))
    found = surprises(fitted(n[:, None], np.full((6, 1), rate), 0.0))[:, 0]
    np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_a_silence_surprises_by_its_probability() -> None:
    found = surprises(fitted(np.zeros((1, 2)), np.array([[2.0, 5.0]]), np.array([0.0, 0.5])))
    np.testing.assert_allclose(found, [[2.0, 10 * np.log(1.5)]], rtol=1e-5)


def test_even_the_impossible_has_a_finite_surprise() -> None:
    found = surprises(fitted(np.array([[1.0], [250.0]]), np.zeros((2, 1))))
    assert np.isfinite(found).all() and found[0, 0] > 20 and found[1, 0] > 300


def test_days_are_ranked_and_told_once() -> None:
    counts, rate = np.zeros((50, 3)), np.full((50, 3), 0.01)
    counts[7, 1], counts[7, 2], counts[20, 0], counts[30, 0] = 4, 2, 3, 9
    scored = np.ones_like(counts)
    scored[30] = 0
    days = most_surprising(fitted(counts, rate, scored=scored), days=3)
    assert [(d.most.day, d.most.event, d.most.count) for d in days[:2]] == [
        (FIRST + timedelta(7), "type1", 4), (FIRST + timedelta(20), "type0", 3),
    ]  # fmt: skip
    assert [one.event for one in days[0].also] == ["type2"] and not days[1].also
    assert days[0].reading() == "2003-03-27: 4 of type1, 0.01 expected."
    assert days[0].most.probability == pytest.approx(np.exp(-days[0].most.nats))


def test_terms_are_asked_for_and_told_the_largest_first() -> None:
    asked = list[tuple[int, str]]()

    def terms(day: int, event: str) -> list[tuple[str, str | None, float]]:
        asked.append((day, event))
        return [("base", None, 0.01), ("raid", "M3", 0.04)]

    counts = np.zeros((20, 2))
    counts[11, 1] = 5
    first, *_ = most_surprising(fitted(counts, np.full((20, 2), 0.05)), terms, days=1)
    assert asked == [(11, "type1")]
    assert first.reading() == "2003-03-31: 5 of type1, 0.05 expected (raid 0.04, base 0.01)."
    told = json.loads(json.dumps(first.as_json()))
    assert told["terms"][0] == {"name": "raid", "mechanism": "M3", "value": 0.04}


def test_expected_surprises_are_sums_of_masses() -> None:
    rate, n, levels = np.array([[0.02, 0.4, 3.0, 11.0]]), np.arange(200.0), (0.2, 0.01, 1e-4)
    wanted = np.zeros(len(levels))
    for mean in rate[0]:
        mass = stats.nbinom.pmf(n, mean / 0.6, 1 / 1.6)
        upper = stats.nbinom.sf(n, mean / 0.6, 1 / 1.6) + mass / 2
        two_sided = np.minimum(1.0, 2 * np.minimum(upper, 1 - upper))
        wanted += [mass[two_sided <= level].sum() for level in levels]
    found = beyond_levels(fitted(np.zeros((1, 4)), rate, 0.6), levels)
    np.testing.assert_allclose([one.expected for one in found], wanted, rtol=1e-6)


def test_a_right_fit_has_as_many_surprises_as_expected() -> None:
    for level in beyond_levels(bursts(2000, 60, seed=4), LEVELS):
        away = (level.observed - level.expected) / np.sqrt(level.expected)
        assert abs(away) < 3.5, level
    rate = np.full((4000, 10), 0.05)
    record = fitted(drawn(rate, 3.0, np.random.default_rng(1)), rate, 0.1)
    rare = beyond_levels(record, (1e-3,))[0]
    assert rare.observed > 5 * rare.expected, "a fit that is too sure is surprised too often"


def test_nothing_to_tell_of_an_empty_record() -> None:
    assert most_surprising(fitted(np.zeros((4, 1)), np.zeros((4, 1)))) == ()
    assert [one.observed for one in beyond_levels(fitted(np.zeros((0, 2)), np.zeros((0, 2))))] == [
        0, 0, 0, 0,
    ]  # fmt: skip
