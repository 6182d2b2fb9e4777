"""Acts of one sentence: what one says of the sides holds for the other.

Whom protesters accuse is whom the protest is meant for; at whom police fire while people march are
the marchers; and who is killed when police break up a camp is killed by the police.
"""

from __future__ import annotations

from collections.abc import Sequence

from tightrope.evidence.arguments import Sides
from tightrope.evidence.drafts import Draft
from tightrope.evidence.found import UNNAMED, Found
from tightrope.evidence.grammar import Phrase
from tightrope.evidence.parties import Casting
from tightrope.evidence.rulebook import listed
from tightrope.evidence.targets import TO_BE_DEALT_WITH

_VOICING = frozenset(["ACCUSE", "PROTEST", "REJECT", "REQUEST", "THREATEN"])
_NOBODY = UNNAMED | {"place"}
_VIOLENT = frozenset(["ASSAULT", "COERCE"])
_PURPOSES = frozenset(["and", "ger", "inf", "part"])
_OCCASIONS = listed("occasions")
_SITES = listed("sites of protest")


def completed(found: Sequence[Draft], sides: Sequence[Sides], casting: Casting) -> None:
    """Fill the open sides of each act of a sentence from the others."""
    for at, draft in enumerate(found):
        if draft.trigger.act.plover == "PROTEST":
            if draft.target is None or _is_site(draft):
                _aim(draft, found[at + 1 :], sides[at + 1 :], casting)
            draft.source = draft.source or _marchers(draft, found)
        elif draft.trigger.act.role == "result" and draft.source is None:
            _occasion(draft, found)


def _is_site(draft: Draft) -> bool:
    """Whether a target is but where people stand: "outside parliament"."""
    target, lows = draft.target, draft.parse.sentence.lows
    if target is None or target.told not in (None, draft.parse):
        return False
    return any(low in _SITES for low in lows[max(0, target.start - 2) : target.start])


def _aim(
    draft: Draft, later: Sequence[Draft], sides: Sequence[Sides], casting: Casting
) -> None:  # fmt: skip
    """ "Protest outside parliament, urging X to resign": X is meant."""
    for other, phrases in zip(later, sides, strict=True):
        verb = other.trigger.verb
        if verb is None or other.trigger.act.noun or verb.relation not in _PURPOSES:
            continue
        if other.trigger.act.plover not in _VOICING:
            continue
        found = other.target or _to_be(phrases.target, casting)
        if found is not None and found.kind not in _NOBODY and not _same(found, draft.source):
            draft.target = found
            return


def _to_be(phrase: Phrase | None, casting: Casting) -> Found | None:
    """ "Calls for X to be tried": another is asked, and X is meant."""
    if phrase is None or casting.lows[phrase.end : phrase.end + 2] not in TO_BE_DEALT_WITH:
        return None
    return casting.party(phrase)


def _marchers(draft: Draft, found: Sequence[Draft]) -> Found | None:
    """Who protests, by the other acts of the sentence."""
    sides = [side for other in found if other is not draft for side in (other.source, other.target)]
    named = [side for side in sides if side is not None and side.protests]
    return named[0] if named and not _same(named[0], draft.target) else None


def _occasion(draft: Draft, found: Sequence[Draft]) -> None:
    """ "Ten are killed when police clamp down on protesters"."""
    verb = draft.trigger.verb
    for other in found:
        clause = other.trigger.verb
        above = clause.parent if clause is not None and clause.word in _OCCASIONS else None
        under = above is not None and (above is verb or above.parent is verb)
        if verb is not None and under and other.trigger.act.plover in _VIOLENT and other.source:
            draft.source, draft.target = other.source, draft.target or other.target
            return


def _same(one: Found, other: Found | None) -> bool:
    return other is not None and one.name == other.name
