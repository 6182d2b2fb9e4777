"""docs/import.md names every code, every limit and every usual column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tightrope.adapters import coverage, entries, event_types, lines, questions
from tightrope.tables import faults, values

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs/import.md").read_text(encoding="utf-8")
CODES = re.compile(
    r'"((?:bad|no|too|not|missing|duplicate|wrong|known|csv|json|long|nested)-[a-z0-9-]+'
    r'|unreadable|empty|packed)"'
)


def test_every_code_is_explained() -> None:
    package = REPOSITORY / "src/tightrope"
    modules = [*package.glob("adapters/*.py"), *package.glob("tables/*.py")]
    used = {code for path in modules for code in CODES.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 20
    assert not [code for code in used if f"`{code}`" not in PAGE]


@pytest.mark.parametrize("limit", [
    f"{entries.MOST_ROWS:,} rows", f"{event_types.MOST_TYPES} types",
    f"{values.MOST_A_DAY} events of a type", f"after {faults.MOST:,} faults",
    f"first {faults.SHOWN} in words", f"{values.FIRST_YEAR} to {values.LAST_YEAR}",
    f"longer than {values.LONGEST_NAME} characters",
])  # fmt: skip
def test_every_limit_is_told(limit: str) -> None:
    assert limit in PAGE


def test_every_usual_column_is_told() -> None:
    for meaning, names in lines.USUAL.items():
        assert f"| `--{meaning}` | {', '.join(names)} |" in PAGE


def test_the_rules_are_those_of_the_page() -> None:
    assert (coverage.SHARE_OF_A_YEAR, coverage.MOST_LEFT_OUT) == (0.5, 0.1)
    assert questions.THRESHOLDS == (1, 10, 100) and questions.RARE_PER_YEAR == 12
