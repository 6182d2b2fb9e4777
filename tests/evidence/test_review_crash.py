"""A process that is killed, or that is not alone, neither loses nor doubles a decision."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import pytest

from tightrope.errors import ReviewRefused
from tightrope.evidence import ledger
from tightrope.evidence.decide import Desk
from tightrope.evidence.propose import propose
from tightrope.evidence.queue import FILE, Queue
from tightrope.history import read_theatre_and_history
from told import outlet

KILLING = Path(__file__).with_name("killing.py")


def prepare(folder: Path) -> None:
    read = [outlet(f"paper{day}", (day, day), date=f"2018-05-{day:02}", published=date(2018, 6, 1))
            for day in (5, 12, 25)]  # fmt: skip
    with Queue(folder / FILE, "saltmarsh") as queue:
        propose(*read_theatre_and_history(folder), read, queue)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks, and kills as POSIX does")
def test_kill_9_at_any_point_leaves_queue_and_history_in_agreement(
    own: Path, tmp_path: Path
) -> None:
    memory = Path("/dev/shm")  # hundreds of processes wait for the disk; kill -9 does not care
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as place:
        folder = shutil.copytree(own, Path(place) / "saltmarsh")
        prepare(folder)
        command = [sys.executable, str(KILLING), str(folder), place]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "proposal 1 is accepted already" in done.stdout
    kills = dict(line.split() for line in done.stdout.splitlines()[-2:])
    assert int(kills["accept"]) > 15 and int(kills["undo"]) > 15


def test_a_decision_that_could_not_be_written_is_finished_later(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(own)
    before = (own / "history.csv").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with Queue(own / FILE, "saltmarsh") as queue:
        with monkeypatch.context() as patch:
            patch.setattr(ledger, "written_whole", full)
            with pytest.raises(ReviewRefused, match=r"No space left .* the decision is kept and"):
                Desk(queue, own).accept(1)
        assert (own / "history.csv").read_bytes() == before
    with Queue(own / FILE, "saltmarsh") as queue:
        (said,) = Desk(queue, own).recover()
        assert said == "accept of proposal 1 was interrupted, and is done now"
        assert queue.get(1).state == "accepted"
    assert b"2018-05-05-strike" in (own / "history.csv").read_bytes()


def test_files_that_changed_after_a_crash_are_not_overwritten(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(own)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with Queue(own / FILE, "saltmarsh") as queue:
        with monkeypatch.context() as patch:
            patch.setattr(ledger, "write", crash)
            with pytest.raises(KeyboardInterrupt):
                Desk(queue, own).accept(1)
        edited = (own / "history.csv").read_bytes().replace(b"Harbour", b"Port")
        (own / "history.csv").write_bytes(edited)
        (said,) = Desk(queue, own).recover()
        assert "changed by somebody else since: nothing was written, decide again" in said
        assert queue.get(1).state == "open" and (own / "history.csv").read_bytes() == edited
        Desk(queue, own).accept(1)
    assert b"Port" in (own / "history.csv").read_bytes()


def test_whoever_comes_second_waits_and_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(own)
    monkeypatch.setattr(ledger, "PATIENCE_SECONDS", 0.05)
    told = pytest.raises(ReviewRefused, match=r"another process is deciding about .* try again")
    with Queue(own / FILE, "saltmarsh") as queue, ledger.locked(own), told:
        Desk(queue, own).accept(1)
    with Queue(own / FILE, "saltmarsh") as queue:
        Desk(queue, own).accept(1)


def test_a_history_behind_a_link_stays_behind_it(own: Path, tmp_path: Path) -> None:
    prepare(own)
    kept = tmp_path / "kept.csv"
    (own / "history.csv").rename(kept)
    (own / "history.csv").symlink_to(kept)
    kept.chmod(0o640)
    with Queue(own / FILE, "saltmarsh") as queue:
        Desk(queue, own).accept(1)
    assert (own / "history.csv").is_symlink() and b"2018-05-05-strike" in kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o640
