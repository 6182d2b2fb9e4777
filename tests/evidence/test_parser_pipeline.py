"""A real spaCy pipeline, trained here on a few sentences in either label scheme, loaded by name."""

from __future__ import annotations

import importlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tightrope.errors import ReadingRefused
from tightrope.evidence.dependency import DependencyFinder
from tightrope.evidence.hearing import Hearing
from tightrope.evidence.reader import Reader, read_statements
from told import document

spacy: Any = pytest.importorskip("spacy")

# Words, heads and labels of invented sentences: clear labels, then universal ones.
CLEAR = [
    ("Rebels attacked Lima .", [1, 1, 1, 1], ["nsubj", "ROOT", "dobj", "punct"]),
    ("Peru attacked Chile .", [1, 1, 1, 1], ["nsubj", "ROOT", "dobj", "punct"]),
    ("Lima was attacked by rebels .", [2, 2, 2, 2, 3, 2],
     ["nsubjpass", "auxpass", "ROOT", "agent", "pobj", "punct"]),
    ("Envoys were attacked by Peru .", [2, 2, 2, 2, 3, 2],
     ["nsubjpass", "auxpass", "ROOT", "agent", "pobj", "punct"]),
]  # fmt: skip
UNIVERSAL = [
    ("Rebels attacked Lima .", [1, 1, 1, 1], ["nsubj", "ROOT", "obj", "punct"]),
    ("Peru attacked Chile .", [1, 1, 1, 1], ["nsubj", "ROOT", "obj", "punct"]),
    ("Lima was attacked by rebels .", [2, 2, 2, 4, 2, 2],
     ["nsubj:pass", "aux:pass", "ROOT", "case", "obl:agent", "punct"]),
    ("Envoys were attacked by Peru .", [2, 2, 2, 4, 2, 2],
     ["nsubj:pass", "aux:pass", "ROOT", "case", "obl:agent", "punct"]),
]  # fmt: skip


def _trained(sentences: list[Any], folder: Path) -> str:
    """The path of a pipeline that has learned the sentences by heart."""
    training: Any = importlib.import_module("spacy.training")
    tokens: Any = importlib.import_module("spacy.tokens")
    nlp = spacy.blank("en")
    nlp.add_pipe("parser", config={"min_action_freq": 1})
    examples = []
    for text, heads, labels in sentences:
        words = text.split()
        doc = tokens.Doc(nlp.vocab, words=words)
        told = {"words": words, "heads": heads, "deps": labels}
        examples.append(training.Example.from_dict(doc, told))
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(60):
        nlp.update(examples, sgd=optimizer)
    nlp.to_disk(folder)
    return str(folder)


@pytest.fixture(scope="module", params=[CLEAR, UNIVERSAL], ids=["clear", "universal"])
def pipeline(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    return _trained(request.param, tmp_path_factory.mktemp("spacy") / "tiny")


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("Peru attacked Chile.", "Peru", "Chile"),
        ("Lima was attacked by rebels.", "rebels", "Lima"),
    ],
)
def test_a_pipeline_that_is_loaded_by_name_finds_the_sides(
    pipeline: str, text: str, source: str, target: str
):
    reader = Reader(finder=DependencyFinder.of_pipeline(pipeline), least=0.0)
    (found,) = read_statements(document(text, published=date(2024, 1, 1)), reader)
    assert found.source is not None and found.source.text == source
    assert found.target is not None and found.target.text == target


def test_the_command_line_takes_it(pipeline: str):
    told = Hearing(None, pipeline)(document("Peru attacked Chile.", published=date(2024, 1, 1)))
    assert [(s.source and s.source.name, s.target and s.target.name) for s in told] == [
        ("Peru", "Chile")
    ]


def test_a_pipeline_without_a_parser_is_refused(tmp_path: Path):
    spacy.blank("en").to_disk(tmp_path / "bare")
    with pytest.raises(ReadingRefused, match="has no dependency parser"):
        DependencyFinder.of_pipeline(str(tmp_path / "bare"))
