"""The pictures of a fit show its figures, no others."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tightrope.charts.goodness import (
    forest,
    moves,
    pit_panels,
    transforms,
    verdict_table,
    verdicts,
    year_panels,
    yearly,
)
from tightrope.charts.theme import AnyChart, to_svg
from tightrope.inference.goodness import Goodness, goodness_of_fit
from tightrope.inference.learned import Parameter, parameters_learned
from tightrope.inference.residuals import FittedRecord


@pytest.fixture(scope="module")
def judged() -> Goodness:
    luck, rate = np.random.default_rng(2), np.full((1200, 4), 0.2)
    rate[:, 3] = 1e-4
    counts = luck.poisson(rate).astype(float)
    counts[::30, 0] += 6
    return goodness_of_fit(FittedRecord(
        ["raid_on_port", "vote", "talks", "coup"], date(2010, 6, 1), rate, np.full(4, 0.1), counts,
        np.ones_like(rate),
    ))  # fmt: skip


@pytest.fixture(scope="module")
def learned() -> tuple[Parameter, ...]:
    return parameters_learned(
        ["events.vote.base", "levels.trust.rest"], ["lognormal", "logitnormal"],
        prior_mean=np.zeros(2), prior_sd=np.ones(2), posterior_mean=np.array([2.0, 0.0]),
        posterior_sd=np.array([0.5, 0.99]),
    )  # fmt: skip


def test_bars_add_up_to_all_days(judged: Goodness) -> None:
    one = judged.types[0]
    rows = transforms(one)
    assert [row["times"] * one.days / 20 for row in rows] == pytest.approx(one.pit, abs=0.01)
    assert rows[0]["low"] < 1 < rows[0]["high"] and rows[-1]["to"] == 1


def test_years_and_verdicts_are_those_of_the_answer(judged: Goodness) -> None:
    one = judged.types[0]
    assert [row["seen"] for row in yearly(one)] == [total.observed for total in one.years]
    assert [row["year"] for row in yearly(one)] == [2010, 2011, 2012, 2013]
    shown = {(row["event"], row["verdict"]) for row in verdicts(judged)}
    assert ("raid_on_port", "fails") in shown
    assert "coup" not in {event for event, _ in shown}, "too few to judge"


def test_a_forest_is_in_standard_deviations_of_the_prior(learned: tuple[Parameter, ...]) -> None:
    first, second = moves(learned)
    assert (first["middle"], first["learned"], second["learned"]) == (2.0, True, False)
    assert first["high"] - first["low"] == pytest.approx(2 * 1.645 * 0.5, abs=0.001)
    assert first["prior"] == "1 (0.193 to 5.18)"


def test_pictures_can_be_drawn(judged: Goodness, learned: tuple[Parameter, ...]) -> None:
    drawn: list[tuple[AnyChart, str]] = [
        (verdict_table(judged), "raid_on_port"), (pit_panels(judged, columns=2), "raid on port"),
        (year_panels(judged, ["vote"]), "vote"), (forest(learned), "levels.trust.rest"),
    ]  # fmt: skip
    for chart, wanted in drawn:
        assert wanted in to_svg(chart, "a picture")
    assert "talks" not in to_svg(year_panels(judged, ["vote"]), "a picture")
