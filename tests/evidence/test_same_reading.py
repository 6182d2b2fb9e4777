"""Reading is the same in every process: nothing hangs on the order of sets."""

from __future__ import annotations

import os
import subprocess
import sys

_READ = """
from tightrope.evidence.document import Document
from tightrope.evidence.lexicon import lexicon
from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.rulebook import yaml_rules

rules = lexicon()
for table in (rules.lemmas, rules.verbs, rules.nouns, rules.names, rules.roles, rules.light):
    print(sorted((word, str(entries)) for word, entries in table.items()))
for groups in (yaml_rules("verbs"), yaml_rules("nouns"), yaml_rules("lists").values()):
    for told in groups:
        for case in told.get("tests", ()):
            for statement in read_statements(Document("rule", case["text"], ()), Reader(least=0.0)):
                print(statement)
"""


def test_the_order_of_sets_does_not_matter() -> None:
    printed = [
        subprocess.run(
            [sys.executable, "-c", _READ], env={**os.environ, "PYTHONHASHSEED": seed},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("0", "2")
    ]  # fmt: skip
    assert len(printed[0]) > 100_000
    assert printed[0] == printed[1]
