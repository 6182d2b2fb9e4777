"""The two sides of an act that a noun names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tightrope.evidence.frames import (
    Hung,
    Sides,
    behind,
    gathered,
    participles,
    purpose,
    threatened,
    victims_of,
)
from tightrope.evidence.grammar import Parse, Phrase, Verb
from tightrope.evidence.rulebook import listed, listed_verbs
from tightrope.evidence.tokens import word_set
from tightrope.evidence.triggers import WEAPONS, Trigger

_CARRY_TARGET = ("on", "against", "at", "with", "to", "from", "targeting", "near", "outside", "for")
_FAR = word_set("by against on with between targeting into")
"""Prepositions that reach over other phrases: "an attack on a base in Mali by rebels"."""
_WHERE = word_set("in near at outside")


_ANSWERING = listed_verbs("answering")
_RECEIVING = listed_verbs("receiving")
_GIVEN = listed("given")
_DONE_TO = word_set("SUPPORT AID ACCUSE THREATEN SANCTION ASSAULT COERCE REJECT")
_TELLING = listed_verbs("telling")
_PROVOKING = listed_verbs("provoking")


def of_noun(trigger: Trigger, parse: Parse) -> Sides:
    """By what hangs on the noun, and by the verb that carries it."""
    phrase, verb = trigger.phrase, trigger.verb
    assert phrase is not None
    if verb is not None and _receives(trigger, verb, parse):
        return gathered(_hung(phrase, ("from", "by", "of")), [verb.subject], None)
    pair = behind(phrase.after, ("between",)) or _between(phrase, verb, parse)
    source = pair or _doer(trigger, phrase, verb, parse) or _by_whom(phrase, parse)
    victims = victims_of(trigger)
    first = victims[0] if victims else None
    foe = _foe(trigger, phrase)
    if foe is not None and source is None:
        return gathered(foe, victims, first)
    targets = list(_aims(trigger, phrase, verb, source, parse))
    near = bool(targets) and targets[0].governor in ("in", "near", "at")
    before = trigger.carried == "result" or near
    targets = [*victims, *targets] if before else [*targets, *victims]
    targets = targets or _behind_carrier(trigger, verb, parse)
    if verb is not None and _hits(trigger, verb):
        targets += [verb.object] if verb.object is not None else []
    return gathered(source, [t for t in targets if t is not pair], first)


def _foe(trigger: Trigger, phrase: Phrase) -> Phrase | None:
    """ "Killed in a shootout with X": X did it."""
    fight = trigger.act.mode in ("clash", "firearms") and trigger.carried == "result"
    return behind(phrase.after, ("with",)) if fight else None


def _behind_carrier(trigger: Trigger, verb: Verb | None, parse: Parse) -> list[Phrase]:
    """What the verb says of a target that does not hang on the noun."""
    if verb is None:
        return _asked(trigger, parse)
    if trigger.act.plover in ("ACCUSE", "COERCE"):
        found = list(purpose(trigger, verb, parse))
        if found:
            return found
    provoked = not verb.passive and parse.sentence.lows[verb.head] in _PROVOKING
    return [verb.subject] if provoked and verb.subject is not None else []


def _asked(trigger: Trigger, parse: Parse) -> list[Phrase]:
    """ "X sends troops at the request of Y": X is asked."""
    phrase = trigger.phrase
    if trigger.act.plover != "REQUEST" or phrase is None or phrase.governor != "at":
        return []
    clause = next((v for v in reversed(parse.verbs) if v.head < phrase.start), None)
    return [clause.subject] if clause is not None and clause.subject is not None else []


def _doer(trigger: Trigger, phrase: Phrase, verb: Verb | None, parse: Parse) -> Phrase | None:
    """The phrase of the source, by the frame of the noun and the verb that carries it."""
    act = trigger.act
    carrier = trigger.carried == "light" and verb is not None and not verb.passive
    for where in ("subject", *act.source) if carrier else act.source:
        source: Phrase | None = None
        if where == "subject":
            source = _carrier(trigger, phrase, verb, parse)
        elif where == "of":
            source = behind(phrase.after, ("of",)) if "of" not in act.target else None
        elif where not in ("before", "between"):
            source = _hung(phrase, (where,))
        if where == "by" and source is None and phrase.governor == "of" and phrase.host is not None:
            source = behind(phrase.host.after, ("by",))  # "the announcement by X of sanctions"
        if source is not None and parse.sentence.lows[source.end - 1] in WEAPONS:
            source = None  # "a raid by a drone"
        if source is not None:
            return source
    return None


def _by_whom(phrase: Phrase, parse: Parse) -> Phrase | None:
    """ "A strike carried out by X"."""
    ends = {phrase.end, *(inner.end for _, inner in phrase.after)}
    for verb in parse.verbs:
        near = bool(ends & {verb.start, verb.start - 1})
        if verb.relation == "part" and verb.form == "E" and near:
            return behind(verb.after, ("by",))
    return None


def _carrier(trigger: Trigger, phrase: Phrase, verb: Verb | None, parse: Parse) -> Phrase | None:
    """Who does it, by the verb that carries the noun."""
    if verb is None:
        return None
    if trigger.act.plover == "ASSAULT" and parse.sentence.lows[verb.head] in _TELLING:
        return None  # "police report blasts"
    if phrase.governor == "with" and parse.sentence.lows[verb.head] in _ANSWERING:
        return verb.subject
    if verb.passive and trigger.carried in ("light", "result"):
        others = [pair for pair in verb.after if pair[1] is not phrase]
        return behind(others, ("by",))  # "is launched by X", "killed in an attack, by X"
    return verb.subject if trigger.carried == "light" else None


def _hung(phrase: Phrase, words: Iterable[str]) -> Phrase | None:
    """What hangs on a phrase by one of some prepositions, near before far."""
    words = tuple(words)
    return _behind_first(phrase.after, words) or _far(phrase, words)


def _behind_first(hung: Hung, words: tuple[str, ...]) -> Phrase | None:
    """By the first of the prepositions that is there, in their order."""
    return next((found for w in words if (found := behind(hung, (w,))) is not None), None)


def _far(phrase: Phrase, words: tuple[str, ...]) -> Phrase | None:
    """What is of a phrase though other nouns stand between."""
    for where in words:
        if where in _FAR or where in ("from", "to", "for"):
            found = behind(phrase.later, (where,)) or _deeper(phrase, where)
            if found is not None:
                return found
    return None


def _deeper(phrase: Phrase, where: str) -> Phrase | None:
    """What hangs on what hangs on a phrase: prepositions are taken by the nearest noun."""
    for _ in range(4):
        if not phrase.after:
            return None
        word, phrase = phrase.after[-1]
        reaches = where in _FAR or word == "by"  # "a visit by X to Y"
        found = behind(phrase.after, (where,)) if reaches else None
        if found is not None:
            return found
    return None


def _aims(
    trigger: Trigger, phrase: Phrase, verb: Verb | None, source: Phrase | None, parse: Parse
) -> Iterator[Phrase]:
    """Where the target of a noun may stand, the likeliest first."""
    plover = trigger.act.plover
    words = (*trigger.act.target, "for") if plover == "SANCTION" else trigger.act.target
    near = [behind(phrase.after, (where,)) for where in words]
    far = [_far(phrase, (where,)) for where in words]
    beyond = _of_beyond(phrase, parse) if "of" in words else None
    yield from (p for p in (*near, beyond, *far) if p is not None and p is not source)
    if verb is not None:
        yield from _by_carrier(trigger, phrase, verb, parse)
    yield from participles(phrase, parse)
    if plover == "MOBILIZE":
        yield from threatened(trigger, verb, parse)


def _by_carrier(trigger: Trigger, phrase: Phrase, verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """What hangs on the verb that carries the noun, and not on the noun."""
    violent = trigger.act.plover == "ASSAULT"
    if trigger.carried == "light":
        words = tuple(w for w in trigger.act.target if w in _CARRY_TARGET)
        found = behind([p for p in verb.after if p[1] is not phrase], words)
        if found is not None:
            yield found
        if violent:
            yield from purpose(trigger, verb, parse)
    if trigger.carried == "happens" and violent:
        yield from (p for word, p in verb.after if word in ("at", "outside", "against"))


def _of_beyond(phrase: Phrase, parse: Parse) -> Phrase | None:
    """ "The arrest in Peru of two men": what hangs on a place is not of the place."""
    if not phrase.after or phrase.after[0][0] not in _WHERE:
        return None
    place = phrase.after[0][1]
    name = parse.sentence.words[place.end - 1][0].isupper()
    return behind(place.after, ("of",)) if name else None


def _between(phrase: Phrase, verb: Verb | None, parse: Parse) -> Phrase | None:
    """Further on: "talks are held between", "clashes in Lima, Peru between"."""
    hung = [p for word, p in (verb.after if verb is not None else ()) if word == "between"]
    head = verb.head if verb is not None and verb.head > phrase.end else len(parse.tags)
    apart = [p for p in parse.phrases if p.governor == "between" and p.start < head]
    return next((p for p in (*hung, *apart) if p.start > phrase.start), None)


def _hits(trigger: Trigger, verb: Verb) -> bool:
    """ "A blast destroys an embassy": what an act of violence happens to."""
    happens = trigger.carried == "happens" and trigger.act.plover == "ASSAULT"
    return happens and not verb.passive


def _receives(trigger: Trigger, verb: Verb, parse: Parse) -> bool:
    """Whether the subject of the verb is at the other end: "receives support from"."""
    taking = _GIVEN if verb.passive else _RECEIVING
    light = trigger.carried == "light" and parse.sentence.lows[verb.head] in taking
    return light and trigger.act.plover in _DONE_TO
