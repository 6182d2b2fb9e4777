"""What each word does in its sentence: one letter a token.

    N nominal (nouns, names, adjectives, numbers)   D determiner or quantity before it
    V finite verb   E past form or participle   G -ing form   B base form after "to"   T that "to"
    A auxiliary   M modal   R adverb   P preposition   S subordinator   C and, or, but
    W relative pronoun   Q personal pronoun   ' possessive   , comma   . any other mark

Words that may be verb or noun ("attacks", "protests") are decided by their neighbours and by
whether the clause has another verb: news lines are written in the present tense, without fail.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from tightrope.evidence.lexicon import (
    ADV,
    AUX,
    BASE,
    CONJ,
    DET,
    GERUND,
    MODAL,
    NEG,
    NOUN,
    PARTICIPLE,
    PAST,
    PREP,
    PRON,
    REL,
    SUB,
    THIRD,
    VERB,
    Lexicon,
)  # fmt: skip
from tightrope.evidence.neighbours import (
    PHRASAL,
    counts,
    finite_soon,
    fixed_tokens,
    head_of_subject,
    idioms,
    is_number,
    later_verbs,
    opens_phrase,
    past_ahead,
    quantities,
    takes_object,
)
from tightrope.evidence.rulebook import listed, listed_verbs
from tightrope.evidence.tokens import Sentence

_PLURALS = listed("plurals")
_NOT_ADVERBS = listed("no adverbs")
_BEFORE_GERUNDS = listed("before gerunds")
"""Adjectives: "the lone surviving gunman" is one phrase."""
_SAID_WITH_OF = listed_verbs("said with of")
_PARTICLES = frozenset(["out", "up", "down", "off", "over"])
_NOT_GERUND = listed("no gerunds")


@dataclass(slots=True)
class _Scan:
    """A sentence while its words are tagged from left to right."""

    words: list[str]
    lows: list[str]
    classes: list[int]
    later: list[bool]
    """Whether an unmistakable finite verb follows."""
    idioms: set[int]
    """Where a verb of several words begins: "set fire to"."""
    demonyms: Container[str]
    tags: list[str] = field(default_factory=list[str])
    finite: bool = False

    def follows(self, at: int) -> tuple[str, int]:
        """The word behind, and its classes."""
        if at + 1 < len(self.words):
            return self.words[at + 1], self.classes[at + 1]
        return ".", 0

    def opens(self, at: int) -> bool:
        """Whether an object may begin behind: "the", a name, "at least six"."""
        following, after = self.follows(at)
        return at in self.idioms or opens_phrase(following, after) or counts(at, self.lows)


def tag(sentence: Sentence, lexicon: Lexicon) -> str:
    """One letter per token, as drawn above."""
    words, lows = sentence.words, sentence.lows
    fixed = fixed_tokens(words, lows, lexicon)
    classes = [lexicon.classes.get(low, 0) for low in lows]
    scan = _Scan(
        words, lows, classes, later_verbs(words, lows, classes), idioms(lows, lexicon),
        lexicon.demonyms,
    )  # fmt: skip
    tags = scan.tags
    for at in range(len(words)):
        word, low, kind = words[at], lows[at], classes[at]
        before = tags[-1] if tags else "."
        if len(word) == 1 and not word.isalnum():
            letter = _mark(word, before, lows[at - 1] if at else "")
            if letter == ".":
                scan.finite = False
        elif low in ("'s", "’s"):
            letter = "'"
        elif at in fixed or word[0].isdigit():
            letter = "N"
        elif at and word[0].isupper() and not (kind & (PREP | DET) and word.isupper()):
            letter = _capital(low, kind, words, at)
        else:
            letter = _letter(at, scan, before)
            if letter in "VE" and before == "N" and (lows[at - 1], low) in lexicon.compounds:
                letter = letter if _acts(at, scan) else "N"
        if letter in "VAM":
            scan.finite = True
        elif letter in "SW":
            scan.finite = False
        tags.append(letter)
    _give_a_verb(scan, fixed)
    return quantities("".join(tags), lows)


def _acts(at: int, scan: _Scan) -> bool:
    """ "Police raid the office", "police raid and close": no "police raid"."""
    if scan.opens(at):
        return True
    _, after = scan.follows(at)
    kind = scan.classes[at] & (BASE | THIRD)
    return bool(after & CONJ and at + 2 < len(scan.words) and scan.classes[at + 2] & kind)


def _mark(word: str, before: str, low_before: str) -> str:
    if word in "'’":
        return "'" if low_before.endswith("s") else "."
    if word in "-/" and before == "N":
        return "N"
    return "," if word in ",—–" else "N" if word in "&%$£€#" else "."


def _give_a_verb(scan: _Scan, fixed: Container[int]) -> None:
    """News has a verb: where its first clause has none, the first word that may be one is it."""
    tags = scan.tags
    first = re.split("[SW.]", "".join(tags), maxsplit=1)[0]
    if re.search("[VAM]", first):
        return
    for at in range(1, min(len(first), len(tags) - 1)):
        if tags[at] == "E" and tags[at - 1] in "NR":
            return
        kind = scan.classes[at]
        _, after = scan.follows(at)
        if (
            tags[at] == "N" and tags[at - 1] in "N," and at not in fixed
            and kind & (BASE | THIRD | PAST) and scan.words[at][0].islower()
            and not is_number(scan.lows[at - 1])
            and (scan.opens(at) or (kind & THIRD and after & PREP))
        ):  # fmt: skip
            tags[at] = "V"
            return


def _capital(low: str, kind: int, words: list[str], at: int) -> str:
    if low == "i" or (kind & PRON and words[at - 1] in ".:,"):
        return "Q"
    return "N"


def _letter(at: int, scan: _Scan, before: str) -> str:
    words, lows, classes = scan.words, scan.lows, scan.classes
    low, kind = lows[at], classes[at]
    following, after = scan.follows(at)
    if low == "to":
        owns = following == "have" and at + 2 < len(words) and classes[at + 2] & DET
        return "T" if owns or (after & BASE and following[0].islower()) else "P"
    if low == "that":
        if before in "VEGB" or (before == "N" and not after & (VERB | AUX | MODAL)):
            return "S"
        return "W" if before in "N," and after & (VERB | AUX | MODAL) else "D"
    if low == "had" or kind & AUX:
        return "A"
    if kind & MODAL and not (low in ("may", "will", "might") and before in "D'"):
        return "M"
    if kind & REL:
        return "W" if before in "N,P" else "S"
    if kind & PRON and not kind & DET:
        return "Q"
    if kind & NEG:
        return "D" if low == "no" else "R"
    if low == "then" and before == "D":
        return "N"  # "the then prime minister"
    if kind & SUB:
        if not kind & PREP and low != "so":
            return "S"
        if at + 1 < len(words) and (
            after & GERUND
            or finite_soon(at, words, lows, classes, scan.idioms)
            or past_ahead(at, words, classes)
        ):
            return "S"
    if low == "both" and before == "N" and after & VERB:
        return "R"
    if kind & DET and not (low in ("her", "his") and after & (VERB | PREP) and not after & NOUN):
        return "D"
    if kind & CONJ:
        return "C"
    if kind & PREP and not (low in _PARTICLES and before in "VEGB"):
        return "P"
    if low in _PARTICLES and before in "EB":
        return "R"  # "is shot down by"
    if kind & VERB and low not in _NOT_GERUND:
        if (low == "armed" and following != "by") or (
            low in ("backed", "led") and before == "N" and _names(at + 1, words)
        ):
            return "N"
        return _verbal(at, scan, before)
    if kind & (ADV | PREP):
        return "R"
    if low.endswith("ly") and len(low) > 4 and low not in _NOT_ADVERBS:
        return "R"
    return "N"


def _verbal(at: int, scan: _Scan, before: str) -> str:
    lows, tags, finite = scan.lows, scan.tags, scan.finite
    kind = scan.classes[at]
    following, after = scan.follows(at)
    held = before
    step = at - 1
    while held == "R" and step > 0:
        step -= 1
        held = tags[step]
    if before == "R" and held == "C":
        before = "C"
    noun_too = bool(kind & NOUN)
    if held == "T":
        return "B"
    if held == "M":
        return "V" if kind & BASE else "N"
    if held == "A":
        if kind & GERUND:
            return "N" if noun_too and not after & (DET | PREP) else "G"
        if kind & (PAST | PARTICIPLE):
            return "E"
        # "have called", "did attack"; "is plan" does not occur
        return "V" if lows[step] in ("do", "does", "did", "not") and kind & BASE else "N"
    if kind & GERUND:
        return _gerund(at, scan, before)
    opens = scan.opens(at)
    if kind & (PAST | PARTICIPLE) and not kind & (THIRD | BASE):
        if before in "VB" and following[0].isalpha() and not after & (PREP | DET | SUB | CONJ):
            return "N"
        if before == "D" or (before in "'P" and following[0].isalpha() and not after & PREP):
            return "N"
        if before == "N" and is_number(lows[at - 1]) and following[0].isalpha():
            # "one of three captured soldiers is found"
            return "N" if scan.later[at] and not after & (PREP | DET | SUB | CONJ | ADV) else "E"
        return "E"
    if before in "DP'" or (
        before == "N" and (noun_too or kind & THIRD) and is_number(lows[at - 1])
    ):
        if before == "P" and not noun_too and kind & PAST:
            return "E"
        return "N"
    if before in "QW":
        return "V"
    if before == "C" and kind & BASE and finite and _after_base(tags):
        return "V"
    if before == "C":
        return "V" if finite and not (noun_too and not opens and not after & PREP) else "N"
    if following == "of" and before == "N" and finite and lows[at] not in _SAID_WITH_OF:
        return "N"  # "approves a third round of sanctions"
    if not noun_too:
        return "E" if kind & PARTICIPLE and not kind & THIRD and held != "N" else "V"
    if before == "N":
        return _after_noun(at, scan, opens)
    if before == ",":
        return "V" if not finite and not scan.later[at] and (opens or after & PREP) else "N"
    if before == "R":
        return "V" if not finite else "N"
    return "N"


def _names(at: int, words: list[str]) -> bool:
    """Whether a name follows: "Iran backed Popular Mobilization Forces"."""
    return at < len(words) and words[at][0].isupper()


def _after_base(tags: list[str]) -> bool:
    """Whether the verb before "and" stood in its base form after "to" or "will"."""
    for letter in reversed(tags):
        if letter in "BM":
            return True
        if letter in "VEGSW.":
            return letter == "V" and "M" in tags
    return False


def _gerund(at: int, scan: _Scan, before: str) -> str:
    words = scan.words
    following, after = scan.follows(at)
    noun_too = bool(scan.classes[at] & NOUN)
    if before in "D'" or scan.lows[at - 1] in _BEFORE_GERUNDS or following in ("shot", "shots"):
        return "N"
    if noun_too and before in "PN.C":
        if scan.opens(at) and before in "PN":
            return "G"
        return "N"
    if before == "N" and words[at - 1][0].islower() and not after & (DET | PREP | PRON):
        if following[0].isalnum() and not following[0].isupper():
            return "G"
        return "N" if following in ".," else "G"
    return "G"


def _must_act(at: int, scan: _Scan, many: bool) -> bool:
    """A noun has no "the" behind it: "Israeli forces bomb the town", "Turkey reports at least"."""
    if not takes_object(at, scan.lows):
        return False
    kind = scan.classes[at]
    if kind & PAST:
        return True
    if kind & BASE:
        return many and (not scan.finite or scan.lows[at - 1].endswith("s"))
    return not scan.finite


def _after_noun(at: int, scan: _Scan, opens: bool) -> str:
    words, lows, classes, finite = scan.words, scan.lows, scan.classes, scan.finite
    kind = classes[at]
    _, after = scan.follows(at)
    if at + 1 < len(lows) and (lows[at], lows[at + 1]) in PHRASAL and not finite:
        return "V"
    if lows[at + 1 : at + 2] == ["that"] and kind & NOUN and at + 2 < len(lows):
        told = classes[at + 2]
        if told & PAST and not told & NOUN:
            return "N"  # "ordered the strikes that killed"
    place = head_of_subject(at, scan.tags)
    head = lows[place]
    plural = head.endswith("men") or (head.endswith("s") and not head.endswith(("ss", "us", "is")))
    many = plural or head in _PLURALS or "and" in lows[max(0, at - 4) : at]
    if words[at - 1] in scan.demonyms:
        return "N"
    if finite or scan.later[at]:
        return "V" if _must_act(at, scan, many) else "N"
    if at + 1 < len(lows) and lows[at + 1].endswith("ly"):
        after |= ADV
    particle = bool(after & (PREP | ADV | SUB | DET)) or opens
    if after & CONJ and at + 2 < len(words) and classes[at + 2] & kind & (THIRD | BASE):
        particle = True
    if kind & THIRD:
        if plural and not words[place][0].isupper():
            return "N"
        if not particle and (after & CONJ or words[at + 1 : at + 2] in ([], ["."], [","])):
            return "N"
        return "V" if particle or not after & VERB or after & NOUN else "N"
    if kind & BASE:
        return "V" if many else "N"
    return "E" if kind & (PAST | PARTICIPLE) else "N"
