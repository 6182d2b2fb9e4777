"""What the tagger asks of the words around: what follows, what is fixed, where a number begins."""

from __future__ import annotations

from tightrope.evidence.lexicon import (
    AUX,
    BASE,
    CONJ,
    DET,
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
from tightrope.evidence.tokens import word_set

_QUANTITY = word_set(
    "at more up as over about nearly almost around approximately some fewer less under "
    "roughly least most than to many few an estimated another only between just"
)


NUMBER_WORDS = word_set(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
    "ninety hundred thousand million billion dozen dozens hundreds thousands scores several"
)


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


def later_verbs(words: list[str], lows: list[str], classes: list[int]) -> list[bool]:
    """For each token, whether an unmistakable finite verb follows before the clause ends."""
    later = [False] * len(words)
    seen = False
    for at in range(len(words) - 1, -1, -1):
        later[at] = seen
        kind = classes[at]
        if (
            (kind & (AUX | MODAL) and lows[at] not in ("be", "been", "being", "having"))
            or (kind & THIRD and not kind & NOUN and words[at][0].islower())
            or (at + 1 < len(lows) and (lows[at], lows[at + 1]) in PHRASAL)
        ):
            seen = True
        elif (
            (kind & (REL | SUB) and not kind & PREP and words[at][0].islower())
            or (kind & CONJ and at and words[at - 1] == ",")
            or words[at] in ".;:"
        ):
            seen = False
    return later


def finite_soon(at: int, words: list[str], lows: list[str], classes: list[int]) -> bool:
    """Whether an unmistakable finite verb follows before the next comma."""
    for ahead in range(at + 1, len(words)):
        kind = classes[ahead]
        if words[ahead] in ",.;:":
            return False
        if kind & (AUX | MODAL) and lows[ahead] not in ("be", "been", "being", "having"):
            return True
        if kind & THIRD and not kind & NOUN and words[ahead][0].islower():
            return True
        if ahead + 1 < len(words) and (lows[ahead], lows[ahead + 1]) in PHRASAL:
            return True
        if (
            kind & (BASE | THIRD)
            and kind & NOUN
            and ahead > at + 1
            and opens_phrase(
                words[ahead + 1] if ahead + 1 < len(words) else ".",
                classes[ahead + 1] if ahead + 1 < len(words) else 0,
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
    return bool(after & (DET | PRON)) or following[0].isdigit() or following[0].isupper()


def head_of_subject(at: int, tags: list[str]) -> int:
    """The noun before the first preposition: "attacks" in "attacks across Iraq kill"."""
    begin = at
    while begin and tags[begin - 1] in "NDP'":
        begin -= 1
    for place in range(begin, at):
        if tags[place] == "P" and place > begin and tags[place - 1] == "N":
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
        while begin and begin > at - 4 and lows[begin - 1] in _QUANTITY:
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
