"""What the rows of a history may name: the theatre's words, as far as its files can be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tightrope.theatre import Theatre, schema
from tightrope.theatre.dates import parse_day
from tightrope.theatre.expressions import NUMBER, YES_NO, Choices
from tightrope.theatre.marks import Document, is_mapping, read_yaml
from tightrope.theatre.validate import Section, read_section


@dataclass(frozen=True)
class Usual:
    """What an event type says of itself, for the cells that a row of it leaves empty."""

    plover: str = ""
    by: tuple[str, ...] = ()
    on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """Names and days that rows are checked against; None where they are not known.

    ``choices`` has the conditions whose possible values are known.
    """

    events: Mapping[str, Usual] | None
    actors: Collection[str] | None
    sources: Collection[str] | None
    conditions: Collection[str] | None
    mechanisms: Collection[str] | None
    choices: Mapping[str, Choices]
    starts: date | None
    until: date | None


def vocabulary_of(theatre: Theatre) -> Vocabulary:
    """The words of a theatre without faults."""
    until = theatre.head.until
    events = {
        name: Usual(event.plover, tuple(event.by), tuple(event.on))
        for name, event in theatre.events.items()
    }
    return Vocabulary(
        events, theatre.actors, theatre.sources, theatre.conditions,
        theatre.mechanisms, theatre.choices, theatre.head.starts.middle(),
        until.middle() if until else None,
    )  # fmt: skip


def vocabulary_in(folder: Path) -> Vocabulary:
    """The words of a theatre that has faults, so that its tables can be checked all the same."""
    main = read_yaml(folder / "theatre.yaml")
    data = main.data if is_mapping(main.data) else dict[str, Any]()
    events = _section("events", main, data.get("events"), schema.Event)
    actors = _section("actors", main, data.get("actors"), schema.Actor)
    conditions = _section("conditions", main, data.get("conditions"), schema.Condition)
    sources = _of_file(folder / "sources.yaml", schema.Source)
    mechanisms = _of_file(folder / "mechanisms.yaml", schema.Mechanism)
    choices = {name: _choices(element) for name, element in conditions.whole.items()}
    starts, until = _day(data.get("starts")), _day(data.get("until"))
    # No row is kept where the theatre has faults, so its empty cells need not be filled.
    usual = None if events.names is None else dict.fromkeys(events.names, Usual())
    return Vocabulary(
        usual, actors.names, sources.names, conditions.names, mechanisms.names, choices, starts,
        until,
    )  # fmt: skip


def _of_file(path: Path, model: type[Any]) -> Section:
    document = read_yaml(path) if path.exists() else Document(path.name)
    section = Section(path.stem, document)
    read_section(section, document.data, model)
    return section


def _section(title: str, document: Document, data: Any, model: type[Any]) -> Section:
    section = Section(title, document, (title,))
    read_section(section, data, model)
    return section


def _choices(condition: schema.Condition) -> Choices:
    if condition.values:
        return Choices(tuple(condition.values))
    return NUMBER if condition.unit else YES_NO


def _day(value: object) -> date | None:
    try:
        return parse_day(str(value))
    except ValueError:
        return None
