"""Names as words, with the capitals that a theatre's own sentences give them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"(?<![\w.])[^\W\d_]+")
_NAME = re.compile(r"\b[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+\b")
_STARTS = re.compile(r"(?:^|[.:;!?]\s+|[\"“(])([^\W\d_]+)")


def capitals_in(sentences: Iterable[str]) -> Mapping[str, str]:
    """Words that never stand in small letters within a sentence, by their small letters.

    >>> capitals_in(["A US strike on ISIS", "Iran asks that a strike end"])
    {'us': 'US', 'isis': 'ISIS'}
    """
    forms: dict[str, Counter[str]] = {}
    for sentence in sentences:
        starts = {found.start(1) for found in _STARTS.finditer(sentence)}
        for found in _WORD.finditer(sentence):
            word = found[0]
            if not (word.istitle() and found.start() in starts):  # its capital is of its place
                forms.setdefault(word.lower(), Counter())[word] += 1
    return {small: counts.most_common(1)[0][0] for small, counts in forms.items()
            if small not in counts}  # fmt: skip


def spelled(text: str, capitals: Mapping[str, str]) -> str:
    """A text whose names (``us_kills_commander``) are words (``US kills commander``)."""

    def words(name: re.Match[str]) -> str:
        return " ".join(capitals.get(part, part) for part in name[0].split("_"))

    return capitals.get(text) or _NAME.sub(words, text)
