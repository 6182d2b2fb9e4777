"""Dates that a text takes for granted: the dated row of the history that its words tell of.

"The killing of the general" has no date in the text, and everybody knows it. A telling is taken to
be of a row when

1. the row was public on the day of publication, and rests on more than this text
2. both are of one PLOVER type, and no side of one contradicts the other's
3. words of the clause that are rare in the history stand in the row too, or the row's type is the
   telling's own
4. the row fits the time that the words leave open, and no other row on other days fits as well

Otherwise the date stays as the words leave it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from math import log, log2
from typing import NamedTuple

from tightrope.evidence.document import Document
from tightrope.evidence.kinds import stems
from tightrope.evidence.statement import Party, Statement
from tightrope.history import Row
from tightrope.theatre import Theatre
from tightrope.theatre.dates import parse_span

OPEN_BASES = ("sentence", "carried", "assumed")
"""Dates that are not the clause's own words: the history may know better."""
AROUND_YEAR = timedelta(366)
"""How far an act may be from a year that its sentence tells of something else."""
LONGEST = timedelta(6)
"""Rows over more days date nothing."""
SLACK = timedelta(3)
"""How far "a few days ago" and "last week" may be off."""
ENOUGH = 8.0
MARGIN = 1.5
FAR_SURER = 6.0
"""How much surer a deed beside another must be to date it too."""
RAREST = 5.0
"""Most that one word or actor counts: the log of how rare it is among rows of the type."""
RARE_WORD, RARE_ACTOR = 1.2, 2.5
"""How rare a word or actor must be for a row to be looked at because of it."""
AROUND = 0.4
"""What a word of the sentence counts for one of the clause."""
PART = 0.4
"""What "the US" counts where the row names its embassy."""
OWN_TYPE = 1.5
SAME_DEAD, OTHER_DEAD = 3.0, -3.0
FADES = 60.0
"""Days away from the time told of for one point less; or as many as that time is long."""
OPEN = 0.6
"""Points less each time that the months before the report double, where no time is told."""
OTHER_KIND = 3.0
"""What a row of a kindred type counts less: storming an embassy is a protest, or an assault."""
KINDRED = {
    "ASSAULT": ("PROTEST", "COERCE"), "PROTEST": ("ASSAULT",), "COERCE": ("ASSAULT", "PROTEST"),
}  # fmt: skip
BESIDE = 5
"""Statements on either side that may stand in one sentence."""
LONGEST_SENTENCE = 600
_IMAGINED = ("planned", "predicted", "hypothetical", "threatened")
_SENTENCE_END = re.compile(r"[.!?]\s|\n")


@dataclass(frozen=True)
class _Known:
    """A row as it is compared."""

    row: Row
    first: date
    last: date
    words: frozenset[str]


@dataclass(frozen=True)
class _Kind:
    """The rows of one PLOVER type, and how rare words and sides are among them."""

    rows: tuple[_Known, ...]
    rarity: Mapping[str, float]
    by: Mapping[str, float]
    on: Mapping[str, float]
    holding: Mapping[str, tuple[int, ...]]
    """Places of the rows that hold a rare word, or name a rare actor."""

    @classmethod
    def of(cls, rows: Sequence[_Known]) -> _Kind:
        """Count words and sides, and say where the rare ones are."""
        words, by, on = (_rarity(one) for one in (
            [known.words for known in rows], [known.row.by for known in rows],
            [known.row.on for known in rows],
        ))  # fmt: skip
        holding: dict[str, list[int]] = {}
        for place, known in enumerate(rows):
            rare = {word for word in known.words if words[word] >= RARE_WORD}
            rare |= {name for name in known.row.by if by[name] >= RARE_ACTOR}
            rare |= {name for name in known.row.on if on[name] >= RARE_ACTOR}
            for one in rare:
                holding.setdefault(one, []).append(place)
        return cls(tuple(rows), words, by, on, {one: tuple(at) for one, at in holding.items()})

    def near(self, told: _Told, actors: Iterable[str]) -> Iterator[_Known]:
        """The rows that share something rare with a telling; the others cannot be meant."""
        places = {at for one in (*told.own, *told.around, *actors)
                  for at in self.holding.get(one, ())}  # fmt: skip
        return (self.rows[at] for at in sorted(places))


_NOTHING = _Kind((), {}, {}, {}, {})


@dataclass(frozen=True)
class _Told:
    """A statement as it is compared."""

    statement: Statement
    own: frozenset[str]
    around: frozenset[str]
    near: tuple[date, date]
    """When the text tells of, or else the day of the report."""
    fades: float | None
    """None where the text tells no time."""


class _Recalled(NamedTuple):
    score: float
    date: str
    basis: str


@dataclass(frozen=True)
class Recollection:
    """The dated rows of a theatre. ``above`` has of each actor itself and all it belongs to."""

    theatre: Theatre
    rows: tuple[Row, ...]
    above: Mapping[str, frozenset[str]]

    def dated(self, statements: Sequence[Statement], document: Document) -> list[Statement]:
        """The statements, with the date of the row that each tells of where there is such a row.

        Deeds that one sentence tells of one author are of one day, that of the surest.
        """
        found = [self._recalled(told, document) for told in statements]
        made: list[Statement] = []
        for n, (told, mine) in enumerate(zip(statements, found, strict=True)):
            near = slice(max(n - BESIDE, 0), n + BESIDE + 1)
            beside = [theirs for other, theirs in zip(statements[near], found[near], strict=True)
                      if theirs and other is not told and _are_beside(told, other, document)
                      and _is_open(told)]  # fmt: skip
            best = max(beside, key=lambda theirs: theirs.score, default=None)
            if best and (mine is None or best.score > mine.score + FAR_SURER):
                mine = best
            made.append(replace(told, date=mine.date, date_basis=mine.basis) if mine else told)
        return made

    def _recalled(self, told: Statement, document: Document) -> _Recalled | None:
        """Of several rows within a week that fit alike the date is the time from first to last."""
        if document.published is None or told.modality in _IMAGINED or not _is_open(told):
            return None
        seen = _told(told, document, document.published)
        ranked = sorted(self._ranked(seen, document), key=lambda pair: -pair[0])
        if not ranked or ranked[0][0] < ENOUGH:
            return None
        alike = [known for score, known in ranked if score > ranked[0][0] - MARGIN]
        first, last = min(k.first for k in alike), max(k.last for k in alike)
        if last - first > LONGEST:
            return None
        date = alike[0].row.date.text if len(alike) == 1 else _written(first, last)
        rows = ";".join(known.row.id for known in alike)
        return _Recalled(ranked[0][0], date, f"history:{rows}")

    def _ranked(self, seen: _Told, document: Document) -> Iterator[tuple[float, _Known]]:
        plover = seen.statement.plover
        for name in (plover, *KINDRED.get(plover, ())):
            kind = self._kinds.get(name, _NOTHING)
            for known in self._fitting(seen, kind, document):
                less = OTHER_KIND * (name != plover)
                yield self._likeness(seen, known, kind) - less, known

    def _fitting(self, seen: _Told, kind: _Kind, document: Document) -> Iterator[_Known]:
        """Rows that may be meant."""
        assert document.published is not None
        told = seen.statement
        own = f"{self._names.get(document.sha256, '')}#"
        earliest, latest = _bounds(told)
        for known in kind.near(seen, self._actors_of(told)):
            is_public = known.row.known <= document.published
            is_other = any(not source.startswith(own) for source in known.row.sources)
            fits = known.last >= earliest and known.first <= latest
            if is_public and is_other and fits and self._sides_agree(told, known.row):
                yield known

    def _actors_of(self, told: Statement) -> set[str]:
        """The sides, and all that they belong to."""
        sides = [party.id for party in (told.source, told.target) if party and party.id]
        return {name for side in sides for name in self.above.get(side, (side,))}

    def _sides_agree(self, told: Statement, row: Row) -> bool:
        sides = ((told.source, row.by), (told.target, row.on))
        return all(self._ties(party, names) != () for party, names in sides)

    def _ties(
        self, party: Party | None, names: tuple[str, ...]
    ) -> tuple[tuple[str, float], ...] | None:
        """Those named that a party is or belongs to, with 1, and parts of it, with less.

        None if one of the two is not known.
        """
        if party is None or party.id is None or not names:
            return None
        key = (party.id, names)
        if key not in self._known_ties:
            mine = self.above.get(party.id, frozenset({party.id}))
            self._known_ties[key] = tuple(
                (name, 1.0 if name in mine else PART) for name in names
                if name in mine or party.id in self.above.get(name, ())
            )  # fmt: skip
        return self._known_ties[key]

    @cached_property
    def _known_ties(self) -> dict[tuple[str, tuple[str, ...]], tuple[tuple[str, float], ...]]:
        return {}

    def _likeness(self, told: _Told, known: _Known, kind: _Kind) -> float:
        score = sum(kind.rarity[word] for word in told.own & known.words)
        score += AROUND * sum(kind.rarity[word] for word in told.around & known.words)
        statement, row = told.statement, known.row
        for party, names, rare in (
            (statement.source, row.by, kind.by), (statement.target, row.on, kind.on),
        ):  # fmt: skip
            ties = self._ties(party, names) or ()
            score += max((rare[name] * close for name, close in ties), default=0.0)
        score += OWN_TYPE * (statement.event == row.event) + _of_dead(statement, row)
        first, last = told.near
        days = max((first - known.last).days, (known.first - last).days, 0)
        return score - (days / told.fades if told.fades else OPEN * log2(1 + days / 30))

    @cached_property
    def _names(self) -> dict[str, str]:
        return {s.sha256: name for name, s in self.theatre.sources.items() if s.sha256}

    @cached_property
    def _kinds(self) -> dict[str, _Kind]:
        """By PLOVER type, the rows that name a day or nearly one."""
        found: dict[str, list[_Known]] = {}
        for row in self.rows:
            first, last = row.date.earliest, row.date.latest
            if first and last and last - first <= LONGEST and row.count_high != 0:
                kind = (row.plover or self.theatre.events[row.event].plover).partition("/")[0]
                actors = " ".join(self.theatre.actors[name].name for name in (*row.by, *row.on))
                words = stems(f"{row.event} {row.note} {row.place} {actors}")
                found.setdefault(kind, []).append(_Known(row, first, last, words))
        return {kind: _Kind.of(rows) for kind, rows in found.items()}


def _rarity(rows: Iterable[Iterable[str]]) -> dict[str, float]:
    """Of each word the log of how many rows there are for one that has it, up to a bound."""
    sets = [set(row) for row in rows]
    seen = Counter(word for row in sets for word in row)
    return {word: min(log(len(sets) / count), RAREST) for word, count in seen.items()}


def _is_open(told: Statement) -> bool:
    """Whether the words leave the day open."""
    if told.date is None or told.date_basis in OPEN_BASES:
        return True
    return told.date_basis == "words" and parse_span(told.date).days != 1


def _bounds(told: Statement) -> tuple[date, date]:
    """The days that the clause's own words allow; a year told in its sentence, nearly so."""
    told_year = told.date_basis == "sentence" and len(told.date or "") == 4
    own = told.date_basis == "words" or told_year
    slack = AROUND_YEAR if told_year else SLACK
    span = parse_span(told.date) if told.date and own else None
    earliest = span.earliest - slack if span and span.earliest else date.min
    latest = span.latest + slack if span and span.latest else date.max - SLACK
    return earliest, latest


def _are_beside(one: Statement, other: Statement, document: Document) -> bool:
    """Whether two statements are of like deeds of one author, in one sentence."""
    if one.plover not in (other.plover, *KINDRED.get(other.plover, ())):
        return False
    if one.source is None or other.source is None or one.source.name != other.source.name:
        return False
    first, second = sorted((one.trigger_end, other.trigger_end))
    return not _SENTENCE_END.search(document.text, first, second)


def _told(told: Statement, document: Document, published: date) -> _Told:
    text = document.text
    low, high = max(told.start - LONGEST_SENTENCE, 0), told.end + LONGEST_SENTENCE
    begin = max((m.end() for m in _SENTENCE_END.finditer(text, low, told.start)), default=low)
    after = _SENTENCE_END.search(text, told.end, high)
    own = stems(f"{told.quote} {told.place or ''}")
    around = stems(text[begin : after.start() if after else high]) - own
    near, fades = (published, published), None
    if told.date and not told.date.startswith("../"):
        span = parse_span(told.date)
        near = (span.earliest or published, span.latest or published)
        fades = max(FADES, (near[1] - near[0]).days)
    return _Told(told, own, around, near, fades)


def _written(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first}/{last}"


def _of_dead(told: Statement, row: Row) -> float:
    """Whether both count the dead alike; two or more, as one is no mark."""
    if told.killed is None or row.deaths_low is None or told.killed[0] < 2:
        return 0.0
    low, high = told.killed
    alike = (high is None or row.deaths_low <= high) and (
        row.deaths_high is None or low <= row.deaths_high
    )
    return SAME_DEAD if alike else OTHER_DEAD
