"""The shape of the package: which way imports point, and what is public."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import tightrope

ROOT = Path(__file__).parent.parent


def test_imports_point_one_way(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True) == 0, capsys.readouterr().out


def test_public_names_are_few_and_load() -> None:
    assert tightrope.__all__ == [
        "Answer", "Compiled", "ConditionRow", "Counterfactual", "Fault", "History", "Outlook",
        "Prepared", "Row", "RunRefused", "Theatre", "TheatreError", "TightropeError",
        "compile_theatre", "counterfactual", "examine", "new_theatre", "outlook", "prepare",
        "read_history", "read_theatre", "read_theatre_and_history", "tabulate",
    ]  # fmt: skip
    assert len(tightrope.__all__) <= 25
    assert dir(tightrope) == tightrope.__all__
    for name in tightrope.__all__:
        assert getattr(tightrope, name).__name__ == name
        assert getattr(tightrope, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tightrope.nothing


@pytest.mark.parametrize(
    "code, heavy",
    [
        ("import tightrope", ["jax", "numpy", "pydantic", "typer", "rich"]),
        ("import tightrope.theatre", ["jax", "numpy", "typer", "rich"]),
        ("import tightrope as tr; tr.read_theatre_and_history({0!r})", ["jax", "typer", "rich"]),
        ("import tightrope.cli", ["jax", "numpy", "pydantic", "yaml"]),
        ("import tightrope.foresight.outlook", ["typer", "rich"]),
    ],
)
def test_light_things_stay_light(code: str, heavy: list[str], scaffold: Path) -> None:
    found = f"print(*[name for name in {heavy} if name in sys.modules])"
    script = f"import sys; {code.format(str(scaffold))}; {found}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
