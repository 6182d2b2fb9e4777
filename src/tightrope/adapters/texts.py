"""Entries and types -> the text of a theatre's files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from string import Template
from typing import NamedTuple

from tightrope.adapters.entries import Entry
from tightrope.adapters.event_types import EventType
from tightrope.adapters.naming import name_from, unique
from tightrope.history.reader import HISTORY_COLUMNS

TEMPLATE = Path(__file__).parent / "template"
VARIOUS = "Parties that the rows name"
UNNAMED = "Not named in the table"
_REFERENCE = re.compile(r"[\w.:+-]{1,100}")


class Origin(NamedTuple):
    """Where a theatre comes from: its source as sources.yaml has it."""

    file: str
    source: str
    """Name of the source in the theatre."""
    fields: Mapping[str, str]


def theatre_text(
    name: str, says: str, origin: Origin, time: tuple[date, date], types: Iterable[EventType],
    actors: Mapping[str, str],
) -> str:  # fmt: skip
    """theatre.yaml; ``actors`` leads from parties to names of actors."""
    people = [
        f"  {actor}: {{name: {quote(party)}, kind: {_kind(party)}}}\n"
        for party, actor in actors.items()
    ]
    return _filled(
        "theatre.yaml", FILE=origin.file, NAME=name, SAYS=quote(says), STARTS=time[0],
        UNTIL=time[1], ACTORS="".join(people),
        TYPES="".join(_type_text(kind, actors) for kind in types),
    )  # fmt: skip


def _type_text(kind: EventType, actors: Mapping[str, str]) -> str:
    by = kind.by or (VARIOUS if VARIOUS in actors else UNNAMED,)
    return _filled(
        "type.yaml", NAME=kind.name, SAYS=quote(kind.says), PLOVER=kind.plover,
        BY=", ".join(actors[party] for party in by),
        ON=", ".join(actors[party] for party in kind.on),
    )  # fmt: skip


def _filled(template: str, **words: object) -> str:
    return Template((TEMPLATE / template).read_text(encoding="utf-8")).substitute(words)


def actor_names(types: Iterable[EventType], entries: Iterable[Entry]) -> dict[str, str]:
    """A name for each party: those of the types first, then those of single rows."""
    types = tuple(types)
    parties = dict.fromkeys(p for kind in types for p in (*kind.by, *kind.on))
    parties |= dict.fromkeys(p for entry in entries for p in (*entry.by, *entry.on))
    if any(not kind.by for kind in types):
        parties[VARIOUS if parties else UNNAMED] = None
    names: dict[str, str] = {}
    taken: set[str] = set()
    for party in parties:
        names[party] = unique(name_from(party, "actor"), taken)
        taken.add(names[party])
    return names


def _kind(party: str) -> str:
    if party.startswith("Government of "):
        return "government"
    return "public" if party in ("Civilians", VARIOUS, UNNAMED) else "armed_group"


def sources_text(origin: Origin) -> str:
    """sources.yaml: the table, and nothing else."""
    fields = [f"  {key}: {quote(value)}" for key, value in origin.fields.items()]
    return "\n".join([f"{origin.source}:", *fields, ""])


def history_text(
    entries: Sequence[Entry], types: Mapping[str, EventType], actors: Mapping[str, str],
    origin: Origin,
) -> str:  # fmt: skip
    """history.csv: one row for each entry, in the order of time."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HISTORY_COLUMNS)
    for entry in sorted(entries, key=lambda e: (e.days, e.line)):
        writer.writerow(_row(entry, types[entry.event], actors, origin))
    return text.getvalue()


def _row(entry: Entry, kind: EventType, actors: Mapping[str, str], origin: Origin) -> Sequence[str]:
    place = f"#{entry.id}" if _REFERENCE.fullmatch(entry.id) else ""
    # What the type says of all its rows is not said again in each.
    by, on = ((), ()) if kind.by else (entry.by, entry.on)
    known = entry.known if entry.known != entry.days.latest else None
    return (
        entry.id, entry.days.text(), str(known or ""), kind.name, "", entry.count.text(),
        entry.deaths.text() if entry.deaths else "", ";".join(actors[party] for party in by),
        ";".join(actors[party] for party in on), entry.place, origin.source + place,
        "tally" if entry.is_tally else "reported", entry.note,
    )  # fmt: skip


def quote(text: str) -> str:
    """A text as a YAML scalar in double quotes; JSON's form is one of YAML's."""
    return json.dumps(text, ensure_ascii=False)
