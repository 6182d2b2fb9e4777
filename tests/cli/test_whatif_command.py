"""What ``tightrope whatif`` takes, prints and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
pytestmark = pytest.mark.usefixtures("compiled_once")
OPTIONS = ("--as-of", "2020-03-31", "--days", 100, "--paths", 100, "--prior")


def test_arms_are_scenarios_and_what_the_options_say(run: Run, scaffold: Path) -> None:
    words = ("whatif", scaffold, "patience", "--force", "attack=2@2020-04-10", "--off", "M2")
    code, out, _ = run(*words, *OPTIONS, "--json")
    told = json.loads(out)
    assert code == 0 and [arm["name"] for arm in told["arms"]] == ["patience", "changed"]
    assert told["arms"][1]["changes"] == [
        "attack made to happen 2 times on 10 April 2020", "mechanism M2 switched off",
    ]  # fmt: skip
    assert told["arms"][1]["parted"]["share"] > 0.9
    code, out, _ = run(*words, *OPTIONS)
    assert code == 0 and told["fingerprint"] in out
    assert "patience: " in out and "changed: " in out and "the worlds part in " in out


def test_the_report_is_the_page_and_the_same_each_time(
    run: Run, scaffold: Path, tmp_path: Path
) -> None:
    path = tmp_path / "whatif.html"
    words = ("whatif", scaffold, "--scale", "attack=3", *OPTIONS, "--report", path)
    code, out, err = run(*words)
    assert (code, err.splitlines()[-1]) == (0, f"report: {path}")
    first = path.read_bytes()
    assert out.split("fingerprint ")[1].strip() in first.decode()
    assert list(tmp_path.iterdir()) == [path]
    run(*words)
    assert path.read_bytes() == first


def test_a_report_that_cannot_be_written_stops_before_the_run(
    run: Run, scaffold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("it ran")

    monkeypatch.setattr("tightrope.foresight.whatif.whatif", never)
    path = tmp_path / "nowhere" / "whatif.html"
    code, out, err = run("whatif", scaffold, "patience", "--report", path)
    assert (code, out) == (1, "")
    assert err.startswith(f"cannot write the report to {path}: ") and len(err.splitlines()) == 1


@pytest.mark.parametrize("words, expected", [
    ((), ["nothing is changed: name a scenario", "--hold"]),
    (("--set", "truce", "--scale", "attack"), ["--set truce: needs", "--scale attack: needs"]),
    (("--off", "M9", "--block", "atack"), ["mechanism is called 'M9'", "did you mean 'attack'?"]),
    (("pateince",), ["no scenario is called 'pateince'; did you mean 'patience'?"]),
    (("--force", "attack", "--block", "attack"), ["they contradict each other; leave one out"]),
    (("--force", "attack@2019-01-01"), ["2019-01-01 lies outside the run"]),
    (("--set", "truce=no@2020-04-01"), ["truce is no already on 2020-03-31"]),
])  # fmt: skip
def test_what_cannot_be_is_wrong_use(
    run: Run, scaffold: Path, words: tuple[str, ...], expected: list[str]
) -> None:
    code, out, err = run("whatif", scaffold, *words, *OPTIONS)
    assert (code, out) == (2, "")
    assert all(part in err for part in expected), err
