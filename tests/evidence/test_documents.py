"""Every kind of document is read, in order, with its day, title and outlet, and exact places."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from small_pdf import pdf

from tightrope.evidence.document import Document
from tightrope.evidence.documents import DocumentError, read_documents

FIRST = (
    "Nine guards were killed on the river on Tuesday, the council of Rivertown said in a statement."
)
SECOND = "Deputies demanded on Wednesday that all foreign guards leave the river before the winter."
PAGE = f"""<!DOCTYPE html>
<html><head><title>Guards killed - Harbour Herald</title>
<meta property="og:title" content="Guards killed on the river">
<meta property="og:site_name" content="Harbour Herald">
<meta property="article:published_time" content="2019-04-09T10:00:00Z">
<script>document.write("written by a script")</script></head>
<body onload="alert('loaded')"><nav><a href="/">Home</a><a href="/world">World</a></nav>
<article><h1>Guards killed on the river</h1><p>{FIRST}</p>
<script src="http://herald.example/a.js">var planted = "words of a script";</script>
<img src="http://herald.example/a.png"><iframe src="http://herald.example/b"></iframe>
<p>{SECOND}</p><p>{FIRST.replace("Nine", "Twelve")} {SECOND}</p></article>
<footer>Imprint</footer></body></html>"""
ROWS = [
    {"id": "a1", "date": "2019-04-09", "text": "Guards leave. (Herald)", "topic": "River"},
    {"id": "a2", "date": "2019-04-10", "text": " The river rises 🚩 \n again. ", "topic": None},
]


def read(*paths: Path, **more: object) -> list[Document]:
    return list(read_documents(paths, **more))  # type: ignore[arg-type]


def as_csv(path: Path) -> None:
    pl.DataFrame(ROWS).write_csv(path)


def as_tsv(path: Path) -> None:
    pl.DataFrame(ROWS).write_csv(path, separator="\t")


def as_lines(path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")


def as_parquet(path: Path) -> None:
    table = pl.DataFrame(ROWS).with_columns(pl.col("date").str.to_date())
    table.write_parquet(path)


def test_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "river.txt"
    text = f" date 2019-04-09 \r\n\r\nGuards killed on the river\r\n\r\n{FIRST}\r\n\r\n"
    text += "READ ALSO: Floods"
    path.write_bytes(text.encode())
    [document] = read(path)
    assert (document.name, document.text, document.id) == ("river.txt", text, None)
    assert (document.published, document.title) == (date(2019, 4, 9), "Guards killed on the river")
    assert FIRST in document.prose and "READ ALSO" not in document.prose
    assert read(path, published=date(2018, 1, 1))[0].published == date(2018, 1, 1)


def test_a_page_gives_its_article_title_day_and_outlet(tmp_path: Path) -> None:
    path = tmp_path / "river.html"
    path.write_text(PAGE, encoding="utf-8")
    [document] = read(path)
    assert (document.title, document.outlet, document.published) == (
        "Guards killed on the river", "Harbour Herald", date(2019, 4, 9),
    )  # fmt: skip
    assert FIRST in document.text and SECOND in document.text
    for absent in ("script", "alert", "planted", "Imprint", "World", "<"):
        assert absent not in document.text


def test_a_page_without_main_text_gives_what_is_visible(tmp_path: Path) -> None:
    path = tmp_path / "short.htm"
    path.write_text("<title>A &amp; B</title><p>Guards <b>leave</b><p>&lt;i&gt; today", "utf-8")
    [document] = read(path)
    assert document.text.split() == ["Guards", "leave", "<i>", "today"]


def test_a_pdf_gives_its_text_layer(tmp_path: Path) -> None:
    path = tmp_path / "river.pdf"
    path.write_bytes(
        pdf(["Guards killed", "Nine guards were killed on the", "river."], ["Next page."])
    )
    [document] = read(path)
    assert document.text == "Guards killed\nNine guards were killed on the river.\n\nNext page."


@pytest.mark.parametrize("name, write", [
    ("a.csv", as_csv), ("a.tsv", as_tsv), ("a.jsonl", as_lines), ("a.parquet", as_parquet),
    ("a.ndjson", as_lines), ("other.bin", as_parquet),
])  # fmt: skip
def test_dated_lines(name: str, write: object, tmp_path: Path) -> None:
    write(tmp_path / name)  # type: ignore[operator]
    one, two = read(tmp_path / name, published=date(1999, 1, 1))
    assert (one.name, one.id, one.published, one.title) == (name, "a1", date(2019, 4, 9), "River")
    assert (one.prose.rstrip(), one.outlet) == ("Guards leave.", "Herald")
    assert (two.id, two.text, two.title) == ("a2", ROWS[1]["text"], None)


def test_lines_without_days_or_ids(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,date\nGuards leave.,\n ,2019-04-09\nGuards stay.,20190410\n", "utf-8")
    found = read(path, published=date(1999, 1, 1))
    assert [(d.id, d.published, d.text) for d in found] == [
        ("row-2", date(1999, 1, 1), "Guards leave."), ("row-4", date(2019, 4, 10), "Guards stay."),
    ]  # fmt: skip
    with pytest.raises(DocumentError, match=r"a.csv:2:2: bad-date: .*an empty cell; fill it in"):
        read(path)


def test_folders_are_read_in_order_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/.hidden.txt", ".git/c.txt", "a/b/c.txt"):
        path = tmp_path / "all" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FIRST, encoding="utf-8")
    found = read(tmp_path / "all", tmp_path / "all" / "b.txt")
    assert [d.name for d in found] == ["b.txt", "a/z.txt", "a/b/c.txt", "b.txt"]


@pytest.mark.parametrize("data, count", [
    (FIRST.encode(), 1), (PAGE.encode(), 1), (pdf(["Guards leave."]), 1),
    (b'{"text": "Guards leave.", "date": "2019-04-09"}\n' * 3, 3),
    (b"date,text\n2019-04-09,Guards leave.\n2019-04-10,They stay.\n", 2),
])  # fmt: skip
def test_standard_input_is_known_by_what_it_holds(data: bytes, count: int) -> None:
    found = list(read_documents(["-"], stdin=io.BytesIO(data)))
    assert [d.name for d in found] == ["-"] * count
    assert all("guards" in d.text.casefold() or "stay" in d.text for d in found)


def test_parquet_on_standard_input() -> None:
    kept = io.BytesIO()
    pl.DataFrame(ROWS).write_parquet(kept)
    kept.seek(0)
    assert [d.id for d in read_documents(["-"], stdin=kept)] == ["a1", "a2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "cp1256"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = {
        "cp1256": "قال رئيس الوزراء العراقي إن القوات الأجنبية يجب أن تغادر البلاد قريبا. " * 4
    }.get(
        encoding, "The café on the quay, said “Herr Müller”, was shut by the council’s guards. " * 4
    )
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    [document] = read(path)
    assert document.text.removeprefix("\ufeff") == text
    if encoding.startswith("utf-8"):
        assert document.text == path.read_bytes().decode("utf-8")


def test_mojibake_is_undone_before_places_are_counted(tmp_path: Path) -> None:
    good = "The council’s guards left the café, “Herr Müller” said, for 9 € a day."
    path = tmp_path / "a.txt"
    path.write_bytes(good.encode().decode("sloppy-windows-1252").encode())
    [document] = read(path)
    assert document.text == good
    assert sum(span.end - span.start for span in document.spans) == len(good)


def test_the_hash_is_of_the_raw_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("abc", encoding="utf-8")
    assert read(path)[0].sha256.startswith("ba7816bf8f01cfea")
