"""What work on many cores, or on the workers of a cluster, has in common."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from tightrope.errors import RunRefused

_OF_WORKERS = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    # glibc raises this by itself up to 32 MB; memories of tens of MB would then be cut from a heap
    # that never shrinks, and a worker grow by 30 MB with every origin of a backtest.
    "MALLOC_MMAP_THRESHOLD_": "1048576",
}  # fmt: skip


@contextmanager
def lean_workers() -> Generator[None]:
    """Workers started here keep to their own core and give memory back when it is free."""
    before = {name: os.environ.get(name) for name in _OF_WORKERS}
    os.environ.update(_OF_WORKERS)
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
