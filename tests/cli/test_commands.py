"""The command line as users and pipes meet it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

from tightrope.cli import app
from tiny import row, tiny_theatre

pytestmark = pytest.mark.usefixtures("nothing_kept")

Run = Callable[..., tuple[int, str, str]]
DOCS = Path(__file__).parents[2] / "docs"
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
EXAMPLES = {
    name: re.findall(r"^ *Example: (tightrope .*)$", command.help, re.MULTILINE)
    for name, command in COMMANDS.items()
}
TABLES = {
    "events.csv": "date,event\n2019-01-03,riot\n",
    "article.txt": "Peru attacks Chile.\n",
    "lines.jsonl": '{"id": "1", "date": "2024-02-07", "text": "Peru rests.", "events": []}\n',
    "GEDEvent.csv": "id,type_of_violence,side_a,side_b,date_start,date_end,low,best,high,country\n"
    "1,1,Government of Iraq,IS,2014-06-10,2014-06-10,1,2,3,Iraq\n",
}
"""What the examples of import, read and score-reading read."""


# help -------------------------------------------------------------------------------------------


def test_every_help_text_has_an_example() -> None:
    assert set(EXAMPLES) == {
        "outlook", "check", "history", "mechanisms", "new", "schema", "import", "calibrate",
        "backtest", "scorecard", "forecast-value", "explain", "evidence", "storylines",
        "counterfactual", "whatif", "scenarios", "verify", "review", "read", "score-reading",
        "serve", "first-page",
    }  # fmt: skip
    for name, examples in EXAMPLES.items():
        assert examples and all(line.startswith(f"tightrope {name} ") for line in examples)


@pytest.mark.parametrize("example", [line for lines in EXAMPLES.values() for line in lines])
def test_every_example_runs(
    run: Run, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, table in TABLES.items():
        (tmp_path / name).write_text(table)
    words = example.partition(" > ")[0].split()[1:]
    if words[0] in ("outlook", "evidence", "storylines", "whatif"):
        words += ["--paths", "100"]
    if words[0] == "evidence":
        words += ["--facts", "2", "--sources", "1"]
    if words[0] == "counterfactual":
        words += ["--draws", "2", "--twins", "2"]
    if words[0] == "first-page":  # its runs have tests of their own, and take minutes
        monkeypatch.setattr("tightrope.web.beforehand.make", lambda desk, say: [])
    if words[0] == "serve":
        (tmp_path / "articles").mkdir()
        monkeypatch.setattr("tightrope.web.serving.run", lambda app, heard: None)
        words += ["--port", "0"]
    if words[0] == "backtest":  # the same command over two origins
        words += [
            "--from",
            "2024-10-01",
            "--to",
            "2024-11-01",
            "--paths",
            "100",
            "--horizon",
            "30d",
        ]
    code, out, err = run(*words)
    assert (code, out != "") == (0, True), err


def test_help_lists_every_command(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0 and all(name in out for name in COMMANDS)
    for name in COMMANDS:
        code, out, _ = run(name, "--help")
        assert code == 0 and "Example: tightrope" in out


def test_help_is_quick() -> None:
    seconds: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "tightrope", "--help"], capture_output=True, check=True
        )
        seconds.append(time.perf_counter() - start)
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert statistics.median(seconds) < 0.5 * busy + 0.5  # half a second when the machine is idle


def test_the_reference_page_is_current() -> None:
    spec = importlib.util.spec_from_file_location("make_commands", DOCS / "make_commands.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert written == module.commands_page(), "run: python docs/make_commands.py"


# check ------------------------------------------------------------------------------------------


def test_check_of_a_sound_theatre(run: Run, scaffold: Path) -> None:
    code, out, err = run("check", scaffold, "--json")
    told = json.loads(out)
    assert (code, err) == (1 if told["over_ceiling"] else 0, "")
    assert list(told) == [
        "faults", "mechanisms", "numbers", "spectral_radius", "over_ceiling", "base_too_high",
        "against_gate",
    ]  # fmt: skip
    assert told["mechanisms"] == {"total": 3, "carried": 3, "not_carried": []}
    assert told["numbers"]["total"] == told["numbers"]["sourced"] + told["numbers"]["assumed"]
    assert 0 < told["spectral_radius"] < 1
    assert told["faults"] == told["base_too_high"] == told["against_gate"] == []
    assert run("check", scaffold)[1].startswith("saltmarsh: no faults; 26 rows of history\n")


def test_check_names_every_fault(run: Run, own: Path) -> None:
    text = (own / "theatre.yaml").read_text()
    (own / "theatre.yaml").write_text(
        text.replace("follows:\n      attack:", "follows:\n      atack:")
    )
    (own / "history.csv").unlink()
    code, out, err = run("check", own)
    assert (code, err) == (1, "2 faults\n")
    first, second = out.splitlines()
    assert first.startswith("history.csv:0:0: no-history: there is no history to start from; write")
    assert re.match(r"theatre.yaml:\d+:7: unknown-event: no event is called 'atack'; did", second)
    code, out, _ = run("check", own, "--json")
    faults = json.loads(out)["faults"]
    assert code == 1 and [f["file"] for f in faults] == ["history.csv", "theatre.yaml"]
    assert set(faults[0]) == {"file", "line", "column", "code", "message"}


RUNAWAY = """\
events:
  strike: {says: x, by: north, plover: ASSAULT, base: 40 per day, memoryless: true}
"""
QUESTION = "strikes: {ask: x, family: f, kind: count, events: strike}\n"


def test_a_theatre_that_runs_away(run: Run, tmp_path: Path) -> None:
    folder = tiny_theatre(tmp_path, RUNAWAY, questions=QUESTION)
    code, out, _ = run("check", folder)
    assert code == 1
    assert "types of which more is expected than the record bears: strike\n" in out
    code, out, err = run("outlook", folder, "--paths", 100, "--days", 20, "--json")
    assert code == 1 and "probability" not in json.loads(out)["questions"][0]
    assert "strikes: no answer, because 100.0% of the paths of strike run beyond 5 times" in err
    (folder / "questions.yaml").write_text(
        QUESTION + "t: {ask: x, family: f, kind: yes_no, if: truce}"
    )
    code, out, _ = run("outlook", folder, "--paths", 100, "--days", 20)
    assert code == 0 and "no answer" in out


# history and mechanisms -------------------------------------------------------------------------


def test_history_as_json_lines(run: Run, scaffold: Path) -> None:
    code, out, err = run(
        "history", scaffold, "--since", "2019-04-01", "--until", "2019-05-20", "--json"
    )
    assert (code, err) == (0, "")
    tally, cut = map(json.loads, out.splitlines())
    assert tally == {
        "id": "2019-04-to-06-attacks", "date": "2019-04-01/2019-06-30", "earliest": "2019-04-01",
        "latest": "2019-06-30", "known": "2019-07-02", "event": "attack", "plover": "ASSAULT",
        "count_low": 2, "count_high": 4, "deaths_low": None, "deaths_high": None,
        "by": ["wardens"], "on": ["auster"], "place": None, "sources": ["register"],
        "status": "tally",
        "note": "a count over a window, between bounds; 2.. would be two or more",
    }  # fmt: skip
    assert cut["id"] == "2019-05-20-troop-cut"


def test_history_as_a_table(run: Run, scaffold: Path) -> None:
    code, out, _ = run("history", scaffold, "--event", "strike")
    assert code == 0 and out.startswith("saltmarsh: 4 rows")
    assert "3..5" in out and "2018-03-04" in out and "attack" not in out


def test_a_deadly_row_without_upper_bound(run: Run, tmp_path: Path) -> None:
    line = row("a", "2020-03-01").replace(",1,,", ",1,7..,")
    _, out, _ = run("history", tiny_theatre(tmp_path, rows=line))
    assert "7.. " in out


def test_mechanisms_and_what_carries_them(run: Run, scaffold: Path) -> None:
    _, out, _ = run("mechanisms", scaffold, "--json")
    told = {m["id"]: m for m in map(json.loads, out.splitlines())}
    assert set(told) == {"M1", "M2", "M3"}
    assert "events.strike.follows.attack" in told["M1"]["carried_by"]
    code, out, _ = run("mechanisms", scaffold)
    assert code == 0 and "-> " in out


# outlook ----------------------------------------------------------------------------------------


def test_outlook_prints_pure_json_and_narrates_apart(run: Run, scaffold: Path) -> None:
    arguments = [
        "outlook",
        scaffold,
        "--as-of",
        "2020-03-31",
        "--days",
        90,
        "--paths",
        100,
        "--json",
    ]
    code, out, err = run(*arguments)
    told = json.loads(out)
    assert code == 0
    assert {"fingerprint", "as_of", "days", "paths", "fitted", "questions"} <= set(told)
    for question in told["questions"]:
        assert {"id", "family", "kind", "mc_error", "base_rate", "drivers"} <= set(question)
    assert {"probability"} <= set(told["questions"][0])
    told_apart = err.splitlines()
    assert told_apart[0].startswith("fitting the structural process to 23 facts until 2020-03-31")
    assert told_apart[-1].startswith("anger_180: no answer, because it asks about 180 days")
    assert run(*arguments)[1] == out


def test_outlook_as_a_table(run: Run, scaffold: Path) -> None:
    code, out, _ = run("outlook", scaffold, "--days", 365, "--paths", 100, "--prior")
    assert code == 0 and "fingerprint" in out and "priors of the theatre, not fitted" in out
    code, out, err = run("outlook", scaffold, "--days", 365, "--paths", 100)
    assert code == 0 and "fitted to the record until 2020-12-31" in out
    assert "fitting the structural process to 26 facts until 2020-12-31" in err


def test_a_theatre_that_asks_nothing(run: Run, own: Path) -> None:
    (own / "questions.yaml").unlink()
    code, _, err = run("outlook", own, "--days", 365, "--paths", 100, "--prior")
    assert (code, err) == (0, "the theatre asks nothing: add questions.yaml\n")


# what goes wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, code, says",
    [
        (["check", "iraqq"], 2, "no theatre at 'iraqq'; give a folder with theatre.yaml, or the "
         "name of one that is shipped; did you mean 'iraq'?"),
        (["history", "SCAFFOLD", "--event", "strke"], 2, "no event is called 'strke'; did you mean "
         "'strike'?"),
        (["history", "SCAFFOLD", "--since", "2020-02-01", "--until", "2020-01-01"], 2,
         "2020-01-01 lies before --since 2020-02-01"),
        (["history", "SCAFFOLD", "--event", "xyzzy"], 2, "'xyzzy'; known are "),
        (["history", "SCAFFOLD", "--since", "2020-99"], 2, "does not exist in the calendar"),
        (["outlook", "SCAFFOLD", "--as-of", "2020"], 2, "is not one day; write YYYY-MM-DD"),
        (["outlook", "SCAFFOLD", "--paths", "5"], 2, "100"),
        (["outlook", "SCAFFOLD", "--as-of", "2031-01-01"], 1, "lies outside the record; choose a "
         "day from 2018-01-30 to 2020-12-31"),
        (["new", "My Theatre"], 1, "'My Theatre' is no name for a theatre; use a-z"),
        (["foretell"], 2, "foretell"),
    ],
)  # fmt: skip
def test_failures_are_told_in_words(
    run: Run, scaffold: Path, arguments: list[str], code: int, says: str
) -> None:
    found, out, err = run(*(str(scaffold) if word == "SCAFFOLD" else word for word in arguments))
    assert (found, out) == (code, "")
    assert says in " ".join(re.sub("[│╭╮╰╯─]", " ", err).split())
    assert "Traceback" not in err


def test_the_version_is_told(run: Run) -> None:
    assert run("--version") == (0, f"tightrope {version('tightrope')}\n", "")


def test_new_makes_a_theatre_that_runs(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run("new", "marsh")
    assert code == 0 and "marsh/theatre.yaml" in out.splitlines()
    assert err == "now try: tightrope check marsh; tightrope outlook marsh\n"
    assert "marsh: no faults" in run("check", "marsh")[1]
    assert run("new", "marsh")[0] == 1


def test_a_reader_that_goes_away_is_no_failure() -> None:
    command = f"{sys.executable} -m tightrope history iraq --json | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["event"]
    assert "Error" not in done.stderr and "Traceback" not in done.stderr
