"""Which event type of a theatre a statement is of, learned from the theatre's own dated rows.

An event type says by whom and on whom it usually is; its rows say who else it was, where, and in
what words its notes tell of it. For a statement each type is scored by how often its rows have the
statement's PLOVER type, its sides (or what they belong to), and the words of its sentence; a type
is taken only if it is far likelier than all others, and if the sentence is about this theatre: it
names one of its places, or both sides are its actors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from math import exp, log

from tightrope.evidence.rulebook import table_rules
from tightrope.evidence.statement import Party
from tightrope.history import Row
from tightrope.theatre import Theatre

LEAST = 0.6
"""Probability among all types below which none is taken."""
DECLARED = 4
"""What a type declares of itself counts for so many rows."""
LEAST_ROWS = 2
"""Rows in which a place must stand to be one of the theatre's."""
MOST_OF_A_WORD, LEAST_OF_A_WORD = 2.0, -0.3
TELLING = 2
"""How much likelier a word must be in a type than elsewhere to stand for it alone."""
STRANGER = -1.5
"""What a named side that the theatre does not know speaks against a type."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_NAME = re.compile(r"\b[A-Z]\S+")
_SIDES = frozenset(["north", "norther", "south", "souther", "west", "western", "east", "eastern",
                    "gulf", "york", "camp", "city", "elsewhe", "strait", "middle"])  # fmt: skip
"""Stems of words in the names of places that are no place."""
_ENDING = re.compile(r"(?:ings?|ed|es|s|ations?)$")


def stems(text: str) -> frozenset[str]:
    """Words without their endings: "strikes", "striking" and "strike" are one."""
    return frozenset(_ENDING.sub("", word)[:7] for word in _WORD.findall(text.casefold()))


@dataclass
class _Kind:
    """What the rows of one type have in common."""

    rows: float = 0.0
    plovers: Counter[str] = field(default_factory=Counter[str])
    by: Counter[frozenset[str]] = field(default_factory=Counter[frozenset[str]])
    on: Counter[frozenset[str]] = field(default_factory=Counter[frozenset[str]])
    words: Counter[str] = field(default_factory=Counter[str])

    def add(self, plover: str, by: Iterable[str], on: Iterable[str], words: Iterable[str],
            weight: int = 1) -> None:  # fmt: skip
        """Count a row in."""
        self.rows += weight
        self.plovers[plover] += weight
        self.by[frozenset(by)] += weight
        self.on[frozenset(on)] += weight
        for word in set(words):
            self.words[word] += weight


@dataclass(frozen=True)
class Kinds:
    """Event types as their rows show them. ``above`` has of each actor itself and its groups."""

    theatre: Theatre
    rows: tuple[Row, ...]
    above: Mapping[str, frozenset[str]]

    def of(
        self, plover: str, source: Party | None, target: Party | None, sentence: str, place: str
    ) -> str | None:
        """The type of a statement, None where it is none or not clear."""
        words = stems(f"{sentence} {place}")
        if not self._is_here(source, target, words):
            return None
        scores = {name: self._score(kind, plover, source, target, words)
                  for name, kind in self._kinds.items()}  # fmt: skip
        best = max(scores, key=lambda name: scores[name])
        total = sum(exp(score - scores[best]) for score in scores.values())
        named = self._names(self._kinds[best], source, target, words)
        return best if 1 / total >= LEAST and named else None

    def _is_here(self, source: Party | None, target: Party | None, words: frozenset[str]) -> bool:
        if words & self._places:
            return True
        sides = [party.id for party in (source, target) if party is not None]
        return len(sides) == 2 and all(side and side not in self._public for side in sides)

    def _score(
        self, kind: _Kind, plover: str, source: Party | None, target: Party | None,
        words: frozenset[str],
    ) -> float:  # fmt: skip
        score = log(kind.rows) + log((kind.plovers[plover] + 0.05) / (kind.rows + 1))
        for party, sides in ((source, kind.by), (target, kind.on)):
            if party is not None and party.id is None:
                score += STRANGER
            elif party is not None:
                score += log((self._with(party, sides) + 0.1) / (kind.rows + 1))
        for word in words & self._common.keys():
            odds = log((kind.words[word] + 0.3) / (kind.rows + 2) / self._common[word])
            score += min(max(odds, LEAST_OF_A_WORD), MOST_OF_A_WORD)
        return score

    def _with(self, party: Party, sides: Counter[frozenset[str]]) -> float:
        """In how many rows that side is the party, holds it, or belongs to it."""
        mine = self.above.get(party.id or "", frozenset())
        return sum(
            count * max((1.0 if name in mine else 0.5 if party.id in self.above.get(name, ())
                         else 0.0 for name in names), default=0.0)
            for names, count in sides.items()
        )  # fmt: skip

    def _names(
        self, kind: _Kind, source: Party | None, target: Party | None, words: frozenset[str]
    ) -> bool:
        """Whether a side or a telling word of it is named at all."""
        sides = ((source, kind.by), (target, kind.on))
        if any(party is not None and party.id and self._with(party, counted)
               for party, counted in sides):  # fmt: skip
            return True
        return any(kind.words[word] / kind.rows > TELLING * self._common.get(word, 1.0)
                   for word in words - self._places)  # fmt: skip

    @cached_property
    def _kinds(self) -> dict[str, _Kind]:
        found: dict[str, _Kind] = {}
        for name, event in self.theatre.events.items():
            found[name] = _Kind()
            words = stems(f"{name.replace('_', ' ')} {event.says}")
            found[name].add(event.plover.partition("/")[0], event.by, event.on, words, DECLARED)
        for row in self.rows:
            plover = (row.plover or self.theatre.events[row.event].plover).partition("/")[0]
            found[row.event].add(plover, row.by, row.on, stems(f"{row.note} {row.place}"))
        return found

    @cached_property
    def _common(self) -> dict[str, float]:
        """Share of all rows that have a word."""
        rows = sum(kind.rows for kind in self._kinds.values())
        seen: Counter[str] = Counter()
        for kind in self._kinds.values():
            seen.update(kind.words)
        return {word: count / rows for word, count in seen.items()}

    @cached_property
    def _places(self) -> frozenset[str]:
        """Names of places at home, as stems: those of its rows that lie in no other country."""
        seen = Counter(stem for row in self.rows for name in _NAME.findall(row.place)
                       for stem in stems(name))  # fmt: skip
        homes = Counter(found for stem, count in seen.items() if (found := _countries().get(stem))
                        for _ in range(count))  # fmt: skip
        home = homes.most_common(1)[0][0] if homes else ""
        return frozenset(
            stem for stem, count in seen.items()
            if count >= LEAST_ROWS and _countries().get(stem, home) == home
        ) - _SIDES  # fmt: skip

    @cached_property
    def _public(self) -> frozenset[str]:
        """Actors that any country has: civilians, protesters, foreigners."""
        return frozenset(name for name, actor in self.theatre.actors.items()
                         if actor.kind in ("public", "movement"))  # fmt: skip


@cache
def _countries() -> dict[str, str]:
    """By stem of a name of a country, a city or a people, the country."""
    found: dict[str, str] = {}
    for row in table_rules("countries"):
        names = " ".join(value for value in row.values() if value)
        found |= dict.fromkeys(stems(names), row["name"])
    for row in table_rules("places"):
        found |= dict.fromkeys(stems(row["places"]), row["country"])
    return found
