"""The cut of time: what was not yet public on the as-of day changes no figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import jax
import numpy as np
import pytest

from tightrope.compile import compile_theatre
from tightrope.errors import TheatreError
from tightrope.history import History, Table, read_history, read_theatre_and_history, tabulate
from tightrope.theatre import Theatre, read_theatre
from tiny import row, tiny_theatre

Tiny = Callable[..., tuple[Theatre, History]]
REGISTER = "register,\n"
ORIGIN = date(2020, 6, 30)


def read_with(folder: Path, *lines: str, rows: str | None = None) -> tuple[Theatre, History]:
    """A tiny theatre whose conditions.csv has the column known: ``date,known,condition,value``."""
    tiny_theatre(folder, rows=rows)
    table = "".join(f"{line},{REGISTER}" for line in lines)
    (folder / "conditions.csv").write_text("date,known,condition,value,sources,note\n" + table)
    return read_theatre_and_history(folder)


def table_as_of(read: tuple[Theatre, History], day: date = ORIGIN) -> Table:
    """Every array that a forecast as of ``day`` starts from."""
    theatre, history = read
    return tabulate(compile_theatre(theatre), history.as_of(day))


def assert_same(one: Table, other: Table) -> None:
    np.testing.assert_equal(*([np.asarray(x) for x in jax.tree.leaves(t)] for t in (one, other)))


def truce(read: tuple[Theatre, History], day: date) -> list[date]:
    """The dawns, up to the one after ``day``, that see a truce in what was known on ``day``."""
    table = table_as_of(read, day)
    start = date(2020, 1, 1).toordinal()
    return [date.fromordinal(start + int(i)) for i in np.flatnonzero(table.conditions[:, 1])]


def test_as_of_keeps_what_was_known(tiny: Tiny) -> None:
    rows = (
        row("early", "2020-03-01")
        + row("told-late", "2020-03-01", known="2020-04-10")
        + row("window", "2020-03-20/2020-04-20", known="2020-04-05")
        + row("later", "2020-05-01")
    )
    conditions = f"2020-03-05,truce,yes,{REGISTER}2020-04-09,truce,no,{REGISTER}"
    _, history = tiny(rows=rows, conditions=conditions)

    def known(text: str) -> list[str]:
        return sorted(row.id for row in history.as_of(date.fromisoformat(text)).rows)

    assert known("2020-02-29") == []
    assert known("2020-03-01") == ["early"]
    assert known("2020-04-05") == ["early", "window"]
    assert known("2020-04-10") == ["early", "told-late", "window"]
    cut = history.as_of(date(2020, 4, 8))
    assert (cut.until, [row.word for row in cut.conditions]) == (date(2020, 4, 8), ["yes"])
    assert history.as_of(date(2030, 1, 1)) == history
    assert cut.as_of(date(2020, 12, 31)) == cut


def test_digest_tells_histories_apart(tiny: Tiny) -> None:
    _, history = tiny()
    assert history.digest() == history.as_of(history.until).digest()
    assert history.digest() != history.as_of(date(2020, 12, 30)).digest()


@pytest.mark.parametrize(
    "planted",
    [
        row("late", "2020-05-01", count="40", known="2020-07-01"),
        row("tally", "2020-02-01/2020-06-30", count="90..", known="2020-07-01"),
        row("month", "2020-06", count="40", known="2020-07-01"),
        row("after", "2020-07-01", count="40"),
    ],
)
def test_a_row_published_after_the_origin_moves_no_figure(tmp_path: Path, planted: str) -> None:
    plain = row("a", "2020-03-01")
    without = read_with(tmp_path / "without", rows=plain)
    planted_in = read_with(tmp_path / "with", rows=plain + planted)
    assert_same(table_as_of(planted_in), table_as_of(without))
    later = table_as_of(planted_in, date(2020, 7, 1))
    assert later.counts.sum() >= 41, "once it is public it counts"


@pytest.mark.parametrize(
    "planted", ["2020-05-01,2020-07-01,truce,yes", "2020-07-01,,truce,yes",
                "2020-05-01,2020-07-01,troops,90000"],
)  # fmt: skip
def test_a_value_published_after_the_origin_moves_no_figure(tmp_path: Path, planted: str) -> None:
    plain = "2020-02-01,2020-02-01,troops,50"
    without = read_with(tmp_path / "without", plain)
    planted_in = read_with(tmp_path / "with", plain, planted)
    assert_same(table_as_of(planted_in), table_as_of(without))
    now, then = (table_as_of(read, date(2020, 7, 1)) for read in (planted_in, without))
    assert np.any(now.conditions != then.conditions), "once it is public it acts"


def test_a_value_known_later_acts_from_its_date_once_known(tmp_path: Path) -> None:
    read = read_with(
        tmp_path, "2020-03-05,2020-04-10,truce,yes", "2020-03-08,,truce,no",
        "2020-05-01,,truce,yes",
    )  # fmt: skip
    assert truce(read, date(2020, 4, 9)) == []
    assert truce(read, date(2020, 4, 10)) == [date(2020, 3, day) for day in (6, 7, 8)]
    assert truce(read, date(2020, 5, 1)) == [
        *(date(2020, 3, day) for day in (6, 7, 8)), date(2020, 5, 2),
    ]  # fmt: skip


def test_without_the_column_a_value_is_known_on_its_date(tmp_path: Path, tiny: Tiny) -> None:
    _, plain = tiny(conditions=f"2020-03-05,truce,yes,{REGISTER}")
    _, empty = read_with(tmp_path, "2020-03-05,,truce,yes")
    assert plain.conditions == empty.conditions
    assert plain.conditions[0].known == date(2020, 3, 5)


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ("2020-03", "bad-date: '2020-03' is not one day; write YYYY-MM-DD"),
        ("2020-03-04", "known-too-early: known on 2020-03-04, before it happened on '2020-03-05'; "
         "give the day on which it was public"),
    ],
)  # fmt: skip
def test_fault_of_a_day_of_publication(tmp_path: Path, known: str, says: str) -> None:
    with pytest.raises(TheatreError) as caught:
        read_with(tmp_path, f"2020-03-05,{known},truce,yes")
    assert list(map(str, caught.value.faults)) == [f"conditions.csv:2:12: {says}"]


def test_the_column_may_stand_anywhere_but_not_twice(tmp_path: Path) -> None:
    folder = tiny_theatre(tmp_path)
    text = "date,condition,value,sources,note,known\n2020-03-05,truce,yes,register,,2020-03-09\n"
    (folder / "conditions.csv").write_text(text)
    theatre = read_theatre(folder)
    assert [row.known for row in read_history(theatre).conditions] == [date(2020, 3, 9)]
    (folder / "conditions.csv").write_text(text.replace("note", "known"))
    with pytest.raises(TheatreError, match="missing-column: no column is called note"):
        read_history(theatre)
    (folder / "conditions.csv").write_text(text.replace("known", "note,known,known"))
    with pytest.raises(TheatreError, match="duplicate-column"):
        read_history(theatre)
