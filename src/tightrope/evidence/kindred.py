"""Acts of an article that are one story: what one telling says of the sides holds for the others.

An article names an attack in full once and then speaks of "the strikes". So

1. who did it is taken from other tellings of what was done to the same, if all agree on who it was;
2. "the strikes" are those told of last: the open sides are theirs, if no known side speaks against;
3. who condemns strikes condemns who flew them
4. troops leave, or return to, the state that is named most, if no other is said
5. people who protest against nobody that is named protest against their government.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

from tightrope.evidence.drafts import Draft
from tightrope.evidence.found import Found
from tightrope.evidence.grammar import Parse
from tightrope.evidence.rulebook import listed
from tightrope.theatre.dates import parse_span

_TOLD_AGAIN = listed("again")
_PRESSING = frozenset(["ASSAULT", "SANCTION", "COERCE"])
_MOVING = frozenset(["RETREAT", "MOBILIZE"])
_ABROAD = frozenset(["state", "force", "troops"])
_NEAR = 8
"""Words between a condemnation and the act that is condemned."""

Side = tuple[Found, Parse]


def complete(drafts: list[Draft]) -> None:
    """Fill the open sides of an article's acts of violence and pressure."""
    for draft, after in pairwise(drafts):
        _share(draft, after)
    told = [d for d in drafts if d.trigger.act.plover in _PRESSING]
    done_by = {id(d): _doer(d, told) for d in told if d.source is None and d.target is not None}
    for at, draft in enumerate(told):
        found = done_by.get(id(draft))
        if found is not None:
            draft.source, draft.source_parse = found
        if _again(draft):
            _take_over(draft, told[:at][::-1])
    for draft, after in pairwise(drafts):
        _blame(draft, after)
    _settle(drafts)


def _settle(drafts: list[Draft]) -> None:
    """Troops that leave or return without a word of where: the state of which the article tells."""
    named = [(found, of or d.parse) for d in drafts for found, of in (
        (d.source, d.source_parse), (d.target, d.target_parse),
    ) if found is not None and found.kind == "state"]  # fmt: skip
    often = Counter(_plain(found) for found, _ in named)
    for draft in drafts:
        if draft.trigger.act.plover == "PROTEST" and draft.target is None:
            draft.target, draft.target_parse = _government(draft), draft.source_parse
            continue
        source, act = draft.source, draft.trigger.act
        if draft.target is not None or source is None or act.plover not in _MOVING:
            continue
        if source.kind not in _ABROAD:
            continue
        theirs = source.country.casefold() or _plain(source)
        others = [side for side in named if _plain(side[0]) != theirs]
        if others:
            draft.target, draft.target_parse = max(others, key=lambda s: often[_plain(s[0])])


def _government(draft: Draft) -> Found | None:
    """People who march, with no word of against whom, march against their government."""
    source = draft.source
    if source is None or not source.country or not source.protests:
        return None
    return replace(source, name=f"Government ({source.country})", kind="cabinet")


def _doer(draft: Draft, told: list[Draft]) -> Side | None:
    """Who does that to them elsewhere in the text, if it is always the same."""
    sources = [
        (d.source, d.source_parse or d.parse)
        for d in told
        if d.source is not None and _kin(draft, d) and alike(draft.target, d.target)
        and not _other_time(draft, d)
    ]  # fmt: skip
    return sources[-1] if len({_plain(found) for found, _ in sources}) == 1 else None


def _take_over(draft: Draft, earlier: list[Draft]) -> None:
    """Sides from the last telling of the same mode, or else of the same kind."""
    mode = draft.trigger.act.mode
    kin = [d for d in earlier if _kin(draft, d) and _fits(draft, d) and not _other_time(draft, d)]
    other = next((d for d in kin if d.trigger.act.mode == mode), kin[0] if kin else None)
    if other is None:
        return
    if draft.source is None and other.source is not None:
        draft.source, draft.source_parse = other.source, other.source_parse or other.parse
    if draft.target is None and other.target is not None:
        draft.target, draft.target_parse = other.target, other.target_parse or other.parse


def _fits(draft: Draft, other: Draft) -> bool:
    """Whether no side of one speaks against the other, and the other knows a side."""
    told = other.source is not None or other.target is not None
    if draft.target is not None and draft.target.kind == "person":
        return alike(draft.target, other.target)
    return (
        told and _open_or_alike(draft.source, other.source)
        and _open_or_alike(draft.target, other.target)
    )  # fmt: skip


def _blame(draft: Draft, after: Draft) -> None:
    """ "Condemns the strikes": whoever is now known to have flown them."""
    act, party = draft.trigger.act, after.source
    near = draft.parse is after.parse and 0 < after.trigger.start - draft.trigger.end < _NEAR
    blames = act.plover == "ACCUSE" and after.trigger.act.plover in _PRESSING
    if near and blames and draft.target is None and not alike(party, draft.source):
        draft.target, draft.target_parse = party, after.source_parse or after.parse


def _share(draft: Draft, after: Draft) -> None:
    """ "The raid that killed X": one act, done by one to another."""
    verb, phrase = after.trigger.verb, draft.trigger.phrase
    if verb is None or phrase is None or verb.subject is not phrase:
        return
    if after.target is not None and draft.target is None:
        draft.target, draft.target_parse = after.target, after.target_parse or after.parse
    if draft.source is not None and after.source is None:
        after.source, after.source_parse = draft.source, draft.source_parse or draft.parse


def _kin(one: Draft, other: Draft) -> bool:
    """Whether two may tell of the same kind of act: an "attack" may be an "air strike"."""
    a, b = one.trigger.act, other.trigger.act
    general = a.mode == b.mode or not {None, "kill"}.isdisjoint((a.mode, b.mode))
    return a.plover == b.plover and general


def _other_time(one: Draft, other: Draft) -> bool:
    """Whether the words put two acts at different times; a mere year is never that of the news."""
    dated = [d for d in (one, other) if d.date and d.date_basis in ("words", "sentence")]
    told = [d.date for d in dated if d.date]
    yearly = any(len(edtf) == 4 for edtf in told)
    if len(told) < 2:
        return yearly
    if not yearly and any(d.date_basis != "words" for d in dated):
        return False
    spans = [parse_span(edtf) for edtf in told]
    starts = max(span.earliest or date.min for span in spans)
    return starts > min(span.latest or date.max for span in spans)


def _again(draft: Draft) -> bool:
    """Whether a noun speaks of what is known already: "the strikes", "the recent US strikes"."""
    phrase, lows = draft.trigger.phrase, draft.parse.sentence.lows
    if phrase is None:
        return False
    return any(lows[at] in _TOLD_AGAIN for at in range(phrase.start, phrase.end))


def _open_or_alike(one: Found | None, other: Found | None) -> bool:
    return one is None or other is None or alike(one, other)


def alike(one: Found | None, other: Found | None) -> bool:
    """Whether two sides are known, and are the same."""
    return one is not None and other is not None and _plain(one) == _plain(other)


def _plain(found: Found) -> str:
    """A name without the country that was guessed for it; forces are their country's."""
    if found.country and found.kind in ("state", "force", "troops"):
        return found.country.casefold()
    return found.name.partition(" (")[0].casefold()
