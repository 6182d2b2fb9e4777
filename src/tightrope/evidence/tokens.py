"""Words with their exact places, and the sentences that they form.

The tokeniser is one compiled expression: nothing is normalised, so that every offset is a position
in the text as it was handed in. Straight and curly quotes and brackets are tokens of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tightrope.evidence.rulebook import listed


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a set: how short lists of words are written down in the code."""
    return frozenset(words.split())


_TOKEN = re.compile(
    r"(?:[A-Z]\.[ ]?(?=[A-Z]\.))+[A-Z]\."  # U.S., U. S.
    r"|(?:Mrs?|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Sen|Rep|Rev|Prof|Brig|Adm|St|Jr|Sr|Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\."
    r"|(?:[A-Z]\.)+[A-Z](?![\w.])"  # U.S, without its last stop
    r"|[A-Z]\.(?=\s[A-Z][a-z])"  # George W. Bush
    r"|\d+(?:[.,:]\d+)*(?:%|(?:st|nd|rd|th)\b)?(?![^\W_])"  # 3,000
    r"|[’'](?:s|S)\b"  # possessive
    r"|[^\W_]+(?:(?:[-‑–](?=[^\W_])|[’'ʿʾ](?![sS]\b)(?=[^\W_])|(?<=\w)\.(?=[a-z]))[^\W_]+)*\+?"
    r"|\S"
)

_ABBREVIATIONS = listed("abbreviations")
_CLOSERS = frozenset("\"”’'»)")


@dataclass(slots=True)
class Sentence:
    """One sentence: parallel lists over its tokens. ``lows`` are lower-case forms."""

    words: list[str]
    lows: list[str]
    starts: list[int]
    ends: list[int]
    quoted: list[bool] = field(default_factory=list[bool])
    """Whether a token stands inside quotation marks."""

    def __len__(self) -> int:
        return len(self.words)


def words_of(text: str) -> list[str]:
    """The tokens of a name or a phrase, as the reader would cut them.

    >>> words_of("Iran's U.S. embassy, at Kata'ib")
    ['Iran', "'s", 'U.S.', 'embassy', ',', 'at', "Kata'ib"]
    """
    return _TOKEN.findall(text)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Sentence]:
    """Cut a stretch of text into sentences; offsets refer to the whole text.

    Brackets and what stands in them are left out: they hold outlets and asides. Quotation marks are
    left out too, remembered in ``quoted``.
    """
    end = len(text) if end is None else end
    found: list[Sentence] = []
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    quoted: list[bool] = []
    inside = False
    depth = 0
    last = start

    def close() -> None:
        nonlocal words, starts, ends, quoted
        if words:
            found.append(Sentence(words, _lows(words), starts, ends, quoted))
            words, starts, ends, quoted = [], [], [], []

    for match in _TOKEN.finditer(text, start, end):
        at = match.start()
        if at > last and _breaks_line(text, last, at):
            close()
            depth = 0
            inside = False
        last = match.end()
        word = match.group()
        if len(word) == 1 and not word.isalnum():
            if word in "([{":
                depth += 1
                continue
            if word in ")]}":
                depth = max(0, depth - 1)
                continue
            if word in '"“”„«»':
                inside = not inside if word == '"' else word in "“„«"
                continue
            if depth:
                continue
            if word in ".?!" and words and _ends_sentence(text, word, words[-1], last, end):
                words.append(word)
                starts.append(at)
                ends.append(last)
                quoted.append(inside)
                close()
                continue
        elif depth:
            continue
        words.append(word)
        starts.append(at)
        ends.append(last)
        quoted.append(inside)
    close()
    return found


def _lows(words: list[str]) -> list[str]:
    """The words in small letters; "IS" in capitals is no verb, where not all is in capitals."""
    lows = [word.lower() for word in words]
    if "IS" in words and not all(word.isupper() for word in words if word.isalpha()):
        return ["isis" if word == "IS" else low for word, low in zip(words, lows, strict=True)]
    return lows


def _breaks_line(text: str, last: int, at: int) -> bool:
    """Whether the gap holds the end of a paragraph, or of a line that ends like a heading."""
    gap = text[last:at]
    if "\n" not in gap:
        return False
    if gap.count("\n") > 1:
        return True
    begin = text.rfind("\n", 0, last) + 1
    return text[last - 1] in '.?!:”"' or (last - begin < 60 and text[at].isupper())


def _ends_sentence(text: str, mark: str, before: str, at: int, end: int) -> bool:
    if mark == "." and (
        before.lower() in _ABBREVIATIONS or (len(before) == 1 and before.isupper())
    ):
        return False
    while at < end and text[at] in _CLOSERS:
        at += 1
    rest = text[at : at + 3].lstrip()
    if not rest:
        return True
    return text[at] != "," and not rest[0].islower()
