"""Acts that are spoken of: who condemns an air strike condemns who flew it."""

from __future__ import annotations

from tightrope.evidence.arguments import ArgumentFinder, Sides
from tightrope.evidence.found import Found
from tightrope.evidence.grammar import Parse
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.parties import Casting
from tightrope.evidence.rulebook import listed
from tightrope.evidence.triggers import Trigger, noun_trigger

_TALKS = frozenset(["CONSULT", "AGREE", "COOPERATE"])
_OWN_DEEDS = listed("own deeds")
_ABOUT = frozenset(["AGREE", "MOBILIZE", "REJECT", "REQUEST", "SUPPORT"])
_BLAMED = frozenset(["ASSAULT", "COERCE", "REJECT", "SANCTION", "THREATEN"])


def act_meant(trigger: Trigger, parsed: Parse, sides: Sides, words: Lexicon) -> Trigger | None:
    """The act that is condemned, asked for, refused: what it is said about."""
    plover = trigger.act.plover
    if sides.target is None or plover not in ("ACCUSE", *_ABOUT):
        return None
    inner = noun_trigger(sides.target, parsed, words)
    hostile = plover in ("ACCUSE", "MOBILIZE")
    if inner is None or (hostile and inner.act.plover not in _BLAMED):
        return None
    return inner


def whose_act(
    trigger: Trigger, inner: Trigger, parsed: Parse, casting: Casting, finder: ArgumentFinder
) -> Found | None:
    """Who condemns an air strike means who flew it; who refuses talks, with whom they are held."""
    sides = finder.sides(inner, parsed)
    plover, other = trigger.act.plover, inner.act.plover
    doers = (
        plover in ("ACCUSE", "MOBILIZE") or (plover == "REQUEST" and other not in _TALKS)
        or (plover == "REJECT" and other in _BLAMED)
    )  # fmt: skip
    own = inner.act.lemma in _OWN_DEEDS and inner.phrase is not None
    if own and inner.phrase is not None:
        sides = sides._replace(source=next((p for w, p in inner.phrase.after if w == "of"), None))
    for phrase in (sides.source,) if doers else (sides.target, sides.source):
        found = casting.party(phrase)
        if found is not None and found.name:
            return found
    assert inner.phrase is not None
    return casting.adjective_before(inner.phrase.start, inner.end)


def in_whose(inner: Trigger, parsed: Parse, casting: Casting, words: Lexicon) -> Found | None:
    """ "The killing of X in a Danish raid": whose raid it was."""
    assert inner.phrase is not None
    for word, phrase in (*inner.phrase.after, *inner.phrase.later):
        act = noun_trigger(phrase, parsed, words) if word in ("in", "by", "during") else None
        if act is not None and act.act.plover == "ASSAULT":
            return casting.adjective_before(phrase.start, act.end)
    return None
