"""Where an act took place, as the text names it."""

from __future__ import annotations

from tightrope.evidence.parties import Casting
from tightrope.evidence.rulebook import listed
from tightrope.evidence.triggers import Trigger

_BEFORE_PLACE = listed("before places")


def place_of(trigger: Trigger, casting: Casting) -> str | None:
    """The place nearest behind "in", "at" or "near", the act's side of the sentence first."""
    best: tuple[int, str] | None = None
    lows, demonyms = casting.lows, casting.stage.lexicon.demonyms
    for m in casting.mentions:
        if m.entry.kind not in ("place", "capital", "state") or not m.start:
            continue
        step = m.start - 1
        while step > 0 and (lows[step] in _BEFORE_PLACE or casting.words[step] in demonyms):
            step -= 1
        if lows[step] not in ("in", "at", "near", "outside", "across", "around", "of"):
            continue
        if lows[step] == "of" and lows[step - 1] not in ("city", "town", "village", "outskirts"):
            continue
        distance = abs(m.start - trigger.start) + (3 if m.entry.kind == "state" else 0)
        if best is None or distance < best[0]:
            best = (distance, " ".join(casting.words[m.start : m.end]))
    return best[1] if best else None
