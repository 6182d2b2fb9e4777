"""What is wrong with a table: the first faults in full, the rest as a number."""

from __future__ import annotations

from collections.abc import Iterable

from tightrope.errors import Fault, TheatreError

SHOWN = 20
MOST = 1_000
"""After so many faults reading stops: the table is of another kind, not merely dirty."""


class TableError(TheatreError):
    """A table could not be imported; ``faults`` holds the first, ``more`` counts the others."""

    def __init__(self, faults: Iterable[Fault], more: int = 0, *, stopped: bool = False):
        super().__init__(faults)
        self.more = more
        if more:
            where = "; reading stopped there" if stopped else ""
            self.args = (f"{self}\nand {more:,} more fault{'s' * (more != 1)}{where}",)


class FaultList:
    """Collects the faults of one table in bounded memory."""

    def __init__(self, file: str):
        self.file = file
        self.first: list[Fault] = []
        self.count = 0

    def add(self, line: int, column: int, code: str, message: str) -> None:
        """Note a fault at a line and a column of the table, both from 1; 0 means the whole.

        Raises TableError when there are too many to go on.
        """
        self.count += 1
        if len(self.first) < SHOWN:
            text = " ".join(message.split())
            self.first.append(Fault(self.file, line, column, code, text))
        if self.count >= MOST:
            raise TableError(self.first, self.count - len(self.first), stopped=True)

    def tell(self) -> None:
        """Raise TableError if there was any fault."""
        if self.count:
            raise TableError(self.first, self.count - len(self.first))
