"""Numbers in words never claim more than the paths can tell."""

from __future__ import annotations

import doctest
import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tightrope.foresight.answer as answer_module
import tightrope.report.evidence as evidence_module
from tightrope.foresight import wording
from tightrope.foresight.answer import Answer, Estimate

FIRST = date(2020, 1, 1)


@pytest.mark.parametrize("module", [wording, answer_module, evidence_module])
def test_examples_hold(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 0 and found.failed == 0


@given(st.floats(0, 1))
def test_no_probability_is_told_as_certain(share: float) -> None:
    told = wording.percent(share)
    assert told not in ("0 %", "100 %")
    number = float(told.strip("<> %"))
    assert abs(number - 100 * share) <= (1 if told[0] in "<>" else 0.5 + 1e-9)


def answer(kind: str, *estimates: Estimate, window: int = 90, refused: str | None = None) -> Answer:
    return Answer("q", "Will it?", "f", kind, window, None, (), refused, estimates)


def at(
    days: int, *, probability: float | None = None, quantiles: tuple[float, ...] = ()
) -> Estimate:
    named = dict(zip((0.05, 0.25, 0.5, 0.75, 0.95), quantiles, strict=False)) or None
    return Estimate(days, probability, named, None, None, None)


def cells(asked: Answer) -> list[str]:
    return wording.answers_by_horizon(asked, (30, 90), FIRST)


def test_each_kind_in_its_cell() -> None:
    assert cells(answer("yes_no", at(30, probability=0.2), at(90, probability=0.999))) == [
        "20 %", ">99 %",
    ]  # fmt: skip
    assert cells(answer("count", at(30, quantiles=(0, 1, 2, 3, 4)))) == ["2 (0 to 4)", ""]
    assert cells(answer("level", at(30, quantiles=(0.1, 0.2, 0.3, 0.4, 0.5)))) == [
        "0.30 (0.10 to 0.50)", "",
    ]  # fmt: skip
    never = (3.0, 9.0, math.inf, math.inf, math.inf)
    seen = (3.0, 9.0, 32.0, 50.0, math.inf)
    assert cells(answer("date", at(30, quantiles=never), at(90, quantiles=seen))) == [
        "after 30 d", "2020-02-01",
    ]  # fmt: skip


def test_another_window_is_said_in_the_last_cell() -> None:
    own = answer("yes_no", at(45, probability=0.5), window=45)
    assert cells(own) == ["", "50 % in 45 d"]
    assert cells(answer("yes_no", refused="it ran away")) == ["", "no answer"]


def test_errors_and_base_rates_have_the_unit_of_the_answer() -> None:
    one = Estimate(30, 0.5, None, None, 0.0123, 0.0)
    assert wording.error_in_short(one, "yes_no") == "1.2 points"
    assert wording.error_in_short(one, "count") == "0.012"
    assert wording.error_in_short(None, "count") == ""
    assert wording.base_rate_in_short(0.0, "yes_no") == "0 %"  # never is a fact of the record
    assert wording.base_rate_in_short(3.26, "count") == "3.3"
    assert wording.base_rate_in_short(None, "level") == ""
