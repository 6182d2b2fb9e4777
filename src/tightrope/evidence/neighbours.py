"""What the tagger asks of the words around: what follows, what is fixed, where a number begins."""

from __future__ import annotations

from collections.abc import Container

from tightrope.evidence.lexicon import (
    AUX,
    BASE,
    CONJ,
    DET,
    GAP,
    MODAL,
    NOUN,
    PARTICIPLE,
    PAST,
    PREP,
    PRON,
    REL,
    SUB,
    THIRD,
    Lexicon,
    longest,
)  # fmt: skip
from tightrope.evidence.rulebook import listed
from tightrope.evidence.tokens import word_set

QUANTITY = listed("around numbers")


NUMBER_WORDS = listed("numbers")


PHRASAL = frozenset(
    (verb + ending, word)
    for verb, word in (
        ("open", "fire"), ("exchange", "fire"), ("trade", "fire"), ("fire", "rockets"),
        ("fire", "missiles"), ("fire", "tear"), ("fire", "on"), ("fire", "upon"), ("fire", "at"),
        ("call", "for"), ("call", "on"), ("call", "upon"), ("hold", "talks"), ("stage", "a"),
        ("clash", "with"), ("protest", "against"), ("rally", "against"), ("march", "on"),
    )
    for ending in ("", "s")
)  # fmt: skip


def is_number(low: str) -> bool:
    """Whether a token is a number, in figures or words."""
    return low[0].isdigit() or low in NUMBER_WORDS or low.split("-")[0] in NUMBER_WORDS


def fixed_tokens(words: list[str], lows: list[str], lexicon: Lexicon) -> set[int]:
    """Tokens of known names and roles of several words: "United States forces", "open market"."""
    found: set[int] = set()
    at, count = 0, len(words)
    while at < count:
        hit = longest(lexicon.names, words, at, count) if words[at] in lexicon.names else None
        if (hit is None or hit[0] == at + 1) and lows[at] in lexicon.roles:
            role = longest(lexicon.roles, lows, at, count)
            if role is not None and (hit is None or role[0] > hit[0]):
                hit = role
        if hit is not None and hit[0] > at + 1:
            found.update(range(at, hit[0]))
            at = hit[0]
        else:
            at += 1
    return found


_ARTICLES = word_set("the a an its his her their")
_QUANTITIES = {("at", "least"), ("at", "most"), ("more", "than"), ("up", "to"), ("as", "many")}


def takes_object(at: int, lows: list[str]) -> bool:
    """Whether what follows can only begin an object: an article, "at least six"."""
    return (at + 1 < len(lows) and lows[at + 1] in _ARTICLES) or counts(at, lows)


def counts(at: int, lows: list[str]) -> bool:
    """Whether "at least", "more than" and the like follow."""
    return tuple(lows[at + 1 : at + 3]) in _QUANTITIES


_NEVER_FINITE = word_set("be been being having")


def later_verbs(words: list[str], lows: list[str], classes: list[int]) -> list[bool]:
    """For each token, whether an unmistakable finite verb follows before the clause ends."""
    later = [False] * len(words)
    seen = False
    for at in range(len(words) - 1, -1, -1):
        later[at] = seen
        kind = classes[at]
        before = classes[at - 1] if at else 0
        if before & CONJ:
            unmistakable = False  # the second verb of two says nothing of the first
        elif kind & (AUX | MODAL):
            unmistakable = lows[at - 1] != "to" and lows[at] not in _NEVER_FINITE
        elif kind & THIRD and not kind & NOUN:
            unmistakable = not (at and is_number(lows[at - 1]))
        elif kind & (BASE | THIRD) and not before & (DET | PREP | AUX | MODAL) and at:
            unmistakable = lows[at - 1] != "to" and takes_object(at, lows)
        else:
            unmistakable = False
        idiom = at + 1 < len(lows) and (lows[at], lows[at + 1]) in PHRASAL
        if (unmistakable and words[at][0].islower()) or (idiom and not before & (PREP | DET)):
            seen = True
        elif (
            (kind & (REL | SUB) and not kind & PREP and words[at][0].islower())
            or (kind & CONJ and at and words[at - 1] == ",")
            or words[at] in ".;:"
        ):
            seen = False
    return later


def idioms(lows: list[str], lexicon: Lexicon) -> set[int]:
    """Where verbs of several words begin that the rules know: "set fire to", "gain control of"."""
    found: set[int] = set()
    for at, low in enumerate(lows):
        for rest, _ in lexicon.verbs.get(low, ()):
            if rest and GAP not in rest and tuple(lows[at + 1 : at + 1 + len(rest)]) == rest:
                found.add(at)
                break
    return found


def finite_soon(
    at: int, words: list[str], lows: list[str], classes: list[int], idioms: Container[int]
) -> bool:
    """Whether an unmistakable finite verb follows before the next comma."""
    for ahead in range(at + 1, len(words)):
        kind = classes[ahead]
        if words[ahead] in ",.;:":
            return False
        if kind & (AUX | MODAL) and lows[ahead] not in ("be", "been", "being", "having"):
            return True
        if kind & THIRD and not kind & NOUN and words[ahead][0].islower():
            return True
        if kind & BASE and not kind & NOUN and ahead > at + 1 and lows[ahead - 1].endswith("s"):
            return True
        if ahead + 1 < len(words) and (lows[ahead], lows[ahead + 1]) in PHRASAL:
            return True
        if (
            kind & (BASE | THIRD)
            and kind & NOUN
            and ahead > at + 1
            and (
                ahead in idioms
                or (kind & PAST and lows[ahead - 1].endswith("s"))
                or opens_phrase(
                    words[ahead + 1] if ahead + 1 < len(words) else ".",
                    classes[ahead + 1] if ahead + 1 < len(words) else 0,
                )
            )
        ):
            return True
    return False


def past_ahead(at: int, words: list[str], classes: list[int]) -> bool:
    """Whether a past form follows soon: "after rebels killed ..."."""
    for ahead in range(at + 1, min(at + 9, len(words))):
        kind = classes[ahead]
        if words[ahead] in ",.;:" or kind & (SUB | REL):
            return False
        if kind & PAST and not kind & NOUN and words[ahead][0].islower():
            nxt = words[ahead + 1] if ahead + 1 < len(words) else "."
            follows = classes[ahead + 1] if ahead + 1 < len(words) else 0
            return ahead > at + 1 and (
                bool(follows & DET) or nxt[0].isdigit() or nxt[0].isupper() or not kind & PARTICIPLE
            )
    return False


def opens_phrase(following: str, after: int) -> bool:
    """Whether a nominal begins: "the", a number, a name, a pronoun."""
    return bool(after & (DET | PRON)) or following[0].isupper() or is_number(following)


def head_of_subject(at: int, tags: list[str]) -> int:
    """The noun before the first preposition: "attacks" in "attacks across Iraq kill"."""
    begin = at
    while begin and tags[begin - 1] in "NDPCE'":
        begin -= 1
    for place in range(begin, at):
        if tags[place] in "PE" and place > begin and tags[place - 1] == "N":
            return place - 1
    return at - 1


def quantities(tags: str, lows: list[str]) -> str:
    """Mark "at least", "more than", "as many as" before a number as part of it."""
    if not any(low[0].isdigit() or low in NUMBER_WORDS for low in lows):
        return tags
    letters = list(tags)
    for at, low in enumerate(lows):
        if not is_number(low):
            continue
        begin = at
        while begin and begin > at - 4 and lows[begin - 1] in QUANTITY:
            begin -= 1
        while begin < at and lows[begin] in ("to", "than", "many", "few", "between", "as", "an"):
            if lows[begin] == "as" and begin + 1 < at and lows[begin + 1] in ("many", "few"):
                break
            begin += 1
        if begin < at and lows[begin] in ("at", "up", "more", "over", "as", "less", "fewer",
                                          "about", "nearly", "almost", "around", "approximately",
                                          "some", "under", "roughly", "only", "estimated",
                                          "another", "just", "least", "most"):  # fmt: skip
            if lows[begin] == "at" and lows[begin + 1] not in ("least", "most"):
                continue
            if lows[begin] == "up" and lows[begin + 1] != "to":
                continue
            for inside in range(begin, at):
                letters[inside] = "D"
        letters[at] = "N" if letters[at] not in "VEG" else letters[at]
    return "".join(letters)
