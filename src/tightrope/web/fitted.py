"""What the fit says of itself, on the page of scores: goodness by event type, prior and posterior.

The pictures are those of ``tightrope calibrate --report``; names of the theatre stand as words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tightrope.charts.goodness import forest, moves, verdict_table, verdicts, year_panels, yearly
from tightrope.inference.goodness import Goodness
from tightrope.inference.learned import Parameter, learned_and_far
from tightrope.report import fit_tables as told
from tightrope.report.evidence import in_words
from tightrope.report.tables import TableOf
from tightrope.web.figures import Drawn, Figure, figure
from tightrope.web.runs.fit import Taught

MOVED = 24
"""Numbers in the picture of what the record moved; the tables have all."""
_VERDICTS = (
    "The event types that do not hold in every check. Pale: the fit holds; darker, with ~: "
    "strained; red, with ×: it fails. The table has all types, the file all of their checks."
)
_YEARS = (
    "Event types that fail or are strained, year by year. Dots: events that happened; line: what "
    "the fit expected; pale: nine tenths of what luck makes of it."
)
_MOVED = (
    "Pale: what the theatre’s authors held possible (the middle 90 %). Dots and bars: what the "
    "record makes of it. A full dot was learned; a hollow one is still what the authors say."
)


@dataclass(frozen=True)
class Fitted:
    """A fit in words, tables and pictures."""

    until: str
    says: str
    verdicts: Figure | None
    odd: TableOf
    held: TableOf
    years: Figure | None
    few: TableOf
    taught: str
    moved: Figure | None
    unknown: tuple[str, ...]
    """What the model does not know, a sentence each."""


def fitted_of(taught: Taught) -> Fitted:
    """All that the page shows of a fit."""
    goodness, parameters = _worded(taught.goodness), _named(taught.parameters)
    few = [one for one in goodness.types if not one.findings]
    return Fitted(
        until=taught.until, says=taught.says,
        verdicts=_figure("verdicts", taught) if goodness.odd() else None,
        odd=told.sentences(goodness.odd(), "Event types that the fit describes badly"),
        held=told.sentences([one for one in goodness.types if one.verdict == "holds"],
                            "Event types that hold in every check"),
        years=_figure("fit_years", taught) if goodness.odd() else None,
        few=told.sentences(few, "Event types with too few days to judge"),
        taught=_taught(parameters), moved=_figure("moved", taught) if parameters else None,
        unknown=_unknown(taught, len(few)),
    )  # fmt: skip


def _taught(parameters: Sequence[Parameter]) -> str:
    learned, far = learned_and_far(parameters)
    return (
        f"{learned} of {len(parameters)} numbers became clearly more certain through the record; "
        f"the others are what the theatre’s authors say. {far} ended further from what the authors "
        "expected than two of their own standard deviations: there the record contradicts them."
    )


def _unknown(taught: Taught, few: int) -> tuple[str, ...]:
    learned, _ = learned_and_far(taught.parameters)
    types, pairs = len(taught.goodness.types), len(taught.goodness.pairs)
    return (
        f"{len(taught.parameters) - learned:,} of its {len(taught.parameters):,} numbers are what "
        "its authors assumed, with the range that they gave: the record says little about them.",
        f"{few} of {types} kinds of event happened on too few days to say whether it describes "
        "them well.",
        f"{pairs} pairs of events share days more or less often than it explains: something moves "
        "both that it does not know of.",
    )  # fmt: skip


def _worded(goodness: Goodness) -> Goodness:
    return replace(goodness, types=tuple(
        replace(one, event=in_words(one.event)) for one in goodness.types))  # fmt: skip


def _named(parameters: Sequence[Parameter]) -> tuple[Parameter, ...]:
    return tuple(replace(one, label=_label(one.label)) for one in parameters)


def _numbers(taught: Taught) -> list[dict[str, object]]:
    """[parameter] every number before the record and after it, for programs."""
    return [
        {"number": one.label, "mechanism": one.mechanism or "", "verdict": one.word,
         "prior_median": one.prior.median, "prior_low": one.prior.low, "prior_high": one.prior.high,
         "posterior_median": one.posterior.median, "posterior_low": one.posterior.low,
         "posterior_high": one.posterior.high, "moved": one.moved}
        for one in taught.parameters
    ]  # fmt: skip


def _label(path: str) -> str:
    """The place of a number as words.

    >>> _label("events.mass_protest.rhythm.short")
    'mass protest: rhythm short'
    """
    part, _, rest = in_words(path).partition(".")
    name, _, keys = rest.partition(".")
    return f"{name}: {keys.replace('.', ' ')}" if keys else f"{part}: {name}" if name else part


# Pictures --------------------------------------------------------------------------------------


def _figure(name: str, taught: Taught) -> Figure:
    return figure(name, {}, taught.fingerprint, partial(DRAWN[name], taught))


def _verdicts(taught: Taught) -> Drawn:
    goodness = _worded(taught.goodness)
    shown = replace(goodness, types=goodness.odd())
    return _drawn(verdict_table(shown), _VERDICTS, told.by_check(goodness), verdicts(goodness),
                  taught)  # fmt: skip


def _years(taught: Taught) -> Drawn:
    goodness = _worded(taught.goodness)
    odd = goodness.odd()
    rows = [{"event": one.event, **row} for one in odd for row in yearly(one)]
    table = TableOf(
        "Events of each year", ("event type", "year", "seen", "expected", "90 % of luck"),
        tuple((str(row["event"]), str(row["year"]), f"{row['seen']:,}", f"{row['expected']:.1f}",
               f"{row['low']:g} to {row['high']:g}") for row in rows),
    )  # fmt: skip
    return _drawn(year_panels(goodness, [one.event for one in odd]), _YEARS, table, rows, taught)


def _moved(taught: Taught) -> Drawn:
    far = sorted(_named(taught.parameters), key=lambda one: -abs(one.moved))[:MOVED]
    rows = moves(far)
    table = TableOf(
        "The numbers that moved furthest",
        ("number", "before the record", "after it"),
        tuple((row["label"], row["prior"], row["posterior"]) for row in rows),
    )
    return _drawn(forest(far), _MOVED, table, _numbers(taught), taught)


def _drawn(chart: Any, says: str, table: TableOf, rows: Any, taught: Taught) -> Drawn:
    return Drawn(chart, says, says, table, [dict(row) for row in rows], taught.fingerprint)


DRAWN: dict[str, Callable[[Taught], Drawn]] = {
    "verdicts": _verdicts, "fit_years": _years, "moved": _moved,
}  # fmt: skip
