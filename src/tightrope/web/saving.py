"""Changes of a theatre's files from the app: checked as a whole, written whole, never lost.

1. the whole theatre is read with the changed file in place of its own; faults are told
2. the file is written beside and renamed, once the disk has it, and only if it still is what it was
   when it was opened; so two people who edit at once cannot overwrite one another
3. a shipped theatre stays as it is: a copy among the user's data takes the change
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tightrope.errors import Fault, RequestRefused, ReviewRefused, TheatreError
from tightrope.evidence import ledger
from tightrope.evidence.queue import FILE as QUEUE
from tightrope.history import History, read_theatre_and_history
from tightrope.shelf import data_folder, is_shipped, written_whole
from tightrope.theatre import Theatre
from tightrope.theatre.reader import DATA_FILES, EXPECTATIONS, FILES
from tightrope.web.standing import rests_on

EDITABLE = ("theatre.yaml", *FILES, EXPECTATIONS, *DATA_FILES)
"""Files that are edited as text; nothing that a visitor sends becomes a name of a file here."""
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class ChangedMeanwhile(RequestRefused):
    """A file is not what it was when it was opened; nothing was written."""

    def __init__(self, file: str):
        super().__init__(409, "changed-meanwhile", f"{file} was changed since it was opened here",
                         "compare both versions, and save again")  # fmt: skip


def known_file(file: str) -> str:
    """The name of an editable file; RequestRefused for any other."""
    if file not in EDITABLE:
        raise RequestRefused(404, "unknown-file", f"{file[:60]!r} is no file of a theatre",
                             f"known are {', '.join(EDITABLE)}")  # fmt: skip
    return file


def text_of(folder: Path, file: str) -> tuple[str, str]:
    """The text of a file of a theatre and the digest of its bytes; empty where it is not there."""
    raw = ledger.read(folder, known_file(file))
    return (raw or b"").decode("utf-8", "replace").replace("\r\n", "\n"), ledger.digest(raw)


def as_bytes(folder: Path, file: str, text: str) -> bytes:
    """A text as the file would hold it: lines end as they did."""
    raw = ledger.read(folder, file) or b""
    return (text.replace("\n", "\r\n") if b"\r\n" in raw else text).encode("utf-8", "replace")


@contextmanager
def trial_of(folder: Path, changed: Mapping[str, bytes]) -> Generator[tuple[Theatre, History]]:
    """The theatre as it would be; TheatreError with every fault. Its folder is gone afterwards."""
    with tempfile.TemporaryDirectory() as place:
        for name in EDITABLE:
            raw = changed.get(name, ledger.read(folder, name))
            if raw is not None:
                _write_for_check(Path(place) / name, raw)
        yield read_theatre_and_history(place)


def _write_for_check(path: Path, raw: bytes) -> None:
    try:
        path.write_bytes(raw)
    except OSError as error:
        raise _unwritten(f"{path.name}, for its check,", error) from None


def faults_with(folder: Path, changed: Mapping[str, bytes]) -> tuple[Fault, ...]:
    """What would be wrong with the theatre."""
    try:
        with trial_of(folder, changed):
            return ()
    except TheatreError as error:
        return error.faults


def save(folder: Path, file: str, raw: bytes, opened: str) -> None:
    """Write a file of a theatre of one's own.

    opened : digest of the file when it was opened. Raises ChangedMeanwhile, TheatreError with the
    faults that the theatre would have, RequestRefused where it is shipped or cannot be written.
    """
    if is_shipped(folder):
        raise RequestRefused(409, "shipped", f"{folder.name} is shipped and stays as it is",
                             "save it as a new theatre")  # fmt: skip
    if faults := faults_with(folder, {known_file(file): raw}):
        raise TheatreError(faults)
    path = (folder / file).resolve()  # of a link, the file behind it
    try:
        with ledger.locked(folder):
            if ledger.digest(ledger.read(folder, file)) != opened:
                raise ChangedMeanwhile(file)
            with written_whole(path, durable=True) as beside:
                beside.write_bytes(raw)
                if path.exists():
                    shutil.copymode(path, beside)
    except OSError as error:
        raise _unwritten(file, error) from None
    except ReviewRefused as refused:
        raise RequestRefused(409, "not-written", f"{file} was not written: {refused}",
                             "try again, or save it as a new theatre") from None  # fmt: skip


def save_as_new(folder: Path, name: str, changed: Mapping[str, bytes]) -> Path:
    """Copy a theatre, with changed files, among the user's data; returns the new folder.

    Written beside and renamed: it is there whole or not at all. Raises TheatreError, RequestRefused
    where the name is no name, is taken, or the copy cannot be written.
    """
    save_name(name)
    if faults := faults_with(folder, changed):
        raise TheatreError(faults)
    try:
        home = own_theatres()
        if (home / name).exists():
            raise RequestRefused(409, "name-taken", f"there is a theatre {name!r} already",
                                 "give another name")  # fmt: skip
        _copy(folder, home / name, changed)
    except OSError as error:
        raise _unwritten(name, error) from None
    return home / name


def save_name(name: str) -> str:
    """A name under which a theatre can be saved; RequestRefused for any other."""
    if not _NAME.fullmatch(name):
        raise RequestRefused(422, "bad-name", f"{name[:60]!r} is no name for a theatre",
                             "use a-z, 0-9, _ and -, a letter first, at most 40")  # fmt: skip
    return name


def serve_command(name: str) -> str:
    """How to open a theatre that was saved under a name; empty where there is none."""
    if not _NAME.fullmatch(name):
        return ""
    place = own_theatres() / name
    rests_on(place, place.is_dir)
    return f"tightrope serve {place}" if place.is_dir() else ""


def own_theatres() -> Path:
    """Where new theatres go: a folder among the user's data."""
    home = data_folder() / "theatres"
    home.mkdir(parents=True, exist_ok=True)
    return home


def _copy(folder: Path, goal: Path, changed: Mapping[str, bytes]) -> None:
    beside = Path(tempfile.mkdtemp(prefix=f".{goal.name}-", dir=goal.parent))
    try:
        left_out = shutil.ignore_patterns(f"{QUEUE}*", ledger.LOCK, ".*", "__pycache__")
        shutil.copytree(folder, beside, ignore=left_out, dirs_exist_ok=True)
        beside.chmod(0o755)
        for file, raw in changed.items():
            with written_whole(beside / file, durable=True) as whole:
                whole.write_bytes(raw)
        beside.rename(goal)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _unwritten(what: str, error: OSError) -> RequestRefused:
    # Of a folder that is copied, shutil tells what failed as a list of files and reasons.
    reason = error.strerror or error.args[0][0][-1]
    return RequestRefused(507, "not-written", f"{what} cannot be written: {reason}",
                          "what stood before still stands; make room, or save elsewhere"
                          )  # fmt: skip
