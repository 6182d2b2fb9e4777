"""What each word does in its sentence: one letter a token.

    N nominal (nouns, names, adjectives, numbers)   D determiner or quantity before it
    V finite verb   E past form or participle   G -ing form   B base form after "to"   T that "to"
    A auxiliary   M modal   R adverb   P preposition   S subordinator   C and, or, but
    W relative pronoun   Q personal pronoun   ' possessive   , comma   . any other mark

Words that may be verb or noun ("attacks", "protests") are decided by their neighbours and by
whether the clause has another verb: news lines are written in the present tense, without fail.
"""

from __future__ import annotations

from collections.abc import Container

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
    finite_soon,
    fixed_tokens,
    head_of_subject,
    is_number,
    later_verbs,
    opens_phrase,
    past_ahead,
    quantities,
)
from tightrope.evidence.tokens import Sentence, word_set

_PLURALS = word_set(
    "police people men women troops children militia authorities army military parliament "
    "media government opposition taliban staff"
)
_NOT_GERUND = word_set("during evening morning king bring thing ring spring beijing sing")


def tag(sentence: Sentence, lexicon: Lexicon) -> str:
    """One letter per token, as drawn above."""
    words, lows = sentence.words, sentence.lows
    count = len(words)
    fixed = fixed_tokens(words, lows, lexicon)
    classes = [lexicon.classes.get(low, 0) for low in lows]
    later = later_verbs(words, lows, classes)
    tags: list[str] = []
    finite = False
    for at in range(count):
        word, low, kind = words[at], lows[at], classes[at]
        before = tags[-1] if tags else "."
        if len(word) == 1 and not word.isalnum():
            letter = "," if word == "," else "N" if word in "&%$£€#" else "."
            if word in "'’":
                letter = "'" if at and lows[at - 1].endswith("s") else "."
            if word in "-/" and before == "N":
                letter = "N"
            if letter == ".":
                finite = False
        elif low in ("'s", "’s"):
            letter = "'"
        elif at in fixed or word[0].isdigit():
            letter = "N"
        elif at and word[0].isupper() and not (kind & (PREP | DET) and word.isupper()):
            letter = _capital(low, kind, words, at)
        else:
            letter = _letter(
                at, words, lows, classes, tags, before, kind, finite, later, lexicon.demonyms
            )
            if letter in "VE" and before == "N" and (lows[at - 1], low) in lexicon.compounds:
                letter = "N"
        if letter in "VAM":
            finite = True
        elif letter in "SW":
            finite = False
        tags.append(letter)
    return quantities("".join(tags), lows)


def _capital(low: str, kind: int, words: list[str], at: int) -> str:
    if low == "i" or (kind & PRON and words[at - 1] in ".:,"):
        return "Q"
    return "N"


def _letter(
    at: int,
    words: list[str],
    lows: list[str],
    classes: list[int],
    tags: list[str],
    before: str,
    kind: int,
    finite: bool,
    later: list[bool],
    demonyms: Container[str],
) -> str:
    low = lows[at]
    after = classes[at + 1] if at + 1 < len(words) else 0
    if low == "to":
        return "T" if after & BASE and words[at + 1][0].islower() else "P"
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
    if kind & SUB:
        if not kind & PREP and low != "so":
            return "S"
        if at + 1 < len(words) and (
            after & GERUND
            or finite_soon(at, words, lows, classes)
            or past_ahead(at, words, classes)
        ):
            return "S"
    if kind & DET and not (low in ("her", "his") and after & (VERB | PREP) and not after & NOUN):
        return "D"
    if kind & CONJ:
        return "C"
    if kind & PREP and not (low in ("out", "up", "down", "off", "over") and before in "VEGB"):
        return "P"
    if kind & VERB and low not in _NOT_GERUND:
        if low == "armed" or (low in ("backed", "led") and before == "N" and _names(at + 1, words)):
            return "N"
        return _verbal(at, words, lows, classes, tags, before, kind, finite, later, demonyms)
    if kind & (ADV | PREP):
        return "R"
    if low.endswith("ly") and len(low) > 4 and low not in ("family", "assembly", "early", "ally"):
        return "R"
    return "N"


def _verbal(
    at: int,
    words: list[str],
    lows: list[str],
    classes: list[int],
    tags: list[str],
    before: str,
    kind: int,
    finite: bool,
    later: list[bool],
    demonyms: Container[str],
) -> str:
    after = classes[at + 1] if at + 1 < len(words) else 0
    following = words[at + 1] if at + 1 < len(words) else "."
    held = before
    step = at - 1
    while held == "R" and step > 0:
        step -= 1
        held = tags[step]
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
        return _gerund(at, words, noun_too, before, after, following)
    opens = opens_phrase(following, after)
    if kind & (PAST | PARTICIPLE) and not kind & (THIRD | BASE):
        if before in "VB" and following[0].isalpha() and not after & (PREP | DET | SUB | CONJ):
            return "N"
        if before == "D" or (before in "'P" and following[0].isalpha() and not after & PREP):
            return "N"
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
    if not noun_too:
        return "E" if kind & PARTICIPLE and not kind & THIRD and held != "N" else "V"
    if before == "N":
        return _after_noun(
            at,
            words,
            lows,
            classes,
            kind,
            finite,
            later,
            opens,
            after,
            words[at - 1] in demonyms,
            tags,
        )
    if before == ",":
        return "V" if not finite and not later[at] and (opens or after & PREP) else "N"
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


def _gerund(
    at: int, words: list[str], noun_too: bool, before: str, after: int, following: str
) -> str:
    if before in "D'":
        return "N"
    if noun_too and before in "PN.C":
        if opens_phrase(following, after) and before in "PN":
            return "G"
        return "N"
    if before == "N" and words[at - 1][0].islower() and not after & (DET | PREP | PRON):
        if following[0].isalnum() and not following[0].isupper():
            return "G"
        return "N" if following in ".," else "G"
    return "G"


def _after_noun(
    at: int,
    words: list[str],
    lows: list[str],
    classes: list[int],
    kind: int,
    finite: bool,
    later: list[bool],
    opens: bool,
    after: int,
    demonym: bool,
    tags: list[str],
) -> str:
    if at + 1 < len(lows) and (lows[at], lows[at + 1]) in PHRASAL and not finite:
        return "V"
    if finite or later[at] or demonym:
        return "N"
    place = head_of_subject(at, tags)
    head = lows[place]
    plural = head.endswith("men") or (head.endswith("s") and not head.endswith(("ss", "us", "is")))
    many = plural or head in _PLURALS or "and" in lows[max(0, at - 4) : at]
    if at + 1 < len(lows) and lows[at + 1].endswith("ly"):
        after |= ADV
    particle = bool(after & (PREP | ADV | SUB | DET)) or opens
    if after & CONJ and at + 2 < len(words) and classes[at + 2] & kind & (THIRD | BASE):
        particle = True
    if kind & THIRD:
        if plural and not words[place][0].isupper():
            return "N"
        return "V" if particle or not after & VERB or after & NOUN else "N"
    if kind & BASE:
        return "V" if many else "N"
    return "E" if kind & (PAST | PARTICIPLE) else "N"
