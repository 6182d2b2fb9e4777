"""Whether an act happened, is planned, threatened, demanded, predicted, denied, alleged, or only
imagined: from its type, its auxiliaries, the verb that governs it, and who vouches for it.
"""

from __future__ import annotations

from tightrope.evidence.grammar import Parse, Verb
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.rulebook import listed
from tightrope.evidence.statement import Modality
from tightrope.evidence.tokens import word_set
from tightrope.evidence.triggers import Trigger

_HEDGES = listed("hedges")
_BRINGING_ABOUT = listed("bringing about")
_ALLOWERS = listed("allowers")
_DEMANDERS = listed("demanders")
_GUESSES = frozenset(["may", "might", "could"])
_SETTLED = word_set("since after following despite")


def modality_of(
    trigger: Trigger, parse: Parse, lexicon: Lexicon, attributed: bool, brief: bool
) -> Modality:
    """The modality of an act. ``attributed``: a party to the matter vouches for it."""
    plover = trigger.act.plover
    if plover == "THREATEN":
        return "threatened"
    if plover == "REQUEST":
        return "demanded"
    verb = trigger.verb
    lows = parse.sentence.lows
    if not brief and _settled(trigger):
        return "happened"
    near = lows[max(0, trigger.start - 4) : trigger.start]
    if verb is not None:
        governed = _governed(verb, lows, lexicon, brief)
        if governed is not None:
            return governed
    if any(low in _HEDGES for low in near) or _believed(trigger, lows):
        return "alleged"
    if trigger.carried == "light" and verb is not None:
        lemma = lexicon.lemmas.get(lows[verb.head], "")
        if lemma in _ALLOWERS:
            return "planned"
        if lemma == "deny":
            return "denied"
    return "alleged" if attributed else "happened"


def _settled(trigger: Trigger) -> bool:
    """ "Since the overthrow", "after the killing": done, whatever the verb of the clause says."""
    phrase = trigger.phrase
    bare = trigger.carried == "bare" and phrase is not None
    return bare and phrase is not None and phrase.governor in _SETTLED


def _believed(trigger: Trigger, lows: list[str]) -> bool:
    verb = trigger.verb
    if verb is None or verb.relation != "inf":
        return False
    return any(low in ("believed", "alleged", "suspected", "thought") for low in lows[: verb.head])


def _governed(verb: Verb, lows: list[str], lexicon: Lexicon, brief: bool) -> Modality | None:
    """What auxiliaries and governing verbs make of an act."""
    if verb.modal in _GUESSES:
        return "planned" if brief else "predicted"
    if verb.modal in ("will", "would", "shall"):
        return "planned" if verb.modal != "would" or brief else "predicted"
    if verb.modal in ("must", "should"):
        return "demanded"
    if verb.relation == "inf" and verb.parent is not None:
        head = lows[verb.parent.head]
        lemma = lexicon.lemmas.get(head, "")
        if lows[verb.start - 1] == "decision":
            return "happened"
        if lemma in _DEMANDERS:
            return "demanded"
        if lemma in ("deny", "refuse", "fail"):
            return "denied"
        if lemma in _BRINGING_ABOUT:
            return None
        if verb.parent.modal and head not in ("is", "are", "be"):
            return _governed(verb.parent, lows, lexicon, brief)
        before = lows[max(0, verb.start - 2) : verb.start]
        return None if "decision" in before and brief else "planned"
    if verb.relation in ("and",) and verb.parent is not None and verb.parent.relation == "inf":
        return _governed(verb.parent, lows, lexicon, brief)
    if verb.relation == "sub" and verb.word == "if":
        return "hypothetical"
    if verb.relation == "prep" and verb.word == "of" and "plan" in lows[: verb.start]:
        return "planned"
    if verb.form == "G" and verb.start < verb.head and "planning" not in lows:
        return None
    if (
        verb.relation == "that"
        and verb.parent is not None
        and lexicon.lemmas.get(lows[verb.parent.head], "") == "deny"
    ):
        return "denied"
    return None
