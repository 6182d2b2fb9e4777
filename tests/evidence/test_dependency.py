"""The parser's seam: arcs drawn by hand in both label schemes, and refusals in plain words."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from datetime import date

import pytest

from tightrope.errors import ReadingRefused
from tightrope.evidence.dependency import DependencyFinder
from tightrope.evidence.document import Document
from tightrope.evidence.reader import Reader, read_statements


@dataclass(eq=False)
class Arc:
    i: int
    lower_: str
    dep_: str = "dep"
    children: list[Arc] = field(default_factory=list)

    def __post_init__(self):
        self.head = self


def drawn(arcs: dict[str, tuple[str, str]]):
    """A parser that knows one tree: word -> (label, head)."""

    def parse(words: list[str]) -> list[Arc]:
        tokens = [Arc(i, word.lower()) for i, word in enumerate(words)]
        place = {word: token for word, token in zip(words, tokens, strict=True)}
        for word, (label, head) in arcs.items():
            place[word].dep_, place[word].head = label, place[head]
            place[head].children.append(place[word])
        return tokens

    return parse


CLEAR = {
    "Envoys": ("nsubjpass", "attacked"), "by": ("agent", "attacked"), "rebels": ("pobj", "by"),
    "near": ("prep", "attacked"), "soldiers": ("pobj", "near"),
}  # fmt: skip
UNIVERSAL = {
    "Envoys": ("nsubj:pass", "attacked"), "rebels": ("obl:agent", "attacked"),
    "by": ("case", "rebels"), "soldiers": ("obl", "attacked"), "near": ("case", "soldiers"),
}  # fmt: skip


@pytest.mark.parametrize("arcs", [CLEAR, UNIVERSAL])
def test_both_label_schemes_find_the_same_sides(arcs: dict[str, tuple[str, str]]):
    text = "Envoys were attacked near soldiers by rebels."
    reader = Reader(finder=DependencyFinder(drawn(arcs)), least=0.0)
    (found,) = read_statements(Document("x", text, (), "1", date(2024, 1, 1)), reader)
    assert found.source is not None and found.source.text == "rebels"
    assert found.target is not None and found.target.text == "Envoys"


def test_an_arc_overrules_the_shallow_grammar():
    text = "Peru attacks Chile."
    arcs = {"Chile": ("nsubj", "attacks"), "Peru": ("dobj", "attacks")}
    reader = Reader(finder=DependencyFinder(drawn(arcs)), least=0.0)
    (found,) = read_statements(Document("x", text, (), "1", date(2024, 1, 1)), reader)
    assert found.source is not None and found.target is not None
    assert (found.source.text, found.target.text) == ("Chile", "Peru")


def test_a_parser_that_is_not_there_is_refused():
    missing = importlib.util.find_spec("spacy") is None
    says = "spaCy is not installed; install" if missing else "no spaCy pipeline 'no_such'"
    with pytest.raises(ReadingRefused, match=says):
        DependencyFinder.of_pipeline("no_such")
