"""What next? One sentence on where things stand, then every question by family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tightrope.charts.overview import chances, overview
from tightrope.foresight.answer import Answer
from tightrope.foresight.long_table import as_csv, long_table
from tightrope.foresight.outlook import Outlook
from tightrope.foresight.questions import day_of
from tightrope.foresight.wording import (
    answer_in_short,
    base_rate_in_short,
    long_date,
    observed_share,
    percent,
)
from tightrope.report.cards import last_day
from tightrope.report.page import basis, standing
from tightrope.report.plainly import record
from tightrope.report.tables import TableOf
from tightrope.web.addresses import Query, address, only
from tightrope.web.courses import past_of
from tightrope.web.desk import Desk, Pending
from tightrope.web.figures import Drawn, Figure, figure
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.rendering import render
from tightrope.web.runs import Settings
from tightrope.web.typed import Meant

router = pages_router()
api = api_router()
STATE = ("as_of", "days", "paths", "seed", "prior")
"""Words of an address that say which outlook is meant; pages hand them on to each other."""


@dataclass(frozen=True)
class Line:
    """One question on the first page."""

    at: str
    ask: str
    told: str
    range: str
    usual: str
    spark: str
    change: str
    refused: str | None


@dataclass(frozen=True)
class Family:
    """Questions that are scored together."""

    name: str
    record: str
    """How good its past forecasts were."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Shown:
    """An outlook that is at hand, in words."""

    as_of: str
    end: str
    basis: str
    standing: str
    facts: int
    sources: int
    paths: int
    overview: Figure | None
    families: tuple[Family, ...]
    past_told: str
    has_past: bool
    """Whether there are lines over the past year."""
    csv: str
    json: str


@dataclass(frozen=True)
class OutlookPage:
    """All that outlook.html sees."""

    settings: Settings
    first_day: str
    last_day: str
    shown: Shown | None
    pending: Pending | None
    nearer: tuple[int, str] | None
    """Days of the usual outlook and its address, where its questions answer what was asked too."""


@router.get("/")
def what_next(request: Request, desk: TheDesk, words: Words) -> HTMLResponse:
    """The first page."""
    settings = desk.asked("outlook", words)
    result: Outlook | None = desk.result("outlook", settings)
    state = state_of(words)
    page = OutlookPage(
        settings=settings,
        first_day=desk.first_day.isoformat(),
        last_day=desk.reading.history.until.isoformat(),
        shown=None if result is None else _shown(desk, result, settings, state),
        pending=None if result else pending(desk, settings, "/", words),
        nearer=None if result else _nearer(desk, settings, words),
    )
    return render(request, "outlook.html", page, fingerprint=result.fingerprint if result else "")


@router.get("/outlook.csv")
def what_next_as_csv(desk: TheDesk, words: Words) -> Response:
    """The long table: a line for each question and horizon."""
    table = as_csv(long_table(at_hand(desk, words)))
    return Response(table, media_type="text/csv; charset=utf-8")


@api.get("/outlook", summary="Every answer of an outlook that has been run")
def outlook_as_json(desk: TheDesk, words: Meant) -> dict[str, Any]:
    """The shape of ``tightrope outlook --json``; start a run with POST /api/runs/outlook."""
    return at_hand(desk, words).as_json()


def state_of(words: Query) -> dict[str, str]:
    """The words that say which outlook is meant."""
    return only(words, STATE)


def at_hand(desk: Desk, words: Query) -> Outlook:
    """The outlook that an address means; RequestRefused while it has not been run."""
    return desk.at_hand("outlook", words, "this outlook")


def pending(desk: Desk, settings: Settings, path: str, words: Query) -> Pending:
    """What a page about an outlook shows instead of it."""
    says = (
        f"An outlook of {settings['days']} days from what was known on {settings['as_of']}, with "
        f"{settings['paths']:,} futures. The first run from a day takes some tens of seconds."
    )
    return desk.pending("outlook", settings, says, path, words)


def _shown(desk: Desk, result: Outlook, settings: Settings, state: Query) -> Shown:
    earlier = desk.past(settings)
    wanted = len(desk.past_settings(settings))
    return Shown(
        as_of=long_date(result.as_of),
        end=last_day(result.first_day, result.days),
        basis=basis(result),
        standing=standing(result).replace(" %", "\u00a0%"),
        facts=result.facts,
        sources=result.sources,
        paths=result.paths,
        overview=_overview(result, state),
        families=_families(result, earlier, state),
        past_told=_past_told(len(earlier), wanted, desk.defaults.past_months),
        has_past=bool(earlier),
        csv=address("/outlook.csv", state),
        json=address("/api/outlook", state),
    )


def _nearer(desk: Desk, settings: Settings, words: Query) -> tuple[int, str] | None:
    """A longer outlook of that day that is at hand and stops at those days on its way."""
    wide = {name: text for name, text in state_of(words).items() if name != "days"}
    whole = desk.asked("outlook", wide)
    result: Outlook | None = desk.result("outlook", whole)
    if result is None or not any(horizon.days == settings["days"] for answer in result.answers
                                 for horizon in answer.horizons):  # fmt: skip
        return None
    return result.days, address("/", wide)


def _past_told(have: int, want: int, months: int) -> str:
    if not months:
        return "Lines over the past year are switched off (--past 0)."
    if not want:
        return "The record has no earlier days on which to ask the same."
    if have == want:
        return f"Past year: the same question asked on {want} earlier days, a month apart, each "\
               "time from what was known on that day; change: since the first of them, of days in "\
               "the chance that it comes in time."  # fmt: skip
    return f"Lines over the past year: {have} of {want} earlier days have been run so far."


def _families(
    result: Outlook, earlier: list[Outlook], state: Query
) -> tuple[Family, ...]:  # fmt: skip
    families: dict[str, list[Answer]] = {}
    for answer in result.answers:
        families.setdefault(answer.family, []).append(answer)
    return tuple(
        Family(name, _record(own), tuple(_line(one, result, earlier, state) for one in own))
        for name, own in families.items()
    )


def _line(answer: Answer, result: Outlook, earlier: list[Outlook], state: Query) -> Line:
    past = past_of(answer, result.as_of, earlier)
    middle, _, spread = _told(answer, result.first_day).partition(" (")
    return Line(
        at=address(f"/q/{answer.id}", state),
        ask=answer.ask,
        told=middle,
        range=spread.removesuffix(")"),
        usual=base_rate_in_short(answer.base_rate, answer.kind) or "–",
        spark=past.spark if past else "",
        change=past.change if past else "",
        refused=answer.refused,
    )


def _told(answer: Answer, first_day: date) -> str:
    last = answer.horizons[-1] if answer.horizons else None
    if answer.kind == "date" and last:
        day = day_of(first_day, (last.quantiles or {})[0.5])
        return long_date(date.fromisoformat(day)) if day else f"after {last.days} days"
    return answer_in_short(answer, last, first_day)


def _record(answers: list[Answer]) -> str:
    """What the family's past forecasts saved, for each kind of question that was scored."""
    found = {answer.kind: stack.past for answer in answers if answer.horizons
             if (stack := answer.horizons[-1].stack) and stack.past}  # fmt: skip
    return "; ".join(f"{_KINDS[kind]}: {record(past)}" for kind, past in found.items())


_KINDS = {"yes_no": "yes or no", "count": "how many", "date": "when"}


def _overview(result: Outlook, state: Query) -> Figure | None:
    if not chances(result):
        return None
    return figure("overview", state, result.fingerprint, partial(_overview_of, result))


def _overview_of(result: Outlook) -> Drawn:
    said = (
        f"Dots: probability within {result.days} days. Diamonds: how often it came in past windows "
        "of that length."
    )
    rows = chances(result)
    return Drawn(
        chart=overview(result), told=f"{said} The table has the numbers.", says=said,
        table=TableOf(
            "Yes-or-no questions", ("question", "probability", "in the past"),
            tuple((row["ask"], percent(row["chance"]),
                   "–" if row["base_rate"] is None else observed_share(row["base_rate"]))
                  for row in rows)),
        data=rows, fingerprint=result.fingerprint,
    )  # fmt: skip


def _make_overview(desk: Desk, words: Query) -> Drawn:
    return _overview_of(at_hand(desk, words))


PAGE = Page((router, api), "What next?", "/", {"overview": _make_overview})
