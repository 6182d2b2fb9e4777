"""An answer to a question: one estimate for each horizon, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tightrope.foresight.courses import Course, quantiles
from tightrope.foresight.drivers import Driver
from tightrope.foresight.questions import CHANCES, LEVELS, day_of
from tightrope.foresight.record import PastScore
from tightrope.foresight.storyline import Chains
from tightrope.theatre import schema
from tightrope.types import FloatArray

HORIZONS = (30, 90, 180)
"""Days ahead at which every question is answered, as far as the run reaches."""
DOTS = 50
"""Equally likely futures of a quantile dotplot."""


@dataclass(frozen=True)
class Stack:
    """Who speaks in an estimate, and how well the pool has done."""

    weights: dict[str, float]
    members: dict[str, float]
    """What each member said by itself: a probability, or the mean of a count."""
    past: PastScore | None
    """The family's score on past origins; None where it was not scored."""

    def as_json(self) -> dict[str, Any]:
        """Weights, members, and the record of the family."""
        return {
            "weights": {member: round(w, 4) for member, w in self.weights.items()},
            "members": {member: round(x, 5) for member, x in self.members.items()},
            "record": self.past.as_json() if self.past else None,
        }


@dataclass(frozen=True)
class Estimate:
    """What the paths, or the pool of members, say of one question at one horizon."""

    days: int
    probability: float | None
    """Of yes, or that the day comes within the horizon."""
    quantiles: dict[float, float] | None
    """Of a count, a reading, or the day (from 1; infinity where it does not come)."""
    mean: float | None
    mc_error: float | None
    """Standard error of the probability (or of the mean) that the number of paths leaves."""
    base_rate: float | None
    """The same question asked of past windows of the same length, see ``questions.base_rate``."""
    dots: tuple[float, ...] | None = None
    """DOTS equally likely answers, lowest first (a day that does not come: infinity)."""
    stack: Stack | None = None
    """Whose pool it is; None where the structural process speaks alone."""


@dataclass(frozen=True)
class Answer:
    """One question answered, with what stands behind the answer."""

    id: str
    ask: str
    family: str
    kind: str
    window_days: int
    base_rate: float | None
    drivers: tuple[Driver, ...]
    refused: str | None
    """Why no answer is given; then there are no horizons and no course."""
    horizons: tuple[Estimate, ...] = ()
    """Shortest first; the last is the answer itself, over the question's whole window."""
    course: Course | None = None
    """Day by day, where the outlook was asked for it."""
    storylines: Chains | None = None
    """How futures come to a yes, or to what is counted, where the outlook was asked for it."""

    @property
    def probability(self) -> float | None:
        """Over the whole window; None for counts, levels and refused questions."""
        return self.horizons[-1].probability if self.horizons else None

    @property
    def quantiles(self) -> dict[float, float] | None:
        """Over the whole window; None for yes/no and refused questions."""
        return self.horizons[-1].quantiles if self.horizons else None

    @property
    def mean(self) -> float | None:
        """Over the whole window, of counts and levels."""
        return self.horizons[-1].mean if self.horizons else None

    @property
    def mc_error(self) -> float | None:
        """Of the answer over the whole window."""
        return self.horizons[-1].mc_error if self.horizons else None

    def at(self, days: int) -> Estimate | None:
        """The estimate at one horizon, None where the question has none."""
        return next((estimate for estimate in self.horizons if estimate.days == days), None)

    def as_json(self, first_day: date) -> dict[str, Any]:
        """The documented shape of a question in ``outlook --json``."""
        value: dict[str, Any] = {
            "id": self.id, "ask": self.ask, "family": self.family, "kind": self.kind,
            "window_days": self.window_days,
        }  # fmt: skip
        if self.refused:
            value["refused"] = self.refused
        if self.horizons:
            value |= _result_json(self.horizons[-1], self.kind, first_day)
        value["mc_error"] = _rounded(self.mc_error, 6)
        value["base_rate"] = _rounded(self.base_rate, 5)
        value["drivers"] = [driver.as_json() for driver in self.drivers]
        value["horizons"] = {
            str(estimate.days): {
                **_result_json(estimate, self.kind, first_day),
                "mc_error": _rounded(estimate.mc_error, 6),
                "base_rate": _rounded(estimate.base_rate, 5),
            }
            for estimate in self.horizons
        }
        return value


def horizons_of(question: schema.Question, days: int) -> tuple[int, ...]:
    """The horizons at which a run of ``days`` days answers a question, shortest first.

    A question with its own ``days:`` is answered at its own window only.
    """
    return horizons_within(days) if question.days is None else (question.days,)


def horizons_within(days: int) -> tuple[int, ...]:
    """The horizons that a run of ``days`` days reaches, its own end the last.

    >>> horizons_within(100)
    (30, 90, 100)
    """
    return (*(horizon for horizon in HORIZONS if horizon < days), days)


def estimate(
    question: schema.Question, days: int, values: FloatArray, draw: np.ndarray,
    base_rate: float | None,
) -> Estimate:  # fmt: skip
    """The estimate that the answers of all paths make.

    values : [path] see ``questions.answers``.
    draw : [path] which draw of the numbers each path belongs to.
    """
    chance = np.isfinite(values) if question.kind == "date" else values
    centre = float(chance.mean())
    told_as_chance = question.kind in CHANCES
    spread = quantiles(values, LEVELS)
    return Estimate(
        days=days,
        probability=centre if told_as_chance else None,
        quantiles=None
        if question.kind == "yes_no"
        else dict(zip(LEVELS, spread.tolist(), strict=True)),
        mean=None if told_as_chance else centre,
        mc_error=_mc_error(chance.astype(float), draw),
        base_rate=base_rate,
        dots=None if question.kind == "yes_no" else equally_likely(values),
    )


def equally_likely(values: FloatArray) -> tuple[float, ...]:
    """DOTS answers that stand for all of them: quantiles at the middles of equal steps."""
    return tuple(quantiles(values, [(i + 0.5) / DOTS for i in range(DOTS)]).tolist())


def _mc_error(values: FloatArray, draw: np.ndarray) -> float | None:
    """Standard error of the mean over paths, which within one draw depend on each other.

    None from a single draw, which says nothing about the others.
    """
    means = np.bincount(draw, values) / np.bincount(draw)
    return float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else None


def _result_json(estimate: Estimate, kind: str, first_day: date) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if estimate.probability is not None:
        value["probability"] = _rounded(estimate.probability, 5)
    if estimate.quantiles is not None:
        value["quantiles"] = {
            str(q): day_of(first_day, x) if kind == "date" else round(x, 5)
            for q, x in estimate.quantiles.items()
        }
    if estimate.mean is not None:
        value["mean"] = _rounded(estimate.mean, 5)
    if estimate.stack is not None:
        value["stack"] = estimate.stack.as_json()
    return value


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
