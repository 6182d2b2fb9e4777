"""Acts that are told twice, or in two sentences: what one telling says holds for the other."""

from __future__ import annotations

from itertools import pairwise

from tightrope.evidence.drafts import Draft
from tightrope.evidence.found import UNNAMED, Found
from tightrope.evidence.grammar import Parse
from tightrope.evidence.parties import Casting
from tightrope.evidence.rulebook import listed


def told_again(drafts: list[Draft]) -> list[Draft]:
    """An act of violence told several times: what one telling says holds for the others.

    Only where its victim is a named person, who can be killed once; and "the killing in a US raid"
    is one act, done by the US.
    """
    for draft, after in pairwise(drafts):
        phrase = after.trigger.phrase
        inside = phrase is not None and phrase.governor in ("in", "by", "with")
        if (
            inside
            and draft.parse is after.parse
            and draft.source is None
            and draft.trigger.act.noun
        ) and after.trigger.act.plover == draft.trigger.act.plover == "ASSAULT":
            draft.source = after.source
    tellings: dict[str, list[Draft]] = {}
    for draft in drafts:
        target = draft.target
        if draft.trigger.act.plover == "ASSAULT" and target is not None and target.kind == "person":
            tellings.setdefault(target.name.split(";")[0].split()[-1], []).append(draft)
    for told in tellings.values():
        known = next((d for d in told if d.source is not None and d.source.kind != "person"), None)
        dated = next((d for d in told if d.date and not d.date.startswith("../")), None)
        for draft in told:
            if draft.source is None and known is not None:
                draft.source, draft.source_parse = known.source, known.source_parse or known.parse
            if dated is not None and draft.date is not None and draft.date.startswith("../"):
                draft.date, draft.date_basis = dated.date, dated.date_basis
    return drafts


_ANSWERS = frozenset(["ACCUSE", "REJECT", "THREATEN"])


def answered(found: list[Draft], before: list[Draft]) -> None:
    """Who condemns or rejects without saying whom means those who acted before."""
    for draft in found:
        act = draft.trigger.act
        if act.plover not in _ANSWERS or draft.target or draft.source is None:
            continue
        if act.noun and act.plover == "THREATEN":
            continue
        for earlier in reversed(before):
            party = earlier.source
            far = draft.sentence - earlier.sentence > 2
            if far or party is None or _within(party, draft.source):
                continue
            aimed = earlier.target
            if (aimed is not None and _same(draft.source, aimed)) or (
                act.plover != "REJECT" and earlier.trigger.act.plover == "ASSAULT"
            ):
                draft.target, draft.target_parse = party, earlier.source_parse or earlier.parse
                break


def _within(party: Found, other: Found) -> bool:
    """Whether a party is one of those who form the other."""
    return party.name in {p.name for p in other.joined or (other,)}


def _same(one: Found, other: Found) -> bool:
    """Whether two may stand for each other: the same name, or of the same country."""
    return one.name == other.name or (bool(one.country) and one.country == other.country)


def carried_on(found: list[Draft], before: list[Draft]) -> None:
    """ "Another man was sentenced to ...": by the court that sentenced the first."""
    for draft in found:
        if draft.trigger.act.plover != "COERCE" or draft.source is not None:
            continue
        for earlier in reversed(before):
            same = earlier.trigger.act.group == draft.trigger.act.group
            if same and earlier.source is not None and earlier.source.kind == "organ":
                draft.source = earlier.source
                draft.source_parse = earlier.source_parse or earlier.parse
                break


def continued(found: list[Draft], before: list[Draft]) -> list[Draft]:
    """A later sentence that only adds the dead belongs to the attack told before."""
    kept: list[Draft] = []
    for draft in found:
        trigger = draft.trigger
        host = next((d for d in reversed(before) if d.trigger.act.plover == "ASSAULT"), None)
        adds = (
            host is not None and trigger.act.role == "result" and draft.source is None
            and host.sentence < draft.sentence and not host.casualties and draft.casualties
        )  # fmt: skip
        if adds and host is not None:
            host.casualties = draft.casualties
            host.casualties_parse = draft.parse
            continue
        kept.append(draft)
    return kept


def claimed(
    parsed: Parse, casting: Casting, before: list[Draft], found: list[Draft], here: int
) -> list[Draft]:
    """ "X claims responsibility" names the source of an attack told before or here.

    ``here`` is the number of the sentence.
    """
    lows = parsed.sentence.lows
    if "responsibility" not in lows:
        return found
    for verb in parsed.verbs:
        noun = verb.object
        if noun is None or lows[noun.end - 1] != "responsibility" or verb.negated:
            continue
        if lows[verb.head] not in _CLAIMS:
            continue
        found = [d for d in found if d.trigger.verb is not verb or d.trigger.act.noun]
        party = casting.party(verb.subject)
        if party is None or party.kind in UNNAMED:
            return found
        earlier = [d for d in before if _open(d) and here - d.sentence <= _NEAR]
        for draft in earlier or [d for d in found if _open(d)]:
            draft.source, draft.source_parse = party, parsed
            if not earlier and draft.trigger.act.noun:
                draft.trigger.carried = "light"
                break
        if earlier:
            found = [d for d in found if d.trigger.carried != "bare"]
        return found
    return found


def _open(draft: Draft) -> bool:
    """Whether it is not said whose an act of violence was, or only that gunmen did it."""
    if draft.trigger.act.plover != "ASSAULT":
        return False
    return draft.source is None or draft.source.kind in ("fighters", "generic")


_NEAR = 3
"""Sentences over which a claim of responsibility reaches back."""
_CLAIMS = listed("claiming")
