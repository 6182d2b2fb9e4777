"""Review: proposed facts one by one, beside the article, a key for each decision.

The same queue and the same functions as ``tightrope review``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tightrope.errors import RequestRefused, ReviewRefused, TightropeError
from tightrope.evidence.agreement import beside
from tightrope.evidence.decide import COLUMNS, own_copy
from tightrope.evidence.decide import Desk as Deciding
from tightrope.evidence.excerpt import harmless
from tightrope.evidence.proposal import Telling
from tightrope.evidence.queue import Decision, Entry, Queue, queue_path
from tightrope.evidence.rows import cells_of
from tightrope.history import History, Row
from tightrope.history.checks import STATUSES
from tightrope.report.evidence import document_of
from tightrope.report.stories import event_in_words
from tightrope.shelf import is_shipped
from tightrope.theatre.schema import PLOVER
from tightrope.web.addresses import Query, address, only
from tightrope.web.desk import Desk
from tightrope.web.forms import Fields
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.problems import problem_of
from tightrope.web.rendering import render
from tightrope.web.runs.words import number_in
from tightrope.web.saving import own_theatres, save_name, serve_command

router = pages_router()
api = api_router()
AROUND = 6_000
"""Characters of an article shown on either side of the sentence."""
_STATE = ("words", "keys")


@dataclass(frozen=True)
class Article:
    """A document with one sentence of it in the middle."""

    source: str
    title: str
    outlet: str
    published: str
    language: str
    cut_before: bool
    before: str
    head: str
    trigger: str
    tail: str
    after: str
    cut_after: bool


@dataclass(frozen=True)
class Other:
    """Another telling of the same."""

    source: str
    at: str
    current: bool


@dataclass(frozen=True)
class Cell:
    """One cell of the proposed row, beside that of the row that may tell of the same."""

    name: str
    proposed: str
    corrected: bool
    twin: str


@dataclass(frozen=True)
class Shown:
    """One proposal."""

    id: int
    state: str
    row: str | None
    says: str
    confidence: str
    cells: tuple[Cell, ...]
    twin: str
    """Id of the row that may tell of the same; empty where there is none."""
    twin_says: str
    warnings: tuple[str, ...]
    article: Article
    tellings: tuple[Other, ...]
    skip: str


@dataclass(frozen=True)
class Last:
    """The last decision that stands."""

    says: str
    reason: str


@dataclass(frozen=True)
class ReviewPage:
    """All that review.html sees."""

    says: str
    open: int
    words: str
    keys: bool
    keys_switch: str
    shown: Shown | None
    last: Last | None
    refused: str
    given: Mapping[str, str]
    """What was filled in when a decision was refused."""
    shipped: bool
    theatre: str
    offered: Mapping[str, Sequence[tuple[str, str]]]
    """What may stand in a cell, by its name: the word, and what it means."""
    state: tuple[tuple[str, str], ...]
    serve: str


@router.get("/review")
def review(request: Request, desk: TheDesk, words: Words) -> HTMLResponse:
    """The next open proposal, or the one of that number."""
    return _page(request, desk, words)


@router.post("/review/undo")
def undo(request: Request, desk: TheDesk, fields: Fields) -> Response:
    """Take the last decision back; what it wrote goes out of the files again."""

    def take_back(deciding: Deciding) -> int:
        return deciding.undo(reason=fields.get("reason", "")).proposal

    return _decide(request, desk, fields, take_back, stay=True)


@router.post("/review/copy")
def copy(request: Request, desk: TheDesk, fields: Fields) -> Response:
    """A copy of a shipped theatre and its queue, to decide in."""
    try:
        name = save_name(fields.get("name", "").strip())
        own_copy(desk.folder, queue_path(desk.folder), own_theatres() / name,
                 desk.reading.theatre.name)  # fmt: skip
    except TightropeError as error:
        return _refused(request, desk, fields, error)
    return RedirectResponse(address("/review", {**only(fields, _STATE), "in": name}), 303)


@router.post("/review/{number}/{verb}")
def decide(request: Request, desk: TheDesk, fields: Fields, number: int, verb: str) -> Response:
    """Accept, merge with the row beside it, correct or reject a proposal."""
    reason = fields.get("reason", "").strip()

    def carry_out(deciding: Deciding) -> int:
        changed = _corrections(deciding.queue.get(number), fields)
        if verb == "reject":
            deciding.reject(number, reason=reason)
        elif verb in ("accept", "merge"):
            if changed:  # what is seen is what is accepted
                deciding.correct(number, changed, reason=reason)
            same_as = fields.get("twin", "") if verb == "merge" else None
            deciding.accept(number, reason=reason, same_as=same_as)
        elif verb == "correct":
            deciding.correct(number, _some(changed), reason=reason)
        else:
            raise RequestRefused(404, "unknown-decision", f"there is no decision {verb[:40]!r}",
                                 "known are accept, merge, correct and reject")  # fmt: skip
        return number

    return _decide(request, desk, {**fields, "n": str(number)}, carry_out, stay=verb == "correct")


@api.get("/review", summary="Proposed facts that wait for a decision")
def review_as_json(
    desk: TheDesk, words: str = "", n: Annotated[int | None, Field(ge=1, lt=10**9)] = None
) -> dict[str, Any]:
    """words: all of them must stand in quote or note. n: only the proposal of that number."""
    with _opened(desk) as deciding:
        if deciding is None:
            return {"open": 0, "accepted": 0, "rejected": 0, "proposals": []}
        found = [_numbered(deciding, str(n))] if n else list(deciding.entries("open", words))
        return {**deciding.queue.count(), "proposals": [entry.as_json() for entry in found]}


# Deciding --------------------------------------------------------------------------------------


@contextmanager
def _opened(desk: Desk) -> Generator[Deciding | None]:
    """The queue of the theatre, or None where nothing was ever proposed."""
    path = queue_path(desk.folder)
    if not path.exists():
        yield None
        return
    with Queue(path, desk.reading.theatre.name, make=False) as queue:
        deciding = Deciding(queue, desk.folder)
        deciding.recover()
        yield deciding


def _decide(
    request: Request, desk: Desk, fields: Query, act: Callable[[Deciding], int], *, stay: bool
) -> Response:
    try:
        with _opened(desk) as deciding:
            if deciding is None:
                raise RequestRefused(404, "no-queue", "there is nothing to review",
                                     "fill the queue: tightrope read PATH --propose")  # fmt: skip
            number = act(deciding)
    except TightropeError as error:
        return _refused(request, desk, fields, error)
    desk.look_again()
    where = {"n": str(number)} if stay else {"after": str(number)}
    return RedirectResponse(address("/review", {**only(fields, _STATE), **where}), 303)


def _refused(request: Request, desk: Desk, fields: Query, error: TightropeError) -> HTMLResponse:
    """The same proposal again, with every reason and all that was filled in."""
    answer = _page(request, desk, fields, refused=str(error), given=fields)
    problem = problem_of(error)
    answer.status_code = 409 if problem.status == 400 else problem.status
    return answer


def _corrections(entry: Entry, fields: Query) -> dict[str, str]:
    """The cells that were written otherwise."""
    cells = entry.proposal.cells
    return {
        name: fields[f"cell-{name}"] for name in COLUMNS[entry.proposal.kind]
        if (told := fields.get(f"cell-{name}")) is not None
        and told.strip() != cells.get(name, "").strip()
    }  # fmt: skip


def _some(changed: dict[str, str]) -> dict[str, str]:
    if not changed:
        raise RequestRefused(422, "nothing-corrected", "no cell was written otherwise",
                             "change one, or accept it as it is")  # fmt: skip
    return changed


def _numbered(deciding: Deciding, text: str) -> Entry:
    if (number := number_in(text)) is None:
        raise RequestRefused(404, "unknown-proposal", f"{text[:40]!r} is no number of a proposal",
                             "begin at /review")  # fmt: skip
    try:
        return deciding.queue.get(number)
    except ReviewRefused:
        raise RequestRefused(404, "unknown-proposal", f"no proposal has the number {text}",
                             "begin at /review") from None  # fmt: skip


# The page --------------------------------------------------------------------------------------


def _page(
    request: Request, desk: Desk, words: Query, *, refused: str = "",
    given: Mapping[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    state = only(words, _STATE)
    keys = words.get("keys", "") != "0"
    here = {**state, "n": words.get("n", "")}
    with _opened(desk) as deciding:
        count = deciding.queue.count() if deciding else {"open": 0, "accepted": 0, "rejected": 0}
        shown = _next(desk, deciding, words) if deciding else None
        last = _last(deciding) if deciding else None
    page = ReviewPage(
        says=_says(count, shown, words.get("words", "")), open=count["open"],
        words=words.get("words", ""), keys=keys,
        keys_switch=address("/review", {**here, "keys": "0" if keys else ""}), shown=shown,
        last=last, refused=refused, given=given or {}, shipped=is_shipped(desk.folder),
        theatre=desk.folder.name, state=tuple(state.items()), offered=_offered(desk),
        serve=serve_command(words.get("in", "")),
    )  # fmt: skip
    return render(request, "review.html", page)


def _offered(desk: Desk) -> dict[str, Sequence[tuple[str, str]]]:
    theatre = desk.reading.theatre
    actors = [(name, one.name) for name, one in theatre.actors.items()]
    return {
        "event": [(name, event_in_words(theatre, name)) for name in theatre.events],
        "by": actors, "on": actors,
        "plover": [(name, "") for name in PLOVER], "status": [(name, "") for name in STATUSES],
        "condition": [(name, one.says) for name, one in theatre.conditions.items()],
    }  # fmt: skip


def _says(count: Mapping[str, int], shown: Shown | None, words: str) -> str:
    if count["open"]:
        wait = f"{count['open']:,} proposed fact{'s' * (count['open'] != 1)} wait for a decision"
        return f"{wait}." if shown else f"{wait}, none of them with “{words}”."
    decided = count["accepted"] + count["rejected"]
    return "Everything that was proposed is decided." if decided else "Nothing is proposed."


def _next(desk: Desk, deciding: Deciding, words: Query) -> Shown | None:
    """The proposal that was asked for, or the first open one behind the last that was seen."""
    history = deciding.history()
    if number := words.get("n", ""):
        entry: Entry | None = _numbered(deciding, number)
    else:
        seen = number_in(words.get("after", "")) or 0
        waiting = list(deciding.queue.entries("open", words.get("words", "")))
        entry = next((e for e in waiting if e.id > seen), waiting[0] if waiting else None)
    if entry is None:
        return None
    (entry,) = deciding.beside_rows([entry], history)
    return _shown(desk, deciding, entry, history, words)


def _shown(
    desk: Desk, deciding: Deciding, entry: Entry, history: History | None, words: Query
) -> Shown:
    proposal, state = entry.proposal, only(words, _STATE)
    chosen = min(number_in(words.get("t", "")) or 0, len(proposal.tellings) - 1)
    twin = proposal.twins[0] if proposal.twins else None
    rows = history.rows if history and twin else ()
    row = next((row for row in rows if twin and row.id == twin.row), None)
    warnings = (*proposal.differences, *proposal.doubts, *_second_coder(deciding, entry))
    others = tuple(
        Other(harmless(telling.source),
              address("/review", {**state, "n": entry.id, "t": i}), i == chosen)
        for i, telling in enumerate(proposal.tellings)
    )  # fmt: skip
    return Shown(
        id=entry.id, state=entry.state, row=entry.row, says=_subject(desk, entry),
        confidence=f"{proposal.confidence:.2f}", cells=_cells(entry, row),
        twin=twin.row if twin else "",
        twin_says=harmless(f"likeness {twin.likeness:.2f}: {twin.why}") if twin else "",
        warnings=tuple(map(harmless, warnings)),
        article=_article(desk, deciding.queue, proposal.tellings[chosen]),
        tellings=others, skip=address("/review", {**state, "after": entry.id}),
    )  # fmt: skip


def _subject(desk: Desk, entry: Entry) -> str:
    cells = entry.proposal.cells
    if entry.proposal.kind == "mechanism":
        return harmless(_of_mechanism(desk, cells["mechanism"]))
    name = cells.get("event", "")
    event = desk.reading.theatre.events.get(name)
    what = event.says if event else name or f"{cells['condition']} = {cells['value']}"
    return harmless(f"{cells['date'] or 'Undated'}: {what}")


def _of_mechanism(desk: Desk, name: str) -> str:
    known = desk.reading.theatre.mechanisms.get(name)
    if known is None:
        return "Candidate for a mechanism: one thing is said to bring about another"
    return f"Said in support of mechanism {name}: {known.cause} → {known.effect}"


def _cells(entry: Entry, twin: Row | None) -> tuple[Cell, ...]:
    there = cells_of(twin) if twin else {}
    return tuple(
        Cell(name, entry.proposal.cells.get(name, ""), name in entry.corrections,
             harmless(there.get(name, "")))
        for name in COLUMNS[entry.proposal.kind]
    )  # fmt: skip


def _article(desk: Desk, queue: Queue, telling: Telling) -> Article:
    document, told = queue.document(telling.document), telling.statement
    known = desk.reading.theatre.sources.get(document_of(telling.source))
    published = known.published.text if known and known.published else document["published"]
    text = document["text"] or ""
    start, end = sorted((_within(told.start, text), _within(told.end, text)))
    first = min(max(told.trigger_start, start), end)
    last = min(max(told.trigger_end, first), end)
    low, high = max(start - AROUND, 0), min(end + AROUND, len(text))
    return Article(
        source=harmless(telling.source),
        title=harmless((known and known.title) or document["title"] or document["name"] or ""),
        outlet=harmless((known and known.outlet) or document["outlet"] or ""),
        published=published or "",
        language=_language(document["language"]), cut_before=low > 0,
        before=_readable(text[low:start]), head=_readable(text[start:first]),
        trigger=_readable(text[first:last]), tail=_readable(text[last:end]),
        after=_readable(text[end:high]), cut_after=high < len(text),
    )  # fmt: skip


def _within(place: int, text: str) -> int:
    return min(max(place, 0), len(text))


def _readable(text: str) -> str:
    """Paragraphs stay, commands to a terminal or to the direction of reading go."""
    return "\n".join(harmless(line) for line in text.split("\n"))


def _language(code: str | None) -> str:
    return code if code and len(code) <= 12 and code.replace("-", "").isalnum() else ""


def _second_coder(deciding: Deciding, entry: Entry) -> list[str]:
    """What a second coder read where a telling stands."""
    return [said for telling in entry.proposal.tellings
            for coding in deciding.queue.codings(telling.document)
            for said in beside(telling.statement, coding)]  # fmt: skip


def _last(deciding: Deciding) -> Last | None:
    done: list[Decision] = [d for d in deciding.queue.decisions("done") if d.verb != "undo"]
    if not done:
        return None
    last = done[-1]
    did = {"accept": "accepted", "reject": "rejected", "correct": "corrected"}[last.verb]
    row = f" as {last.after['row']}" if last.after.get("row") else ""
    return Last(f"Proposal {last.proposal} was {did}{row}.", harmless(last.reason))


PAGE = Page((router, api), "Review", "/review")
