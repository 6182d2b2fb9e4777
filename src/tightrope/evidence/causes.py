"""What an article asserts about how the system works -> proposed support for its mechanisms.

A sentence that says that one thing brings about another is held against the cause and the effect of
every mechanism of the theatre, by the rare words that they share. It is proposed as support of the
mechanism that fits both sides, or as a candidate for a new one if it fits none and both sides speak
of the theatre. Accepting it changes no file: mechanisms are written by people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import log

from tightrope.evidence.document import Document
from tightrope.evidence.kinds import stems
from tightrope.evidence.proposal import Proposal, Telling
from tightrope.evidence.rulebook import yaml_rules
from tightrope.evidence.statement import Statement
from tightrope.evidence.tokens import sentences
from tightrope.theatre import Theatre

ENOUGH = 2.0
"""Points by which each side must fit a mechanism: logs of how rare the shared words are."""
CANDIDATE = 2
"""Words of the theatre's actors that each side of a candidate must name."""


@dataclass(frozen=True)
class Cause:
    """One assertion: offsets of its sentence and of the words that join cause and effect."""

    start: int
    end: int
    cue_start: int
    cue_end: int
    cause: str
    effect: str


def causes_in(text: str) -> Iterator[Cause]:
    """The sentences that say that one thing brings about another, each once."""
    for sentence in sentences(text):
        start, end = sentence.starts[0], sentence.ends[-1]
        found = _opened(text, start, end) or _joined(text, start, end)
        if found is not None:
            yield found


def _opened(text: str, start: int, end: int) -> Cause | None:
    cue = _pattern("opening").match(text, start, end)
    comma = text.find(",", cue.end(), end) if cue else -1
    if cue is None or comma < 0:
        return None
    cause, effect = text[cue.end() : comma].strip(), text[comma + 1 : end].strip()
    return Cause(start, end, cue.start(), cue.end(), cause, effect)


def _joined(text: str, start: int, end: int) -> Cause | None:
    backward, forward = (_pattern(name).search(text, start + 1, end)
                         for name in ("effect first", "cause first"))  # fmt: skip
    cue = backward or forward
    if cue is None:
        return None
    one, other = text[start : cue.start()].strip(), text[cue.end() : end].strip()
    cause, effect = (other, one) if backward else (one, other)
    return Cause(start, end, cue.start(), cue.end(), cause, effect)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    words = sorted(map(str, yaml_rules("causes")[name]), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


class Mechanisms:
    """A theatre's mechanisms, as what is asserted is held against them."""

    def __init__(self, theatre: Theatre):
        self._theatre = theatre
        self._sides = {name: (stems(f"{told.cause} {told.condition or ''}"), stems(told.effect))
                       for name, told in theatre.mechanisms.items()}  # fmt: skip
        seen = Counter(word for sides in self._sides.values() for word in sides[0] | sides[1])
        self._rarity = {word: log((len(self._sides) + 1) / count) for word, count in seen.items()}
        names = (f"{actor.name} {' '.join(actor.also)}" for actor in theatre.actors.values())
        self._actors = frozenset(stem for name in names for stem in stems(name))

    def of(self, found: Cause) -> str | None:
        """The mechanism that an assertion supports, "" for a candidate, None for neither."""
        cause, effect = stems(found.cause), stems(found.effect)
        scores = {name: self._fit(cause, sides[0]) + self._fit(effect, sides[1])
                  for name, sides in self._sides.items()
                  if min(self._fit(cause, sides[0]), self._fit(effect, sides[1])) >= ENOUGH
                  }  # fmt: skip
        if scores:
            return max(scores, key=lambda name: scores[name])
        named = min(len(cause & self._actors), len(effect & self._actors))
        return "" if named >= CANDIDATE else None

    def _fit(self, words: frozenset[str], side: frozenset[str]) -> float:
        return sum(self._rarity[word] for word in words & side)

    def cites(self, mechanism: str, source: str, found: Cause) -> bool:
        """Whether a mechanism rests on these words already."""
        name = source.partition("#")[0]
        for cited in self._theatre.mechanisms[mechanism].sources if mechanism else ():
            other, _, place = cited.partition("#")
            start, dash, end = place.partition("-")
            if other == name and dash and int(start) < found.end and found.start < int(end):
                return True
        return False


def statement_of_cause(document: Document, found: Cause) -> Statement:
    """An assertion in the shape of a statement: its clause is its sentence, of no event type."""
    return Statement(
        document=document.name, id=document.id, start=found.start, end=found.end,
        quote=document.text[found.start : found.end], trigger_start=found.cue_start,
        trigger_end=found.cue_end, plover="", mode=None, source=None, target=None, date=None,
        place=None, numbers=(), modality="happened", attributed_to=None, event=None,
        confidence=0.5,
    )  # fmt: skip


def mechanism_proposal(telling: Telling, mechanism: str, theatre: Theatre) -> Proposal:
    """What is proposed of an assertion; the note is the mechanism's own words."""
    known = theatre.mechanisms.get(mechanism)
    cells = {
        "date": str(telling.published or ""), "mechanism": mechanism,
        "cause": known.cause if known else "", "effect": known.effect if known else "",
        "sources": telling.source,
        "note": f"may support {mechanism}, {known.name}" if known else "may be a new mechanism",
    }  # fmt: skip
    return Proposal("mechanism", cells, (telling,), tuple(_doubts(known is not None)))


def _doubts(is_known: bool) -> Iterable[str]:
    if is_known:
        yield "the words are alike: check that it is this cause and this effect, and the sign"
    else:
        yield "no mechanism of the theatre has these words: write cause and effect, or reject it"
    yield "accepting keeps it on the list of the queue; mechanisms.yaml is written by people"
