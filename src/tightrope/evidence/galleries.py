"""Picture galleries in the middle of a text: "12/35", a caption, an agency, "13/35" and so on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST_ITEM = 1_500
"""Characters of one picture with its caption; what is longer is prose between two galleries."""
LONGEST_CREDIT = 70
_COUNTER = re.compile(
    r"[(\[]?(?P<word>(?:photo|image|picture|slide|gallery|foto)s?:?\s*)?"
    r"(?P<at>[0-9]{1,3})\s*(?P<of>/|of)\s*(?P<all>[0-9]{1,3})[)\]]?(?:\s*[:.|–-])?(?P<rest>\s.*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """A line with text: its place without the white space around it, and the text itself."""

    start: int
    end: int
    text: str
    tail: int
    """End of the white space behind it, before the line end."""


@dataclass(frozen=True)
class _Counter:
    line: int
    at: int
    all: int
    alone: bool


def galleries(lines: Sequence[Line], credit: re.Pattern[str]) -> list[tuple[int, int]]:
    """Galleries among the lines, each as first line and line after its last.

    1. counters "n/m" are found; those of one m that rise, with little between them, make a run
    2. what stands between two counters belongs to the pictures, unless prose follows their credit
    3. the last picture ends with its credit: one that is known, or one like those before the
       other counters; without any, with its first line
    A single counter counts only where caption and credit follow.
    """
    found: list[tuple[int, int]] = []
    for run in _runs(lines, list(_counters(lines))):
        learned = {
            lines[b.line - 1].text for a, b in pairwise(run)
            if b.line - a.line > 2 and len(lines[b.line - 1].text) <= LONGEST_CREDIT
        }  # fmt: skip
        for a, b in pairwise(run):
            found.append((a.line, _end_of_item(lines, a, b.line, credit)))
        end = _end_of_last(lines, run[-1], credit, learned)
        if len(run) > 1 or end - run[-1].line > 2:
            found.append((run[-1].line, end))
        elif (run[-1].at, run[-1].all) != (9, 11):  # the day, not a picture
            found.append((run[-1].line, run[-1].line + 1))
    return found


def _counters(lines: Sequence[Line]) -> Iterator[_Counter]:
    for number, line in enumerate(lines):
        match = _COUNTER.fullmatch(line.text) if len(line.text) <= LONGEST_ITEM else None
        if match is None:
            continue
        at, of_all, rest = int(match["at"]), int(match["all"]), (match["rest"] or "").strip()
        # "9 of 12 guards" begins a sentence; "9/12 Guards" and "Photo 9 of 12 Guards" do not.
        counts = not rest or match["of"] == "/" or match["word"]
        if 1 <= at <= of_all and of_all >= 2 and counts:
            yield _Counter(number, at, of_all, not rest)


def _runs(lines: Sequence[Line], counters: Sequence[_Counter]) -> Iterator[list[_Counter]]:
    run: list[_Counter] = []
    for counter in counters:
        if run and not _goes_on(lines, run[-1], counter):
            yield from _worthy(run)
            run = []
        run.append(counter)
    yield from _worthy(run)


def _goes_on(lines: Sequence[Line], last: _Counter, counter: _Counter) -> bool:
    near = lines[counter.line].start - lines[last.line].start <= 4 * LONGEST_ITEM
    return counter.all == last.all and counter.at > last.at and near


def _worthy(run: list[_Counter]) -> Iterator[list[_Counter]]:
    if len(run) > 1 or (run and run[0].alone):
        yield run


def _end_of_item(
    lines: Sequence[Line], counter: _Counter, following: int, credit: re.Pattern[str]
) -> int:
    """The line after a picture that is followed by another one."""
    size = lines[following].start - lines[counter.line].start
    for number in range(counter.line + 1, following):
        if _is_credit(lines[number].text, credit):
            left = lines[following].start - lines[number].end
            return number + 1 if left > LONGEST_ITEM / 3 else following
    return following if size <= LONGEST_ITEM else min(counter.line + 2, following)


def _end_of_last(
    lines: Sequence[Line], counter: _Counter, credit: re.Pattern[str], learned: set[str]
) -> int:
    begin = counter.line + 1
    for number in range(begin, min(begin + 6, len(lines))):
        line = lines[number]
        if line.end - lines[counter.line].start > LONGEST_ITEM:
            break
        if line.text in learned or _is_credit(line.text, credit):
            return number + 1
    return min(begin + counter.alone, len(lines)) if learned or not counter.alone else begin


def _is_credit(text: str, credit: re.Pattern[str]) -> bool:
    return len(text) <= LONGEST_CREDIT and bool(credit.fullmatch(text))
