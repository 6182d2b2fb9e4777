"""Everything that was taken in -> the folder of a theatre, whole or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tightrope.adapters.entries import NARROW, Entry
from tightrope.adapters.event_types import EventType, Sorted
from tightrope.adapters.questions import questions_text
from tightrope.adapters.texts import (
    Origin,
    actor_names,
    history_text,
    sources_text,
    theatre_text,
)
from tightrope.errors import TightropeError
from tightrope.history import read_theatre_and_history
from tightrope.tables.faults import FaultList
from tightrope.theatre.marks import MAX_BYTES

SHORTEST_RECORD_DAYS = 30
"""Without so many days no forecast is made."""
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Imported:
    """What an import made, and what a person should know about it."""

    folder: Path
    starts: date
    until: date
    rows: int
    types: tuple[EventType, ...]
    said: tuple[str, ...]
    """What was found, chosen and left out, in sentences."""

    @property
    def is_short(self) -> bool:
        """Whether the time is too short for a forecast."""
        return (self.until - self.starts).days + 1 < SHORTEST_RECORD_DAYS

    @property
    def files(self) -> list[Path]:
        """The files of the theatre."""
        return sorted(self.folder.iterdir())


def check_folder(folder: Path) -> None:
    """TightropeError when a theatre cannot be made at a path."""
    if not _NAME.fullmatch(folder.name):
        raise TightropeError(
            f"{folder.name[:60]!r} is no name for a theatre; "
            "use a-z, 0-9, _ and -, a letter first, at most 40 characters"
        )
    try:
        there = folder.is_symlink() or folder.exists()
    except OSError as error:
        raise _unwritable(folder, error) from error
    if there:
        raise TightropeError(f"{folder} is there already; give the name of a new theatre")


def make_theatre(
    folder: Path, says: str, origin: Origin, time: tuple[date, date], entries: Sequence[Entry],
    kinds: Sorted, faults: FaultList,
) -> None:  # fmt: skip
    """Write a theatre, read it back, and only then put it into its place."""
    pooled = [entry for entry in entries if not kinds.type_of[entry.event].by]
    actors = actor_names(kinds.types, pooled)
    texts = {
        "theatre.yaml": theatre_text(folder.name, says, origin, time, kinds.types, actors),
        "sources.yaml": sources_text(origin),
        "questions.yaml": questions_text(kinds.types, (time[1] - time[0]).days + 1),
        "history.csv": history_text(entries, kinds.type_of, actors, origin),
    }
    size = len(texts["history.csv"].encode())
    if size > MAX_BYTES:
        says = f"the history would have {size:,} bytes, and {MAX_BYTES:,} are read; "
        faults.add(0, 0, "too-large", says + NARROW)
        faults.tell()
    try:
        _write(folder, texts)
    except OSError as error:
        raise _unwritable(folder, error) from error


def digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, text in texts.items():
            (beside / name).write_text(text, encoding="utf-8", newline="\n")
        read_theatre_and_history(beside)
        beside.chmod(0o755)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _unwritable(folder: Path, error: OSError) -> TightropeError:
    return TightropeError(
        f"{folder} cannot be written: {error.strerror}; choose another place for the theatre"
    )
