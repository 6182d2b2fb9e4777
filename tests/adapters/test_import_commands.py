"""tightrope import ged, tightrope import lines: from a table to an answer."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from event_table import ged, write

from tightrope.adapters.ged import AT_LEAST
from tightrope.cli import adopt

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def events(tmp_path: Path) -> Path:
    days = [f"2019-{m:02}-{d:02}" for m in range(1, 7) for d in range(1, 29, 3)]
    return write(tmp_path / "events.csv", [{"date": day, "event": "riot"} for day in days])


def test_a_table_can_be_checked_and_asked_at_once(
    run: Run, events: Path, tmp_path: Path, compiled_once: None
) -> None:
    folder = tmp_path / "riots"
    code, out, err = run("import", "lines", events, "--theatre", folder)
    names = ["history.csv", "questions.yaml", "sources.yaml", "theatre.yaml"]
    assert (code, out.split()) == (0, [str(folder / name) for name in names])
    assert "columns: date from 'date', event from 'event'\n" in err
    assert "60 rows from 2019-01-01 to 2019-06-28; types:\n  riot: 60 (events)\n" in err
    assert err.endswith(f"now try: tightrope check {folder}; tightrope outlook {folder}\n")
    code, out, _ = run("check", folder)
    assert code == 0 and out.startswith("riots: no faults; 60 rows of history\n")
    code, out, _ = run("outlook", folder, "--days", 30, "--paths", 100, "--json")
    assert code == 0
    answers = {answer["id"]: answer for answer in json.loads(out)["questions"]}
    assert set(answers) == {"riot_1", "riot_10", "riot_count"}
    assert 0.5 < answers["riot_1"]["probability"] <= 1
    assert answers["riot_count"]["base_rate"] == pytest.approx(10, abs=1)


def test_ged_by_name(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ged(
        tmp_path / "g.csv",
        {},
        {"country": "Y"},
        {"date_start": "2010-03-01", "date_end": "2010-03-01"},
    )
    words = ["import", "ged", "g.csv", "--theatre", "mine", "--country", "x", "--at-least", 2]
    code, out, err = run(*words, "--from", "2010-01-01", "--until", "2010-12-31")
    assert (code, out.split()[0]) == (0, "mine/history.csv")
    assert "2 rows from 2010-01-01 to 2010-12-31; types:\n  x_fights_y: 2 (state-based)\n" in err
    code, out, err = run(*words)
    assert (code, out, err) == (1, "", "mine is there already; give the name of a new theatre\n")


def test_a_short_record_is_said(run: Run, tmp_path: Path) -> None:
    source = write(tmp_path / "e.csv", [{"date": "2019-01-03", "event": "riot"}])
    code, _, err = run("import", "lines", source, "--theatre", tmp_path / "x")
    assert code == 0
    assert err.endswith("the time is too short for a forecast; widen it with --from or --until\n")


@pytest.mark.parametrize("words, code, says", [
    (["lines", "BAD", "--theatre", "x"], 1, "e.csv:2:1: bad-date: column date: '2019-02-30' does"),
    (["lines", "BAD", "--theatre", "x", "--from", "2019"], 2, "is not one day; write YYYY-MM-DD"),
    (["lines", "BAD"], 2, "--theatre"),
    (["ged", "BAD", "--theatre", "x"], 1, "e.csv:1:0: missing-column: no column for id: none is"),
    (["ged", "none.csv", "--theatre", "x"], 1, "none.csv:0:0: unreadable: No such file"),
    (["acled", "BAD", "--theatre", "x"], 2, "acled"),
])  # fmt: skip
def test_failures_are_told_in_words(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int,
    says: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    bad = write(tmp_path / "e.csv", [{"date": "2019-02-30", "event": "riot"}])
    found, out, err = run("import", *(str(bad) if word == "BAD" else word for word in words))
    assert (found, out) == (code, "") and says in " ".join(err.split())
    assert "Traceback" not in err and [path.name for path in tmp_path.iterdir()] == ["e.csv"]


def test_every_command_has_an_example_and_the_library_s_default() -> None:
    for command in (adopt.ged, adopt.lines):
        assert f"Example: tightrope import {command.__name__} " in (command.__doc__ or "")
    assert inspect.signature(adopt.ged).parameters["at_least"].default == AT_LEAST
