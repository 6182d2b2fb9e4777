"""A fit as one HTML page: what the record taught, how well the fit describes it, what surprises it.

The same fit gives the same bytes: no clock, no path, no name of a machine goes in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tightrope.charts.goodness import forest, pit_panels, verdict_table, year_panels
from tightrope.foresight.wording import long_date
from tightrope.inference.goodness import TypeGoodness
from tightrope.inference.learned import Parameter, reading
from tightrope.inference.lessons import Lessons
from tightrope.inference.surprise import beyond_levels
from tightrope.report import fit_tables as told
from tightrope.report.cards import Figure, captioned
from tightrope.report.tables import TableOf
from tightrope.report.templates import rendered
from tightrope.theatre import Theatre

FOREST = 40
"""Numbers in the picture of what moved; the tables have all."""
_FOREST_SAYS = (
    "The numbers that the record moved furthest, in standard deviations of their prior. Pale: the "
    "middle 90 % of the prior; dot and bar: the posterior's median and 90 %. Filled dots were "
    "learned, hollow ones are what the theatre says."
)
_VERDICT_SAYS = (
    "Event types that can be judged, by check. Pale: holds; darker with ~: strained; red with ×: "
    "fails. Sentences and figures stand below."
)
_PIT_SAYS = (
    "Where counts fall in what was expected of their day: bars inside the pale band are as luck "
    "has it. High at the ends: the fit is too sure; high in the middle: not sure enough."
)
_YEARS_SAYS = "Events of each year: dots seen, line expected, pale band 90 % of luck."


@dataclass(frozen=True)
class TypePart:
    """One event type that the fit describes badly."""

    name: str
    verdict: str
    says: str
    pit: Figure | None
    years: Figure | None
    table: TableOf


@dataclass(frozen=True)
class FitPage:
    """All that the template is given."""

    title: str
    subject: str
    fingerprint: str
    until: str
    facts: int
    standing: str
    badges: tuple[str, ...]
    taught: str
    moved: Figure | None
    numbers: tuple[TableOf, ...]
    tied: TableOf
    fits: str
    verdicts: Figure | None
    by_check: TableOf
    odd: tuple[TypePart, ...]
    held: TableOf
    held_pit: Figure | None
    held_years: Figure | None
    few: TableOf
    pairs: TableOf
    levels: TableOf
    surprises: TableOf
    settings: tuple[tuple[str, str], ...]
    command: str


def fit_page(lessons: Lessons, theatre: Theatre) -> str:
    """The page, as text. ``theatre`` is the one that was fitted."""
    return rendered("fit.html", _page(lessons, theatre))


def _page(lessons: Lessons, theatre: Theatre) -> FitPage:
    basis, goodness = lessons.posterior.basis, lessons.goodness
    until = date.fromisoformat(basis.until)
    judged = [one for one in goodness.types if one.findings]
    odd = goodness.odd()
    held = [one for one in judged if one.verdict == "holds"]
    learned = sum(one.word == "learned" for one in lessons.parameters)
    few = [one for one in goodness.types if one not in odd and one not in held]
    return FitPage(
        title=f"Fit: {theatre.head.name}, until {basis.until}",
        subject=theatre.head.says,
        fingerprint=lessons.posterior.digest(),
        until=long_date(until),
        facts=basis.facts,
        standing=f"{reading(lessons.parameters)} {goodness.reading()}",
        badges=(f"{learned} of {len(lessons.parameters)} numbers learned",
                f"{len(held)} of {len(judged)} event types hold"),
        taught=reading(lessons.parameters),
        moved=_forest(lessons.parameters),
        numbers=told.numbers(lessons.parameters),
        tied=told.tied(lessons.tied),
        fits=goodness.reading(),
        verdicts=captioned(verdict_table(goodness), _VERDICT_SAYS) if judged else None,
        by_check=told.by_check(goodness),
        odd=tuple(_type_part(lessons, one) for one in odd),
        held=told.sentences(held, "Event types that hold in every check"),
        held_pit=_of_types(pit_panels, lessons, held, _PIT_SAYS),
        held_years=_of_types(year_panels, lessons, held, _YEARS_SAYS),
        few=told.sentences(few, "Event types with too few days to judge"),
        pairs=told.pairs([pair for pair in goodness.pairs if pair.verdict != "holds"]),
        levels=told.levels(beyond_levels(lessons.record)),
        surprises=told.surprises(lessons.surprises),
        settings=(("Theatre", basis.theatre), ("Facts", f"{basis.facts:,} until {basis.until}"),
                  ("Method", basis.method), ("Fingerprint", lessons.posterior.digest())),
        command=f"tightrope calibrate {basis.theatre} --until {basis.until} "
                f"--method {basis.method} --report fit.html",
    )  # fmt: skip


def _type_part(lessons: Lessons, one: TypeGoodness) -> TypePart:
    return TypePart(
        one.event, one.verdict, one.reading().removeprefix(f"{one.event}: "),
        _of_types(pit_panels, lessons, [one], _PIT_SAYS),
        _of_types(year_panels, lessons, [one], _YEARS_SAYS), told.findings(one),
    )  # fmt: skip


def _of_types(
    panels: Any, lessons: Lessons, types: Sequence[TypeGoodness], says: str
) -> Figure | None:
    """One picture of the panels of these types; None where none can be drawn."""
    names = [one.event for one in types if one.findings]
    return captioned(panels(lessons.goodness, names), says) if names else None


def _forest(parameters: Sequence[Parameter]) -> Figure | None:
    far = sorted(parameters, key=lambda one: -abs(one.moved))[:FOREST]
    return captioned(forest(far), _FOREST_SAYS) if far else None
