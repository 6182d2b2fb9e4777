"""Texts of a theatre's files that somebody is working on: kept before anything is done with them.

A draft is on the disk before its check, its run or its saving begins, so that a kill or a full disk
in the middle loses nothing; and its key stands in the address, so that a link opens it again.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from tightrope.errors import RequestRefused
from tightrope.shelf import data_folder, written_whole

MOST_KEPT = 200
"""Of one theatre; the oldest beyond these go."""
_KEY = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True)
class Draft:
    """A text for a file, and the digest of what the file was when it was opened."""

    file: str
    opened: str
    text: str

    @property
    def key(self) -> str:
        """By which it is kept: the same draft again is the same."""
        told = json.dumps([self.file, self.opened, self.text])
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:20]


def keep(folder: Path, draft: Draft) -> str:
    """Bring a draft of a theatre to the disk; returns its key. RequestRefused if it is full."""
    try:
        home = _home(folder)
        with written_whole(home / f"{draft.key}.json", durable=True) as beside:
            beside.write_text(json.dumps(asdict(draft)), encoding="utf-8")
        for old in sorted(home.glob("*.json"), key=lambda path: path.stat().st_mtime)[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise RequestRefused(
            507, "not-written", f"the draft cannot be kept: {error.strerror}",
            "nothing was changed; go back, your text is still in the page, and make room",
        ) from None  # fmt: skip
    return draft.key


def draft_of(folder: Path, key: str) -> Draft:
    """A draft by its key; RequestRefused where there is none."""
    if _KEY.fullmatch(key):
        try:
            return Draft(**json.loads((_home(folder) / f"{key}.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            pass
    raise RequestRefused(404, "unknown-draft", "there is no such draft of this theatre",
                         "open the file and edit it again")  # fmt: skip


def _home(folder: Path) -> Path:
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    home = data_folder() / "drafts" / name
    home.mkdir(parents=True, exist_ok=True)
    return home
