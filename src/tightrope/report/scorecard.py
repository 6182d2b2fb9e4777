"""A scorecard as one HTML page that carries everything with it.

The same card gives the same bytes: no clock, no path, no name of a machine goes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tightrope.charts.scorecard import (
    KINDS,
    SCORES,
    pit_bars,
    reliability_diagram,
    reliability_panels,
    skill_panels,
    year_panels,
)
from tightrope.foresight.wording import long_date
from tightrope.report import score_tables as told
from tightrope.report.cards import Figure, captioned
from tightrope.report.tables import TableOf
from tightrope.report.templates import rendered
from tightrope.theatre import Theatre

Card = Mapping[str, Any]

TITLES = {"yes_no": "Yes-or-no questions", "count": "Counts", "date": "Days of the first event"}
SKILL_SAYS = (
    "Dots: skill of the stack over a member, by family and days ahead; bars: 90 % interval. Right "
    "of the line the stack was better. Blue: clearly better; orange: clearly worse; grey: not "
    "clear. The three simple members share a scale, the others have a narrower one; what reaches "
    "beyond a scale is drawn at its edge."
)
RELIABLE_SAYS = (
    "Dots: tenths of all forecasts, by their mean probability and the share that came true; on the "
    "dashed line is right. Pale bars: where 90 % of the dots of right forecasts would lie if all "
    "windows were independent, which they are not."
)
FAMILIES_SAYS = "The same by family, with fewer forecasts and so more luck in each dot."
PIT_SAYS = (
    "Share of counts that fell into each tenth of their forecast. Level with the dashed line is "
    "right; higher at both ends means ranges too narrow, higher in the middle too wide, a slope "
    "that forecasts were too high or too low."
)
YEARS_SAYS = (
    "Mean score of the origins of each year, lower is better. Blue: the stack; orange, dashed: "
    "climatology; grey, dotted: the rate of the last 90 days. Scores of different kinds cannot be "
    "compared."
)


@dataclass(frozen=True)
class SkillPart:
    """One kind of question: its picture and the tables behind it."""

    title: str
    figure: Figure
    tables: tuple[TableOf, ...]


@dataclass(frozen=True)
class YearPart:
    """The years: picture and table."""

    figure: Figure
    table: TableOf


@dataclass(frozen=True)
class ScorePage:
    """All that the template is given."""

    title: str
    subject: str
    fingerprint: str
    origins: int
    first: str
    last: str
    standing: str
    held: str
    calibrated: str
    reliability: Figure | None
    by_family: Figure | None
    bins: TableOf
    compared: str
    losses: TableOf | None
    skills: tuple[SkillPart, ...]
    pit: Figure | None
    by_horizon: TableOf
    years: YearPart
    worst: TableOf
    pools: TableOf
    questions: TableOf
    runaways: str
    settings: tuple[tuple[str, str], ...]
    command: str


def scorecard_page(card: Card, theatre: Theatre) -> str:
    """The page, as text.

    card : from ``foresight.record.last_card``. theatre : the one that was scored; it gives the
    words of the questions, and one that it has no longer is told by its name.
    """
    return rendered("scorecard.html", _page(card, theatre))


def _page(card: Card, theatre: Theatre) -> ScorePage:
    first, last = (date.fromisoformat(card[name]) for name in ("first", "last"))
    chances = bool(card["reliability"])
    return ScorePage(
        title=f"Scorecard: {theatre.head.name}, {first.year} to {last.year}",
        subject=theatre.head.says,
        fingerprint=str(card["fingerprint"]),
        origins=card["origins"],
        first=long_date(first),
        last=long_date(last),
        standing=standing(card),
        held=f"90 % ranges held {told.share(card['coverage_90'])}",
        calibrated=calibrated(card),
        reliability=captioned(reliability_diagram(card), RELIABLE_SAYS) if chances else None,
        by_family=captioned(reliability_panels(card), FAMILIES_SAYS) if chances else None,
        bins=told.bins(card),
        compared=compared(card),
        losses=told.losses(card),
        skills=tuple(_skill_part(card, kind) for kind in KINDS if is_scored(card, kind)),
        pit=captioned(pit_bars(card), PIT_SAYS) if card["pit"] else None,
        by_horizon=told.by_horizon(card),
        years=YearPart(captioned(year_panels(card), YEARS_SAYS), told.years(card)),
        worst=told.worst(card, theatre),
        pools=told.pools(card),
        questions=told.questions(card, theatre),
        runaways=runaways(card),
        settings=_settings(card),
        command=command(card),
    )


# Sentences -------------------------------------------------------------------------------------


def standing(card: Card) -> str:
    """How good it was, in a few sentences: the losses are counted like the gains."""
    count = told.tally(card)
    recent = [
        f"{told.signed(row['skill']['last90']['value'])} for {KINDS[row['kind']]} at "
        f"{row['horizon_days']} days"
        for row in card["families"]
        if row["family"] == "all" and row["score"] == SCORES[row["kind"]] and row["kind"] != "date"
        if row["skill"].get("last90", {}).get("value") is not None
    ]  # fmt: skip
    over = f"Skill over the rate of the last 90 days: {', '.join(recent)}. " if recent else ""
    return (
        f"{over}Probabilities were off by {told.points(card['calibration_error'])} on average, and "
        f"90 % ranges held {told.share(card['coverage_90'])} of what came. Of "
        f"{count['better'] + count['worse'] + count['open']} comparisons with a member, by family, "
        f"kind and horizon, {count['better']} are clearly won, {count['worse']} clearly lost and "
        f"{count['open']} open."
    ).replace(" %", "\u00a0%")


def calibrated(card: Card) -> str:
    """How far probabilities were off, beside what luck alone would do."""
    return (
        "The mean distance between what was said and what came true is "
        f"{told.points(card['calibration_error'])}; forecasts that are right would show "
        f"{told.points(card['calibration_error_of_luck'])} by luck alone if all were independent."
    )


def compared(card: Card) -> str:
    """How many comparisons were won, lost and left open."""
    count = told.tally(card)
    return (
        f"The stack is clearly better in {count['better']} comparisons and clearly worse in "
        f"{count['worse']}; of the {count['open']} that are open it scored worse in "
        f"{count['leaning']}. Where a simple member does as well, the record teaches little."
    )


def runaways(card: Card) -> str:
    """At how many origins paths ran away."""
    runaways = card["runaways"]
    return (
        f"At {runaways['origins_above_1_percent']} of {card['origins']} origins more than 1 % of "
        "the futures of some process ran beyond five times the past maximum of a type; the largest "
        f"share was {told.share(runaways['largest_share'])}. An outlook refuses questions about "
        "such a type; here they were scored all the same."
    )


def command(card: Card) -> str:
    """The command that makes this card again, as far as the card tells."""
    plan: Card = card.get("plan", {})
    words = [f"tightrope backtest {card['theatre']} --from {card['first']} --to {card['last']}"]
    words += [_every(card)] if _every(card) else []
    words += [f"--horizon {days}d" for days in plan.get("horizons", ())]
    words += [f"--without {mechanism}" for mechanism in plan.get("off", ())]
    words += [f"--{name} {plan[name]}" for name in ("paths", "seed") if name in plan]
    return " ".join(words)


def _every(card: Card) -> str:
    """The distance of origins, where it is not a month."""
    first, last = (date.fromisoformat(card[name]) for name in ("first", "last"))
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if card["origins"] in (1, months):
        return ""
    return f"--every {round((last - first).days / (card['origins'] - 1))}d"


def _settings(card: Card) -> tuple[tuple[str, str], ...]:
    plan: Card = card.get("plan", {})
    known = {
        "Horizons": ", ".join(f"{days} days" for days in plan.get("horizons", ())),
        "Futures": f"{plan['paths']:,} paths of {plan['draws']} draws of the numbers, at each "
        "origin and for each process" if "paths" in plan else "",
        "Seed": str(plan.get("seed", "")),
        "Switched off": ", ".join(plan.get("off", ())),
    }  # fmt: skip
    return (
        ("Theatre", str(card["theatre"])),
        ("Origins", f"{card['origins']}, from {card['first']} to {card['last']}"),
        *((name, value) for name, value in known.items() if value),
        ("Fingerprint", str(card["fingerprint"])),
    )


# Pictures --------------------------------------------------------------------------------------


def is_scored(card: Card, kind: str) -> bool:
    """Whether questions of a kind have a score."""
    return any(row["kind"] == kind and row["stack"] is not None for row in card["families"])


def _skill_part(card: Card, kind: str) -> SkillPart:
    figure = captioned(skill_panels(card, kind), f"{TITLES[kind]}. {SKILL_SAYS}")
    return SkillPart(TITLES[kind], figure, told.skill_tables(card, kind))
