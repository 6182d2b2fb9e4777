"""How well a fit describes its own record, by event type: figures, verdicts and a sentence each.

1. every type with enough days of events goes through the checks of ``departures``
2. pairs of types are checked for happening on the same days (``coincidence``)
3. the p-values of one check are adjusted for the number of types, and become verdicts

P-values take the fitted numbers as known. They were fitted to the same record, so checks find
somewhat less than is there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from tightrope.inference.coincidence import Pair, pairs
from tightrope.inference.departures import CHECKS, WEEKDAYS, Departure, by_group, histogram
from tightrope.inference.residuals import FittedRecord, Series, uniforms
from tightrope.inference.shown import shown
from tightrope.inference.verdicts import FEWEST_EVENTS, Verdict, adjusted, verdict
from tightrope.types import FloatArray

SAME_DAY = "same_day"
"""Name of the check across types."""
PAIRS_TOLD = 20
_WORST_FIRST: tuple[Verdict, ...] = ("fails", "strained", "holds", "too few to judge")
_ENDINGS: dict[Verdict, str] = {
    "holds": "luck alone does as much", "strained": "luck seldom does as much",
    "fails": "luck does not do that", "too few to judge": "too few to judge",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """The answer of one check for one event type."""

    check: str
    figure: float
    usual: tuple[float, float] | None
    """Middle 90 % of the figure if the fit is right."""
    p: float
    adjusted_p: float
    verdict: Verdict
    reading: str

    def as_json(self) -> dict[str, object]:
        """Rounded to what is meant to be read."""
        return {
            "check": self.check, "figure": shown(self.figure),
            "usual": self.usual and [shown(x) for x in self.usual], "p": shown(self.p),
            "adjusted_p": shown(self.adjusted_p), "verdict": self.verdict,
            "reading": self.reading,
        }  # fmt: skip


@dataclass(frozen=True)
class Total:
    """Events of a year or weekday: seen, expected, and the middle 90 % of what luck makes of it."""

    label: str
    observed: int
    expected: float
    low: float
    high: float

    def as_json(self) -> dict[str, object]:
        """Rounded to what is meant to be read."""
        return {
            "label": self.label, "observed": self.observed, "expected": shown(self.expected),
            "low": self.low, "high": self.high,
        }  # fmt: skip


@dataclass(frozen=True)
class TypeGoodness:
    """How well the fit describes one event type."""

    event: str
    days: int
    """Days that can be judged."""
    event_days: int
    observed: int
    expected: float
    forbidden: int
    """Days with events on which the fit called them impossible."""
    verdict: Verdict
    """The worst of the findings; what the fit called impossible and yet happened fails outright."""
    findings: tuple[Finding, ...]
    pit: tuple[int, ...]
    """Days in each twentieth of what was expected of them."""
    weekdays: tuple[Total, ...]
    years: tuple[Total, ...]

    def reading(self) -> str:
        """One sentence: the worst thing found, or that nothing was."""
        if self.forbidden:
            times = "1 day" if self.forbidden == 1 else f"{self.forbidden} days"
            return f"{self.event}: happened on {times} on which the fit calls it impossible."
        if not self.findings:
            return (f"{self.event}: {self.observed} events on {self.event_days} days are too few "
                    f"to judge (fewer than {FEWEST_EVENTS} days with events).")  # fmt: skip
        worst = min(self.findings, key=lambda f: (_WORST_FIRST.index(f.verdict), f.adjusted_p))
        if worst.verdict == "holds":
            return (f"{self.event}: nothing speaks against the fit ({self.observed} events, "
                    f"{self.expected:.1f} expected).")  # fmt: skip
        return f"{self.event}: {worst.reading}"

    def as_json(self) -> dict[str, object]:
        """Every figure with its sentence."""
        return {
            "event": self.event, "days": self.days, "event_days": self.event_days,
            "observed": self.observed, "expected": shown(self.expected),
            "forbidden": self.forbidden, "verdict": self.verdict, "reading": self.reading(),
            "checks": [finding.as_json() for finding in self.findings],
            "pit": list(self.pit),
            "weekdays": [total.as_json() for total in self.weekdays],
            "years": [total.as_json() for total in self.years],
        }  # fmt: skip


@dataclass(frozen=True)
class Goodness:
    """How well a fit describes its record."""

    seed: int
    """Of the randomised transforms and of the simulated p-values."""
    types: tuple[TypeGoodness, ...]
    pairs: tuple[Pair, ...]
    """The least likely first; all pairs of types that can be judged."""

    def odd(self) -> tuple[TypeGoodness, ...]:
        """Types that do not hold in every check: those that fail, then those that are strained."""
        found = [one for one in self.types if one.verdict in ("fails", "strained")]
        return tuple(sorted(found, key=lambda one: (one.verdict != "fails", one.event)))

    def verdicts(self) -> dict[str, dict[Verdict, int]]:
        """For each check how many types have each verdict."""
        table = {check: dict.fromkeys(_WORST_FIRST, 0) for check in (*CHECKS, SAME_DAY)}
        for one in self.types:
            for finding in one.findings:
                table[finding.check][finding.verdict] += 1
            if not one.findings:
                for counts in table.values():
                    counts["too few to judge"] += 1
        return table

    def reading(self) -> str:
        """Two sentences on all types together."""
        judged = [one for one in self.types if one.findings]
        failing = sum(one.verdict == "fails" for one in judged)
        strained = sum(one.verdict == "strained" for one in judged)
        odd = sum(pair.verdict != "holds" for pair in self.pairs)
        return (
            f"{len(judged)} of {len(self.types)} event types can be judged: "
            f"{len(judged) - failing - strained} hold in every check, {strained} are strained in "
            f"one or more, {failing} fail in one or more. {odd} of {len(self.pairs)} pairs of "
            "types happen on the same days more or less often than independence says."
        )

    def as_json(self) -> dict[str, object]:
        """The documented shape; see docs/goodness.md."""
        return {
            "seed": self.seed, "reading": self.reading(), "verdicts": self.verdicts(),
            "types": [one.as_json() for one in self.types],
            "pairs": [pair.as_json() for pair in self.pairs[:PAIRS_TOLD]],
        }  # fmt: skip


def goodness_of_fit(record: FittedRecord, seed: int = 1) -> Goodness:
    """Check a fitted record in every way. A type's answer depends on others by adjustment only."""
    series = [record.series(event) for event in record.events]
    able = [one for one in series if one.happened.sum() >= FEWEST_EVENTS]
    found: dict[str, list[Finding]] = {one.event: [] for one in series}
    for name, check in CHECKS.items():
        departures = [check(one, one.luck(seed, name)) for one in able]
        for one, finding in zip(able, _judge(name, departures), strict=True):
            found[one.event].append(finding)
    together = tuple(pairs(record))
    for one in able:
        found[one.event].extend(_closest(one.event, together))
    return Goodness(
        seed, tuple(_type_goodness(one, tuple(found[one.event]), seed) for one in series), together
    )


def _judge(check: str, departures: list[Departure]) -> list[Finding]:
    q = adjusted(np.array([found.p for found in departures]))
    return [
        Finding(check, found.figure, found.usual, found.p, float(at), verdict(at),
                _sentence(found.fact, verdict(at)))
        for found, at in zip(departures, q, strict=True)
    ]  # fmt: skip


def _closest(event: str, together: tuple[Pair, ...]) -> list[Finding]:
    """The pair of this type that independence explains least; they come least likely first."""
    for pair in together:
        if event in (pair.first, pair.second):
            other = pair.second if event == pair.first else pair.first
            fact = (
                f"on {pair.days_together} of its days {other} happens too, "
                f"{pair.expected_days:.1f} expected (correlation {pair.correlation:.2f})"
            )
            return [
                Finding(SAME_DAY, pair.correlation, None, pair.p, pair.adjusted_p, pair.verdict,
                        _sentence(fact, pair.verdict))
            ]  # fmt: skip
    return []


def _sentence(fact: str, verdict: Verdict) -> str:
    return f"{fact[0].upper()}{fact[1:]}: {_ENDINGS[verdict]}."


def _type_goodness(one: Series, findings: tuple[Finding, ...], seed: int) -> TypeGoodness:
    worst: Verdict = "fails" if one.forbidden else _worst(findings)
    # The same luck as in the check, so that the picture is of what was judged.
    pit = histogram(uniforms(one, one.luck(seed, "in_forecast")))
    week = [WEEKDAYS[day] for day in np.unique(one.weekdays)]
    return TypeGoodness(
        one.event, len(one.days), int(one.happened.sum()), one.observed, one.expected,
        one.forbidden, worst, findings, tuple(pit.tolist()),
        _totals(week, *by_group(one, one.weekdays), one.dispersion),
        _totals(np.unique(one.years).astype(str).tolist(), *by_group(one, one.years),
                one.dispersion),
    )  # fmt: skip


def _worst(findings: tuple[Finding, ...]) -> Verdict:
    if not findings:
        return "too few to judge"
    return min(findings, key=lambda finding: _WORST_FIRST.index(finding.verdict)).verdict


def _totals(
    labels: list[str], seen: FloatArray, expected: FloatArray, dispersion: float
) -> tuple[Total, ...]:
    spread, mean = max(dispersion, 1e-6), np.maximum(expected, 1e-9)
    low, high = (stats.nbinom.ppf(x, mean / spread, 1 / (1 + spread)) for x in (0.05, 0.95))
    return tuple(
        Total(label, int(n), float(m), float(a), float(b))
        for label, n, m, a, b in zip(labels, seen, expected, low, high, strict=True)
    )
