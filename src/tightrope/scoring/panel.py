"""A stored backtest as arrays: for every question and horizon what was said and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tightrope.errors import RunRefused
from tightrope.foresight.members.forecast import SIZE, Forecast
from tightrope.scoring.origins import Said
from tightrope.scoring.scores import brier, censored, crps
from tightrope.theatre import schema
from tightrope.types import FloatArray


@dataclass(frozen=True)
class Cell:
    """One question at one horizon, over all origins."""

    question: str
    family: str
    kind: str
    horizon: int
    said: Mapping[str, FloatArray]
    """By member [origin] probabilities, or [origin, value] samples; not a number where silent."""
    truth: FloatArray
    """[origin]; not a number where the record does not reach."""
    settled: FloatArray | None = None
    """[origin] what was known of it on the last day of the window: for choices that look back."""

    @property
    def is_yes_no(self) -> bool:
        """Whether probabilities were said."""
        return self.kind == "yes_no"

    @property
    def base_rate(self) -> float:
        """Share of scored origins with yes (or on which a date came); nan without any."""
        known = self.truth[~np.isnan(self.truth)]
        happened = np.isfinite(known) if self.kind == "date" else known > 0
        return float(happened.mean()) if len(known) else np.nan

    def scores(self, said: FloatArray) -> FloatArray:
        """[origin] Brier score of probabilities, CRPS of samples; nan where there is no truth."""
        if self.is_yes_no:
            return brier(said, self.truth)
        values, truth = said, self.truth
        if self.kind == "date":
            values, truth = censored(said, self.horizon), censored(self.truth, self.horizon)
        known = ~(np.isnan(truth) | np.isnan(values).any(-1))
        scores = np.full(len(truth), np.nan)
        scores[known] = crps(values[known], truth[known])
        return scores


@dataclass(frozen=True)
class Panel:
    """All cells of a run, and when they were said."""

    origins: tuple[date, ...]
    cells: tuple[Cell, ...]
    members: tuple[str, ...]
    runaways: FloatArray
    """[origin] largest share of runaway paths of any process."""

    @property
    def every_days(self) -> float:
        """Days from one origin to the next, on average; 1 where there is no next."""
        span = (self.origins[-1] - self.origins[0]).days
        return span / (len(self.origins) - 1) if span else 1.0


Settled = Mapping[tuple[date, str, int], float]


def gather(
    stored: Iterable[Said], questions: Mapping[str, schema.Question],
    settled: Settled | None = None,
) -> Panel:  # fmt: skip
    """The panel of a run; RunRefused where nothing was stored.

    settled : see ``origins.settled``; without it what is true today is taken for it.
    """
    said = list(stored)
    if not said:
        raise RunRefused("the backtest has no origin to score; run it: tightrope backtest")
    keys = sorted({(name, horizon) for one in said for name, horizon, _ in one.forecasts},
                  key=lambda key: (list(questions).index(key[0]), key[1]))  # fmt: skip
    members = tuple(dict.fromkeys(member for one in said for _, _, member in one.forecasts))
    cells = tuple(_cell(said, name, questions[name], h, members, settled) for name, h in keys)
    runaways = np.array([max(one.runaways.values(), default=0.0) for one in said])
    return Panel(tuple(one.origin for one in said), cells, members, runaways)


def _cell(
    said: Sequence[Said], name: str, question: schema.Question, horizon: int,
    members: Sequence[str], settled: Settled | None,
) -> Cell:  # fmt: skip
    truth = np.array([one.truth.get((name, horizon), np.nan) for one in said])
    by_member: dict[str, FloatArray] = {}
    for member in members:
        forecasts = [one.forecasts.get((name, horizon, member)) for one in said]
        by_member[member] = np.array([_values(f, question.kind) for f in forecasts])
    known = None
    if settled is not None:
        known = np.array([settled.get((one.origin, name, horizon), np.nan) for one in said])
    return Cell(name, question.family, question.kind, horizon, by_member, truth, known)


def _values(forecast: Forecast | None, kind: str) -> FloatArray | float:
    if kind == "yes_no":
        return np.nan if forecast is None else float(forecast.probability or 0.0)
    return np.full(SIZE, np.nan) if forecast is None else np.asarray(forecast.sample)
