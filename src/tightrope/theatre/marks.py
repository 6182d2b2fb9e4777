"""YAML text -> plain data that remember where they stood in the file.

The data are built from YAML's events, so every value keeps its line and column, duplicate keys are
seen, and no depth of nesting can exhaust the stack. Scalars follow the YAML 1.2 core rules: only
``true`` and ``false`` are booleans here; ``no``, ``on`` and ``3:20`` are words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

import yaml

from tightrope.errors import Fault
from tightrope.theatre.quoting import quoted

MAX_BYTES = 20_000_000
MAX_YAML_BYTES = 4_000_000
"""YAML takes about a hundred times its size in memory, so less of it is read than of a table."""
MAX_DEPTH = 40
MAX_MESSAGE = 1_000

Location = tuple[str | int, ...]
Place = tuple[int, int]

_EVENTS: Any = yaml.parse  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_LONGEST_NUMBER = 40


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether YAML data are keys with values; keys are always text here."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether YAML data are a list."""
    return isinstance(value, list)


@dataclass
class Document:
    """A file's data, and the place of each value by its path of keys.

    ``places`` has the key of every entry (and every list item), ``values`` what stands behind it;
    ``aliases`` leads from where an alias is used to where its value is written; ``broken`` are
    the places that could not be read and are None in ``data``.
    """

    file: str
    data: Any = None
    places: dict[Location, Place] = field(default_factory=dict[Location, Place])
    values: dict[Location, Place] = field(default_factory=dict[Location, Place])
    aliases: dict[Location, Location] = field(default_factory=dict[Location, Location])
    broken: set[Location] = field(default_factory=set[Location])
    faults: list[Fault] = field(default_factory=list[Fault])

    def place(self, location: Location, *, of_value: bool = False) -> Place:
        """Line and column of the key (or the value) at ``location``, or of its nearest parent."""
        location = self._written(location)
        while location not in self.places:
            if not location:
                return (1, 1)
            location = location[:-1]
        return self.values[location] if of_value else self.places[location]

    def fault(self, location: Location, code: str, message: str, *, of_value: bool = False) -> None:
        """Note a fault at the key (or the value) of ``location``."""
        self.fault_at(self.place(location, of_value=of_value), code, message)

    def fault_at(self, place: Place, code: str, message: str) -> None:
        """Note a fault at a line and column; (0, 0) is the whole file."""
        line = " ".join(message.split())[:MAX_MESSAGE]
        self.faults.append(Fault(self.file, *place, code, line))

    def _written(self, location: Location) -> Location:
        if not self.aliases:
            return location
        for end in range(1, len(location) + 1):
            anchor = self.aliases.get(location[:end])
            if anchor is not None:
                return self._written((*anchor, *location[end:]))
        return location


def read_text(path: Path, faults: list[Fault], max_bytes: int = MAX_BYTES) -> str | None:
    """The text of a theatre's file, or None with the fault that says why it could not be read."""
    document = Document(path.name, faults=faults)
    try:
        size = path.stat().st_size
        if size > max_bytes:
            document.fault_at(
                (0, 0),
                "too-large",
                f"{size:,} bytes, and {max_bytes:,} are read; split the data or remove some",
            )
            return None
        raw = path.read_bytes()
    except OSError as error:
        document.fault_at((0, 0), "unreadable", f"{error.strerror}; is it a plain file?")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # `error.start` counts from after a byte-order mark, so the place is counted there too.
        before = bytes(error.object)[: error.start].decode("utf-8", errors="replace")
        document.fault_at(
            _place_after(before.removeprefix("\ufeff")),
            "not-utf8",
            f"byte 0x{bytes(error.object)[error.start]:02x} is not UTF-8; "
            "save the file with the encoding UTF-8",
        )
        return None


def read_yaml(path: Path) -> Document:
    """Read a YAML file; faults (encoding, size, syntax, duplicate keys) are collected."""
    document = Document(path.name)
    text = read_text(path, document.faults, MAX_YAML_BYTES)
    if text is not None:
        parse_yaml(text, document)
    return document


def parse_yaml(text: str, document: Document) -> None:
    """Fill ``document`` from YAML text; with a syntax fault its data stay None.

    >>> document = Document("theatre.yaml")
    >>> parse_yaml("deal: no\\nlimit: 3", document)
    >>> document.data, document.place(("limit",), of_value=True)
    ({'deal': 'no', 'limit': 3}, (2, 8))
    """
    control = _CONTROL.search(text)
    if control:
        document.fault_at(
            _place_after(text[: control.start()]),
            "control-character",
            f"the character U+{ord(control.group()):04X} cannot be shown; delete it",
        )
        return
    try:
        document.data = _Composer(text, document).read()
    except _TooDeep as error:
        document.fault_at(
            error.place, "yaml-nesting", f"nested deeper than {MAX_DEPTH} levels; write it flatter"
        )
    except yaml.MarkedYAMLError as error:
        _syntax_fault(text, document, error)
    except yaml.YAMLError as error:
        document.fault_at((0, 0), "yaml-syntax", f"{error}; check the file for odd characters")


def _syntax_fault(text: str, document: Document, error: yaml.MarkedYAMLError) -> None:
    mark: Any = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    what = " ".join(filter(None, (error.context, error.problem)))
    here = text.splitlines()[mark.line : mark.line + 1] if mark else []
    remedy = "check indentation, quotes and colons"
    if here and "\t" in here[0]:
        remedy = "indent with spaces, not with tabs"
    elif here and here[0][mark.column : mark.column + 1] in tuple("@`%*&!|>{}[]-"):
        remedy = "put a value that starts with such a character into quotes"
    document.fault_at(place, "yaml-syntax", f"{what}; {remedy}")


def _place_after(before: str) -> Place:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


class _TooDeep(Exception):
    def __init__(self, place: Place):
        super().__init__()
        self.place = place


class _Composer:
    """Events -> plain data; each value's place goes into the document on the way."""

    def __init__(self, text: str, document: Document):
        self.events: Iterator[Any] = _EVENTS(text, Loader=_LOADER)
        self.document = document
        self.anchors: dict[str, tuple[Location, Any]] = {}

    def read(self) -> Any:
        data, documents = None, 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.document.fault_at(
                        _place(event),
                        "yaml-syntax",
                        "a second document starts here; put it into a file of its own",
                    )
                    break
                data = self._value(next(self.events), ())
        return data

    def _value(self, event: Any, location: Location) -> Any:
        document = self.document
        document.places.setdefault(location, _place(event))
        document.values[location] = _place(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, location)
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        elif len(location) >= MAX_DEPTH:
            raise _TooDeep(_place(event))
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._list(location)
        else:
            value = self._mapping(location)
        if event.anchor:
            # Only now: an alias inside its own anchor has nothing to stand for.
            self.anchors[event.anchor] = (location, value)
        return value

    def _alias(self, event: Any, location: Location) -> Any:
        if event.anchor not in self.anchors:
            self.document.fault_at(
                _place(event),
                "unknown-alias",
                f"'*{event.anchor}' has no finished anchor '&{event.anchor}' above it; "
                "write the value out here",
            )
            self.document.broken.add(location)
            return None
        self.document.aliases[location], value = self.anchors[event.anchor]
        return value

    def _list(self, location: Location) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self._value(event, (*location, len(result))))
        return result

    def _mapping(self, location: Location) -> dict[str, Any]:
        document, result = self.document, dict[str, Any]()
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                document.fault_at(_place(event), "bad-key", "a key is one word; write 'word: ...'")
                self._skip(event)
                self._skip(next(self.events))
                continue
            key, here = str(event.value), (*location, str(event.value))
            if key in result:
                document.fault_at(
                    _place(event),
                    "duplicate-key",
                    f"{quoted(key)} stands already in line {document.place(here)[0]}; "
                    "rename or merge them",
                )
                self._skip(next(self.events))
                continue
            document.places[here] = _place(event)
            result[key] = self._value(next(self.events), here)
        return result

    def _skip(self, event: Any) -> None:
        depth = 0
        while True:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth == 0:
                return
            event = next(self.events)


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.style:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    # 007 is a name that somebody chose, not the number seven.
    if len(text) < _LONGEST_NUMBER and not _LEADING_ZERO.fullmatch(text):
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
