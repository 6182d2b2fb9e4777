"""Why? The rate of an event type on a day taken apart, down to rows and places in documents."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from tightrope.charts.explained import factor_dots, part_bars
from tightrope.charts.forms import Rows
from tightrope.errors import RequestRefused
from tightrope.foresight.explanation import Explanation, Facts, Part, Scaling, amount, percent
from tightrope.foresight.wording import long_date
from tightrope.history import ConditionRow, Row
from tightrope.report.gates import gate_in_words
from tightrope.report.stories import event_in_words
from tightrope.report.tables import TableOf
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query, address, only
from tightrope.web.desk import Desk, Pending
from tightrope.web.drawer import Drawer, date_in_short, drawer_of
from tightrope.web.figures import Drawn, Figure, figure
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.rendering import render
from tightrope.web.runs import Settings
from tightrope.web.runs.why import first_day
from tightrope.web.typed import Seed, as_words

router = pages_router()
api = api_router()
STATE = ("event", "on", "hindsight", "seed", "prior")
LEAST_SHARE, LEAST_PUSH, MOST_FACTS = 0.001, 0.01, 8
"""Parts below this share of the rate and pushes below so many logits are told together."""


@dataclass(frozen=True)
class FactLine:
    """A row and what it adds."""

    id: str
    when: str
    says: str
    adds: str
    status: str


@dataclass(frozen=True)
class Behind:
    """A part or a factor, and what stands behind it."""

    weight: str
    range: str
    name: str
    mechanism: str | None
    mechanism_name: str
    notes: tuple[str, ...]
    facts: tuple[FactLine, ...]
    others: str


@dataclass(frozen=True)
class Told:
    """An explanation in words and pictures."""

    says: str
    reality: str
    happened: tuple[tuple[str, str], ...]
    """Rows of such events on that day: identity and note."""
    basis: str
    rate: str
    parts: tuple[Behind, ...]
    smaller: str
    factors: tuple[Behind, ...]
    parts_figure: Figure | None
    factors_figure: Figure | None
    gate: tuple[str, ...]
    json: str


@dataclass(frozen=True)
class WhyPage:
    """All that why.html sees."""

    words: Mapping[str, str]
    events: tuple[tuple[str, str], ...]
    event: str
    on: str
    hindsight: bool
    first_day: str
    last_day: str
    before: str
    after: str
    told: Told | None
    pending: Pending | None
    drawer: Drawer | None


@router.get("/why")
def why(request: Request, desk: TheDesk, words: Words) -> HTMLResponse:
    """The explanation of one event type on one day."""
    reading, state = desk.reading, only(words, STATE)
    first, last = first_day(reading.theatre), reading.history.until + timedelta(1)
    settings = desk.asked("why", state) if state.get("event") else None
    result: Explanation | None = desk.result("why", settings) if settings else None
    on = date.fromisoformat(settings["on"]) if settings else last
    page = WhyPage(
        words=words,
        events=tuple((name, event_in_words(reading.theatre, name))
                     for name, event in reading.theatre.events.items() if event.scheduled is None),
        event=settings["event"] if settings else "", on=on.isoformat(),
        hindsight=bool(settings and settings["hindsight"]),
        first_day=first.isoformat(), last_day=last.isoformat(),
        before=_at(state, on - timedelta(1)) if settings and on > first else "",
        after=_at(state, on + timedelta(1)) if settings and on < last else "",
        told=_told(desk, result, settings, state) if result and settings else None,
        pending=_pending(desk, settings, state) if settings and result is None else None,
        drawer=drawer_of(reading, words.get("open", "")),
    )  # fmt: skip
    return render(request, "why.html", page)


@api.get("/why", summary="A rate taken apart, once it has been run")
def why_as_json(
    desk: TheDesk, event: str, on: date | None = None, hindsight: bool = False, seed: Seed = None,
    prior: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The shape of ``tightrope explain --json``; start a run with POST /api/runs/why."""
    words = as_words(event=event, on=on, hindsight=hindsight, seed=seed, prior=prior)
    return _at_hand(desk, words).as_json()


def _at(state: Query, on: date) -> str:
    return address("/why", state, on=on.isoformat())


def _at_hand(desk: Desk, words: Query) -> Explanation:
    return desk.at_hand("why", words, "this explanation")


def _pending(desk: Desk, settings: Settings, state: Query) -> Pending:
    says = (
        f"The rate of “{desk.reading.theatre.events[settings['event']].says}” on "
        f"{long_date(date.fromisoformat(settings['on']))}, taken apart. The first run takes "
        "some seconds, longer where its past has not been fitted yet."
    )
    return desk.pending("why", settings, says, "/why", state)


# Words -----------------------------------------------------------------------------------------


def _told(desk: Desk, result: Explanation, settings: Settings, state: Query) -> Told:
    theatre = desk.reading.theatre
    large = [part for part in result.parts if part.share >= LEAST_SHARE]
    small = len(result.parts) - len(large)
    basis = (
        "the whole record, in hindsight" if result.hindsight else "what was known the day before"
    )
    fit = f"fitted until {result.fitted_until}" if result.fitted_until else "priors, not fitted"
    key = desk.key("why", settings)
    return Told(
        says=theatre.in_words(result.sentence()), reality=_reality(result),
        happened=tuple((row.id, f"{row.date.text}: {row.note or row.status}")
                       for row in result.happened),
        basis=f"Facts: {basis}. Numbers: {fit}, medians of {result.draws} draws; ranges: the "
              "middle 90 % of the draws.",
        rate=rate_told(result),
        parts=tuple(_part(theatre, part, result.if_open) for part in large),
        smaller=f"{small} smaller part{'s' * (small != 1)} below 0.1 %" if small else "",
        factors=tuple(_factor(theatre, one) for one in result.scalings),
        parts_figure=figure("parts", state, key, partial(_parts_drawn, theatre, result))
        if result.parts else None,
        factors_figure=figure("factors", state, key, partial(_factors_drawn, theatre, result))
        if result.scalings else None,
        gate=tuple(
            f"{_capital(gate_in_words(theatre, clause.expression))}. This "
            f"{'holds' if clause.holds else 'does not hold'}, "
            f"{f'since {long_date(clause.since)}' if clause.since else 'from the first day on'}"
            f"{''.join(f'; {_became(theatre, row)}' for row in clause.rows)}."
            for clause in result.gate),
        json=address("/api/why", state),
    )  # fmt: skip


def rate_told(result: Explanation) -> str:
    """The rate, and the chance where bursts make it smaller than the rate by itself would."""
    rate = result.if_open if result.closed else result.rate
    told = f"{rate:.3g} events a day are expected ({result.low:.2g} to {result.high:.2g})"
    if result.closed or result.chance > 0.95 * -math.expm1(-rate):
        return f"{told}."
    return (
        f"{told}. They come in bursts, several on a day, so a day with any is rarer: the chance is "
        f"{100 * result.chance:.2g} %."
    )


def _reality(result: Explanation) -> str:
    if not result.happened:
        return "The record has no such event on that day."
    sure = any(row.date.is_day for row in result.happened)
    return "It happened:" if sure else "The record may hold one on that day:"


def _part(theatre: Theatre, part: Part, whole: float) -> Behind:
    facts, others = _facts(theatre, part.facts, LEAST_SHARE * whole, lambda x: _share(x / whole))
    half = f"an event’s part halves in {part.half_life:.3g} days" if part.half_life else ""
    return Behind(
        weight=f"{100 * part.share:.1f} %",
        range=f"{100 * part.low:.0f} to {100 * part.high:.0f} %",
        name=_name(theatre, part, gate_in_words(theatre, part.name)), mechanism=part.mechanism,
        mechanism_name=_called(theatre, part.mechanism),
        notes=tuple(x for x in (half, *(_standing(theatre, row) for row in part.conditions)) if x),
        facts=facts, others=others,
    )  # fmt: skip


def _factor(theatre: Theatre, one: Scaling) -> Behind:
    facts, others = _facts(theatre, one.pushes, LEAST_PUSH, lambda x: _minus(f"{x:+.2f}"))
    now = ""
    if one.now is not None and one.rest is not None:
        scale = ", on a scale from 0 to 1" if one.kind == "level" else ""
        now = f"now {_reading(one.now)}, at rest {_reading(one.rest)}{scale}"
    held = [f"held {'down' if logits < 0 else 'up'} ({_minus(f'{logits:+.2g}')}) while this holds: "
            f"{gate_in_words(theatre, text)}{f' ({_called(theatre, by)})' if by else ''}"
            for text, by, logits in one.held]  # fmt: skip
    dated = [_standing(theatre, row) for row in one.conditions]
    return Behind(
        weight=f"× {one.factor:.3g}", range=f"{one.low:.2g} to {one.high:.2g}",
        name=_capital(gate_in_words(theatre, one.name)) if one.name in theatre.gates
        else theatre.in_words(one.name), mechanism=one.mechanism,
        mechanism_name=_called(theatre, one.mechanism),
        notes=tuple(x for x in (now, *held, *dated) if x),
        facts=facts, others=others,
    )  # fmt: skip


def _reading(value: float) -> str:
    return "<0.001" if 0 < value < 0.001 else f"{value:,.3g}" if value < 100 else f"{value:,.0f}"


def _minus(told: str) -> str:
    return told.replace("-", "−")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _called(theatre: Theatre, name: str | None) -> str:
    found = theatre.mechanisms.get(name) if name else None
    return f"{name}, {theatre.in_words(found.name)}" if found else name or ""


def _name(theatre: Theatre, part: Part, gate: str = "") -> str:
    name = theatre.in_words(part.name)
    return {
        "base": "its constant part", "rhythm": f"its own {name} rhythm",
        "follows": f"it follows {name}",
        "condition": f"while this holds: {gate}" if gate else f"while {name}",
    }[part.kind]  # fmt: skip


def _facts(
    theatre: Theatre, of: Facts, least: float, told: Any
) -> tuple[tuple[FactLine, ...], str]:
    large = [fact for fact in of.told[:MOST_FACTS] if abs(fact.value) >= least]
    lines = tuple(
        FactLine(fact.row.id, date_in_short(fact.row), _note(theatre, fact.row), told(fact.value),
                 fact.row.status)
        for fact in large
    )  # fmt: skip
    more = len(of.told) - len(large) + of.others
    rest = of.total - sum(fact.value for fact in large)
    return lines, f"{more:,} {'other ' * bool(large)}facts: {told(rest)}" if more else ""


def _note(theatre: Theatre, row: Row) -> str:
    return row.note or theatre.in_words(row.event)


def _share(of: float) -> str:
    return "<0.1 %" if of < LEAST_SHARE else f"{100 * of:.1f} %"


def _standing(theatre: Theatre, row: ConditionRow) -> str:
    what = f"{theatre.in_words(row.condition)}: {theatre.in_words(row.word)}"
    return f"{what} since {long_date(row.date)}"


def _became(theatre: Theatre, row: ConditionRow) -> str:
    """What made a clause hold or fail; it may have changed again since, and the clause not."""
    what, word = (theatre.in_words(name) for name in (row.condition, row.word))
    return f"{what} became {word} on {long_date(row.date)}"


# Pictures --------------------------------------------------------------------------------------


def _parts_drawn(theatre: Theatre, result: Explanation) -> Drawn:
    large = [part for part in result.parts if part.share >= LEAST_SHARE] or list(result.parts[:1])
    rows: Rows = [
        {"name": _name(theatre, part), "share": round(part.share, 5), "low": round(part.low, 5),
         "high": round(part.high, 5), "per_day": part.per_day, "mechanism": part.mechanism or "",
         "told": f"{100 * part.share:.1f} %"}
        for part in large
    ]  # fmt: skip
    says = "What the rate is made of; lines: the middle 90 % of the draws."
    table = TableOf("Parts of the rate", ("part", "mechanism", "a day", "share", "90 %"), tuple(
        (row["name"], row["mechanism"], f"{row['per_day']:.3g}", row["told"],
         f"{percent(row['low'])} to {percent(row['high'])}") for row in rows))  # fmt: skip
    told = f"{says} {theatre.in_words(result.sentence())}"
    return Drawn(part_bars(rows), told, says, table, rows)


def _factors_drawn(theatre: Theatre, result: Explanation) -> Drawn:
    rows: Rows = [
        {"name": theatre.in_words(one.name), "factor": one.factor, "low": one.low,
         "high": one.high, "mechanism": one.mechanism or "", "told": f"× {amount(one.factor)}"}
        for one in result.scalings
    ]  # fmt: skip
    says = f"What scales the whole rate; all factors together: × {amount(result.modulation)}."
    table = TableOf("Factors on the rate", ("factor of", "mechanism", "factor", "90 %"), tuple(
        (row["name"], row["mechanism"], row["told"],
         f"{row['low']:.2g} to {row['high']:.2g}") for row in rows))  # fmt: skip
    return Drawn(factor_dots(rows), says, says, table, rows)


def _make_parts(desk: Desk, words: Query) -> Drawn:
    result = _at_hand(desk, words)
    if not result.parts:
        raise RequestRefused(404, "no-parts", "this rate has no parts", "ask about another event")
    return _parts_drawn(desk.reading.theatre, result)


def _make_factors(desk: Desk, words: Query) -> Drawn:
    result = _at_hand(desk, words)
    if not result.scalings:
        raise RequestRefused(404, "no-factors", "nothing scales this rate", "ask for its parts")
    return _factors_drawn(desk.reading.theatre, result)


PAGE = Page((router, api), "Why?", "/why", {"parts": _make_parts, "factors": _make_factors})
