"""The levels along the whole record, in hindsight: medians and 90 % ranges, week by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tightrope.history import History
from tightrope.theatre import Theatre
from tightrope.types import FloatArray
from tightrope.web.addresses import Query
from tightrope.web.runs import Settings, Tell
from tightrope.web.runs.words import seed_and_fit

DRAWS, STEP_DAYS = 100, 7
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class LevelCourses:
    """Readings (0 to 1) at the dawn of every seventh day, and how they were made."""

    days: tuple[date, ...]
    readings: dict[str, FloatArray]
    """[day, 3] by level: lower end of the middle 90 % of the draws, median, upper end."""
    fitted_until: date | None
    draws: int


def asked(query: Query, theatre: Theatre, history: History) -> Settings:
    """seed, and whether numbers are fitted."""
    del theatre, history
    return seed_and_fit(query)


def run(theatre: Theatre, history: History, settings: Settings, tell: Tell) -> LevelCourses:
    """As ``foresight.past`` has them, with numbers fitted to the whole record."""
    from tightrope.foresight.past import Past
    from tightrope.foresight.structural import structural

    tell("fitting numbers to the whole record, or finding them", 0.1)
    prepared = structural(theatre, history, history.until, draws=DRAWS, seed=settings["seed"],
                          fitted=settings["fitted"], say=tell)  # fmt: skip
    tell("following the levels along the record", 0.7)
    past = Past(prepared)
    levels = past.compiled.levels
    found = {
        name: np.quantile(past.readings(name)[:, ::STEP_DAYS], QUANTILES, axis=0).T.round(4)
        for name in levels
    }
    count = len(next(iter(found.values()))) if found else 0
    days = tuple(past.compiled.first_day + timedelta(STEP_DAYS * i) for i in range(count))
    fit = prepared.posterior
    return LevelCourses(days, found, fit.until if fit else None, DRAWS)
