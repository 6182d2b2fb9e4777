"""``tightrope backtest`` and ``tightrope scorecard``: what is printed, kept and written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from small_panel import MEMBERS, noisy, panel, yes_no
from tightrope.scoring.scorecard import scorecard

Run = Callable[..., tuple[int, str, str]]
HEAD = {"theatre": "saltmarsh", "fingerprint": "abc123"}
pytestmark = pytest.mark.usefixtures("compiled_once")


def keep(folder: Path, card: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(card)
    (folder / "scorecard.json").write_text(text, encoding="utf-8")
    return json.loads(text)


@pytest.fixture
def card(own: Path) -> dict[str, Any]:
    return keep(own, scorecard(panel(noisy(7, 40), 40), HEAD))


# scorecard -------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [(), ("--json",), ("--report", "x.html")])
def test_a_theatre_never_scored_says_what_to_run(
    run: Run, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("scorecard", own, *options) == (
        1, "", "saltmarsh has not been scored yet; run: tightrope backtest saltmarsh\n"
    )  # fmt: skip
    assert not (tmp_path / "x.html").exists()


def test_a_damaged_card_is_told_in_a_line(run: Run, own: Path) -> None:
    (own / "scorecard.json").write_text('{"format":')
    code, out, err = run("scorecard", own)
    assert (code, out) == (1, "") and err.startswith("scorecard.json:0:0: bad-scorecard: ")
    assert err.endswith("make it anew: tightrope backtest\n")


def test_the_stored_card_is_printed_as_it_is(run: Run, own: Path, card: dict[str, Any]) -> None:
    code, out, err = run("scorecard", own, "--json")
    assert (code, err) == (0, "") and json.loads(out) == card


def test_the_table_tells_skill_and_whether_it_is_clear(
    run: Run, own: Path, card: dict[str, Any]
) -> None:
    code, out, _ = run("scorecard", own)
    assert code == 0 and "saltmarsh: 40 origins, 2010-01-01 to 2013-03-16" in out
    assert out.endswith("fingerprint abc123\n")
    assert f"90 % intervals cover {100 * card['coverage_90']:.1f} %" in out
    for row in card["families"]:
        if row["score"] == "log":
            continue
        (line,) = [x for x in out.splitlines() if x.split()[:2] == [row["family"], row["kind"]]]
        told = line.split()[6:]
        for rival, cell in zip(
            ("last90", "climatology", "boot12", "regression", "rhythm", "hawkes", "structural"),
            told, strict=True,
        ):  # fmt: skip
            skill = row["skill"][rival]
            assert float(cell.removesuffix("*")) == pytest.approx(skill["value"], abs=0.0051)
            assert cell.endswith("*") == (skill["low"] > 0 or skill["high"] < 0)


def test_a_horizon_without_outcome_is_an_empty_cell(run: Run, own: Path) -> None:
    unknown = yes_no(dict.fromkeys(MEMBERS, np.full(5, 0.2)), np.full(5, np.nan))
    keep(own, scorecard(panel([unknown], 5), HEAD))
    code, out, err = run("scorecard", own)
    assert (code, err) == (0, "") and "90 % intervals cover none" in out
    code, _, err = run("scorecard", own, "--report", own / "page.html")
    assert code == 0 and (own / "page.html").is_file(), err


# report ----------------------------------------------------------------------------------------


def test_the_report_is_written_beside_the_answer(
    run: Run, own: Path, card: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "scorecard.html"
    code, out, err = run("scorecard", own, "--json", "--report", path)
    assert (code, err) == (0, f"report: {path}\n") and json.loads(out) == card
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>") and "abc123" in text
    assert str(tmp_path) not in text
    run("scorecard", own, "--report", path)
    assert path.read_text(encoding="utf-8") == text


def test_a_report_that_could_not_be_written_is_refused_first(
    run: Run, own: Path, card: dict[str, Any]
) -> None:
    code, out, err = run("scorecard", own, "--report", own)
    assert (code, out) == (1, "") and "it is a folder; name a file in it" in err


# backtest --------------------------------------------------------------------------------------


def test_a_backtest_ends_with_the_card_that_scorecard_prints(
    run: Run, own: Path, tmp_path: Path
) -> None:
    """Two origins, the second too late for the longer horizon."""
    code, out, err = run(
        "backtest", own, "--from", "2020-08-01", "--to", "2020-11-29", "--every", "120d",
        "--horizon", "30d", "--horizon", "90d", "--paths", 100, "--workers", 1,
        "--folder", tmp_path / "run", "--json",
    )  # fmt: skip
    assert code == 0, err
    card = json.loads(out)
    assert (card["origins"], card["first"], card["last"]) == (2, "2020-08-01", "2020-11-29")
    assert {(r["family"], r["horizon_days"]): r["n"] for r in card["families"]
            if r["kind"] == "count"} == {
        ("all", 30): 2, ("all", 90): 1, ("attacks", 30): 2, ("attacks", 90): 1,
    }  # fmt: skip
    assert (own / "scorecard.json").is_file() and f"written: {own / 'scorecard.json'}" in err
    again = run("scorecard", own, "--json")
    assert again == (0, out, "")
    assert run("scorecard", own)[0] == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [(("--horizon", "soon"), "'soon' is no number of days; write for example 30d"),
     (("--from", "yesterday"), "--from"), (("--every", "0d"), "'0d' is no number of days")],
)  # fmt: skip
def test_wrong_use_says_what_to_write(
    run: Run, own: Path, options: tuple[str, ...], says: str
) -> None:
    code, out, err = run("backtest", own, *options)
    assert (code, out) == (2, "") and says in err


def test_an_unknown_mechanism_is_wrong_use(run: Run, own: Path) -> None:
    code, _, err = run("backtest", own, "--without", "M99")
    assert code == 2 and err == "no mechanism is called 'M99'; known are M1, M2, M3\n"
