"""Files that are written whole: a reader never meets half a file, writers never each other's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from tightrope.shelf import written_whole


def test_threads_that_write_one_file_at_once_do_not_take_it_from_each_other(tmp_path: Path) -> None:
    both, goal = Barrier(2), tmp_path / "picture.svg"

    def write(text: str) -> None:
        with written_whole(goal) as beside:
            beside.write_text(text)
            both.wait(10)

    with ThreadPoolExecutor(2) as writers:
        list(writers.map(write, ["a" * 1000, "b" * 1000]))
    assert goal.read_text() in ("a" * 1000, "b" * 1000)
    assert list(tmp_path.iterdir()) == [goal]
