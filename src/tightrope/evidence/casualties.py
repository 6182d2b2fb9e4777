"""Killed and injured: the numbers beside the verbs that say so, and beside "dead" and "toll"."""

from __future__ import annotations

from tightrope.evidence.amounts import Quantity, quantity
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.parties import Casting
from tightrope.evidence.triggers import Trigger

_DEAD = {
    "dead": "killed", "deaths": "killed", "killed": "killed", "fatalities": "killed",
    "injured": "injured", "wounded": "injured", "injuries": "injured", "hurt": "injured",
}  # fmt: skip


def casualties(trigger: Trigger, parse: Parse, casting: Casting) -> dict[str, Quantity]:
    """How many were killed and injured by an act of violence."""
    found: dict[str, Quantity] = {}
    for result in (trigger, *trigger.results):
        role = result.act.amounts
        if not role or result.verb is None:
            continue
        verb = result.verb
        passive = verb.passive or result.act.target == ("subject",)
        victims = verb.subject if passive else verb.object
        if victims is None and not passive and verb.second is not None:
            victims = verb.second
        counted = _count(victims, parse, casting)
        if counted is not None and role not in found:
            found[role] = counted
        elif counted is not None and role in found and result is not trigger:
            continue
    for role, counted in _loose(parse).items():
        found.setdefault(role, counted)
    return found


def _count(phrase: Phrase | None, parse: Parse, casting: Casting) -> Quantity | None:
    if phrase is None:
        return None
    total: Quantity | None = None
    for part in (phrase, *phrase.joined):
        counted = quantity(parse.sentence.lows, part.start, part.end)
        if counted is None:
            party = casting.single(part)
            if party is None or party.kind != "person" or (part is not phrase and total is None):
                continue
            counted = Quantity(1, 1, part.start, part.end)
        if total is None:
            total = counted
        else:
            high = None if total.high is None or counted.high is None else total.high + counted.high
            total = Quantity(total.low + counted.low, high, total.start, counted.end)
    return total


def _loose(parse: Parse) -> dict[str, Quantity]:
    """ "leaving 5 dead", "22 dead and 60 injured", "the death toll rises to 40"."""
    lows, tags = parse.sentence.lows, parse.tags
    found: dict[str, Quantity] = {}
    for at, low in enumerate(lows):
        role = _DEAD.get(low)
        if role and at:
            begin = at - 1
            while begin >= 0 and at - begin < 6 and tags[begin] in "DNR":
                begin -= 1
            counted = quantity(lows, begin + 1, at)
            if counted is not None and lows[counted.start] not in ("a", "an"):
                found.setdefault(role, counted)
        elif low == "toll" and at and lows[at - 1] == "death":
            for step in range(at + 1, min(at + 14, len(lows))):
                if lows[step] in ("to", "of", "at", "is") and step + 1 < len(lows):
                    counted = quantity(lows, step + 1, min(step + 6, len(lows)))
                    if counted is not None and counted.low < 100_000:
                        found.setdefault("killed", counted)
                        break
    return found
