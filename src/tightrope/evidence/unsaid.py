"""Who is the target of an act where no place of its own names anybody: whose the thing is.

Whom a permit is for, whose decision is condemned, whose ground is bombed, whose door it is before
which people protest.
"""

from __future__ import annotations

from tightrope.evidence.arguments import Sides
from tightrope.evidence.found import UNNAMED, Found
from tightrope.evidence.grammar import Phrase
from tightrope.evidence.parties import Casting
from tightrope.evidence.rulebook import listed
from tightrope.evidence.triggers import Trigger

_OWNED = listed("owned")
_ABOUT_DEEDS = frozenset(["ACCUSE", "CONCEDE", "PROTEST", "REJECT", "REQUEST"])
_STAYS = listed("stays")
_GROUND = listed("ground")
_DEEDS = listed("deeds")


def unsaid_target(
    trigger: Trigger, casting: Casting, sides: Sides, source: Found | None
) -> Found | None:
    """Who is meant, by what hangs on the thing that stands where the target would."""
    plover, thing = trigger.act.plover, sides.target
    found = (
        _ground(plover, casting, thing)
        or _for_whom(plover, casting, thing)
        or _deed_meant(trigger, casting, thing)
        or _by_whom(plover, casting, thing)
        or _somebody(trigger, casting, thing)
        or _within(trigger, casting, source)
    )
    if found is None and plover == "ASSAULT" and trigger.verb is not None:
        return _site(trigger, casting)
    embassy = plover == "COOPERATE" and "embassy" in casting.lows[trigger.start : trigger.end]
    if found is None and (plover == "RETREAT" or embassy):
        return _left(trigger, casting, source)
    if found is None and plover in ("PROTEST", "REQUEST"):
        return _before_whose_door(casting, sides.source)
    return found


def of_source(found: Found, source: Found | None) -> bool:
    """Whether a target is no other than the source: "will not give up its territory"."""
    if source is None or found.kind in ("troops", "group", "fighters"):
        return False
    return found.name in {p.name for p in source.joined or (source,)}


def _within(trigger: Trigger, casting: Casting, source: Found | None) -> Found | None:
    """Whose nationality stands in the words of an act: "burn American flags"."""
    if trigger.end - trigger.start <= 2:
        return None
    found = casting.nationality_in(trigger.start, trigger.end)
    return found if found is not None and not of_source(found, source) else None


def _somebody(trigger: Trigger, casting: Casting, phrase: Phrase | None) -> Found | None:
    """ "A 17-year-old is arrested": people are, whatever they are called."""
    if trigger.act.mode != "arrest" or "plead" in trigger.act.lemma or phrase is None:
        return None
    if casting.single(phrase) is not None or not _common(phrase, casting):
        return None
    name = f"Suspects ({casting.setting})" if casting.setting else "Suspects"
    return Found(name, "generic", "", phrase.start, phrase.end)


def _common(phrase: Phrase, casting: Casting) -> bool:
    """Whether a phrase is neither a pronoun nor a name."""
    pronoun = casting.parse.tags[phrase.start] == "Q"
    return not pronoun and not casting.words[phrase.end - 1][0].isupper()


def _for_whom(plover: str, casting: Casting, thing: Phrase | None) -> Found | None:
    """Whom a thing concerns: "suspends permits for refugees"."""
    if thing is None or plover not in ("COERCE", "SANCTION", "AID", "THREATEN"):
        return None
    for word, phrase in thing.after:
        found = casting.party(phrase) if word in ("for", "on", "against") else None
        if found is not None and found.kind not in UNNAMED:
            return found
    return None


def _by_whom(plover: str, casting: Casting, thing: Phrase | None) -> Found | None:
    """Whose doing a thing is: "the use of force by X", "the wall built by X"."""
    if thing is None or plover not in _ABOUT_DEEDS:
        return None
    hung = [(word, phrase) for word, phrase in thing.later if word == "by"]
    for verb in casting.parse.verbs:
        if thing in (verb.subject, verb.object, verb.gap) and verb.relation in ("part", "rel"):
            hung += [pair for pair in verb.after if pair[0] in ("by", "on", "between")]
    return next((f for _, phrase in hung if (f := casting.party(phrase)) and f.name), None)


def _deed_meant(trigger: Trigger, casting: Casting, phrase: Phrase | None) -> Found | None:
    """ "The decision is condemned": who acted in the sentence before is meant."""
    if phrase is None or trigger.act.plover not in ("ACCUSE", "REJECT", "SUPPORT", "THREATEN"):
        return None
    return casting.doer(phrase) if casting.lows[phrase.end - 1] in _DEEDS else None


def _ground(plover: str, casting: Casting, phrase: Phrase | None) -> Found | None:
    """Whose ground is hit: "raids on targets in Yemen"."""
    if plover != "ASSAULT" or phrase is None or casting.lows[phrase.end - 1] not in _GROUND:
        return None
    for word, inner in (phrase.joined or [phrase])[-1].after:
        place = casting.single(inner) if word in ("in", "inside", "near", "across") else None
        if place is not None and place.kind in ("place", "state"):
            return place
    return None


def _site(trigger: Trigger, casting: Casting) -> Found | None:
    """Whose place was hit, where nobody is named: "kills ten at a police checkpoint"."""
    assert trigger.verb is not None
    for word, phrase in trigger.verb.after:
        if word in ("at", "outside", "near", "on", "against", "inside", "in", "of"):
            found = _owner_of_site(phrase, casting)
            if found is not None:
                return found
    return None


def _owner_of_site(phrase: Phrase, casting: Casting) -> Found | None:
    head = next((m for m in casting.mentions if phrase.start <= m.start and m.end == phrase.end),
                None)  # fmt: skip
    if head is None or head.entry.kind != "facility":
        return None
    found = casting.single(phrase)
    if found is None:
        return None
    owned = found.kind in ("group", "troops", "fighters", "force")
    return found if owned or (found.kind == "state" and head.entry.key in _OWNED) else None


def _left(trigger: Trigger, casting: Casting, source: Found | None) -> Found | None:
    """Whose land is left: "reduces its troops in Mali"; but who surrenders there stays."""
    if source is None or _STAYS & set(casting.lows[trigger.start : trigger.end]):
        return None
    hung = trigger.verb.after if trigger.verb is not None else []
    for word, phrase in hung + (trigger.phrase.after if trigger.phrase is not None else []):
        found = casting.single(phrase) if word in ("in", "from") else None
        if found is not None and found.kind in ("state", "place"):
            return found if found.country not in ("", source.country) else None
    return None


def _before_whose_door(casting: Casting, source: Phrase | None) -> Found | None:
    """ "Demonstrators outside the Danish embassy demand ..."."""
    for word, phrase in source.after if source is not None else ():
        found = casting.single(phrase) if word in ("outside", "at", "before") else None
        if found is not None and found.kind == "state":
            return found
    return None
