"""The model's files as text: check at once, run with it, save it; nothing is lost on the way."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tightrope.errors import Fault, RequestRefused, TheatreError
from tightrope.foresight.wording import answer_in_short
from tightrope.report.tables import TableOf
from tightrope.shelf import is_shipped
from tightrope.web.addresses import Query, address
from tightrope.web.desk import Desk, Pending
from tightrope.web.drafts import Draft, draft_of, keep
from tightrope.web.forms import Fields
from tightrope.web.numbers import FILE as NUMBERS_FILE
from tightrope.web.numbers import with_number
from tightrope.web.page import Page, TheDesk, Words, pages_router
from tightrope.web.pages.outlook import state_of
from tightrope.web.rendering import render
from tightrope.web.runs import Settings
from tightrope.web.runs.words import number_in
from tightrope.web.saving import (
    ChangedMeanwhile,
    as_bytes,
    faults_with,
    known_file,
    save,
    save_as_new,
    serve_command,
    text_of,
)
from tightrope.web.windows import BEFORE, Window, put_back, window_of

if TYPE_CHECKING:
    from tightrope.foresight.outlook import Outlook

router = pages_router()
_AROUND, _MOST_DIFFERENT = 2, 400
"""Lines shown around a change, and lines of changes shown at most."""
_PLACE = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+).*")


@dataclass(frozen=True)
class DiffLine:
    """One line of the comparison: ``kept``, ``gone`` or ``new``."""

    kind: str
    text: str


@dataclass(frozen=True)
class EditPage:
    """All that edit.html sees."""

    file: str
    shipped: bool
    text: str
    part: Window
    """Of the text, what is in the editor."""
    opened: str
    draft: str
    """Key of the draft that is shown; empty for the file itself."""
    faults: tuple[tuple[Fault, str], ...]
    """Each with the line that it means."""
    different: tuple[DiffLine, ...]
    meanwhile: bool
    """Whether the file has changed since the draft was begun."""
    says: str
    problem: str
    pending: Pending | None
    trial: TableOf | None
    unrun: str
    """Where the outlook as it stands can be run, if the trial has nothing to stand beside."""
    serve: str


@router.get("/model/file/{file}")
def edit(request: Request, desk: TheDesk, words: Words, file: str) -> HTMLResponse:
    """A file, or a draft of it with what is wrong and what is different."""
    return _page(request, desk, known_file(file), words)


@router.post("/model/file/{file}")
def send(request: Request, desk: TheDesk, fields: Fields, file: str) -> Response:
    """Keep the text as a draft, then check, save, or save as a new theatre."""
    known_file(file)
    draft = Draft(file, fields.get("opened", "")[:80], _whole(desk, file, fields))
    key = keep(desk.folder, draft)
    at, do = f"/model/file/{file}", fields.get("do", "check")
    line = _line_asked(fields)
    try:
        if do == "save":
            save(desk.folder, file, as_bytes(desk.folder, file, draft.text), draft.opened)
            desk.look_again()
            return RedirectResponse(address(at, {"saved": "1", "line": line}), 303)
        if do == "new":
            name = fields.get("name", "").strip()
            save_as_new(desk.folder, name, {file: as_bytes(desk.folder, file, draft.text)})
            return RedirectResponse(address(at, {"draft": key, "in": name, "line": line}), 303)
        if do == "mine":  # both versions have been seen
            draft = Draft(file, text_of(desk.folder, file)[1], draft.text)
            key = keep(desk.folder, draft)
    except TheatreError:
        pass  # the page of the draft lists the faults
    except RequestRefused as refused:
        problem = f"{refused.message}; {refused.remedy}."
        answer = _page(request, desk, file, {"draft": key, "line": line}, problem=problem)
        answer.status_code = refused.status
        return answer
    return RedirectResponse(address(at, {"draft": key, "line": line}), 303)


def _whole(desk: Desk, file: str, fields: Query) -> str:
    """What was sent as a whole text; a part goes into the draft, or the file, it was taken from."""
    if "first" not in fields:
        return fields.get("text", "")
    if key := fields.get("draft", ""):
        return put_back(draft_of(desk.folder, key).text, fields)
    whole, now = text_of(desk.folder, file)
    if fields.get("opened") != now:  # its lines may have moved
        raise ChangedMeanwhile(file)
    return put_back(whole, fields)


def _line_asked(fields: Query) -> str:
    """The line by which the same part is shown again; empty for a whole text."""
    first = number_in(fields.get("first", ""))
    return "" if first is None else str(first + BEFORE)


@router.post("/model/number")
def change_number(desk: TheDesk, fields: Fields) -> RedirectResponse:
    """One number of theatre.yaml: the same as an edit of its text at that place."""
    text, now = text_of(desk.folder, NUMBERS_FILE)
    if fields.get("opened") != now:
        raise ChangedMeanwhile(NUMBERS_FILE)
    changed = with_number(text, fields.get("place", ""), fields.get("value", ""))
    key = keep(desk.folder, Draft(NUMBERS_FILE, now, changed))
    pairs = zip(text.split("\n"), changed.split("\n"), strict=False)
    line = next((i for i, (old, new) in enumerate(pairs, 1) if old != new), 1)
    return RedirectResponse(
        address(f"/model/file/{NUMBERS_FILE}", {"draft": key, "line": line}), 303
    )


def _page(
    request: Request, desk: Desk, file: str, words: Query, *, problem: str = ""
) -> HTMLResponse:
    standing, now = text_of(desk.folder, file)
    key = words.get("draft", "")
    draft = draft_of(desk.folder, key) if key else Draft(file, now, standing)
    if draft.file != file:
        raise RequestRefused(404, "unknown-draft", f"that is no draft of {file}",
                             "open the file and edit it again")  # fmt: skip
    faults = _faults(desk, draft, changed=bool(key))
    trial, pending = _trial(desk, words, file, key) if key and not faults else (None, None)
    unrun = trial is not None and desk.result("outlook", _standing(desk, words)) is None
    page = EditPage(
        file=file, shipped=is_shipped(desk.folder), text=draft.text, opened=draft.opened,
        part=window_of(draft.text, words),
        draft=key, faults=faults, different=_different(standing, draft.text),
        meanwhile=draft.opened != now, says=_says(bool(key), bool(words.get("saved")), faults),
        problem=problem, pending=pending, trial=trial,
        unrun=address("/", state_of(words)) if unrun else "",
        serve=serve_command(words.get("in", "")),
    )  # fmt: skip
    return render(request, "edit.html", page)


def _says(is_draft: bool, is_saved: bool, faults: Sequence[Any]) -> str:
    if is_saved and not is_draft:
        return "Saved. The pages follow the new text."
    if not is_draft:
        return (
            "The text as it stands." if not faults else f"The text as it stands: {_count(faults)}."
        )
    if faults:
        return f"With this text the theatre has {_count(faults)}. Nothing has been saved."
    return "With this text the theatre has no faults. Nothing has been saved yet."


def _count(faults: Sequence[Any]) -> str:
    return f"{len(faults):,} fault{'s' * (len(faults) != 1)}"


def _faults(desk: Desk, draft: Draft, *, changed: bool) -> tuple[tuple[Fault, str], ...]:
    """Of the whole theatre with the draft: a change here may break a file there."""
    if changed:
        found = faults_with(
            desk.folder, {draft.file: as_bytes(desk.folder, draft.file, draft.text)}
        )
    else:
        found = desk.reading.faults
    lines = draft.text.split("\n")
    # A fault of this file often is the cause of those elsewhere.
    ordered = sorted(found, key=lambda fault: fault.file != draft.file)
    return tuple(
        (fault, _line(lines, fault) if fault.file == draft.file else "") for fault in ordered
    )


def _line(lines: Sequence[str], fault: Fault) -> str:
    """The line that is meant, with a mark beneath the place."""
    if not 1 <= fault.line <= len(lines):
        return ""
    text = lines[fault.line - 1][:200]
    return f"{text}\n{' ' * min(max(fault.column - 1, 0), len(text))}^"


def _different(before: str, after: str) -> tuple[DiffLine, ...]:
    if before == after:
        return ()
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=_AROUND, lineterm="")
    found: list[DiffLine] = []
    for line in list(lines)[2 : _MOST_DIFFERENT + 2]:
        kind = {"+": "new", "-": "gone", "@": "place"}.get(line[:1], "kept")
        found.append(DiffLine(kind, _PLACE.sub(r"line \1", line) if kind == "place" else line))
    return tuple(found)


def _trial(
    desk: Desk, words: Query, file: str, key: str
) -> tuple[TableOf | None, Pending | None]:  # fmt: skip
    query = {**state_of(words), "draft": key}
    settings = desk.asked("trial", query)
    result: Outlook | None = desk.result("trial", settings)
    if result is None:
        says = (
            f"An outlook of {settings['days']} days with this text, {settings['paths']:,} futures "
            "from what was known on "
            f"{settings['as_of']}. Nothing is saved by it."
        )
        return None, desk.pending("trial", settings, says, f"/model/file/{file}", query)
    standing: Outlook | None = desk.result("outlook", _standing(desk, words))
    return _beside(result, standing), None


def _standing(desk: Desk, words: Query) -> Settings:
    return desk.asked("outlook", state_of(words))


def _beside(result: Outlook, standing: Outlook | None) -> TableOf:
    before = {answer.id: answer for answer in standing.answers} if standing else {}
    first = result.first_day

    def told(answer: Any) -> str:
        if answer is None:
            return "not run"
        return answer_in_short(answer, answer.horizons[-1] if answer.horizons else None, first)

    rows = tuple((a.ask, told(before.get(a.id)), told(a)) for a in result.answers)
    return TableOf("The outlook as it stands, and with this text",
                   ("question", "as it stands", "with this text"), rows)  # fmt: skip


PAGE = Page((router,))
