"""What the numbers of a sentence count, and to which of its acts each belongs.

The dead and wounded are ``casualties``; all other roles stand in ``rules/counted.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from tightrope.evidence.amounts import Quantity, quantity
from tightrope.evidence.arguments import Sides
from tightrope.evidence.drafts import Count, Draft
from tightrope.evidence.grammar import Parse
from tightrope.evidence.neighbours import is_number
from tightrope.evidence.rulebook import listed, yaml_rules
from tightrope.evidence.triggers import Trigger
from tightrope.evidence.when import Moment
from tightrope.theatre.dates import parse_span

_VAGUE = listed("vague numbers")
_MONEY = frozenset(["$", "€", "£"])
_NO_COUNT = listed("not counted")
_NOT_ONE = frozenset(["a", "an", "his", "her"]) | _MONEY
AHEAD = 4
"""Words between a number and what it counts, at most."""
FAR = 15
"""Words between a number and its act, at most."""
_DEATHS = {"killing": "killed", "killings": "killed", "death": "killed", "deaths": "killed",
           "injury": "wounded", "injuries": "wounded", "wounding": "wounded"}  # fmt: skip


@dataclass(frozen=True)
class Role:
    """One entry of the rules."""

    name: str
    nouns: frozenset[str]
    acts: tuple[str, ...]
    side: str
    tally: bool

    def fits(self, trigger: Trigger) -> bool:
        """Whether a number of this role may belong to an act."""
        act = trigger.act
        kinds = (act.plover, f"{act.plover}/{act.mode}")
        return not self.acts or any(kind in self.acts for kind in kinds)


@cache
def roles() -> tuple[Role, ...]:
    """The roles of ``rules/counted.yaml``."""
    return tuple(
        Role(one["role"], frozenset(one.get("nouns", ())), tuple(one.get("acts", ())),
             one.get("side", ""), one.get("tally") == "yes")
        for one in yaml_rules("counted")
    )  # fmt: skip


@cache
def tallies() -> frozenset[str]:
    """Roles that count events."""
    return frozenset(role.name for role in roles() if role.tally)


def count(drafts: Sequence[Draft], sides: Sequence[Sides], parse: Parse, times: list[Moment]):
    """Give every number of a sentence to the act to which it belongs."""
    if not drafts or not any(_counts(low) for low in parse.sentence.lows):
        return
    taken = [q for draft in drafts for q in draft.casualties.values()]
    for draft, phrases in zip(drafts, sides, strict=True):
        taken += _of_side(draft, phrases, parse, taken)
    for number in _quantities(parse.sentence.lows, taken):
        _assign(number, drafts, parse, times)


def _of_side(draft: Draft, sides: Sides, parse: Parse, taken: list[Quantity]) -> list[Quantity]:
    """The number at the head of a side: "arrests 30 people"."""
    found: list[Quantity] = []
    for role in roles():
        phrase = sides.source if role.side == "source" else sides.target
        if not role.side or phrase is None or not role.fits(draft.trigger):
            continue
        is_vague = parse.sentence.lows[phrase.start] == "tens"  # "tens of thousands of people"
        end = max(phrase.end, phrase.start + 3 * is_vague)
        number = quantity(parse.sentence.lows, phrase.start, end)
        if number is None or _overlaps(number, taken):
            continue
        if parse.sentence.lows[number.start] not in _NOT_ONE:
            draft.counts.append(Count(role.name, number))
            found.append(number)
    return found


def _quantities(lows: list[str], taken: Iterable[Quantity]) -> Iterable[Quantity]:
    at = after = 0
    used = list(taken)
    while at < len(lows):
        if _counts(lows[at]):
            number = quantity(lows, max(after, at - 3), min(len(lows), at + 6))
            if number is not None and number.start <= at < number.end:
                after = at = number.end
                if not _overlaps(number, used):
                    yield number
                continue
        at += 1


def _counts(low: str) -> bool:
    return is_number(low) or low in _VAGUE


def _overlaps(number: Quantity, taken: Iterable[Quantity]) -> bool:
    return any(other.start < number.end and number.start < other.end for other in taken)


def _assign(number: Quantity, drafts: Sequence[Draft], parse: Parse, times: list[Moment]) -> None:
    named = _role_of(number, parse)
    if named is None:
        return
    name, at = named
    role = next((role for role in roles() if role.name == name), None)
    fitting = [
        (gap, n) for n, draft in enumerate(drafts)
        if (role.fits(draft.trigger) if role else draft.trigger.act.plover == "ASSAULT")
        and (gap := _gap(draft.trigger, number, at)) <= FAR
        and not _is_apart(draft.trigger, number, parse)
    ]  # fmt: skip
    if not fitting:
        return
    draft = drafts[min(fitting)[1]]
    if role is None:
        draft.casualties.setdefault("injured" if name == "wounded" else name, number)
    elif not any(own.role == name for own in draft.counts):
        window = _window(parse, times, number) if role.tally else None
        draft.counts.append(Count(name, number, window))


def _gap(trigger: Trigger, number: Quantity, noun: int) -> int:
    """Words between an act and what is counted; none if the act itself is."""
    if trigger.start <= noun < trigger.end:
        return 0
    return max(number.start - trigger.end, trigger.start - noun, 0) + 1


def _is_apart(trigger: Trigger, number: Quantity, parse: Parse) -> bool:
    """Whether another verb stands between an act and a number."""
    low, high = sorted((trigger.start, number.start))
    verbs = (v for v in parse.verbs if v is not trigger.verb and v.relation not in ("inf", "ger"))
    return any(low < verb.head < high for verb in verbs)


def _role_of(number: Quantity, parse: Parse) -> tuple[str, int] | None:
    """The role of a number, and where the word stands that tells it."""
    lows = parse.sentence.lows
    if (number.start and lows[number.start - 1] in _MONEY) or lows[number.start] in _MONEY:
        return "money", number.end - 1
    if number.start > 1 and lows[number.start - 1] == "of" and lows[number.start - 2] in _DEATHS:
        return _DEATHS[lows[number.start - 2]], number.start - 2
    for at in range(number.end, min(number.end + AHEAD + 1, len(lows))):
        if lows[at] in _NO_COUNT or parse.tags[at] in ",.VCSW" or is_number(lows[at]):
            return None
        for role in roles():
            pair = " ".join(lows[at : at + 2])
            if pair in role.nouns:
                return role.name, at + 1
            if lows[at] in role.nouns and not _goes_on(parse, at):
                return role.name, at
    return None


def _goes_on(parse: Parse, at: int) -> bool:
    """Whether the noun only qualifies the next: "rocket attacks", "troops' homes"."""
    return at + 1 < len(parse.tags) and parse.tags[at + 1] == "'"


def _window(parse: Parse, times: list[Moment], number: Quantity) -> str | None:
    """The time over which events are counted: more than a day."""
    place = parse.sentence.starts[number.start]
    long = [t for t in times if parse_span(t.edtf).days != 1]
    return min(long, key=lambda t: abs(t.start - place)).edtf if long else None
