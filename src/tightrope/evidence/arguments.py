"""The two sides of an act: which phrases may be its source and its target.

``ArgumentFinder`` is the seam: a dependency parser may take the place of the shallow grammar here
and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from tightrope.evidence.grammar import Parse, Phrase, Verb
from tightrope.evidence.inflection import verb_forms
from tightrope.evidence.tokens import word_set
from tightrope.evidence.triggers import Trigger

Hung = list[tuple[str, Phrase]]
"""Phrases with the prepositions by which they hang on something."""


class Sides(NamedTuple):
    """Phrases of source, target and those who were killed or injured."""

    source: Phrase | None
    target: Phrase | None
    victims: Phrase | None = None
    others: tuple[Phrase, ...] = ()
    """Where else the target may stand, if ``target`` names nobody; the likeliest first."""


class ArgumentFinder(Protocol):
    """Finds the sides of an act."""

    def sides(self, trigger: Trigger, parse: Parse) -> Sides:
        """Phrases of ``parse`` that are source and target of ``trigger``."""
        ...


class ShallowFinder:
    """By the surroundings that the shallow grammar found."""

    def sides(self, trigger: Trigger, parse: Parse) -> Sides:
        """Source and target by the frame of the act."""
        if trigger.act.noun:
            return _of_noun(trigger, parse)
        return _of_verb(trigger, parse)


def _sides(
    source: Phrase | None, targets: Iterable[Phrase | None], victims: Phrase | None
) -> Sides:
    found = [p for p in dict.fromkeys(targets) if p is not None and p is not source]
    return Sides(source, found[0] if found else None, victims, tuple(found[1:]))


def _behind(hung: Hung, words: Iterable[str]) -> Phrase | None:
    return next((phrase for word, phrase in hung if word in words), None)


# ------------------------------------------------------------------ verbs


def _of_verb(trigger: Trigger, parse: Parse) -> Sides:
    act, verb = trigger.act, trigger.verb
    assert verb is not None
    source = _agent(verb, parse) if _suffers(trigger, parse) else _subject(verb, parse)
    if act.source == ("none",):
        source = None
    targets = list(_by_frame(trigger, verb, parse))
    return _sides(source, [*targets, *_victims(trigger)], targets[0] if targets else None)


def _agent(verb: Verb, parse: Parse) -> Phrase | None:
    """ "By X", also behind a second verb: "is attacked and injured by X"."""
    for other in parse.verbs:
        joined = other.relation == "and" and other.parent is verb and other.passive
        if other is verb or joined:
            agent = _behind(other.after, ("by",))
            if agent is not None:
                return agent
    return None


def _suffers(trigger: Trigger, parse: Parse) -> bool:
    """Whether an act is done to its subject; "the group asked for money" is not."""
    verb, lows = trigger.verb, parse.sentence.lows
    if verb is None or not verb.passive or lows[verb.head] in _DISPOSED:
        return False
    if any(parse.tags[at] == "A" for at in range(verb.start, verb.head)):
        return True
    carries = "..." in trigger.act.lemma and _behind(verb.after, ("by",)) is None
    leads = trigger.act.lemma.rpartition(" ")[2] in ("for", "on", "to")
    return not (carries or leads or verb.object is not None)


def _subject(verb: Verb, parse: Parse) -> Phrase | None:
    """The subject; of what somebody is kept from doing, he; of what a law does, its maker."""
    parent, subject = verb.parent, verb.subject
    if verb.relation == "prep" and verb.word == "from" and parent is not None:
        return parent.object or subject
    if subject is None and verb.relation in ("inf", "ger", "part", "prep"):
        before = [v for v in parse.verbs if v.relation == "main" and v.head < verb.start]
        return before[-1].subject if before else None
    host = subject.verb if subject is not None and subject.place == "object" else None
    if subject is None or host is None or host is verb:
        return subject
    return host.subject if parse.sentence.lows[subject.end - 1] in _TEXTS else subject


_TEXTS = word_set(
    "law bill resolution decree ruling statement letter report motion measure order memo "
    "proclamation declaration petition plan deal"
)
_DISPOSED = word_set("headed prepared poised set committed determined opposed engaged involved")
"""Participles that tell of their subject what it does: "is headed for"."""


def _by_frame(trigger: Trigger, verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """Where the frame of a verb lets its target stand, the likeliest first."""
    act, patient = trigger.act, verb.subject if verb.passive else verb.object or verb.gap
    inside = patient is not None and not _outside(patient, trigger)
    last = parse.sentence.lows[trigger.end - 1]
    placed = [p for p in _framed(trigger, verb, patient) if p is not None]
    elsewhere = bool(placed) and placed[0].governor in ("on", "against", "at", "into")
    if "..." in act.lemma and inside and patient is not None and not elsewhere:
        yield patient  # "designate X as terrorist": it stands inside the words that name the act
    if trigger.end - trigger.start > 1 and _leads(trigger, last):
        direct = _behind(verb.after, (last,)) or _first_after(trigger, parse)
        if direct is not None:
            yield direct
    yield from placed
    if act.plover == "ACCUSE" and verb.object is None:
        yield from _spoken_of(verb, parse)
    if "..." in act.lemma and inside and patient is not None:
        yield patient
    yield from _shared(verb, parse, ("and", "ger") if act.plover == "SUPPORT" else ("and",))
    if act.plover in ("ASSAULT", "COERCE", "PROTEST"):
        yield from _purpose(verb, parse)
    if act.plover in _SPOKEN:
        yield from _promised(trigger, verb, parse)
    if act.plover == "MOBILIZE":
        yield from _threatened(parse)
    if act.plover == "THREATEN":
        yield from (v.subject for v in parse.verbs if v.word in ("if", "unless") and v.subject)
    forced = act.plover in ("COERCE", "SANCTION")
    last_of_all = ("against", "with", "at") if forced else ("against",)
    yield from (p for word, p in verb.after if word in last_of_all)


def _threatened(parse: Parse) -> Iterator[Phrase]:
    """Against whom forces are moved: "its efforts against X", "amid tensions with X"."""
    for phrase in parse.phrases:
        host = phrase.host
        strife = host is not None and parse.sentence.lows[host.end - 1] in _STRIFE
        if phrase.governor == "against" or (phrase.governor == "with" and strife):
            yield phrase


_STRIFE = word_set("tension tensions conflict war dispute standoff crisis")
_SPOKEN = word_set("THREATEN AGREE REJECT SUPPORT CONSULT")
_TOWARDS = word_set("against on with between to into from at")


def _promised(trigger: Trigger, verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """To whom that would be done which is promised, refused, begun: "agrees to meet with X"."""
    for other in parse.verbs:
        inside = trigger.start < other.start < trigger.end
        under = other.parent is verb and trigger.act.plover != "CONSULT"
        if other.relation in ("inf", "ger", "part") and (under or inside):
            if other.object is not None and trigger.act.plover != "AGREE":
                yield other.object
            yield from (p for word, p in other.after if word in _TOWARDS)


def _purpose(verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """ "Fire tear gas to disperse protesters", "fire rockets, targeting a port"."""
    for other in parse.verbs:
        aims = other.relation == "inf" or parse.sentence.lows[other.head] == "targeting"
        if aims and other.parent is verb and other.object is not None:
            yield other.object


def _framed(trigger: Trigger, verb: Verb, patient: Phrase | None) -> Iterator[Phrase | None]:
    for where in trigger.act.target:
        if where == "subject":
            yield verb.subject
        elif where == "object":
            yield patient if patient is not None and _outside(patient, trigger) else None
        else:
            yield _behind(verb.after, (where,))


def _spoken_of(verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """ "Investigates whether X ...", "claims that X ...": the subject of what is said."""
    for other in parse.verbs:
        clause = other.relation in ("that", "sub") and other.word in ("that", "whether", "if")
        if clause and other.parent is verb and other.subject is not None:
            yield other.subject


def _shared(verb: Verb, parse: Parse, relations: tuple[str, ...]) -> Iterator[Phrase]:
    """The object of the next verb: "stormed and burnt the gate", "supports giving him a term"."""
    if verb.object is None and not verb.passive:
        for other in parse.verbs:
            near = 0 < other.start - verb.head <= 3 and not other.passive
            if near and other.relation in relations and other.object is not None:
                yield other.object


_ENDINGS = word_set("at on into to from against toward towards with")


def _leads(trigger: Trigger, last: str) -> bool:
    """Whether the words of an act lead up to its target: "hold talks with", "fire on"."""
    act = trigger.act
    return last in _ENDINGS or ((last != "in" or "in" in act.target) and "..." not in act.lemma)


def _outside(phrase: Phrase, trigger: Trigger) -> bool:
    return phrase.end > trigger.end or phrase.end <= trigger.start


def _first_after(trigger: Trigger, parse: Parse) -> Phrase | None:
    """The phrase that begins where a phrase of several words ends: "hold talks with X"."""
    at = trigger.end
    while at < len(parse.phrase_at) and not parse.sentence.words[at][0].isalnum():
        at += 1
    phrase = parse.phrase_at[at] if at < len(parse.phrase_at) else None
    return phrase if phrase is not None and trigger.end - 1 <= phrase.start <= at else None


# ------------------------------------------------------------------ nouns

_CARRY_TARGET = ("on", "against", "at", "with", "to", "from", "targeting", "near", "outside", "for")
_FAR = word_set("by against on with between targeting into")
"""Prepositions that reach over other phrases: "an attack on a base in Mali by rebels"."""
_WHERE = word_set("in near at outside")


def _of_noun(trigger: Trigger, parse: Parse) -> Sides:
    phrase, verb = trigger.phrase, trigger.verb
    assert phrase is not None
    if verb is not None and _receives(trigger, verb, parse):
        return _sides(_hung(phrase, ("from", "by", "of")), [verb.subject], None)
    pair = _behind(phrase.after, ("between",)) or _near(phrase, verb, "between")
    source = pair or _doer(trigger, phrase, verb, parse) or _by_whom(phrase, parse)
    victims = _victims(trigger)
    first = victims[0] if victims else None
    fight = trigger.act.mode in ("clash", "firearms")
    foe = _behind(phrase.after, ("with",)) if fight else None
    if trigger.carried == "result" and foe is not None and source is None:
        return _sides(foe, victims, first)
    strife = _threatened(parse) if trigger.act.plover == "MOBILIZE" else ()
    targets = [*_aims(trigger, phrase, verb, source, parse), *_participles(phrase, parse), *strife]
    near = bool(targets) and targets[0].governor in _WHERE - {"outside"}
    before = trigger.carried == "result" or near
    targets = [*victims, *targets] if before else [*targets, *victims]
    if not targets and trigger.act.plover in ("ACCUSE", "COERCE") and verb is not None:
        targets = list(_purpose(verb, parse))
    if not targets and _hits(trigger, verb):
        assert verb is not None
        targets = [verb.object] if verb.object is not None else []
    if not targets and _provoked(verb, parse):
        assert verb is not None
        targets = [verb.subject] if verb.subject is not None else []
    return _sides(source, [t for t in targets if t is not pair], first)


def _doer(trigger: Trigger, phrase: Phrase, verb: Verb | None, parse: Parse) -> Phrase | None:
    """The phrase of the source, by the frame of the noun and the verb that carries it."""
    act = trigger.act
    carrier = trigger.carried == "light" and verb is not None and not verb.passive
    for where in ("subject", *act.source) if carrier else act.source:
        source: Phrase | None = None
        if where == "subject":
            source = _carrier(trigger, phrase, verb, parse)
        elif where == "of":
            source = _behind(phrase.after, ("of",)) if "of" not in act.target else None
        elif where not in ("before", "between"):
            source = _hung(phrase, (where,))
        if source is not None:
            return source
    return None


def _by_whom(phrase: Phrase, parse: Parse) -> Phrase | None:
    """ "A strike carried out by X"."""
    for verb in parse.verbs:
        if verb.relation == "part" and verb.form == "E" and 0 <= verb.start - phrase.end <= 1:
            return _behind(verb.after, ("by",))
    return None


_ANSWERING = frozenset(
    form for verb in ("respond", "retaliate", "react", "reply") for form in verb_forms(verb)
)


def _carrier(trigger: Trigger, phrase: Phrase, verb: Verb | None, parse: Parse) -> Phrase | None:
    """Who does it, by the verb that carries the noun."""
    if verb is None:
        return None
    if phrase.governor == "with" and parse.sentence.lows[verb.head] in _ANSWERING:
        return verb.subject
    if trigger.carried == "light":
        return _behind(verb.after, ("by",)) if verb.passive else verb.subject
    return None


def _hung(phrase: Phrase, words: Iterable[str]) -> Phrase | None:
    """What hangs on a phrase by one of some prepositions, near before far."""
    words = tuple(words)
    for where in words:
        found = _behind(phrase.after, (where,))
        if found is not None:
            return found
    far = [w for w in words if w in _FAR or w in ("from", "to", "for")]
    for where in far:
        found = _behind(phrase.later, (where,)) or _deeper(phrase, where)
        if found is not None:
            return found
    return None


def _deeper(phrase: Phrase, where: str) -> Phrase | None:
    """What hangs on what hangs on a phrase: prepositions are taken by the nearest noun."""
    for _ in range(4):
        if not phrase.after:
            return None
        phrase = phrase.after[-1][1]
        found = _behind(phrase.after, (where,)) if where in _FAR else None
        if found is not None:
            return found
    return None


def _aims(
    trigger: Trigger, phrase: Phrase, verb: Verb | None, source: Phrase | None, parse: Parse
) -> Iterator[Phrase]:
    """Where the target of a noun may stand, the likeliest first."""
    act = trigger.act
    for where in act.target:
        found = _hung(phrase, (where,))
        if found is None and where == "of" and phrase.after and phrase.after[0][0] in _WHERE:
            found = _of_beyond(phrase, parse)
        if found is not None and found is not source:
            yield found
    if trigger.carried == "light" and verb is not None:
        words = tuple(w for w in act.target if w in _CARRY_TARGET)
        found = _behind([p for p in verb.after if p[1] is not phrase], words)
        if found is not None:
            yield found
    if trigger.carried == "happens" and verb is not None and act.plover == "ASSAULT":
        yield from (p for word, p in verb.after if word in ("at", "outside", "against"))


def _of_beyond(phrase: Phrase, parse: Parse) -> Phrase | None:
    """ "The arrest in Peru of two men": what hangs on a place is not of the place."""
    place = phrase.after[0][1]
    name = parse.sentence.words[place.end - 1][0].isupper()
    return _behind(place.after, ("of",)) if name else None


def _near(phrase: Phrase, verb: Verb | None, word: str) -> Phrase | None:
    if verb is None:
        return None
    return next((p for w, p in verb.after if w == word and p.start > phrase.start), None)


def _victims(trigger: Trigger) -> list[Phrase]:
    """Who was killed or injured, as the verbs of result say."""
    found: list[Phrase | None] = []
    for result in trigger.results:
        verb = result.verb
        if verb is not None:
            done = result.act.target == ("subject",) or verb.passive
            found.append(verb.subject if done else verb.object)
    return [phrase for phrase in found if phrase is not None]


def _participles(phrase: Phrase, parse: Parse) -> Iterator[Phrase]:
    """ "Bombings targeting Shiites", "a raid in Mali aimed at rebels"."""
    lows = parse.sentence.lows
    hosts = (phrase, phrase.host, *(inner for _, inner in phrase.after))
    for verb in parse.verbs:
        if verb.relation == "part" and verb.subject in hosts and lows[verb.head] in _AIMED:
            target = verb.object if verb.form == "G" else _behind(verb.after, ("at", "against"))
            if target is not None:
                yield target


_AIMED = word_set("targeting hitting striking killing injuring wounding aimed directed protesting")


def _hits(trigger: Trigger, verb: Verb | None) -> bool:
    """ "A blast destroys an embassy": what an act of violence happens to."""
    happens = trigger.carried == "happens" and trigger.act.plover == "ASSAULT"
    return happens and verb is not None and not verb.passive


_RECEIVING = frozenset(
    form
    for verb in ("receive", "face", "suffer", "enjoy", "attract", "gain", "obtain", "earn")
    for form in verb_forms(verb)
) | word_set("win wins won draw draws drew drawn get gets got undergo undergoes underwent")


def _receives(trigger: Trigger, verb: Verb, parse: Parse) -> bool:
    """Whether the subject of the verb is at the other end: "receives support from"."""
    light = trigger.carried == "light" and not verb.passive
    return light and parse.sentence.lows[verb.head] in _RECEIVING and trigger.act.plover in _DONE_TO


_DONE_TO = word_set("SUPPORT AID ACCUSE THREATEN SANCTION ASSAULT COERCE REJECT")
_PROVOKING = frozenset(
    form for verb in ("prompt", "provoke", "trigger", "cause", "spark") for form in verb_forms(verb)
) | word_set("draw draws drew drawing")


def _provoked(verb: Verb | None, parse: Parse) -> bool:
    """ "..., prompting a warning from X": it is meant for whoever gave cause."""
    return verb is not None and not verb.passive and parse.sentence.lows[verb.head] in _PROVOKING
