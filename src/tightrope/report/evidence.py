"""What stands behind a number: the driver, its mechanism, the dated facts, the documents.

References are places in documents (``document#start-end``); the text of an article is never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tightrope.foresight.answer import Answer
from tightrope.foresight.drivers import Driver
from tightrope.history import History, Row
from tightrope.report.gates import gate_in_words
from tightrope.theatre import Theatre, schema


@dataclass(frozen=True)
class Fact:
    """A dated row of the history."""

    id: str
    date: str
    note: str
    status: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class DriverLine:
    """A driver in words, with how much it does and what it rests on."""

    weight: str
    """Share of today's rate, or the factor on it."""
    says: str
    mechanism: str | None
    mechanism_name: str | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class MechanismNote:
    """What sources assert, and where they do."""

    id: str
    name: str
    says: str
    fact: str
    asserted_by: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class SourceNote:
    """A document and where to find it."""

    id: str
    title: str
    outlet: str
    published: str
    where: str
    url: str | None


class Evidence:
    """The theatre and its history, asked for what stands behind answers."""

    def __init__(self, theatre: Theatre, history: History):
        self.theatre = theatre
        self.rows: Mapping[str, Row] = {row.id: row for row in history.rows}

    def drivers(self, answer: Answer) -> tuple[DriverLine, ...]:
        """The drivers of an answer in words, each fact at the first of them that rests on it."""
        several = len({driver.event for driver in answer.drivers}) > 1
        told: set[str] = set()
        lines: list[DriverLine] = []
        for driver in answer.drivers:
            lines.append(self._line(driver, several, told))
            told.update(driver.facts)
        return tuple(lines)

    def mechanisms(self, answers: Iterable[Answer]) -> tuple[MechanismNote, ...]:
        """Every mechanism that a driver of the answers carries, in the theatre's order."""
        named = {driver.mechanism for answer in answers for driver in answer.drivers}
        return tuple(
            _mechanism(self.theatre, name, mechanism)
            for name, mechanism in self.theatre.mechanisms.items()
            if name in named
        )

    def sources(self, references: Iterable[str]) -> tuple[SourceNote, ...]:
        """Every document that is referred to, in the theatre's order."""
        cited = {document_of(reference) for reference in references}
        return tuple(
            _source(name, source) for name, source in self.theatre.sources.items() if name in cited
        )

    def _line(self, driver: Driver, several: bool, told: set[str]) -> DriverLine:
        says = _WORDS[driver.kind](self.theatre, driver)
        if several:
            says = f"{says} (for: {self.theatre.events[driver.event].says})"
        mechanism = self.theatre.mechanisms.get(driver.mechanism or "")
        return DriverLine(
            weight=_weight(driver),
            says=says,
            mechanism=driver.mechanism,
            mechanism_name=in_words(mechanism.name) if mechanism else None,
            facts=tuple(
                _fact(self.rows[name])
                for name in driver.facts
                if name in self.rows and name not in told
            ),
        )


def document_of(reference: str) -> str:
    """The document that a reference names.

    >>> document_of("a000#2530-2632")
    'a000'
    """
    return reference.partition("#")[0]


def grounding(references: Iterable[str]) -> str:
    """``solid``: several documents say so, ``half``: a single one, ``assumed``: none.

    >>> grounding(["a000#2530-2632", "a000#9-80"])
    'half'
    """
    documents = {document_of(reference) for reference in references}
    return "solid" if len(documents) > 1 else "half" if documents else "assumed"


def claim_of(mechanism: schema.Mechanism) -> str:
    """What sources assert: the cause, what it does, the effect."""
    sign = {"+": "raises", "-": "lowers", "0": "does not move"}[mechanism.sign]
    return f"{mechanism.cause} → {sign} → {mechanism.effect}"


def in_words(name: str) -> str:
    """A name of the theatre as words.

    >>> in_words("common_enemy")
    'common enemy'
    """
    return name.replace("_", " ")


def speaker(theatre: Theatre, who: str) -> str:
    """Who asserts something: an actor by its name, the author of a document by the document's."""
    if who in theatre.actors:
        return theatre.actors[who].name
    first, slash, other = who.partition(" / ")
    if slash:
        return f"{speaker(theatre, first)}, {speaker(theatre, other)}"
    *rest, last = who.split()
    if rest and last in theatre.sources:
        return f"the author ({theatre.sources[last].outlet})"
    return who if rest else " ".join(map(_capital, who.split("_")))


def _capital(word: str) -> str:
    return word if word in _SMALL else word.capitalize()


_SMALL = ("al", "and", "of")


def _weight(driver: Driver) -> str:
    if driver.share is not None:
        return f"{100 * driver.share:.0f} %"
    return "" if driver.factor is None else f"× {driver.factor:.2f}"


def _follows(theatre: Theatre, driver: Driver) -> str:
    cause = theatre.events.get(driver.name)
    return f"After: {cause.says if cause else in_words(driver.name)}"


def _level(theatre: Theatre, driver: Driver) -> str:
    raises = (driver.factor or 1.0) > 1
    return (
        f"{theatre.levels[driver.name].says}: today it {'raises' if raises else 'lowers'} the rate"
    )


def _number(theatre: Theatre, driver: Driver) -> str:
    return f"{theatre.conditions[driver.name].says or in_words(driver.name)}: its size today"


def _condition(theatre: Theatre, driver: Driver) -> str:
    if driver.share is not None:
        return f"A further source while this holds: {gate_in_words(theatre, driver.name)}"
    return f"While this holds: {gate_in_words(theatre, driver.name)}"


_WORDS = {
    "base": lambda theatre, driver: "The constant part of the rate",
    "rhythm": lambda theatre, driver: f"Its {driver.name}: such events come in bursts and seasons",
    "follows": _follows,
    "level": _level,
    "number": _number,
    "condition": _condition,
    "gate": lambda theatre, driver: "Impossible as things stand today",
    "calendar": lambda theatre, driver: "Its dates are fixed by the calendar",
}


def _fact(row: Row) -> Fact:
    return Fact(row.id, row.date.text, row.note, row.status, row.sources)


def _mechanism(theatre: Theatre, name: str, mechanism: schema.Mechanism) -> MechanismNote:
    return MechanismNote(
        id=name,
        name=in_words(mechanism.name),
        says=claim_of(mechanism),
        fact=mechanism.fact,
        asserted_by=", ".join(speaker(theatre, who) for who in mechanism.asserted_by),
        sources=tuple(mechanism.sources),
    )


def _source(name: str, source: schema.Source) -> SourceNote:
    parts = [source.note or "", f"licence {source.licence}" if source.licence else ""]
    if source.sha256:
        parts.append(
            f"references count characters of a text whose SHA-256 begins with {source.sha256[:12]}"
        )
    published = source.published
    return SourceNote(
        id=name,
        title=source.title,
        outlet=", ".join(part for part in (source.author, source.outlet) if part),
        published=published.text if published else "",
        where="; ".join(part for part in parts if part),
        # Anything but a web address could be a script.
        url=source.url if (source.url or "").startswith(("https://", "http://")) else None,
    )
