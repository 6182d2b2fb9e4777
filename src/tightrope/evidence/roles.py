"""Who is meant by the known name or role that heads a phrase: "Iraqi police", "the embassy"."""

from __future__ import annotations

from dataclasses import replace

from tightrope.evidence.found import Found
from tightrope.evidence.grammar import Phrase
from tightrope.evidence.lexicon import Name
from tightrope.evidence.mentions import NAMED, Mention
from tightrope.evidence.neighbours import is_number
from tightrope.evidence.rulebook import listed, table_rules
from tightrope.evidence.stage import Stage

_OFFICIAL_PLACES = listed("official places")
_CRAFT = listed("craft")
_WEAPONS = listed("weapons that strike")
_FOREIGN = listed("in a foreign country")
_LEADING = frozenset(["group", "fighters", "troops", "people group"])
_ENVOYS = listed("envoys")
_ADJECTIVES = {row["name"]: row["adjectives"].split(";")[0] for row in table_rules("countries")}


def headed(
    stage: Stage, last: Mention, head: list[Mention], owner: str, begin: int, phrase: Phrase
) -> Found | None:
    """The party whose name or role is ``last``, the head of the tokens from ``begin``."""
    entry, country = last.entry, last.entry.country
    if entry.kind in NAMED or entry.kind == "people":
        return Found(entry.name, entry.kind, country, last.start, last.end)
    if entry.kind in ("adjective", "capital"):
        return Found(country, "state", country, last.start, last.end)
    if entry.kind == "place":
        return Found(country or entry.name, "place", country, last.start, last.end)
    return _role(stage, last, [m for m in head if m.end <= last.start], owner, begin, phrase)


def _role(
    stage: Stage, last: Mention, before: list[Mention], owner: str, begin: int, phrase: Phrase
) -> Found | None:
    """A role by what stands before it: a name ("Hamas fighters"), a country, another role."""
    own = next((m for m in reversed(before) if m.entry.kind in NAMED), None)
    entry = last.entry
    if own is not None and _speaks_for(own.entry.kind, entry.kind):
        return Found(own.entry.name, own.entry.kind, own.entry.country, own.start, own.end)
    country = next((m.entry.country for m in reversed(before) if m.entry.country), owner)
    whose = country or _whose(stage, phrase, entry.key in _FOREIGN)
    start = _first(stage, last, before, begin)
    if entry.kind == "facility":
        lead = next((m.entry for m in reversed(before) if m.entry.kind in _LEADING), None)
        if lead is None:
            return _facility(stage, last, country, whose, start)
        entry = lead
    if entry.kind == "unknown":
        return _assailant(stage, last, country, start)
    name, kind, nation = _titled(stage, last, entry, country, whose)
    return Found(name, kind, nation, start, last.end)


def _assailant(stage: Stage, last: Mention, country: str, start: int) -> Found:
    """Unknown assailants are nobody, unless it is said whence they came: "Libyan gunmen"."""
    if last.entry.key in _WEAPONS:
        return Found("", "weapon", country, start, last.end)
    if not country:
        return Found("", "unknown", country, start, last.end)
    name = " ".join(stage.words[last.start : last.end]).capitalize()
    return Found(f"{name} ({country})", "fighters", country, start, last.end)


def _speaks_for(own: str, role: str) -> bool:
    """Whether "Hamas fighters" are Hamas: not a state's, not an office, not just a bomb."""
    if own == "state" or role == "office":
        return False
    return role != "unknown" or own in ("armed", "force")


def _first(stage: Stage, last: Mention, before: list[Mention], begin: int) -> int:
    """Where the words of a role begin: its country with it, its number not."""
    start = before[0].start if before else last.start
    if begin < start and stage.parse.tags[begin] != "D":
        start = begin
    while start < last.start and is_number(stage.lows[start]):
        start += 1
    return start


def _titled(
    stage: Stage, last: Mention, entry: Name, country: str, whose: str
) -> tuple[str, str, str]:
    """Name, kind and country of a role: "Police (Iraq)", "Iraqi Armed Forces"."""
    nation, kind = whose or stage.setting, entry.kind
    if kind == "cabinet" and nation:
        return nation, "state", nation
    if kind == "official" and entry.key in _ENVOYS and whose:
        return whose, "state", whose
    if kind == "office":
        words = " ".join(stage.words[last.start : last.end])
        title = words[0].upper() + words[1:]
        return (f"{title} of {nation}" if nation else title), kind, nation
    if kind == "troops":
        return f"{_ADJECTIVES.get(nation, nation)} Armed Forces".strip(), kind, nation
    if kind in ("generic", "people"):
        return f"{entry.name} ({nation})", kind, country
    return (f"{entry.name} ({nation})" if nation else entry.name), kind, nation


def _facility(stage: Stage, last: Mention, country: str, whose: str, start: int) -> Found:
    """A place by its owner: an embassy is its country, a hotel is nobody."""
    key, nation, cast = last.entry.key, whose or stage.setting, stage.cast
    if key in cast.owners and not country and not whose:
        return cast.owners[key]
    if (country or (whose and key == "embassy")) or (key in _OFFICIAL_PLACES and nation):
        owner = Found(whose or nation, "state", whose or nation, start, last.end)
        if country:
            cast.owners[key] = replace(owner, told=stage.parse)
        return owner
    if key in _CRAFT:
        name = " ".join(stage.words[start : last.end])
        return Found(name[0].upper() + name[1:], "craft", country, start, last.end)
    return Found("", "facility", country, start, last.end)


def _whose(stage: Stage, phrase: Phrase, foreign: bool = False) -> str:
    """The country behind "of", "in", "near" or "from"; an embassy lies in another country."""
    for word, inner in phrase.after:
        if word == "of" or (word in ("in", "from", "to", "near") and not foreign):
            for m in stage.mentions:
                if m.start >= inner.start and m.end <= inner.end and m.entry.country:
                    return m.entry.country
    return ""
