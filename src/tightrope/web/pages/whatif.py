"""What if? Changed worlds, composed by words and dates, beside their unchanged twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tightrope.errors import RequestRefused, TheatreError, TightropeError
from tightrope.foresight.wording import long_date
from tightrope.report.whatif import MOST_DRAWN
from tightrope.shelf import is_shipped
from tightrope.web.addresses import Query, address, only
from tightrope.web.arms import KINDS, LETTERS, World, change_of, told, worlds_of
from tightrope.web.composing import FIELDS, Choice, Composed, choices_of, composed
from tightrope.web.desk import Desk, Pending
from tightrope.web.figures import Drawn, Figure, figure
from tightrope.web.forms import Fields
from tightrope.web.naming import FILE, with_scenario
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.pages.outlook import state_of
from tightrope.web.problems import problem_of
from tightrope.web.rendering import render
from tightrope.web.runs import Settings
from tightrope.web.runs.whatif import window
from tightrope.web.saving import save, save_as_new, serve_command
from tightrope.web.typed import Meant, as_words

if TYPE_CHECKING:
    from tightrope.web.runs.whatif import Followed

router = pages_router()
api = api_router()
_DAYS = tuple(f"whatif_day_{i}" for i in range(1, MOST_DRAWN + 1))


@dataclass(frozen=True)
class Part:
    """One part of a world, in words, and the address without it."""

    says: str
    without: str


@dataclass(frozen=True)
class Changed:
    """One world that is composed."""

    letter: str
    name: str
    says: str
    parts: tuple[Part, ...]
    faults: tuple[str, ...]
    earlier: tuple[str, str] | None
    """The day from which its dates could be run, and the address that does; where they cannot."""


@dataclass(frozen=True)
class Saving:
    """What the form for a named scenario needs; ``problem`` is that of the last attempt."""

    shipped: bool
    given: Mapping[str, str]
    problem: str
    saved: str
    """Where it was saved, told once."""
    serve: str


@dataclass(frozen=True)
class Day:
    """One question day by day."""

    ask: str
    says: str
    figure: Figure


@dataclass(frozen=True)
class WhatIfPage:
    """All that what_if.html sees."""

    settings: Settings
    until: str
    first_day: str
    last_day: str
    run_first: str
    run_last: str
    end: str
    """The same day in words."""
    worlds: tuple[Changed, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    composed: Composed
    state: tuple[tuple[str, str], ...]
    """Words that each form hands on."""
    others: tuple[tuple[str, str], ...]
    """The worlds alone, for the form of the settings."""
    followed: Followed | None
    days: tuple[Day, ...]
    differences: Figure | None
    events: Figure | None
    pending: Pending | None
    saving: Saving
    json: str


@router.get("/whatif")
def what_if(request: Request, desk: TheDesk, words: Words) -> Response:
    """The page; a change that was composed, or a mechanism to be off, leads to its address."""
    if off := words.get("off", "").strip():
        if any(words.get(letter) == f"off {off}" for letter in LETTERS):
            return _to(_state(words))
        words = {**_state(words), "do": "off", "name": off}
    settings, worlds, form = _asked(desk, words)
    if form and form.part:
        texts = {world.letter: "; ".join(world.parts) for world in worlds}
        whole = "; ".join(filter(None, [texts.get(form.letter), form.part]))
        return _to({**_state(words), form.letter: whole})
    return _page(request, desk, words, settings, worlds, form)


@router.post("/whatif/save")
def save_scenario(request: Request, desk: TheDesk, fields: Fields) -> Response:
    """Keep a world as a named scenario: in the theatre's file, or in a copy of a shipped one."""
    state = _state(fields)
    settings, worlds, _ = _asked(desk, state)
    try:
        folder = _save(desk, worlds, fields)
    except TightropeError as error:
        problem = problem_of(error)
        faults = str(error) if isinstance(error, TheatreError) else ""
        saving = Saving(is_shipped(desk.folder), fields,
                        faults or f"{problem.message}; {problem.remedy}", "", "")  # fmt: skip
        page = _page(request, desk, state, settings, worlds, None, saving)
        page.status_code = problem.status
        return page
    where = {} if folder == desk.folder else {"in": folder.name}
    return RedirectResponse(
        address("/whatif", {**state, "saved": fields["name"], **where}) + "#save", 303
    )


@api.get("/whatif", summary="What follows from changes, once it has been run")
def what_if_as_json(
    desk: TheDesk, words: Meant, a: str = "", b: str = "", c: str = "", d: str = ""
) -> dict[str, Any]:
    """a to d: changed worlds, each a scenario or changes as 'off M33; set CONDITION=VALUE@DATE'.

    The shape of ``tightrope whatif --json``; start a run with POST /api/runs/whatif.
    """
    return dict(_at_hand(desk, {**words, **as_words(a=a, b=b, c=c, d=d)}).json)


# The address -----------------------------------------------------------------------------------


def _asked(desk: Desk, words: Query) -> tuple[Settings, tuple[World, ...], Composed | None]:
    theatre = desk.reading.theatre
    settings = desk.asked("outlook", words)
    span = window(settings)
    worlds = worlds_of(words, theatre, *span)
    return settings, worlds, composed(words, theatre, worlds, *span)


def _state(words: Query) -> dict[str, str]:
    """The words that say what is shown: those of the outlook, and the worlds."""
    return {**state_of(words), **only(words, LETTERS)}


def _to(query: Query) -> RedirectResponse:
    return RedirectResponse(address("/whatif", query), 303)


def _at_hand(desk: Desk, words: Query) -> Followed:
    return desk.at_hand("whatif", words, "this what-if")


# The page --------------------------------------------------------------------------------------


def _page(
    request: Request, desk: Desk, words: Query, settings: Settings, worlds: tuple[World, ...],
    form: Composed | None, saving: Saving | None = None,
) -> HTMLResponse:  # fmt: skip
    state = _state(words)
    sound = bool(worlds) and not any(world.faults for world in worlds)
    result: Followed | None = None
    if sound:
        result = desk.result("whatif", desk.asked("whatif", state))
    first, last = window(settings)
    page = WhatIfPage(
        settings=settings, until=long_date(date.fromisoformat(settings["as_of"])),
        first_day=desk.first_day.isoformat(), last_day=desk.reading.history.until.isoformat(),
        run_first=first.isoformat(), run_last=last.isoformat(),
        end=long_date(last),
        worlds=tuple(_changed(desk, world, state) for world in worlds),
        choices=choices_of(desk.reading.theatre),
        composed=form or Composed(dict.fromkeys(FIELDS, "")),
        state=tuple(state.items()),
        others=tuple(only(state, LETTERS).items()),
        followed=result, **_figures(result, state),
        pending=_pending(desk, settings, worlds, state) if sound and result is None else None,
        saving=saving or _saving(desk, words), json=address("/api/whatif", state),
    )  # fmt: skip
    fingerprint = result.fingerprint if result else ""
    return render(request, "what_if.html", page, fingerprint=fingerprint)


def _changed(desk: Desk, world: World, state: Query) -> Changed:
    theatre = desk.reading.theatre
    named = {part: theatre.scenarios[part] for part in world.parts if part in theatre.scenarios}
    parts: list[Part] = []
    for i, part in enumerate(world.parts):
        kept = "; ".join(p for j, p in enumerate(world.parts) if j != i)
        parts.append(Part(_says(desk, part), address("/whatif", {**state, world.letter: kept})))
    inside = tuple(told(change, theatre) for change in world.changes) if named else ()
    says = f"{world.says.rstrip('.')}: {'; '.join(inside)}" if world.says else ""
    return Changed(world.letter, world.name, says, tuple(parts), world.faults,
                   _earlier(desk, world, state))  # fmt: skip


def _earlier(desk: Desk, world: World, state: Query) -> tuple[str, str] | None:
    """The day before the first dated change, if the run starts too late for it."""
    days = [c.date.earliest for c in world.changes if c.date and c.date.earliest]
    if not world.faults or not days:
        return None
    day = min(days) - timedelta(1)
    if not desk.first_day <= day < desk.reading.history.until:
        return None
    return long_date(day), address("/whatif", {**state, "as_of": day.isoformat()})


def _says(desk: Desk, part: str) -> str:
    theatre = desk.reading.theatre
    if part in theatre.scenarios:
        return f"Scenario {theatre.in_words(part)}"
    if part.partition(" ")[0] not in KINDS:
        return part
    try:
        words = told(change_of(part), theatre)
    except TightropeError:
        return part
    return words[0].upper() + words[1:]


def _pending(desk: Desk, settings: Settings, worlds: tuple[World, ...], state: Query) -> Pending:
    count = len(worlds)
    says = (
        f"{count} changed world{'s' * (count > 1)} beside the unchanged one, {settings['days']} "
        f"days from what was known on {settings['as_of']}, with {settings['paths']:,} futures of "
        "each. The first run from a day takes some tens of seconds."
    )
    return desk.pending("whatif", desk.asked("whatif", state), says, "/whatif", state)


def _saving(desk: Desk, words: Query) -> Saving:
    """The form before an attempt, or after one that went well."""
    shipped = is_shipped(desk.folder)
    name = words.get("saved", "")[:60]
    if serve := serve_command(words.get("in", "")):
        return Saving(shipped, {}, "", name, serve)
    there = name if name in desk.reading.theatre.scenarios else ""
    return Saving(shipped, {}, "", there, "")


def _save(desk: Desk, worlds: tuple[World, ...], fields: Query) -> Any:
    world = next((w for w in worlds if w.letter == fields.get("world")), None)
    if world is None or world.faults:
        raise RequestRefused(422, "bad-scenario", "there is no such world to save",
                             "compose one first")  # fmt: skip
    name, says = fields.get("name", "").strip(), fields.get("says", "")
    raw, opened = with_scenario(desk.folder, desk.reading.theatre, name, says, world.changes)
    if is_shipped(desk.folder):
        return save_as_new(desk.folder, fields.get("copy", "").strip(), {FILE: raw})
    save(desk.folder, FILE, raw, opened)
    desk.look_again()
    return desk.folder


# Pictures --------------------------------------------------------------------------------------


def _figures(result: Followed | None, state: Query) -> dict[str, Any]:
    if result is None:
        return {"days": (), "differences": None, "events": None}
    shown = {name: figure(name, state, result.fingerprint, partial(_same, drawn))
             for name, drawn in _pictures(result).items()}  # fmt: skip
    days = tuple(Day(ask, says, shown[name])
                 for name, (ask, says, _) in zip(_DAYS, result.days, strict=False))  # fmt: skip
    return {"days": days, "differences": shown.get("whatif_differences"),
            "events": shown.get("whatif_events")}  # fmt: skip


def _pictures(result: Followed) -> dict[str, Drawn]:
    """Those that there are, by the names of their addresses."""
    days = {name: drawn for name, (_, _, drawn) in zip(_DAYS, result.days, strict=False)}
    found = {**days, "whatif_differences": result.differences, "whatif_events": result.events}
    return {name: drawn for name, drawn in found.items() if drawn is not None}


def _same(drawn: Drawn) -> Drawn:
    return drawn


def _make(desk: Desk, query: Query, *, name: str) -> Drawn:
    drawn = _pictures(_at_hand(desk, query)).get(name)
    if drawn is None:
        raise RequestRefused(404, "no-picture", "nothing moves clear of zero to be drawn",
                             "the tables have every number")  # fmt: skip
    return drawn


_CHARTS = (*_DAYS, "whatif_differences", "whatif_events")
PAGE = Page((router, api), "What if?", "/whatif",
            {name: partial(_make, name=name) for name in _CHARTS})  # fmt: skip
