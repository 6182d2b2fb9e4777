"""Known names and roles where they stand in a sentence."""

from __future__ import annotations

from typing import NamedTuple

from tightrope.evidence.grammar import Parse
from tightrope.evidence.lexicon import Lexicon, Name, Table, longest
from tightrope.evidence.rulebook import listed
from tightrope.evidence.tokens import word_set


class Mention(NamedTuple):
    """A known name or role at tokens ``start`` to ``end``."""

    start: int
    end: int
    entry: Name


NAMED = word_set("state body force armed institution party media company movement government")


TITLES = listed("titles")


ORGANISED = listed("organised")


def mentions(parse: Parse, lexicon: Lexicon) -> list[Mention]:
    """Known names and roles of a sentence, longest first, none overlapping."""
    words, lows, tags = parse.sentence.words, parse.sentence.lows, parse.tags
    found: list[Mention] = []
    at, count = 0, len(words)
    names, roles = lexicon.names, lexicon.roles
    while at < count:
        hit = longest(names, words, at, count) if words[at] in names else None
        if hit is None and "-" in words[at]:
            hit = _compound(words[at], at, names, roles)
        if hit is None and tags[at] in "ND" and lows[at] in roles:
            hit = longest(roles, lows, at, count)
        if hit is None:
            at += 1
            continue
        end, entry = hit
        if end < count and words[end][0] == "$":
            at = end  # "US$ 5 million"
            continue
        if not _partial(words, lows, at, end, entry, lexicon):
            found.append(Mention(at, end, entry))
        at = end
    return found


def _partial(
    words: list[str], lows: list[str], at: int, end: int, entry: Name, lexicon: Lexicon
) -> bool:
    """Whether a known name is only part of a longer one: "National Congress", "Iran Tribune"."""
    if entry.kind in ("state", "adjective", "capital", "place"):
        follows = lows[end] if end < len(lows) else ""
        return entry.kind != "adjective" and follows in ORGANISED and words[end][0].isupper()
    if entry.kind not in NAMED or end - at > 1 or not words[at][0].isupper():
        return False
    before = words[at - 1] if at else ""
    return (
        at > 1 and before[:1].isupper() and words[at - 1] not in lexicon.names
        and lows[at - 1] not in TITLES and lows[at].isalpha() and len(lows[at]) > 4
        and lows[at] in ("congress", "senate", "conservatives", "democrats", "quartet", "fatah")
    )  # fmt: skip


def _compound(word: str, at: int, names: Table, roles: Table) -> tuple[int, Name] | None:
    """ "Israeli-occupied", "rebel-held": whose it is."""
    head, _, tail = word.partition("-")
    if tail.lower() in ("held", "controlled", "occupied"):
        for rest, entry in roles.get(head.lower(), ()):
            if not rest:
                return at + 1, entry
    if tail.lower() in ("born", "based", "occupied", "flagged", "owned", "run", "american", "led"):
        for rest, entry in names.get(head, ()):
            if not rest:
                return at + 1, entry
    return None
