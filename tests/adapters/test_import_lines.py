"""Dated rows with an event column -> a theatre of rhythms."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from event_table import counts, faults, read, write
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.adapters import TableError, entries, event_types, import_lines
from tightrope.errors import TheatreError, TightropeError
from tightrope.theatre import read_theatre
from tightrope.theatre.numbers import Quantity

PLAIN = {"date": "2019-01-03", "event": "riot"}


def table(folder: Path, *rows: dict[str, object], name: str = "t.csv") -> Path:
    return write(folder / name, rows)


def test_what_is_written(tmp_path: Path) -> None:
    source = table(
        tmp_path,
        {"day": "2019-01-03", "kind": "ASSAULT/riot", "count": 2, "fatalities": "3..5",
         "published": "2019-01-20", "event_id": "x1", "remark": "in words"},
        {"day": "2019-02-01/2019-02-28", "kind": "PROTEST/march", "count": "4..", "fatalities": "",
         "published": "", "event_id": "x2", "remark": ""},
        {"day": "2019-04", "kind": "PROTEST/vigil", "count": 1, "fatalities": 0,
         "published": "2019-05-02", "event_id": "x;3", "remark": ""},
    )  # fmt: skip
    made = import_lines(source, tmp_path / "x", columns={"text": "remark"})
    history = read(made.folder)
    first, tally, month = history.rows
    assert (first.id, first.date.text, first.known) == ("x1", "2019-01-03", date(2019, 1, 20))
    assert (first.event, first.plover, first.count_low, first.note) == (
        "assault_riot", "ASSAULT", 2, "in words",
    )  # fmt: skip
    assert (first.deaths_low, first.deaths_high, first.status) == (3, 5, "reported")
    assert (tally.status, tally.count_low, tally.count_high) == ("tally", 4, None)
    assert (tally.date.text, tally.known, tally.plover) == ("2019-02", date(2019, 2, 28), "PROTEST")
    assert (month.status, month.date.text, month.is_tally) == ("reported", "2019-04", False)
    assert [row.sources for row in history.rows] == [("table#x1",), ("table#x2",), ("table",)]
    assert (made.starts, made.until) == (date(2019, 1, 1), date(2019, 4, 30))
    families = {name: q.family for name, q in history.theatre.questions.items()}
    assert families["assault_riot_1"] == "ASSAULT" and families["all_protest_count"] == "PROTEST"
    assert made.said[0] == (
        "columns: date from 'day', event from 'kind', count from 'count', deaths from "
        "'fatalities', known from 'published', id from 'event_id', text from 'remark'"
    )


def test_time_is_cut_by_what_was_known(tmp_path: Path) -> None:
    source = table(
        tmp_path,
        {**PLAIN, "known": "2019-01-03"},
        {**PLAIN, "date": "2019-02-03", "known": "2019-09-01"},
        {**PLAIN, "date": "2019-03-03", "known": ""},
    )
    history = read(import_lines(source, tmp_path / "x", until=date(2019, 12, 31)).folder)
    known = {day: len(history.as_of(day).rows) for day in (
        date(2019, 2, 28), date(2019, 3, 3), date(2019, 8, 31), date(2019, 9, 1))}  # fmt: skip
    assert list(known.values()) == [1, 2, 2, 3]


def test_columns_that_are_given_come_before_usual_ones(tmp_path: Path) -> None:
    source = table(tmp_path, {**PLAIN, "type": "fire", "on": "2019-05-01", "deaths": "many"})
    columns = {"date": "on", "event": "type", "deaths": None}
    with pytest.raises(TableError, match="2:5: bad-deaths: column deaths: 'many' is no whole"):
        import_lines(source, tmp_path / "x", columns=columns)
    source = table(tmp_path, {**PLAIN, "type": "fire", "on": "2019-05-01"})
    (row,) = read(import_lines(source, tmp_path / "x", columns=columns).folder).rows
    assert (row.event, row.date.text) == ("fire", "2019-05-01")


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        TableError, match="no column is called 'evnt', given for event; did you mean"
    ):
        import_lines(table(tmp_path, PLAIN), tmp_path / "x", columns={"event": "evnt"})


def test_rows_that_count_nothing_show_the_time_that_is_covered(tmp_path: Path) -> None:
    days = ["2019-01-15", "2019-03-03", "2019-06-20"]
    rows = [{"date": d, "event": "riot", "count": n} for d, n in zip(days, (0, 2, 0), strict=True)]
    made = import_lines(table(tmp_path, *rows), tmp_path / "x")
    assert (made.starts, made.until, made.rows) == (date(2019, 1, 15), date(2019, 6, 20), 1)
    assert "no event in 2 rows, which only show what time is covered" in made.said
    with pytest.raises(TableError, match="no row tells of an event"):
        import_lines(table(tmp_path, {**PLAIN, "count": 0}), tmp_path / "y")


BROKEN = [
    ({"date": "2019-02-30"}, "bad-date", "does not exist in the calendar"),
    ({"date": ""}, "bad-date", "is not a date"),
    ({"date": "1776-07-04"}, "bad-date", "lies outside 1900 to 2100; check the year"),
    ({"event": " "}, "missing-event", "it is empty; fill it in, or remove the row"),
    ({"event": "\x07"}, "missing-event", "it is empty; fill it in, or remove the row"),
    ({"event": "x" * 300}, "missing-event", "longer than 200 characters; is it the right column?"),
    ({"count": -1}, "bad-count", "'-1' is negative; write 0 or more"),
    ({"count": ""}, "bad-count", "an empty cell is no whole number"),
    ({"count": "5..3"}, "bad-count", "runs backwards; write the smaller number first"),
    ({"deaths": "1.5"}, "bad-deaths", "'1.5' is no whole number"),
    ({"known": "2018-12-31"}, "known-too-early", "before it happened on 2019-01-03; give the day"),
    ({"known": "soon"}, "bad-date", "column known: 'soon' is not a date"),
    ({"id": ""}, "bad-id", "it is empty; fill it in, or remove the row"),
    ({"id": "first"}, "duplicate-id", "'first' stands already in row 2; give each row its own id"),
]


@pytest.mark.parametrize("change, code, says", BROKEN)
def test_what_is_wrong_with_a_row(
    change: dict[str, object], code: str, says: str, tmp_path: Path
) -> None:
    whole = {**PLAIN, "count": 1, "deaths": "", "known": "2019-01-04", "id": "first"}
    source = table(tmp_path, whole, {**whole, "id": "second", **change})
    with pytest.raises(TableError) as error:
        import_lines(source, tmp_path / "x")
    column = list(whole).index(next(iter(change))) + 1
    assert faults(error.value) == [f"3:{column} {code}"] and says in str(error.value)
    assert not (tmp_path / "x").exists()


def test_every_fault_of_every_row_is_told_at_once(tmp_path: Path) -> None:
    whole = {**PLAIN, "count": 1, "deaths": "", "known": "2019-01-04", "id": "first"}
    changes = [{"id": f"n{i}", **change} for i, (change, _, _) in enumerate(BROKEN)]
    source = table(tmp_path, whole, *({**whole, **change} for change in changes))
    with pytest.raises(TableError) as error:
        import_lines(source, tmp_path / "x")
    assert len(error.value.faults) + error.value.more == len(BROKEN)


def test_a_table_of_one_event(tmp_path: Path) -> None:
    made = import_lines(table(tmp_path, PLAIN), tmp_path / "x")
    assert made.is_short and counts(read(made.folder)) == {("riot", date(2019, 1, 3)): 1}
    assert not import_lines(table(tmp_path, PLAIN), tmp_path / "y", until=date(2019, 2, 1)).is_short


def test_too_many_rows_types_and_events_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = table(tmp_path, *({"date": "2019-01-03", "event": f"e{i}"} for i in range(101)))
    with pytest.raises(TableError, match="101 types of event, and at most 100 can be kept; pool"):
        import_lines(source, tmp_path / "x")
    made = import_lines(source, tmp_path / "x", at_least=2)
    assert [(kind.name, kind.events) for kind in made.types] == [("other_events", 101)]
    monkeypatch.setattr(entries, "MOST_ROWS", 100)
    with pytest.raises(TableError, match="102:0: too-many-rows: more than 100 rows in the time"):
        import_lines(source, tmp_path / "y", at_least=2)
    rows = [{**PLAIN, "count": 200}, {**PLAIN, "count": 55}, {**PLAIN, "count": 1}]
    assert import_lines(table(tmp_path, *rows[:2]), tmp_path / "y").rows == 2
    with pytest.raises(TableError, match="4:0: too-many-a-day: more than 255 events of type riot"):
        import_lines(table(tmp_path, *rows), tmp_path / "z")
    assert event_types.MOST_TYPES == 100


def test_a_history_that_could_not_be_read_again_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tightrope.adapters.theatre.MAX_BYTES", 100)
    with pytest.raises(TableError, match="bytes, and 100 are read; narrow it with --from"):
        import_lines(table(tmp_path, PLAIN), tmp_path / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_only_rows_wholly_inside_the_time_asked_for(tmp_path: Path) -> None:
    days = ["2019-01-01", "2019-02-01/2019-03-02", "2019-03-02", "2019-03-31/2019-04-01"]
    source = table(tmp_path, *({"date": day, "event": "riot"} for day in days))
    time = {"since": date(2019, 3, 1), "until": date(2019, 3, 31)}
    made = import_lines(source, tmp_path / "x", **time)
    assert [row.date.text for row in read(made.folder).rows] == ["2019-03-02"]
    assert (made.starts, made.until) == (date(2019, 3, 1), date(2019, 3, 31))
    assert "left out: 3 rows reaching outside --from and --until" in made.said
    with pytest.raises(TableError, match="all 4 rows lie outside --from and --until; move these"):
        import_lines(source, tmp_path / "y", since=date(2020, 1, 1))
    with pytest.raises(TightropeError, match="--until 2018-01-01 lies before --from 2019-01-01"):
        import_lines(source, tmp_path / "y", since=date(2019, 1, 1), until=date(2018, 1, 1))


def test_a_row_that_begins_before_regular_coverage_is_left_out(tmp_path: Path) -> None:
    days = ["2001-05-05", "2002-01-01/2019-09-03"]
    days += [f"2019-{m:02}-{d:02}" for m in range(3, 13) for d in range(1, 28)]
    source = table(tmp_path, *({"date": day, "event": "riot"} for day in days))
    made = import_lines(source, tmp_path / "x")
    assert (made.starts, made.rows) == (date(2019, 3, 1), len(days) - 2)
    assert made.said[1].startswith("left out: 2 rows from before 2019-03-01, where coverage is not")


def test_a_tally_may_count_more_than_a_day_holds_and_be_known_early(tmp_path: Path) -> None:
    window = {"date": "2019-01", "event": "riot", "count": 300, "known": "2019-01-20"}
    (row,) = read(import_lines(table(tmp_path, window), tmp_path / "x").folder).rows
    assert (row.status, row.count_low, row.known) == ("tally", 300, date(2019, 1, 20))


def test_a_theatre_that_could_not_be_read_back_is_not_put_into_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        assert sorted(path.suffix for path in folder.iterdir()) == [".csv", *[".yaml"] * 3]
        raise TheatreError([])

    monkeypatch.setattr("tightrope.adapters.theatre.read_theatre_and_history", refuse)
    with pytest.raises(TheatreError):
        import_lines(table(tmp_path, PLAIN), tmp_path / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


@pytest.mark.parametrize("name, says", [
    ("Upper", "'Upper' is no name for a theatre; use a-z"), ("there", "is there already"),
    ("file/x", "cannot be written: File exists; choose another place"),
])  # fmt: skip
def test_where_a_theatre_cannot_be_made(name: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(TightropeError, match=says):
        import_lines(table(tmp_path, PLAIN), tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "t.csv", "there"]


def test_the_plover_kind(tmp_path: Path) -> None:
    source = table(tmp_path, PLAIN, {**PLAIN, "event": "protest"})
    made = import_lines(source, tmp_path / "x")
    assert {kind.name: kind.plover for kind in made.types} == {
        "riot": "ASSAULT", "protest": "PROTEST",
    }  # fmt: skip
    assert any("--plover KIND says otherwise" in sentence for sentence in made.said)
    made = import_lines(source, tmp_path / "y", plover="COERCE/arrest")
    assert read_theatre(made.folder).events["riot"].plover == "COERCE/arrest"
    with pytest.raises(TightropeError, match="'PROTST' is no PLOVER type; did you mean 'PROTEST'"):
        import_lines(source, tmp_path / "z", plover="PROTST")


def test_words_that_differ_in_spelling_are_types_and_it_is_said(tmp_path: Path) -> None:
    source = table(tmp_path, PLAIN, {**PLAIN, "event": "Riot"}, {**PLAIN, "event": "Riot"})
    made = import_lines(source, tmp_path / "x")
    assert [(kind.name, kind.says) for kind in made.types] == [("riot", "Riot"), ("riot_2", "riot")]
    assert made.said[-1].startswith("'Riot', 'riot' are spelled nearly alike")


def numbers(folder: Path) -> list[Quantity]:
    theatre = read_theatre(folder)
    defaults = theatre.head.defaults
    memories = (defaults.rhythm.short, defaults.rhythm.long)
    bases = {event.base.rate for event in theatre.events.values() if event.base}
    return [*bases, *(m.expect for m in memories), defaults.dispersion.extra]


def test_no_prior_knows_the_record(tmp_path: Path) -> None:
    """The same numbers, whatever a table holds, and the same for every type."""
    few = import_lines(table(tmp_path, PLAIN), tmp_path / "x")
    many = [{"date": f"2019-{m:02}-{d:02}", "event": e, "count": 9}
            for m in range(1, 13) for d in range(1, 29) for e in "ab"]  # fmt: skip
    assert numbers(few.folder) == numbers(
        import_lines(table(tmp_path, *many), tmp_path / "y").folder
    )
    events = read_theatre(tmp_path / "y").events.values()
    assert len(numbers(tmp_path / "y")) == 4
    assert all(e.base and e.base.assumed and not (e.deaths or e.worst or e.follows) for e in events)


def test_the_questions(tmp_path: Path) -> None:
    rows = [{"date": f"2019-{m:02}-{d:02}", "event": "often"} for m in (1, 2) for d in range(1, 28)]
    source = table(tmp_path, *rows, {"date": "2019-02-03", "event": "seldom"})
    made = import_lines(source, tmp_path / "x")
    questions = read_theatre(made.folder).questions
    assert {name: (q.kind, q.events, q.at_least) for name, q in questions.items()} == {
        "often_1": ("yes_no", ["often"], 1),
        "often_10": ("yes_no", ["often"], 10),
        "often_count": ("count", ["often"], 1),
        "seldom_1": ("yes_no", ["seldom"], 1),
        "seldom_count": ("count", ["seldom"], 1),
        "seldom_next": ("date", ["seldom"], 1),
        "all_events_count": ("count", ["often", "seldom"], 1),
    }
    assert all(question.days is None for question in questions.values())


ODD = ["riot", "Riot", "no", "null", "2014", "مسيرة", 'a "b"', "x: {y}, #z", "a;b", "$NAME", "*a"]
WORDS = st.sampled_from(ODD) | st.text(min_size=1, max_size=12).filter(
    lambda text: text.isprintable() and text.strip() == text
)
DAY = st.dates(date(2018, 1, 1), date(2020, 12, 31))


@given(st.lists(st.tuples(DAY, WORDS, st.integers(0, 12)), min_size=1, max_size=25))
@settings(max_examples=60, deadline=None)
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[date, str, int]]
) -> None:
    """Counts per type and day of the theatre are those of the table, whatever the words are."""
    folder = tmp_path_factory.mktemp("round")
    source = table(folder, *({"date": d, "event": e, "count": n} for d, e, n in rows))
    total: Counter[tuple[str, date]] = Counter()
    for day, event, number in rows:
        total[event, day] += number
    if not any(total.values()):
        with pytest.raises(TableError, match="no row tells of an event"):
            import_lines(source, folder / "x")
        return
    made = import_lines(source, folder / "x", since=date(2018, 1, 1))
    names = {kind.says: kind.name for kind in made.types}
    expected = {(names[e], d): n for (e, d), n in total.items() if n}
    assert counts(read(made.folder)) == expected
    assert sum(kind.events for kind in made.types) == sum(expected.values())


JUNK = st.one_of(
    st.text(max_size=20), st.sampled_from(["2019-01-03", "-1", "1..3", "", '"', "'", "\x00", "\r"])
)


@given(st.lists(st.lists(JUNK, min_size=2, max_size=4), max_size=12), st.binary(max_size=30))
@settings(max_examples=250, deadline=None)
def test_whatever_the_table_is_there_is_a_theatre_or_faults(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], tail: bytes
) -> None:
    folder = tmp_path_factory.mktemp("junk")
    text = "date,event,count\n" + "".join(",".join(row) + "\n" for row in rows)
    raw = text.encode("utf-8", "surrogatepass") + tail
    for name in ("t.csv", "t.jsonl"):
        (folder / name).write_bytes(raw)
        try:
            read(import_lines(folder / name, folder / f"x{name[2]}").folder)
        except TableError as error:
            assert all(f.file == name and f.message and f.code for f in error.faults)
            assert all("\n" not in f.message and len(f.message) < 600 for f in error.faults)
            assert not (folder / f"x{name[2]}").exists()


def test_of_two_columns_of_one_name_the_first_is_read(tmp_path: Path) -> None:
    source = table(tmp_path, {"DATE": "2019-01-03", "date": "", "event": "riot"})
    assert import_lines(source, tmp_path / "x").starts == date(2019, 1, 1)
