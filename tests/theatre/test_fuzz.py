"""Whatever is done to a theatre's files, reading succeeds or tells well-formed faults."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import check_well_formed

from tightrope.errors import Fault, TheatreError
from tightrope.theatre import Theatre, read_theatre
from tightrope.theatre.scaffold import TEMPLATE, new_theatre

YAML_VARIANTS = 1_300
CSV_VARIANTS = 1_000
ODD = [
    b"\t", b"\r", b"\x00", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", "\N{GRINNING FACE}".encode(),
    "\N{RIGHT-TO-LEFT OVERRIDE}".encode(), b"\xc2\x85", b"\xe2\x80\xa8", b"'", b'"', b": ", b"- ",
    b"#", b"&a ", b"*a ", b"!!python/object:os.system ", b"%", b"{", b"}", b"[", b"]", b"<<: ",
    b"? ", b"|", b">", b"---\n", b",", b";", b"~", b"x" * 5_000, b"9" * 5_000, b"[" * 3_000,
]  # fmt: skip
NUMBERS = [
    b"1..3", b"3..1", b"-1", b"0", b"1e999", b"-1e999", b"NaN", b".nan", b".inf", b"9" * 400,
    b"1e-400", b"0..0", b"..", b"1..", b"..1", b"0x1F", "\u0663".encode(), b"true", b"null", b"[1]",
    b"0000-00-00", b"9999-12-31~", b"../..", b"2018-01-01/..",
]  # fmt: skip
UNITS = [b"days", b"per year", b"per day", b"months", b"%", b"per decade", b""]

Check = Callable[[tuple[Fault, ...]], None]
Change = Callable[[random.Random, bytes], bytes]


def _lines(change: Callable[[random.Random, list[bytes]], None]) -> Change:
    def apply(rng: random.Random, raw: bytes) -> bytes:
        lines = raw.splitlines(keepends=True) or [b"\n"]
        change(rng, lines)
        return b"".join(lines)

    return apply


def _delete(rng: random.Random, lines: list[bytes]) -> None:
    del lines[rng.randrange(len(lines))]


def _duplicate(rng: random.Random, lines: list[bytes]) -> None:
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))


def _swap(rng: random.Random, lines: list[bytes]) -> None:
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]


def _indent(rng: random.Random, lines: list[bytes]) -> None:
    i = rng.randrange(len(lines))
    lines[i] = rng.choice([b"  ", b" ", b"\t", b""]) + lines[i].lstrip(b" ")


def _truncate(rng: random.Random, raw: bytes) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)]


def _flip(rng: random.Random, raw: bytes) -> bytes:
    spoiled = bytearray(raw or b"x")
    for _ in range(rng.randint(1, 4)):
        spoiled[rng.randrange(len(spoiled))] ^= 1 << rng.randrange(8)
    return bytes(spoiled)


def _insert(rng: random.Random, raw: bytes) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(ODD) + raw[at:]


def _replace(pattern: bytes, choices: list[bytes]) -> Change:
    def apply(rng: random.Random, raw: bytes) -> bytes:
        found = list(re.finditer(pattern, raw))
        if not found:
            return raw
        start, end = rng.choice(found).span()
        return raw[:start] + rng.choice(choices) + raw[end:]

    return apply


def _rename(rng: random.Random, raw: bytes) -> bytes:
    words = sorted(set(re.findall(rb"[a-z_]{3,}", raw))) or [b"x"]
    word, other = rng.choice(words), rng.choice([*words, b"zz", b"no", b""])
    return raw.replace(word, other, rng.choice([1, -1]))


CHANGES: list[Change] = [
    *map(_lines, (_delete, _duplicate, _swap, _indent)),
    _truncate, _flip, _insert, _rename,
    _replace(rb"[-+]?\d[\d.]*", NUMBERS),
    _replace(rb"\b(?:per )?(?:days?|weeks?|months?|years?)\b", UNITS),
    _replace(rb"[{}\[\]:,;\"']", [b"", b" ", b"x"]),
]  # fmt: skip


def spoil(rng: random.Random, raw: bytes) -> bytes:
    for _ in range(rng.choice([1, 1, 1, 2, 3, 6])):
        raw = rng.choice(CHANGES)(rng, raw)
    return raw


def outcome(read: Callable[[], object], check: Check) -> str:
    try:
        read()
    except TheatreError as error:
        check(error.faults)
        return "faults"
    return "fine"


@pytest.fixture(scope="module")
def marsh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz") / "marsh"
    new_theatre(folder, "marsh")
    return folder


def variants(
    folder: Path, file: str, count: int, read: Callable[[], object], check: Check
) -> dict[str, int]:
    """Read ``count`` spoiled variants of one file; how many were fine, how many had faults."""
    original = (folder / file).read_bytes()
    tally = {"fine": 0, "faults": 0}
    try:
        for seed in range(count):
            (folder / file).write_bytes(spoil(random.Random(f"{file} {seed}"), original))
            try:
                tally[outcome(read, check)] += 1
            except BaseException as error:
                error.add_note(f"variant {seed} of {file}")
                raise
    finally:
        (folder / file).write_bytes(original)
    return tally


@pytest.mark.parametrize("file", sorted(path.name for path in TEMPLATE.glob("*.yaml")))
def test_spoiled_yaml(marsh: Path, file: str) -> None:
    tally = variants(
        marsh, file, YAML_VARIANTS // 5, lambda: read_theatre(marsh), check_well_formed
    )
    assert tally["faults"] > tally["fine"] > 0


@pytest.mark.parametrize("file", ["history.csv", "conditions.csv"])
def test_spoiled_csv(marsh: Path, file: str) -> None:
    history = pytest.importorskip("tightrope.history")
    theatre: Theatre = read_theatre(marsh)
    tally = variants(
        marsh, file, CSV_VARIANTS // 2, lambda: history.read_history(theatre), check_well_formed
    )
    assert tally["faults"] > 0 and tally["fine"] > 0
