"""Reading is fast and linear; bounds are generous, for slow and busy machines."""

from __future__ import annotations

import time
from datetime import date

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
