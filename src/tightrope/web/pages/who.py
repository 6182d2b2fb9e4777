"""Who? Actors and their ties in a window of years: acts towards one another, and declared ties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from tightrope.charts.forms import Rows
from tightrope.charts.network import DRAWN, Arrow, network
from tightrope.history.ties import DeclaredTie
from tightrope.report.evidence import document_of
from tightrope.report.tables import TableOf
from tightrope.web.addresses import Query, address
from tightrope.web.desk import Desk
from tightrope.web.drawer import Drawer, actor_name, drawer_of, reference_told
from tightrope.web.figures import Drawn, Figure, figure
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.reading import Reading
from tightrope.web.rendering import render
from tightrope.web.runs.words import whole, wrong
from tightrope.web.ties import HEIGHT, WIDTH, Tie, places_of, ties_between
from tightrope.web.typed import Years, as_words

router = pages_router()
api = api_router()
STATE = ("year", "years", "show")
DECLARED = {"leads": "Leads", "backs": "Backs", "pays": "Pays", "part_of": "Part of"}
KINDS = {"conflict": "Conflict", "cooperation": "Cooperation", "declared": "All declared ties",
         **DECLARED}  # fmt: skip
SIGNS = ("conflict", "cooperation")
LISTED = 40


@dataclass(frozen=True)
class Window:
    """Whole years, cut at the record's ends."""

    year: int
    years: int
    since: date
    until: date
    first: int
    last: int

    @property
    def says(self) -> str:
        """In words."""
        end = self.year + self.years - 1
        return f"In {self.year}" if self.years == 1 else f"From {self.year} to {end}"


@dataclass(frozen=True)
class TieLine:
    """A pair in the list, with its facts on the timeline."""

    by: str
    on: str
    facts: int
    at: str


@dataclass(frozen=True)
class TieTold:
    """A declared tie: between whom, when, and what says so."""

    actor: str
    kind: str
    other: str
    when: str
    note: str
    grounds: tuple[tuple[str, str, str], ...]
    """Kind, id and words of what opens in the evidence drawer."""


@dataclass(frozen=True)
class Part:
    """An actor, what it is part of, an office."""

    name: str
    kind: str
    of: str
    office: str
    at: str


@dataclass(frozen=True)
class WhoPage:
    """All that who.html sees."""

    says: str
    window: Window
    show: str
    kinds: tuple[tuple[str, str, bool], ...]
    """Name, address and whether it is shown."""
    each_year: tuple[tuple[int, str, bool], ...]
    figure: Figure
    conflict: tuple[TieLine, ...]
    cooperation: tuple[TieLine, ...]
    declared: tuple[TieTold, ...]
    declared_at: str
    """Where all of them are drawn."""
    parts: tuple[Part, ...]
    json: str
    words: Mapping[str, str]
    """Of the address: links in the evidence keep them."""
    drawer: Drawer | None


@router.get("/who")
def who(request: Request, desk: TheDesk, words: Words) -> HTMLResponse:
    """The network of one kind in a window, and the lists beside it."""
    reading = desk.reading
    window, show = window_of(reading, words), _show(words)
    state = {"year": str(window.year), "years": str(window.years), "show": show}
    ties = ties_between(reading.history.rows, window.since, window.until)
    listed = {
        sign: tuple(_line(reading, tie, window) for tie in ties if tie.sign == sign)[:LISTED]
        for sign in SIGNS
    }
    page = WhoPage(
        says=_says(reading, ties, window), window=window, show=show,
        kinds=tuple((says, address("/who", {**state, "show": name}), name == show)
                    for name, says in KINDS.items()),
        each_year=tuple((year, address("/who", {**state, "year": str(year)}), year == window.year)
                        for year in range(window.first, window.last + 1)),
        figure=figure("ties", state, reading.digest, partial(_drawn, reading, window, show)),
        conflict=listed["conflict"], cooperation=listed["cooperation"],
        declared=tuple(_told(reading, tie) for tie in _held(reading, window)),
        declared_at=address("/who", {**state, "show": "declared"}),
        parts=_parts(reading),
        json=address("/api/who", {"year": state["year"], "years": state["years"]}),
        words=words,
        drawer=drawer_of(reading, words.get("open", "")),
    )  # fmt: skip
    return render(request, "who.html", page)


@api.get("/who", summary="Actors, and who acts on whom in a window of years")
def who_as_json(desk: TheDesk, year: Years = None, years: Years = None) -> dict[str, Any]:
    """year: the first; years: how many. Facts with several actors count once for each pair."""
    reading = desk.reading
    window = window_of(reading, as_words(year=year, years=years))
    ties = ties_between(reading.history.rows, window.since, window.until)
    return {
        "since": window.since.isoformat(), "until": window.until.isoformat(),
        "ties": [{"by": tie.by, "on": tie.on, "sign": tie.sign, "facts": tie.facts}
                 for tie in ties],
        "declared": [
            {"actor": tie.actor, "tie": tie.kind, "other": tie.other,
             "since": tie.since and tie.since.text, "until": tie.until and tie.until.text,
             "mechanism": tie.mechanism, "sources": list(tie.sources), "note": tie.note}
            for tie in _held(reading, window)
        ],
        "actors": [
            {"id": name, "name": actor.name, "kind": actor.kind, "office": actor.office,
             "member_of": list(actor.member_of), "place": places_of(reading).get(name),
             "place_declared": places_of(reading, declared=True).get(name)}
            for name, actor in reading.theatre.actors.items()
        ],
    }  # fmt: skip


def window_of(reading: Reading, words: Query) -> Window:
    """The years that an address asks for; the last year of the record by itself."""
    first, last = reading.theatre.head.starts.middle(), reading.history.until
    year = whole(words, "year", last.year, first.year, last.year)
    years = whole(words, "years", 1, 1, last.year - first.year + 1)
    end = min(year + years - 1, last.year)
    return Window(year, end - year + 1, max(first, date(year, 1, 1)), min(last, date(end, 12, 31)),
                  first.year, last.year)  # fmt: skip


def _show(words: Query) -> str:
    show = words.get("show", "") or "conflict"
    if show not in KINDS:
        raise wrong("show", f"{show[:40]!r} is no kind of tie", f"write {', '.join(KINDS)}")
    return show


# Words -----------------------------------------------------------------------------------------


def _says(reading: Reading, ties: list[Tie], window: Window) -> str:
    if not ties:
        return f"{window.says} the record has no fact in which one actor acts on another."
    told = [_strongest(reading, ties, sign) for sign in SIGNS]
    return f"{window.says} {'; '.join(x for x in told if x)}."


def _strongest(reading: Reading, ties: list[Tie], sign: str) -> str:
    tie = next((tie for tie in ties if tie.sign == sign), None)
    if tie is None:
        return f"no fact of {sign}"
    by, on = actor_name(reading, tie.by), actor_name(reading, tie.on)
    times = "once" if tie.facts == 1 else f"{tie.facts} facts"
    return f"the most frequent {sign} is that of {by} towards {on} ({times})"


def _line(reading: Reading, tie: Tie, window: Window) -> TieLine:
    at = address("/past", actor=tie.by, since=window.since, until=window.until)
    return TieLine(actor_name(reading, tie.by), actor_name(reading, tie.on), tie.facts, at)


def _held(reading: Reading, window: Window) -> list[DeclaredTie]:
    return [tie for tie in reading.history.ties if tie.may_hold(window.since, window.until)]


def _told(reading: Reading, tie: DeclaredTie) -> TieTold:
    grounds = {reference_told(reading.theatre, one): ("source", document_of(one))
               for one in tie.sources}  # fmt: skip
    if tie.mechanism:
        name = reading.theatre.mechanisms[tie.mechanism].name
        told = f"{tie.mechanism}, {reading.theatre.in_words(name)}"
        grounds = {told: ("mechanism", tie.mechanism), **grounds}
    since, until = (end.text if end else "" for end in (tie.since, tie.until))
    when = f"{since} to {until}" if since and until else f"since {since}" if since else (
        f"until {until}" if until else "not dated")  # fmt: skip
    return TieTold(actor_name(reading, tie.actor), tie.kind, actor_name(reading, tie.other), when,
                   tie.note, tuple((*place, told) for told, place in grounds.items()))  # fmt: skip


def _parts(reading: Reading) -> tuple[Part, ...]:
    return tuple(
        Part(actor.name, actor.kind.replace("_", " "),
             ", ".join(actor_name(reading, one) for one in actor.member_of), actor.office or "",
             address("/past", actor=name))
        for name, actor in reading.theatre.actors.items()
    )  # fmt: skip


# Pictures --------------------------------------------------------------------------------------


def _drawn(reading: Reading, window: Window, show: str) -> Drawn:
    names: Mapping[str, str] = {name: one.name for name, one in reading.theatre.actors.items()}
    is_declared = show not in SIGNS
    places = places_of(reading, declared=is_declared)
    arrows = _declared(reading, window, show) if is_declared else _acting(reading, window, show)
    seen = [arrow for arrow in arrows if arrow.by in places and arrow.on in places]
    says = (
        f"{_caption(window, show, len(places), len(seen))} Each actor stands at the same place in "
        "every year; its place means nothing else."
    )
    head = "tie" if is_declared else "facts"
    rows: Rows = [
        {"by": names[arrow.by], "on": names[arrow.on],
         head: arrow.kind if is_declared else arrow.weight}
        for arrow in seen
    ]  # fmt: skip
    table = TableOf("Arrows of the picture", ("from", "to", head), tuple(
        (row["by"], row["on"], str(row[head])) for row in rows[:DRAWN]))  # fmt: skip
    chart = network(places, names, seen, width=WIDTH, height=HEIGHT)
    return Drawn(chart, says, says, table, rows, reading.digest[:16])


def _caption(window: Window, show: str, actors: int, arrows: int) -> str:
    if show in SIGNS:
        return (
            f"{window.says}, arrows: {show}, from those who act to those they act on; wider: more "
            f"facts. The {actors} actors with most ties in the whole record, the "
            f"{min(arrows, DRAWN)} strongest of {arrows} arrows."
        )
    what = "declared ties" if show == "declared" else f"who {KINDS[show].lower()} whom"
    what = "who is part of whom" if show == "part_of" else what
    return (
        f"{window.says}, {what}: {arrows} arrows between the {actors} actors with most declared "
        "ties. What an actor is part of has no dates."
    )


def _acting(reading: Reading, window: Window, sign: str) -> list[Arrow]:
    ties = ties_between(reading.history.rows, window.since, window.until)
    return [Arrow(tie.by, tie.on, tie.facts, sign) for tie in ties if tie.sign == sign]


def _declared(reading: Reading, window: Window, show: str) -> list[Arrow]:
    arrows = [Arrow(tie.actor, tie.other, 1, tie.kind) for tie in _held(reading, window)]
    arrows += [Arrow(name, of, 1, "part of") for name, actor in reading.theatre.actors.items()
               for of in actor.member_of]  # fmt: skip
    return [arrow for arrow in arrows
            if show == "declared" or arrow.kind == show.replace("_", " ")]  # fmt: skip


def _make(desk: Desk, words: Query) -> Drawn:
    return _drawn(desk.reading, window_of(desk.reading, words), _show(words))


PAGE = Page((router, api), "Who?", "/who", {"ties": _make})
