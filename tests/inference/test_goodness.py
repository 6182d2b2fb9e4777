"""Checks pass on records made by the process at the declared rate, and fail on all others."""

from __future__ import annotations

import json
from dataclasses import replace

import jax
import numpy as np
import pytest
from known_rates import FIRST, bursts, drawn, fitted
from scipy import stats

from tightrope.engine.counts import log_masses
from tightrope.engine.likelihood import FLOOR, Evidence
from tightrope.errors import RunRefused
from tightrope.history import Table
from tightrope.inference.coincidence import correlations, pairs
from tightrope.inference.departures import CHECKS, histogram
from tightrope.inference.goodness import SAME_DAY, Goodness, goodness_of_fit
from tightrope.inference.residuals import (
    IMPOSSIBLE,
    FittedRecord,
    beyond,
    settled,
    size_uniforms,
    uniforms,
    waits,
)
from tightrope.inference.verdicts import against_luck, verdict

DAYS = 2500


@pytest.fixture(scope="module")
def right() -> FittedRecord:
    return bursts(DAYS, 60, seed=3)


@pytest.fixture(scope="module")
def judged(right: FittedRecord) -> Goodness:
    return goodness_of_fit(right)


def luck(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def found(result: Goodness, check: str, position: int = 0) -> tuple[str, str]:
    """Verdict and reading of one check of one type."""
    (finding,) = [f for f in result.types[position].findings if f.check == check]
    return finding.verdict, finding.reading


# Distributions ----------------------------------------------------------------------------------


def test_the_tail_is_that_of_the_engine() -> None:
    rate, spread = np.array([0.01, 0.7, 4.0, 2.0]), np.array([0.2, 1.5, 0.4, 0.0])
    with jax.enable_x64(True):
        masses = np.exp(np.asarray(log_masses(rate, spread, 200)))
    tails = 1 - np.cumsum(masses, -1)[:, :6]
    for n in range(6):
        np.testing.assert_allclose(beyond(np.full(4, float(n)), rate, spread), tails[:, n],
                                   atol=1e-12)  # fmt: skip
    assert IMPOSSIBLE == FLOOR


def test_transforms_lie_between_the_two_steps_of_the_distribution() -> None:
    rate = luck().uniform(0.1, 3, (400, 1))
    one = fitted(drawn(rate, 0.5, luck()), rate, 0.5).series("type0")
    u, n, p = uniforms(one, luck(1)), one.rate / 0.5, 1 / 1.5
    assert np.all(u <= stats.nbinom.cdf(one.counts, n, p) + 1e-12)
    assert np.all(u >= stats.nbinom.cdf(one.counts - 1, n, p) - 1e-12)
    assert histogram(np.array([0.0, 0.049, 0.05, 0.999, 1.0]))[[0, 1, 19]].tolist() == [2, 1, 2]


@pytest.mark.parametrize("make", [uniforms, size_uniforms, waits])
def test_transforms_and_waits_have_the_distribution_that_they_should(make: object) -> None:
    rate = luck().uniform(0.01, 1.5, (20_000, 1))
    one = fitted(drawn(rate, 0.5, luck()), rate, 0.5).series("type0")
    values = make(one, luck(1))  # type: ignore[operator]
    known = stats.expon if make is waits else stats.uniform
    assert stats.kstest(values, known.cdf).pvalue > 0.01
    wrong = fitted(one.counts[:, None], one.rate[:, None] * 1.5, 1.5).series("type0")
    assert stats.kstest(make(wrong, luck(1)), known.cdf).pvalue < 1e-6  # type: ignore[operator]


def test_a_wait_adds_up_the_quiet_days() -> None:
    counts = np.zeros((10, 1))
    counts[[3, 4]] = 1
    one = fitted(counts, np.array([[0.2]]), 0.0).series("type0")
    first, second, last = waits(one, luck())
    assert 0.6 <= first <= 0.8, "three quiet days and a part of the fourth"
    assert 0.0 <= second <= 0.2, "a part of the fifth day"
    assert last >= 1.0, "five quiet days, and what the end of the record cut off"


def test_days_on_which_nothing_can_happen_say_nothing() -> None:
    rate = np.full((3000, 1), 0.05)
    rate[1000:2000] = 0
    counts = drawn(np.maximum(rate, IMPOSSIBLE), 0.3, luck())
    one = fitted(counts, rate).series("type0")
    closed = fitted(np.delete(counts, slice(1000, 2000), 0), np.full((2000, 1), 0.05))
    assert len(one.days) == 2000 and one.forbidden == 0
    np.testing.assert_array_equal(waits(one, luck()), waits(closed.series("type0"), luck()))
    counts[1500] = 2
    (judged,) = goodness_of_fit(fitted(counts, rate)).types
    assert judged.forbidden == 1 and judged.verdict == "fails"
    assert judged.reading() == "type0: happened on 1 day on which the fit calls it impossible."


# The declared failure rate ----------------------------------------------------------------------


def test_right_fits_are_called_wrong_at_the_declared_rate(judged: Goodness) -> None:
    assert not any(one.verdict == "fails" for one in judged.types), judged.reading()
    assert sum(one.verdict == "strained" for one in judged.types) <= 3, judged.reading()
    for check in CHECKS:
        p = np.array([f.p for one in judged.types for f in one.findings if f.check == check])
        # 60 types: of a share of .05 more than nine happen once in 500.
        assert (p < 0.05).sum() <= 9, check
        assert 0.35 < (p < 0.5).mean() < 0.68, check
    p = np.array([pair.p for pair in judged.pairs])
    assert (p < 0.05).mean() < 0.07


def test_every_check_has_a_figure_in_its_usual_range(judged: Goodness) -> None:
    for one in judged.types:
        assert [f.check for f in one.findings] == [*CHECKS, SAME_DAY]
        assert one.reading().startswith(f"{one.event}: ")
    inside = [
        f.usual[0] <= f.figure <= f.usual[1]
        for one in judged.types for f in one.findings if f.usual
    ]  # fmt: skip
    assert 0.85 < np.mean(inside) < 0.95


# Every way to be wrong --------------------------------------------------------------------------


def wrong(right: FittedRecord, **changed: object) -> Goodness:
    few = {"events": right.events[:6], "rate": right.rate[:, :6], "counts": right.counts[:, :6],
           "scored": right.scored[:, :6], "dispersion": right.dispersion[:6]}  # fmt: skip
    return goodness_of_fit(replace(right, **(few | changed)))  # type: ignore[arg-type]


def test_a_rate_that_is_too_high_fails(right: FittedRecord) -> None:
    result = wrong(right, rate=right.rate[:, :6] * 2.5)
    assert all(one.verdict == "fails" for one in result.types), result.reading()
    assert {found(result, "years", k)[0] for k in range(6)} == {"fails"}
    seen, claimed = result.types[0].observed, result.types[0].expected
    assert f"{seen} events in all, {claimed:.1f} expected" in found(result, "years")[1]


def test_a_dispersion_that_is_too_small_fails() -> None:
    rate = np.full((DAYS, 1), 0.4)
    result = goodness_of_fit(fitted(drawn(rate, 2.0, luck()), rate, 0.2))
    for check in ("in_forecast", "timing", "sizes", "thirty_days"):
        assert found(result, check)[0] == "fails", check
    (figure,) = [f.figure for f in result.types[0].findings if f.check == "thirty_days"]
    assert figure == pytest.approx(3.0 / 1.2, rel=0.35), "the ratio of the two variances"


def test_bursts_that_the_fit_does_not_know_fail() -> None:
    rate = np.where(np.arange(DAYS) // 60 % 2, 0.35, 0.05)[:, None]
    result = goodness_of_fit(fitted(drawn(rate, 0.3, luck()), np.full((DAYS, 1), 0.2)))
    assert found(result, "timing")[0] == "fails"
    assert found(result, "thirty_days")[0] == "fails"
    assert found(result, "weekday")[0] == "holds", "bursts favour no day of the week"


def test_a_weekday_effect_is_found_and_named() -> None:
    rate = np.full((DAYS, 1), 0.3)
    fridays = (FIRST.weekday() + np.arange(DAYS)) % 7 == 4
    counts = drawn(np.where(fridays[:, None], 2.0, 0.85) * rate, 0.3, luck())
    word, reading = found(goodness_of_fit(fitted(counts, rate)), "weekday")
    assert word == "fails"
    assert reading.startswith("Fridays bring"), reading


def test_a_wrong_year_is_found_and_named() -> None:
    rate = np.full((DAYS, 1), 0.1)
    rate[655:1020] = 0.3  # days of 2005
    result = goodness_of_fit(fitted(drawn(rate, 0.3, luck()), np.full((DAYS, 1), 0.13)))
    word, reading = found(result, "years")
    assert word == "fails" and "furthest off is 2005" in reading, reading
    years = result.types[0].years
    assert [total.label for total in years] == [str(year) for year in range(2003, 2011)]
    assert sum(total.observed for total in years) == result.types[0].observed
    assert sum(total.expected for total in years) == pytest.approx(0.13 * DAYS)


# Types together ---------------------------------------------------------------------------------


def test_common_shocks_are_recovered() -> None:
    rate, shock, days = 0.05, 0.02, 8000
    counts = luck().poisson(rate, (days, 4)).astype(float)
    counts[:, :2] += luck(8).poisson(shock, (days, 1))
    claimed = np.array([rate + shock, rate + shock, rate, rate])
    record = fitted(counts, claimed[None], 0.0)
    truth = shock / (rate + shock)
    assert correlations(record)[0, 1] == pytest.approx(truth, abs=0.06)
    assert abs(correlations(record)[2, 3]) < 0.04
    first, *others = pairs(record)
    assert (first.first, first.second, first.verdict) == ("type0", "type1", "fails")
    assert first.days_together == ((counts[:, 0] > 0) & (counts[:, 1] > 0)).sum()
    assert first.expected_days == pytest.approx(days * (1 - np.exp(-rate - shock)) ** 2)
    assert {pair.verdict for pair in others} == {"holds"}
    word, reading = found(goodness_of_fit(record), SAME_DAY)
    assert word == "fails" and f"{first.days_together} of its days type1 happens too" in reading


def test_days_together_are_judged_by_the_poisson_tail() -> None:
    counts = np.zeros((400, 2))
    counts[:60:6, :] = 1
    (pair,) = pairs(fitted(counts, np.full((400, 2), 0.1), 0.0))
    expected = 400 * (1 - np.exp(-0.1)) ** 2
    fewer = sum(np.exp(-expected) * expected**n / np.prod(np.arange(1, n + 1)) for n in range(10))
    assert (pair.days_together, pair.expected_days) == (10, pytest.approx(expected))
    assert pair.p == pytest.approx(2 * (1 - fewer)), "ten or more"


def test_steady_rates_give_the_correlation_of_the_counts() -> None:
    counts = luck().poisson(0.3, (900, 3)).astype(float)
    record = fitted(counts, counts.mean(0, keepdims=True))
    np.testing.assert_allclose(correlations(record), np.corrcoef(counts.T), atol=1e-12)


# What is judged ---------------------------------------------------------------------------------


def test_few_events_are_not_judged(right: FittedRecord) -> None:
    counts = right.counts.copy()
    counts[:, 0], counts[:, 1] = 0, 0
    counts[np.arange(9) * 50, 0] = 30
    result = goodness_of_fit(replace(right, counts=counts))
    rare, never = result.types[:2]
    assert rare.verdict == never.verdict == "too few to judge" and not rare.findings
    assert rare.reading() == ("type0: 270 events on 9 days are too few to judge (fewer than 10 "
                              "days with events).")  # fmt: skip
    assert result.verdicts()["timing"]["too few to judge"] == 2
    assert result.reading().startswith("58 of 60 event types can be judged")


def test_cells_that_are_not_scored_count_for_nothing(right: FittedRecord) -> None:
    scored = np.ones_like(right.counts)
    scored[500:900, :3], scored[:, 5] = 0, 0
    changed = right.counts.copy()
    changed[scored == 0] = 50
    one, other = (wrong(right, counts=c[:, :6], scored=scored[:, :6])
                  for c in (right.counts, changed))  # fmt: skip
    assert one.as_json() == other.as_json()
    assert one.types[0].days == DAYS - 400 and one.types[5].days == 0


def test_a_type_is_judged_by_itself(right: FittedRecord, judged: Goodness) -> None:
    alone = wrong(right).types[4]
    for mine, among in zip(alone.findings, judged.types[4].findings, strict=True):
        if mine.check != SAME_DAY:
            assert (mine.figure, mine.p) == (among.figure, among.p)


def test_days_with_a_bound_count_and_windows_do_not() -> None:
    nothing = np.zeros(0, int)
    scored = np.ones((40, 2))
    scored[5, 1], scored[10:20, 0] = 0, 0
    evidence = Evidence(scored, nothing, nothing, nothing, np.array([1, 0]), np.array([5, 10]),
                        np.array([6, 20]), np.array([24.0, 7.0]), np.array([np.inf, 9.0]))  # type: ignore[arg-type]  # fmt: skip
    none = np.zeros((40, 0))
    mask = settled(Table(scored * 0, scored * 0, none, evidence, 64))
    assert mask[5, 1] == 1 and mask[10:20, 0].sum() == 0 and mask.sum() == 70
    assert scored[5, 1] == 0, "the evidence stays as it was"


def test_faults_of_arrays_are_told_together() -> None:
    with pytest.raises(RunRefused) as told:
        FittedRecord(["a", "a"], FIRST, np.full((4, 2), np.nan), np.zeros(3),
                     np.full((4, 2), 0.5), np.ones((4, 2)))  # fmt: skip
    assert str(told.value) == (
        "goodness of fit: rate holds negative or undefined numbers; look at the fit; "
        "counts are not whole; give the listed events, without spread tallies; "
        "dispersion has the shape (3,) where (2,) is wanted; an event type is named twice"
    )


def test_an_empty_record_is_no_error() -> None:
    result = goodness_of_fit(fitted(np.zeros((5, 2)), np.full((5, 2), 0.1)))
    assert {one.verdict for one in result.types} == {"too few to judge"} and not result.pairs
    assert not goodness_of_fit(fitted(np.zeros((0, 2)), np.zeros((0, 2)))).pairs


def test_the_answer_is_the_same_twice_and_json(right: FittedRecord) -> None:
    one, two = json.dumps(wrong(right).as_json()), json.dumps(wrong(right).as_json())
    assert one == two
    told = json.loads(one)
    assert set(told) == {"seed", "reading", "verdicts", "types", "pairs"}
    assert sum(told["types"][0]["pit"]) == told["types"][0]["days"]


# Verdicts ---------------------------------------------------------------------------------------


def test_simulated_p_values() -> None:
    p, usual = against_luck(6.0, lambda n: np.resize(np.arange(10.0), n), both_sides=False)
    assert p == pytest.approx(0.4, abs=0.01) and usual == (0.0, 9.0)
    p, _ = against_luck(99.0, lambda n: np.zeros(n), both_sides=True)
    assert p == 2 / 20_000, "no figure of 19,999 is as extreme"
    assert verdict(0.05) == "holds" and verdict(0.01) == "strained"
