"""An outlook as one HTML page that carries everything with it.

The same outlook gives the same bytes: no clock, no path, no name of a machine goes in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tightrope.charts.overview import overview
from tightrope.foresight.answer import Answer
from tightrope.foresight.outlook import Outlook
from tightrope.foresight.runaways import BEYOND, MOST_RUNAWAYS
from tightrope.foresight.wording import (
    answers_by_horizon,
    base_rate_in_short,
    long_date,
    percent,
)
from tightrope.history import History
from tightrope.report.cards import Card, Figure, card, last_day
from tightrope.report.evidence import Evidence, MechanismNote, SourceNote
from tightrope.report.templates import rendered
from tightrope.theatre import Theatre

CLEAR_GAP = 0.1
"""A probability so far from its base rate is called clearly above or below it."""
GAPS_TOLD = 3


@dataclass(frozen=True)
class Family:
    """The questions that are scored together."""

    name: str
    anchor: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Page:
    """All that the template is given."""

    title: str
    subject: str
    as_of: str
    end: str
    basis: str
    standing: str
    overview: Figure | None
    result: Outlook
    families: tuple[Family, ...]
    mechanisms: tuple[MechanismNote, ...]
    sources: tuple[SourceNote, ...]
    settings: tuple[tuple[str, str], ...]
    ceiling: tuple[tuple[str, str], ...]
    runaways: tuple[tuple[str, str], ...]
    beyond: str
    most_runaways: str
    command: str
    pooled: bool
    """Whether some answer says which members speak."""
    scored: bool
    """Whether a record of past forecasts has chosen them."""


def outlook_page(result: Outlook, theatre: Theatre, history: History) -> str:
    """The page, as text.

    result : from ``outlook(..., courses=True)``, so that there is something to draw.
    theatre, history : those that it was made from; mechanisms, facts and sources are told of them.
    """
    return rendered("page.html", _page(result, theatre, history))


def _page(result: Outlook, theatre: Theatre, history: History) -> Page:
    evidence = Evidence(theatre, history)
    families = _families(result, evidence)
    cards = [card for family in families for card in family.cards]
    mechanisms = evidence.mechanisms(result.answers)
    stacks = [x.stack for answer in result.answers for x in answer.horizons if x.stack]
    return Page(
        title=f"Outlook: {theatre.head.name} on {long_date(result.as_of)}",
        subject=theatre.head.says,
        as_of=long_date(result.as_of),
        end=last_day(result.first_day, result.days),
        basis=basis(result),
        standing=standing(result).replace(" %", "\u00a0%"),
        overview=_overview(result),
        result=result,
        families=families,
        mechanisms=mechanisms,
        sources=evidence.sources(_references(cards, mechanisms)),
        settings=_settings(result),
        ceiling=tuple(
            (theatre.events[k].says, f"{v:.3f}")
            for k, v in sorted(result.ceiling.items(), key=lambda x: (x[1], x[0]))
        ),
        runaways=tuple((theatre.events[k].says, f"{v:.2%}") for k, v in result.runaways.items()),
        beyond=f"{BEYOND:g}",
        most_runaways=f"{MOST_RUNAWAYS:.0%}",
        command=command(result),
        pooled=bool(stacks),
        scored=any(stack.past for stack in stacks),
    )


def standing(result: Outlook) -> str:
    """One sentence where things stand: how far from the ordinary, and in what most."""
    compared = [(a, gap) for a in result.answers if (gap := _gap(a)) is not None]
    if not compared:
        return f"None of the {len(result.answers)} questions can be compared with the record."
    above = sum(gap > CLEAR_GAP for _, gap in compared)
    below = sum(gap < -CLEAR_GAP for _, gap in compared)
    farthest = sorted(compared, key=lambda x: -abs(x[1]))[:GAPS_TOLD]
    told = "; ".join(
        f"“{a.ask}” {percent(a.probability or 0.0)} (in the past "
        f"{base_rate_in_short(a.base_rate, a.kind)})"
        for a, _ in farthest
    )
    return (
        f"Of {len(compared)} yes-or-no questions over the next {result.days} days, {above} stand "
        f"more than {100 * CLEAR_GAP:.0f} points above what was usual in the past and {below} as "
        f"far below; farthest from the usual: {told}."
    )


def command(result: Outlook) -> str:
    """The command that makes this page again; a theatre of one's own is named by its folder."""
    return (
        f"tightrope outlook {result.theatre} --as-of {result.as_of} --days {result.days} "
        f"--paths {result.paths} --seed {result.seed}{'' if result.fitted else ' --prior'} "
        "--report outlook.html"
    )


def _gap(answer: Answer) -> float | None:
    """How far a yes/no answer lies above its base rate."""
    if answer.kind != "yes_no" or answer.probability is None or answer.base_rate is None:
        return None
    return answer.probability - answer.base_rate


def basis(result: Outlook) -> str:
    """What the numbers come from."""
    if result.fitted_until is None:
        return "prior, not fitted"
    return f"fitted to the facts until {long_date(result.fitted_until)}"


def _families(result: Outlook, evidence: Evidence) -> tuple[Family, ...]:
    cards: dict[str, list[Card]] = {}
    for answer in result.answers:
        glance = answers_by_horizon(answer, result.horizons, result.first_day)
        cards.setdefault(answer.family, []).append(card(answer, evidence, result.first_day, glance))
    return tuple(
        Family(name, f"family-{number}", tuple(own))
        for number, (name, own) in enumerate(cards.items(), 1)
    )


def _overview(result: Outlook) -> Figure | None:
    if not any(answer.kind == "yes_no" and answer.horizons for answer in result.answers):
        return None
    said = (
        f"Dots: probability within {result.days} days. Diamonds: base rate of windows of that "
        "length in the record."
    )
    return Figure(overview(result), f"{said} The table below has the numbers.", said)


def _references(cards: Iterable[Card], mechanisms: Iterable[MechanismNote]) -> set[str]:
    facts = (fact for card in cards for driver in card.drivers for fact in driver.facts)
    return {
        *(source for fact in facts for source in fact.sources),
        *(source for mechanism in mechanisms for source in mechanism.sources),
    }


def _settings(result: Outlook) -> tuple[tuple[str, str], ...]:
    return (
        ("Theatre", result.theatre),
        ("Known until", f"{result.as_of} ({result.facts:,} facts, {result.sources:,} places in "
         "sources)"),
        ("Window", f"{result.days} days from {result.first_day}"),
        ("Futures", f"{result.paths:,} paths of {result.draws} draws of the numbers"),
        ("Seed", str(result.seed)),
        ("Numbers", basis(result)),
        ("Fingerprint", result.fingerprint),
    )  # fmt: skip
