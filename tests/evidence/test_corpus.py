"""A corpus is read as one job: on any number of workers, however often it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import toy_reader

from tightrope.errors import RunRefused
from tightrope.evidence.corpus import read_corpus
from tightrope.evidence.document import Document
from tightrope.evidence.parts import Corpus


def job(documents: list[Document], folder: Path, *, batch: int = 10, reader: str = "toy",
        workers: int | None = 1, cluster: str | None = None) -> Corpus:  # fmt: skip
    return read_corpus(documents, toy_reader.read, folder, reader=reader, batch=batch,
                       workers=workers, cluster=cluster)  # fmt: skip


def stored(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_every_statement_once_and_in_order(tmp_path: Path) -> None:
    documents = toy_reader.documents(95)
    read = job(documents, tmp_path / "parts")
    assert read.documents == 95 and len(read.parts) == 10
    expected = [told for document in documents for told in toy_reader.read(document)]
    assert list(read.statements()) == expected and not list(read.faults())
    pairs = list(read.beside(iter(documents)))
    assert [document for document, _ in pairs] == documents
    assert [told for _, statements in pairs for told in statements] == expected
    assert all(told.id == document.id for document, found in pairs for told in found)


def test_the_same_bytes_on_any_number_of_workers(tmp_path: Path) -> None:
    documents = toy_reader.documents(95)
    done: list[int] = []
    job(documents, tmp_path / "one")
    read_corpus(documents, toy_reader.read, tmp_path / "two", reader="toy", batch=10, workers=2,
                progress=done.append)  # fmt: skip
    assert stored(tmp_path / "one") == stored(tmp_path / "two")
    assert done[-1] == 95 and done == sorted(done)


def test_the_outputs_are_the_documented_shape(tmp_path: Path) -> None:
    documents = toy_reader.documents(25)
    documents[24] = replace(documents[24], name="half\ud83d.csv")
    read = job(documents, tmp_path / "parts")
    expected = [told.as_json() for told in read.statements()]
    assert read.write_lines(tmp_path / "all.jsonl") == len(expected) == 17
    lines = (tmp_path / "all.jsonl").read_bytes().splitlines()
    assert [json.loads(line) for line in lines] == expected
    paths = read.write_parquet(tmp_path / "table")
    table = pl.concat(pl.read_parquet(path) for path in paths)
    assert table["start"].to_list() == [told["start"] for told in expected]
    assert table["source_name"].to_list()[:2] == ["North", "North"]
    assert table["killed_low"].null_count() == 17 and table.schema["killed_low"] == pl.Float64
    again = read.write_parquet(tmp_path / "again")
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in paths]


def test_an_empty_corpus_and_empty_documents(tmp_path: Path) -> None:
    assert list(job([], tmp_path / "none").statements()) == []
    read = job([toy_reader.document("", 0)] * 3, tmp_path / "empty")
    assert (read.documents, list(read.statements())) == (3, [])
    assert pl.read_parquet(read.write_parquet(tmp_path / "t")[0]).height == 0


def test_what_is_there_is_not_read_again_and_what_changed_is(tmp_path: Path) -> None:
    documents = toy_reader.documents(40)
    job(documents, tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    documents[15] = toy_reader.document("East bombed West", 15)
    job(documents, tmp_path)
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(after) == 4 and len(before.items() & after.items()) == 3
    job(documents, tmp_path, reader="another")
    assert not after.keys() & stored(tmp_path).keys() and len(stored(tmp_path)) == 4


def test_a_document_on_which_the_reader_fails_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    documents = toy_reader.documents(20)
    documents[3] = toy_reader.document("FAIL North bombed South", 3)
    read = job(documents, tmp_path)
    assert list(read.faults()) == ["lines.csv 3: ValueError: a bug in the reader"]
    assert len(list(read.statements())) == len([i for i in range(20) if i % 3 != 2 and i != 3])


def test_a_killed_worker_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    documents = toy_reader.documents(60)
    documents[12] = toy_reader.document(f"DIE {tmp_path / 'mark'} North bombed South", 12)
    read = job(documents, tmp_path / "killed", workers=2)
    assert (tmp_path / "mark").read_text() == "x"
    job(documents, tmp_path / "calm")
    assert stored(tmp_path / "killed") == stored(tmp_path / "calm")
    assert len(list(read.statements())) == 40 and not list(read.faults())


def test_a_document_that_always_kills_is_named(tmp_path: Path) -> None:
    documents = toy_reader.documents(40)
    documents[12] = toy_reader.document(f"DIE {tmp_path / 'mark'} ALWAYS", 12)
    with pytest.raises(RunRefused, match=r"died 3 times on documents 11 to 20 \(from lines.csv 10"):
        job(documents, tmp_path / "parts", workers=2)
    assert len((tmp_path / "mark").read_text()) in (3, 4)
    # What was read stays, and the same job goes on without the guilty one.
    kept = {path.name for path in (tmp_path / "parts").iterdir()}
    documents[12] = toy_reader.document("", 12)
    job(documents, tmp_path / "parts", workers=2)
    assert kept <= stored(tmp_path / "parts").keys() and len(stored(tmp_path / "parts")) == 4


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills as POSIX does")
def test_a_killed_job_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    command = [sys.executable, toy_reader.__file__, str(folder)]
    running = subprocess.Popen(command, start_new_session=True)
    deadline = time.monotonic() + 60
    while len(list(folder.glob("part-*"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert 3 <= len(list(folder.glob("part-*"))) < 20
    assert nobody_is_left(running.pid), "workers outlive the job that was killed"
    written = {path.name: path.stat().st_mtime_ns for path in folder.glob("part-*")}
    job(toy_reader.documents(200, "SLOW"), folder, workers=2)
    for name, when in written.items():
        assert (folder / name).stat().st_mtime_ns == when
    calm = job(toy_reader.documents(200, "SLOW"), tmp_path / "calm", workers=2)
    left = {name: raw for name, raw in stored(folder).items() if not name.startswith(".")}
    assert left == stored(tmp_path / "calm")
    assert len(calm.parts) == 20


def nobody_is_left(session: int) -> bool:
    """Whether every process of the session that was started has ended, soon."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=False,
                      dashboard_address=None) as cluster:  # fmt: skip
        yield cluster.scheduler_address


def test_a_cluster_gives_the_same_bytes(tmp_path: Path, scheduler: str) -> None:
    documents = toy_reader.documents(95)
    documents[3] = toy_reader.document("FAIL North bombed South", 3)
    job(documents, tmp_path / "here")
    job(documents, tmp_path / "there", cluster=scheduler)
    assert stored(tmp_path / "here") == stored(tmp_path / "there")


def test_a_part_that_somebody_changed_is_told(tmp_path: Path) -> None:
    read = job(toy_reader.documents(10), tmp_path)
    read.parts[0].write_text("{")
    with pytest.raises(RunRefused, match=r"part-000000-.* cannot be read .* remove it"):
        list(read.statements())
