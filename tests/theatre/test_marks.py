from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tightrope.errors import Fault
from tightrope.theatre.marks import MAX_BYTES, Document, parse_yaml, read_text, read_yaml


def parsed(text: str) -> Document:
    document = Document("f.yaml")
    parse_yaml(text, document)
    return document


def faults(text: str) -> list[str]:
    return [str(fault) for fault in parsed(text).faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("3:20", "3:20"),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("007", "007"),
        ("0o14", "0o14"),
        ("1_000", "1_000"),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("'12'", "12"),
        ('"true"', "true"),
        ("2020-01-03", "2020-01-03"),
        ("4..18 months", "4..18 months"),
        ("9" * 50, "9" * 50),
        (".nan", ".nan"),
        ("NO: 1", {"NO": 1}),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: Any) -> None:
    document = parsed(text)
    assert document.data == value and type(document.data) is type(value)
    assert not document.faults


def test_every_key_item_and_value_has_its_place() -> None:
    document = parsed("a: 1\nb:\n  - x\n  - {c:  y}\n'q r': |\n  text\n")
    assert document.place(("a",)) == (1, 1)
    assert document.place(("a",), of_value=True) == (1, 4)
    assert document.place(("b", 0)) == (3, 5)
    assert document.place(("b", 1, "c")) == (4, 6)
    assert document.place(("b", 1, "c"), of_value=True) == (4, 10)
    assert document.place(("q r",), of_value=True) == (5, 8)


def test_what_is_not_there_has_the_place_of_what_is_around_it() -> None:
    document = parsed("a:\n  b: 1")
    assert document.place(("a", "x", "y")) == (1, 1)
    assert document.place(("a", "x", "y"), of_value=True) == (2, 3)
    assert document.place(("z",)) == (1, 1)
    assert Document("empty.yaml").place(("a",)) == (1, 1)


def test_duplicate_keys() -> None:
    document = parsed("a: 1\nb:\n  c: 1\n  c: {d: [1]}\na: 3")
    assert document.data == {"a": 1, "b": {"c": 1}}
    assert [str(fault) for fault in document.faults] == [
        "f.yaml:4:3: duplicate-key: 'c' stands already in line 3; rename or merge them",
        "f.yaml:5:1: duplicate-key: 'a' stands already in line 1; rename or merge them",
    ]


def test_keys_must_be_words() -> None:
    assert faults("? [a, b]\n: {c: 1}\nd: 2") == [
        "f.yaml:1:3: bad-key: a key is one word; write 'word: ...'"
    ]


def test_aliases_stand_for_their_anchor_and_its_place() -> None:
    document = parsed("a: &x {b: [1, 2]}\nc: *x")
    assert document.data == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}
    assert document.place(("c",)) == document.place(("a",))
    assert document.place(("c", "b", 1)) == (1, 15)


def test_recursive_and_unknown_aliases() -> None:
    assert faults("a: &x [1, *x]") == [
        "f.yaml:1:11: unknown-alias: '*x' has no finished anchor '&x' above it; "
        "write the value out here"
    ]
    assert faults("a: *y")[0].startswith("f.yaml:1:4: unknown-alias: '*y' has no finished anchor")


def test_aliases_of_aliases_cost_nothing() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    start = time.perf_counter()
    document = parsed("\n".join(lines))
    assert not document.faults and len(document.data["a39"]) == 9
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_a_fault_not_a_crash(opening: str) -> None:
    (fault,) = faults(opening * 200_000)
    assert "yaml-nesting: nested deeper than 40 levels; write it flatter" in fault


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\n\tb: 2", "f.yaml:2:1: yaml-syntax: while scanning a plain scalar found a tab "
         "character that violates indentation; indent with spaces, not with tabs"),
        ("a: [1, 2", "yaml-syntax: while parsing a flow sequence did not find expected ',' or ']'; "
         "check indentation, quotes and colons"),
        ("a: @x", "f.yaml:1:4: yaml-syntax: while scanning for the next token found character that "
         "cannot start any token; put a value that starts with such a character into quotes"),
        ("a: b: c", "f.yaml:1:5: yaml-syntax: mapping values are not allowed in this context; "
         "check indentation, quotes and colons"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: yaml-syntax: a second document starts here; "
         "put it into a file of its own"),
        ("a: 1\nb: x\x00y", "f.yaml:2:5: control-character: the character U+0000 cannot be shown; "
         "delete it"),
    ],
)  # fmt: skip
def test_syntax_faults(text: str, says: str) -> None:
    (fault,) = faults(text)
    assert says in fault


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1")
    document = read_yaml(path)
    assert document.data == {"a": 1} and document.place(("a",)) == (1, 1)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"a: 1\nb: caf\xe9\n", (2, 7)),
        (b"\xef\xbb\xbf\xc3\xa9: \xff", (1, 4)),
        ("a: ü\n".encode("utf-16"), (1, 1)),
        (b"a: \xf0\x9f\x98\x80\n\xf0\x9f\x98\x80 \x80", (2, 3)),
    ],
)
def test_what_is_not_utf8_is_shown_where_it_stands(
    tmp_path: Path, raw: bytes, place: tuple[int, int]
) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(raw)
    (fault,) = read_yaml(path).faults
    assert (fault.line, fault.column) == place
    assert fault.code == "not-utf8"
    assert fault.message.endswith("is not UTF-8; save the file with the encoding UTF-8")


def test_a_huge_file_is_refused_without_reading(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    noted: list[Fault] = []
    start = time.perf_counter()
    assert read_text(path, noted) is None
    assert time.perf_counter() - start < 0.05
    assert str(noted[0]) == (
        f"history.csv:0:0: too-large: 50,000,000 bytes, and {MAX_BYTES:,} are read; "
        "split the data or remove some"
    )


def test_what_cannot_be_opened_is_a_fault(tmp_path: Path) -> None:
    (fault,) = read_yaml(tmp_path).faults
    assert fault.code == "unreadable" and fault.message.endswith("; is it a plain file?")
    (fault,) = read_yaml(tmp_path / "none.yaml").faults
    assert fault.message == "No such file or directory; is it a plain file?"
