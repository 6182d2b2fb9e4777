"""The theatre as the app reads it: read again when its files change, and kept when they break."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from tightrope.errors import Fault, TheatreError
from tightrope.history import History, Row, read_theatre_and_history
from tightrope.report.evidence import Evidence
from tightrope.shelf import POSTERIOR, SCORECARD, VERDICTS, kept
from tightrope.theatre import Theatre
from tightrope.web.documents import Documents

LOOK_AGAIN_SECONDS = 1.0
_READ = ("*.yaml", "*.csv")


@dataclass(frozen=True)
class Reading:
    """A theatre, its history, and the digest of all that answers depend on.

    By it they are equal, so that what is made of a reading can be cached with it.
    """

    theatre: Theatre = field(compare=False)
    history: History = field(compare=False)
    digest: str
    faults: tuple[Fault, ...] = field(default=(), compare=False)
    """Of files that were changed since: then this is what stood before."""
    documents: Documents = field(default_factory=Documents, compare=False)
    """Texts that the user has of what the theatre cites."""

    @cached_property
    def evidence(self) -> Evidence:
        """What stands behind answers."""
        return Evidence(self.theatre, self.history)

    @property
    def rows(self) -> Mapping[str, Row]:
        """Facts by their ids."""
        return self.evidence.rows

    def references(self) -> Iterator[str]:
        """Every place in a document that a fact, a condition or a mechanism rests on."""
        for part in (self.history.rows, self.history.conditions, self.theatre.mechanisms.values()):
            for one in part:
                yield from one.sources


class Reader:
    """Gives the current reading; reads only when something has changed."""

    def __init__(self, folder: Path, documents: Documents | None = None):
        """Raises TheatreError where the files have faults from the start."""
        self.folder, self._documents = folder, documents or Documents()
        self._lock = Lock()
        self._signature = _signature(folder)
        self._reading = self._read()
        self._looked = time.monotonic()
        self.changes = 0
        """How often what stands here has changed."""

    @property
    def is_due(self) -> bool:
        """Whether the files have not been looked at for a while."""
        return time.monotonic() - self._looked >= LOOK_AGAIN_SECONDS

    def reading(self) -> Reading:
        """What the files say now, or what they said before they broke, with the faults."""
        if self.is_due:
            self.look_again()
        return self._reading

    def look_again(self) -> None:
        """Look at the files now, whenever they were looked at last."""
        with self._lock:
            self._look()

    def _look(self) -> None:
        signature = _signature(self.folder)
        self._looked = time.monotonic()
        if signature == self._signature:
            return
        self._signature = signature
        try:
            self._reading = self._read()
        except TheatreError as error:
            self._reading = replace(self._reading, faults=error.faults)
        self.changes += 1

    def _read(self) -> Reading:
        digest = digest_of(self.folder)
        read = read_theatre_and_history(self.folder)
        return Reading(*read, digest, documents=self._documents)


def _files(folder: Path) -> list[Path]:
    own = [path for pattern in _READ for path in folder.glob(pattern)]
    beside = (path for file in (POSTERIOR, SCORECARD, VERDICTS) for path in kept(folder, file))
    return [*sorted(own), *beside]


def _signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    stats = [(path.name, path.stat()) for path in _files(folder)]
    return tuple((name, found.st_mtime_ns, found.st_size) for name, found in stats)


def digest_of(folder: Path) -> str:
    """SHA-256 over everything that an answer depends on: files, fit, scorecard, version."""
    digest = hashlib.sha256(version("tightrope").encode())
    for path in _files(folder):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
