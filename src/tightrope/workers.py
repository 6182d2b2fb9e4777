"""What work on many cores, or on the workers of a cluster, has in common."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from tightrope.errors import RunRefused

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


@contextmanager
def one_thread_each() -> Generator[None]:
    """Linear algebra of a worker keeps to its own core."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def end_with_parent() -> None:
    """Let this worker process end when the one that started it is killed.

    A killed parent cannot tell its workers; they would wait for work for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)


def client_at(address: str) -> Any:
    """A client of the dask scheduler at an address; RunRefused says why there is none."""
    client_of: Any
    try:
        from distributed import Client as client_of
    except ImportError:
        says = "--cluster needs dask.distributed: pip install 'tightrope[cluster]'"
        raise RunRefused(says) from None
    try:
        return client_of(address, timeout="10s")
    except OSError as error:
        raise RunRefused(f"no scheduler answers at {address} ({error}); start one: dask scheduler"
                         ) from None  # fmt: skip
