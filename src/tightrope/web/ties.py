"""Who acts on whom and who is tied to whom, and where each actor stands in the picture.

The picture has at most forty actors, those with most ties in the whole record, and each stands at
the same place in every window: the layout is made once from the whole record. Declared ties have a
picture of their own, for those whom they tie are not those with most facts.

1. start on a circle, in the order of the number of ties
2. springs pull along ties (the logarithm of their number), all actors push each other away
   (Fruchterman and Reingold 1991), with steps that become smaller; nothing is drawn by lot
3. stretch to the picture, then move apart what would cover another's label
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np

from tightrope.history import Row
from tightrope.history.ties import DeclaredTie
from tightrope.theatre import Theatre
from tightrope.theatre.schema import PLOVER
from tightrope.types import FloatArray
from tightrope.web.reading import Reading

Sign = Literal["cooperation", "conflict", "declared"]
MOST_NODES = 40
WIDTH, HEIGHT = 1000.0, 620.0
_ROUNDS = 400
_LABEL_HEIGHT = 20.0
_LETTER = 6.4
_COOPERATION = frozenset(PLOVER[: PLOVER.index("REQUEST")])


@dataclass(frozen=True)
class Tie:
    """How many facts in which one acts on another, of one sign; or how many declared ties."""

    by: str
    on: str
    sign: Sign
    facts: int


def sign_of(row: Row) -> Sign:
    """PLOVER's own halves: AGREE to RETREAT is cooperation, REQUEST to ASSAULT conflict."""
    return "cooperation" if row.plover.partition("/")[0] in _COOPERATION else "conflict"


def ties_between(rows: Iterable[Row], since: date, until: date) -> list[Tie]:
    """Ties of facts that may lie in a window, most facts first; nobody is tied to themselves.

    A fact with several actors counts once for each pair.
    """
    counts: Counter[tuple[str, str, Sign]] = Counter(
        (by, on, sign_of(row))
        for row in rows
        if (row.date.earliest or until) <= until and (row.date.latest or since) >= since
        for by in row.by for on in row.on if by != on
    )  # fmt: skip
    ordered = sorted(counts.items(), key=lambda x: (-x[1], x[0]))
    return [Tie(by, on, sign, count) for (by, on, sign), count in ordered]


def nodes_of(ties: Iterable[Tie], known: Mapping[str, object]) -> list[str]:
    """The actors with most facts, at most forty of those the theatre knows."""
    counts: Counter[str] = Counter()
    for tie in ties:
        counts[tie.by] += tie.facts
        counts[tie.on] += tie.facts
    ordered = sorted(counts.items(), key=lambda x: (-x[1], x[0]))
    return [name for name, _ in ordered if name in known][:MOST_NODES]


def declared_between(theatre: Theatre, ties: Iterable[DeclaredTie]) -> list[Tie]:
    """Declared ties of whole days, and what each actor is part of; those with sources first."""
    backing: Counter[tuple[str, str]] = Counter((tie.actor, tie.other) for tie in ties)
    parts = ((name, of) for name, actor in theatre.actors.items() for of in actor.member_of)
    found = {pair: 100 * count for pair, count in backing.items()}
    for pair in parts:
        found.setdefault(pair, 1)
    return [Tie(by, on, "declared", weight) for (by, on), weight in found.items()]


@lru_cache(4)
def places_of(reading: Reading, *, declared: bool = False) -> Mapping[str, tuple[float, float]]:
    """Where each actor stands, in pixels from the upper left."""
    theatre, history = reading.theatre, reading.history
    whole = (
        declared_between(theatre, history.ties) if declared
        else ties_between(history.rows, theatre.head.starts.middle(), history.until)
    )  # fmt: skip
    nodes = nodes_of(whole, theatre.actors)
    return placed(nodes, [theatre.actors[name].name for name in nodes], whole)


def placed(
    nodes: list[str], labels: list[str], ties: Iterable[Tie]
) -> dict[str, tuple[float, float]]:
    """The layout; the same nodes and ties always give the same places."""
    if not nodes:
        return {}
    at = {name: i for i, name in enumerate(nodes)}
    pull = np.zeros((len(nodes), len(nodes)))
    for tie in ties:
        if tie.by in at and tie.on in at:
            pull[at[tie.by], at[tie.on]] += tie.facts
    pull = np.log1p(pull + pull.T)
    spots = _apart(_stretched(_sprung(pull)), labels)
    return {name: (round(float(x), 1), round(float(y), 1))
            for name, (x, y) in zip(nodes, spots, strict=True)}  # fmt: skip


def _sprung(pull: FloatArray) -> FloatArray:
    count = len(pull)
    turn = 2 * math.pi * np.arange(count) / count
    spots = np.stack([np.cos(turn), np.sin(turn)], 1)
    far = 1.0 / math.sqrt(count)
    for step in np.linspace(0.12, 0.002, _ROUNDS):
        gap = spots[:, None] - spots[None]
        distance = np.maximum(np.linalg.norm(gap, axis=-1), 1e-3)
        force = far**2 / distance - 0.35 * pull * distance**2 / far / max(float(pull.max()), 1.0)
        moved = (gap / distance[..., None] * force[..., None]).sum(1) - 0.4 * spots
        length = np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
        spots = spots + moved / length * np.minimum(length, step)
    return spots


def _stretched(spots: FloatArray) -> FloatArray:
    """Ranks mixed with positions, so that a crowded middle opens; then to the picture's size."""
    rank = spots.argsort(0, kind="stable").argsort(0, kind="stable") / max(len(spots) - 1, 1)
    low, high = spots.min(0), spots.max(0)
    plain = (spots - low) / np.maximum(high - low, 1e-9)
    return (0.35 * plain + 0.65 * rank) * [WIDTH, HEIGHT]


def _apart(spots: FloatArray, labels: list[str]) -> FloatArray:
    """Push apart what is too near: labels stand centred below their points."""
    half = np.array([max(_LETTER * len(label) / 2, 10.0) for label in labels])
    wide = half[:, None] + half[None] + 6
    spots = spots.copy()
    for _ in range(300):
        gap = spots[:, None] - spots[None]
        lack_x = wide - np.abs(gap[..., 0])
        lack_y = 2 * _LABEL_HEIGHT - np.abs(gap[..., 1])
        near = np.triu((lack_x > 0) & (lack_y > 0), 1)
        if not near.any():
            break
        for i, j in np.argwhere(near):
            _push(spots, int(i), int(j), float(lack_x[i, j]), float(lack_y[i, j]))
        spots = np.clip(spots, [40, 14], [WIDTH - 40, HEIGHT - 24])
    return spots


def _push(spots: FloatArray, i: int, j: int, lack_x: float, lack_y: float) -> None:
    """Each half the way, along the axis that needs less."""
    axis, lack = (0, lack_x) if lack_x < lack_y else (1, lack_y)
    sign = 1.0 if (spots[i, axis], i) > (spots[j, axis], j) else -1.0
    spots[i, axis] += sign * lack / 2
    spots[j, axis] -= sign * lack / 2
