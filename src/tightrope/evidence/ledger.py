"""Writing a decision into the files of a theatre so that no crash can tear it.

1. the decision and its patches are committed to the queue, as *pending*
2. each file is written beside, brought to the disk and renamed
3. the decision is marked *done*

Whoever opens the queue next finishes what is pending: a patch whose file still has the bytes of
before is applied, one whose file has the bytes of after is not applied again.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tightrope.errors import ReviewRefused
from tightrope.history.writer import Change
from tightrope.shelf import written_whole

LOCK = ".review.lock"
ABSENT = "absent"
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Patch:
    """A change of one file, and the SHA-256 of the file before and after; a file may be absent."""

    file: str
    change: Change
    before: str
    after: str

    def undone(self) -> Patch:
        """The patch back."""
        return Patch(self.file, self.change.undone(), self.after, self.before)


def patch(file: str, raw: bytes | None, change: Change) -> Patch:
    """The patch of a file that holds ``raw`` now; None where there is no such file."""
    return Patch(file, change, digest(raw), digest(change.of(raw or b"")))


def digest(raw: bytes | None) -> str:
    """SHA-256 of a file's bytes, or the word for a file that is not there."""
    return ABSENT if raw is None else hashlib.sha256(raw).hexdigest()


def read(folder: Path, file: str) -> bytes | None:
    """The bytes of a file of the theatre; None where it is not there."""
    try:
        return (folder / file).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReviewRefused(f"{folder / file} cannot be read: {error.strerror}; nothing was "
                            "changed") from None  # fmt: skip


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Only one process at a time decides about a theatre; the lock dies with its process.

    Raises ReviewRefused when another holds it for long, or the folder cannot be written.
    """
    try:
        lock = sqlite3.connect(folder / LOCK, timeout=PATIENCE_SECONDS, isolation_level=None)
    except sqlite3.Error:
        raise _unwritable(folder) from None
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise ReviewRefused(
                    f"another process is deciding about {folder}; nothing was changed: wait for it "
                    "and try again"
                ) from None
            raise _unwritable(folder) from None
        yield
    finally:
        lock.close()


def _unwritable(folder: Path) -> ReviewRefused:
    return ReviewRefused(f"{folder} cannot be written; decide about a copy of your own: "
                         "tightrope review --into FOLDER")  # fmt: skip


def patched(folder: Path, patches: Iterable[Patch]) -> dict[str, bytes]:
    """The bytes of each file after its patches; ReviewRefused when one was changed meanwhile."""
    files: dict[str, bytes] = {}
    for each in patches:
        raw = files.get(each.file, read(folder, each.file))
        if digest(raw) != each.before:
            raise ReviewRefused(f"{folder / each.file} was changed meanwhile; nothing was written: "
                                "decide again")  # fmt: skip
        files[each.file] = each.change.of(raw or b"")
    return files


def state(folder: Path, patches: Sequence[Patch]) -> str:
    """``before``, ``after`` or ``between`` all patches; ``changed`` if somebody else wrote."""
    states: set[str] = set()
    for each in patches:
        now = digest(read(folder, each.file))
        states.add("before" if now == each.before else "after" if now == each.after else "changed")
    if len(states) == 1:
        return states.pop()
    return "changed" if "changed" in states else "between"


def write(folder: Path, patches: Iterable[Patch]) -> None:
    """Apply patches that are not yet applied, each file whole and brought to the disk."""
    for each in patches:
        raw = read(folder, each.file)
        if digest(raw) == each.before:
            _put(folder / each.file, each.change.of(raw or b""), gone=each.after == ABSENT)


def _put(path: Path, raw: bytes, *, gone: bool) -> None:
    path = path.resolve()  # of a link, the file behind it
    try:
        if gone:
            path.unlink()
            return
        with written_whole(path, durable=True) as beside:
            beside.write_bytes(raw)
            if path.exists():
                shutil.copymode(path, beside)
    except OSError as error:
        raise ReviewRefused(f"{path} cannot be written: {error.strerror}; the decision is kept and "
                            "written when that is mended and the queue opened again"
                            ) from None  # fmt: skip


def back(folder: Path, patches: Sequence[Patch]) -> list[Patch]:
    """Patches that take others back, in files that may have been changed elsewhere since.

    Where nothing else changed, the bytes are exactly those of before. Raises ReviewRefused when
    what was written does not stand there any more, or stands there twice.
    """
    files: dict[str, bytes | None] = {}
    taken: list[Patch] = []
    for each in reversed(patches):
        raw = files[each.file] if each.file in files else read(folder, each.file)
        undo = each.undone()
        if digest(raw) != each.after:
            undo = _found_again(folder / each.file, raw or b"", each)
        after = undo.change.of(raw or b"")
        files[each.file] = None if undo.after == ABSENT else after
        taken.append(undo)
    return taken


def _found_again(path: Path, raw: bytes, written: Patch) -> Patch:
    inserted = written.change.inserted
    places = raw.count(inserted) if inserted.strip() else 0
    if places != 1:
        raise ReviewRefused(
            f"{path} was changed since: what the decision wrote stands there "
            f"{'no more' if not places else f'{places} times'}; correct the file by hand"
        )
    at = raw.index(inserted)
    return patch(path.name, raw, Change(at, inserted, written.change.removed))
