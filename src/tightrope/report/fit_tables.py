"""Tables of a fit's page: what the record taught, how well the fit describes it, its surprises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tightrope.inference.coincidence import Pair
from tightrope.inference.goodness import Finding, Goodness, TypeGoodness
from tightrope.inference.learned import Belief, Parameter, Tie
from tightrope.inference.surprise import Level, Surprise, SurprisingDay
from tightrope.report.tables import TableOf

TERMS_TOLD = 3
WORTH_TELLING = 0.01
"""Terms that add less than this share of what was expected are not told."""
ALSO_TOLD = 3
_NUMBERS = ("number", "mechanism", "prior", "posterior", "contraction", "moved", "verdict")
CHECKS = {
    "in_forecast": "in forecast", "timing": "timing", "sizes": "sizes",
    "thirty_days": "30 days", "weekday": "weekday", "years": "years", "same_day": "same day",
}  # fmt: skip


def numbers(parameters: Sequence[Parameter]) -> tuple[TableOf, ...]:
    """Every number's prior beside its posterior, by the part of the theatre that says it."""
    parts: dict[str, list[Parameter]] = {}
    for one in parameters:
        parts.setdefault(_part(one.label), []).append(one)
    return tuple(
        TableOf(_counted(part, inside), _NUMBERS, tuple(map(_number, inside)))
        for part, inside in parts.items()
    )


def _part(label: str) -> str:
    """``events`` of ``events.vote.base``."""
    return label.split(".")[0]


def _counted(part: str, inside: Sequence[Parameter]) -> str:
    learned = sum(one.word == "learned" for one in inside)
    return f"{part}: {learned} of {len(inside)} learned"


def _number(one: Parameter) -> tuple[str, ...]:
    return (
        one.label.removeprefix(f"{_part(one.label)}."), one.mechanism or "",
        _range(one.prior), _range(one.posterior), f"{one.contraction:.2f}", f"{one.moved:+.1f}",
        one.word,
    )  # fmt: skip


def _range(belief: Belief) -> str:
    return f"{belief.median:.3g} ({belief.low:.3g} to {belief.high:.3g})"


def tied(found: Iterable[Tie]) -> TableOf:
    """Pairs of numbers of which the record knows a combination."""
    return TableOf(
        "Posterior correlations beyond .7, the strongest first",
        ("number", "and", "correlation"),
        tuple((tie.first, tie.second, f"{tie.correlation:+.2f}") for tie in found),
    )


# How well it fits ------------------------------------------------------------------------------


def by_check(goodness: Goodness) -> TableOf:
    """For each check how many types have each verdict."""
    counts = goodness.verdicts()
    return TableOf(
        "Event types by check and verdict",
        ("check", "holds", "strained", "fails", "too few to judge"),
        tuple(
            (name, *(str(counts[check][v])
                     for v in ("holds", "strained", "fails", "too few to judge")))
            for check, name in CHECKS.items()
        ),
    )  # fmt: skip


def sentences(types: Sequence[TypeGoodness], caption: str) -> TableOf:
    """One sentence on each of these types."""
    return TableOf(
        caption,
        ("event type", "events", "expected", "days with some", "in a sentence"),
        tuple(
            (one.event, f"{one.observed:,}", f"{one.expected:,.1f}", f"{one.event_days:,}",
             one.reading().removeprefix(f"{one.event}: "))
            for one in types
        ),
    )  # fmt: skip


def findings(one: TypeGoodness) -> TableOf:
    """Every check of one type."""
    return TableOf(
        f"All checks of {one.event}",
        ("check", "figure", "usual, if right", "p", "adjusted", "verdict", "in a sentence"),
        tuple(map(_finding, one.findings)),
    )


def _finding(found: Finding) -> tuple[str, ...]:
    usual = f"{found.usual[0]:.3g} to {found.usual[1]:.3g}" if found.usual else ""
    return (
        CHECKS[found.check], f"{found.figure:.3g}", usual, f"{found.p:.2g}",
        f"{found.adjusted_p:.2g}", found.verdict, found.reading,
    )  # fmt: skip


def pairs(found: Iterable[Pair]) -> TableOf:
    """Types that share days more or less often than independence says."""
    return TableOf(
        "Pairs of types on the same day, the least likely first",
        ("type", "and", "days with both", "expected", "correlation", "verdict"),
        tuple(
            (pair.first, pair.second, f"{pair.days_together}", f"{pair.expected_days:.1f}",
             f"{pair.correlation:+.2f}", pair.verdict)
            for pair in found
        ),
    )  # fmt: skip


# Surprises -------------------------------------------------------------------------------------


def levels(found: Iterable[Level]) -> TableOf:
    """How many days and types surprise, beside what luck gives."""
    return TableOf(
        "Counts of a day and type that are as unlikely, or less likely",
        ("probability", "in the record", "expected by luck"),
        tuple(
            (f"1 in {1 / one.probability:,.0f}", f"{one.observed:,}", f"{one.expected:,.1f}")
            for one in found
        ),
    )


def surprises(found: Iterable[SurprisingDay]) -> TableOf:
    """Days, what happened on them, and the largest terms of what was expected."""
    return TableOf(
        "The most surprising days, the most surprising first",
        ("day", "what happened", "expected", "so unlikely", "made of", "also surprising"),
        tuple(
            (str(day.most.day), _happened(day.most), f"{day.most.rate:.2g}", odds(day.most),
             _terms(day.most), _also(day.also))
            for day in found
        ),
    )  # fmt: skip


def _happened(one: Surprise) -> str:
    return f"{one.count} {one.event}" if one.count else f"no {one.event}"


def odds(one: Surprise) -> str:
    """As "1 in 2,000": two digits, and no more than a million million."""
    times = 1 / max(one.probability, 1e-12)
    rounded = float(f"{times:.2g}")
    return f"1 in {rounded:,.0f}" if rounded < 1e12 else "less than 1 in a million million"


def _terms(one: Surprise) -> str:
    """The largest parts of the rate, each with the mechanism behind it."""
    large = [term for term in one.terms if abs(term[2]) >= WORTH_TELLING * one.rate]
    told = [
        f"{name.removeprefix(f'events.{one.event}.')} {value:.2g}"
        + (f" ({mechanism})" if mechanism else "")
        for name, mechanism, value in large[:TERMS_TOLD]
    ]
    left = len(large) - len(told)
    return "; ".join([*told, f"{left} more"] if left > 0 else told)


def _also(others: Sequence[Surprise]) -> str:
    told = [f"{_happened(one)} ({odds(one)})" for one in others[:ALSO_TOLD]]
    left = len(others) - len(told)
    return "; ".join([*told, f"{left} more"] if left > 0 else told)
