"""Two worlds set against each other: every question in both, paired path by path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.simulate import Ensemble
from tightrope.foresight.answer import Answer
from tightrope.foresight.courses import until
from tightrope.foresight.questions import answers
from tightrope.theatre import schema
from tightrope.types import FloatArray

_WIDE = 1.645
"""Of a normal distribution, the middle 90 %."""


@dataclass(frozen=True)
class Difference:
    """A mean difference over paths, with the 90 % interval that the number of runs leaves."""

    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def as_json(self) -> dict[str, float]:
        """Five digits."""
        return {"value": round(self.value, 5), "low": round(self.low, 5),
                "high": round(self.high, 5)}  # fmt: skip


@dataclass(frozen=True)
class Contrast:
    """One question in the unchanged world and in another."""

    id: str
    ask: str
    family: str
    kind: str
    window_days: int
    base: float | None
    """Probability of yes (or that the day comes), mean of a count, mean reading."""
    other: float | None
    difference: Difference | None
    more: float | None
    """Share of paths whose answer is higher in the other world; of dates: that come sooner."""
    less: float | None
    stack: float | None
    """What the outlook's pool of members says of the unchanged world."""
    carried: float | None
    """The same with this difference carried onto it, see ``carry``."""
    refused: str | None

    @property
    def size(self) -> float:
        """How much it changes, counts in proportion; 0 where zero is in the interval, -1 refused.

        A count is set against the larger of its means, and against one where both are smaller.
        """
        if self.difference is None or self.base is None or self.other is None:
            return -1.0
        scale = max(self.base, self.other, 1.0) if self.kind == "count" else 1.0
        return abs(self.difference.value) / scale if self.difference.clear else 0.0

    def as_json(self) -> dict[str, Any]:
        """The documented shape of a question in ``whatif --json``."""
        value: dict[str, Any] = {
            "id": self.id, "ask": self.ask, "family": self.family, "kind": self.kind,
            "window_days": self.window_days,
        }  # fmt: skip
        if self.refused:
            return value | {"refused": self.refused}
        return value | {
            "base": _rounded(self.base), "other": _rounded(self.other),
            "difference": self.difference.as_json() if self.difference else None,
            "more": _rounded(self.more), "less": _rounded(self.less),
            "stack": _rounded(self.stack), "carried": _rounded(self.carried),
        }  # fmt: skip


def contrast(
    compiled: Compiled, answer: Answer, question: schema.Question, base: Ensemble,
    other: Ensemble, refused: str | None,
) -> Contrast:  # fmt: skip
    """Set one question's answers in two worlds against each other.

    answer : what the outlook says of it in the unchanged world.
    refused : why the other world gives no answer; the outlook's own refusal comes first.
    """
    known = (answer.id, answer.ask, answer.family, answer.kind, answer.window_days)
    refused = answer.refused or refused
    if refused:
        return Contrast(*known, None, None, None, None, None, None, None, refused)
    here, there = (
        answers(compiled, question, until(world, answer.window_days)) for world in (base, other)
    )
    sign = -1.0 if answer.kind == "date" else 1.0
    told = [np.isfinite(x).astype(float) if answer.kind == "date" else x for x in (here, there)]
    middle, moved = float(told[0].mean()), float(told[1].mean())
    last = answer.horizons[-1]
    stack = None
    if last.stack is not None:
        stack = last.probability if last.probability is not None else last.mean
    return Contrast(
        *known, middle, moved, difference(told[1] - told[0], base.draw),
        float((sign * there > sign * here).mean()), float((sign * there < sign * here).mean()),
        stack, None if stack is None else carry(answer.kind, stack, middle, moved), None,
    )  # fmt: skip


def difference(values: FloatArray, draw: np.ndarray) -> Difference:
    """Mean of paired differences ([path]); paths of one draw of numbers depend on each other.

    Of a single draw only the luck is known, and the interval is that of its paths.
    """
    centre = float(values.mean())
    means = np.bincount(draw, values) / np.bincount(draw)
    apart = means if len(means) > 1 else values
    error = float(apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else np.inf
    return Difference(centre, centre - _WIDE * error, centre + _WIDE * error)


def carry(kind: str, stack: float, base: float, other: float) -> float:
    """Move the pool's figure as the structural process moved: log odds of a chance, ratio of means.

    >>> round(carry("yes_no", 0.5, 0.2, 0.5), 3)
    0.8
    """
    if kind == "count":
        return stack * other / base if base > 0 else stack + other
    edge = 1e-4
    at = np.clip([stack, base, other], edge, 1 - edge)
    if base == other:
        return stack
    pool, before, after = np.log(at) - np.log1p(-at)
    return float(1 / (1 + np.exp(-(pool + after - before))))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
