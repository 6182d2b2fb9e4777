"""The table with which a benchmark ends."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def write_results(file: str, title: str, about: str, rows: Iterable[tuple[str, str]]) -> None:
    """To standard output, and to a file beside the benchmarks."""
    lines = [f"# {title}", "", about, "", "| what | figure |", "|---|---|",
             *(f"| {what} | {figure} |" for what, figure in rows), ""]  # fmt: skip
    text = "\n".join(lines)
    print(text)
    (Path(__file__).parent / file).write_text(text, encoding="utf-8")
