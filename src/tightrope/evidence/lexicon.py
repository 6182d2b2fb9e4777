"""The rules compiled for reading: what each word may be, and which sequences of words mean what.

Sequences are looked up by their first word; the longest that fits wins. Names match as written,
everything else in lower case.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from tightrope.evidence.inflection import plural, verb_forms
from tightrope.evidence.rulebook import table_rules, yaml_rules
from tightrope.evidence.tokens import words_of

DET, PREP, SUB, CONJ, REL, PRON, AUX, MODAL, ADV, NEG = (1 << n for n in range(10))
BASE, THIRD, PAST, PARTICIPLE, GERUND, NOUN, TIME = (1 << n for n in range(10, 17))
VERB = BASE | THIRD | PAST | PARTICIPLE | GERUND
GAP = "..."
LONGEST_GAP = 6


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
    accidents: Table
    sports: Table
    doubled: frozenset[str]
    demonyms: frozenset[str]
    beside: dict[str, tuple[frozenset[str], Act]]
    """Nouns that mean another act beside certain words."""
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
            for skip in range(at + 1, min(at + 1 + LONGEST_GAP, limit)):
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
    bases = {lemma.split()[0] for lemma, _ in acts}
    bases |= set(words["verbs"]) | set(words["saying"])
    bases |= {phrase.split()[0] for phrase in words["light"] + words["happenings"]}
    for base in bases:
        if base in ("be", "not", "will", "have"):
            continue
        forms = verb_forms(base, irregular, doubled)
        for form, bit in zip(forms, (BASE, THIRD, PAST, PARTICIPLE, GERUND), strict=True):
            classes[form] = classes.get(form, 0) | bit
            lemmas.setdefault(form, base)
    verbs: Table = {}
    for lemma, act in acts:
        _add_verb(verbs, lemma, act, irregular, doubled)
    light: Table = {}
    for phrase in words["light"]:
        _add_verb(light, phrase, phrase, irregular, doubled)
    nouns: Table = {}
    compounds: set[tuple[str, ...]] = set()
    beside: dict[str, tuple[frozenset[str], Act]] = {}
    groups = yaml_rules("nouns")
    for lemma, act in _acts("nouns", True):
        near = groups[act.group].get("beside")
        for form in {lemma, plural(lemma)}:
            if near:
                beside[form] = (frozenset(near), act)
                continue
            _add(nouns, form.lower(), act)
            if " " in form:
                compounds.add(tuple(form.lower().split()[-2:]))
    return Lexicon(
        classes, _sorted(verbs), _sorted(nouns), _sorted(_names()), _sorted(_roles()), lemmas,
        _sorted(light), frozenset(words["happenings"]), frozenset(words["saying"]),
        _sorted(_list(words["accidents"])), _sorted(_list(words["sports"])), doubled,
        frozenset(w for row in table_rules("countries") for w in _split(row["adjectives"])
                  if w not in ("US", "U.S.", "Serb", "Croat")), beside,
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
            found.append((lemma, act))
    return found


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
    for form in set(verb_forms(head, irregular, doubled)):
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
        entries.sort(key=lambda entry: (-len(entry[0]), GAP in entry[0]))
    return table


def _list(phrases: list[str]) -> Table:
    table: Table = {}
    for phrase in phrases:
        _add(table, phrase, True)
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


def _spellings(phrase: str) -> set[str]:
    """A name as listed, and as it stands at the head of a sentence or with a curly apostrophe."""
    return {phrase, phrase[0].upper() + phrase[1:], phrase.replace("'", "’")}


def _roles() -> Table:
    table: Table = {}
    for row in table_rules("roles"):
        for phrase in _split(row["words"]):
            entry = Name(row["name"], row["kind"], "", phrase)
            for form in {phrase, plural(phrase)} if not phrase.endswith("s") else {phrase}:
                _add(table, form, entry)
    return table


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]
