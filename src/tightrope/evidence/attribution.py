"""Who vouches for a statement: "according to X", "X says that ...", "..., X said".

The speaker of a speech act vouches for nothing but himself, and is not named again.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from tightrope.evidence.found import Found
from tightrope.evidence.grammar import Parse, Phrase, Verb
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.parties import Casting
from tightrope.evidence.rulebook import listed, yaml_rules
from tightrope.evidence.triggers import Trigger


class Voucher(NamedTuple):
    """Who says so; ``party`` tells whether it is a side in the matter or a bystander."""

    name: str
    party: bool


_BYSTANDERS = listed("bystanders")
_TIMES = listed("spells")
_MARKS = frozenset([",", "-", "–", "—", "."])


def attribution(
    trigger: Trigger, parse: Parse, lexicon: Lexicon, casting: Casting, source: Found | None
) -> Voucher | None:
    """Who vouches for an act, None where nobody but the text does."""
    speaker = (
        _according(parse) or _saying(trigger, parse, lexicon) or _aside(trigger, parse, lexicon)
    )
    if speaker is None:
        return None
    found = casting.party(speaker, joined=False)
    text = _plain(parse, speaker)
    bystander = any(low in _BYSTANDERS for low in parse.sentence.lows[speaker.start : speaker.end])
    if bystander and (found is None or found.kind not in ("person", "state")):
        return Voucher(text, False)
    if found is not None and found.name and found.kind in (
        "person", "state", "force", "armed", "troops", "fighters", "group",
    ):  # fmt: skip
        if source is not None and found.name == source.name and trigger.act.role == "speech":
            return None
        if source is not None and found.name == source.name:
            return None
        return Voucher(found.name, True)
    if found is not None and source is not None and found.name == source.name:
        return None
    name = found.name if found is not None and found.name and not bystander else text
    if parse.tags[speaker.start] == "Q" and found is None:
        return None
    return Voucher(name, not bystander)


def speaker_of(trigger: Trigger, parse: Parse, lexicon: Lexicon, casting: Casting) -> Found | None:
    """The party in whose mouth an act is told, None where the text tells it."""
    speaker = _saying(trigger, parse, lexicon)
    found = casting.party(speaker, joined=False)
    return found if found is not None and found.name else None


def _plain(parse: Parse, phrase: Phrase) -> str:
    start = phrase.start
    while start < phrase.end - 1 and parse.tags[start] == "D":
        start += 1
    words = parse.sentence.words[start : phrase.end]
    return " ".join(word for word in words if word[0].isalnum())


def _according(parse: Parse) -> Phrase | None:
    lows = parse.sentence.lows
    for at in range(len(lows) - 2):
        if lows[at] == "according" and lows[at + 1] == "to":
            return parse.phrase_at[at + 2]
        if lows[at : at + 3] == ["in", "the", "view"] and at + 4 < len(lows):
            return parse.phrase_at[at + 4]
    return None


def _saying(trigger: Trigger, parse: Parse, lexicon: Lexicon) -> Phrase | None:
    """The subject of the verb of saying in whose clause the act stands."""
    lows = parse.sentence.lows
    verb = trigger.verb
    steps = 0
    while verb is not None and steps < 6:
        steps += 1
        parent = verb.parent
        if verb.relation == "sub" and verb.word in ("as", "while", "after", "when"):
            break
        if (
            parent is not None
            and verb.relation == "that"
            and lexicon.lemmas.get(lows[parent.head], "") in lexicon.saying
            and not parent.passive
        ):
            return _subject(parent, parse)
        verb = parent
    return _trailing(trigger, parse, lexicon)


def _subject(verb: Verb, parse: Parse) -> Phrase | None:
    """Who says; of "claiming that" behind a time the subject of the sentence."""
    subject = verb.subject
    is_time = subject is not None and any(
        low in _TIMES for low in parse.sentence.lows[subject.start : subject.end]
    )
    if not is_time and (subject is not None or verb.form != "G"):
        return subject
    main = next((v for v in parse.verbs if v.relation == "main"), None)
    return main.subject if main is not None else None


def _aside(trigger: Trigger, parse: Parse, lexicon: Lexicon) -> Phrase | None:
    """ "- as X says -" and ", X said," amid what is said."""
    lows = parse.sentence.lows
    for verb in parse.verbs:
        subject = verb.subject
        if verb is trigger.verb or subject is None or subject.end != verb.start:
            continue
        if lexicon.lemmas.get(lows[verb.head], "") not in _speaking():
            continue
        before = lows[subject.start - 1] if subject.start else ""
        after = lows[verb.head + 1] if verb.head + 1 < len(lows) else "."
        if after in _MARKS and (before in _MARKS or before == "as"):
            return subject
    return None


@cache
def _speaking() -> frozenset[str]:
    return frozenset(yaml_rules("voices")["speaking"])


def _trailing(trigger: Trigger, parse: Parse, lexicon: Lexicon) -> Phrase | None:
    """ "..., said X" and "..., X said" at the end of the sentence."""
    lows = parse.sentence.lows
    for verb in parse.verbs:
        if verb.head < trigger.end or lexicon.lemmas.get(lows[verb.head], "") not in (
            "say",
            "add",
            "tell",
            "argue",
            "explain",
            "write",
            "note",
        ):
            continue
        before = lows[verb.start - 1] if verb.start else ""
        told = lexicon.lemmas[lows[verb.head]] == "tell"
        if before == "," and verb.object is not None and not told:
            return verb.object
        subject = verb.subject
        if subject is not None and subject.end == verb.start and verb.tail >= len(lows) - 1:
            return subject
    return None


def governing_speech(verb: Verb | None, lows: list[str], lexicon: Lexicon) -> str:
    """The lemma of the verb of saying over a clause, "" where there is none."""
    steps = 0
    while verb is not None and steps < 6:
        steps += 1
        if verb.relation == "that" and verb.parent is not None:
            lemma = lexicon.lemmas.get(lows[verb.parent.head], "")
            if lemma in lexicon.saying:
                return lemma
        verb = verb.parent
    return ""
