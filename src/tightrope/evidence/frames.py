"""What verbs and nouns share in finding the phrases of their two sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tightrope.evidence.grammar import Parse, Phrase, Verb
from tightrope.evidence.rulebook import listed
from tightrope.evidence.triggers import Trigger

Hung = list[tuple[str, Phrase]]
"""Phrases with the prepositions by which they hang on something."""
_AIMED = listed("aimed")
_RETAKING = listed("retaking")
_STRIFE = listed("strife")


class Sides(NamedTuple):
    """Phrases of source, target and those who were killed or injured."""

    source: Phrase | None
    target: Phrase | None
    victims: Phrase | None = None
    others: tuple[Phrase, ...] = ()
    """Where else the target may stand, if ``target`` names nobody; the likeliest first."""


def gathered(
    source: Phrase | None, targets: Iterable[Phrase | None], victims: Phrase | None
) -> Sides:
    """The sides with each place of the target once, and none that is the source."""
    found = [p for p in dict.fromkeys(targets) if p is not None and p is not source]
    return Sides(source, found[0] if found else None, victims, tuple(found[1:]))


def behind(hung: Hung, words: Iterable[str]) -> Phrase | None:
    """The first phrase that hangs by one of some prepositions."""
    return next((phrase for word, phrase in hung if word in words), None)


def victims_of(trigger: Trigger) -> list[Phrase]:
    """Who was killed or injured, as the verbs of result say."""
    found: list[Phrase | None] = []
    for result in trigger.results:
        verb = result.verb
        if verb is not None:
            done = result.act.target == ("subject",) or verb.passive
            found.append(verb.subject if done else verb.object)
    return [phrase for phrase in found if phrase is not None]


def purpose(_: Trigger, verb: Verb, parse: Parse) -> Iterator[Phrase]:
    """ "To disperse protesters", "targeting a port", "to take the town from X"."""
    for other in parse.verbs:
        low, is_aim = parse.sentence.lows[other.head], other.relation == "inf"
        if other.parent is not verb or not (is_aim or low in _AIMED):
            continue
        lost = behind(other.after, ("from",)) if is_aim and low in _RETAKING else None
        target = other.object or behind(other.after, ("against",))
        yield from (p for p in (lost, target) if p is not None)


def threatened(_: Trigger, __: Verb | None, parse: Parse) -> Iterator[Phrase]:
    """Against whom forces are moved: "its efforts against X", "amid tensions with X"."""
    for phrase in parse.phrases:
        host = phrase.host
        strife = host is not None and parse.sentence.lows[host.end - 1] in _STRIFE
        if phrase.governor == "against" or (phrase.governor == "with" and strife):
            yield phrase


def participles(phrase: Phrase, parse: Parse) -> Iterator[Phrase]:
    """ "Bombings targeting Shiites", "a raid in Mali aimed at rebels"."""
    lows = parse.sentence.lows
    hosts = (phrase, phrase.host, *(inner for _, inner in phrase.after))
    for verb in parse.verbs:
        if verb.relation == "part" and verb.subject in hosts and lows[verb.head] in _AIMED:
            target = verb.object if verb.form == "G" else behind(verb.after, ("at", "against"))
            if target is not None:
                yield target
            yield from (
                deeper.object
                for deeper in parse.verbs
                if deeper.parent is verb and deeper.word == "at" and deeper.object is not None
            )
