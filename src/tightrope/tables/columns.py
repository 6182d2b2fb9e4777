"""Which column of a table means what: names that are given, or usual ones that are found."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tightrope.errors import did_you_mean
from tightrope.tables.faults import FaultList
from tightrope.tables.table import Table
from tightrope.theatre.quoting import quoted

T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """One row of a table by the meaning of its cells; faults go to their column."""

    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, tuple[str, int]]
    """Name and position (from 1) of the column of each meaning."""
    faults: FaultList

    def take(self, meaning: str, read: Callable[[str], T], code: str) -> T | None:
        """What a cell says, or None with its fault noted."""
        try:
            return read(self.cells[meaning])
        except ValueError as error:
            self.fault(meaning, code, str(error))
            return None

    def fault(self, meaning: str, code: str, message: str) -> None:
        """Note a fault at the column of a meaning."""
        name, position = self.columns[meaning]
        self.faults.add(self.number, position, code, f"column {name}: {message}")


@dataclass(frozen=True)
class Columns:
    """The columns that are read, by what they mean."""

    table: Table
    names: Mapping[str, str]
    faults: FaultList

    def lines(self, as_written: Container[str] = ()) -> Iterator[Line]:
        """Every row; cells are stripped of white space around them, except those meanings."""
        places = {
            meaning: (name, self.table.columns.index(name) + 1)
            for meaning, name in self.names.items()
        }
        keep = [meaning in as_written for meaning in self.names]
        for number, cells in self.table.rows(list(self.names.values())):
            words = [c if k else c.strip() for c, k in zip(cells, keep, strict=True)]
            yield Line(number, dict(zip(self.names, words, strict=True)), places, self.faults)

    def named(self) -> str:
        """What was found, in words."""
        return ", ".join(f"{meaning} from {name!r}" for meaning, name in self.names.items())


def find_columns(
    table: Table, faults: FaultList, *, given: Mapping[str, str | None],
    usual: Mapping[str, Sequence[str]], needed: Sequence[Sequence[str]],
) -> Columns:  # fmt: skip
    """The column of each meaning: the one that is given, else the first usual name there is.

    needed : sets of meanings, each of which must be there; of several sets one is enough.
    Notes a fault for every column that is missing, or that two columns are called.
    """
    here = {name.casefold(): name for name in reversed(table.columns)}
    names: dict[str, str] = {}
    for meaning, wanted in given.items():
        if wanted is not None and wanted not in table.columns:
            offer = did_you_mean(wanted, table.columns) or f"; there are {_some(table.columns)}"
            says = f"no column is called {quoted(wanted)}, given for {meaning}{offer}"
            faults.add(1, 0, "missing-column", says)
        names[meaning] = wanted or next(
            (here[name] for name in usual.get(meaning, ()) if name in here), ""
        )
    _check_needed(table, names, usual, needed, faults)
    names = {meaning: name for meaning, name in names.items() if name in table.columns and name}
    for name in dict.fromkeys(names.values()):
        if table.columns.count(name) > 1:
            says = f"two columns are called {quoted(name)}; rename one"
            faults.add(1, 0, "duplicate-column", says)
    return Columns(table, names, faults)


def _check_needed(
    table: Table, names: Mapping[str, str], usual: Mapping[str, Sequence[str]],
    needed: Sequence[Sequence[str]], faults: FaultList,
) -> None:  # fmt: skip
    lacking = [[meaning for meaning in way if not names.get(meaning)] for way in needed]
    missing = min(lacking, key=len, default=[])
    for meaning in missing:
        says = f"no column for {meaning}: none is called {' or '.join(usual[meaning])}; there are "
        faults.add(1, 0, "missing-column", says + _some(table.columns))


def _some(columns: Sequence[str]) -> str:
    shown = ", ".join(quoted(name) for name in columns[:12])
    return shown + (f" and {len(columns) - 12} more" if len(columns) > 12 else "")
