"""Who is the target of an act: the first place where it may stand that names somebody.

Unnamed victims and things are nobody unless they are a named state's, nobody is his own target, and
where an act takes place is not whom it is meant for.
"""

from __future__ import annotations

from dataclasses import replace

from tightrope.evidence.arguments import Sides
from tightrope.evidence.found import UNNAMED, Found
from tightrope.evidence.grammar import Phrase
from tightrope.evidence.neighbours import is_number
from tightrope.evidence.parties import Casting
from tightrope.evidence.tokens import word_set
from tightrope.evidence.triggers import Trigger

_OWNED = word_set("embassy consulate checkpoint base headquarters prison outpost station")
_EXECUTED = frozenset(["execute", "hang", "put to death"])
_SEVERAL = word_set("several dozens hundreds thousands many others some scores tens over about")
_GROUND = word_set(
    "targets positions sites bases installations infrastructure villages towns cities "
    "communities suburbs districts"
)
_DEEDS = word_set(
    "announcement statement decision move remarks comments remark ruling proposal plan claim "
    "claims report accusation accusations allegations allegation measure measures action actions "
    "visit trip speech act step strike strikes attack attacks raid raids operation"
)


def target_of(
    trigger: Trigger, casting: Casting, sides: Sides, source: Found | None
) -> Found | None:
    """The first of the places where the target may stand that names somebody else."""
    plover, lemma = trigger.act.plover, trigger.act.lemma
    unnamed: Found | None = None
    for phrase in (sides.target, *sides.others):
        party = casting.party(phrase) or numbered(plover, phrase, casting)
        found = _object_of("COERCE" if lemma in _EXECUTED else plover, party, casting)
        if phrase is not None and _inside(phrase, trigger):
            continue
        if found is None or phrase is None or _mere_place(trigger, phrase, found):
            continue
        if source is not None and _of_source(found, source):
            continue
        if plover == "RETREAT" and found.kind in ("troops", "force") and phrase.place == "object":
            continue  # "withdraws troops": they are not left, but leave
        if found.kind not in ("generic", "place") or plover != "ASSAULT":
            return found
        unnamed = unnamed or found
    ground = _ground(casting, sides.target) if plover == "ASSAULT" else None
    if unnamed is not None or ground is not None:
        return unnamed or ground
    meant = _for_whom(plover, casting, sides.target) or _deed_meant(trigger, casting, sides.target)
    if meant is not None:
        return meant
    if trigger.end - trigger.start > 2:
        inside = casting.nationality_in(trigger.start, trigger.end)
        if inside is not None:
            return inside
    if plover == "ASSAULT" and trigger.verb is not None:
        return _site(trigger, casting)
    if plover in ("PROTEST", "REQUEST"):
        return _before_whose_door(casting, sides.source)
    return None


def _before_whose_door(casting: Casting, source: Phrase | None) -> Found | None:
    """ "Demonstrators outside the Danish embassy demand ..."."""
    for word, phrase in source.after if source is not None else ():
        found = casting.single(phrase) if word in ("outside", "at", "before") else None
        if found is not None and found.kind == "state":
            return found
    return None


def _ground(casting: Casting, phrase: Phrase | None) -> Found | None:
    """Whose ground is hit: "raids on targets in Yemen"."""
    if phrase is None or casting.lows[phrase.end - 1] not in _GROUND:
        return None
    for word, inner in (phrase.joined or [phrase])[-1].after:
        place = casting.single(inner) if word in ("in", "inside", "near", "across") else None
        if place is not None and place.kind in ("place", "state"):
            return place
    return None


def _for_whom(plover: str, casting: Casting, thing: Phrase | None) -> Found | None:
    """Whom a thing concerns: "suspends permits for refugees"."""
    if thing is None or plover not in ("COERCE", "SANCTION", "AID"):
        return None
    for word, phrase in thing.after:
        found = casting.party(phrase) if word in ("for", "on", "against") else None
        if found is not None and found.kind not in UNNAMED:
            return found
    return None


def _of_source(found: Found, source: Found) -> bool:
    """Whether a target is no other than the source: "will not give up its territory"."""
    same = found.name in {p.name for p in source.joined or (source,)}
    return same and found.kind not in ("troops", "group", "fighters")


def _inside(phrase: Phrase, trigger: Trigger) -> bool:
    """Whether a phrase is but a word of the act: "forms an alliance", "a general strike"."""
    within = trigger.start <= phrase.start and phrase.end <= trigger.end
    return (within and "..." not in trigger.act.lemma and not trigger.act.noun) or (
        phrase is trigger.phrase
    )


def numbered(plover: str, phrase: Phrase | None, casting: Casting) -> Found | None:
    """ "135 are arrested", "thousands protest": people, though no word says so."""
    if phrase is None or plover not in ("COERCE", "PROTEST"):
        return None
    lows = casting.lows[phrase.start : phrase.end]
    if not all(is_number(low) or low in _SEVERAL for low in lows):
        return None
    return Found("People", "people", "", phrase.start, phrase.end)


def _mere_place(trigger: Trigger, phrase: Phrase | None, found: Found) -> bool:
    """ "Attacks in Mosul" happen there; whom they are meant for is not said."""
    if phrase is None or phrase.governor not in ("in", "near", "at", "outside"):
        return False
    if trigger.act.plover not in ("ASSAULT", "COERCE"):
        return False
    if not trigger.act.noun or trigger.act.plover == "COERCE":
        return found.kind == "place" and phrase.governor != "at"
    return found.kind == "place" or (phrase.governor in ("in", "near") and found.kind == "state")


def _deed_meant(trigger: Trigger, casting: Casting, phrase: Phrase | None) -> Found | None:
    """ "The decision is condemned": who acted in the sentence before is meant."""
    if phrase is None or trigger.act.plover not in ("ACCUSE", "REJECT", "SUPPORT", "THREATEN"):
        return None
    definite = casting.lows[phrase.start] in ("the", "this", "that", "these", "those")
    deed = casting.lows[phrase.end - 1]
    return casting.doer(phrase, deed) if definite and deed in _DEEDS else None


def _object_of(plover: str, target: Found | None, casting: Casting) -> Found | None:
    """Unnamed victims and things are nobody, unless they are a named state's."""
    if target is None or target.kind not in ("generic", "people", *UNNAMED):
        return target
    if target.kind == "people" and not target.name.startswith("People"):
        return target
    if target.kind == "unknown":
        return casting.assailant(target)
    if target.kind in UNNAMED:
        country = target.country
        return replace(target, name=country, kind="state") if country else None
    if plover == "ASSAULT":
        return target if target.country else None
    if plover == "COERCE":
        name = f"Suspects ({casting.setting})" if casting.setting else "Suspects"
        return replace(target, name=name, kind="generic")
    return target


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
