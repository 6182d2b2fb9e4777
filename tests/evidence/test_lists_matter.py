"""Each list of words is needed: its test sentences are read otherwise without it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tightrope.evidence.rulebook import yaml_rules

TESTED = [name for name, told in yaml_rules("lists").items() if told.get("tests")]
_WITHOUT = """
import sys
from tightrope.evidence.rulebook import yaml_rules

name, folder = sys.argv[1:]
told = yaml_rules("lists")[name]
told["words"] = ["zzz"]  # before anything that reads is loaded
sys.path.insert(0, folder)
from test_rules import test_sentence_beside_a_rule

for case in told["tests"]:
    try:
        test_sentence_beside_a_rule(case, "")
    except (AssertionError, TypeError):
        continue
    sys.exit(f"{case['text']!r} is read so without the list, too")
"""


@pytest.mark.parametrize("name", TESTED)
def test_its_sentences_are_read_otherwise_without_it(name: str) -> None:
    here = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT, name, here], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
