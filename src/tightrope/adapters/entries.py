"""The rows of a table as dated entries, and the choice of which belong to the theatre's time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from tightrope.adapters.coverage import first_regular_month
from tightrope.errors import TightropeError
from tightrope.tables.columns import Line
from tightrope.tables.faults import FaultList
from tightrope.tables.values import ONE, Bounds, Days, printable, read_name
from tightrope.theatre.quoting import quoted

MOST_ROWS = 100_000
"""A history of more rows would not be read: history.csv may have 20 MB."""
NARROW = "narrow it with --from and --until"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a table. ``known`` is None where it was public on the last of its days."""

    line: int
    id: str
    event: str
    days: Days
    known: date | None = None
    count: Bounds = ONE
    deaths: Bounds | None = None
    by: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    place: str = ""
    note: str = ""

    @property
    def is_tally(self) -> bool:
        """Whether it counts over several days; one event on one of several days is no tally."""
        return self.days.earliest < self.days.latest and self.count != ONE


@dataclass
class Intake:
    """Takes entries in, one by one, within the time asked for and in bounded memory."""

    faults: FaultList
    since: date | None
    until: date | None
    also: str = ""
    """A further remedy for a table that is too large."""
    entries: list[Entry] = field(default_factory=list[Entry])
    outside: int = 0
    lines_of_ids: dict[str, int] = field(default_factory=dict[str, int])

    def wants(self, days: Days) -> bool:
        """Whether all the days lie within the time asked for; otherwise it is left out."""
        inside = (self.since is None or self.since <= days.earliest) and (
            self.until is None or days.latest <= self.until
        )
        self.outside += not inside
        return inside

    def check(self) -> None:
        """Raise TableError when there was a fault, or when there is nothing to go on with."""
        if not self.faults.count and not self.entries:
            says = "no row tells of an event; give a table with at least one"
            if self.outside:
                says = f"all {self.outside:,} rows lie outside --from and --until; move these"
            self.faults.add(0, 0, "no-rows", says)
        self.faults.tell()

    def row_id(self, line: Line) -> str:
        """The row's own id, which must not be there yet; without a column of ids its number."""
        if "id" not in line.columns:
            return f"row-{line.number}"
        name = line.take("id", lambda text: read_name(printable(text)), "bad-id") or ""
        first = self.lines_of_ids.setdefault(name, line.number)
        if name and first != line.number:
            says = f"{quoted(name)} stands already in row {first}; give each row its own id"
            line.fault("id", "duplicate-id", says)
        return name

    def add(self, entry: Entry) -> None:
        """Keep an entry. Raises TableError when there are too many."""
        if len(self.entries) >= MOST_ROWS:
            says = f"more than {MOST_ROWS:,} rows in the time asked for, and no more are kept; "
            self.faults.add(entry.line, 0, "too-many-rows", says + NARROW + self.also)
            self.faults.tell()
        self.entries.append(entry)


def check_time(since: date | None, until: date | None) -> None:
    """TightropeError when the time asked for is none."""
    if since and until and until < since:
        raise TightropeError(f"--until {until} lies before --from {since}; swap the two days")


def regular(entries: Sequence[Entry], since: date | None) -> tuple[list[Entry], date]:
    """The entries from ``since`` on, by default from the first month of regular coverage."""
    start = since or first_regular_month([entry.days.earliest for entry in entries])
    return [entry for entry in entries if entry.days.earliest >= start], start


def number_of_rows(number: int) -> str:
    """A number of rows in words.

    >>> number_of_rows(1), number_of_rows(2000)
    ('1 row', '2,000 rows')
    """
    return f"{number:,} row{'s' * (number != 1)}"


def left_out(intake: Intake, early: int, start: date) -> Iterable[str]:
    """What to say of the rows that are not in the theatre, ``early`` of them before ``start``."""
    if intake.outside:
        yield f"left out: {number_of_rows(intake.outside)} reaching outside --from and --until"
    if early:
        yield (f"left out: {number_of_rows(early)} from before {start}, where coverage is not "
               "regular yet; --from takes them in")  # fmt: skip
