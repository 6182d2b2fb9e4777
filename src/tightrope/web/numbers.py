"""The numbers of an element, each with its place in the file; a file's text with one changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tightrope.errors import RequestRefused
from tightrope.theatre import Theatre, schema
from tightrope.theatre.marks import Document, Location, parse_yaml
from tightrope.theatre.numbers import Quantity
from tightrope.theatre.reader import walk_grounded
from tightrope.web.runs.words import number_in

FILE = "theatre.yaml"
_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_PLAIN = re.compile(rf"{_NUMBER}(\s*\.\.\s*{_NUMBER})?(\s+[a-z ]{{1,20}})?")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\\\n]*\"")
_BARE = re.compile(r"[^,}\]#\n]*[^,}\]#\s]")


@dataclass(frozen=True)
class Numbered:
    """One number: its path of keys, the last of them, and what stands there."""

    place: str
    key: str
    text: str


@dataclass(frozen=True)
class Element:
    """An element with numbers, and what it rests on."""

    place: str
    mechanism: str | None
    ground: str
    numbers: tuple[Numbered, ...]


def elements_of(theatre: Theatre) -> Iterator[Element]:
    """Every grounded element of levels and events."""
    parts: list[tuple[Location, object]] = [
        *((("levels", name), level) for name, level in theatre.levels.items()),
        *((("events", name), event) for name, event in theatre.events.items()),
    ]
    for here, part in parts:
        for place, grounded in walk_grounded(part, here):
            yield _element(place, grounded)


def _element(place: Location, part: schema.Grounded) -> Element:
    numbers = tuple(
        Numbered("/".join(map(str, (*place, key))), key, value.text)
        for key, name in part.keys().items()
        if isinstance(value := getattr(part, name), Quantity)
    )
    said = part.source if part.source != schema.DEFAULT_GROUND else "the theatre's base_source"
    ground = f"assumed: {part.assumed}" if part.assumed else f"source: {said}" if said else ""
    return Element(".".join(map(str, place)), part.mechanism, ground, numbers)


def with_number(text: str, place: str, value: str) -> str:
    """The text of theatre.yaml with another number at a place.

    place : keys with slashes between. RequestRefused where it is no number, or cannot be changed by
    itself; nothing else in the file is touched.
    """
    value = " ".join(value.split())
    if not _PLAIN.fullmatch(value):
        raise _wrong(
            f"{value[:60]!r} is no number",
            "write a value or a range, with points: 0.1..0.3",
        )
    document = _parsed(text)
    location = _written_at(document, place)
    start = _offset(text, document.values[location])
    token = (_QUOTED if text[start : start + 1] in "'\"" else _BARE).match(text, start)
    changed = text if token is None else text[:start] + value + text[token.end() :]
    if not _only_that(document.data, _parsed(changed).data, location):
        raise _by_hand(place)
    return changed


def _parsed(text: str) -> Document:
    document = Document(FILE)
    parse_yaml(text, document)
    return document


def _written_at(document: Document, place: str) -> Location:
    """Where the number stands; a bare base rate stands at the key above."""
    keys: Location = tuple(
        key if (number := number_in(key)) is None else number for key in place.split("/")
    )
    for location in (keys, keys[:-1] if keys[-1] == "rate" else keys):
        if location in document.values and isinstance(_at(document.data, location),
                                                      (str, int, float)):  # fmt: skip
            return location
    raise _by_hand(place)


def _at(data: Any, location: Location) -> Any:
    for key in location:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _offset(text: str, place: tuple[int, int]) -> int:
    line, column = place
    lines = text.split("\n")
    return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1


def _only_that(before: Any, after: Any, location: Location) -> bool:
    """Whether nothing but one value differs, and it does."""
    if _at(before, location) == _at(after, location):
        return False
    same = deepcopy(before)
    holder = _at(same, location[:-1])
    holder[location[-1]] = _at(after, location)
    return bool(same == after)


def _by_hand(place: str) -> RequestRefused:
    return _wrong(f"{place[:80]} cannot be changed by itself", "edit the text of theatre.yaml")


def _wrong(message: str, remedy: str) -> RequestRefused:
    return RequestRefused(422, "bad-number", message, remedy)
