"""ties.csv: who backs, leads or pays whom, as sources say.

Ties are for people to read. No number of the model rests on them, so they stand in a file of their
own and in no fingerprint: to declare one more does not make a fit out of date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from tightrope.errors import Fault
from tightrope.history import checks
from tightrope.history.cells import Cells, read_cells
from tightrope.history.vocabulary import Vocabulary
from tightrope.theatre.dates import Span, parse_span
from tightrope.theatre.quoting import quoted

FILE = "ties.csv"
COLUMNS = ("actor", "tie", "other", "since", "until", "mechanism", "sources", "note")
Kind = Literal["backs", "leads", "pays"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class DeclaredTie:
    """One actor backs, leads or pays another; None is an end that nobody dates."""

    actor: str
    kind: Kind
    other: str
    since: Span | None
    until: Span | None
    mechanism: str
    sources: tuple[str, ...]
    note: str

    @property
    def first(self) -> date:
        """The earliest day on which it may have held."""
        return (self.since and self.since.earliest) or date.min

    @property
    def last(self) -> date:
        """The latest."""
        return (self.until and self.until.latest) or date.max

    def may_hold(self, first: date, last: date) -> bool:
        """Whether it may hold on some day of a time."""
        return self.first <= last and self.last >= first


_Placed = tuple[DeclaredTie, Cells]


def read_ties(folder: Path, words: Vocabulary, faults: list[Fault]) -> tuple[DeclaredTie, ...]:
    """The ties of a theatre, in the order of the file; none where there is no such file."""
    path = folder / FILE
    found: list[_Placed] = []
    for cells in read_cells(path, COLUMNS, faults) if path.exists() else ():
        tie = _tie(cells, words)
        if tie is not None:
            _check_again(tie, cells, found)
            found.append((tie, cells))
    _check_circles(found)
    return tuple(tie for tie, _ in found)


def _tie(cells: Cells, words: Vocabulary) -> DeclaredTie | None:
    before = len(cells.faults)
    for column in ("actor", "other"):
        checks.check_name(cells, column, "actor", words.actors, cells[column])
    if cells["actor"] == cells["other"] != "":
        cells.fault(
            "other", "tie-to-itself", "nobody backs, leads or pays themselves; name another"
        )
    checks.check_word(cells, "tie", "tie", KINDS, cells["tie"])
    _check_ground(cells, words)
    since, until = _end(cells, "since"), _end(cells, "until")
    made = DeclaredTie(
        cells["actor"], cast("Kind", cells["tie"]), cells["other"], since, until,
        cells["mechanism"], cells.names("sources"), cells["note"],
    )  # fmt: skip
    if made.first > made.last:
        says = f"{quoted(cells['until'])} lies before {quoted(cells['since'])}; swap them"
        cells.fault("until", "bad-date", says)
    return made if len(cells.faults) == before else None


def _check_ground(cells: Cells, words: Vocabulary) -> None:
    """A mechanism that says so is enough, for it has its own sources."""
    if cells["mechanism"]:
        checks.check_name(cells, "mechanism", "mechanism", words.mechanisms, cells["mechanism"])
    if cells["sources"] or not cells["mechanism"]:
        checks.check_sources(cells, words.sources)


def _end(cells: Cells, column: str) -> Span | None:
    """A day, a month or a year, uncertain or not; empty where nobody dates it."""
    return checks.read_date(cells, column, parse_span) if cells[column] else None


def _check_again(tie: DeclaredTie, cells: Cells, found: list[_Placed]) -> None:
    for other, there in found:
        same = (other.actor, other.kind, other.other) == (tie.actor, tie.kind, tie.other)
        if same and other.may_hold(tie.first, tie.last):
            says = f"the same tie stands in line {there.line} for some of these days; keep one, "
            cells.fault("actor", "duplicate-row", says + "or give dates that do not overlap")
            return


def _check_circles(found: list[_Placed]) -> None:
    """Who leads is not led, on the same day and at however many removes, by whom they lead."""
    leading = [(tie, cells) for tie, cells in found if tie.kind == "leads"]
    for tie, cells in leading:
        then = [other for other, _ in leading if other.may_hold(tie.first, tie.first)]
        if tie.actor in _led_by(tie.other, then):
            says = (
                f"{quoted(tie.other)} leads {quoted(tie.actor)} at the same time; drop one of them"
            )
            cells.fault("other", "tie-in-a-circle", says)


def _led_by(name: str, ties: list[DeclaredTie]) -> set[str]:
    """Whom an actor leads, directly or through others."""
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        now = ahead.pop()
        below = {tie.other for tie in ties if tie.actor == now} - seen
        seen |= below
        ahead += below
    return seen
