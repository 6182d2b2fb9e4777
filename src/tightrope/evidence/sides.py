"""From the phrases of an act to its parties.

Two who do a thing together are one on each side; people who protest are protesters; an unknown
assailant is nobody.
"""

from __future__ import annotations

from dataclasses import replace

from tightrope.evidence.arguments import ArgumentFinder, Sides
from tightrope.evidence.found import UNNAMED, Found
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.meant import act_meant, in_whose, whose_act
from tightrope.evidence.parties import Casting, together
from tightrope.evidence.targets import numbered, target_of
from tightrope.evidence.triggers import Trigger

_PAIRED = frozenset(["CONSULT", "AGREE", "COOPERATE", "RETREAT"])
_RECIPROCAL = (["each", "other"], ["one", "another"])
_EXCHANGING = ("exchange", "trade")
STANCES = frozenset(["AGREE", "REJECT", "THREATEN", "SUPPORT"])


def parties_of(
    trigger: Trigger, sides: Sides, parsed: Parse, casting: Casting, finder: ArgumentFinder,
    words: Lexicon,
) -> tuple[Found | None, Found | None]:  # fmt: skip
    """Source and target of an act; ``sides`` are the phrases in which they stand."""
    source = _source(trigger, parsed, casting, sides)
    inner = act_meant(trigger, parsed, sides, words)
    if inner is not None:
        target = whose_act(trigger, inner, parsed, casting, finder)
        target = target or in_whose(inner, parsed, casting, words)
        if target is None and trigger.act.plover == "ACCUSE" and inner.phrase is not None:
            target = casting.doer(inner.phrase)  # "calls the ban illegal"
    else:
        target = target_of(trigger, casting, sides, source)
    source, target = _opposed(trigger, casting, source, target, sides)
    if source is not None and target is not None and _same_words(source, target):
        target = None
    return _protesters(trigger, casting, _named(trigger, source)), target


def _same_words(source: Found, target: Found) -> bool:
    return (source.start, source.told) == (target.start, target.told)


def _source(trigger: Trigger, parsed: Parse, casting: Casting, sides: Sides) -> Found | None:
    source = casting.party(sides.source)
    source = source or numbered(trigger.act.plover, sides.source, casting)
    phrase = trigger.phrase
    if trigger.act.noun and source is None and phrase is not None:
        before = casting.adjective_before(phrase.start, trigger.end)
        if "before" in trigger.act.source:
            return before or casting.theirs(phrase)
        return before if before is not None and before.kind == "armed" else None
    verb = trigger.verb
    if source is None and verb is not None and verb.relation == "part" and verb.form == "G":
        return casting.party(parsed.phrase_at[verb.start - 1])  # "fire on crowds protesting"
    return source


def _named(trigger: Trigger, source: Found | None) -> Found | None:
    """An unknown assailant is nobody."""
    if source is None or source.kind in UNNAMED:
        return None
    nobody = source.kind == "generic" and not source.country
    return None if nobody and trigger.act.plover == "ASSAULT" else source


def _protesters(trigger: Trigger, casting: Casting, source: Found | None) -> Found | None:
    """People who protest are protesters."""
    if trigger.act.plover != "PROTEST" or source is None:
        return source
    if source.kind not in ("people", "generic"):
        return source
    name = f"Protesters ({casting.setting})"
    return replace(source, name=name, kind="group", country=casting.setting)


def _opposed(
    trigger: Trigger, casting: Casting, source: Found | None, target: Found | None, sides: Sides
) -> tuple[Found | None, Found | None]:  # fmt: skip
    """Two who do a thing together are one on each side."""
    if source is not None and target is None and trigger.act.plover in _PAIRED:
        source = _members(casting, sides.source) or source
    if source is None or not source.joined:
        return source, target
    first, rest, second = source.joined[0], together(source.joined[1:]), sides.target
    if second is not None and casting.lows[second.start : second.start + 2] in _RECIPROCAL:
        return first, rest  # "meet each other", "summon each other's envoys"
    act = trigger.act
    both = act.plover in _PAIRED or act.mode == "recall" or act.lemma.startswith(_EXCHANGING)
    between = (
        source.told is None and source.start > 0 and casting.lows[source.start - 1] == "between"
    )
    if between or act.mode == "clash" or (both and target is None):
        return first, rest
    return (first if act.plover in _PAIRED else source), target


def _members(casting: Casting, phrase: Phrase | None) -> Found | None:
    """ "Envoys from Peru and Chile", "the governments of Peru and Chile": the two of them."""
    for word, inner in phrase.after if phrase is not None else ():
        found = casting.party(inner) if word in ("of", "from") else None
        if found is not None and found.joined:
            return found
    return None


def stance(
    plover: str, speaker: Found, source: Found | None, target: Found | None
) -> tuple[Found, Found | None]:
    """ "The White House says Russia will be met with ...": the speaker takes the stance.

    So does he for his country, but not for another that he speaks of, unless he praises it.
    """
    if source is None or source.name == speaker.name:
        return speaker, target
    if source.country and source.country == speaker.country:
        return speaker, target
    if plover == "SUPPORT" and target is None:
        return speaker, source
    return source, target
