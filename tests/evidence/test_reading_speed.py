"""Reading is fast and linear; bounds are generous, for slow and busy machines."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from tightrope.evidence.document import Document
from tightrope.evidence.reader import Reader, read_statements

LINE = (
    "At least {n} people are killed when rebels attack a police station in Lagos, a day after Peru "
    "said that it would withdraw its {n},000 troops from Mali. Chile condemns the attack. (AP)"
)


def _seconds(texts: list[str], reader: Reader) -> float:
    start = time.process_time()
    for text in texts:
        read_statements(Document("lines", text, (), "1", date(2021, 7, 14)), reader)
    return time.process_time() - start


def test_lines_a_second():
    reader = Reader()
    texts = [LINE.format(n=n) for n in range(10, 130)]
    _seconds(texts[:5], reader)
    assert len(texts) / min(_seconds(texts, reader) for _ in range(2)) > 250


def test_time_is_linear_in_the_length_of_a_text():
    reader = Reader()
    short, long = ["\n\n".join(LINE.format(n=n) for n in range(10, 10 + k)) for k in (20, 160)]
    _seconds([short], reader)
    assert min(_seconds([long], reader) for _ in range(2)) < 20 * _seconds([short], reader) + 0.1


def _peak(path: Path, lines: int) -> int:
    """Peak memory in kilobytes of a process that reads so many lines."""
    rows = ({"date": "2024-02-02", "text": f"Rebels kill {i} soldiers near Lima."}
            for i in range(lines))  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    read = [sys.executable, "-m", "tightrope", "read", str(path), "--theatre", "none", "--json"]
    told = subprocess.run(
        [sys.executable, "-c", code, *read], capture_output=True, text=True, check=True
    )
    return int(told.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in kilobytes")
def test_memory_does_not_grow_with_the_number_of_lines(tmp_path: Path) -> None:
    few, many = _peak(tmp_path / "few.jsonl", 500), _peak(tmp_path / "many.jsonl", 8_000)
    assert many < few + 12_000, f"{few:,} and {many:,} kB"
