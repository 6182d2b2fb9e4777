"""One sentence with the names and roles known in it, the country it is set in, and who is known
from the sentences before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tightrope.evidence.found import Found
from tightrope.evidence.grammar import Parse
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.mentions import Mention, mentions
from tightrope.evidence.rulebook import listed

RECENT = 8
"""Sentences that are kept in mind."""
MOST_SALIENT = 24
_HERE = listed("here")
_SETTING = {
    "place": 1,
    "state": 3,
    "capital": 3,
    "adjective": 5,
    "people": 6,
    "force": 7,
    "armed": 8,
}


@dataclass(slots=True)
class Cast:
    """Who has been named so far in a document."""

    people: dict[str, str] = field(default_factory=dict[str, str])
    """Full names by last name."""
    titles: dict[str, str] = field(default_factory=dict[str, str])
    """Who bears a title: "prime minister"."""
    owners: dict[str, Found] = field(default_factory=dict[str, Found])
    """Whose a thing is: "Peru's decision", "the Danish embassy"."""
    country: str = ""
    """The country that was named last: the setting."""
    _named: list[Found] = field(default_factory=list[Found])
    _unheard: list[Callable[[], list[Found]]] = field(
        default_factory=list[Callable[[], list[Found]]]
    )

    def remember(self, roll: Callable[[], list[Found]]) -> None:
        """Keep a sentence in mind: ``roll`` tells who is in it, and is called if anybody asks."""
        self._unheard = [*self._unheard[1 - RECENT :], roll]

    def named(self) -> list[Found]:
        """Who was named in the sentences before, most salient first: the latest subject."""
        while self._unheard:
            fresh = self._unheard.pop(0)()
            names = {found.name for found in fresh}
            self._named = [*fresh, *(f for f in self._named if f.name not in names)][:MOST_SALIENT]
        return self._named


class Stage:
    """What is known of one sentence before anybody in it is looked for."""

    def __init__(self, parse: Parse, lexicon: Lexicon, cast: Cast):
        self.parse = parse
        self.words = parse.sentence.words
        self.lows = parse.sentence.lows
        self.lexicon = lexicon
        self.cast = cast
        self.mentions = mentions(parse, lexicon)
        self.covered = {t for m in self.mentions for t in range(m.start, m.end)}
        self.setting = self._setting()
        if self.setting:
            cast.country = self.setting

    def _setting(self) -> str:
        """The country in which the sentence is set: a place in it, else a state, else the last."""
        best, rank = "", 9
        for start, _, entry in self.mentions:
            if not entry.country or entry.kind not in _SETTING:
                continue
            before = self.lows[start - 1] if start else ""
            here = before in _HERE
            value = _SETTING[entry.kind] - (4 if here else 0)
            if value < rank:
                best, rank = entry.country, value
        if rank >= 3 and self.cast.country:
            return self.cast.country
        return best or self.cast.country

    def inside(self, start: int, end: int) -> list[Mention]:
        """Known names and roles that begin between two tokens."""
        return [m for m in self.mentions if start <= m.start < end]
