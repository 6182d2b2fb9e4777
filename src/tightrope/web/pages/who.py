"""Who? Actors and their ties: who acts on whom in a window of years, and who is part of whom."""

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
from tightrope.report.tables import TableOf
from tightrope.web.addresses import Query, address
from tightrope.web.desk import Desk
from tightrope.web.drawer import actor_name
from tightrope.web.figures import Drawn, Figure, figure
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.reading import Reading
from tightrope.web.rendering import render
from tightrope.web.runs.words import whole, wrong
from tightrope.web.ties import HEIGHT, WIDTH, Tie, places_of, ties_between

router = pages_router()
api = api_router()
STATE = ("year", "years", "show")
KINDS = {"conflict": "Conflict", "cooperation": "Cooperation", "declared": "Part of"}
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
class Part:
    """A declared tie: an actor, what it is part of, an office."""

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
    parts: tuple[Part, ...]
    json: str


@router.get("/who")
def who(request: Request, desk: TheDesk, words: Words) -> HTMLResponse:
    """The network of one kind in a window, and the list beside it."""
    reading = desk.reading
    window, show = window_of(reading, words), _show(words)
    state = {"year": str(window.year), "years": str(window.years), "show": show}
    ties = ties_between(reading.history.rows, window.since, window.until)
    listed = {
        sign: tuple(_line(reading, tie, window) for tie in ties if tie.sign == sign)[:LISTED]
        for sign in ("conflict", "cooperation")
    }
    page = WhoPage(
        says=_says(reading, ties, window), window=window, show=show,
        kinds=tuple((says, address("/who", {**state, "show": name}), name == show)
                    for name, says in KINDS.items()),
        each_year=tuple((year, address("/who", {**state, "year": str(year)}), year == window.year)
                        for year in range(window.first, window.last + 1)),
        figure=figure("ties", state, reading.digest, partial(_drawn, reading, window, show)),
        conflict=listed["conflict"], cooperation=listed["cooperation"], parts=_parts(reading),
        json=address("/api/who", {"year": state["year"], "years": state["years"]}),
    )  # fmt: skip
    return render(request, "who.html", page)


@api.get("/who", summary="Actors, and who acts on whom in a window of years")
def who_as_json(desk: TheDesk, year: str = "", years: str = "") -> dict[str, Any]:
    """year: the first; years: how many. Facts with several actors count once for each pair."""
    reading = desk.reading
    window = window_of(reading, {"year": year, "years": years})
    ties = ties_between(reading.history.rows, window.since, window.until)
    return {
        "since": window.since.isoformat(), "until": window.until.isoformat(),
        "ties": [{"by": tie.by, "on": tie.on, "sign": tie.sign, "facts": tie.facts}
                 for tie in ties],
        "actors": [
            {"id": name, "name": actor.name, "kind": actor.kind, "office": actor.office,
             "member_of": list(actor.member_of), "place": places_of(reading).get(name)}
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
    told = [_strongest(reading, ties, sign) for sign in ("conflict", "cooperation")]
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
    places = places_of(reading)
    arrows = _arrows(reading, window, show)
    seen = [arrow for arrow in arrows if arrow.by in places and arrow.on in places]
    chart = network(places, names, arrows, show, width=WIDTH, height=HEIGHT)
    where = "Each actor stands at the same place in every year; its place means nothing else."
    if show == "declared":
        says = f"Dashed arrows lead from an actor to what it is part of. {where}"
    else:
        says = (
            f"{window.says}, arrows: {show}, from those who act to those they act on; wider: more "
            f"facts. The {len(places)} actors with most ties in the whole record, the "
            f"{min(len(seen), DRAWN)} strongest of {len(seen)} arrows. {where}"
        )
    head = "facts" if show != "declared" else "ties"
    rows: Rows = [
        {"by": names[arrow.by], "on": names[arrow.on], head: arrow.weight} for arrow in seen
    ]
    table = TableOf("Arrows of the picture", ("from", "to", head), tuple(
        (row["by"], row["on"], str(row[head])) for row in rows[:DRAWN]))  # fmt: skip
    return Drawn(chart, says, says, table, rows, reading.digest[:16])


def _arrows(reading: Reading, window: Window, show: str) -> list[Arrow]:
    if show == "declared":
        return [Arrow(name, of, 1) for name, actor in reading.theatre.actors.items()
                for of in actor.member_of]  # fmt: skip
    ties = ties_between(reading.history.rows, window.since, window.until)
    return [Arrow(tie.by, tie.on, tie.facts) for tie in ties if tie.sign == show]


def _make(desk: Desk, words: Query) -> Drawn:
    return _drawn(desk.reading, window_of(desk.reading, words), _show(words))


PAGE = Page((router, api), "Who?", "/who", {"ties": _make})
