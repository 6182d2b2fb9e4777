"""Reading a whole corpus as one job: on all cores or a cluster, and on from where it stopped.

1. the documents are cut into batches; the parent asks for each batch that has no part yet
2. workers only read: they get documents and give bytes back, and write nothing
3. the parent writes each part whole; so nothing is lost with a worker, and nothing is there twice
4. when a worker dies, the batches that were under way are read again one at a time, so that one
   that kills its worker is found and named, and the others are not blamed
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tightrope.errors import RunRefused
from tightrope.evidence.document import Document
from tightrope.evidence.parts import Batch, Corpus, Found, batches, part_bytes
from tightrope.evidence.statement import Statement
from tightrope.shelf import written_whole
from tightrope.workers import client_at, end_with_parent, lean_workers

Reader = Callable[[Document], Sequence[Statement]]
"""Finds the statements of a document. It goes to other processes, so it must be picklable."""
Progress = Callable[[int], None]
"""Told how many documents are done."""

BATCH = 500
TRIES = 3
_AHEAD = 2
"""Batches under way for each worker: it never waits, and memory stays flat."""
_STALE_SECONDS = 3600.0


@dataclass
class _Job:
    folder: Path
    progress: Progress | None
    documents: int = 0
    done: int = 0
    names: list[str] = field(default_factory=list[str])
    firsts: list[int] = field(default_factory=list[int])

    def missing(self, all_batches: Iterable[Batch]) -> Iterator[Batch]:
        """Batches that have no part yet; the others are counted as done."""
        for batch in all_batches:
            self.names.append(batch.name)
            self.firsts.append(batch.first)
            self.documents += len(batch.documents)
            if (self.folder / batch.name).exists():
                self._tell(batch)
            else:
                yield batch

    def keep(self, batch: Batch, raw: bytes) -> None:
        """Write a part whole."""
        with written_whole(self.folder / batch.name) as beside:
            beside.write_bytes(raw)
        self._tell(batch)

    def _tell(self, batch: Batch) -> None:
        self.done += len(batch.documents)
        if self.progress:
            self.progress(self.done)

    def sweep(self) -> None:
        """Remove parts of another corpus or reader, and what a killed parent left half-written."""
        wanted = set(self.names)
        for path in self.folder.glob("part-*.jsonl"):
            if path.name not in wanted:
                path.unlink(missing_ok=True)
        for path in self.folder.glob(".part-*.jsonl"):
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                path.unlink(missing_ok=True)


def read_corpus(
    documents: Iterable[Document], read: Reader, folder: Path, *, reader: str,
    batch: int = BATCH, workers: int | None = None, cluster: str | None = None,
    progress: Progress | None = None,
) -> Corpus:  # fmt: skip
    """Find the statements of every document, and keep them in ``folder``.

    reader : what the answer depends on beside the documents (a digest of rules, theatre and
    version); parts of another are not taken. workers : processes, default one for each core.
    cluster : address of a dask scheduler instead. The same bytes come out whatever the number of
    workers, however often it was stopped. RunRefused when a batch kills its worker again and again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    job = _Job(folder, progress)
    todo = job.missing(batches(documents, reader, batch))
    if cluster:
        _on_cluster(cluster, todo, read, job)
    elif workers == 1:
        for each in todo:
            job.keep(each, read_batch(read, each.documents))
    else:
        _on_cores(workers or os.cpu_count() or 1, todo, read, job)
    job.sweep()
    return Corpus(tuple(folder / name for name in job.names), tuple(job.firsts), job.documents)


def read_batch(read: Reader, documents: Sequence[Document]) -> bytes:
    """The part of some documents. One on which the reader fails is a fault, not the end."""
    found: Found = []
    faults: list[str] = []
    for i, document in enumerate(documents):
        try:
            found += [(i, told) for told in read(document)]
        except Exception as error:
            name = document.name if document.id is None else f"{document.name} {document.id}"
            faults.append(f"{name}: {type(error).__name__}: {error}"[:500])
    return part_bytes(found, faults)


# processes --------------------------------------------------------------------------------------

_reader: list[Reader] = []


def _begin(read: Reader) -> None:
    end_with_parent()
    _reader[:] = [read]


def _read_here(documents: Sequence[Document]) -> bytes:
    return read_batch(_reader[0], documents)


class _Cores:
    """Processes that are replaced when one of them dies."""

    def __init__(self, count: int, read: Reader):
        self.count, self.read = count, read
        self.pool = self._fresh()

    def _fresh(self) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.count, spawn, _begin, (self.read,))

    def submit(self, batch: Batch) -> Future[bytes]:
        """Ask for a batch."""
        try:
            return self.pool.submit(_read_here, batch.documents)
        except BrokenProcessPool as error:  # a worker died since
            broken: Future[bytes] = Future()
            broken.set_exception(error)
            return broken

    def renew(self) -> None:
        """Fresh processes in place of those of which one died."""
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.pool = self._fresh()

    def close(self) -> None:
        """End the processes."""
        self.pool.shutdown(wait=True, cancel_futures=True)


def _on_cores(count: int, todo: Iterator[Batch], read: Reader, job: _Job) -> None:
    with lean_workers():
        cores = _Cores(count, read)
        try:
            _feed(cores, todo, job)
        finally:
            cores.close()


def _feed(cores: _Cores, todo: Iterator[Batch], job: _Job) -> None:
    waiting: dict[Future[bytes], Batch] = {}
    again: deque[Batch] = deque()
    tries: dict[int, int] = {}
    while True:
        # After a death one at a time: whoever dies alone is the one.
        while len(waiting) < (1 if again else cores.count * _AHEAD):
            batch = again.popleft() if again else next(todo, None)
            if batch is None:
                break
            waiting[cores.submit(batch)] = batch
        if not waiting:
            return
        died: list[Batch] = []
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            batch = waiting.pop(future)
            try:
                job.keep(batch, future.result())
            except BrokenProcessPool:
                died.append(batch)
        if died:
            died += waiting.values()
            waiting.clear()
            _blame(died, tries)
            again.extend(sorted(died, key=lambda batch: batch.place))
            cores.renew()


def _blame(died: Sequence[Batch], tries: dict[int, int]) -> None:
    for batch in died:
        tries[batch.place] = tries.get(batch.place, 0) + (len(died) == 1)
        if tries[batch.place] >= TRIES:
            names = f"{batch.documents[0].name} {batch.documents[0].id or ''}".strip()
            last = batch.first + len(batch.documents)
            raise RunRefused(
                f"a worker died {TRIES} times on documents {batch.first + 1:,} to {last:,} (from "
                f"{names}): too little memory? Nothing is lost: run the same command again and it "
                "goes on where it was, with --workers 1 if memory is short"
            )


# cluster ----------------------------------------------------------------------------------------


def _on_cluster(address: str, todo: Iterator[Batch], read: Reader, job: _Job) -> None:
    with client_at(address) as client:
        from distributed import KilledWorker
        from distributed import wait as distributed_wait

        first_of: Any = distributed_wait  # typed as a coroutine, which it is only when asked so
        everywhere = client.scatter(read, broadcast=True)
        threads = sum(client.nthreads().values()) or 1
        waiting: dict[Any, Batch] = {}
        while True:
            while len(waiting) < threads * _AHEAD and (batch := next(todo, None)) is not None:
                future = client.submit(read_batch, everywhere, batch.documents, pure=False,
                                       retries=TRIES)  # fmt: skip
                waiting[future] = batch
            if not waiting:
                return
            for future in first_of(list(waiting), return_when="FIRST_COMPLETED").done:
                batch = waiting.pop(future)
                try:
                    job.keep(batch, future.result())
                except KilledWorker:
                    _blame([batch], {batch.place: TRIES - 1})
