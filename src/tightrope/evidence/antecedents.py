"""Whom pronouns and descriptions stand for: "it", "them", "its base", "the group".

The memory is a list of those who were named, the subject of the latest sentence first
(``Cast.named``). A pronoun stands for the first on it that agrees: "he" for a person, "they" for
several. In its own sentence the subject of the clause that governs it comes before everybody; what
is done to "it" is not done by it, and "its" is the subject's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tightrope.evidence.found import UNNAMED, Found
from tightrope.evidence.grammar import PLACING, Phrase, Verb
from tightrope.evidence.mentions import NAMED
from tightrope.evidence.rulebook import listed
from tightrope.evidence.stage import Stage
from tightrope.evidence.tokens import word_set

Resolve = Callable[[Phrase], Found | None]
_ONE = word_set("he she him her his")
_MANY = word_set("they them their")
_THING = word_set("it its")
_OURS = word_set("we us our i my")
_PRONOUNS = _OURS | _ONE | _MANY | _THING
POSSESSIVE = word_set("his her their its our my")
_PERSONS = frozenset(["person", "office"])
_PLURAL = frozenset(["people", "group", "fighters", "troops", "people group", "generic", "civilian",
                     "official"])  # fmt: skip
_BANDS = listed("told of again")
_BANDED = frozenset(["armed", "party", "movement", "organisation", "company", "force"])
_TROOPS = listed("troops")
DEFINITE = word_set("the this that these those")


def antecedent(stage: Stage, phrase: Phrase, resolve: Resolve) -> Found | None:
    """Who a pronoun at the head of a phrase stands for, where he is named."""
    low = _plain(stage.lows[phrase.start])
    if low not in _PRONOUNS:
        return None
    known = list(_candidates(stage, phrase, resolve, low))
    for agrees in (_several, _collective) if low in _MANY else (_agrees,):
        for found in known:
            one = low in _MANY or not _is_many(stage, found)
            if one and found.name and found.kind not in UNNAMED and agrees(low, found):
                return found
    return None


def _is_many(stage: Stage, found: Found) -> bool:
    """Whether the word that names a party is a plural: no "it" is "the troops"."""
    lows = found.told.sentence.lows if found.told is not None else stage.lows
    return 0 < found.end <= len(lows) and lows[found.end - 1] in _TROOPS


def _plain(low: str) -> str:
    """A pronoun without the verb that is drawn to it: "they've"."""
    return low.replace("’", "'").partition("'")[0]


def _several(_: str, found: Found) -> bool:
    return found.kind in _PLURAL or bool(found.joined)


def _collective(_: str, found: Found) -> bool:
    return found.kind not in _PERSONS and found.kind != "place"


def _agrees(low: str, found: Found) -> bool:
    if low in _ONE:
        return found.kind in _PERSONS
    if low in _OURS:
        return found.kind != "place"
    return found.kind not in _PERSONS and (found.kind not in _PLURAL or found.kind == "troops")


def _candidates(
    stage: Stage, phrase: Phrase, resolve: Resolve, low: str
) -> Iterator[Found]:  # fmt: skip
    own = phrase.verb.subject if phrase.verb is not None else None
    earlier = [p for p in reversed(stage.parse.phrases) if p.end <= phrase.start]
    if low in POSSESSIVE and own is not None and own.end <= phrase.start:
        yield from _resolved([own], stage, resolve)
    barred = ""
    if phrase.place == "subject":
        yield from _resolved(list(_governing(phrase.verb)), stage, resolve)
        yield from _resolved(list(_before(stage, phrase)), stage, resolve)
        yield from _resolved([p for p in earlier if p.place == "object"], stage, resolve)
    else:
        barred = _name(own, stage, resolve)
        yield from _unlike(barred, _resolved(list(_governing(phrase.verb)), stage, resolve))
        places_last = sorted(earlier, key=lambda p: p.governor in PLACING)
        yield from _unlike(barred, _resolved(places_last, stage, resolve))
    yield from _unlike(barred, iter(stage.cast.named()))


def _governing(verb: Verb | None) -> Iterator[Phrase]:
    """Subjects of the clauses above a verb's own, the nearest first."""
    for _ in range(4):
        verb = verb.parent if verb is not None else None
        if verb is not None and verb.subject is not None:
            yield verb.subject


def _before(stage: Stage, phrase: Phrase) -> Iterator[Phrase]:
    """Subjects of the main clauses before."""
    for verb in stage.parse.verbs:
        if verb.relation == "main" and verb.head < phrase.start and verb.subject is not None:
            yield verb.subject


def _resolved(phrases: list[Phrase], stage: Stage, resolve: Resolve) -> Iterator[Found]:
    for phrase in phrases:
        if not is_pronoun(stage, phrase):
            found = resolve(phrase)
            if found is not None:
                yield found


def _unlike(barred: str, candidates: Iterator[Found]) -> Iterator[Found]:
    return (found for found in candidates if found.name != barred)


def _name(subject: Phrase | None, stage: Stage, resolve: Resolve) -> str:
    if subject is None or is_pronoun(stage, subject):
        return ""
    found = resolve(subject)
    return found.name if found is not None and found.kind not in _PLURAL else ""


def is_pronoun(stage: Stage, phrase: Phrase) -> bool:
    """Whether a phrase is nothing but a pronoun."""
    one = phrase.end == phrase.start + 1
    low = _plain(stage.lows[phrase.start])
    return one and (stage.parse.tags[phrase.start] == "Q" or low in _PRONOUNS)


def described(stage: Stage, phrase: Phrase, begin: int, end: int) -> Found | None:
    """Who "the group" or "the ministry" is: a band, or one whose name holds the word."""
    if end - begin != 1 or stage.lows[phrase.start] not in DEFINITE or phrase.start == begin:
        return None
    head = stage.lows[begin]
    if head in ("country", "nation"):
        return _country(stage, phrase, end)
    if head in stage.cast.titles:
        return Found(stage.cast.titles[head], "person", "", begin, end)
    for found in stage.cast.named():
        banded = head in _BANDS and found.kind in _BANDED
        if banded or (found.kind in NAMED_OR_ORGAN and head in found.name.casefold().split()):
            return found
    return None


def _country(stage: Stage, phrase: Phrase, end: int) -> Found | None:
    """ "The country" is the one named last."""
    states = [m for m in stage.mentions if m.entry.kind == "state" and m.end <= phrase.start]
    name = states[-1].entry.name if states else stage.setting
    return Found(name, "state", name, phrase.start, end) if name else None


NAMED_OR_ORGAN = NAMED | {"organ", "organisation", "fighters", "troops", "group"}
