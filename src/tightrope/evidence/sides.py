"""From phrases to parties: who stands on which side of an act, and where it took place."""

from __future__ import annotations

from tightrope.evidence.arguments import ArgumentFinder, Sides
from tightrope.evidence.found import UNNAMED, Found
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.lexicon import Lexicon
from tightrope.evidence.parties import Casting
from tightrope.evidence.tokens import word_set
from tightrope.evidence.triggers import Trigger, noun_trigger

_PAIRED = frozenset(["CONSULT", "AGREE", "COOPERATE", "RETREAT"])


_OWNED = word_set("embassy consulate checkpoint base headquarters prison outpost station")


_RECIPROCAL = (["each", "other"], ["one", "another"])


def whose_act(sides: Sides, parsed: Parse, finder: ArgumentFinder, words: Lexicon) -> Sides:
    """Who condemns an air strike condemns who flew it."""
    assert sides.target is not None
    act = noun_trigger(sides.target, parsed, words)
    if act is None or act.act.plover not in _BLAMED:
        return sides
    blamed = finder.sides(act, parsed).source
    return sides._replace(target=blamed, blamed=act if blamed is None else None)


def about(sides: Sides, parsed: Parse, finder: ArgumentFinder, words: Lexicon) -> Sides:
    """Who is ready for talks, or refuses them, means those with whom they are held."""
    assert sides.target is not None
    act = noun_trigger(sides.target, parsed, words)
    if act is None:
        return sides
    inner = finder.sides(act, parsed)
    return sides._replace(target=inner.target or inner.source)


ABOUT = frozenset(["AGREE", "REJECT", "REQUEST", "SUPPORT"])


_BLAMED = frozenset(["ASSAULT", "COERCE", "SANCTION", "THREATEN"])


STANCES = frozenset(["AGREE", "REJECT", "THREATEN", "SUPPORT"])


def stance(
    speaker: Found, source: Found | None, target: Found | None
) -> tuple[Found, Found | None]:
    """ "The White House says Russia will be met with ...": the speaker takes the stance."""
    if source is None or source.name == speaker.name or source.country == speaker.country:
        return speaker, target
    return speaker, source if target is None else target


def parties_of(
    trigger: Trigger, parsed: Parse, casting: Casting, first: Phrase | None, second: Phrase | None
) -> tuple[Found | None, Found | None]:
    """Source and target as parties; two who do a thing together are one on each side."""
    act = trigger.act
    source = casting.party(first)
    if (
        second is not None
        and casting.lows[second.start : second.end] in _RECIPROCAL
        and source is not None
        and source.joined
    ):
        return source.joined[0], source.joined[1]
    if act.noun and source is None and "before" in act.source and trigger.phrase is not None:
        source = casting.adjective_before(trigger.phrase.start, trigger.end)
    target = casting.party(second)
    paired = act.plover in _PAIRED or act.mode == "clash"
    if paired and source is not None and source.joined and (target is None or act.mode == "clash"):
        rest = source.joined[1:]
        target = rest[0] if len(rest) == 1 else Found(
            "; ".join(p.name for p in rest), rest[0].kind, rest[0].country, rest[0].start,
            rest[-1].end, rest,
        )  # fmt: skip
        source = source.joined[0]
    elif paired and source is not None and source.joined:
        source = source.joined[0]
    if target is None and trigger.end - trigger.start > 2:
        target = casting.nationality_in(trigger.start, trigger.end)
    target = _object_of(act.plover, target, casting)
    if target is None and act.plover == "ASSAULT" and trigger.verb is not None:
        target = _site(trigger, casting)
    if source is not None and (source.kind in UNNAMED or source.kind == "generic"):
        source = None if source.kind in UNNAMED or act.plover == "ASSAULT" else source
    if source is not None and target is not None and source.start == target.start:
        target = None
    if act.plover == "PROTEST" and source is not None and source.kind in ("people", "generic"):
        source = Found(f"Protesters ({casting.setting})", "group", casting.setting,
                       source.start, source.end)  # fmt: skip
    return source, target


def _object_of(plover: str, target: Found | None, casting: Casting) -> Found | None:
    """Unnamed victims and things are nobody, unless they are a named state's."""
    if target is None or target.kind not in ("generic", "people", "facility", "unknown"):
        return target
    if target.kind == "people" and not target.name.startswith("People"):
        return target
    if target.kind == "facility" or target.kind == "unknown":
        return (
            Found(target.country, "state", target.country, target.start, target.end)
            if target.country and target.kind == "facility" else None
        )  # fmt: skip
    if plover == "ASSAULT":
        return target if target.country else None
    if plover == "COERCE":
        return Found(f"Suspects ({casting.setting})" if casting.setting else "Suspects", "generic",
                     target.country, target.start, target.end)  # fmt: skip
    return target


def _site(trigger: Trigger, casting: Casting) -> Found | None:
    """Whose place was hit, where nobody is named: "kills ten at a police checkpoint"."""
    assert trigger.verb is not None
    for word, phrase in trigger.verb.after:
        if word in ("at", "outside", "near", "on", "against", "inside", "in", "of"):
            head = next(
                (m for m in casting.mentions if phrase.start <= m.start and m.end == phrase.end),
                None,
            )
            if head is not None and head.entry.kind == "facility":
                found = casting.single(phrase)
                owned = found is not None and found.kind in ("group", "troops", "fighters", "force")
                if owned or (
                    found is not None and found.kind == "state" and head.entry.key in _OWNED
                ):
                    return found
    return None


def place_of(trigger: Trigger, casting: Casting) -> str | None:
    """The place nearest behind "in", "at" or "near", the act's side of the sentence first."""
    best: tuple[int, str] | None = None
    lows = casting.lows
    for m in casting.mentions:
        if m.entry.kind not in ("place", "capital", "state") or not m.start:
            continue
        step = m.start - 1
        while step > 0 and lows[step] in _BEFORE_PLACE:
            step -= 1
        if lows[step] not in ("in", "at", "near", "outside", "across", "around", "of"):
            continue
        if lows[step] == "of" and lows[step - 1] not in ("city", "town", "village", "outskirts"):
            continue
        distance = abs(m.start - trigger.start) + (3 if m.entry.kind == "state" else 0)
        if best is None or distance < best[0]:
            best = (distance, " ".join(casting.words[m.start : m.end]))
    return best[1] if best else None


_BEFORE_PLACE = word_set(
    "the city town of iraqi northern southern eastern western central capital province "
    "village syrian iranian afghan pakistani"
)
