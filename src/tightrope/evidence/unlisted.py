"""Names that no rule knows: runs of capitals, which are people or organisations."""

from __future__ import annotations

from collections.abc import Iterator

from tightrope.evidence.found import Found
from tightrope.evidence.mentions import NAMED, ORGANISED, TITLES, Mention
from tightrope.evidence.neighbours import is_number
from tightrope.evidence.rulebook import listed
from tightrope.evidence.stage import Stage
from tightrope.evidence.tokens import word_set

_PARTICLES = listed("particles")
_ARTICLES = ("al-", "el-", "ul-", "ur-", "an-", "as-")
_ADJECTIVAL = listed("hyphened")
_BEHIND_NAMES = word_set("group fighters troops office generic official facility organ cabinet")
_LOCAL = listed("local")
_BANDS = listed("bands behind a name")
_PUBLISHED = listed("no place")
VESSELS = listed("vessels")
_MACHINES = listed("machines")
_SHIPS = listed("ships of a navy")
_CALENDAR = word_set(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday i"
)


def meet(stage: Stage) -> None:
    """Remember full names, so that a last name alone is known later."""
    for start, end in _runs(stage):
        if end - start >= 2:
            name = " ".join(stage.words[start:end])
            stage.cast.people.setdefault(stage.words[end - 1], name)


def _runs(stage: Stage) -> Iterator[tuple[int, int]]:
    at, count, tags = 0, len(stage.words), stage.parse.tags
    while at < count:
        end = at
        while end < count and end not in stage.covered and tags[end] == "N" and capital(stage, end):
            end += 1
        if end > at:
            yield at, end
        at = max(end, at + 1)


def capital(stage: Stage, at: int) -> bool:
    """Whether a word may be part of a name: a capital, or a particle between two."""
    words = stage.words
    word = words[at]
    if word[0].isupper():
        return word.rpartition("-")[2] not in _ADJECTIVAL
    if word in _PARTICLES and 0 < at < len(words) - 1:
        return words[at - 1][0].isupper() and words[at + 1][0].isupper()
    return word[:3] in _ARTICLES and len(word) > 4


def last_run(stage: Stage, begin: int, end: int) -> tuple[int, int] | None:
    """The last run of capitals that no rule knows."""
    at = end
    while at > begin:
        stop = at
        while at > begin and _part_of_name(stage, at - 1):
            at -= 1
        if stop > at:
            if stop < len(stage.words) and stage.words[stop][0] == "$":
                return None  # "US$ 5 million"
            opens = at == 0 and stop == 1
            return None if opens and not _known_person(stage, 0) else (at, stop)
        at -= 1
    return None


def _part_of_name(stage: Stage, at: int) -> bool:
    low = stage.lows[at]
    if at in stage.covered or is_number(low) or any(sign.isdigit() for sign in low):
        return False
    return capital(stage, at) and not _qualifies(stage, at)


def _qualifies(stage: Stage, at: int) -> bool:
    """ "Kurdish-held", "Iranian-backed", "German-Iranian"."""
    if stage.lows[at].startswith(("anti-", "pro-", "non-")) or stage.lows[at] == "war":
        return True
    head, dash, tail = stage.words[at].partition("-")
    names = stage.lexicon.names
    return bool(dash) and head in names and (tail.islower() or tail in names)


def _known_person(stage: Stage, at: int) -> bool:
    """Whether the capital at the head of a sentence is more than its beginning."""
    word, low = stage.words[at], stage.lows[at]
    if word in stage.cast.people:
        return True
    return low not in stage.lexicon.classes and not low.endswith(("s", "ing")) and len(word) > 3


def _is_site(behind: Mention) -> bool:
    """Whether a name is a place's: "Zuba refugee camp", but not "the Zuba newspaper"."""
    return behind.entry.kind == "facility" and behind.entry.key not in _PUBLISHED


def _model(stage: Stage, start: int, end: int) -> bool:
    """Whether a name is that of a make of aircraft or ship, or of a ship of the navy."""
    beside = [*stage.lows[max(0, start - 1) : start], *stage.lows[end : end + 3]]
    machine = any(low in _MACHINES for low in stage.lows[start : end + 4])
    numbered = any(sign.isdigit() for low in beside for sign in low)
    return stage.lows[start] in _SHIPS or (machine and numbered)


def named(stage: Stage, run: tuple[int, int], head: list[Mention], owner: str) -> Found | None:
    """The party that a run of capitals names, None where it only goes with a known name."""
    start, end = run
    while start < end - 1 and stage.lows[start] in TITLES:
        start += 1
    if stage.lows[start] in TITLES or stage.lows[start] in _CALENDAR:
        return None
    country = owner or next((m.entry.country for m in head if m.entry.country), "")
    behind = next((m for m in head if m.start == end), None)
    before = next((m for m in reversed(head) if m.end == start), None)
    name = " ".join(stage.words[start:end])
    if before is not None and before.entry.key in VESSELS:
        return None  # "the Danish tanker Sea Rose"
    if country and _model(stage, start, end):
        return None  # "a Danish Zuba 12 drone"
    if stage.lows[end - 1] in ORGANISED:
        if before is not None and before.entry.kind in NAMED - {"state"}:
            return None
        if before is not None and before.entry.kind == "adjective":
            start = before.start
            name = " ".join(stage.words[start:end])
        return Found(name, "organisation", country, start, end)
    if end < len(stage.lows) and stage.lows[end] in _BANDS:
        return Found(name, "organisation", country, start, end)
    local = end < len(stage.lows) and stage.lows[end] in _LOCAL
    if local or stage.lows[end - 1] in _LOCAL:
        country = country or stage.setting
        return Found(country or name, "place", country, start, end)
    if behind is not None and (behind.entry.kind in (*NAMED, "place", "unknown") or end == 1):
        return None  # at the head of a sentence, "Masked militants"
    if behind is not None and _is_site(behind):
        where = country or stage.setting
        return Found(where or name, "place", where, start, behind.end)
    if behind is not None and behind.entry.kind in _BEHIND_NAMES:
        if stage.words[behind.start][0].isupper():
            end = behind.end
            start = before.start if before is not None else start
            name = " ".join(stage.words[start:end])
        return Found(name, "organisation", country or stage.setting, start, end)
    if end - start == 1:
        if before is not None and before.entry.kind in (*NAMED, "facility"):
            return None
        name = stage.cast.people.get(stage.words[start], name)
    return Found(name, "person", country, start, end)
