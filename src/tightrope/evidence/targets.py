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
from tightrope.evidence.rulebook import listed
from tightrope.evidence.triggers import Trigger
from tightrope.evidence.unsaid import of_source, unsaid_target

_EXECUTED = listed("executed")
_MOVING = {
    "RETREAT": ("troops", "force"),
    "AID": ("troops", "force"),
    "MOBILIZE": ("troops", "force", "craft", "group", "fighters"),
}
TO_BE_DEALT_WITH = (["to", "be"], ["to", "stand"])
"""What stands behind who is not asked, but meant: "calls for X to stand trial"."""


def target_of(
    trigger: Trigger, casting: Casting, sides: Sides, source: Found | None
) -> Found | None:
    """The first of the places where the target may stand that names somebody else."""
    unnamed: Found | None = None
    for phrase in (sides.target, *sides.others):
        found = _meant_by(phrase, trigger, casting, source) if phrase is not None else None
        if found is None:
            continue
        named_first = trigger.act.plover == "ASSAULT" and trigger.act.lemma not in _EXECUTED
        if found.kind not in ("generic", "place") or not named_first:
            return found
        unnamed = unnamed or found
    return unnamed or unsaid_target(trigger, casting, sides, source)


def _meant_by(
    phrase: Phrase, trigger: Trigger, casting: Casting, source: Found | None
) -> Found | None:
    """Whom a place names, unless that is a word of the act, the source, or where it happens."""
    act = trigger.act
    party = casting.party(phrase) or numbered(act.plover, phrase, casting)
    found = _object_of("COERCE" if act.lemma in _EXECUTED else act.plover, party, casting)
    if found is None or _inside(phrase, trigger, found) or _mere_place(trigger, phrase, found):
        return None
    if of_source(found, source) or _moved(trigger, phrase, found):
        return None
    if _asked_for(trigger, phrase, casting):
        return None
    if act.plover == "ASSAULT" and _abroad(phrase, found, source):
        return replace(found, name=found.country, kind="state")
    return found


def _moved(trigger: Trigger, phrase: Phrase, found: Found) -> bool:
    """ "Withdraws troops", "deploys ships": they are not left or met, but leave."""
    moving = _MOVING.get(trigger.act.plover, ()) if not phrase.governor else ()
    return found.kind in moving


def _asked_for(trigger: Trigger, phrase: Phrase, casting: Casting) -> bool:
    """ "Calls for X to be tried", "demands the release of X": it is not X who is asked."""
    if trigger.act.plover != "REQUEST" or trigger.act.lemma == "order":
        return False
    if casting.lows[phrase.end : phrase.end + 2] in TO_BE_DEALT_WITH:
        return True
    return casting.lows[max(0, phrase.start - 2) : phrase.start] == ["release", "of"]


def _abroad(phrase: Phrase, victims: Found, source: Found | None) -> bool:
    """Whether another state kills civilians: then it is their state that it attacks."""
    if victims.kind != "civilian" or source is None or phrase.governor in ("on", "against"):
        return False
    states = source.kind in ("state", "force", "troops") and source.country and victims.country
    return bool(states) and source.country != victims.country


def _inside(phrase: Phrase, trigger: Trigger, found: Found | None) -> bool:
    """Whether a phrase is but a word of the act: "forms an alliance", "a general strike"."""
    within = trigger.start <= phrase.start and phrase.end <= trigger.end
    if "..." in trigger.act.lemma:  # "designate X a terrorist", but "hold a general strike"
        within = found is not None and phrase.end == trigger.end and (
            (trigger.act.plover in ("CONSULT", "PROTEST") and found.end < phrase.end)
            or (trigger.act.plover == "COOPERATE" and found.kind == "group")
        )  # fmt: skip
    return (within and not trigger.act.noun) or phrase is trigger.phrase


def numbered(plover: str, phrase: Phrase | None, casting: Casting) -> Found | None:
    """ "135 are arrested", "thousands protest": people, though no word says so."""
    if phrase is None or plover not in ("COERCE", "PROTEST") or phrase.governor == "of":
        return None
    lows = casting.lows[phrase.start : phrase.end]
    if not all(is_number(low) for low in lows):
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
