"""A sitting of review in a terminal: one proposal at a time, one key for each decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import typer
from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from tightrope.errors import TightropeError
from tightrope.evidence.decide import Desk
from tightrope.evidence.excerpt import Excerpt, excerpt, harmless
from tightrope.evidence.queue import Entry
from tightrope.evidence.rows import cells_of
from tightrope.history import History

KEYS = "[a]ccept  [m]erge with the row beside it  [c]orrect  [r]eject  [u]ndo  [s]kip  [q]uit"
_SHOWN_TELLINGS = 6

Key = Callable[[], str]
Line = Callable[[str], str]


def sit(
    desk: Desk, words: str = "", *, console: Console | None = None, key: Key | None = None,
    line: Line | None = None,
) -> None:  # fmt: skip
    """Show open proposals until there is none left or the person stops.

    ``key`` gives the next key that is pressed, ``line`` an answer in words; by default the
    terminal's.
    """
    console = console or Console(highlight=False, emoji=False)
    sitting = _Sitting(desk, console, key or typer.getchar, line or _ask)
    skipped: set[int] = set()
    while True:
        waiting = (e for e in desk.queue.entries("open", words) if e.id not in skipped)
        entry = next(waiting, None)
        if entry is None:
            console.print("nothing more to decide")
            return
        history = desk.history()
        (entry,) = desk.beside_rows([entry], history)
        console.print(_page(desk, entry, history))
        word = sitting.decide(entry)
        if word == "q":
            return
        if word == "s":
            skipped.add(entry.id)


def _ask(question: str) -> str:
    return typer.prompt(question, default="", show_default=False)


class _Sitting:
    """Keys -> decisions; a refused one is told, and the same proposal is shown again."""

    def __init__(self, desk: Desk, console: Console, key: Key, line: Line):
        self.desk, self.console, self.key, self.line = desk, console, key, line

    def decide(self, entry: Entry) -> str:
        """Ask for a key and do what it stands for; returns ``s`` and ``q`` to the caller."""
        acts = {"a": self._accept, "m": self._merge, "c": self._correct, "r": self._reject,
                "u": self._undo}  # fmt: skip
        while True:
            self.console.print(f"\n{escape(KEYS)}", style="dim")
            try:
                word = self.key().lower()
            except (EOFError, KeyboardInterrupt):
                return "q"
            if word in ("s", "q", "\x03", "\x04", ""):
                return "s" if word == "s" else "q"
            if word in acts:
                break
        try:
            self.console.print(harmless(acts[word](entry)), markup=False)
        except TightropeError as error:
            self.console.print(harmless(str(error).replace("\n", " · ")), markup=False, style="red")
        return word

    def _accept(self, entry: Entry) -> str:
        return f"accepted as {self.desk.accept(entry.id)}"

    def _merge(self, entry: Entry) -> str:
        if not entry.proposal.twins:
            return "there is no row beside it"
        row = self.desk.accept(entry.id, same_as=entry.proposal.twins[0].row)
        return f"one more telling of {row}"

    def _correct(self, entry: Entry) -> str:
        name, sign, value = self.line("cell=value").partition("=")
        if not sign:
            return "nothing corrected: write for example place=Anbar"
        self.desk.correct(entry.id, {name.strip(): value}, reason=self.line("why (may be empty)"))
        return f"corrected: {name.strip()}"

    def _reject(self, entry: Entry) -> str:
        self.desk.reject(entry.id, reason=self.line("why (may be empty)"))
        return "rejected"

    def _undo(self, _: Entry) -> str:
        taken = self.desk.undo()
        return f"undone: {taken.verb} of {taken.proposal}"


def _page(desk: Desk, entry: Entry, history: History | None) -> Group:
    proposal, waiting = entry.proposal, desk.queue.count()["open"]
    head = Text(f"\n{entry.id} · {waiting} open · sure {proposal.confidence:.2f}", style="bold")
    event = history.theatre.events.get(proposal.cells.get("event", "")) if history else None
    if event:
        head.append(f" · {harmless(event.says)}")
    parts: list[Any] = [head, _cells(entry, _twin(entry, history))]
    for telling in proposal.tellings[:_SHOWN_TELLINGS]:
        text = desk.queue.document(telling.document)["text"] or ""
        parts.append(_sentence(telling.source, excerpt(text, telling.statement)))
    more = len(proposal.tellings) - _SHOWN_TELLINGS
    if more > 0:
        parts.append(Text(f"and {more} more tellings", style="dim"))
    for sentence in (*proposal.differences, *proposal.doubts, *_second_coder(desk, entry)):
        parts.append(Text(f"! {harmless(sentence)}", style="yellow"))
    return Group(*parts)


def _second_coder(desk: Desk, entry: Entry) -> list[str]:
    """What a second coder read where a telling stands."""
    from tightrope.evidence.agreement import beside

    return [said for telling in entry.proposal.tellings
            for coding in desk.queue.codings(telling.document)
            for said in beside(telling.statement, coding)]  # fmt: skip


def _sentence(source: str, shown: Excerpt) -> Text:
    return Text.assemble(
        (f"{harmless(source)}  ", "cyan"), (f"…{shown.before}", "dim"), (shown.head, "bold"),
        (shown.trigger, "bold reverse"), (shown.tail, "bold"), (f"{shown.after}…", "dim"),
    )  # fmt: skip


def _cells(entry: Entry, twin: Mapping[str, str] | None) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("cell")
    table.add_column("proposed", overflow="fold", ratio=1)
    if twin is not None:
        first = entry.proposal.twins[0]
        title = f"row {first.row} (likeness {first.likeness:.2f}: {first.why})"
        table.add_column(Text(harmless(title)), overflow="fold", ratio=1)
    for name, value in entry.proposal.cells.items():
        mark = "*" if name in entry.corrections else ""
        cells = [Text(f"{name}{mark}"), Text(harmless(value))]
        if twin is not None:
            cells.append(Text(harmless(twin.get(name, ""))))
        table.add_row(*cells)
    return table


def _twin(entry: Entry, history: History | None) -> dict[str, str] | None:
    if not entry.proposal.twins or history is None:
        return None
    wanted = entry.proposal.twins[0].row
    return next((cells_of(row) for row in history.rows if row.id == wanted), None)
