"""A reader of statements that is slow, or dies, as a text says; for jobs on many processes."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path

from tightrope.evidence.document import Document, Span
from tightrope.evidence.statement import Party, Statement

_ACT = re.compile(r"\b(\w+) (bombed|thanked) (\w+)")


def read(document: Document) -> list[Statement]:
    text = document.text
    if "FAIL" in text:
        raise ValueError("a bug in the reader")
    if "SLOW" in text:
        time.sleep(0.02)
    once = re.search(r"DIE (\S+)", text)
    if once:
        _die(Path(once[1]), for_ever="ALWAYS" in text)
    return [
        Statement(
            document.name, document.id, found.start(), found.end(), found[0], found.start(2),
            found.end(2), "ASSAULT", None, Party(None, found[1], found[1], *found.span(1)), None,
            str(document.published), None, (), "happened", None, None, 0.5,
        )
        for found in _ACT.finditer(text)
    ]  # fmt: skip


def _die(mark: Path, *, for_ever: bool) -> None:
    """Kill the worker; the next time only if it is for ever."""
    if for_ever or not mark.exists():
        with mark.open("a") as marks:
            marks.write("x")
        os.kill(os.getpid(), signal.SIGKILL)


def document(text: str, i: int) -> Document:
    return Document("lines.csv", text, (Span(0, len(text), "prose"),), id=str(i))


def documents(count: int, word: str = "") -> list[Document]:
    acts = ("bombed", "thanked", "slept near")
    return [
        document(f"North {acts[i % 3]} South{i % 7} \U0001f54a {word}", i) for i in range(count)
    ]


if __name__ == "__main__":
    from tightrope.evidence.corpus import read_corpus

    read_corpus(documents(200, "SLOW"), read, Path(sys.argv[1]), reader="toy", batch=10,
                workers=2)  # fmt: skip
