"""Runs in processes of their own: pages stay quick, progress is told, and a stop is a kill.

Two lanes, each a thread with one process behind it: what a person waits for, and what is done
meanwhile. A process keeps its compiled programs from job to job; a killed one is replaced.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from threading import Condition, Event, Lock, Thread
from typing import Literal

from tightrope.errors import RequestRefused
from tightrope.web.runs import Settings
from tightrope.web.working import work

Status = Literal["waiting", "running", "done", "failed", "stopped"]
ENDED: tuple[Status, ...] = ("done", "failed", "stopped")
MOST_WAITING = 50
"""More would only wait for each other."""


@dataclass
class Job:
    """One run that was asked for; ``key`` is that of its result."""

    key: str
    verb: str
    settings: Settings
    digest: str
    """Of the theatre that it is to be run on."""
    status: Status = "waiting"
    share: float | None = None
    """How much is done, where that can be said."""
    says: str = "waiting for the run before it"
    problem: RequestRefused | None = None
    version: int = 0
    """Counts changes, so that a listener knows what is new."""
    stop_asked: Event = field(default_factory=Event, repr=False)
    _changed: Condition = field(default_factory=Condition, repr=False)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in ENDED

    def tell(self, status: Status, says: str, share: float | None = None) -> None:
        """Say how it stands; what has ended stays as it ended."""
        with self._changed:
            if self.ended:
                return
            self.status, self.says, self.share = status, says, share
            self.version += 1
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait for its end; whether it came."""
        with self._changed:
            return self._changed.wait_for(lambda: self.ended, seconds)

    def as_json(self) -> dict[str, object]:
        """The shape of a job in the API."""
        problem = self.problem
        return {
            "key": self.key, "verb": self.verb, "settings": dict(self.settings),
            "status": self.status, "says": self.says, "share": self.share,
            "error": None if problem is None else
            {"code": problem.code, "message": problem.message, "remedy": problem.remedy},
        }  # fmt: skip


class Jobs:
    """Everything that was asked for since the app began."""

    def __init__(self, folder: Path, results: Path):
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()
        self._front = _Lane(folder, results)
        self._behind = _Lane(folder, results, after=self._front)

    def submit(self, job: Job, *, meanwhile: bool = False) -> Job:
        """Queue a job, or give back the one that is under way.

        meanwhile : behind everything that a person waits for. RequestRefused when too many wait.
        """
        with self._lock:
            current = self._jobs.get(job.key)
            if current and not current.ended:
                return current
            if sum(not other.ended for other in self._jobs.values()) >= MOST_WAITING:
                raise RequestRefused(429, "too-many-runs", f"{MOST_WAITING} runs wait already",
                                     "stop one, or wait")  # fmt: skip
            self._jobs[job.key] = job
            (self._behind if meanwhile else self._front).add(job)
        return job

    def get(self, key: str) -> Job | None:
        """A job by its key."""
        return self._jobs.get(key)

    def standing(self, key: str) -> tuple[Job | None, int]:
        """The job of a key and how far it has been told: the same as before if nothing is new."""
        job = self._jobs.get(key)
        return job, job.version if job else 0

    @property
    def ended(self) -> int:
        """How many have ended since the app began."""
        return sum(job.ended for job in list(self._jobs.values()))

    def stop(self, key: str) -> Job:
        """Kill a job; its result will not come. RequestRefused where there is none."""
        job = self._jobs.get(key)
        if job is None:
            raise RequestRefused(404, "unknown-run", "there is no such run", "start it anew")
        job.stop_asked.set()
        self._front.kill_if(job)
        self._behind.kill_if(job)
        if job.status == "waiting":
            job.tell("stopped", "stopped before it began")
        return job

    def close(self) -> None:
        """End all processes; what was under way is lost, what was found is kept."""
        for job in self._jobs.values():
            job.stop_asked.set()
        self._front.close()
        self._behind.close()


class _Lane:
    """A thread that takes one job after another to its process."""

    def __init__(self, folder: Path, results: Path, after: _Lane | None = None):
        self.idle = Event()
        self.idle.set()
        self._folder, self._results, self._after = folder, results, after
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._current: Job | None = None
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._thread: Thread | None = None
        self._closing = Event()

    def add(self, job: Job) -> None:
        self.idle.clear()
        self._queue.put(job)
        if self._thread is None:
            self._thread = Thread(target=self._take, daemon=True, name="runs")
            self._thread.start()

    def kill_if(self, job: Job) -> None:
        process = self._process
        # One that is only being started is not killed: the lane looks once more before it asks it.
        if self._current is job and process is not None and process.pid is not None:
            process.kill()

    def close(self) -> None:
        self._closing.set()
        self._queue.put(None)
        process = self._process
        if process is not None and process.pid is not None:  # else the lane sees that it closes
            process.kill()
        if self._thread is not None:
            self._thread.join(10)

    def _take(self) -> None:
        for job in iter(self._queue.get, None):
            while self._after and not self._after.idle.wait(0.5) and not self._closing.is_set():
                pass
            if self._closing.is_set():
                break
            if not job.stop_asked.is_set():
                self._do(job)
            if self._queue.empty():
                self.idle.set()

    def _do(self, job: Job) -> None:
        self._current = job
        job.tell("running", "starting")
        try:
            line = self._reach()
            # Asked while the process was being started.
            if job.stop_asked.is_set() or self._closing.is_set():
                raise EOFError
            line.send((job.key, job.verb, dict(job.settings), job.digest))
            while not job.ended:
                _hear(job, line.recv())
        except (EOFError, OSError):
            self._lost(job)
        finally:
            self._current = None

    def _reach(self) -> Connection:
        """The line to a living process."""
        if self._line is None or self._process is None or not self._process.is_alive():
            # A fresh process: a fork of one that has loaded JAX may hang.
            context = multiprocessing.get_context("spawn")
            self._line, theirs = context.Pipe()
            arguments = (theirs, self._folder, self._results, self._after is not None)
            self._process = context.Process(target=work, args=arguments, daemon=True)
            self._process.start()
            theirs.close()
        return self._line

    def _lost(self, job: Job) -> None:
        self._line = None
        if self._process is not None:
            self._process.kill()
            self._process.join(10)
        if job.stop_asked.is_set():
            job.tell("stopped", "stopped")
            return
        job.problem = RequestRefused(500, "run-lost", "the run's process was killed",
                                     "it may lack memory: ask for fewer paths or days")  # fmt: skip
        job.tell("failed", str(job.problem))


def _hear(job: Job, message: tuple[str, ...]) -> None:
    """What a process tells: progress, its end, or why there is no result."""
    word, *more = message
    _HEARD[word](job, *more)


def _heard_progress(job: Job, says: str, share: float | None) -> None:
    job.tell("running", says, share)


def _heard_done(job: Job) -> None:
    job.tell("done", "done", 1.0)


def _heard_failed(job: Job, status: int, code: str, message: str, remedy: str) -> None:
    job.problem = RequestRefused(status, code, message, remedy)
    job.tell("failed", str(job.problem))


_HEARD: dict[str, Callable[..., None]] = {
    "progress": _heard_progress,
    "done": _heard_done,
    "failed": _heard_failed,
}
