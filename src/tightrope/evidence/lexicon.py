"""The rules compiled for reading: what each word may be, and which sequences of words mean what.

Sequences are looked up by their first word; the longest that fits wins. Names match as written,
everything else in lower case. In the rules ``a|b`` stands for either word, ``word(s)`` for a noun
and its plural.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

from tightrope.evidence.inflection import plural, verb_forms
from tightrope.evidence.rulebook import table_rules, yaml_rules
from tightrope.evidence.tokens import word_set, words_of

DET, PREP, SUB, CONJ, REL, PRON, AUX, MODAL, ADV, NEG = (1 << n for n in range(10))
BASE, THIRD, PAST, PARTICIPLE, GERUND, NOUN, TIME = (1 << n for n in range(10, 17))
VERB = BASE | THIRD | PAST | PARTICIPLE | GERUND
GAP = "..."
LONGEST_GAP = 8
NOT_OVER = word_set(", . ; : after before while when who which that because amid following")
"""What no gap reaches over."""


@dataclass(frozen=True, slots=True, eq=False)
class Act:
    """A verb or noun that names an act, and how its two sides are expressed."""

    lemma: str
    plover: str
    mode: str | None
    noun: bool
    role: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    amounts: str
    group: int


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """What a name or a role noun stands for.

    ``kind``: state, adjective, people, capital, place, office, and the kinds of the rule files.
    """

    name: str
    kind: str
    country: str
    key: str


NO_ACT = "none"
"""In the place of a type: a phrase that names no act though a part of it would."""

Beside = dict[str, list[tuple[frozenset[str], Act]]]
Entry = tuple[tuple[str, ...], Any]
Table = dict[str, list[Entry]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that reading looks up."""

    classes: dict[str, int]
    verbs: Table
    nouns: Table
    names: Table
    roles: Table
    lemmas: dict[str, str]
    light: Table
    happenings: frozenset[str]
    saying: frozenset[str]
    matters: Table
    """Words of what is no politics: accidents, sport, business, ..."""
    doubled: frozenset[str]
    demonyms: frozenset[str]
    beside: Beside
    """Nouns that mean another act beside certain words."""
    beside_verbs: Beside
    compounds: frozenset[tuple[str, str]]
    """Last two words of nouns of several words: "bomb attacks"."""


def longest(table: Table, words: list[str], at: int, limit: int) -> tuple[int, Any] | None:
    """The longest entry that begins at ``at``: where it ends, and what it is."""
    entries = table.get(words[at])
    if entries is None:
        return None
    for rest, value in entries:
        end = _end_of(rest, words, at + 1, limit)
        if end:
            return end, value
    return None


def _end_of(rest: tuple[str, ...], words: list[str], at: int, limit: int) -> int:
    for number, word in enumerate(rest):
        if word == GAP:
            for skip in range(at, min(at + 1 + LONGEST_GAP, limit)):
                if skip > at and words[skip - 1] in NOT_OVER:
                    return 0
                end = _end_of(rest[number + 1 :], words, skip, limit)
                if end:
                    return end
            return 0
        if at >= limit or words[at] != word:
            return 0
        at += 1
    return at


@cache
def lexicon() -> Lexicon:
    """The rules that are shipped, compiled once."""
    words: dict[str, list[str]] = yaml_rules("words")
    irregular: dict[str, list[str]] = dict(yaml_rules("words")["irregular"])
    doubled = frozenset(words["doubled"])
    classes: dict[str, int] = {}
    lemmas: dict[str, str] = {}
    for kind, bit in (
        ("determiners", DET), ("prepositions", PREP), ("subordinators", SUB),
        ("conjunctions", CONJ), ("relatives", REL), ("pronouns", PRON), ("auxiliaries", AUX),
        ("modals", MODAL), ("adverbs", ADV), ("negations", NEG), ("time_nouns", TIME),
        ("nouns_too", NOUN),
    ):  # fmt: skip
        for word in words[kind]:
            classes[word] = classes.get(word, 0) | bit
    acts = _acts("verbs", False)
    bases = dict.fromkeys([
        *(phrase.split()[0] for phrase, _ in acts), *words["verbs"], *words["saying"],
        *(phrase.split()[0] for phrase in words["light"] + words["happenings"]),
    ])  # fmt: skip
    for base in sorted(bases, key=lambda base: base not in irregular):  # "found" is of "find"
        if base in ("be", "not", "will", "have"):
            continue
        forms = verb_forms(base, irregular, doubled)
        for form, bit in zip(forms, (BASE, THIRD, PAST, PARTICIPLE, GERUND), strict=True):
            classes[form] = classes.get(form, 0) | bit
            lemmas.setdefault(form, base)
    verbs: Table = {}
    beside_verbs: Beside = {}
    for phrase, act in acts:
        near = yaml_rules("verbs")[act.group].get("beside")
        if near:
            for form in verb_forms(phrase, irregular, doubled):
                beside_verbs.setdefault(form, []).append((frozenset(near), act))
        else:
            _add_verb(verbs, phrase, act, irregular, doubled)
    for form, others in beside_verbs.items():
        _add(verbs, form, replace(others[0][1], plover=NO_ACT))  # unless it is an act anyway
    light: Table = {}
    for phrase in words["light"]:
        _add_verb(light, phrase, phrase, irregular, doubled)
    nouns: Table = {}
    compounds: set[tuple[str, ...]] = set()
    beside: Beside = {}
    groups = yaml_rules("nouns")
    for lemma, act in _acts("nouns", True):
        near = groups[act.group].get("beside")
        for form in _numbers(lemma):
            if near:
                beside.setdefault(form, []).append((frozenset(near), act))
                continue
            _add(nouns, form.lower(), act)
            if " " in form:
                compounds.add(tuple(form.lower().split()[-2:]))
    return Lexicon(
        classes, _sorted(verbs), _sorted(nouns), _sorted(_names()), _sorted(_roles()), lemmas,
        _sorted(light), frozenset(words["happenings"]), frozenset(words["saying"]),
        _sorted(_matters(yaml_rules("words")["matters"])), doubled,
        frozenset(w for row in table_rules("countries") for w in _split(row["adjectives"])
                  if w not in ("US", "U.S.", "Serb", "Croat")), beside, beside_verbs,
        frozenset((one, two) for one, two in compounds),
    )  # fmt: skip


def _acts(file: str, noun: bool) -> list[tuple[str, Act]]:
    found: list[tuple[str, Act]] = []
    for number, group in enumerate(yaml_rules(file)):
        plover, _, mode = group["plover"].partition("/")
        source = group.get("source", "subject")
        for lemma in group["nouns" if noun else "verbs"]:
            act = Act(
                lemma, plover, mode or None, noun, group.get("role", ""),
                tuple(source) if isinstance(source, list) else (source,),
                tuple(group.get("target", ())), group.get("amounts", ""), number,
            )  # fmt: skip
            found += [(phrase, act) for phrase in spelt_out(lemma)]
    return found


def spelt_out(pattern: str) -> list[str]:
    """All phrases that a pattern stands for.

    >>> spelt_out("stage|hold ... rally(s)")
    ['stage ... rally', 'stage ... rallies', 'hold ... rally', 'hold ... rallies']
    """
    options = [
        [form for word in piece.split("|") for form in _both_numbers(word)]
        for piece in pattern.split()
    ]
    return [" ".join(words) for words in product(*options)]


def _numbers(noun: str) -> list[str]:
    """Singular and plural; what ends like a plural is one."""
    return [noun] if noun.endswith("s") else [noun, plural(noun)]


def _both_numbers(word: str) -> list[str]:
    stem = word.removesuffix("(s)")
    return [word] if stem == word else [stem, plural(stem)]


def _add_verb(
    table: Table, lemma: str, value: Any, irregular: dict[str, list[str]], doubled: frozenset[str]
) -> None:
    head, *rest = lemma.split()
    if head in ("will", "not"):
        _add(table, lemma, value)
        return
    if head == "be":
        for form in ("is", "are", "was", "were", "be", "been", "being"):
            _add(table, " ".join([form, *rest]), value)
        return
    for form in dict.fromkeys(verb_forms(head, irregular, doubled)):
        _add(table, " ".join([form, *rest]), value)


def _add(table: Table, phrase: str, value: Any) -> None:
    parts: list[str] = []
    for piece in phrase.split():
        parts += [GAP] if piece == GAP else words_of(piece)
    entries = table.setdefault(parts[0], [])
    rest = tuple(parts[1:])
    if all(known != rest for known, _ in entries):
        entries.append((rest, value))


def _sorted(table: Table) -> Table:
    for entries in table.values():
        entries.sort(key=_specific)
    return table


def _specific(entry: Entry) -> tuple[int, bool]:
    """More words first; of as many, those that stand together."""
    gaps = entry[0].count(GAP)
    return gaps - len(entry[0]), gaps > 0


def _matters(words: dict[str, list[str]]) -> Table:
    table: Table = {}
    for matter, phrases in words.items():
        for phrase in phrases:
            _add(table, phrase, matter)
    return table


def _names() -> Table:
    table: Table = {}
    for row in table_rules("countries"):
        country = row["name"]
        for phrase in [country, *_split(row["also"])]:
            _add(table, phrase, Name(country, "state", country, country))
        for phrase in _split(row["adjectives"]):
            _add(table, phrase, Name(country, "adjective", country, country))
        for phrase in _split(row["people"]):
            _add(table, phrase, Name(phrase, "people", country, country))
        for phrase in _split(row["capital"]):
            _add(table, phrase, Name(country, "capital", country, country))
    for row in table_rules("organisations"):
        entry = Name(row["name"], row["kind"], row["country"], row["name"])
        for phrase in [row["name"], *_split(row["also"])]:
            for spelling in _spellings(phrase):
                _add(table, spelling, entry)
    for row in table_rules("places"):
        for phrase in _split(row["places"]):
            _add(table, phrase, Name(phrase, "place", row["country"], phrase))
    return table


def _spellings(phrase: str) -> Iterable[str]:
    """A name as listed, and as it stands at the head of a sentence or with a curly apostrophe."""
    return dict.fromkeys([phrase, phrase[0].upper() + phrase[1:], phrase.replace("'", "’")])


def _roles() -> Table:
    table: Table = {}
    for row in table_rules("roles"):
        for phrase in _split(row["words"]):
            entry = Name(row["name"], row["kind"], "", phrase)
            for form in _numbers(phrase):
                _add(table, form, entry)
    return table


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]
