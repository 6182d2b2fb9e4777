"""What happens in a process of runs: read the theatre, run, keep the result, tell how it went.

Imported by the app too, so nothing heavy stands at the top.
"""

from __future__ import annotations

import os
import traceback
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightrope.errors import RequestRefused, TightropeError

if TYPE_CHECKING:
    from tightrope.history import History
    from tightrope.theatre import Theatre
    from tightrope.web.results import Results

_NICE, _NICER = 5, 19
"""Runs give way to pages, and what is done meanwhile to both."""


def work(line: Connection, folder: Path, results: Path, meanwhile: bool) -> None:
    """Take jobs from the line until the app closes it."""
    os.nice(_NICER if meanwhile else _NICE)
    try:
        while True:
            key, verb, settings, digest = line.recv()
            line.send(_attempt(line, folder, results, key, verb, settings, digest))
    except (EOFError, OSError, KeyboardInterrupt):
        return  # the app is gone, and nobody waits for this


def _attempt(
    line: Connection, folder: Path, results: Path, key: str, verb: str,
    settings: dict[str, Any], digest: str,
) -> tuple[object, ...]:  # fmt: skip
    from tightrope.shelf import use_compilation_cache
    from tightrope.web.problems import problem_of
    from tightrope.web.results import Results
    from tightrope.web.runs import run_of

    def tell(says: str, share: float | None = None) -> None:
        line.send(("progress", says, share))

    try:
        theatre, history = _read(folder, digest)
        use_compilation_cache()
        _keep(Results(results), key, run_of(verb)(theatre, history, settings, tell))
    except TightropeError as error:
        problem = problem_of(error)
        return "failed", problem.status, problem.code, problem.message, problem.remedy
    except (EOFError, BrokenPipeError):
        raise
    except Exception as error:  # a fault of ours must not end the process
        traceback.print_exc()
        return "failed", 500, "failed", f"the run failed: {error}", "the terminal has the details"
    return ("done",)


def _keep(results: Results, key: str, result: object) -> None:
    try:
        results.put(key, result)
    except OSError as error:
        raise RequestRefused(507, "not-written", f"the result cannot be kept: {error.strerror}",
                             "make room, and run it again") from None  # fmt: skip


@lru_cache(1)
def _read(folder: Path, digest: str) -> tuple[Theatre, History]:
    from tightrope.history import read_theatre_and_history
    from tightrope.web.reading import digest_of

    if digest_of(folder) != digest:
        raise RequestRefused(409, "theatre-changed", "the theatre's files have changed since",
                             "ask again")  # fmt: skip
    return read_theatre_and_history(folder)
