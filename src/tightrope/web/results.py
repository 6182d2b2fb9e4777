"""Results of runs on disk, by key: an address opens them again after the app has been closed.

They are pickled into the user's own cache, beside the compiled programs that stand there; nothing
that a visitor sends is ever read this way.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Any

from tightrope.shelf import cache_folder, written_whole

MOST_KEPT = 400
"""The oldest results beyond these are dropped: they can be computed again."""
MOST_IN_MEMORY = 40


class Results:
    """What runs have found; safe to ask from many threads and processes."""

    def __init__(self, folder: Path | None = None):
        self.folder = folder or cache_folder() / "runs"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._warm: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Any | None:
        """A result, or None; a damaged one only costs time."""
        with self._lock:
            if key in self._warm:
                self._warm.move_to_end(key)
                return self._warm[key]
        result = self._read(key)
        if result is not None:
            self._keep_warm(key, result)
        return result

    def put(self, key: str, result: object) -> None:
        """Keep a result, whole or not at all."""
        with written_whole(self._path(key)) as beside:
            beside.write_bytes(pickle.dumps(result))
        for old in sorted(self.folder.glob("*.pickle"), key=_age)[:-MOST_KEPT]:
            old.unlink(missing_ok=True)

    def has(self, key: str) -> bool:
        """Whether there is a result, without reading it."""
        return key in self._warm or self._path(key).is_file()

    def _read(self, key: str) -> Any | None:
        try:
            return pickle.loads(self._path(key).read_bytes())
        except FileNotFoundError:
            return None
        except Exception:  # pickle promises no particular failure for damaged bytes
            self._path(key).unlink(missing_ok=True)
            return None

    def _keep_warm(self, key: str, result: object) -> None:
        with self._lock:
            self._warm[key] = result
            while len(self._warm) > MOST_IN_MEMORY:
                self._warm.popitem(last=False)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.pickle"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process dropped it first
        return 0.0
