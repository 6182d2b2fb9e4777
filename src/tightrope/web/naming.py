"""A composed world as a named scenario of scenarios.yaml."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from tightrope.errors import RequestRefused
from tightrope.evidence import ledger
from tightrope.theatre import Theatre, schema

FILE = "scenarios.yaml"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def with_scenario(
    folder: Path, theatre: Theatre, name: str, says: str, changes: Sequence[schema.Change]
) -> tuple[bytes, str]:
    """The bytes of scenarios.yaml with one more scenario, and the digest of what it was.

    RequestRefused where the name is no name or is taken, or nothing is said of it.
    """
    if not _NAME.fullmatch(name):
        raise _wrong(f"{name[:60]!r} is no name", "use a-z, 0-9 and _, a letter first")
    if name in theatre.scenarios:
        raise _wrong(f"there is a scenario {name!r} already", "give another name")
    says = " ".join(says.split())
    if not says:
        raise _wrong("nothing is said of it", "say in a sentence what is different")
    raw = ledger.read(folder, FILE)
    before = raw or b""
    end = b"" if not before or before.endswith(b"\n") else b"\n"
    return before + end + _entry(name, says, changes).encode(), ledger.digest(raw)


def _entry(name: str, says: str, changes: Sequence[schema.Change]) -> str:
    lines = [f"{name}:", f"  says: {_quoted(says)}", "  changes:"]
    return "\n".join([*lines, *(f"    - {{{_keys(change)}}}" for change in changes), ""])


def _keys(change: schema.Change) -> str:
    keys = ("set", "hold", "to", "force", "block", "scale", "off")
    given: dict[str, str | None] = {key: getattr(change, key) for key in keys}
    told = [f"{key}: {_quoted(value)}" for key, value in given.items() if value is not None]
    if change.by is not None:
        told.append(f"by: {change.by:.12g}")
    if change.count > 1:
        told.append(f"count: {change.count}")
    if change.date:
        told.append(f"date: {_quoted(change.date.text)}")
    return ", ".join(told)


def _quoted(text: str) -> str:
    """A string of JSON is one of YAML."""
    return json.dumps(text, ensure_ascii=False)


def _wrong(message: str, remedy: str) -> RequestRefused:
    return RequestRefused(422, "bad-scenario", message, remedy)
