"""review, as a person at a terminal and as a script meets it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from tightrope.cli.sitting import sit
from tightrope.evidence.decide import Desk
from tightrope.evidence.propose import propose
from tightrope.evidence.queue import Queue, queue_path
from tightrope.history import read_theatre_and_history
from told import DAY, document, outlet, statement

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def desk(own: Path) -> Iterator[Desk]:
    """Two proposals: one that may be the strike of 4 March 2018, and a new one."""
    published = date(2018, 5, 6)
    read = [outlet("herald", (7, 7), place="Reed valley"),
            outlet("gazette", (2, 2), date="2018-05-05", published=published)]  # fmt: skip
    with Queue(queue_path(own), "saltmarsh") as queue:
        propose(*read_theatre_and_history(own), read, queue)
        yield Desk(queue, own)


def screen(desk: Desk, keys: str, *lines: str) -> str:
    """What a person sees who presses these keys and answers with these lines."""
    out = io.StringIO()
    console = Console(file=out, width=110, highlight=False, emoji=False)
    pressed, answered = iter(keys), iter(lines)
    sit(desk, console=console, key=lambda: next(pressed), line=lambda _: next(answered))
    return out.getvalue()


# a script ---------------------------------------------------------------------------------------


def test_list_and_json_and_search(run: Run, desk: Desk) -> None:
    code, out, err = run("review", desk.folder, "--list")
    assert (code, err) == (0, "") and out.startswith("saltmarsh: 2 proposals (open)")
    assert "2018-03-04-strike" in out and "Aerial attack by Auster" in out
    code, out, _ = run("review", desk.folder, "--json")
    first, second = map(json.loads, out.splitlines())
    assert (first["id"], first["state"], first["kind"]) == (1, "open", "event")
    assert first["cells"]["deaths"] == "7" and first["twins"][0]["row"] == "2018-03-04-strike"
    telling = first["tellings"][0]
    assert telling["cited"].startswith("herald#") and telling["quote"].startswith("herald reports")
    assert second["twins"] == []
    code, out, _ = run("review", desk.folder, "--search", "gazette", "--json")
    assert [json.loads(line)["id"] for line in out.splitlines()] == [2]
    assert run("review", desk.folder, "--state", "accepted", "--json")[1] == ""


def test_verbs_for_scripts(run: Run, desk: Desk) -> None:
    before = (desk.folder / "history.csv").read_bytes()
    code, out, err = run("review", desk.folder, "--correct", 2, "--set", "place=Harbour", "--set",
                         "note=a,b", "--accept", 2, "--accept", 9, "--reject", 1,
                         "--reason", "read it")  # fmt: skip
    assert code == 1 and err == "no proposal has the number 9; see tightrope review --list\n"
    assert out.splitlines() == [
        "2: corrected: place, note", "1: rejected", "2: accepted as 2018-05-05-strike",
    ]  # fmt: skip
    _, out, _ = run("review", desk.folder, "--log")
    log = [json.loads(line) for line in out.splitlines()]
    assert [(d["verb"], d["reason"]) for d in log] == [
        ("correct", "read it"), ("reject", "read it"), ("accept", "read it"),
    ]  # fmt: skip
    assert log[0]["after"] == {"corrections": {"place": "Harbour", "note": "a,b"}}
    assert run("review", desk.folder, "--undo")[1] == "2: accept undone\n"
    assert (desk.folder / "history.csv").read_bytes() == before
    reject = next(d["id"] for d in log if d["verb"] == "reject")
    assert run("review", desk.folder, "--undo-decision", reject)[1] == "1: reject undone\n"
    code, out, _ = run("review", desk.folder, "--accept", 1, "--same-as", "2018-03-04-strike")
    assert (code, out) == (0, "1: accepted as 2018-03-04-strike\n")


def test_faults_of_a_row_are_all_told(run: Run, desk: Desk) -> None:
    run("review", desk.folder, "--correct", 2, "--set", "date=never", "--set", "by=nobody")
    code, out, err = run("review", desk.folder, "--accept", 2)
    assert (code, out) == (1, "")
    assert "bad-date: 'never' is not a date" in err and "unknown-actor" in err


@pytest.mark.parametrize("words, says", [
    (["--state", "new"], "write open, accepted, rejected or all"),
    (["--correct", "1"], "need one another"), (["--set", "a=b"], "need one another"),
    (["--correct", "1", "--set", "place"], "'place' is no CELL=VALUE"),
    (["--same-as", "x"], "give one --accept with it"),
])  # fmt: skip
def test_wrong_use(run: Run, desk: Desk, words: list[str], says: str) -> None:
    code, _, err = run("review", desk.folder, *words)
    assert code == 2 and says in " ".join(err.replace("│", " ").split())


def test_without_a_queue(run: Run, own: Path) -> None:
    code, out, _ = run("review", own)
    assert (code, out) == (
        0, "saltmarsh: nothing to review; fill the queue: tightrope read PATH --propose\n",
    )  # fmt: skip
    assert not queue_path(own).exists()
    code, _, err = run("review", own, "--accept", 1)
    assert code == 1 and "no queue at" in err


def test_a_shipped_theatre_is_decided_about_in_a_copy(run: Run, tmp_path: Path) -> None:
    theatre, history = read_theatre_and_history("iraq")
    of = document("An act.", "gazette.txt", DAY)
    event = next(name for name, e in theatre.events.items() if e.plover.startswith("PROTEST"))
    told = statement(of, "act", event=event, source=None, target=None)
    with Queue(queue_path(theatre.folder), "iraq") as queue:
        propose(theatre, history, [(of, [told])], queue)
    code, _, err = run("review", "iraq", "--accept", 1)
    assert code == 1 and "stays as it is" in err
    code, out, err = run("review", "iraq", "--into", tmp_path / "mine", "--accept", 1)
    assert (code, out) == (0, f"1: accepted as 2018-03-04-{event}\n"), err
    assert f"from now on: tightrope review {tmp_path / 'mine'}" in err
    assert "saltmarsh" not in run("review", tmp_path / "mine", "--list", "--state", "all")[1]


# a person ---------------------------------------------------------------------------------------


def test_a_sitting_shows_the_sentence_and_the_possible_twin(desk: Desk) -> None:
    seen = screen(desk, "q")
    assert "1 · 2 open · sure 0.80" in seen
    assert "herald reports that Auster bombed the Wardens near Reed valley" in seen
    assert "row 2018-03-04-strike (likeness" in seen
    row = next(line for line in seen.splitlines() if line.strip().startswith("deaths"))
    assert row.split() == ["deaths", "7", "3..5"]
    assert "[a]ccept" in seen
    says = read_theatre_and_history(desk.folder)[0].events["strike"].says
    assert f"sure 0.80 · {says}" in " ".join(seen.split()), "not its name alone"


def test_keys_decide_and_undo(desk: Desk) -> None:
    before = (desk.folder / "history.csv").read_bytes()
    seen = screen(desk, "mcarusq", "place=Harbour", "says the text", "not ours")
    # m: merged with the row; then of the second: corrected, accepted.
    assert "one more telling of 2018-03-04-strike" in seen
    assert "corrected: place" in seen and "accepted as 2018-05-05-strike" in seen
    assert "nothing more to decide" in seen
    verbs = [(d.verb, d.reason) for d in desk.queue.decisions()]
    assert verbs == [("accept", ""), ("correct", "says the text"), ("accept", "")]
    for _ in range(3):
        desk.undo()
    seen = screen(desk, "xruq", "not ours")
    assert "rejected" in seen and "undone: reject of 1" in seen
    assert (desk.folder / "history.csv").read_bytes() == before
    assert desk.queue.count()["open"] == 2


def test_a_refused_decision_is_told_and_the_sitting_goes_on(desk: Desk) -> None:
    desk.correct(1, {"date": "never"})
    seen = screen(desk, "acssq", "nonsense")
    assert "bad-date" in seen and "nothing corrected: write for example" in seen
    assert "nothing more to decide" in seen and desk.queue.count()["open"] == 2


def test_a_text_cannot_command_the_terminal(own: Path) -> None:
    evil = document("\x1b[2J\x1b]0;owned\x07 Auster bombed \u202ethe Wardens [red]now[/red].")
    with Queue(queue_path(own), "saltmarsh") as queue:
        theatre, history = read_theatre_and_history(own)
        told = statement(evil, "bombed", place="\x1b[31mReed", date="2018-05-05")
        propose(theatre, history, [(evil, [told])], queue)
        seen = screen(Desk(queue, own), "q")
    assert "\x1b" not in seen and "\x07" not in seen and "\u202e" not in seen
    assert "[red]now[/red]" in seen
