"""Files made to break, block or fool a reader: a clear message, and all other files still read."""

from __future__ import annotations

import gzip
import io
import os
import re
import socket
import time
import tracemalloc
import warnings
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_pdf import locked, pdf

from tightrope.evidence import documents
from tightrope.evidence.documents import DocumentError, read_documents
from tightrope.tables import parquet_foot

GOOD = "Nine guards were killed on the river on Tuesday, the council of Rivertown said."


@pytest.fixture(scope="module", autouse=True)
def reader_of_pages() -> None:
    """Load what reads web pages before sockets are blocked: loading it looks at their types."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trafilatura  # noqa: F401


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a document must not reach for the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def told(folder: Path, **more: Any) -> str:
    """What is said of a folder in which one good file is read all the same."""
    (folder / "zz_good.txt").write_text(GOOD, encoding="utf-8")
    names: list[str] = []
    with pytest.raises(DocumentError) as error:
        for document in read_documents([folder], **more):
            names.append(document.name)
    assert "zz_good.txt" in names
    assert len(str(error.value)) < 2_000
    return str(error.value)


@pytest.mark.parametrize("name, data, says", [
    ("a.txt", b"", "empty; give one with text"),
    ("a.txt", b" \n\t\n", "empty; give one with text"),
    ("a.txt", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40, "no text but bytes"),
    ("a.txt", b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR\x01\x02" * 50, "no text but bytes"),
    ("a.txt", b"\x00" * 5_000, "no text but bytes"),
    ("a.txt", gzip.compress(b"0" * 10_000_000), "this is gzip; unpack it"),
    ("a.csv", gzip.compress(b"0" * 10_000_000), "this is gzip; unpack it"),
    ("a.html", b"<html><script>x</script></html>", "no text; save it again"),
    ("a.pdf", pdf([]), "only pictures of pages; run text recognition"),
    ("a.pdf", b"%PDF-1.4\nnothing", "PDF is damaged"),
    ("a.pdf", b"no pdf at all", "PDF is damaged"),
    ("a.pdf", pdf(["a"])[:200], "PDF is damaged"),
    ("a.csv", b'date,text\n2019-04-09,"never closed\n', "csv-syntax: .*check the quotes"),
    ("a.csv", b"day,words\n2019-04-09,hello\n", "no column for text"),
    ("a.csv", b"date,text\n2019-04-99,hello\n", "a.csv:2:1: bad-date"),
    ("a.csv", b"date,text\n2019-04-09,caf\xe9\n", "not UTF-8; save the file as UTF-8"),
    ("a.csv", b"date,text\n2019-04-09," + b"x" * 1_100_000, "long-line"),
    ("a.jsonl", b'{"date": "2019-04-09", "text": ' + b"[" * 90_000, "nested too deep|json-syntax"),
    ("a.jsonl", b'{"date": "2019-04-09", "text": {"a": 1}}\n', "a list or an object"),
    ("a.parquet", b"PAR1" + b"\xff" * 100 + b"PAR1", "unreadable: .*; write the file again"),
])  # fmt: skip
def test_what_cannot_be_read_is_told(name: str, data: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    message = told(tmp_path)
    assert message.startswith(f"{name}:")
    assert re.search(says, message), message


def test_all_faults_come_at_once_and_after_the_last_document(tmp_path: Path) -> None:
    for i in range(300):
        (tmp_path / f"{i:03}.pdf").write_bytes(b"nothing")
    message = told_briefly(tmp_path)
    assert message.count("PDF is damaged") == documents.MOST_FAULTS
    assert message.endswith("and 100 more faults")


def told_briefly(folder: Path) -> str:
    with pytest.raises(DocumentError) as error:
        list(read_documents([folder]))
    return str(error.value)


def test_a_locked_pdf(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(locked(pdf(["Guards leave."]), "secret"))
    assert "locked with a password; save it without one" in told(tmp_path)


def test_a_pdf_that_is_locked_without_a_password_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(locked(pdf(["Guards leave."]), ""))
    assert [d.text for d in read_documents([tmp_path])] == ["Guards leave."]


@pytest.mark.parametrize("name, limit", [
    ("a.txt", documents.LARGEST_TEXT), ("a.html", documents.LARGEST_PAGE),
    ("a.pdf", documents.LARGEST_PDF),
])  # fmt: skip
def test_a_large_file_is_refused_before_it_is_read(name: str, limit: int, tmp_path: Path) -> None:
    with (tmp_path / name).open("wb") as file:
        file.write(b"%PDF-" if name == "a.pdf" else b"text ")
        file.truncate(100_000_000)
    tracemalloc.start()
    message = told(tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert f"100,000,000 bytes, and {limit:,} of a" in message and "split it" in message


def test_a_large_table_is_read_line_by_line(tmp_path: Path) -> None:
    row = f"2019-04-09,{GOOD.replace(',', '') * 10}\n"
    (tmp_path / "a.csv").write_text("date,text\n" + row * 10_000, encoding="utf-8")
    tracemalloc.start()
    assert sum(1 for _ in read_documents([tmp_path / "a.csv"])) == 10_000
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_too_much_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LARGEST_INPUT", 10_000)
    with pytest.raises(DocumentError, match="more than 10,000 bytes"):
        list(read_documents(["-"], stdin=io.BytesIO(b"text " * 5_000)))


def test_archives_are_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a.txt", b"0" * 50_000_000)
    assert "this is zip or a spreadsheet; unpack it and give the files inside" in told(tmp_path)


def test_parquet_that_unpacks_to_more_than_memory_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "x" * 2_000_000
    pl.DataFrame(
        {"date": ["2019-04-09"] * 9, "text": [text + str(i) for i in range(9)]}
    ).write_parquet(tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    assert "a cell of more than 1,000,000 bytes" in told(tmp_path)
    monkeypatch.setattr(parquet_foot, "LARGEST_GROUP", 10_000_000)
    assert "a row group unpacks to" in told(tmp_path)


def test_parquet_of_one_cell_many_times_over_is_read_in_small_slices(tmp_path: Path) -> None:
    """900 bytes that stand for 9 GB: reading the first lines takes no more than these."""
    rows = 10_000
    cells = pa.DictionaryArray.from_arrays(
        pa.array([0] * rows, pa.int32()), pa.array(["x" * 900_000])
    )
    pq.write_table(pa.table({"date": ["2019-04-09"] * rows, "text": cells}), tmp_path / "a.parquet",
                   compression="zstd")  # fmt: skip
    assert (tmp_path / "a.parquet").stat().st_size < 10_000
    found = read_documents([tmp_path / "a.parquet"])
    assert [len(next(found).text) for _ in range(100)] == [900_000] * 100


@pytest.mark.parametrize("depth", [300, 10_000, 100_000])
def test_deep_nesting(depth: int, tmp_path: Path) -> None:
    page = f"<html><body>{'<div>' * depth}<p>{GOOD}</p>{'</div>' * depth}</body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert [d.text for d in read_documents([tmp_path])] == [GOOD]


@pytest.mark.parametrize("page", [
    "<" * 500_000 + "x", "<p>a b</p>" * 30_000, "<!--" * 100_000 + "x",
    "<a " + "x=1 " * 300_000 + ">hi</a>", "x<script></script>" * 50_000, "&amp;" * 200_000,
    "<table><tr><td>a" * 4_000, "<b>" * 40_000 + "x",
])  # fmt: skip
def test_pages_made_to_keep_a_reader_busy(page: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<html><body>{page}", encoding="utf-8")
    start = time.process_time()
    try:
        list(read_documents([tmp_path]))
    except DocumentError as error:
        assert "no text" in str(error)
    assert time.process_time() - start < 10


def test_odd_signs_keep_their_places(tmp_path: Path) -> None:
    text = f"A\x00B \u202eطهران\u202c e\u0301 🏳️\u200d🌈 \U0001f1ee\U0001f1f6 {GOOD}"
    (tmp_path / "a.txt").write_bytes(text.encode())
    (tmp_path / "b.jsonl").write_bytes(
        b'{"date": "2019-04-09", "text": "a\\ud83d b\\u0000\\ud83d\\ude00"}'
    )
    article, line = read_documents([tmp_path])
    assert article.text == text and GOOD in article.prose
    assert line.text == "a\ufffd b\x00😀"
    assert line.text.encode()


def test_half_signs_in_bytes_are_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(GOOD.encode() + b"\xed\xa0\x80 \xff\xfe " + GOOD.encode())
    [document] = read_documents([tmp_path])
    assert document.text.count(GOOD) == 2
    assert document.text.encode()


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("b.txt")
    (tmp_path / "b.txt").symlink_to("a.txt")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "up").symlink_to(tmp_path, target_is_directory=True)
    message = told(tmp_path)
    assert [line.partition(":")[0] for line in message.splitlines()] == ["a.txt", "b.txt"]


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "a pipe, a socket or a device; save it as a file" in told(tmp_path)
    with pytest.raises(DocumentError, match="no file but a pipe"):
        list(read_documents([tmp_path / "a.txt"]))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "b").mkdir(0)
    message = told(tmp_path)
    assert "a.txt:0:0: unreadable: Permission denied" in message and "allow it to be" in message


def test_an_unreadable_file_as_any_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: Any) -> Any:
        raise PermissionError(13, "Permission denied") if path.name == "a.txt" else real(path, *_)

    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    real = Path.open
    monkeypatch.setattr(
        Path, "open", lambda p, *a, **k: refuse(p) if p.name == "a.txt" else real(p, *a, **k)
    )
    assert "a.txt:0:0: unreadable: Permission denied; see to it" in told(tmp_path)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GOOD, encoding="utf-8")
    found = read_documents([tmp_path / "none", "\x00", tmp_path / "a.txt"])
    assert next(found).text == GOOD
    with pytest.raises(DocumentError, match=r"none:0:0: unreadable: No such file"):
        next(found)


def test_entities_from_outside_stay_outside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret words", encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.xhtml").write_text(
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/secret">'
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        f"<html><body><article><p>{GOOD} &x; &b;</p></article></body></html>",
        encoding="utf-8",
    )
    [document] = read_documents([tmp_path / "in"])
    assert GOOD in document.text and "secret words" not in document.text
