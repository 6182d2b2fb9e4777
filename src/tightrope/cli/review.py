"""The command that decides about proposed rows: review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tightrope.cli.shared import (
    JsonOption,
    TheatreArgument,
    narrate,
    print_json_lines,
    print_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tightrope.evidence.decide import Desk
    from tightrope.evidence.queue import Entry


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("review")(review)


def review(
    theatre: TheatreArgument = "iraq",
    queue: Annotated[
        Path | None,
        typer.Option(help="File of the queue; default beside the theatre, or in the user's data."),
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List proposals instead of asking about each.")
    ] = False,
    as_json: JsonOption = False,
    search: Annotated[
        str, typer.Option(help="Only proposals with these words in quote or note.")
    ] = "",
    state: Annotated[
        str, typer.Option(help="Which to list: open, accepted, rejected or all.")
    ] = "open",
    log: Annotated[
        bool, typer.Option("--log", help="Print every decision as a JSON line.")
    ] = False,
    accept: Annotated[
        list[int] | None, typer.Option(help="Number of a proposal to accept; may be repeated.")
    ] = None,
    same_as: Annotated[
        str | None,
        typer.Option(help="Id of the row of which the accepted proposal tells again."),
    ] = None,
    reject: Annotated[
        list[int] | None, typer.Option(help="Number of a proposal to reject; may be repeated.")
    ] = None,
    correct: Annotated[
        int | None, typer.Option(help="Number of a proposal whose cells --set corrects.")
    ] = None,
    cells: Annotated[
        list[str] | None,
        typer.Option("--set", help="Cell to correct, as place=Anbar; may be repeated."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last decision back.")] = False,
    undo_number: Annotated[
        int | None, typer.Option("--undo-decision", help="Take back the decision of this number.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; kept with the decision.")] = "",
    into: Annotated[
        Path | None,
        typer.Option(help="Copy theatre and queue into this new folder first, and decide there."),
    ] = None,
) -> None:
    """Decide about rows that reading proposes: accept, correct, reject, undo.

    Shows each open proposal with its sentence and the row that may tell of the same, and asks. An
    accepted row is written into history.csv (or conditions.csv) of a theatre of your own, if the
    theatre has no fault with it. Every decision is kept with time and reason. With an option of
    deciding nothing is asked; order: correct, reject, accept, undo. Exit code 1 if one is refused.

    Example: tightrope review iraq --list
    """
    from tightrope.evidence.decide import Desk, decided, own_copy
    from tightrope.evidence.queue import STATES, Queue, queue_path
    from tightrope.theatre import read_theatre

    if state not in (*STATES, "all"):
        raise typer.BadParameter(f"write {', '.join(STATES)} or all", param_hint="--state")
    changes = _changes(correct, cells)
    if same_as and len(accept or []) != 1:
        raise typer.BadParameter("give one --accept with it", param_hint="--same-as")
    read = read_theatre(theatre)
    folder, path = read.folder, queue or queue_path(read.folder)
    wants = accept or reject or correct is not None or undo or undo_number is not None
    if not path.exists() and not wants and not into:
        print(f"{read.name}: nothing to review; fill the queue: tightrope read PATH --propose")
        return
    if into:
        path, folder = own_copy(folder, path, into, read.name), into
        narrate(f"copied: {folder}; from now on: tightrope review {folder}")
    with Queue(path, read.name, make=bool(into)) as opened:
        desk = Desk(opened, folder)
        for sentence in desk.recover():
            narrate(sentence)
        acts = _acts(desk, accept, same_as, reject, correct, changes, undo, undo_number, reason)
        if acts:
            _carry_out(acts)
        elif log:
            print_json_lines(decided(opened.decisions()))
        elif as_json:
            print_json_lines(e.as_json() for e in desk.entries(_state(state), search))
        elif listing or not sys.stdin.isatty():
            _list(read.name, list(desk.entries(_state(state), search)), state)
        else:
            from tightrope.cli.sitting import sit

            sit(desk, search)


def _state(word: str) -> str | None:
    return None if word == "all" else word


def _changes(number: int | None, cells: list[str] | None) -> dict[str, str]:
    if (number is None) != (not cells):
        raise typer.BadParameter("--correct NUMBER and --set CELL=VALUE need one another",
                                 param_hint="--correct")  # fmt: skip
    changes: dict[str, str] = {}
    for text in cells or []:
        name, sign, value = text.partition("=")
        if not sign:
            raise typer.BadParameter(f"{text!r} is no CELL=VALUE; write for example place=Anbar",
                                     param_hint="--set")  # fmt: skip
        changes[name.strip()] = value
    return changes


def _acts(
    desk: Desk, accept: list[int] | None, same_as: str | None, reject: list[int] | None,
    correct: int | None, changes: dict[str, str], undo: bool, undo_number: int | None, reason: str,
) -> list[Callable[[], str]]:  # fmt: skip
    """What was asked for, in order; each says what it did."""
    acts: list[Callable[[], str]] = []
    if correct is not None:
        acts.append(lambda: _correct(desk, correct, changes, reason))
    for number in reject or []:
        acts.append(lambda number=number: _reject(desk, number, reason))
    for number in accept or []:
        acts.append(lambda number=number: _accept(desk, number, same_as, reason))
    if undo or undo_number is not None:
        acts.append(lambda: _undo(desk, undo_number, reason))
    return acts


def _correct(desk: Desk, number: int, changes: dict[str, str], reason: str) -> str:
    desk.correct(number, changes, reason=reason)
    return f"{number}: corrected: {', '.join(changes)}"


def _reject(desk: Desk, number: int, reason: str) -> str:
    desk.reject(number, reason=reason)
    return f"{number}: rejected"


def _accept(desk: Desk, number: int, same_as: str | None, reason: str) -> str:
    row = desk.accept(number, reason=reason, same_as=same_as)
    return f"{number}: accepted as {row}"


def _undo(desk: Desk, number: int | None, reason: str) -> str:
    taken = desk.undo(number, reason=reason)
    return f"{taken.proposal}: {taken.verb} undone"


def _carry_out(acts: list[Callable[[], str]]) -> None:
    """Each by itself: one that is refused keeps none of the others from being done."""
    from tightrope.errors import TightropeError

    refused = 0
    for act in acts:
        try:
            print(act())
        except TightropeError as error:
            print(error, file=sys.stderr)
            refused += 1
    if refused:
        raise typer.Exit(1)


def _list(name: str, entries: list[Entry], state: str) -> None:
    from tightrope.evidence.excerpt import harmless

    rows = ([entry.id, entry.proposal.cells["date"], _subject(entry),
             harmless(entry.proposal.cells["note"]), entry.proposal.cells.get("deaths", ""),
             len(entry.proposal.tellings), f"{entry.proposal.confidence:.2f}",
             entry.proposal.twins[0].row if entry.proposal.twins else ""]
            for entry in entries)  # fmt: skip
    columns = ["no", "date", "type", "what", "killed", "sources", "sure", "may be"]
    print_table(f"{name}: {len(entries):,} proposals ({state})", columns, rows, right={0, 4, 5, 6})


def _subject(entry: Entry) -> str:
    cells = entry.proposal.cells
    if entry.proposal.kind == "mechanism":
        return f"mechanism {cells['mechanism'] or 'candidate'}"
    return cells.get("event") or f"{cells['condition']} = {cells['value']}"
