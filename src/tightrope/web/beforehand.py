"""Answers made beforehand: what the app shows first, in a file beside the theatre.

The first outlook takes tens of seconds, and the twelve behind the lines over the past year minutes,
each with a fit of its own to what was known on its day. A shipped theatre has them in a file, which
is used only while it rests on exactly the theatre, record, fit and scorecard that are being served.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tightrope.shelf import POSTERIOR, SCORECARD, kept, written_whole
from tightrope.web.desk import Desk
from tightrope.web.plain import plain, shaped
from tightrope.web.runs import Settings, run_of

FILE = "first_page.json.gz"
_VERSION_OF_FILE = 1
Say = Callable[[str], None]


class Made(NamedTuple):
    """A result, and what was asked for."""

    verb: str
    settings: Settings
    result: Any


def make(desk: Desk, say: Say) -> list[Made]:
    """Run what the first pages need, one after another.

    say : told in a sentence what is being done.
    """
    made: list[Made] = []
    for verb, settings in desk.first_needed():
        say(f"{verb} {settings.get('as_of', '')}".strip())
        reading = desk.reading
        result = run_of(verb)(reading.theatre, reading.history, settings, _quiet)
        made.append(Made(verb, settings, result))
    return made


def write(desk: Desk, made: list[Made], path: Path) -> None:
    """The same results give the same bytes."""
    told = {
        "version": _VERSION_OF_FILE,
        "rests_on": _basis(desk),
        "made": [[verb, dict(settings), plain(result)] for verb, settings, result in made],
    }
    text = json.dumps(told, separators=(",", ":")).encode()
    with written_whole(path) as beside:
        beside.write_bytes(gzip.compress(text, 9, mtime=0))


def read(desk: Desk) -> list[Made]:
    """What lies beside the theatre; nothing where it rests on something else, or is damaged."""
    rows = desk.reading.rows
    for path in kept(desk.folder, FILE):
        try:
            told = json.loads(gzip.decompress(path.read_bytes()))
            if told["version"] == _VERSION_OF_FILE and told["rests_on"] == _basis(desk):
                return [
                    Made(verb, settings, shaped(_shape_of(verb), result, rows))
                    for verb, settings, result in told["made"]
                ]
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            continue  # it only saves time
    return []


def _basis(desk: Desk) -> str:
    """Hash of all that the answers depend on; scenarios and expectations do not belong to it."""
    from importlib.metadata import version

    reading = desk.reading
    parts = [version("tightrope"), reading.history.digest()]
    files = [
        desk.folder / "theatre.yaml",
        desk.folder / "questions.yaml",
        *_fits(desk)[:1],
        *kept(desk.folder, SCORECARD)[:1],
    ]
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def _fits(desk: Desk) -> list[Path]:
    """Fits to the whole record; one to an earlier day (``calibrate --until``) changes nothing."""
    record = desk.reading.history.digest()
    return [path for path in kept(desk.folder, POSTERIOR) if record in _records(path)]


def _records(path: Path) -> set[str]:
    """What a file of fits was fitted to; read by itself, for the fits bring the engine along."""
    try:
        with np.load(path, allow_pickle=False) as file:
            told = [json.loads(str(file[name])) for name in file.files if name.endswith("/basis")]
            return {basis["history_digest"] for basis in told}
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return set()  # who needs a fit will say so


def _shape_of(verb: str) -> type:
    from tightrope.foresight.outlook import Outlook
    from tightrope.web.runs.fit import Taught

    return {"outlook": Outlook, "past": Outlook, "fit": Taught}[verb]


def _quiet(says: str, share: float | None = None) -> None:
    del says, share
