"""Verdicts that are at hand: what ``verify --ablate`` last found, if nothing has changed since.

Kept beside the posterior and the scorecard, as JSON of the shape of ``verify --json`` with the
digest of what it rests on. One that rests on another text of the theatre is left alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tightrope.history import History
from tightrope.shelf import VERDICTS, kept, place, written_whole
from tightrope.theatre import Theatre

_FILES = ("theatre.yaml", "scenarios.yaml", "expectations.yaml")
"""What a verdict depends on, beside the facts: numbers, starting states, what is asked."""


@dataclass(frozen=True)
class Verdicts:
    """A whole verification as it was kept."""

    fingerprint: str
    paths: int
    by_mechanism: Mapping[str, Mapping[str, Mapping[str, Any]]]
    """By mechanism, then by expectation, as ``Verdict.as_json`` has them."""


def basis_of(theatre: Theatre, history: History) -> str:
    """SHA-256 of all that verdicts depend on."""
    digest = hashlib.sha256(history.digest().encode())
    for name in _FILES:
        path = theatre.folder / name
        digest.update(b"\0" + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


def write_verdicts(
    told: Mapping[str, Any], theatre: Theatre, history: History, into: Path | None = None
) -> Path:
    """Keep a whole ``Verification.as_json``.

    into : a folder; by default the theatre's own, or the user's cache if it is shipped.
    """
    path = place(theatre.folder, VERDICTS, into)
    text = json.dumps({"rests_on": basis_of(theatre, history), **told}, indent=1)
    with written_whole(path) as beside:
        beside.write_text(text + "\n", encoding="utf-8")
    return path


def verdicts_at_hand(folder: Path, wanted: str) -> Verdicts | None:
    """What was last found of a theatre; None where that rests on something else.

    wanted : what ``basis_of`` says of the theatre as it is.
    """
    for path in kept(folder, VERDICTS):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["rests_on"] == wanted:
                return _read(told)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a damaged file only costs a run
    return None


def _read(told: Mapping[str, Any]) -> Verdicts:
    found = {
        one["id"]: {fact["id"]: fact for fact in one["expectations"]} for one in told["mechanisms"]
    }
    return Verdicts(told["fingerprint"], told["paths"], found)
