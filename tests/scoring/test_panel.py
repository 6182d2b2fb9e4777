"""A stored run as arrays: what was silent is not a number, what never came is infinity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pytest

from small_panel import panel, sampled, yes_no
from tightrope.errors import RunRefused
from tightrope.foresight.members.forecast import SIZE, Forecast
from tightrope.scoring.origins import Said
from tightrope.scoring.panel import gather
from tightrope.theatre.schema import Question

QUESTIONS = {
    name: Question.model_validate({"ask": "x", "family": "f", "kind": kind, "events": "strike"})
    for name, kind in (("often", "count"), ("first", "date"), ("any", "yes_no"))
}
DAY = date(2020, 1, 1)


def said(
    months: int, forecasts: Mapping[tuple[str, int, str], Forecast],
    truth: Mapping[tuple[str, int], float], runaways: Mapping[str, float] | None = None,
) -> Said:  # fmt: skip
    return Said(DAY + timedelta(30 * months), 1, forecasts, truth, runaways or {})


def test_what_was_silent_is_not_a_number() -> None:
    chance, sample = Forecast(0.25, None), Forecast(None, np.arange(SIZE, dtype=float))
    stored = [
        said(0, {("any", 30, "rhythm"): chance, ("often", 30, "last90"): sample},
             {("any", 30): 1.0, ("often", 30): 4.0}, {"rhythm": 0.2, "hawkes": 0.7}),
        said(1, {("any", 30, "last90"): Forecast(0.0, None)}, {}),
    ]  # fmt: skip
    made = gather(stored, QUESTIONS)
    often, any_ = made.cells
    assert (often.question, any_.question) == ("often", "any")  # in the theatre's order
    assert made.members == ("rhythm", "last90") and made.origins == (DAY, DAY + timedelta(30))
    assert np.array_equal(any_.said["rhythm"], [0.25, np.nan], equal_nan=True)
    assert np.array_equal(any_.said["last90"], [np.nan, 0.0], equal_nan=True)
    assert np.array_equal(any_.truth, [1.0, np.nan], equal_nan=True)
    assert often.said["last90"].shape == (2, SIZE)
    assert np.isnan(often.said["rhythm"]).all() and np.isnan(often.said["last90"][1]).all()
    assert made.runaways.tolist() == [0.7, 0.0] and made.every_days == 30


def test_a_score_needs_both_a_forecast_and_a_truth() -> None:
    cell = yes_no({"rhythm": np.array([0.3, np.nan, 0.3])}, np.array([1.0, 1.0, np.nan]))
    assert np.array_equal(
        cell.scores(cell.said["rhythm"]), [0.7**2, np.nan, np.nan], equal_nan=True
    )
    count = sampled({"rhythm": np.array([3.0, np.nan, 3.0])}, np.array([7.0, 7.0, np.nan]))
    assert np.array_equal(count.scores(count.said["rhythm"]), [4, np.nan, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("said_day", "came", "expected"),
    [(np.inf, np.inf, 0.0), (np.inf, 10.0, 21.0), (10.0, np.inf, 21.0), (400.0, 31.0, 0.0),
     (12.0, 10.0, 2.0)],
)  # fmt: skip
def test_a_day_beyond_the_horizon_is_one_later_than_it(
    said_day: float, came: float, expected: float
) -> None:
    cell = sampled({"rhythm": np.array([said_day])}, np.array([came]), kind="date")
    assert cell.scores(cell.said["rhythm"]).tolist() == [expected]


def test_the_base_rate_is_that_of_scored_origins() -> None:
    nothing = {"rhythm": np.zeros(4)}
    assert yes_no(nothing, np.array([1, 0, np.nan, 0])).base_rate == pytest.approx(1 / 3)
    assert sampled(nothing, np.array([0, 5, 2, np.nan])).base_rate == pytest.approx(2 / 3)
    days = np.array([3, np.inf, np.inf, np.nan])
    assert sampled(nothing, days, kind="date").base_rate == pytest.approx(1 / 3)
    assert np.isnan(yes_no(nothing, np.full(4, np.nan)).base_rate)


def test_a_single_origin_has_a_distance_to_the_next() -> None:
    assert panel([yes_no({"rhythm": np.zeros(1)}, np.zeros(1))], 1).every_days > 0


def test_a_run_of_nothing_is_refused_with_the_remedy() -> None:
    with pytest.raises(RunRefused, match="no origin to score; run it: tightrope backtest"):
        gather([], QUESTIONS)
