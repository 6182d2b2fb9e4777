"""The two sides of an act that a verb names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tightrope.evidence.frames import Sides, behind, gathered, purpose, threatened, victims_of
from tightrope.evidence.grammar import Parse, Phrase, Verb
from tightrope.evidence.rulebook import listed
from tightrope.evidence.tokens import word_set
from tightrope.evidence.triggers import Trigger

Place = Callable[[Trigger, Verb, Parse], Iterator[Phrase]]
"""Finds where a target may stand."""
_LEADING = word_set("for on to into at against with")
_ENDINGS = word_set("at on into to from against toward towards with")
_TOWARDS = word_set("against on with between to into from at")
_ONTO = ("on", "against", "at", "into")
_FIGHTS = listed("fights")
_BEATING = listed("beating")
_VOICED = listed("voiced")
_OWN_DEEDS = listed("own deeds")
_OWN = word_set("its their his her")
_TEXTS = listed("texts")
_DISPOSED = listed("disposed")
"""Participles that tell of their subject what it does: "is headed for"."""


def of_verb(trigger: Trigger, parse: Parse) -> Sides:
    """By the frame of the verb: subject and object, or what hangs on it."""
    verb = trigger.verb
    assert verb is not None
    source = _actor(trigger, verb, parse)
    targets = list(_by_frame(trigger, verb, parse))
    first = targets[0] if targets else None
    further = _elsewhere(trigger, verb, parse)
    taken = trigger.act.mode == "seize" and "from" not in trigger.act.lemma
    losers = _losers(trigger, parse) if taken else ()
    return gathered(source, [*losers, *targets, *further, *victims_of(trigger)], first)


def _actor(trigger: Trigger, verb: Verb, parse: Parse) -> Phrase | None:
    """The subject or who stands behind "by", unless the frame says where else, or nowhere."""
    if trigger.act.source != ("subject",):
        named = parse.sentence.lows[trigger.end - 1] in trigger.act.source
        return behind(verb.after, trigger.act.source) or (
            _first_after(trigger, parse) if named else None
        )
    return _agent(verb, parse) if _suffers(trigger, parse) else _subject(verb, parse)


def _losers(trigger: Trigger, parse: Parse) -> Iterator[Phrase]:
    """Who held what is taken: "recapture Kisal from X", "take Kisal after fighting with X"."""
    for phrase in parse.phrases:
        fight = phrase.host is not None and parse.sentence.lows[phrase.host.end - 1] in _FIGHTS
        lost = phrase.governor == "from" or (fight and phrase.governor in ("with", "against"))
        if lost and phrase.start >= trigger.end:
            yield phrase
    for verb in parse.verbs:
        if verb.start >= trigger.end and parse.sentence.lows[verb.head] in _BEATING:
            yield from (p for p in (verb.object,) if p is not None)


def _agent(verb: Verb, parse: Parse) -> Phrase | None:
    """ "By X", also behind a second verb: "is attacked and injured by X"."""
    for other in parse.verbs:
        joined = other.relation == "and" and other.parent is verb and other.passive
        if other is verb or joined:
            agent = behind(other.after, ("by",))
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
    carries = "..." in trigger.act.lemma and behind(verb.after, ("by",)) is None
    leads = trigger.act.lemma.rpartition(" ")[2] in _LEADING
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


# ------------------------------------------------------------------ by the frame


def _by_frame(trigger: Trigger, verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """Where the frame of a verb lets its target stand, the likeliest first."""
    suffers = _suffers(trigger, parse)
    patient = verb.subject if suffers else verb.object or verb.gap
    placed = [p for p in _framed(trigger, verb, patient) if p is not None]
    within = "..." in trigger.act.lemma and patient is not None and _inside(patient, trigger)
    own = patient is not None and parse.sentence.lows[patient.start] in _OWN
    elsewhere = bool(placed) and (own or placed[0].governor in _ONTO)
    if within and patient is not None and not elsewhere:
        yield patient  # "designate X as terrorist": it stands inside the words that name the act
    if suffers:
        yield from placed  # "is stripped of his citizenship"
    last = parse.sentence.lows[trigger.end - 1]
    if trigger.end - trigger.start > 1 and _leads(trigger, last):
        direct = behind(verb.after, (last,)) or _first_after(trigger, parse)
        if direct is not None:
            yield direct
    yield from placed
    if within and patient is not None:
        yield patient
    if trigger.act.plover in ("ACCUSE", "REQUEST") and "..." in trigger.act.lemma:
        yield from _embedded(trigger, parse)


def _embedded(trigger: Trigger, parse: Parse) -> Iterator[Phrase]:
    """ "Call for X to resign", "call for the resignation of X": amid the words of an act."""
    for phrase in parse.phrases:
        if trigger.start < phrase.start and phrase.end < trigger.end:
            yield phrase
        if phrase.end == trigger.end and parse.sentence.lows[phrase.end - 1] in _OWN_DEEDS:
            yield from (p for word, p in phrase.after if word == "of")


def _framed(trigger: Trigger, verb: Verb, patient: Phrase | None) -> Iterator[Phrase | None]:
    for where in trigger.act.target:
        if where == "subject":
            yield verb.subject
        elif where == "object":
            yield patient if patient is not None and not _inside(patient, trigger) else None
        else:
            yield behind(verb.after, (where,))
            if patient is not None and _inside(patient, trigger):
                yield behind(patient.after, (where,))  # "withdraws its support from X"


def _leads(trigger: Trigger, last: str) -> bool:
    """Whether the words of an act lead up to its target: "hold talks with", "fire on"."""
    act = trigger.act
    if act.plover == "MOBILIZE":
        return last == "against"  # whither is not against whom
    return last in _ENDINGS or ((last != "in" or "in" in act.target) and "..." not in act.lemma)


def _inside(phrase: Phrase, trigger: Trigger) -> bool:
    return phrase.end <= trigger.end and phrase.end > trigger.start


def _first_after(trigger: Trigger, parse: Parse) -> Phrase | None:
    """The phrase that begins where a phrase of several words ends: "hold talks with X"."""
    at = trigger.end
    while at < len(parse.phrase_at) and not parse.sentence.words[at][0].isalnum():
        at += 1
    phrase = parse.phrase_at[at] if at < len(parse.phrase_at) else None
    return phrase if phrase is not None and trigger.end - 1 <= phrase.start <= at else None


# ------------------------------------------------------------------ elsewhere


def _elsewhere(trigger: Trigger, verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """Where the target of such an act stands, if not where the frame has it."""
    plover = trigger.act.plover
    for place in _PLACES.get(plover, ()):
        yield from place(trigger, verb, parse)
    forced = plover in ("COERCE", "SANCTION")
    last_of_all = ("against", "with", "at") if forced else ("against", "from")
    if "warrant" in trigger.act.lemma:
        last_of_all = ("for", *last_of_all)
    yield from (p for word, p in verb.after if word in last_of_all)
    if plover == "CONCEDE":
        yield from _imposed(trigger, parse)


def _imposed(trigger: Trigger, parse: Parse) -> Iterator[Phrase]:
    """ "Lifts the sanctions that it had placed on X"."""
    for other in parse.verbs:
        if other.relation in ("rel", "part", "that") and other.start >= trigger.end:
            yield from (p for word, p in other.after if word in ("on", "against"))


def _promised(trigger: Trigger, verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """To whom that would be done which is promised, refused, begun: "agrees to meet with X"."""
    if trigger.act.lemma.startswith("deny"):
        return
    for other in parse.verbs:
        inside = trigger.start < other.start < trigger.end
        under = other.parent is verb and trigger.act.plover != "CONSULT"
        if other.relation in ("inf", "ger", "part") and (under or inside):
            if other.object is not None and trigger.act.plover != "AGREE":
                yield other.object
            yield from (p for word, p in other.after if word in _TOWARDS)


def _spoken_of(_: Trigger, verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """ "Investigates whether X ...", "claims that X ...": the subject of what is said."""
    for other in parse.verbs if verb.object is None else ():
        clause = other.relation in ("that", "sub") and other.word in ("that", "whether", "if")
        if clause and other.parent is verb and other.subject is not None:
            yield other.subject


def _conditions(_: Trigger, __: Verb, parse: Parse) -> Iterator[Phrase]:
    """ "Threatens sanctions if X ...": X is meant."""
    yield from (v.subject for v in parse.verbs if v.word in ("if", "unless") and v.subject)


def _voiced(trigger: Trigger, _: Verb, parse: Parse) -> Iterator[Phrase]:
    """ "Passes a resolution condemning X": X is meant."""
    for verb in parse.verbs:
        if verb.start == trigger.end and parse.sentence.lows[verb.head] in _VOICED:
            yield from (p for p in (verb.object,) if p is not None)


def _shared(trigger: Trigger, verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """The object of the next verb: "stormed and burnt the gate", "supports giving him a term"."""
    relations = ("and", "ger") if trigger.act.plover == "SUPPORT" else ("and",)
    for other in parse.verbs if verb.object is None and not verb.passive else ():
        near = 0 < other.start - verb.head <= 3 and not other.passive
        if near and other.relation in relations and other.object is not None:
            yield other.object


_PLACES: dict[str, tuple[Place, ...]] = {
    "ACCUSE": (_spoken_of, _shared, purpose),
    "AGREE": (_promised,),
    "ASSAULT": (_shared, purpose),
    "COERCE": (_shared, purpose),
    "CONSULT": (_promised,),
    "MOBILIZE": (threatened,),
    "PROTEST": (_shared, purpose),
    "REJECT": (_promised,),
    "REQUEST": (_voiced, _spoken_of),
    "RETREAT": (threatened,),
    "SANCTION": (_shared, _promised),
    "SUPPORT": (_shared, _promised),
    "THREATEN": (_promised, _conditions),
}
