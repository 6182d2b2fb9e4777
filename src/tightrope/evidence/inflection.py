"""Forms of English verbs and nouns, from their base form and the irregular ones of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

_VOWELS = frozenset("aeiou")


class Forms(NamedTuple):
    """The five forms of a verb."""

    base: str
    third: str
    past: str
    participle: str
    gerund: str


def verb_forms(
    base: str, irregular: Mapping[str, list[str]] | None = None, doubled: Set[str] = frozenset()
) -> Forms:
    """All forms of a verb.

    >>> verb_forms("deny")
    Forms(base='deny', third='denies', past='denied', participle='denied', gerund='denying')
    """
    if irregular and base in irregular:
        third, past, participle, gerund = irregular[base]
        return Forms(base, third, past, participle, gerund)
    if base in doubled:
        stem = base + base[-1]
        return Forms(base, plural(base), stem + "ed", stem + "ed", stem + "ing")
    if base.endswith("ie"):
        return Forms(base, base + "s", base + "d", base + "d", base[:-2] + "ying")
    if base.endswith("ee"):
        return Forms(base, base + "s", base + "d", base + "d", base + "ing")
    if base.endswith("e"):
        return Forms(base, base + "s", base + "d", base + "d", base[:-1] + "ing")
    past = base[:-1] + "ied" if base.endswith("y") and base[-2] not in _VOWELS else base + "ed"
    return Forms(base, plural(base), past, past, base + "ing")


def plural(noun: str) -> str:
    """The plural of a noun, or the third person of a verb.

    >>> plural("embassy"), plural("clash"), plural("attack")
    ('embassies', 'clashes', 'attacks')
    """
    if noun.endswith("y") and len(noun) > 1 and noun[-2] not in _VOWELS:
        return noun[:-1] + "ies"
    if noun.endswith(("s", "x", "z", "ch", "sh")) or noun in ("go", "do", "veto", "torpedo"):
        return noun + "es"
    return noun + "s"
