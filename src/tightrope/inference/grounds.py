"""What stands behind a theatre's elements: which mechanism they carry, and who says the numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tightrope.theatre import Theatre, schema
from tightrope.theatre.marks import Location
from tightrope.theatre.numbers import Quantity
from tightrope.theatre.reader import walk_grounded


def carriers(theatre: Theatre) -> dict[str, list[str]]:
    """For each mechanism the elements and scenarios that carry it, as paths of keys."""
    found: dict[str, list[str]] = {}
    for place, part in _grounded(theatre):
        if part.mechanism:
            found.setdefault(part.mechanism, []).append(".".join(map(str, place)))
    for name, scenario in theatre.scenarios.items():
        for mechanism in scenario.mechanisms:
            found.setdefault(mechanism, []).append(f"scenarios.{name}")
    return found


def count_numbers(theatre: Theatre) -> Counter[str]:
    """How many numbers are ``sourced``, by a mechanism or a document, and how many ``assumed``."""
    count: Counter[str] = Counter()
    for _, part in _grounded(theatre):
        fields = type(part).model_fields
        numbers = sum(isinstance(getattr(part, name), Quantity) for name in fields)
        count["sourced" if part.assumed is None else "assumed"] += numbers
    return count


def _grounded(theatre: Theatre) -> Iterator[tuple[Location, schema.Grounded]]:
    yield from walk_grounded(theatre.head.defaults, ("defaults",))
    for name, level in theatre.levels.items():
        yield from walk_grounded(level, ("levels", name))
    for name, event in theatre.events.items():
        yield from walk_grounded(event, ("events", name))
