"""What touches what in a theatre: the edges between events, levels and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tightrope.report.evidence import grounding
from tightrope.report.stories import event_in_words
from tightrope.theatre import Theatre, schema
from tightrope.theatre.numbers import Quantity

KINDS = ("event", "level", "condition")
MOST_NODES = 40
_AT_A_GLANCE = 16
"""Edges of a picture that fits a screen."""
Node = tuple[str, str]
"""Kind and name."""


@dataclass(frozen=True)
class Edge:
    """One element that leads from one thing to another."""

    source: Node
    target: Node
    how: str
    """In words, with its number."""
    sign: str
    """``+``, ``-``, or empty where it is neither."""
    mechanism: str | None
    standing: str
    """``solid`` (several documents), ``half`` (one), ``assumed`` (none)."""
    place: str
    """Path of keys in theatre.yaml."""


@dataclass(frozen=True)
class Neighbourhood:
    """A part of the model that can be drawn: nodes in three columns, left to right."""

    columns: tuple[tuple[Node, ...], ...]
    edges: tuple[Edge, ...]
    """Those that are drawn."""
    more: int
    """Nodes that are left out of the drawing; the table has their edges."""
    listed: tuple[Edge, ...]


def around(theatre: Theatre, centre: Node) -> Neighbourhood:
    """One event, level or condition: what acts on it, and on what it acts."""
    edges = edges_of(theatre)
    into = [edge for edge in edges if edge.target == centre]
    out = [edge for edge in edges if edge.source == centre]
    half = (MOST_NODES - 1) // 2
    left, right = _unique(e.source for e in into), _unique(e.target for e in out)
    # What stands on both sides is drawn on both.
    shown = left[: max(half, MOST_NODES - 1 - len(right))]
    kept = right[: MOST_NODES - 1 - len(shown)]
    drawn = [e for e in into if e.source in shown] + [e for e in out if e.target in kept]
    more = len(left) + len(right) - len(shown) - len(kept)
    listed = tuple(dict.fromkeys([*into, *out]))
    return Neighbourhood((shown, (centre,), kept), tuple(dict.fromkeys(drawn)), more, listed)


def of_mechanism(theatre: Theatre, mechanism: str) -> Neighbourhood:
    """All that carries a mechanism."""
    edges = tuple(edge for edge in edges_of(theatre) if edge.mechanism == mechanism)
    sources, targets = {e.source for e in edges}, {e.target for e in edges}
    nodes = _unique(node for edge in edges for node in (edge.source, edge.target))
    shown = nodes[:MOST_NODES]
    columns = (
        tuple(n for n in shown if n not in targets),
        tuple(n for n in shown if n in sources and n in targets),
        tuple(n for n in shown if n not in sources),
    )
    drawn = tuple(e for e in edges if e.source in shown and e.target in shown)
    return Neighbourhood(columns, drawn, len(nodes) - len(shown), edges)


def busiest(theatre: Theatre) -> Node:
    """The event that most edges touch and that still is seen at a glance: where to begin."""
    count = {("event", name): 0 for name in theatre.events}
    for edge in edges_of(theatre):
        for node in (edge.source, edge.target):
            if node in count:
                count[node] += 1
    at_a_glance = [node for node in count if count[node] <= _AT_A_GLANCE]
    return max(at_a_glance or count, key=lambda node: count[node])


def says_of(theatre: Theatre, node: Node) -> str:
    """What the theatre says of a thing; its name where it says nothing."""
    kind, name = node
    if kind == "event" and name in theatre.events:
        return event_in_words(theatre, name)
    elements = {"event": theatre.events, "level": theatre.levels, "condition": theatre.conditions}
    found = elements[kind].get(name)
    return (found.says if found else "") or name.replace("_", " ")


def edges_of(theatre: Theatre) -> tuple[Edge, ...]:
    """Every edge of a theatre, event by event."""
    return _edges(_Same(theatre))


class _Same:
    """A theatre by identity, for the cache: it is read anew where its files change."""

    def __init__(self, theatre: Theatre):
        self.theatre = theatre

    def __hash__(self) -> int:
        return id(self.theatre)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.theatre is self.theatre


@lru_cache(4)
def _edges(of: _Same) -> tuple[Edge, ...]:
    return tuple(_all(of.theatre))


def _all(theatre: Theatre) -> Iterator[Edge]:
    make = _Maker(theatre)
    for name, level in theatre.levels.items():
        for i, hold in enumerate(level.held):
            for condition in make.conditions(hold.condition):
                yield make.edge(condition, ("level", name), "holds", hold, hold.shift,
                                f"levels.{name}.held.{i}")  # fmt: skip
    for name, event in theatre.events.items():
        yield from _of_event(make, name, event)


def _of_event(make: _Maker, name: str, event: schema.Event) -> Iterator[Edge]:
    here, at = ("event", name), f"events.{name}"
    for cause, follow in event.follows.items():
        how = f"brings about {follow.expect.text} within a half-life of {follow.half_life.text}"
        yield make.edge(("event", cause), here, how, follow, follow.expect,
                        f"{at}.follows.{cause}", numbered=False)  # fmt: skip
    for cause, scaling in event.scaled_by.items():
        node = ("level" if cause in make.theatre.levels else "condition", cause)
        yield make.edge(node, here, "scales its rate", scaling,
                        scaling.coef or scaling.elasticity, f"{at}.scaled_by.{cause}")  # fmt: skip
    for key, how, parts in (("scaled_if", "is a factor on its rate", event.scaled_if),
                            ("extra", "adds a rate of its own", event.extra),
                            ("when", "makes it possible", event.when)):  # fmt: skip
        for i, part in enumerate(parts):
            number = getattr(part, "factor", None) or getattr(part, "rate", None)
            for condition in make.conditions(part.condition):
                yield make.edge(condition, here, f"{how} (if {part.condition})", part, number,
                                f"{at}.{key}.{i}", signed=False)  # fmt: skip
    for level, push in event.pushes.items():
        yield make.edge(here, ("level", level), "pushes it", push, push.by, f"{at}.pushes.{level}")
    for condition, setting in event.sets.items():
        number = setting.times or setting.add
        how = f"sets it to {setting.to}" if setting.to else "changes it"
        yield make.edge(here, ("condition", condition), how, setting, number,
                        f"{at}.sets.{condition}", signed=False)  # fmt: skip


class _Maker:
    def __init__(self, theatre: Theatre):
        self.theatre = theatre

    def edge(
        self, source: Node, target: Node, how: str, part: schema.Grounded,
        number: Quantity | None, place: str, *, signed: bool = True, numbered: bool = True,
    ) -> Edge:  # fmt: skip
        told = f"{how}: {number.text}" if number is not None and numbered else how
        sign = "" if number is None or not signed else "-" if number.median < 0 else "+"
        return Edge(source, target, told, sign, part.mechanism, self._standing(part), place)

    def conditions(self, expression: str) -> list[Node]:
        words = dict.fromkeys(re.findall(r"\w+", expression))
        return [("condition", word) for word in words if word in self.theatre.conditions]

    def _standing(self, part: schema.Grounded) -> str:
        mechanism = self.theatre.mechanisms.get(part.mechanism or "")
        sources = list(mechanism.sources) if mechanism else [part.source] if part.source else []
        return grounding(sources)


def _unique(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(nodes))
