"""What happened? The record by actor and time, the levels' course below it, and the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse

from tightrope.charts.forms import Rows
from tightrope.charts.reconstructed import level_courses
from tightrope.charts.timeline import DEADLIEST, ONE_BY_ONE, WIDTH, Mark, timeline
from tightrope.errors import RequestRefused, UnknownName
from tightrope.foresight.wording import long_date
from tightrope.history import Row
from tightrope.report.stories import event_in_words
from tightrope.report.tables import TableOf
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query, address, only
from tightrope.web.chosen import FILTERS, Choice, choice_of, chosen
from tightrope.web.desk import Desk, Pending
from tightrope.web.drawer import Drawer, actor_name, date_in_short, deaths_told, drawer_of
from tightrope.web.figures import Drawn, Figure, figure
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.reading import Reading
from tightrope.web.rendering import render
from tightrope.web.runs import Settings
from tightrope.web.runs.levels import LevelCourses
from tightrope.web.runs.words import whole
from tightrope.web.typed import as_words

router = pages_router()
api = api_router()
STATE = (*FILTERS, "level")
MOST_LANES, A_PAGE, MOST_PAGES, FIRST_LEVELS = 12, 50, 10_000, 4
OTHERS = "all others"
Option = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """A fact in the list."""

    id: str
    when: str
    says: str
    who: str
    deaths: str
    place: str
    status: str


@dataclass(frozen=True)
class Year:
    """A year as a link that narrows the time to it."""

    year: int
    facts: int
    at: str
    current: bool


@dataclass(frozen=True)
class PastPage:
    """All that past.html sees."""

    says: str
    words: Mapping[str, str]
    """Of the address: links in the evidence keep them."""
    fields: Mapping[str, str]
    first_day: str
    last_day: str
    actors: tuple[Option, ...]
    events: tuple[Option, ...]
    mechanisms: tuple[Option, ...]
    sources: tuple[Option, ...]
    levels: tuple[Option, ...]
    narrowed: bool
    years: tuple[Year, ...]
    all_years: str
    wide: int
    """Of the time in the pictures, in their pixels: on it a span is drawn."""
    timeline: Figure | None
    courses: Figure | None
    pending: Pending | None
    lines: tuple[Line, ...]
    shown: str
    before: str
    after: str
    json: str
    drawer: Drawer | None


@router.get("/past")
def past(request: Request, desk: TheDesk, words: Words) -> HTMLResponse:
    """The timeline, the levels and the list of what is chosen."""
    reading, state = desk.reading, only(words, STATE)
    choice = choice_of(reading, words)
    rows = chosen(reading, choice)
    number = whole(words, "page", 1, 1, MOST_PAGES)
    pages = max(1, -(-len(rows) // A_PAGE))
    number = min(number, pages)
    start = (number - 1) * A_PAGE
    lines = tuple(_line(reading, row) for row in rows[start : start + A_PAGE])
    theatre, settings = reading.theatre, desk.asked("levels", {})
    levels: LevelCourses | None = desk.result("levels", settings)
    page = PastPage(
        says=_says(theatre, rows, choice), words=words,
        fields={**dict.fromkeys(STATE, ""), **state,
                "since": choice.since.isoformat(), "until": choice.until.isoformat()},
        first_day=theatre.head.starts.middle().isoformat(),
        last_day=reading.history.until.isoformat(),
        actors=tuple((name, actor.name) for name, actor in theatre.actors.items()),
        events=tuple((name, event_in_words(theatre, name)) for name in theatre.events),
        mechanisms=tuple((name, f"{name}, {theatre.in_words(one.name)}")
                         for name, one in theatre.mechanisms.items()),
        sources=tuple((name, one.title) for name, one in theatre.sources.items()),
        levels=tuple((name, theatre.in_words(name)) for name in theatre.levels),
        narrowed=any(name != "level" for name in state),
        years=_years(reading, words), all_years=address("/past", state, since="", until=""),
        wide=WIDTH,
        timeline=_timeline(reading, rows, choice, state) if rows else None,
        courses=_courses(desk, levels, settings, choice, state),
        pending=None if levels else _pending(desk, settings, words),
        lines=lines,
        shown=f"Facts {start + 1:,} to {start + len(lines):,} of {len(rows):,}" if lines else "",
        before=address("/past", state, page=number - 1) + "#list" if number > 1 else "",
        after=address("/past", state, page=number + 1) + "#list" if number < pages else "",
        json=address("/api/past", state, page=number),
        drawer=drawer_of(reading, words.get("open", "")),
    )  # fmt: skip
    return render(request, "past.html", page)


@api.get("/past", summary="Facts of the record, a page of fifty")
def past_as_json(
    desk: TheDesk, actor: str = "", event: str = "", mechanism: str = "", source: str = "",
    since: date | None = None, until: date | None = None, text: str = "",
    page: Annotated[int | None, Field(ge=1, le=MOST_PAGES)] = None,
) -> dict[str, Any]:  # fmt: skip
    """Words as in the address of the page; empty ones ask for everything."""
    words = as_words(actor=actor, event=event, mechanism=mechanism, source=source, since=since,
                     until=until, text=text)  # fmt: skip
    reading = desk.reading
    rows = chosen(reading, choice_of(reading, words))
    start = ((page or 1) - 1) * A_PAGE
    return {"total": len(rows), "from": start + 1,
            "rows": [_row_as_json(row) for row in rows[start : start + A_PAGE]]}  # fmt: skip


def _row_as_json(row: Row) -> dict[str, Any]:
    span = row.date
    return {
        "id": row.id, "date": span.text,
        "earliest": span.earliest and span.earliest.isoformat(),
        "latest": span.latest and span.latest.isoformat(),
        "event": row.event, "plover": row.plover, "by": list(row.by), "on": list(row.on),
        "count": [row.count_low, row.count_high], "deaths": [row.deaths_low, row.deaths_high],
        "place": row.place, "status": row.status, "note": row.note, "sources": list(row.sources),
    }  # fmt: skip


# Words -----------------------------------------------------------------------------------------


def _says(theatre: Theatre, rows: Sequence[Row], choice: Choice) -> str:
    since, until = long_date(choice.since), long_date(choice.until)
    if not rows:
        return f"The record has no such fact from {since} to {until}."
    single = [row for row in rows if not row.is_tally and row.deaths_low]
    what = f"From {since} to {until} the record has {_facts(len(rows))}{_asked(choice)}"
    if not single:
        return f"{what}, none of which tells of deaths."
    most = max(single, key=lambda row: row.deaths_low or 0)
    return (
        f"{what}; {len(single):,} {'tells' if len(single) == 1 else 'tell'} of deaths. The one "
        f"with most, {deaths_told(most)}, is of {date_in_short(most)}: "
        f"{(most.note or theatre.in_words(most.event)).rstrip('.')}."
    )


def _asked(choice: Choice) -> str:
    narrow = (choice.actor, choice.event, choice.mechanism, choice.source, choice.text)
    return " of this choice" if any(narrow) else ""


def _facts(count: int) -> str:
    return f"{count:,} fact{'' if count == 1 else 's'}"


def _line(reading: Reading, row: Row) -> Line:
    by, on = (", ".join(actor_name(reading, name) for name in names) for names in (row.by, row.on))
    return Line(
        row.id, date_in_short(row), row.note or reading.theatre.events[row.event].says,
        f"{by} → {on}" if on else by, deaths_told(row), row.place, row.status,
    )  # fmt: skip


def _years(reading: Reading, words: Query) -> tuple[Year, ...]:
    """The same choice by year, whatever time is chosen now."""
    wide = only(words, [name for name in STATE if name not in ("since", "until")])
    counts = Counter(
        (row.date.earliest or row.date.latest or reading.history.until).year
        for row in chosen(reading, choice_of(reading, wide))
    )
    first, last = reading.theatre.head.starts.middle(), reading.history.until
    found: list[Year] = []
    for year in range(first.year, last.year + 1):
        since, until = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        narrowed = {**wide, "since": since.isoformat(), "until": until.isoformat()}
        found.append(Year(year, counts[year], address("/past", narrowed),
                          narrowed.items() <= dict(words).items()))  # fmt: skip
    return tuple(found)


# Pictures --------------------------------------------------------------------------------------


def _timeline(reading: Reading, rows: list[Row], choice: Choice, state: Query) -> Figure:
    drawn = partial(_drawn, reading, rows, choice)
    return figure("timeline", only(state, FILTERS), reading.digest, drawn)


def _drawn(reading: Reading, rows: list[Row], choice: Choice) -> Drawn:
    acting = Counter(name for row in rows for name in row.by)
    top = [name for name, _ in acting.most_common(MOST_LANES)]
    marks = [mark for row in rows for mark in _marks(reading, row, top, choice)]
    lanes = [actor_name(reading, name) for name in top]
    if any(mark.lane == OTHERS for mark in marks):
        lanes.append(OTHERS)
    singly = len(marks) <= ONE_BY_ONE
    says = "A lane for each actor that acts most, the others in the last. " + (
        "Strokes: facts; circles: deaths, by area; pale ends: an uncertain date; bands: tallies."
        if singly else "Height of a column: number of facts (its square root); circles: the "
        f"{DEADLIEST} facts with most deaths, by area."
    )  # fmt: skip
    counted = Counter(mark.lane for mark in marks)
    deaths = Counter[str]()
    for mark in marks:
        deaths[mark.lane] = max(deaths[mark.lane], 0 if mark.tally else mark.deaths)
    table = TableOf("Facts by actor", ("actor", "facts", "most deaths in one"),
                    tuple((lane, f"{counted[lane]:,}", f"{deaths[lane]:,}")
                          for lane in lanes))  # fmt: skip
    data = [{"id": mark.id.removeprefix("row/"), "lane": mark.lane,
             "earliest": mark.earliest.isoformat(), "latest": mark.latest.isoformat(),
             "deaths": mark.deaths, "tally": mark.tally}
            for mark in marks]  # fmt: skip
    chart = timeline(marks, lanes, choice.since, choice.until)
    dates = {f"row/{row.id}": row.date.text for row in rows}
    links = {mark.id: f"{dates[mark.id]}: {mark.says}" for mark in marks}
    return Drawn(chart, f"{says} The table counts facts by actor.", says, table, data,
                 reading.digest[:16], links)  # fmt: skip


def _marks(reading: Reading, row: Row, top: Sequence[str], choice: Choice) -> list[Mark]:
    """A fact stands in the lane of each of its actors that has one, or in that of the others."""
    lanes = [actor_name(reading, name) for name in top if name in row.by] or [OTHERS]
    earliest, latest = row.date.earliest or choice.since, row.date.latest or choice.until
    deaths = row.deaths_low or row.deaths_high or 0
    return [
        Mark(f"row/{row.id}", lane, earliest, latest, deaths, row.is_tally and earliest < latest,
             row.note or reading.theatre.in_words(row.event))
        for lane in lanes
    ]  # fmt: skip


def _make_timeline(desk: Desk, words: Query) -> Drawn:
    reading = desk.reading
    choice = choice_of(reading, words)
    rows = chosen(reading, choice)
    if not rows:
        raise RequestRefused(404, "no-facts", "no fact matches", "ask for less")
    return _drawn(reading, rows, choice)


def _courses(
    desk: Desk, result: LevelCourses | None, settings: Settings, choice: Choice, state: Query
) -> Figure | None:
    names = _levels(desk, state)
    if result is None or not names:
        return None
    query = only(state, ("since", "until", "level"))
    return figure("levels", query, desk.key("levels", settings),
                  partial(_courses_drawn, desk, result, names, choice))  # fmt: skip


def _levels(desk: Desk, state: Query) -> list[str]:
    known, name = list(desk.reading.theatre.levels), state.get("level", "")
    if name == "all":
        return known
    if name and name not in known:
        raise UnknownName("level", name[:80], known)
    return [name] if name else known[:FIRST_LEVELS]


def _courses_drawn(
    desk: Desk, result: LevelCourses, names: Sequence[str], choice: Choice
) -> Drawn:  # fmt: skip
    at = [i for i, day in enumerate(result.days) if choice.since <= day <= choice.until]
    at = at or [min(len(result.days) - 1, max(0, (choice.since - result.days[0]).days // 7))]
    courses: list[tuple[str, Rows]] = [
        (desk.reading.theatre.in_words(name), [
            {"day": f"{result.days[i]}T00:00:00",
             **dict(zip(("low", "middle", "high"), map(float, result.readings[name][i]),
                        strict=True))} for i in at])
        for name in names
    ]  # fmt: skip
    basis = f"fitted until {result.fitted_until}" if result.fitted_until else "priors, not fitted"
    says = (
        "What nobody observes, as the model reads it from the whole record, in hindsight: median "
        f"and 90 % of {result.draws} draws; numbers {basis}."
    )
    table = TableOf("First and last day of the chosen time", ("level", "first", "last"),
                    tuple((name, _reading(rows[0]), _reading(rows[-1]))
                          for name, rows in courses))  # fmt: skip
    data = [{"level": name, **row, "day": row["day"][:10]} for name, rows in courses
            for row in rows]  # fmt: skip
    return Drawn(level_courses(courses, choice.since, choice.until), f"{says} See the table.",
                 says, table, data, desk.reading.digest[:16])  # fmt: skip


def _reading(row: Mapping[str, Any]) -> str:
    return f"{row['middle']:.2f} ({row['low']:.2f} to {row['high']:.2f})"


def _make_courses(desk: Desk, words: Query) -> Drawn:
    result: LevelCourses = desk.at_hand("levels", {}, "the levels' course")
    names = _levels(desk, words)
    if not names:
        raise RequestRefused(404, "no-levels", "this theatre has no levels", "ask for the timeline")
    return _courses_drawn(desk, result, names, choice_of(desk.reading, words))


def _pending(desk: Desk, settings: Settings, words: Query) -> Pending | None:
    if not desk.reading.theatre.levels:
        return None
    says = (
        "The course of the levels along the whole record, in hindsight. The first time takes some "
        "tens of seconds."
    )
    return desk.pending("levels", settings, says, "/past", words)


PAGE = Page((router, api), "What happened?", "/past",
            {"timeline": _make_timeline, "levels": _make_courses})  # fmt: skip
