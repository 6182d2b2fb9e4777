"""One number of a world: what ``value:`` and ``over:`` of an expectation measure.

A world is either a set of paths or the real record; both answer the statistics of
``theatre.expected``. A value that nothing defines (no path qualifies) is nan.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.simulate import Ensemble
from tightrope.foresight.past import Past
from tightrope.foresight.questions import gate_values
from tightrope.theatre.expected import Statistic
from tightrope.types import BoolArray, FloatArray

_MONTH = 30.0


@dataclass(frozen=True)
class Paths:
    """A world that was simulated."""

    compiled: Compiled
    ensemble: Ensemble
    """With its courses, cut to the days of the expectation."""
    before: FloatArray
    """[J, path] readings on the day before the first."""
    dawn: FloatArray
    """[C, path] conditions at the first dawn, what is imposed on it included."""
    off: frozenset[str] = frozenset()
    """Mechanisms that are out; the dead of an event may carry one."""

    @property
    def days(self) -> int:
        """Length of the paths."""
        assert self.ensemble.counts is not None
        return len(self.ensemble.counts)

    def measure(self, statistic: Statistic) -> float:
        """The statistic over the paths that qualify."""
        kept = self._qualify(statistic)
        if not kept.any():
            return float("nan")
        first, last = (statistic.from_day or 1) - 1, min(statistic.to_day or self.days, self.days)
        window = slice(first, last)
        match statistic.kind:
            case "chance" | "mean" | "wait" | "order" | "rate":
                return self._of_events(statistic, window, kept)
            case "level" | "change" | "peak" | "trough":
                return self._of_level(statistic, window, kept)
            case "holds":
                return float(self._true(str(statistic.holds))[last - 1, kept].mean())
            case "share_of_days":
                return float(self._true(str(statistic.share_of_days))[window, :][:, kept].mean())
            case "number":
                at = self.compiled.conditions.index(str(statistic.number))
                return float(self._conditions()[last - 1, at, kept].mean())
            case "deaths":
                return self._deaths(statistic.deaths or (), window, kept)
            case _:
                return self._correlation(statistic.correlation or (), window, kept)

    def _of_events(self, statistic: Statistic, window: slice, kept: BoolArray) -> float:
        if statistic.kind == "order":
            one, other = (self._first(names, window) for names in statistic.order or ())
            told = kept & (np.isfinite(one) | np.isfinite(other))
            return float((one[told] < other[told]).mean()) if told.any() else float("nan")
        daily = self._daily(statistic.events)[window, :][:, kept]
        if statistic.kind == "rate":
            at_dawn = self._true(statistic.condition, dawn=True) if statistic.condition else None
            on = np.ones_like(daily, bool) if at_dawn is None else at_dawn[window, :][:, kept]
            return float(_MONTH * daily[on].sum() / on.sum()) if on.any() else float("nan")
        if statistic.kind == "mean":
            return float(daily.sum(0).mean())
        reached = np.cumsum(daily, 0) >= statistic.at_least
        if statistic.kind == "chance":
            return float(reached[-1].mean())
        return float(np.median(np.where(reached[-1], reached.argmax(0) + 1, len(daily))))

    def _of_level(self, statistic: Statistic, window: slice, kept: BoolArray) -> float:
        at = self.compiled.levels.index(str(getattr(statistic, statistic.kind)))
        course = self._readings()[window, at, :][:, kept]
        match statistic.kind:
            case "level":
                return float(course[-1].mean())
            case "peak":
                return float(course.max(0).mean())
            case "trough":
                return float(course.min(0).mean())
            case _:
                start = window.start or 0
                before = self._readings()[start - 1, at] if start else self.before[at]
                return float((course[-1] - before[kept]).mean())

    def _deaths(self, actors: Sequence[str], window: slice, kept: BoolArray) -> float:
        """Events times the stated mean number of dead of each, over the types that kill them."""
        total = 0.0
        for name, event in self.compiled.theatre.events.items():
            if event.deaths and set(event.deaths.of) & set(actors):
                if event.deaths.mechanism in self.off:
                    continue
                happened = self._daily((name,))[window, :][:, kept].sum(0).mean()
                total += float(happened) * event.deaths.mean.median
        return total

    def _correlation(self, names: Sequence[str], window: slice, kept: BoolArray) -> float:
        one, other = (self._one_number(name, window)[kept] for name in names)
        if one.std() == 0 or other.std() == 0:
            return float("nan")
        return float(np.corrcoef(one, other)[0, 1])

    def _one_number(self, name: str, window: slice) -> FloatArray:
        if name in self.compiled.levels:
            return self._readings()[window, self.compiled.levels.index(name)].mean(0)
        return self._daily((name,))[window].sum(0).astype(float)

    def _qualify(self, statistic: Statistic) -> BoolArray:
        kept = np.ones(len(self.ensemble.draw), bool)
        if statistic.given:
            kept &= self._true(statistic.given)[-1] > 0
        if statistic.given_event:
            kept &= self._daily(statistic.given_event).sum(0) > 0
        return kept

    def _daily(self, events: Sequence[str]) -> np.ndarray:
        assert self.ensemble.counts is not None
        index = self.compiled.event_index()
        wanted = [index[name] for name in dict.fromkeys(events)]
        return self.ensemble.counts[:, wanted].sum(1, dtype=np.int32)

    def _first(self, events: Sequence[str], window: slice) -> FloatArray:
        daily = self._daily(events)[window] > 0
        return np.where(daily.any(0), daily.argmax(0) + 1.0, np.inf)

    def _readings(self) -> FloatArray:
        assert self.ensemble.reading_course is not None
        return self.ensemble.reading_course  # type: ignore[return-value]

    def _conditions(self) -> FloatArray:
        assert self.ensemble.condition_course is not None
        return self.ensemble.condition_course  # type: ignore[return-value]

    def _true(self, expression: str, *, dawn: bool = False) -> BoolArray:
        """[day, path] whether an expression is true at the end of each day, or at its dawn."""
        course = np.moveaxis(self._conditions(), 1, 0)
        if dawn:
            course = np.concatenate([self.dawn[:, None], course[:, :-1]], 1)
        return gate_values(self.compiled, expression, course) > 0


@dataclass(frozen=True)
class Along:
    """The real record: levels and rates as they follow from what happened."""

    past: Past
    until: date
    off: Collection[str] = ()

    def measure(self, statistic: Statistic) -> float:
        """The statistic, averaged over the draws."""
        first = statistic.first.earliest if statistic.first else None
        last = (statistic.last and statistic.last.earliest) or self.until
        start = self.past.day(first) if first else 0
        window = slice(start, self.past.day(last) + 1)
        if statistic.kind in ("mean", "rate"):
            rates = self.past.rates(statistic.events, self.off)[:, window]
            if statistic.kind == "mean":
                return float(rates.sum(1).mean())
            on = self._true(statistic.condition)[window]
            return float(_MONTH * rates[:, on].mean()) if on.any() else float("nan")
        # A reading belongs to the end of its day, the next dawn.
        course = self.past.readings(str(getattr(statistic, statistic.kind)), self.off)
        inside = course[:, window.start + 1 : window.stop + 1]
        match statistic.kind:
            case "level":
                return float(inside[:, -1].mean())
            case "peak":
                return float(inside.max(1).mean())
            case "trough":
                return float(inside.min(1).mean())
            case _:
                return float((inside[:, -1] - course[:, window.start]).mean())

    def _true(self, expression: str | None) -> BoolArray:
        conditions = np.asarray(self.past.record.conditions)[:-1]
        if expression is None:
            return np.ones(len(conditions), bool)
        return gate_values(self.past.compiled, expression, conditions.T) > 0
