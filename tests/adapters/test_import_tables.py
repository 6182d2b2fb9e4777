"""Tables of every kind, sound and broken: what is read, and what is said of the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from event_table import counts, faults, read

from tightrope.adapters import TableError, import_lines
from tightrope.tables import faults as bounds_of_faults
from tightrope.tables import parquet

ROWS = [
    {"date": "2019-01-03", "event": "riot", "deaths": 2, "id": "a"},
    {"date": "2019-03-01", "event": "march, with songs", "deaths": None, "id": "b"},
    {"date": "2019-03-01", "event": "riot", "deaths": 0, "id": "c"},
]


def as_text(path: Path, separator: str) -> None:
    pl.DataFrame(ROWS).write_csv(path, separator=separator)


def as_json_lines(path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n\n" for row in ROWS))


def as_parquet(path: Path) -> None:
    table = pl.DataFrame(ROWS).with_columns(pl.col("date").str.to_date())
    table.with_columns(pl.col("event").cast(pl.Categorical)).write_parquet(path)


KINDS: dict[str, Callable[[Path], None]] = {
    "a.csv": lambda path: as_text(path, ","),
    "b.csv": lambda path: as_text(path, ";"),
    "a.tsv": lambda path: as_text(path, "\t"),
    "a.jsonl": as_json_lines,
    "a.parquet": as_parquet,
    "named_otherwise.txt": as_parquet,
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_table_tells_the_same(name: str, tmp_path: Path) -> None:
    KINDS[name](tmp_path / name)
    history = read(import_lines(tmp_path / name, tmp_path / "x").folder)
    found = [(r.id, r.date.text, r.event, r.deaths_low) for r in history.rows]
    assert found == [
        ("a", "2019-01-03", "riot", 2),
        ("b", "2019-03-01", "march_with_songs", None),
        ("c", "2019-03-01", "riot", 0),
    ]


def test_parquet_is_read_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_parquet(tmp_path / "a.parquet")
    whole = read(import_lines(tmp_path / "a.parquet", tmp_path / "x").folder)
    monkeypatch.setattr(parquet, "SLICE", 2)
    assert counts(read(import_lines(tmp_path / "a.parquet", tmp_path / "y").folder)) == counts(
        whole
    )


HEAD = b"date,event\n"
ROW = b"2019-01-03,riot\n"


@pytest.mark.parametrize("name, raw, found, says", [
    ("a.csv", b"", ["0:0 empty"], "the file is empty; give a table with a header and rows"),
    ("a.csv", b"\n\n", ["1:0 no-header"], "the first line is empty; it must name the columns"),
    ("a.csv", HEAD, ["0:0 no-rows"], "no row tells of an event; give a table with at least one"),
    ("a.csv", HEAD + ROW + b"2019-01-03,r\xe9volte\n", ["3:0 not-utf8"],
     "byte 0xe9 is not UTF-8; save the file as UTF-8"),
    ("a.csv", b"dat\xe9,event\n" + ROW, ["1:0 not-utf8"], "byte 0xe9 is not UTF-8"),
    ("a.csv", HEAD + b"2019-01-03,riot,1\n" + ROW, ["2:0 wrong-columns"],
     "3 cells where the header has 2; check the quotes"),
    ("a.csv", HEAD + b'2019-01-03,"riot\n' + ROW, ["3:0 csv-syntax"], "unexpected end of data"),
    ("a.csv", HEAD + b"x" * 1_000_001, ["2:0 long-line"], "a line of more than 1,000,000 bytes"),
    ("a.csv", b"date,event,event\n" + ROW, ["1:0 duplicate-column"],
     "two columns are called 'event'; rename one"),
    ("a.csv", b"when_it_was,event\n" + ROW, ["1:0 missing-column"],
     "no column for date: none is called date or event_date or day or"),
    ("a.csv", b"x,y\n" + ROW, ["1:0 missing-column"] * 2, "there are 'x', 'y'"),
    ("a.csv", b"PK\x03\x04rest", ["0:0 packed"], "this is zip or a spreadsheet; unpack it, or"),
    ("a.csv", b"\x1f\x8b\x08rest", ["0:0 packed"], "this is gzip; unpack it"),
    ("a.jsonl", b'[{"date": 1}]\n', ["1:0 json-syntax"], "no object stands here; write one"),
    ("a.jsonl", b'{"date": \n', ["1:0 json-syntax"], "write one object a line"),
    ("a.jsonl", b"[" * 200_000, ["1:0 json-syntax"], "nested too deep; write one object a line"),
    ("a.jsonl", b"\n", ["0:0 empty"], "no line holds an object"),
    ("a.jsonl", b'{"date": "2019-01-03", "event": {"a": 1}}', ["1:2 nested-value"],
     "column event holds a list or an object; write text or a number"),
    ("a.parquet", b"PAR1 and nothing else", ["0:0 unreadable"], "write the file again"),
])  # fmt: skip
def test_broken_tables(name: str, raw: bytes, found: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(TableError) as error:
        import_lines(tmp_path / name, tmp_path / "x")
    assert faults(error.value) == found and says in str(error.value)
    assert str(error.value).startswith(f"{name}:")
    assert sorted(path.name for path in tmp_path.iterdir()) == [name], "nothing is left behind"


def test_a_parquet_column_of_lists(tmp_path: Path) -> None:
    pl.DataFrame({"date": ["2019-01-03"], "event": [["a"]]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(TableError, match=r"0:2: nested-value: column event holds List\(String\)"):
        import_lines(tmp_path / "a.parquet", tmp_path / "x")


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(TableError, match=r"unreadable: .*; give the path of a table"):
            import_lines(path, tmp_path / "x")


def test_all_faults_at_once_twenty_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(HEAD + ROW + b"2019-02-30,\n" * 30)
    with pytest.raises(TableError) as error:
        import_lines(tmp_path / "a.csv", tmp_path / "x")
    lines = str(error.value).splitlines()
    assert lines[0].startswith("a.csv:3:1: bad-date: column date: '2019-02-30' does not exist in")
    assert len(lines) == 21 and lines[20] == "and 10 more faults"
    assert (len(error.value.faults), error.value.more) == (20, 10)


def test_reading_stops_when_the_table_is_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(HEAD + b"x,\n" * 5_000)
    with pytest.raises(TableError, match="and 980 more faults; reading stopped there"):
        import_lines(tmp_path / "a.csv", tmp_path / "x")
    assert bounds_of_faults.MOST == 1_000


def test_a_quoted_line_end_does_not_move_the_lines_of_faults(tmp_path: Path) -> None:
    raw = b'date,event\n2019-01-03,"one\ntwo"\n2019-13-01,riot\n'
    (tmp_path / "a.csv").write_bytes(raw)
    with pytest.raises(TableError, match=r"^a\.csv:4:1: bad-date: column date: '2019-13-01'"):
        import_lines(tmp_path / "a.csv", tmp_path / "x")


def test_a_byte_order_mark_and_spaces_are_no_part_of_a_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf date , EVENT\r\n2019-01-03, riot \r\n")
    assert [row.event for row in read(import_lines(tmp_path / "a.csv", tmp_path / "x").folder).rows]
