"""A part of a long text goes back to where it was taken from, and nothing else moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.errors import RequestRefused
from tightrope.web.windows import A_PART, BEFORE, MOST_LINES, Window, put_back, window_of

LONG = "\n".join(["id,date", *(f"row-{i},2020" for i in range(2, 3000)), ""])


def sent(part: Window, text: str) -> dict[str, str]:
    return {"first": str(part.first), "count": str(part.count), "text": text}


@given(st.integers(-5, 4000))
def test_a_part_that_is_sent_back_unchanged_changes_nothing(line: int) -> None:
    part = window_of(LONG, {"line": str(line)})
    assert part.count == A_PART and part.first >= 1 and part.last <= part.total == 3000
    assert part.first <= min(max(line, 1), 3000) <= part.last
    assert put_back(LONG, sent(part, part.text)) == LONG


def test_lines_may_be_added_and_taken_away() -> None:
    part = window_of(LONG, {"row": "row-1500"})
    lines = part.text.split("\n")
    assert lines[BEFORE] == "row-1500,2020"
    changed = put_back(LONG, sent(part, "\n".join(["new,1", *lines[2:]])))
    assert changed.split("\n") == [*LONG.split("\n")[: part.first - 1], "new,1",
                                   *LONG.split("\n")[part.first + 1 :]]  # fmt: skip


def test_a_short_text_is_one_part() -> None:
    short = "x\n" * (MOST_LINES - 1)
    assert (
        window_of(short, {"line": "900"}).is_whole and put_back("other", {"text": short}) == short
    )


@pytest.mark.parametrize("first, count", [("0", "5"), ("1", "3001"), ("2999", "3"), ("x", "1"),
                                          ("1", "")])  # fmt: skip
def test_a_part_that_does_not_fit_is_refused(first: str, count: str) -> None:
    with pytest.raises(RequestRefused, match="does not fit"):
        put_back(LONG, {"first": first, "count": count, "text": ""})
