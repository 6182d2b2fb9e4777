"""One question of an outlook: answer, pictures, drivers, evidence, method, downloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tightrope.charts.curves import bands, chances, runs
from tightrope.charts.dots import dots
from tightrope.charts.forms import Rows
from tightrope.charts.icons import icons
from tightrope.errors import RequestRefused, UnknownName
from tightrope.foresight.answer import Answer
from tightrope.foresight.long_table import as_csv, long_table
from tightrope.foresight.outlook import Outlook
from tightrope.foresight.questions import CHANCES, day_of, speaks_of_last_day
from tightrope.foresight.wording import amount, long_date, percent
from tightrope.report.cards import (
    answer_drawing,
    course_drawing,
    day_table,
    horizons_table,
    in_a_sentence,
    usual,
)
from tightrope.report.evidence import DriverLine, MechanismNote
from tightrope.report.page import basis
from tightrope.report.plainly import record
from tightrope.report.stories import Stories
from tightrope.report.tables import TableOf
from tightrope.report.voices import voices
from tightrope.web import telling
from tightrope.web.addresses import Query, address
from tightrope.web.courses import Past, past_of
from tightrope.web.desk import Desk, Pending
from tightrope.web.drawer import Drawer, drawer_of
from tightrope.web.figures import Drawn, Figure, figure
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.pages.outlook import at_hand, pending, state_of
from tightrope.web.rendering import render
from tightrope.web.runs import Settings
from tightrope.web.typed import Meant

router = pages_router()
api = api_router()


@dataclass(frozen=True)
class Told:
    """A question that has been answered, in words and pictures."""

    says: str
    usual: str
    refused: str | None
    record: str
    futures: int
    facts: int
    sources: int
    basis: str
    as_of: str
    figures: tuple[Figure, ...]
    with_runs: str | None
    """Where the same page is with single futures (or without); None where there are none."""
    runs_shown: bool
    horizons: TableOf | None
    voices: TableOf | None
    past: Past | None
    past_table: TableOf | None
    drivers: tuple[DriverLine, ...]
    mechanisms: tuple[MechanismNote, ...]
    storylines: Stories | None
    lanes: Figure | None
    whys: tuple[tuple[str, str], ...]
    """The events it counts: what they are, and the address that takes today's rate apart."""
    csv: str
    json: str


@dataclass(frozen=True)
class QuestionPage:
    """All that question.html sees."""

    id: str
    ask: str
    family: str
    first_page: str
    words: Mapping[str, str]
    """Of the address: links in the evidence keep them."""
    told: Told | None
    pending: Pending | None
    drawer: Drawer | None


@router.get("/q/{name}")
def question(request: Request, desk: TheDesk, words: Words, name: str) -> HTMLResponse:
    """The page of one question."""
    asked = _known(desk, name)
    settings = desk.asked("outlook", words)
    result: Outlook | None = desk.result("outlook", settings)
    page = QuestionPage(
        id=name, ask=asked.ask, family=asked.family,
        first_page=address("/", state_of(words)),
        words=words,
        told=_told(desk, result, settings, name, words) if result else None,
        pending=None if result else pending(desk, settings, f"/q/{name}", words),
        drawer=drawer_of(desk.reading, words.get("open", "")),
    )  # fmt: skip
    return render(request, "question.html", page, fingerprint=result.fingerprint if result else "")


@router.get("/q/{name}/answer.csv")
def question_as_csv(desk: TheDesk, words: Words, name: str) -> Response:
    """The question's lines of the long table."""
    _known(desk, name)
    rows = [row for row in long_table(at_hand(desk, words)) if row["id"] == name]
    return Response(as_csv(rows), media_type="text/csv; charset=utf-8")


@api.get("/questions", summary="What the theatre asks")
def questions(desk: TheDesk) -> list[dict[str, Any]]:
    """Every question with its family and kind."""
    return [
        {"id": name, "ask": one.ask, "family": one.family, "kind": one.kind, "days": one.days}
        for name, one in desk.reading.theatre.questions.items()
    ]


@api.get("/questions/{name}", summary="One answer of an outlook that has been run")
def question_as_json(desk: TheDesk, words: Meant, name: str) -> dict[str, Any]:
    """The answer as in ``tightrope outlook --json``, its storylines, and its run's fingerprint."""
    _known(desk, name)
    result, answer = _answer(desk, words, name)
    return {"fingerprint": result.fingerprint, "as_of": result.as_of.isoformat(),
            "question": answer.as_json(result.first_day),
            "storylines": answer.storylines and answer.storylines.chains_as_json(result.first_day),
            }  # fmt: skip


def _known(desk: Desk, name: str) -> Any:
    asked = desk.reading.theatre.questions
    if name not in asked:
        raise UnknownName("question", name[:80], list(asked))
    return asked[name]


def _answer(desk: Desk, words: Query, name: str) -> tuple[Outlook, Answer]:
    result = at_hand(desk, words)
    return result, next(answer for answer in result.answers if answer.id == name)


def _told(desk: Desk, result: Outlook, settings: Settings, name: str, words: Query) -> Told:
    answer = next(answer for answer in result.answers if answer.id == name)
    reading, state = desk.reading, state_of(words)
    of_state = speaks_of_last_day(reading.theatre.questions[name])
    past = past_of(answer, result.as_of, desk.past(settings))
    last = answer.horizons[-1] if answer.horizons else None
    runs_shown = words.get("runs") == "1"
    has_runs = answer.course is not None and answer.course.runs is not None
    told = telling.told_of(result, answer, reading.theatre)
    return Told(
        says=in_a_sentence(answer, of_state, result.first_day),
        usual=usual(answer, of_state),
        refused=answer.refused,
        record=record(last.stack.past) if last and last.stack else "not scored",
        futures=result.paths, facts=result.facts, sources=result.sources,
        basis=basis(result), as_of=long_date(result.as_of),
        figures=_figures(desk, result, answer, {**state, "q": name, **_runs(words)}),
        with_runs=address(f"/q/{name}", {**state, "runs": "" if runs_shown else "1"}) + "#course"
        if has_runs else None,
        runs_shown=runs_shown,
        horizons=horizons_table(answer, result.first_day),
        voices=voices(answer),
        past=past, past_table=_past_table(answer, past),
        drivers=reading.evidence.drivers(answer),
        mechanisms=reading.evidence.mechanisms([answer]),
        storylines=told,
        lanes=told
        and telling.picture_of(result, answer, reading.theatre, told, {**state, "q": name}),
        whys=_whys(desk, name, result.first_day),
        csv=address(f"/q/{name}/answer.csv", state),
        json=address(f"/api/questions/{name}", state),
    )  # fmt: skip


def _whys(desk: Desk, name: str, on: date) -> tuple[tuple[str, str], ...]:
    theatre = desk.reading.theatre
    return tuple(
        (theatre.events[event].says, address("/why", event=event, on=on.isoformat()))
        for event in theatre.questions[name].events
        if theatre.events[event].scheduled is None
    )


def _runs(words: Query) -> dict[str, str]:
    return {"runs": "1"} if words.get("runs") == "1" else {}


def _past_table(answer: Answer, past: Past | None) -> TableOf | None:
    if past is None:
        return None
    chance = answer.kind in CHANCES
    rows = tuple(
        (long_date(day), "–" if x is None else percent(x) if chance else amount(x, answer.kind))
        for day, x in past.points
    )
    head = "probability" if chance else "median"
    return TableOf("The same question on earlier days", ("asked on", head), rows)


# Pictures --------------------------------------------------------------------------------------


def _figures(
    desk: Desk, result: Outlook, answer: Answer, query: Query
) -> tuple[Figure, ...]:  # fmt: skip
    if answer.refused or answer.course is None:
        return ()
    counted = {name: text for name, text in query.items() if name != "runs"}
    return (
        figure("answer", counted, result.fingerprint, partial(_answer_drawn, desk, result, answer)),
        figure(
            "course",
            query,
            result.fingerprint,
            partial(_course_drawn, result, answer, single="runs" in query),
        ),
    )


def _answer_drawn(desk: Desk, result: Outlook, answer: Answer) -> Drawn:
    of_state = speaks_of_last_day(desk.reading.theatre.questions[answer.id])
    drawing = answer_drawing(answer, of_state, result.first_day)
    return Drawn(drawing.chart, drawing.told, drawing.says, _counted(answer, result.first_day),
                 _counted_rows(answer), result.fingerprint)  # fmt: skip


def _course_drawn(result: Outlook, answer: Answer, *, single: bool) -> Drawn:
    drawing = course_drawing(answer, result.first_day, single=single)
    table = day_table(answer)
    assert table is not None
    return Drawn(drawing.chart, drawing.told, drawing.says, table,
                 _course_rows(answer, single=single), result.fingerprint)  # fmt: skip


def _counted(answer: Answer, first_day: date) -> TableOf:
    """The numbers behind an icon array or a dotplot."""
    if answer.kind == "yes_no":
        yes = round(100 * (answer.probability or 0.0))
        return TableOf("A hundred futures", ("answer", "futures"),
                       (("yes", str(yes)), ("no", str(100 - yes))))  # fmt: skip

    def told(value: float) -> str:
        if answer.kind == "date":
            return day_of(first_day, value) or "not within the window"
        return amount(value, answer.kind)

    quantiles = answer.quantiles or {}
    rows = tuple((f"{100 * level:g} %", told(x)) for level, x in quantiles.items())
    return TableOf("Shares of the futures at or below", ("share", "answer"), rows)


def _counted_rows(answer: Answer) -> Rows:
    if answer.kind == "yes_no":
        yes = sum(row["yes"] for row in icons(answer.probability or 0.0))
        return [{"answer": "yes", "futures": yes}, {"answer": "no", "futures": 100 - yes}]
    return [{"dot": i, "value": row["value"]} for i, row in enumerate(dots(answer), 1)]


def _course_rows(answer: Answer, *, single: bool) -> Rows:
    if answer.kind in CHANCES:
        return chances(answer)
    return [*bands(answer), *(runs(answer) if single else [])]


def _make_answer(desk: Desk, words: Query) -> Drawn:
    result, answer = _drawable(desk, words)
    return _answer_drawn(desk, result, answer)


def _make_course(desk: Desk, words: Query) -> Drawn:
    result, answer = _drawable(desk, words)
    return _course_drawn(result, answer, single=words.get("runs") == "1")


def _make_lanes(desk: Desk, words: Query) -> Drawn:
    result, answer = _drawable(desk, words)
    told = telling.told_of(result, answer, desk.reading.theatre)
    if told is None:
        raise RequestRefused(404, "no-storylines", f"no storylines are told of {answer.id}",
                             "ask about one that more futures come to")  # fmt: skip
    return telling.drawn_of(result, answer, desk.reading.theatre, told)


def _drawable(desk: Desk, words: Query) -> tuple[Outlook, Answer]:
    name = words.get("q", "")
    _known(desk, name)
    result, answer = _answer(desk, words, name)
    if answer.refused or answer.course is None:
        raise RequestRefused(404, "no-answer", f"{name} has no answer: {answer.refused}",
                             "ask another question")  # fmt: skip
    return result, answer


PAGE = Page((router, api), charts={
    "answer": _make_answer, "course": _make_course, telling.NAME: _make_lanes,
})  # fmt: skip
