"""From names to a theatre: which of its actors is meant, which of its event types it would be.

An actor is found by its name or another spelling of it, by "Iraqi army" for an army of Iraq, by the
holder of an office on the day, and by the last name of a person, transliterations levelled. An
event type is found by what the theatre says of it anyway, its ``plover``, ``by`` and ``on``: the
type must be the same, and each side must be the actor meant or one that it belongs to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from tightrope.evidence.kinds import Kinds
from tightrope.evidence.offices import holder
from tightrope.evidence.rulebook import table_rules
from tightrope.evidence.statement import Party
from tightrope.theatre.dates import parse_span

if TYPE_CHECKING:
    from tightrope.history import Row
    from tightrope.theatre import Theatre

_ROLE = re.compile(r"(.+?) \((.+)\)$")
_OFFICE = re.compile(r"(.+) of (.+)$")
_SOLDIERS = ("military", "forces", "army", "troops", "security forces")
_OFFICIALS = frozenset({"Officials", "Leaders", "Government"})


@dataclass(frozen=True)
class _Kind:
    """What a theatre says of an event type that reading can check."""

    name: str
    plover: str
    mode: str | None
    by: frozenset[str]
    on: frozenset[str]
    deadly: bool
    words: re.Pattern[str] | None = None
    against: re.Pattern[str] | None = None

    @property
    def declares(self) -> tuple[str, frozenset[str], frozenset[str]]:
        """What types have in common that only words can tell apart."""
        return self.plover, self.by, self.on

    def told_by(self, clause: str, sentence: str) -> float:
        """How much the words speak for it; less than any side does, so that only ties break."""
        if self.against is not None and self.against.search(clause):
            return -0.2
        if self.words is None:
            return 0.0
        return 0.2 if self.words.search(clause) else 0.1 if self.words.search(sentence) else -0.1


@dataclass(frozen=True)
class Mapping:
    """The actors and event types of a theatre; without a theatre, none is known."""

    names: dict[str, str] = field(default_factory=dict[str, str])
    """Actor by name, in lower case."""
    persons: dict[str, str] = field(default_factory=dict[str, str])
    """Actor by levelled last name."""
    above: dict[str, frozenset[str]] = field(default_factory=dict[str, "frozenset[str]"])
    """By actor: itself and all that it belongs to."""
    kinds: tuple[_Kind, ...] = ()
    learned: Kinds | None = None
    """What the theatre's rows teach; None where there are none."""

    @classmethod
    def of(cls, theatre: Theatre, rows: Sequence[Row] = ()) -> Mapping:
        """The mapping that a theatre implies, and what the rows of its history teach."""
        names: dict[str, str] = {}
        persons: dict[str, str] = {}
        for key, actor in theatre.actors.items():
            spellings = [actor.name, key.replace("_", " "), *actor.also]
            for spelling in spellings:
                for form in _variants(spelling):
                    names.setdefault(form, key)
            if actor.kind == "office":
                for spelling in actor.also:
                    persons.setdefault(levelled(spelling.split()[-1]), key)
        above = {key: _closure(key, theatre) for key in theatre.actors}
        learned = Kinds(theatre, tuple(rows), above) if rows else None
        return cls(names, persons, above, tuple(_kinds(theatre)), learned)

    def actor(self, name: str, text: str, country: str, day: str | None) -> str | None:
        """The theatre's actor that a party is, None where it knows none.

        ``name`` and ``text`` are the party's, ``country`` its country, ``day`` the EDTF date of the
        act, by which the holder of an office is found.
        """
        if not self.names:
            return None
        for form in self._forms(name, text, country):
            if form in self.names:
                found = self.names[form]
                return self._held(name, day) or found
        held = self._held(name, day)
        if held is not None:
            return held
        if ";" in name:
            first = name.split(";")[0].strip()
            return self.actor(first, first, country, day)
        return self.persons.get(levelled(name.split()[-1])) if name[:1].isupper() else None

    def _forms(self, name: str, text: str, country: str) -> Iterable[str]:
        yield name.casefold()
        yield text.casefold()
        adjective = _adjectives().get(country, country)
        role = _ROLE.match(name)
        if role is not None:
            yield f"{adjective} {role.group(1)}".casefold()
        if name.endswith("Armed Forces"):
            yield from (f"{adjective} {word}".casefold() for word in _SOLDIERS)
        if name == country and "government" in text.casefold():
            yield f"government of {country}".casefold()
        if role is not None and role.group(1) in _OFFICIALS:
            yield f"government of {country}".casefold()
            yield country.casefold()
        elif role is not None:
            yield f"{role.group(1)} of the {role.group(2).partition(' (')[0]}".casefold()
            yield role.group(1).casefold()
            if "militia" in role.group(1).casefold():
                yield "militias"

    def _held(self, name: str, day: str | None) -> str | None:
        office = _OFFICE.match(name)
        if office is None or day is None:
            return None
        span = parse_span(day)
        when = span.latest or span.earliest or date.today()
        tenure = holder(office.group(2), office.group(1), when)
        if tenure is None:
            return None
        for spelling in (tenure.holder, *tenure.also):
            if spelling.casefold() in self.names:
                return self.names[spelling.casefold()]
        return None

    def belonging(self, party: Party | None, country: str) -> Party | None:
        """The party, as its country where the theatre does not know it but its country."""
        if party is None or party.id is not None or not country:
            return party
        return replace(party, id=self.names.get(country.casefold()))

    def event(
        self,
        plover: str,
        mode: str | None,
        source: Party | None,
        target: Party | None,
        deadly: bool = False,
        clause: str = "",
        sentence: str = "",
        place: str = "",
    ) -> str | None:
        """The theatre's event type: as its rows teach, or else as it says of itself.

        ``clause`` and ``sentence`` are the words around the act.
        """
        if self.learned is not None:
            found = self.learned.of(plover, source, target, sentence, place)
            if found is not None:
                return self._untied(found, clause, sentence)
        return self._declared(plover, mode, source, target, deadly, clause, sentence)

    def _untied(self, name: str, clause: str, sentence: str) -> str:
        """The type for which the words speak most, of those that declare the same."""
        own = next(kind for kind in self.kinds if kind.name == name)
        alike = [kind for kind in self.kinds if kind.declares == own.declares]
        best = max(alike, key=lambda kind: (kind.told_by(clause, sentence), kind is own))
        return best.name

    def _declared(
        self, plover: str, mode: str | None, source: Party | None, target: Party | None,
        deadly: bool, clause: str, sentence: str,
    ) -> str | None:  # fmt: skip
        """The type whose ``plover``, ``by`` and ``on`` fit closest; words break ties."""
        best: tuple[float, str] | None = None
        for kind in self.kinds:
            if kind.plover != plover or (kind.mode and mode and kind.mode != mode):
                continue
            by, on = self._fits(source, kind.by), self._fits(target, kind.on)
            if by is None or on is None or by + on < 1:
                continue
            score = by + on + 0.5 * (kind.deadly == deadly) + 0.5 * (kind.mode == mode is not None)
            score += kind.told_by(clause, sentence)
            if best is None or score > best[0]:
                best = (score, kind.name)
        return best[1] if best else None

    def _fits(self, party: Party | None, wanted: frozenset[str]) -> float | None:
        """2 for the actor itself, 1 for a part of it, 0 for nobody named, None for another."""
        if party is None:
            return 0.0 if not wanted & {"unknown"} else 0.5
        if party.id is None:
            return None
        if party.id in wanted:
            return 2.0
        return 1.0 if self.above.get(party.id, frozenset()) & wanted else None


def levelled(name: str) -> str:
    """A name with what transliterations vary taken out.

    >>> levelled("al-Suleimani") == levelled("Soleymani")
    True
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = re.sub(r"[^a-z]", "", re.sub(r"^(al|el|as|ad|ash)-", "", plain))
    for many, one in (("ou", "u"), ("oo", "u"), ("o", "u"), ("ee", "i"), ("ei", "i"), ("ey", "i"),
                      ("y", "i"), ("e", "i"), ("q", "k"), ("gh", "k"), ("dh", "d"),
                      ("kh", "k")):  # fmt: skip
        plain = plain.replace(many, one)
    return re.sub(r"(.)\1+", r"\1", plain)


def _variants(name: str) -> set[str]:
    """ "Government of Iraq" is "Iraqi government" too."""
    low = name.casefold()
    forms = {low, low.replace("'", "’"), low.replace("’", "'")}
    role, found, country = name.partition(" of ")
    if found and country in _adjectives():
        forms.add(f"{_adjectives()[country]} {role}".casefold())
    return forms


def _closure(key: str, theatre: Theatre) -> frozenset[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        actor = waiting.pop()
        if actor not in found and actor in theatre.actors:
            found.add(actor)
            waiting += theatre.actors[actor].member_of
    return frozenset(found)


def _kinds(theatre: Theatre) -> Iterable[_Kind]:
    for name, event in theatre.events.items():
        plover, _, mode = event.plover.partition("/")
        hints = theatre.reading.get(name)
        yield _Kind(
            name, plover, mode or None, frozenset(event.by), frozenset(event.on),
            event.deaths is not None, _beginnings(hints.words if hints else ()),
            _beginnings(hints.against if hints else ()),
        )  # fmt: skip


def _beginnings(words: Iterable[str]) -> re.Pattern[str] | None:
    found = "|".join(re.escape(word.casefold()) for word in words)
    return re.compile(rf"\b(?:{found})", re.IGNORECASE) if found else None


@cache
def _adjectives() -> dict[str, str]:
    return {row["name"]: row["adjectives"].split(";")[0] for row in table_rules("countries")}
