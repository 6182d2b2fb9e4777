"""The terms that are told of a surprising day are those of its rate."""

from __future__ import annotations

import pytest

from tightrope.history import History
from tightrope.inference.calibrate import calibrate, reading
from tightrope.inference.lessons import Lessons
from tightrope.theatre import Theatre


def test_terms_of_surprising_days_add_up_to_their_rates(saltmarsh: tuple[Theatre, History]) -> None:
    theatre, history = saltmarsh
    made = calibrate(reading(theatre, "structural"), "structural", history)
    days = Lessons(made, made.posterior).surprises
    assert len(days) > 20
    for day in days:
        for one in (day.most, *day.also):
            total = sum(value for _, _, value in one.terms)
            assert total == pytest.approx(one.rate, rel=1e-9, abs=1e-9), one
            if total:
                values = [value for _, _, value in one.terms]
                assert values == sorted(values, reverse=True)
                assert all(name.startswith(f"events.{one.event}.") for name, _, _ in one.terms)
