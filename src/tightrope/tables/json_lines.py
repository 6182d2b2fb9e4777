"""JSON lines (one object a line) -> rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from tightrope.tables.delimited import text_lines
from tightrope.tables.faults import FaultList
from tightrope.theatre.marks import is_mapping

_HALF_PAIR = re.compile("[\ud800-\udfff]")
_LOOKED_AT = 100
"""Lines from which the names of the columns are taken; a key may be missing in some of them."""


class JsonLinesTable:
    """Objects whose keys are columns; a key that is absent, or null, is an empty cell."""

    def __init__(self, path: Path, columns: tuple[str, ...], faults: FaultList):
        self.path, self.columns, self.faults = path, columns, faults

    @classmethod
    def open(cls, path: Path, faults: FaultList) -> JsonLinesTable | None:
        """The table, if its first lines are objects."""
        before, names = faults.count, dict[str, None]()
        for _, row in islice(_objects(path, faults), _LOOKED_AT):
            names.update(dict.fromkeys(row))
        if faults.count > before:
            return None
        if not names:
            says = "no line holds an object; write one {...} a line"
            return faults.add(0, 0, "empty", says)
        return cls(path, tuple(names), faults)

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Rows with the columns ``wanted``; a list or an object in one of them is a fault."""
        for line, row in _objects(self.path, self.faults):
            cells = [row.get(name) for name in wanted]
            nested = [i for i, cell in enumerate(cells) if isinstance(cell, list | dict)]
            for i in nested:
                says = f"column {wanted[i]} holds a list or an object; write text or a number"
                column = self.columns.index(wanted[i]) + 1
                self.faults.add(line, column, "nested-value", says)
            if not nested:
                yield line, [_word(cell) for cell in cells]


def _objects(path: Path, faults: FaultList) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, text in enumerate(text_lines(path, faults), 1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            what = getattr(error, "msg", "nested too deep")
            faults.add(number, 0, "json-syntax", f"{what}; write one object a line")
            continue
        if is_mapping(value):
            yield number, value
        else:
            faults.add(number, 0, "json-syntax", "no object stands here; write one {...} a line")


def _word(value: Any) -> str:
    text = "" if value is None else str(value)
    # Half a surrogate pair cannot be printed; one sign for one keeps all places in the text.
    return text if text.isascii() else _HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", text)
