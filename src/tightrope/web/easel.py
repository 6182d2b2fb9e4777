"""Pictures are drawn in a process of their own: what draws them holds Python's lock meanwhile."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock

from tightrope.charts.drawing import draw_here


class Easel:
    """Draws one picture after another; a process that is lost is replaced by this one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def draw(self, kind: str, specification: str) -> bytes:
        """As ``charts.drawing.draw_here``, ValueError included."""
        with self._lock:
            try:
                line = self._line or self._begin()
                line.send((kind, specification))
                drawn, wrong = line.recv()
            except (EOFError, OSError):
                self.close()
                return draw_here(kind, specification)
        if drawn is None:
            raise ValueError(wrong)
        return drawn

    def close(self) -> None:
        """End the process; the next picture begins another."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.join(10)
        self._line = self._process = None

    def _begin(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        return self._line


def _work(line: Connection) -> None:
    """Draw what comes along the line until the app closes it."""
    try:
        while True:
            line.send(_attempt(*line.recv()))
    except (EOFError, OSError, KeyboardInterrupt):
        return


def _attempt(kind: str, specification: str) -> tuple[bytes | None, str]:
    try:
        return draw_here(kind, specification), ""
    except ValueError as error:
        return None, str(error)
