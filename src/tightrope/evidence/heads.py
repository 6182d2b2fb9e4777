"""Whom the words of one phrase name, and what hangs on it by "of".

A phrase is cut at its possessive ("Iran's foreign ministry"). In what remains, a run of capitals
that no rule knows is a person or an organisation; else the last known name or role is the head, and
a country beside it says whose.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from tightrope.evidence.antecedents import POSSESSIVE, antecedent, described
from tightrope.evidence.found import Found
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.mentions import NAMED, Mention
from tightrope.evidence.neighbours import is_number
from tightrope.evidence.roles import headed
from tightrope.evidence.rulebook import listed
from tightrope.evidence.stage import Cast, Stage
from tightrope.evidence.unlisted import last_run, meet, named

OWNERS = NAMED | {
    "person", "office", "fighters", "group", "troops", "organisation", "organ", "people group",
}  # fmt: skip
"""Kinds of parties to whom a thing may belong."""
ACTING = frozenset(["fighters", "group", "troops", "people group"])
_PASS_THROUGH = listed("passed through")
_HEADED = listed("headed by")
TOWNS = listed("towns")
SEATS = listed("seats")
_GATHERED = listed("gathered")
_SPOKEN = listed("spokesmen")


class Heads(ABC):
    """Resolves what a phrase of one sentence names in its own words."""

    def __init__(self, parse: Parse, lexicon: Lexicon, cast: Cast):
        self.parse = parse
        self.stage = Stage(parse, lexicon, cast)
        self.words = self.stage.words
        self.lows = self.stage.lows
        self.mentions = self.stage.mentions
        self.setting = self.stage.setting
        meet(self.stage)

    @abstractmethod
    def party(self, phrase: Phrase | None, joined: bool = True) -> Found | None:
        """Who a phrase means, all told."""

    def note(self, end: int, owner: Found) -> None:
        """Keep in mind whose a thing is."""
        told = owner.told or self.parse
        self.stage.cast.owners[self.lows[end - 1]] = replace(owner, told=told)

    def own(self, phrase: Phrase) -> Found | None:
        """The party named by a phrase and what hangs on it by "of"."""
        if self.parse.tags[phrase.start] == "Q":
            return None
        begin, end = self._core(phrase.start, phrase.end)
        known = described(self.stage, phrase, begin, end)
        if known is not None:
            return known
        head = self.lows[end - 1]
        inner = next((p for word, p in phrase.after if word == "of"), None)
        if head in _SPOKEN:
            whose = next((p for word, p in phrase.after if word in ("of", "for", "from")), None)
            return (whose and self.own(whose)) or self._of(begin, end, phrase)
        if self.lows[begin] == "death":  # "death to X"
            return next((self.own(p) for word, p in phrase.after if word == "to"), None)
        if inner is not None and self.parse.tags[inner.start] != "Q":
            counted = is_number(head) and end - phrase.start < 4
            found = self._through(phrase, head, inner, counted)
            if found is not None:
                return found
        return self._of(begin, end, phrase)

    def _through(self, phrase: Phrase, head: str, inner: Phrase, counted: bool) -> Found | None:
        """ "Dozens of rebels", "members of Hamas", "the government of Peru"."""
        if head in TOWNS:
            return self._town(phrase, inner)
        if head in SEATS:
            owner = self.own(inner)
            return owner if owner is not None and owner.kind in OWNERS else None
        through = counted or head in _PASS_THROUGH
        if not through and head not in _HEADED:
            return None
        owner = self.own(inner)
        if owner is None or not (through or owner.kind in ("state", "people")):
            return None
        if head in _GATHERED:
            name = f"{head.capitalize()} ({owner.name})"
            return Found(name, "group", owner.country, phrase.start, owner.end)
        if through and owner.kind in ("people", "group", "generic"):
            return replace(owner, start=phrase.start)
        return owner

    def _town(self, phrase: Phrase, inner: Phrase) -> Found | None:
        """ "The town of X" is a place, whether or not X is known."""
        place = self.own(inner)
        country = (place.country if place is not None else "") or self.setting
        name = country or " ".join(self.words[inner.start : inner.end])
        return Found(name, "place", country, phrase.start, inner.end)

    def _core(self, start: int, end: int) -> tuple[int, int]:
        tags = self.parse.tags
        while end - 1 > start and tags[end - 1] == "'":
            end -= 1
        while start < end - 1 and tags[start] == "D" and not self._is_role(start):
            start += 1
        return start, end

    def _is_role(self, at: int) -> bool:
        return any(m.start == at for m in self.mentions)

    def _of(self, begin: int, end: int, phrase: Phrase) -> Found | None:
        """The party in tokens ``begin`` to ``end``."""
        cut = self._cut(begin, end)
        inside = self.stage.inside(begin, end)
        theirs = self.theirs(phrase)
        owner = _country([m for m in inside if m.end <= cut]) or (theirs.country if theirs else "")
        head = [m for m in inside if m.start >= cut]
        run = last_run(self.stage, cut, end)
        if run is not None and owner and run[1] < end and not head:
            run = None  # "Peru's giant Zuba oilfield"
        found = named(self.stage, run, head, owner) if run is not None else None
        if found is not None:
            return found
        possessor = self.possessor(begin, cut, inside) or theirs
        if not head:
            if cut > begin and owner:
                possessor = Found(owner, "state", owner, begin, cut - 1)
            if possessor is not None:
                self.note(end, possessor)
            return possessor
        last = next((m for m in head if self._held_by(m)), head[-1])
        if last.end < end and last.entry.kind in ("adjective", "place", "capital"):
            # "Iranian nuclear programme": what is acted on belongs to them
            country = last.entry.country
            return Found(country or last.entry.name, "state", country, last.start, last.end)
        things = last.entry.kind == "facility" or (last.entry.kind == "generic" and not owner)
        if things and possessor is not None:
            return possessor
        if last.entry.key == "military" and last.end < end:
            return possessor  # a "military incursion" is nobody's, if it is not said whose
        return headed(self.stage, last, head, owner, begin, phrase)

    def _held_by(self, m: Mention) -> bool:
        """ "The rebel-held town": whose it is goes before where it lies."""
        return self.lows[m.start].endswith(("-held", "-controlled"))

    def _cut(self, begin: int, end: int) -> int:
        """Where a possessive ends; the one in "the Workers' Party of Peru" belongs to the name."""
        named = {t for m in self.mentions for t in range(m.start, m.end - 1)}
        marks = [t for t in range(begin, end - 1) if self.parse.tags[t] == "'" and t not in named]
        return marks[-1] + 1 if marks else begin

    def theirs(self, phrase: Phrase) -> Found | None:
        """Whose a thing is by a pronoun: "its bases", "their leader"."""
        if self.lows[phrase.start] not in POSSESSIVE:
            return None
        return antecedent(self.stage, phrase, self.party)

    def possessor(self, begin: int, cut: int, inside: Sequence[Mention] = ()) -> Found | None:
        """The person in "Chalabi's house", the group in "Hamas' arsenal"."""
        own = next(
            (m for m in inside if m.end == cut - 1 and m.entry.kind in NAMED - {"state"}), None
        )
        if own is not None:
            return Found(own.entry.name, own.entry.kind, own.entry.country, own.start, own.end)
        run = last_run(self.stage, begin, cut - 1) if cut > begin else None
        return named(self.stage, run, [], "") if run is not None else None

    def adjective_before(self, start: int, at: int) -> Found | None:
        """The nationality or name that qualifies an act: "Israeli airstrike", "Iran's threat"."""
        cut = next((t for t in range(start, at) if self.parse.tags[t] == "'"), 0)
        owner = self.possessor(start, cut + 1) if cut else None
        if owner is not None:
            return owner
        inside = [m for m in self.mentions if m.start >= start and m.end <= at]
        found = [self._qualifier(m, inside[:number]) for number, m in enumerate(inside)]
        return next((f for f in reversed(found) if f is not None), None)

    def _qualifier(self, m: Mention, before: list[Mention]) -> Found | None:
        kind, country = m.entry.kind, m.entry.country
        if kind in ("adjective", "capital", "people"):
            return Found(country, "state", country, m.start, m.end)
        if kind in NAMED:
            return Found(m.entry.name, kind, country, m.start, m.end)
        if kind == "cabinet" and self.setting:
            return Found(self.setting, "state", self.setting, m.start, m.end)
        if kind in ACTING and m.entry.key != "military":
            start = before[0].start if before else m.start
            return headed(self.stage, m, [*before, m], "", start, Phrase(start, m.end))
        return None

    def nationality_in(self, start: int, end: int) -> Found | None:
        """A country named inside the words of an act: "burn American flags"."""
        for m in self.mentions:
            country = m.entry.country
            inside = start <= m.start and m.end <= end
            if inside and country and m.entry.kind in ("adjective", "state", "people"):
                return Found(country, "state", country, m.start, m.end)
        return None


def _country(owners: list[Mention]) -> str:
    return next((m.entry.country for m in reversed(owners) if m.entry.country), "")
