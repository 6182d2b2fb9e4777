"""Whom a pronoun stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tightrope.evidence.found import Found
from tightrope.evidence.grammar import Phrase
from tightrope.evidence.mentions import NAMED
from tightrope.evidence.stage import Stage
from tightrope.evidence.tokens import word_set

Resolve = Callable[[Phrase], Found | None]
_PRONOUNS = word_set("it he she they him them")


def antecedent(stage: Stage, phrase: Phrase, resolve: Resolve) -> Found | None:
    """Who a pronoun stands for, as a party at the pronoun's place."""
    if stage.lows[phrase.start] not in _PRONOUNS:
        return None
    meant = _meant(stage, phrase, resolve)
    if meant is None or not meant.name:
        return None
    return replace(meant, start=phrase.start, end=phrase.end, joined=())


def _meant(stage: Stage, phrase: Phrase, resolve: Resolve) -> Found | None:
    """As a subject the one who is speaking, else the one last named."""
    verb, parse, cast = phrase.verb, stage.parse, stage.cast
    if phrase.place != "subject" and stage.lows[phrase.start] in ("him", "her"):
        for earlier in reversed(parse.phrases):
            if earlier.end <= phrase.start and parse.tags[earlier.start] != "Q":
                person = resolve(earlier)
                if person is not None and person.kind in ("person", "office"):
                    return person
    if phrase.place != "subject":
        for m in reversed(stage.mentions):
            if m.end <= phrase.start and m.entry.kind in NAMED:
                found = Found(m.entry.name, m.entry.kind, m.entry.country, m.start, m.end)
                subject = verb.subject if verb is not None else None
                if subject is None or not subject.start <= m.start < subject.end:
                    return found
        return cast.other or cast.speaker
    steps = 0
    while verb is not None and steps < 4:
        steps += 1
        verb = verb.parent
        if verb is not None and verb.subject is not None and parse.tags[verb.subject.start] != "Q":
            return resolve(verb.subject)
    earlier = [v for v in parse.verbs if v.relation == "main" and v.head < phrase.start]
    if earlier and earlier[0].subject is not None and parse.tags[earlier[0].subject.start] != "Q":
        return resolve(earlier[0].subject) or cast.speaker
    return cast.speaker
