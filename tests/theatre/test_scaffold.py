from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tightrope.errors import TightropeError
from tightrope.theatre import read_theatre, theatre_digest
from tightrope.theatre.reader import walk_grounded
from tightrope.theatre.scaffold import TEMPLATE, new_theatre


def test_a_new_theatre_reads_without_faults(tmp_path: Path) -> None:
    files = new_theatre(tmp_path / "my" / "marsh", "marsh")
    assert [file.name for file in files] == [
        "conditions.csv",
        "history.csv",
        "mechanisms.yaml",
        "questions.yaml",
        "scenarios.yaml",
        "sources.yaml",
        "theatre.yaml",
        "ties.csv",
    ]
    theatre = read_theatre(tmp_path / "my" / "marsh")
    assert theatre.name == "marsh"
    assert (len(theatre.events), len(theatre.levels), len(theatre.conditions)) == (6, 3, 2)
    assert {question.kind for question in theatre.questions.values()} == {
        "yes_no",
        "count",
        "level",
        "date",
    }


def test_every_mechanism_is_carried_and_every_source_cited(tmp_path: Path) -> None:
    new_theatre(tmp_path / "marsh", "marsh")
    theatre = read_theatre(tmp_path / "marsh")
    elements = [*theatre.events.values(), *theatre.levels.values()]
    carried = {part.mechanism for element in elements for _, part in walk_grounded(element, ())}
    assert carried - {None} == set(theatre.mechanisms)
    text = "".join(path.read_text() for path in (tmp_path / "marsh").glob("*.csv"))
    assert all(source in text for source in theatre.sources)


def test_expected_followers_are_few(tmp_path: Path) -> None:
    new_theatre(tmp_path / "marsh", "marsh")
    for event in read_theatre(tmp_path / "marsh").events.values():
        for follow in event.follows.values():
            assert 0.05 <= follow.expect.low <= follow.expect.high <= 0.4


def test_its_history_reads_and_covers_three_years(tmp_path: Path) -> None:
    history = pytest.importorskip("tightrope.history")
    new_theatre(tmp_path / "marsh", "marsh")
    read = history.read_history(read_theatre(tmp_path / "marsh"))
    assert 20 <= len(read.rows) <= 30
    assert len(read.conditions) == 7
    assert read.until == date(2020, 12, 31)
    assert {row.event for row in read.rows} == set(read.theatre.events)


def test_every_key_that_it_uses_first_has_a_comment_nearby() -> None:
    lines = (TEMPLATE / "theatre.yaml").read_text().splitlines()
    for key in ("follows", "when", "scaled_by", "scaled_if", "pushes", "sets", "held", "deaths"):
        first = next(i for i, line in enumerate(lines) if re.match(rf"\s+{key}:", line))
        assert "#" in "".join(lines[first : first + 2]), key


@pytest.mark.parametrize("name", ["", "My Theatre", "../x", "1st", "é", "x" * 41, "a\nb"])
def test_bad_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TightropeError, match="is no name for a theatre; use a-z, 0-9, _ and -"):
        new_theatre(tmp_path / "x", name)
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(TightropeError, match="is not empty; give the name of a new folder"):
        new_theatre(tmp_path, "marsh")
    with pytest.raises(TightropeError, match="is no folder; give the name of a new one"):
        new_theatre(tmp_path / "notes.txt", "marsh")
    with pytest.raises(TightropeError, match=r"cannot be written: .*; choose another folder"):
        new_theatre(tmp_path / "notes.txt" / "x", "marsh")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_empty_folder_is_filled_and_nothing_stays_beside(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    new_theatre(tmp_path / "a", "marsh")
    new_theatre(tmp_path / "b", "marsh")
    assert theatre_digest(tmp_path / "a") == theatre_digest(tmp_path / "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(TightropeError, match="No space left on device; choose another folder"):
        new_theatre(tmp_path / "a", "marsh")
    assert not list(tmp_path.iterdir())
