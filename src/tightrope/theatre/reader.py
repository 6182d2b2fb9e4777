"""Read a theatre: a folder of plain files -> a Theatre, or every fault at once.

1. read each YAML file, keeping the place of every value
2. validate each element by itself, so that one fault hides no other
3. parse expressions and resolve names across files
4. if anything was wrong raise TheatreError with all faults; nothing is half-loaded
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tightrope.errors import TheatreError, UnknownTheatre, did_you_mean
from tightrope.theatre import schema
from tightrope.theatre.expected import Expectation
from tightrope.theatre.expressions import Choices, Gate
from tightrope.theatre.marks import Document, Location, is_mapping, read_yaml
from tightrope.theatre.quoting import quoted
from tightrope.theatre.resolve import Resolver, value_code, walk_grounded
from tightrope.theatre.spelling import capitals_in, spelled
from tightrope.theatre.validate import Section, read_section, validate

__all__ = ["Theatre", "find_theatre", "read_theatre", "theatre_digest", "walk_grounded"]

SHIPPED = Path(__file__).parent.parent / "theatres"
SECTIONS = {
    "actors": schema.Actor,
    "levels": schema.Level,
    "conditions": schema.Condition,
    "events": schema.Event,
}
FILES = {
    "mechanisms.yaml": schema.Mechanism,
    "sources.yaml": schema.Source,
    "questions.yaml": schema.Question,
    "scenarios.yaml": schema.Scenario,
    "reading.yaml": schema.Hints,
}
NOT_MODEL = ("reading.yaml",)
"""Files on which no run depends: they are no part of a fingerprint."""
EXPECTATIONS = "expectations.yaml"
DATA_FILES = ("history.csv", "conditions.csv", "ties.csv")


@dataclass(frozen=True)
class Theatre:
    """What the files of a theatre say, with every name resolved.

    ``gates`` maps each expression's text to its parsed form; ``places`` says where an element
    stands (``("events", "us_strike_on_militia")`` -> line in theatre.yaml).
    """

    folder: Path
    head: schema.Theatre
    actors: Mapping[str, schema.Actor]
    levels: Mapping[str, schema.Level]
    conditions: Mapping[str, schema.Condition]
    events: Mapping[str, schema.Event]
    mechanisms: Mapping[str, schema.Mechanism]
    sources: Mapping[str, schema.Source]
    questions: Mapping[str, schema.Question]
    scenarios: Mapping[str, schema.Scenario]
    reading: Mapping[str, schema.Hints]
    """By event type, words by which reading knows it."""
    expectations: Mapping[str, Mapping[str, Expectation]]
    """By mechanism, then by name."""
    choices: Mapping[str, Choices]
    gates: Mapping[str, Gate] = field(repr=False)
    places: Mapping[Location, tuple[int, int]] = field(repr=False)

    @property
    def name(self) -> str:
        """Short name, the folder's."""
        return self.head.name

    def in_words(self, text: str) -> str:
        """A name, or a text with names in it, in words: "US kills commander"."""
        return spelled(text, self._capitals)

    @cached_property
    def _capitals(self) -> Mapping[str, str]:
        elements = (self.events, self.levels, self.conditions, self.scenarios)
        says = [one.says for group in elements for one in group.values()]
        claims = [text for one in self.mechanisms.values()
                  for text in (one.cause, one.effect, one.fact)]  # fmt: skip
        return capitals_in([*says, *claims])

    def condition_code(self, condition: str, word: str) -> float:
        """The number by which the engine knows a condition's value; ValueError with the remedy."""
        return value_code(condition, self.choices[condition], word)


def find_theatre(name_or_path: str | Path) -> Path:
    """The folder of a theatre: a path, or the name of one that is shipped."""
    path = Path(name_or_path)
    if _is_theatre(path):
        return path
    shipped = SHIPPED / path.name
    if path.name == str(name_or_path) and _is_theatre(shipped):
        return shipped
    names = sorted(found.parent.name for found in SHIPPED.glob("*/theatre.yaml"))
    if str(name_or_path) and os.path.isdir(name_or_path):
        raise UnknownTheatre(
            f"{quoted(str(name_or_path))} has no theatre.yaml; give the folder that holds it"
        )
    raise UnknownTheatre(
        f"no theatre at {quoted(str(name_or_path))}; give a folder with theatre.yaml, or the name "
        f"of one that is shipped{did_you_mean(path.name, names)}"
    )


def _is_theatre(folder: Path) -> bool:
    try:
        return (folder / "theatre.yaml").is_file()
    except OSError:  # a name too long for the file system, a folder that may not be entered
        return False


def read_theatre(name_or_path: str | Path, *, facts: Path | None = None) -> Theatre:
    """Read and resolve a theatre; TheatreError carries every fault of its YAML files.

    facts : a file of expectations to read instead of the theatre's own.
    """
    folder = find_theatre(name_or_path)
    main = read_yaml(folder / "theatre.yaml")
    head = _read_head(main)
    data = main.data if is_mapping(main.data) else dict[str, Any]()
    sections = {title: Section(title, main, (title,)) for title in ("subsystems", *SECTIONS)}
    _read_subsystems(sections["subsystems"], data.get("subsystems"))
    for title, model in SECTIONS.items():
        read_section(sections[title], data.get(title), model)
    if sections["events"].absent:
        main.fault((), "no-events", "there are no events; add events: with at least one type")
        # Told once: whoever names an event is not faulted for it as well.
        sections["events"].names = None
    for file, model in FILES.items():
        title, document = file.removesuffix(".yaml"), _read_if_there(folder / file)
        sections[title] = Section(title, document)
        read_section(sections[title], document.data, model)
    expected = _read_expectations(
        read_yaml(facts) if facts else _read_if_there(folder / EXPECTATIONS)
    )
    resolver = Resolver(sections)
    resolver.resolve(head)
    resolver.resolve_expectations(expected)
    documents = {
        section.document.file: section.document
        for section in (*sections.values(), *expected.values())
    }
    faults = [fault for document in documents.values() for fault in document.faults]
    if faults or head is None:
        raise TheatreError(faults)
    elements = {title: section.whole for title, section in sections.items()}
    elements.pop("subsystems")
    by_mechanism = {name: section.whole for name, section in expected.items() if section.whole}
    return Theatre(
        folder, head, **elements, expectations=by_mechanism, choices=resolver.choices,
        gates=resolver.gates, places=main.places,
    )  # fmt: skip


def _read_if_there(path: Path) -> Document:
    return read_yaml(path) if path.exists() else Document(path.name)


def _read_expectations(document: Document) -> dict[str, Section]:
    """A section for each mechanism; a file that cannot be read at all is one empty section."""
    whole = Section("expectations", document)
    if not is_mapping(document.data):
        read_section(whole, document.data, Expectation)
        return {"": whole}
    sections = {name: Section("expectations", document, (name,)) for name in document.data}
    for name, section in sections.items():
        read_section(section, document.data[name], Expectation)
    return sections


def theatre_digest(folder: Path) -> str:
    """SHA-256 over names and bytes of the YAML files; ``History.digest`` is of the facts."""
    digest = hashlib.sha256()
    for name in ("theatre.yaml", *FILES):
        path = folder / name
        if path.is_file() and name not in NOT_MODEL:
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _read_head(main: Document) -> schema.Theatre | None:
    if not is_mapping(main.data):
        if not main.faults:
            main.fault(
                (),
                "not-a-theatre",
                "the file must be keys with values; write name:, says:, starts:, defaults:, "
                "actors:, levels:, conditions: and events:",
            )
        return None
    head = {key: value for key, value in main.data.items() if key not in SECTIONS}
    return validate(main, schema.Theatre, head, (), also_known=SECTIONS)


def _read_subsystems(section: Section, data: object) -> None:
    # The texts are validated with the head; here only the names matter.
    if is_mapping(data):
        section.names = list(data)
    elif data is None and not section.document.faults:
        section.absent, section.names = True, []
