"""A part of a long file, so that a table of thousands of rows can be edited as text.

A file of at most ``MOST_LINES`` lines is one part. What is sent back is put where it was before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tightrope.errors import RequestRefused
from tightrope.web.addresses import Query
from tightrope.web.runs.words import number_in

MOST_LINES = 1500
"""A file of more is shown in parts of ``A_PART`` lines."""
A_PART, BEFORE = 200, 10
"""Lines of a part, and how many of them stand before the one that is asked for."""


@dataclass(frozen=True)
class Window:
    """Lines ``first`` to ``first + count - 1`` of a text, counted from 1."""

    text: str
    first: int
    count: int
    total: int
    head: str = ""
    """The first line of the file, where it is not in the part: of a table, its columns."""

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the text."""
        return self.count == self.total

    @property
    def last(self) -> int:
        """The number of its last line."""
        return self.first + self.count - 1

    @property
    def earlier(self) -> int:
        """The line that shows the part before it."""
        return max(self.first - A_PART + BEFORE, 1)

    @property
    def later(self) -> int:
        """The line that shows the part behind it."""
        return self.last + BEFORE


def window_of(text: str, words: Query) -> Window:
    """The part that an address asks for: by ``line``, or by the id of a ``row``."""
    lines = text.split("\n")
    if len(lines) <= MOST_LINES:
        return Window(text, 1, len(lines), len(lines))
    first = min(max(_wanted(lines, words) - BEFORE, 1), max(len(lines) - A_PART + 1, 1))
    part = lines[first - 1 : first - 1 + A_PART]
    return Window("\n".join(part), first, len(part), len(lines), lines[0] if first > 1 else "")


def _wanted(lines: list[str], words: Query) -> int:
    if row := words.get("row", ""):
        return next((i for i, line in enumerate(lines, 1) if line.startswith(f"{row},")), 1)
    line = number_in(words.get("line", ""))
    return 1 if line is None else line


def put_back(whole: str, fields: Mapping[str, str]) -> str:
    """The whole text with the part that was sent; RequestRefused where it does not fit there."""
    text = fields.get("text", "")
    if "first" not in fields:
        return text
    lines = whole.split("\n")
    try:
        first, count = int(fields["first"]), int(fields.get("count", ""))
    except ValueError:
        first = count = 0
    if not (first >= 1 and count >= 1 and first - 1 + count <= len(lines)):
        raise RequestRefused(422, "bad-part", "the part that was sent does not fit into the file",
                             "open it again; your text is still in the page before")  # fmt: skip
    return "\n".join([*lines[: first - 1], *text.split("\n"), *lines[first - 1 + count :]])
