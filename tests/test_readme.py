"""What the README promises is run here, word for word."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.split("#")[0].strip().removeprefix(".venv/bin/tightrope ")
    for line in re.findall(r"^    (\.venv/bin/tightrope .*)$", README, re.MULTILINE)
]
GED = (
    "id,type_of_violence,side_a,side_b,date_start,date_end,low,best,high,country\n"
    "1,1,Government of Iraq,IS,2014-06-10,2014-06-10,1,2,3,Iraq\n"
)


def test_readme_shows_its_main_commands() -> None:
    verbs = {command.split()[0] for command in COMMANDS}
    assert verbs == {
        "outlook", "history", "mechanisms", "check", "new", "scorecard", "calibrate", "import",
        "whatif", "explain", "storylines", "counterfactual", "verify", "read",
    }  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_command_of_the_readme_runs(command: str, tmp_path: Path) -> None:
    (tmp_path / "GEDEvent.csv").write_text(GED)
    (tmp_path / "article.txt").write_text("US jets struck militias in Anbar on Friday.")
    done = subprocess.run(
        [sys.executable, "-m", "tightrope", *shlex.split(command)],
        cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr


def test_python_of_the_readme_runs(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ask, probability = done.stdout.rsplit(" ", 1)
    assert ask.endswith("?")
    assert 0 < float(probability) < 1


def test_links_of_the_readme_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
