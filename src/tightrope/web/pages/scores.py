"""How good are we? The stored scorecard: losses beside gains, a table behind each picture."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from tightrope.charts.scorecard import (
    KINDS,
    bins,
    pit_bars,
    reliability_diagram,
    reliability_panels,
    skill_panels,
    skills,
    year_panels,
)
from tightrope.errors import RequestRefused, RunRefused, TightropeError
from tightrope.foresight.record import last_card
from tightrope.foresight.wording import long_date
from tightrope.report import plainly
from tightrope.report import score_tables as told
from tightrope.report import scorecard as words
from tightrope.report.tables import TableOf
from tightrope.web import fitted
from tightrope.web.addresses import Query
from tightrope.web.desk import Desk, Pending
from tightrope.web.figures import Drawn, Figure, Maker, figure
from tightrope.web.fitted import Fitted, fitted_of
from tightrope.web.page import Page, TheDesk, api_router, pages_router
from tightrope.web.rendering import render
from tightrope.web.runs.fit import Taught

router = pages_router()
api = api_router()
Card = Mapping[str, Any]
_FIT_SAYS = (
    "What the record taught and how well the fit describes it: the numbers are fitted to the whole "
    "record, and every day is compared with what was expected of it. It takes about a minute."
)


@dataclass(frozen=True)
class Skill:
    """One kind of question: a picture with its first table, and tables of further scores."""

    title: str
    says: str
    figure: Figure
    tables: tuple[TableOf, ...]


@dataclass(frozen=True)
class Scores:
    """A scorecard in words and pictures."""

    origins: int
    first: str
    last: str
    standing: str
    calibrated: str
    compared: str
    runaways: str
    came_true: str
    families: str
    held: str
    by_year: str
    reliability: Figure | None
    by_family: Figure | None
    losses: TableOf | None
    skills: tuple[Skill, ...]
    pit: Figure | None
    years: Figure
    worst: TableOf
    pools: TableOf
    questions: TableOf
    command: str


@dataclass(frozen=True)
class ScoresPage:
    """All that scores.html sees."""

    scores: Scores | None
    none: str
    """Why there are none, and what to do."""
    fitted: Fitted | None
    pending: Pending | None
    """Of the fit."""
    levels: int
    """Of the theatre: nobody observes them."""


@router.get("/scores")
def scores(request: Request, desk: TheDesk) -> HTMLResponse:
    """The scorecard."""
    taught: Taught | None = desk.result("fit", {})
    fit = fitted_of(taught) if taught else None
    waits = None if fit else desk.pending("fit", {}, _FIT_SAYS, "/scores", {})
    levels = len(desk.reading.theatre.levels)
    try:
        card = last_card(desk.folder)
    except RunRefused as refused:
        page = ScoresPage(None, str(refused), fit, waits, levels)
        return render(request, "scores.html", page)
    page = ScoresPage(_scores(desk, card), "", fit, waits, levels)
    return render(request, "scores.html", page, fingerprint=str(card["fingerprint"]))


@api.get("/scorecard", summary="The stored scorecard")
def scorecard_as_json(desk: TheDesk) -> dict[str, Any]:
    """As ``tightrope scorecard --json``."""
    return _card(desk)


def _card(desk: Desk) -> dict[str, Any]:
    try:
        return last_card(desk.folder)
    except RunRefused as refused:
        message, _, remedy = str(refused).partition("; ")
        raise RequestRefused(404, "not-scored", message, remedy) from None


def _scores(desk: Desk, card: Card) -> Scores:
    theatre = desk.reading.theatre
    first, last = (long_date(date.fromisoformat(card[name])) for name in ("first", "last"))
    return Scores(
        origins=card["origins"], first=first, last=last,
        standing=plainly.standing(card), calibrated=words.calibrated(card),
        compared=plainly.compared(card), runaways=words.runaways(card),
        came_true=plainly.came_true(card) if card["reliability"] else "",
        families=plainly.families(card) if card["reliability"] else "",
        held=plainly.held(card) if card["pit"] else "", by_year=plainly.years(card),
        reliability=_figure(card, "reliability") if card["reliability"] else None,
        by_family=_figure(card, "reliability_by_family") if card["reliability"] else None,
        losses=told.losses(card),
        skills=tuple(_skill(card, kind) for kind in KINDS if words.is_scored(card, kind)),
        pit=_figure(card, "pit") if card["pit"] else None,
        years=_figure(card, "years"),
        worst=told.worst(card, theatre), pools=told.pools(card),
        questions=told.questions(card, theatre),
        command=words.command(card),
    )  # fmt: skip


def _skill(card: Card, kind: str) -> Skill:
    return Skill(words.TITLES[kind], plainly.saved(card, kind), _figure(card, f"skill_{kind}"),
                 told.skill_tables(card, kind)[1:])  # fmt: skip


def _figure(card: Card, name: str) -> Figure:
    return figure(name, {}, str(card["fingerprint"]), partial(_DRAWN[name], card))


# Pictures --------------------------------------------------------------------------------------


def _drawn(card: Card, chart: Any, says: str, table: TableOf, data: Any) -> Drawn:
    return Drawn(chart, says, says, table, [dict(row) for row in data], str(card["fingerprint"]))


def _reliability(card: Card) -> Drawn:
    return _drawn(card, reliability_diagram(card), words.RELIABLE_SAYS, told.bins(card),
                  bins(card["reliability"]))  # fmt: skip


def _by_family(card: Card) -> Drawn:
    families = card["reliability_by_family"].items()
    rows = [{"family": family, **row} for family, own in families for row in bins(own)]
    table = TableOf(
        "Tenths of each family's forecasts", ("family", "mean", "came true", "forecasts"),
        tuple((row["family"], told.share(row["forecast"]), told.share(row["observed"]),
               f"{row['count']:,}") for row in rows),
    )  # fmt: skip
    return _drawn(card, reliability_panels(card), words.FAMILIES_SAYS, table, rows)


def _skill_drawn(card: Card, *, kind: str) -> Drawn:
    says = f"{words.TITLES[kind]}. {words.SKILL_SAYS}"
    table = told.skill_tables(card, kind)[0]
    return _drawn(card, skill_panels(card, kind), says, table, skills(card, kind))


def _pit(card: Card) -> Drawn:
    rows = [{"from": i / 10, "to": (i + 1) / 10, "share": x} for i, x in enumerate(card["pit"])]
    return _drawn(card, pit_bars(card), words.PIT_SAYS, told.by_horizon(card), rows)


def _years(card: Card) -> Drawn:
    rows = [
        {"year": row["year"], "kind": row["kind"], "horizon_days": row["horizon_days"],
         **row["scores"]}
        for row in card["years"]
    ]  # fmt: skip
    return _drawn(card, year_panels(card), words.YEARS_SAYS, told.years(card), rows)


_DRAWN = {
    "reliability": _reliability, "reliability_by_family": _by_family, "pit": _pit,
    "years": _years, **{f"skill_{kind}": partial(_skill_drawn, kind=kind) for kind in KINDS},
}  # fmt: skip


def _make(desk: Desk, query: Query, *, name: str) -> Drawn:
    del query
    return _DRAWN[name](_card(desk))


def _make_fitted(desk: Desk, query: Query, *, name: str) -> Drawn:
    del query
    return fitted.DRAWN[name](_taught(desk))


def _taught(desk: Desk) -> Taught:
    taught: Taught | None = desk.result("fit", {})
    if taught is None:
        raise RequestRefused(404, "not-run", "the fit has not been run",
                             "start it on the page of scores")  # fmt: skip
    return taught


def _warm(desk: Desk) -> None:
    # A theatre without a scorecard, or with a damaged one, is told to those who ask.
    with suppress(TightropeError):
        _scores(desk, _card(desk))
    if taught := desk.result("fit", {}):
        fitted_of(taught)


_CHARTS: dict[str, Maker] = {
    **{name: partial(_make, name=name) for name in _DRAWN},
    **{name: partial(_make_fitted, name=name) for name in fitted.DRAWN},
}
PAGE = Page((router, api), "How good are we?", "/scores", _CHARTS, _warm)
