"""The parts of a parsed sentence: phrases, verbs, and how they hang together."""

from __future__ import annotations

from dataclasses import dataclass, field

from tightrope.evidence.tokens import Sentence

PLACING = frozenset(["in", "at", "near", "outside", "across"])
"""Prepositions behind which it is said where something happens."""


@dataclass(slots=True, eq=False)
class Phrase:
    """A nominal phrase: tokens ``start`` to ``end`` (exclusive), and what hangs on it."""

    start: int
    end: int
    governor: str = ""
    """The preposition before it, if any."""
    after: list[tuple[str, Phrase]] = field(default_factory=list["tuple[str, Phrase]"])
    """Prepositional phrases behind it."""
    joined: list[Phrase] = field(default_factory=list["Phrase"])
    """Further members: "Iran and the Houthis"."""
    later: list[tuple[str, Phrase]] = field(default_factory=list["tuple[str, Phrase]"])
    """Prepositional phrases further on, which may be its own."""
    apposed: Phrase | None = None
    verb: Verb | None = None
    """The verb whose object, subject or prepositional phrase it is."""
    place: str = ""
    """subject, object or prep."""
    host: Phrase | None = None
    """The phrase on which it hangs by its preposition."""


@dataclass(slots=True, eq=False)
class Verb:
    """A verb group and its surroundings."""

    start: int
    head: int
    form: str
    """V, E, G or B, as tagged."""
    passive: bool = False
    modal: str = ""
    negated: bool = False
    perfect: bool = False
    relation: str = "main"
    """main, and, rel, sub, that, inf, ger, part, prep."""
    word: str = ""
    """The subordinator or preposition before it."""
    subject: Phrase | None = None
    object: Phrase | None = None
    second: Phrase | None = None
    after: list[tuple[str, Phrase]] = field(default_factory=list["tuple[str, Phrase]"])
    gap: Phrase | None = None
    """What a relative clause is about, where it has a subject of its own: "rebels whom X arms"."""
    parent: Verb | None = None
    tail: int = 0
    """End of the last token that belongs to it."""


@dataclass(slots=True)
class Parse:
    """A sentence with its phrases and verbs, in order."""

    sentence: Sentence
    tags: str
    phrases: list[Phrase]
    verbs: list[Verb]
    phrase_at: list[Phrase | None]
    verb_at: dict[int, Verb]
