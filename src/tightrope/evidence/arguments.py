"""The two sides of an act: which phrases are its source and its target.

``ArgumentFinder`` is the seam: a dependency parser may take the place of the shallow grammar here
and nowhere else.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from tightrope.evidence.grammar import Parse, Phrase, Verb
from tightrope.evidence.tokens import word_set
from tightrope.evidence.triggers import Trigger


class Sides(NamedTuple):
    """Phrases of source, target and those who were killed or injured."""

    source: Phrase | None
    target: Phrase | None
    victims: Phrase | None = None
    blamed: Trigger | None = None
    """An act without a named actor, for which somebody is blamed."""


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


def _of_verb(trigger: Trigger, parse: Parse) -> Sides:
    act, verb = trigger.act, trigger.verb
    assert verb is not None
    source = _behind(verb.after, ("by",)) if verb.passive else verb.subject
    patient = verb.subject if verb.passive else verb.object
    if act.source == ("none",):
        source = None
    target: Phrase | None = None
    last = parse.sentence.lows[trigger.end - 1]
    for where in act.target:
        if where == "subject":
            target = verb.subject
        elif where == "object":
            if patient is not None and _outside(patient, trigger):
                target = patient
        else:
            target = _behind(verb.after, (where,))
        if target is not None:
            break
    leads = last in _ENDINGS or ((last != "in" or "in" in act.target) and "..." not in act.lemma)
    if trigger.end - trigger.start > 1 and leads:
        direct = _behind(verb.after, (last,)) or _first_after(trigger, parse)
        target = direct or target
    # "designate X as terrorist": the other side stands inside the words that name the act
    if (
        (
            "..." in act.lemma
            and (target is None or target.governor not in ("on", "against", "at", "into"))
        )
        and patient is not None
        and not _outside(patient, trigger)
    ):
        target = patient
    if target is source:
        target = None
    return Sides(source, target, target)


_ENDINGS = word_set("at on into to from against toward towards with")


def _outside(phrase: Phrase, trigger: Trigger) -> bool:
    return phrase.end > trigger.end or phrase.end <= trigger.start


def _first_after(trigger: Trigger, parse: Parse) -> Phrase | None:
    """The phrase that begins where a phrase of several words ends: "hold talks with X"."""
    if trigger.end < len(parse.phrase_at):
        phrase = parse.phrase_at[trigger.end]
        if phrase is not None and phrase.start == trigger.end:
            return phrase
    return None


def _behind(after: list[tuple[str, Phrase]], words: tuple[str, ...]) -> Phrase | None:
    return next((phrase for word, phrase in after if word in words), None)


_CARRY_TARGET = ("on", "against", "at", "with", "to", "from", "targeting", "near", "outside", "for")


def _of_noun(trigger: Trigger, parse: Parse) -> Sides:
    act, phrase, verb = trigger.act, trigger.phrase, trigger.verb
    assert phrase is not None
    source: Phrase | None = None
    pair: Phrase | None = None
    carrier = trigger.carried == "light" and verb is not None and not verb.passive
    order = ("between", "subject", *act.source) if carrier else act.source
    for where in order:
        if where == "between":
            pair = _behind(phrase.after, ("between",)) or _near(phrase, verb, "between")
            source = pair
        elif where == "subject":
            if trigger.carried == "light" and verb is not None and not verb.passive:
                source = verb.subject
            elif trigger.carried == "light" and verb is not None:
                source = _behind(verb.after, ("by",))
        elif where != "before":
            source = _behind(phrase.after, (where,)) or (
                _behind(phrase.later, (where,)) if where != "of" else None
            )
            if source is not None and where == "of" and "of" in act.target:
                source = None
        if source is not None:
            break
    target: Phrase | None = None
    for where in act.target:
        target = _behind(phrase.after, (where,)) or (
            _behind(phrase.later, (where,)) if where not in ("of", "in", "near") else None
        )
        if target is not None:
            break
    if target is None and trigger.carried == "light" and verb is not None:
        words = tuple(w for w in act.target if w in _CARRY_TARGET)
        target = _behind([p for p in verb.after if p[1] is not phrase], words)
    victims = _victims(trigger)
    if target is None or trigger.carried == "result" or target.governor in ("near", "in", "at"):
        target = victims or target
    target = target or _participle_target(phrase, parse)
    if (
        target is None
        and trigger.carried == "happens"
        and verb is not None
        and not verb.passive
        and verb.object is not None
        and act.plover == "ASSAULT"
    ):
        target = verb.object
    return Sides(source, target if target is not pair else None, victims)


def _near(phrase: Phrase, verb: Verb | None, word: str) -> Phrase | None:
    if verb is None:
        return None
    return next((p for w, p in verb.after if w == word and p.start > phrase.start), None)


def _victims(trigger: Trigger) -> Phrase | None:
    """Who was killed or injured, as the verbs of result say."""
    for result in trigger.results:
        verb = result.verb
        if verb is None:
            continue
        if result.act.target == ("subject",) or verb.passive:
            return verb.subject
        if verb.object is not None:
            return verb.object
    return None


def _participle_target(phrase: Phrase, parse: Parse) -> Phrase | None:
    """ "Bombings targeting Shiites"."""
    for verb in parse.verbs:
        if verb.relation == "part" and verb.subject is phrase and verb.form == "G":
            return verb.object
    return None
