"""The sentence of a telling in its surroundings, safe to show anywhere."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from tightrope.evidence.statement import Statement

AROUND = 160
"""Characters shown on either side of a clause."""
LONGEST = 1_200
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Excerpt:
    """A clause in parts: before it, the clause up to the trigger, the trigger, the rest, after."""

    before: str
    head: str
    trigger: str
    tail: str
    after: str


def excerpt(text: str, told: Statement) -> Excerpt:
    """Cut a clause out of its document; offsets that lie outside are cut to the text."""
    start, end = max(told.start, 0), min(told.end, told.start + LONGEST, len(text))
    first = min(max(told.trigger_start, start), end)
    last = min(max(told.trigger_end, first), end)
    parts = (text[max(start - AROUND, 0) : start], text[start:first], text[first:last],
             text[last:end], text[end : end + AROUND])  # fmt: skip
    return Excerpt(*map(harmless, parts))


def harmless(text: str) -> str:
    """A text without what commands a terminal or turns the direction of reading.

    >>> harmless("a\\x1b[2Jb\\u202ec")
    'a�[2Jb�c'
    """
    return "".join(map(_shown, text))


def _shown(letter: str) -> str:
    if letter in "\n\t":
        return " "
    # Joiners belong to scripts and emoji; of the format characters only the bidirectional command.
    is_command = unicodedata.bidirectional(letter) in _DIRECTIONS
    return _REPLACEMENT if unicodedata.category(letter) in ("Cc", "Cs") or is_command else letter


_DIRECTIONS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
