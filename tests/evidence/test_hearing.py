"""Reading wired together: documents, statements, jobs, and proposals from the command line."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from tightrope.evidence.documents import read_documents
from tightrope.evidence.hearing import Hearing

LINES = [
    ("2024-02-02", "The United States bombs militias near Basra, killing at least five people."),
    ("2024-02-03", "Iraq condemns the attack. (Reuters)"),
    ("2024-02-04", "Protesters gather in Baghdad against corruption."),
]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.jsonl"
    rows = (json.dumps({"date": day, "text": text}) for day, text in LINES)
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_a_hearing_goes_to_another_process_and_reads_the_same(lines: Path) -> None:
    here = Hearing("iraq")
    there = pickle.loads(pickle.dumps(here))
    for document in read_documents([lines]):
        assert list(here(document)) == list(there(document))
    assert here.digest() == there.digest() != Hearing(None).digest()


def test_the_digest_moves_with_the_theatre(own: Path) -> None:
    before = Hearing(str(own)).digest()
    path = own / "theatre.yaml"
    path.write_text(path.read_text() + "\n# changed\n")
    assert Hearing(str(own)).digest() != before


def test_a_job_says_what_reading_line_by_line_says(lines: Path, tmp_path: Path, run: Run) -> None:
    code, plain, _ = run("read", lines, "--json")
    assert code == 0 and plain
    code, job, _ = run("read", lines, "--json", "--job", tmp_path / "job", "--workers", 1)
    assert (code, job) == (0, plain)
    texts = dict(enumerate(text for _, text in LINES))
    for line in plain.splitlines():
        told = json.loads(line)
        assert any(text[told["start"] : told["end"]] == told["quote"] for text in texts.values())
        assert len(told["id"]) == 10


def test_proposals_reach_the_queue_and_nothing_is_proposed_twice(
    lines: Path, tmp_path: Path, run: Run
) -> None:
    queue = tmp_path / "queue.sqlite"
    code, out, _ = run("read", lines, "--propose", "--queue", queue)
    first = json.loads(out)
    assert code == 0 and first["documents"] == 3 and first["new"] > 0
    code, out, _ = run("read", lines, "--propose", "--queue", queue)
    assert code == 0 and json.loads(out)["new"] == 0
    code, out, _ = run("review", "iraq", "--queue", queue, "--list", "--json")
    assert code == 0 and len(out.splitlines()) == first["new"]


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(
    lines: Path, tmp_path: Path, run: Run
) -> None:
    code, out, err = run("read", tmp_path / "missing.txt", lines, "--json")
    assert code == 1 and out.splitlines() and "missing.txt" in err


def test_proposals_need_a_theatre(lines: Path, run: Run) -> None:
    code, _, err = run("read", lines, "--propose", "--theatre", "none")
    assert code == 2 and "theatre" in err
