"""Which facts a visitor asks for: words of an address, and the rows of the record that match."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, cast

from tightrope.errors import UnknownName
from tightrope.history import Row
from tightrope.report.evidence import document_of
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query
from tightrope.web.reading import Reading
from tightrope.web.runs.words import day, wrong

FILTERS = ("actor", "event", "mechanism", "source", "since", "until", "text")
"""Words of an address that choose facts."""
MOST_LETTERS = 200


@dataclass(frozen=True)
class Choice:
    """What is asked for; empty words ask for everything."""

    actor: str
    event: str
    mechanism: str
    source: str
    since: date
    until: date
    text: str


def choice_of(reading: Reading, query: Query) -> Choice:
    """The choice of an address; UnknownName or RequestRefused where a word is wrong."""
    first, last = reading.theatre.head.starts.middle(), reading.history.until
    since, until = day(query, "since", first), day(query, "until", last)
    if since > until:
        raise wrong("since", f"{since} lies after {until}", "give the earlier day first")
    text = query.get("text", "").strip()
    if len(text) > MOST_LETTERS:
        raise wrong("text", "too long", f"write at most {MOST_LETTERS} letters")
    theatre = reading.theatre
    return Choice(
        _known("actor", query, theatre.actors), _known("event", query, theatre.events),
        _known("mechanism", query, theatre.mechanisms), _known("source", query, theatre.sources),
        since, until, text,
    )  # fmt: skip


def _known(what: str, query: Query, names: Mapping[str, object]) -> str:
    name = query.get(what, "")
    if name and name not in names:
        raise UnknownName(what, name[:80], list(names))
    return name


def chosen(reading: Reading, choice: Choice) -> list[Row]:
    """The rows that match, in the order of the record."""
    events = _events_asked(reading.theatre, choice)
    return [
        row for row in reading.history.rows
        if _within(row, choice)
        and (events is None or row.event in events)
        and (not choice.actor or choice.actor in row.by or choice.actor in row.on)
        and (not choice.source or choice.source in map(document_of, row.sources))
        and has_words(reading, row, choice.text)
    ]  # fmt: skip


def has_words(reading: Reading, row: Row, text: str) -> bool:
    """Whether a row tells of all words, however apostrophes and accents are written."""
    return all(word in text_of(reading, row) for word in _words(text))


@lru_cache(8)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_plain(text).split())


def _within(row: Row, choice: Choice) -> bool:
    """Whether some day of the row may lie in the chosen time; an open end reaches everywhere."""
    earliest, latest = row.date.earliest, row.date.latest
    return (earliest is None or earliest <= choice.until) and (
        latest is None or latest >= choice.since
    )


def text_of(reading: Reading, row: Row) -> str:
    """What is searched: note, place, kind of event, actors by all their names, sources."""
    return _texts(reading)[row.id]


@lru_cache(1)
def _texts(reading: Reading) -> dict[str, str]:
    return {name: _text(reading.theatre, row) for name, row in reading.rows.items()}


def _text(theatre: Theatre, row: Row) -> str:
    actors = [theatre.actors[name] for name in (*row.by, *row.on)]
    names = [name for actor in actors for name in (actor.name, *actor.also)]
    parts = (row.id, row.note, row.place, row.date.text, theatre.events[row.event].says, *names,
             *(source.replace("_", " ") for source in row.sources))  # fmt: skip
    return _plain(" ".join(parts))


def _plain(text: str) -> str:
    """Lower case, without accents and apostrophes: transliterations differ in them."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(x for x in bare if not unicodedata.combining(x) and x not in "'’‘ʿʾ`")


def _events_asked(theatre: Theatre, choice: Choice) -> frozenset[str] | None:
    """Event types that are asked for; None for all."""
    asked = [frozenset({choice.event})] if choice.event else []
    if choice.mechanism:
        asked.append(events_of(theatre, choice.mechanism))
    return frozenset.intersection(*asked) if asked else None


def events_of(theatre: Theatre, mechanism: str) -> frozenset[str]:
    """Event types that a mechanism speaks of: those that carry it, and those that they follow."""
    found: set[str] = set()
    for name, event in theatre.events.items():
        if mechanism in _named_in(event.model_dump()):
            found.add(name)
        found |= {cause for cause, follow in event.follows.items() if follow.mechanism == mechanism}
    return frozenset(found)


def _named_in(given: Any) -> Iterator[str]:
    """Mechanisms that carry an element or something within it."""
    if isinstance(given, Mapping):
        within = cast("Mapping[str, Any]", given)
        if isinstance(named := within.get("mechanism"), str):
            yield named
        for part in within.values():
            yield from _named_in(part)
    elif isinstance(given, list):
        for part in cast("list[Any]", given):
            yield from _named_in(part)
