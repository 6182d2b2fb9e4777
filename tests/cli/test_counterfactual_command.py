"""What ``tightrope counterfactual`` prints, and how it fails."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
pytestmark = pytest.mark.usefixtures("compiled_once")
FEW = ("--draws", 10, "--twins", 10, "--prior")
STRIKE = ("--without", "2019-02-16-strike")


def test_the_first_line_is_the_answer_and_the_last_the_fingerprint(
    run: Run, scaffold: Path
) -> None:
    code, out, err = run("counterfactual", scaffold, *STRIKE, *FEW)
    told = json.loads(run("counterfactual", scaffold, *STRIKE, *FEW, "--json")[1])
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == told["headline"]
    assert out.splitlines()[-1] == f"fingerprint {told['fingerprint']}"
    assert "10 draws of the numbers, 10 twins of each" in out
    assert "given the known aftermath" in out and "priors of the theatre, not fitted" in out
    assert "Would it still have happened?" in out and told["still"][0]["row"] in out


def test_csv_and_json_tell_the_same(run: Run, scaffold: Path) -> None:
    out = run("counterfactual", scaffold, *STRIKE, *FEW, "--csv")[1]
    told = json.loads(run("counterfactual", scaffold, *STRIKE, *FEW, "--json")[1])
    rows = list(csv.DictReader(io.StringIO(out)))
    events = {event["event"]: event for event in told["events"]}
    assert {row["event"] for row in rows} == set(events) and "\r" not in out
    for row in rows:
        event = events[row["event"]]
        numbers = event if row["year"] == "all" else event["by_year"][row["year"]]
        assert float(row["net"]) == numbers["net"]["mean"]
        assert float(row["lost_high"]) == numbers["lost"]["high"]
        assert float(row["by_hand"]) == numbers["by_hand"]
        assert row["fingerprint"] == told["fingerprint"]


def test_an_idle_change_is_narrated(run: Run, own: Path) -> None:
    text = (
        "idle: {says: x, changes: [{block: vote, date: 2018}, {block: strike, date: 2018-03-04}]}"
    )
    (own / "scenarios.yaml").write_text(text)
    code, _, err = run("counterfactual", own, "--scenario", "idle", *FEW)
    assert (code, err) == (
        0, "changes nothing by itself: block vote on 2018: it did not happen then\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments, code, says",
    [
        ([], 2, "say what is changed"),
        ([*STRIKE, "--json", "--csv"], 2, "either --json or --csv"),
        (["--without", "2019-02-16-strik"], 2, "did you mean '2019-02-16-strike'?"),
        (["--scenario", "no_angr"], 2, "did you mean 'no_anger'?"),
        ([*STRIKE, "--until", "2018-12-31"], 1, "lies after the last day that is run"),
        ([*STRIKE, "--until", "2018"], 2, "is not one day"),
        ([*STRIKE, "--still", "2018-01-20-attack"], 1, "lies outside the days that are run"),
    ],
)
def test_failures_are_told_in_words(
    run: Run, scaffold: Path, arguments: list[str], code: int, says: str
) -> None:
    found, out, err = run("counterfactual", scaffold, *arguments, *FEW)
    assert (found, out) == (code, "")
    assert says in " ".join(err.replace("│", " ").split()) and "Traceback" not in err
