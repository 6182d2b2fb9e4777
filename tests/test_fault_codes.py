"""Every fault code of the theatre's files stands in the reference, with meaning and remedy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
REFERENCE = REPOSITORY / "docs" / "theatre-language.md"
FOLDERS = [REPOSITORY / "src" / "tightrope" / name for name in ("theatre", "history")]
SECTIONS = ["actor", "level", "condition", "event", "mechanism", "source", "subsystem"]

# Where the code stands among the arguments of what notes a fault.
NOTES = {"fault": 1, "fault_at": 1, "add_fault": 3}
# What the codes that are put together can become.
COMPOSED = {
    "resolve.py: no-{section}": [f"no-{name}s" for name in SECTIONS],
    "resolve.py: unknown-{kind}": [f"unknown-{name}" for name in SECTIONS],
    "checks.py: unknown-{kind}": ["unknown-event", "unknown-actor", "unknown-condition",
                                  "unknown-source", "unknown-mechanism"],
    # A mechanism's cell may be empty.
    "checks.py: missing-{kind}": ["missing-event", "missing-actor", "missing-condition",
                                  "missing-source"],
    "checks.py: unknown-{column}": ["unknown-status", "unknown-plover", "unknown-tie"],
    "checks.py: bad-{column}": ["bad-count", "bad-deaths"],
}  # fmt: skip


def codes_in(file: Path) -> Iterator[str]:
    """The codes that a module notes; of one put together the pattern, with the module's name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else None
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in NOTES:
                yield from spelled(file, node.args[NOTES[name]])
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "rules":
            rules = node.value.keys if isinstance(node.value, ast.Dict) else []
            yield from chain.from_iterable(spelled(file, key) for key in rules if key)


def spelled(file: Path, code: ast.expr) -> Iterator[str]:
    if isinstance(code, ast.Constant):
        yield str(code.value)
    elif isinstance(code, ast.JoinedStr):
        yield f"{file.name}: {ast.unparse(code)[2:-1]}"
    else:  # handed on from whoever named it
        assert isinstance(code, ast.Name) and code.id in ("code", "kind"), ast.unparse(code)


def noted() -> set[str]:
    modules = chain.from_iterable(folder.glob("*.py") for folder in FOLDERS)
    found = set(chain.from_iterable(map(codes_in, modules)))
    composed = {code for code in found if "{" in code}
    assert composed == set(COMPOSED)
    return (found - composed) | {code for name in composed for code in COMPOSED[name]}


def documented() -> list[tuple[list[str], str, str]]:
    """The rows of the reference's tables of faults: codes, meaning, remedy."""
    section = REFERENCE.read_text(encoding="utf-8").partition("## Codes of faults\n")[2]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    rows = [row for row in rows if row[0] != "code" and set(row[0]) - set("-|")]
    return [(re.findall(r"`([a-z0-9-]+)`", codes), *rest) for codes, *rest in rows]


def test_every_code_is_documented_and_every_documented_code_is_used() -> None:
    told = [code for codes, _, _ in documented() for code in codes]
    assert sorted(told) == sorted(noted())


def test_every_code_has_a_meaning_and_a_remedy() -> None:
    for codes, meaning, remedy in documented():
        assert codes and len(meaning) > 5 and len(remedy) > 3, codes
