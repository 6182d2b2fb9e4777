"""What ``tightrope outlook`` prints and writes: columns of horizons, CSV, the report."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tightrope.cli import forecast

Run = Callable[..., tuple[int, str, str]]
pytestmark = pytest.mark.usefixtures("compiled_once")
OPTIONS = ("--as-of", "2020-03-31", "--days", 100, "--paths", 100, "--prior")


def test_csv_and_json_tell_the_same(run: Run, scaffold: Path) -> None:
    told = json.loads(run("outlook", scaffold, *OPTIONS, "--json")[1])
    code, out, _ = run("outlook", scaffold, *OPTIONS, "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and "\r" not in out
    again = {(row["id"], row["horizon_days"]): row for row in rows}
    assert len(again) == len(rows)
    expected = {
        (question["id"], days): (question, estimate)
        for question in told["questions"]
        for days, estimate in question["horizons"].items()
    }
    assert {key for key, row in again.items() if not row["refused"]} == set(expected)
    for key, (question, estimate) in expected.items():
        row = again[key]
        assert (row["fingerprint"], row["as_of"]) == (told["fingerprint"], told["as_of"])
        assert [row[x] for x in ("ask", "family", "kind")] == [
            question[x] for x in ("ask", "family", "kind")
        ]
        for name in ("probability", "mean", "mc_error", "base_rate"):
            assert same(row[name], estimate.get(name)), (key, name)
        quantiles = estimate.get("quantiles", {})
        for level, column in (("0.05", "q05"), ("0.5", "q50"), ("0.95", "q95")):
            assert same(row[column], quantiles.get(level)), (key, column)


def same(cell: str, value: Any) -> bool:
    """Whether a cell of the table is the value of the JSON."""
    if value is None:
        return cell == ""
    return cell == value if isinstance(value, str) else float(cell) == value


def test_csv_says_why_there_is_no_answer(run: Run, scaffold: Path) -> None:
    out = run("outlook", scaffold, *OPTIONS, "--csv")[1]
    (row,) = [row for row in csv.DictReader(io.StringIO(out)) if row["refused"]]
    assert (row["id"], row["horizon_days"], row["mean"]) == ("anger_180", "180", "")
    assert row["refused"].startswith("it asks about 180 days and the run looks 100 ahead")


def test_json_and_csv_exclude_each_other(run: Run, scaffold: Path) -> None:
    code, out, err = run("outlook", scaffold, "--json", "--csv")
    assert (code, out) == (2, "") and "either --json or --csv" in err


@pytest.mark.parametrize("width, heads", [(120, ["30", "90", "100"]), (80, ["100"])])
def test_horizons_have_columns_where_there_is_room(
    run: Run, scaffold: Path, monkeypatch: pytest.MonkeyPatch, width: int, heads: list[str]
) -> None:
    monkeypatch.setattr(forecast, "_width", lambda: width)
    head = run("outlook", scaffold, *OPTIONS)[1].splitlines()[1]
    assert [word for word in head.split() if word.isdigit()] == heads


def test_the_report_is_written_beside_the_table(run: Run, scaffold: Path, tmp_path: Path) -> None:
    path = tmp_path / "outlook.html"
    code, out, err = run("outlook", scaffold, *OPTIONS, "--report", path)
    assert (code, err.splitlines()[0]) == (0, f"report: {path}")
    first = path.read_bytes()
    fingerprint = out.split("fingerprint ")[1].strip()
    assert fingerprint in first.decode() and os.listdir(tmp_path) == ["outlook.html"]
    # Another process orders its sets otherwise, and writes the same page.
    command = [sys.executable, "-m", "tightrope", "outlook", scaffold, *OPTIONS, "--report", path]
    subprocess.run(
        list(map(str, command)), env={**os.environ, "PYTHONHASHSEED": "1"}, check=True,
        capture_output=True,
    )  # fmt: skip
    assert path.read_bytes() == first


def test_a_report_that_cannot_be_written_stops_before_the_run(
    run: Run, scaffold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("it ran")

    monkeypatch.setattr("tightrope.foresight.outlook.outlook", never)
    for path in (tmp_path, tmp_path / "nowhere" / "outlook.html"):
        code, out, err = run("outlook", scaffold, "--report", path)
        assert (code, out) == (1, "")
        assert err.startswith(f"cannot write the report to {path}: ") and len(err.splitlines()) == 1
