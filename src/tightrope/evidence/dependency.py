"""The sides of an act by a dependency parser: any spaCy pipeline that is installed.

Only the finding of arguments is replaced (``ArgumentFinder``): words, acts, names, dates and
numbers are read as ever. Both label schemes are known, that of spaCy's English pipelines
(``nsubjpass``, ``agent``, ``pobj``) and Universal Dependencies (``nsubj:pass``, ``obl:agent``,
``case``). Where the parser finds nobody, and for acts that are nouns, the shallow grammar has its
say.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from tightrope.errors import ReadingRefused
from tightrope.evidence.arguments import ShallowFinder, Sides
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.triggers import Trigger

_SUBJECT = ("nsubj", "csubj")
_PASSIVE = ("nsubjpass", "nsubj:pass", "csubjpass", "csubj:pass")
_OBJECT = ("dobj", "obj")
_AGENT = ("agent", "obl:agent")
_PREPOSITIONAL = ("prep", "obl", "nmod", "obl:arg", "iobj")


class Token(Protocol):
    """What is asked of a parsed token; spaCy's tokens have it."""

    @property
    def i(self) -> int:
        """Position in the sentence."""
        ...

    @property
    def dep_(self) -> str:
        """Label of the arc to its head."""
        ...

    @property
    def lower_(self) -> str:
        """The word in lower case."""
        ...

    @property
    def head(self) -> Token:
        """The token on which it depends; itself at the root."""
        ...

    @property
    def children(self) -> Iterable[Token]:
        """The tokens that depend on it."""
        ...


class DependencyFinder:
    """Finds the sides of verbs in the arcs of a dependency parse."""

    def __init__(self, parse_words: Callable[[list[str]], Sequence[Token]]):
        self._parse_words = parse_words
        self._shallow = ShallowFinder()
        self._last: tuple[Parse, Sequence[Token]] | None = None

    @classmethod
    def of_pipeline(cls, name: str) -> DependencyFinder:
        """The finder of an installed spaCy pipeline.

        Raises ReadingRefused if spaCy or the pipeline is not there, or it parses no dependencies.
        """
        return cls(_pipeline(name))

    def sides(self, trigger: Trigger, parse: Parse) -> Sides:
        """Source and target of an act."""
        shallow = self._shallow.sides(trigger, parse)
        if trigger.act.noun or trigger.verb is None:
            return shallow
        if self._last is None or self._last[0] is not parse:
            self._last = (parse, self._parse_words(parse.sentence.words))
        verb = self._last[1][trigger.verb.head]
        source, target = _source(verb), _target(verb, trigger)
        if trigger.act.source == ("none",):
            source = None
        found = _phrase(target, parse) or shallow.target
        return Sides(_phrase(source, parse) or shallow.source, found, found)


def _pipeline(name: str) -> Callable[[list[str]], Sequence[Token]]:
    try:
        spacy: Any = importlib.import_module("spacy")
        tokens: Any = importlib.import_module("spacy.tokens")
    except ImportError:
        raise ReadingRefused(
            "spaCy is not installed; install tightrope[parser], or read without --parser"
        ) from None
    try:
        nlp = spacy.load(name)
    except OSError:
        raise ReadingRefused(
            f"no spaCy pipeline {name!r} is installed; `python -m spacy info` lists those that are"
        ) from None
    if "parser" not in nlp.pipe_names:
        raise ReadingRefused(f"the spaCy pipeline {name!r} has no dependency parser; take another")
    return lambda words: nlp(tokens.Doc(nlp.vocab, words=words))


def _child(token: Token, labels: Sequence[str]) -> Token | None:
    return next((child for child in token.children if child.dep_ in labels), None)


def _source(verb: Token) -> Token | None:
    if _child(verb, _PASSIVE) is not None or (verb.dep_ in ("acl", "acl:relcl") and _agent(verb)):
        return _agent(verb)
    subject = _child(verb, _SUBJECT)
    if subject is None and verb.dep_ in ("conj", "xcomp", "advcl") and verb.head is not verb:
        return _source(verb.head)
    return subject


def _agent(verb: Token) -> Token | None:
    agent = _child(verb, _AGENT)
    if agent is None:
        return None
    return _child(agent, ("pobj",)) or (None if agent.lower_ == "by" else agent)


def _target(verb: Token, trigger: Trigger) -> Token | None:
    for where in trigger.act.target:
        if where in ("object", "subject"):
            labels = (*_PASSIVE, *_OBJECT) if where == "object" else (*_PASSIVE, *_SUBJECT)
            found = _child(verb, labels)
        else:
            found = _behind(verb, where)
        if found is not None:
            return found
    return None


def _behind(verb: Token, word: str) -> Token | None:
    """The noun behind a preposition, in either scheme."""
    for child in verb.children:
        if child.dep_ not in _PREPOSITIONAL:
            continue
        if child.lower_ == word:
            return _child(child, ("pobj",))
        case = _child(child, ("case",))
        if case is not None and case.lower_ == word:
            return child
    return None


def _phrase(token: Token | None, parse: Parse) -> Phrase | None:
    return None if token is None else parse.phrase_at[token.i]
