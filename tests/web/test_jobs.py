"""Runs: told, stopped, lost, kept, and opened again by their address."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from fastapi.testclient import TestClient

from served import FEW, PATIENCE_SECONDS, client_of
from tightrope.errors import RequestRefused
from tightrope.web.addresses import address
from tightrope.web.app import create_app
from tightrope.web.desk import Desk
from tightrope.web.jobs import MOST_WAITING, Job, Jobs
from tightrope.web.results import Results

LONG = {"days": "1095", "paths": "20000"}
"""Takes long enough to be stopped."""


def until_running(job: Job) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while job.status == "waiting" and time.monotonic() < end:
        time.sleep(0.02)
    assert job.status == "running"


def test_a_run_is_started_watched_and_opened_by_its_address(
    visitor: TestClient, desk: Desk
) -> None:
    at = "/?days=30&seed=5"
    started = visitor.post("/runs/outlook", data={"days": "30", "seed": "5", "back": at})
    assert started.status_code == 303 and started.headers["location"] == at
    key = desk.key("outlook", desk.asked("outlook", {"days": "30", "seed": "5"}))
    told = [
        json.loads(line.removeprefix("data: "))
        for line in visitor.get(f"/jobs/{key}/events").text.splitlines()
        if line.startswith("data: ")
    ]
    assert told[-1]["status"] == "done" and told[-1]["error"] is None
    assert "Not run yet" not in visitor.get(at).text
    again = client_of(create_app(desk.folder, defaults=FEW, warm=False))
    assert "futures" in again.get(at).text and "Not run yet" not in again.get(at).text
    assert visitor.get(f"/jobs/{key}").status_code == 200


def test_a_form_of_too_many_fields_is_refused(visitor: TestClient) -> None:
    sent = visitor.post("/runs/outlook", data={f"field{i}": "x" for i in range(100)})
    assert sent.status_code == 400 and "at most" in sent.text


def test_asking_twice_is_one_run(desk: Desk) -> None:
    settings = desk.asked("outlook", {**LONG, "seed": "8"})
    first, second = desk.start("outlook", settings), desk.start("outlook", settings)
    assert first is second
    desk.jobs.stop(first.key)


def test_a_stop_is_a_kill_and_the_next_run_works(visitor: TestClient, desk: Desk) -> None:
    job = desk.start("outlook", desk.asked("outlook", {**LONG, "seed": "9"}))
    until_running(job)
    at = address("/", {**LONG, "seed": "9"})
    assert visitor.post(f"/jobs/{job.key}/stop", data={"back": at}).headers["location"] == at
    assert job.wait(10) and job.status == "stopped"
    assert desk.result("outlook", job.settings) is None
    assert "It was stopped." in visitor.get(at).text
    after = desk.start("outlook", desk.asked("outlook", {"seed": "10", "days": "30"}))
    assert after.wait(PATIENCE_SECONDS) and after.status == "done"


def test_a_run_that_waits_can_be_stopped(desk: Desk) -> None:
    first = desk.start("outlook", desk.asked("outlook", {**LONG, "seed": "11"}))
    second = desk.start("outlook", desk.asked("outlook", {**LONG, "seed": "12"}))
    desk.jobs.stop(second.key)
    assert second.status == "stopped" and "before it began" in second.says
    desk.jobs.stop(first.key)
    assert first.wait(10)


def test_a_killed_process_is_told_and_replaced(desk: Desk) -> None:
    job = desk.start("outlook", desk.asked("outlook", {**LONG, "seed": "13"}))
    until_running(job)
    process = desk.jobs._front._process
    assert process is not None and process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    assert job.wait(10) and job.status == "failed"
    assert job.problem is not None and job.problem.code == "run-lost"
    assert "fewer paths" in job.problem.remedy


def test_a_run_of_files_that_have_changed_since_is_refused(own: Path) -> None:
    desk = Desk(own, FEW)
    settings = desk.asked("outlook", {"days": "30"})
    job = Job("key", "outlook", settings, "the digest of other files")
    try:
        desk.jobs.submit(job)
        assert job.wait(PATIENCE_SECONDS) and job.status == "failed"
        assert job.problem is not None and job.problem.code == "theatre-changed"
    finally:
        desk.close()


def test_too_many_runs_are_refused(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path, tmp_path)
    jobs._front.add = lambda job: None  # type: ignore[method-assign]
    for number in range(MOST_WAITING):
        jobs.submit(Job(str(number), "outlook", {}, ""))
    with pytest.raises(RequestRefused, match="stop one, or wait"):
        jobs.submit(Job("one more", "outlook", {}, ""))


def asked_at_once(jobs: Jobs) -> list[list[int]]:
    """Which jobs each of eight threads is given that ask for the same runs."""
    start = Barrier(8)

    def ask(_: int) -> list[int]:
        start.wait()
        return [id(jobs.submit(Job(str(key), "outlook", {}, ""))) for key in range(MOST_WAITING)]

    with ThreadPoolExecutor(8) as many:
        return list(many.map(ask, range(8)))


def test_those_who_ask_for_one_run_at_once_get_one(tmp_path: Path) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns as often as can be
    try:
        for _ in range(20):
            jobs = Jobs(tmp_path, tmp_path)
            jobs._front.add = lambda job: None  # type: ignore[method-assign]
            first, *others = asked_at_once(jobs)
            assert all(found == first for found in others)
    finally:
        sys.setswitchinterval(before)


def test_what_has_ended_stays_as_it_ended() -> None:
    job = Job("k", "outlook", {}, "")
    job.tell("stopped", "stopped")
    job.tell("done", "done")
    assert (job.status, job.version) == ("stopped", 1)


# Results -----------------------------------------------------------------------------------------


def test_a_result_outlives_the_app(tmp_path: Path) -> None:
    Results(tmp_path).put("k", {"a": [1, 2]})
    assert Results(tmp_path).get("k") == {"a": [1, 2]}
    assert Results(tmp_path).get("other") is None


def test_a_damaged_result_only_costs_time(tmp_path: Path) -> None:
    results = Results(tmp_path)
    results.put("k", "x" * 1000)
    path = next(tmp_path.glob("*.pickle"))
    path.write_bytes(path.read_bytes()[:50])
    assert results.get("k") is None and not Results(tmp_path).has("k")


def test_a_full_disk_keeps_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = Results(tmp_path)
    results.put("k", "before")

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        results.put("k", "after")
    assert Results(tmp_path).get("k") == "before"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_oldest_results_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tightrope.web.results.MOST_KEPT", 3)
    results = Results(tmp_path)
    for number in range(5):
        results.put(str(number), number)
        os.utime(tmp_path / f"{number}.pickle", (number, number))
    assert [Results(tmp_path).has(str(n)) for n in range(5)] == [False, False, True, True, True]
