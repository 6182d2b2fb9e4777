"""Rows, the cut of time, tallies as arrays, and every fault of the tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tightrope.compile import compile_theatre
from tightrope.errors import TheatreError
from tightrope.history import History, Table, read_history, read_theatre_and_history, tabulate
from tightrope.theatre import Theatre, read_theatre
from tiny import EVENTS, HEAD, ROW_HEAD, row, tiny_theatre

Tiny = Callable[..., tuple[Theatre, History]]
REGISTER = "register,\n"


def table_of(read: tuple[Theatre, History]) -> Table:
    return tabulate(compile_theatre(read[0]), read[1])


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(2020, 1, 1)).days


# reading ----------------------------------------------------------------------------------------


def test_rows_are_read_in_the_order_of_time(tiny: Tiny) -> None:
    late = "b,2020-05-01/2020-05-09,2020-06-01,strike,COERCE/siege,2..4,1..,south;north,,"
    rows = late + '"Gate, east",register#3-9; register,tally,"said ""yes"""\n'
    _, history = tiny(rows=rows + row("a", "2020-03-01"))
    first, second = history.rows
    assert (first.id, first.plover, first.known, first.is_tally) == (
        "a", "ASSAULT", date(2020, 3, 1), False,
    )  # fmt: skip
    assert second.known == date(2020, 6, 1)
    assert (second.count_low, second.count_high) == (2, 4)
    assert (second.deaths_low, second.deaths_high) == (1, None)
    assert (second.by, second.on) == (("south", "north"), ())
    assert (second.place, second.note) == ("Gate, east", 'said "yes"')
    assert second.sources == ("register#3-9", "register")
    assert history.until == date(2020, 12, 31)


def test_without_until_the_last_row_ends_the_record(tiny: Tiny) -> None:
    head = HEAD.replace("until: 2020-12-31\n", "")
    _, history = tiny(head=head, rows=row("a", "2020-03-01") + row("b", "2020-05"))
    assert history.until == date(2020, 5, 31)


def test_empty_actors_are_those_of_the_event(tiny: Tiny) -> None:
    events = EVENTS.replace("by: north", "by: [north, south], on: south")
    line = "{},2020-03-0{},,strike,,1,,{},{},,register,reported,\n"
    rows = line.format("a", 1, "", "") + line.format("b", 2, "south", "") + row("c", "2020-03-03")
    _, history = tiny(events, rows=rows)
    assert [(r.by, r.on) for r in history.rows] == [
        (("north", "south"), ("south",)), (("south",), ("south",)), (("north",), ("south",)),
    ]  # fmt: skip
    _, history = tiny(rows=line.format("a", 1, "", ""))
    assert (history.rows[0].by, history.rows[0].on) == (("north",), ())


# arrays -----------------------------------------------------------------------------------------


def test_an_incident_counts_on_its_day_or_in_the_middle(tiny: Tiny) -> None:
    rows = row("a", "2020-03-01", count="3") + row("b", "2020-05") + row("c", "2020-03-01")
    table = table_of(tiny(rows=rows))
    assert table.counts.shape == (366, 1)
    assert {int(d): table.counts[d, 0] for d in np.flatnonzero(table.counts)} == {
        day("2020-03-01"): 4.0,
        day("2020-05-16"): 1.0,
    }
    assert np.array_equal(table.listed, table.counts)
    evidence = table.evidence
    assert np.all(evidence.scored == 1) and len(evidence.tally_event) == 0
    assert np.asarray(evidence.cell_count).tolist() == [4.0, 1.0]


def test_what_was_only_threatened_counts_nowhere(tiny: Tiny) -> None:
    threat = row("t", "2020-03-01", count="0").replace(",strike,,", ",strike,THREATEN,")
    read = tiny(rows=threat + row("a", "2020-03-01") + row("u", "2020-04-01", count="0"))
    assert [r.plover for r in read[1].rows] == ["ASSAULT", "THREATEN", "ASSAULT"]
    table = table_of(read)
    assert np.flatnonzero(table.counts).tolist() == [60] and table.counts[60, 0] == 1
    assert np.all(table.evidence.scored == 1) and len(table.evidence.tally_event) == 0


def test_the_rest_of_a_tally_is_spread_over_its_window(tiny: Tiny) -> None:
    rows = row("t", "2020-03-01/2020-03-10", count="7..9") + row("a", "2020-03-02", count="2")
    table = table_of(tiny(rows=rows))
    window = slice(day("2020-03-01"), day("2020-03-11"))
    expected = np.full(10, 0.5)
    expected[1] += 2
    np.testing.assert_allclose(table.counts[window, 0], expected)
    assert table.counts.sum() == pytest.approx(7) and table.listed.sum() == 2
    evidence = table.evidence
    assert np.flatnonzero(np.asarray(evidence.scored)[:, 0] == 0).tolist() == list(range(60, 70))
    assert len(evidence.cell_day) == 0
    tally = [np.asarray(x).tolist() for x in evidence[4:]]
    assert tally == [[0], [60], [70], [7.0], [9.0]]
    assert table.terms > 2 * 9


def test_listed_events_beyond_a_tally_win(tiny: Tiny) -> None:
    rows = row("t", "2020-03-01/2020-03-10", count="1..2") + row("a", "2020-03-02", count="5")
    table = table_of(tiny(rows=rows))
    assert table.counts.sum() == 5
    assert [float(x[0]) for x in table.evidence[7:]] == [5.0, 5.0]


def test_overlapping_tallies_neither_spread_nor_score_twice(tiny: Tiny) -> None:
    rows = row("long", "2020-03-01/2020-03-20", count="10..")
    rows += row("short", "2020-03-01/2020-03-05", count="8..")
    table = table_of(tiny(rows=rows))
    assert table.counts.sum() == pytest.approx(10)
    assert table.counts[60:65].sum() == pytest.approx(8 + 5 * 0.1)
    assert [float(x[0]) for x in table.evidence[4:]] == [0, 60, 80, 10, math.inf]


def test_bounds_of_a_day_add_up_with_what_else_happened(tiny: Tiny) -> None:
    rows = row("a", "2020-03-01", count="2..3") + row("b", "2020-03-01", count="1..4")
    rows += row("c", "2020-03-01", count="1") + row("d", "2020-04-01", count="24..")
    table = table_of(tiny(rows=rows))
    assert table.counts[60, 0] == 4 and table.counts[91, 0] == 24
    tallies = [np.asarray(x).tolist() for x in table.evidence[4:]]
    assert tallies == [[0, 0], [60, 91], [61, 92], [4.0, 24.0], [8.0, math.inf]]


def test_a_window_is_cut_at_the_as_of_day(tiny: Tiny) -> None:
    rows = row("t", "2020-03-01/2020-03-10", count="4", known="2020-03-02")
    theatre, history = tiny(rows=rows)
    table = tabulate(compile_theatre(theatre), history.as_of(date(2020, 3, 2)))
    np.testing.assert_allclose(table.counts[:, 0], [*[0.0] * 60, 2.0, 2.0])


def test_a_dated_value_acts_from_the_next_dawn(tiny: Tiny) -> None:
    conditions = f"2020-03-05,truce,yes,{REGISTER}2020-03-05,troops,40.5,{REGISTER}"
    conditions += f"2020-12-31,truce,no,{REGISTER}"
    table = table_of(tiny(conditions=conditions))
    troops, truce = table.conditions.T
    assert table.conditions.shape == (367, 2)
    assert np.flatnonzero(truce).tolist() == list(range(day("2020-03-06"), 366))
    assert truce[366] == 0
    assert np.flatnonzero(troops == 40.5)[0] == day("2020-03-06") and troops[0] == 100


# faults -----------------------------------------------------------------------------------------

LINE = "a,2020-03-01,,strike,,1,,north,south,,register,reported,"
SPOILED = [
    ("a,", ",", "2:1: missing-id: every row needs an id of its own; write for example "
     "2020-01-03-strike"),
    ("2020-03-01", "01.03.2020", "2:3: bad-date: '01.03.2020' is not a date; write 2020-01-03, "
     "2019-12, 2019-12-27~, 2023-10-17/2024-02-04 or 2020-01-03/.."),
    ("2020-03-01", "2020-03-01/..", "2:3: bad-date: '2020-03-01/..' has an open end; give the "
     "first and the last day"),
    ("2020-03-01", "2019-12-31", "2:3: outside-time: '2019-12-31' lies before the theatre's first "
     "day, 2020-01-01; remove the row, or move starts: in theatre.yaml"),
    ("2020-03-01", "2021-01", "2:3: outside-time: '2021-01' lies after the theatre's last day, "
     "2020-12-31; remove the row, or move until: in theatre.yaml"),
    (",,strike", ",2020-03,strike", "2:14: bad-date: '2020-03' is not one day; write YYYY-MM-DD"),
    (",,strike", ",2020-02-01,strike", "2:14: known-too-early: known on 2020-02-01, before it "
     "happened on '2020-03-01'; give the day on which it was public"),
    ("strike", "strke", "2:15: unknown-event: no event is called 'strke'; did you mean 'strike'?"),
    ("strike", "", "2:15: missing-event: the event is empty; write one of theatre.yaml under "
     "events:"),
    ("strike,,", "strike,ASAULT/air,", "2:22: unknown-plover: 'ASAULT' is no PLOVER type; did you "
     "mean 'ASSAULT'?"),
    (",1,", ",,", "2:23: bad-count: the count is empty; write 1, 24.. or 5..8"),
    (",1,", ",about 3,", "2:23: bad-count: 'about 3' is no number of events; write 1, 24.. or "
     "5..8"),
    (",1,", ",..,", "2:23: bad-count: '..' is no number of events; write 1, 24.. or 5..8"),
    (",1,", ",8..5,", "2:23: bad-count: '8..5' runs backwards; write the smaller number first"),
    (",1,,", ",1,many,", "2:25: bad-deaths: 'many' is no number of deaths; write 1, 24.. or "
     "5..8"),
    ("north", "noth;south", "2:26: unknown-actor: no actor is called 'noth'; did you mean "
     "'north'?"),
    ("south", "nobody", "2:32: unknown-actor: no actor is called 'nobody'; known are north, south"),
    ("register", "", "2:39: no-source: a fact needs a source; write document or "
     "document#start-end"),
    ("register", "registr#1-2", "2:39: unknown-source: no source is called 'registr'; did you "
     "mean 'register'?"),
    ("reported", "report", "2:48: unknown-status: 'report' is no status; did you mean 'reported'?"),
    ("reported,", "reported", "2:1: wrong-columns: 12 cells where the header has 13; put a text "
     "that holds a comma into quotes"),
    ("reported,", 'reported,"x" y', "2:1: csv-syntax: ',' expected after '\"'; check the quotes "
     "of this line: a text that holds a comma or a quote stands in quotes"),
]  # fmt: skip


@pytest.mark.parametrize("old, new, says", SPOILED)
def test_fault_of_a_row(tmp_path: Path, old: str, new: str, says: str) -> None:
    theatre = read_theatre(tiny_theatre(tmp_path, rows=LINE.replace(old, new, 1) + "\n"))
    with pytest.raises(TheatreError) as caught:
        read_history(theatre)
    assert list(map(str, caught.value.faults)) == [f"history.csv:{says}"]


@pytest.mark.parametrize(
    "text, says",
    [
        (None, "history.csv:0:0: no-history: there is no history to start from; write what "
         "happened into this file: its first line is " + ROW_HEAD.strip()),
        ("", "history.csv:1:1: missing-column: no column is called id, date, known, event, plover, "
         "count, deaths, by, on, place, sources, status, note; the first line must be "
         + ROW_HEAD.strip()),
        (ROW_HEAD, "history.csv:0:0: no-history: it has no rows, and nothing can be forecast from "
         "nothing; add what happened"),
        (ROW_HEAD.replace("note", "id"), "history.csv:1:1: missing-column: no column is called "
         "note; the first line must be " + ROW_HEAD.strip()),
        (ROW_HEAD.replace("note", "note,id"), "history.csv:1:1: duplicate-column: two columns are "
         "called 'id'; the first line must be " + ROW_HEAD.strip()),
        (ROW_HEAD + row("a", "2020-03-01") + row("a", "2020-03-02"), "history.csv:3:1: "
         "duplicate-id: 'a' stands already in line 2; give each row its own id"),
    ],
)  # fmt: skip
def test_fault_of_the_file(tmp_path: Path, text: str | None, says: str) -> None:
    folder = tiny_theatre(tmp_path)
    (folder / "history.csv").unlink()
    if text is not None:
        (folder / "history.csv").write_text(text)
    with pytest.raises(TheatreError) as caught:
        read_history(read_theatre(folder))
    assert list(map(str, caught.value.faults)) == [says]


@pytest.mark.parametrize(
    "line, says",
    [
        ("2020-03,truce,yes,register,", "2:1: bad-date: '2020-03' is not one day; write "
         "YYYY-MM-DD"),
        ("2019-03-01,truce,yes,register,", "2:1: outside-time: '2019-03-01' lies before the "
         "theatre's first day, 2020-01-01; remove the row, or move starts: in theatre.yaml"),
        ("2021-03-01,truce,yes,register,", "2:1: outside-time: '2021-03-01' lies after the "
         "theatre's last day, 2020-12-31; remove the row, or move until: in theatre.yaml"),
        ("2020-03-01,peace,yes,register,", "2:12: unknown-condition: no condition is called "
         "'peace'; known are troops, truce"),
        ("2020-03-01,truce,maybe,register,", "2:18: bad-value: 'maybe' is no value of 'truce'; "
         "known are no, yes"),
        ("2020-03-01,troops,many,register,", "2:19: bad-value: 'many' is no number for 'troops'; "
         "write one value of 0 or more"),
        ("2020-03-01,truce,yes,,", "2:22: no-source: a fact needs a source; write document or "
         "document#start-end"),
        ("2020-03-01,truce,yes,register,\n2020-03-01,truce,no,register,", "3:12: duplicate-row: "
         "'truce' has a value for 2020-03-01 already in line 2; keep one"),
    ],
)  # fmt: skip
def test_fault_of_a_condition(tmp_path: Path, line: str, says: str) -> None:
    theatre = read_theatre(tiny_theatre(tmp_path, conditions=line + "\n"))
    with pytest.raises(TheatreError) as caught:
        read_history(theatre)
    assert list(map(str, caught.value.faults)) == [f"conditions.csv:{says}"]


def test_a_condition_after_the_last_row_needs_until(tmp_path: Path) -> None:
    head = HEAD.replace("until: 2020-12-31\n", "")
    folder = tiny_theatre(tmp_path, head=head, conditions=f"2020-03-02,truce,yes,{REGISTER}")
    with pytest.raises(TheatreError, match=r"conditions.csv:2:1: outside-time: 2020-03-02 lies "
                       "after the last row of history.csv, 2020-03-01; write until:"):  # fmt: skip
        read_history(read_theatre(folder))


@pytest.mark.parametrize("until", ["until: 2920-12-31\n", ""])
def test_a_slip_in_the_year_does_not_take_all_memory(tmp_path: Path, until: str) -> None:
    head = HEAD.replace("until: 2020-12-31\n", until)
    theatre = read_theatre(tiny_theatre(tmp_path, head=head, rows=row("a", "2910-01-01")))
    with pytest.raises(TheatreError, match=r"more than 200 years after .*; check the year"):
        read_history(theatre)


def test_faults_stand_at_their_cell_even_behind_quotes_and_lines(tmp_path: Path) -> None:
    line = 'a,2020-03-01,,strike,,1,,north,south,"Gate ""1"",\n1st",register,1,\n'
    theatre = read_theatre(tiny_theatre(tmp_path, rows=row("b", "2020-03-01") + line))
    with pytest.raises(TheatreError, match=r"history.csv:4:15: unknown-status: '1' is no status"):
        read_history(theatre)


def test_long_cells_are_shortened(tmp_path: Path) -> None:
    theatre = read_theatre(tiny_theatre(tmp_path, rows=row("a", "2020-03-01", "x" * 9_000)))
    with pytest.raises(TheatreError) as caught:
        read_history(theatre)
    assert all(len(fault.message) < 200 for fault in caught.value.faults)


def test_faults_of_all_files_come_together(tmp_path: Path) -> None:
    events = EVENTS.replace("per year", "per yeer") + "  vote: {says: x, by: nrth}\n"
    rows = row("a", "2020-03-01", "vote") + row("b", "2020-13-01", "strik") + row("b", "2019-01-01")
    rows += row("c", "2020-03-02").replace("north,south", ",")
    folder = tiny_theatre(tmp_path, events, rows=rows, conditions="2020-03-01,troops,x,registr,\n")
    with pytest.raises(TheatreError) as caught:
        read_theatre_and_history(folder)
    assert [(f.file, f.line, f.code) for f in caught.value.faults] == [
        ("conditions.csv", 2, "bad-value"),
        ("conditions.csv", 2, "unknown-source"),
        ("history.csv", 3, "bad-date"),
        ("history.csv", 3, "unknown-event"),
        ("history.csv", 4, "duplicate-id"),
        ("history.csv", 4, "outside-time"),
        ("theatre.yaml", 22, "bad-value"),
        ("theatre.yaml", 23, "missing-key"),
        ("theatre.yaml", 23, "unknown-actor"),
    ]


def test_a_broken_yaml_hides_no_fault_of_the_tables_and_makes_none_up(tmp_path: Path) -> None:
    folder = tiny_theatre(tmp_path, rows=row("a", "2020-03-01") + row("b", "2020-13-01"))
    (folder / "theatre.yaml").write_text("events: [")
    (folder / "sources.yaml").write_text("- [")
    with pytest.raises(TheatreError) as caught:
        read_theatre_and_history(folder)
    assert [(f.file, f.code) for f in caught.value.faults] == [
        ("history.csv", "bad-date"),
        ("sources.yaml", "yaml-syntax"),
        ("theatre.yaml", "yaml-syntax"),
    ]
