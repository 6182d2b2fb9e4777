"""How an act was done: PLOVER's mode, by words of the clause; ``rules/modes.yaml``."""

from __future__ import annotations

import re
from functools import cache

from tightrope.evidence.rulebook import yaml_rules

_GENERAL = frozenset(["kill", "injure", "restrict"])
"""What came of an act, or any restriction, says little of how it was done."""
_BEHIND = 60
_STOP = re.compile(r"[,;:]\s| and ")


def mode_of(plover: str, own: str | None, trigger: str, clause: str) -> str | None:
    """The mode of an act: its word's own, else what its trigger, then its clause tell.

    >>> mode_of("ASSAULT", "kill", "killed", "a suicide bomber killed five guards")
    'suicide-attack'
    >>> mode_of("COERCE", "arrest", "arrested", "police with tear gas arrested them")
    'arrest'
    """
    if own is not None and own not in _GENERAL:
        return own
    for words in (trigger, clause):
        for name, pattern in _patterns().get(plover, ()):
            if pattern.search(words):
                return name
    return own


def around(text: str, start: int, end: int, sentence_end: int) -> str:
    """The words of a clause and what hangs on behind it: "with a roadside bomb"."""
    limit = min(end + _BEHIND, sentence_end)
    stop = _STOP.search(text, end, limit)
    return text[start : stop.start() if stop else limit]


@cache
def _patterns() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    return {
        plover: [
            (name, re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE))
            for name, words in modes.items() if name != "tests"
        ]
        for plover, modes in yaml_rules("modes").items()
    }  # fmt: skip
