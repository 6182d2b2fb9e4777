"""A party as the text has it, before it is resolved to a theatre."""

from __future__ import annotations

from dataclasses import dataclass

from tightrope.evidence.grammar import Parse
from tightrope.evidence.tokens import word_set

UNNAMED = word_set("unknown facility weapon")
"""Kinds of phrases that name nobody: unknown assailants, weapons, places without an owner."""


@dataclass(frozen=True, slots=True)
class Found:
    """A party before it is resolved to the theatre: token span, name, and what kind it is."""

    name: str
    kind: str
    country: str
    start: int
    end: int
    joined: tuple[Found, ...] = ()
    told: Parse | None = None
    """The sentence in which he is named, if it is another than that of the act."""

    @property
    def protests(self) -> bool:
        """Whether they are people who protest."""
        return self.name.startswith("Protesters")
