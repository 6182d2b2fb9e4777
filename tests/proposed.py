"""A review queue with two proposals: one that is new, and one that a row may tell of already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tightrope.evidence.document import Document
from tightrope.evidence.propose import propose
from tightrope.evidence.queue import Queue, queue_path
from tightrope.evidence.statement import Statement
from tightrope.history import read_theatre_and_history
from told import outlet

NEW: dict[str, Any] = {
    "date": "2018-05-05", "place": "Reed valley", "published": date(2018, 5, 6),
}  # fmt: skip
TWIN: dict[str, Any] = {
    "date": "2018-03-04", "place": "Reed valley", "published": date(2018, 3, 5),
}  # fmt: skip


def fill(folder: Path) -> None:
    """Proposal 1 is told by two outlets; proposal 2 may be the row 2018-03-04-strike."""
    fill_one(folder, outlet("herald", (3, 3), **NEW), outlet("gazette", (5, 5), **NEW))
    fill_one(folder, outlet("courier", (2, 2), **TWIN))


def fill_one(folder: Path, *read: tuple[Document, Sequence[Statement]]) -> None:
    """Propose what was read."""
    with Queue(queue_path(folder), "saltmarsh") as queue:
        propose(*read_theatre_and_history(folder), read, queue)
