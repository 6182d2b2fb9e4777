"""Kill -9 deciding processes at every point; run by test_review_crash.py in a process of its own.

A process of its own, because it forks: the one that runs the tests may hold threads.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from tightrope.errors import ReviewRefused
from tightrope.evidence.decide import Desk
from tightrope.evidence.queue import FILE, Queue
from tightrope.history.writer import records

WATCHED = ("ledger.py", "decide.py", "shelf.py", "queue.py")
Act = Callable[[Desk], None]


def in_child(act: Act, folder: Path, kill_at: int | None = None) -> tuple[bool, int]:
    """Do it in a child, killed at a line of the watched files; whether it was, and its status."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status), os.waitstatus_to_exitcode(status)
    status = 1
    try:
        with Queue(folder / FILE, "saltmarsh") as queue:
            if kill_at is not None:
                sys.settrace(Killer(kill_at).call)
            act(Desk(queue, folder))
        status = 0
    except ReviewRefused as error:
        print(error)
        status = 3
    finally:
        sys.stdout.flush()
        os._exit(status)


class Killer:
    """Kills its own process at the n-th line of the watched files."""

    def __init__(self, lines: int):
        self.left = lines

    def call(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self.line if frame.f_code.co_filename.endswith(WATCHED) else None

    def line(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.line


def rows_of(folder: Path) -> list[str]:
    return [record.cells["id"] for record in records((folder / "history.csv").read_bytes())]


def check(folder: Path, original: bytes) -> None:
    """Queue and history agree; whatever is undone gives back the bytes of before."""
    before = [record.cells["id"] for record in records(original)]
    with Queue(folder / FILE, "saltmarsh") as queue:
        desk = Desk(queue, folder)
        desk.recover()
        assert not queue.decisions("pending") and not queue.decisions("lost")
        accepted = [entry.row for entry in queue.entries("accepted")]
        new = [name for name in rows_of(folder) if name not in before]
        assert sorted(new) == sorted(filter(None, accepted)), (new, accepted)
        assert len(rows_of(folder)) == len(set(rows_of(folder)))
        done = [d for d in queue.decisions("done") if d.verb == "accept"]
        assert len(done) == len(accepted)
        for _ in accepted:
            desk.undo()
    assert (folder / "history.csv").read_bytes() == original


def at_every_line(prepared: Path, scratch: Path, act: Act, step: int) -> int:
    """Kill at every ``step``-th line until it is quick enough to end; how often it was killed."""
    original = (prepared / "history.csv").read_bytes()
    kills = 0
    for lines in range(1, 100_000, step):
        folder = scratch / f"{act.__name__}-{lines}"
        shutil.copytree(prepared, folder)
        start = (folder / "history.csv").read_bytes()
        was_killed, status = in_child(act, folder, lines)
        check(folder, original if act is not undo else without_accepted(prepared, start))
        shutil.rmtree(folder)
        if not was_killed:
            assert status == 0
            return kills
        kills += 1
    return kills


def without_accepted(prepared: Path, _: bytes) -> bytes:
    return (prepared / "original.csv").read_bytes()


def accept(desk: Desk) -> None:
    desk.accept(1)


def undo(desk: Desk) -> None:
    desk.undo()


def all_in_turn(desk: Desk, told: int) -> None:
    """Accept what is open, one by one, and take every third back, for ever; tell of each."""
    luck = random.Random(os.getpid())
    while True:
        numbers = [entry.id for entry in desk.queue.entries("open")]
        if numbers and luck.random() < 0.7:
            desk.accept(luck.choice(numbers))
        elif desk.queue.count()["accepted"]:
            desk.undo()
        os.write(told, b".")


def at_any_moment(prepared: Path, scratch: Path, times: int) -> None:
    """Kill by the clock, again and again, without mending anything between."""
    folder = scratch / "clock"
    shutil.copytree(prepared, folder)
    original = (folder / "history.csv").read_bytes()
    luck = random.Random(7)
    for _ in range(times):
        hears, told = os.pipe()
        child = os.fork()
        if not child:
            with Queue(folder / FILE, "saltmarsh") as queue:
                all_in_turn(Desk(queue, folder), told)
            os._exit(1)
        os.close(told)
        os.read(hears, 1)  # one decision at least, however busy the machine is
        time.sleep(luck.uniform(0, 0.1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(hears)
    with Queue(folder / FILE, "saltmarsh") as queue:
        Desk(queue, folder).recover()
        decided = len(queue.decisions())
        while queue.count()["accepted"]:
            Desk(queue, folder).undo()
    assert decided >= times, f"only {decided} decisions"
    check(folder, original)


def together(prepared: Path, scratch: Path) -> None:
    """Several processes decide about the same proposals at once: each is decided once."""
    folder = scratch / "together"
    shutil.copytree(prepared, folder)
    original = (folder / "history.csv").read_bytes()
    children: list[int] = []
    for number in (1, 1, 2, 3):
        child = os.fork()
        if not child:
            try:
                with Queue(folder / FILE, "saltmarsh") as queue:
                    Desk(queue, folder).accept(number)
                os._exit(0)
            except ReviewRefused as error:
                print(error, flush=True)
                os._exit(3)
            finally:
                os._exit(1)
        children.append(child)
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert sorted(ended) == [0, 0, 0, 3], ended
    with Queue(folder / FILE, "saltmarsh") as queue:
        assert queue.count() == {"open": 0, "accepted": 3, "rejected": 0}
    check(folder, original)


if __name__ == "__main__":
    prepared, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    (prepared / "original.csv").write_bytes((prepared / "history.csv").read_bytes())
    together(prepared, scratch)
    at_any_moment(prepared, scratch, times=12)
    print("accept", at_every_line(prepared, scratch, accept, step=7))
    with Queue(prepared / FILE, "saltmarsh") as queue:
        Desk(queue, prepared).accept(1)
    print("undo", at_every_line(prepared, scratch, undo, step=7))
