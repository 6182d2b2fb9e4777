"""The seam of the two sides of an act: which phrases may be its source and its target.

A dependency parser may take the place of the shallow grammar here and nowhere else.
"""

from __future__ import annotations

from typing import Protocol

from tightrope.evidence.frames import Sides
from tightrope.evidence.grammar import Parse
from tightrope.evidence.noun_sides import of_noun
from tightrope.evidence.triggers import Trigger
from tightrope.evidence.verb_sides import of_verb

__all__ = ["ArgumentFinder", "ShallowFinder", "Sides"]


class ArgumentFinder(Protocol):
    """Finds the sides of an act."""

    def sides(self, trigger: Trigger, parse: Parse) -> Sides:
        """Phrases of ``parse`` that are source and target of ``trigger``."""
        ...


class ShallowFinder:
    """By the surroundings that the shallow grammar found."""

    def sides(self, trigger: Trigger, parse: Parse) -> Sides:
        """Source and target by the frame of the act."""
        return of_noun(trigger, parse) if trigger.act.noun else of_verb(trigger, parse)
