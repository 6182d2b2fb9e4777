"""UCDP GED -> a theatre of rhythms by dyad."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from event_table import GED, faults, ged, read, write
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.adapters import TableError, import_ged
from tightrope.errors import TightropeError, UnknownName
from tightrope.history import Row
from tightrope.theatre import read_theatre

CIVILIANS = {
    "type_of_violence": 3, "dyad_name": "Y - Civilians", "side_a": "Y", "side_b": "Civilians",
}  # fmt: skip


def row(tmp_path: Path, **change: object) -> Row:
    """The history row that a GED row becomes."""
    (found,) = read(import_ged(ged(tmp_path / "g.csv", change), tmp_path / "x").folder).rows
    return found


def test_a_row_of_the_table_is_a_row_of_the_history(tmp_path: Path) -> None:
    found = row(tmp_path, id=77, source_date="2010-01-09;2010-01-07")
    assert (found.id, found.date.text, found.known) == ("77", "2010-01-05", date(2010, 1, 7))
    assert (found.count_low, found.count_high, found.status) == (1, 1, "reported")
    assert (found.deaths_low, found.deaths_high, found.note) == (2, 4, "best estimate 3")
    assert (found.place, found.sources) == ("Z town", ("ucdp_ged#77",))
    assert (found.by, found.on) == (("government_of_x",), ("y",)), "a pooled row names its parties"


def test_no_sentence_of_an_article_is_copied(tmp_path: Path) -> None:
    made = import_ged(ged(tmp_path / "g.csv", {}), tmp_path / "x")
    for path in made.files:
        assert "sentence" not in path.read_text(encoding="utf-8")


def test_frequent_dyads_are_types_and_the_rest_is_pooled_by_violence(tmp_path: Path) -> None:
    rare = {"dyad_name": "A - B", "side_a": "A", "side_b": "B", "type_of_violence": 2}
    source = ged(tmp_path / "g.csv", {}, {}, {}, CIVILIANS, CIVILIANS, rare)
    made = import_ged(source, tmp_path / "x", at_least=3)
    assert [(kind.name, kind.family, kind.events) for kind in made.types] == [
        ("x_fights_y", "state-based", 3),
        ("other_one_sided", "one-sided", 2),
        ("other_non_state", "non-state", 1),
    ]
    events = read_theatre(made.folder).events
    assert (events["x_fights_y"].by, events["x_fights_y"].on) == (["government_of_x"], ["y"])
    assert events["other_one_sided"].by == ["parties_that_the_rows_name"]
    made = import_ged(source, tmp_path / "y", at_least=2)
    assert [kind.name for kind in made.types][1] == "y_kills_civilians"
    assert read_theatre(made.folder).actors["government_of_x"].kind == "government"
    assert read_theatre(made.folder).actors["civilians"].kind == "public"
    rows = read(made.folder).rows
    assert Counter(row.by for row in rows) == {("government_of_x",): 3, ("y",): 2, ("a",): 1}
    written = (made.folder / "history.csv").read_text()
    assert written.count("government_of_x") == 0, "where the type names its parties, rows need not"


def test_a_side_of_several_governments_is_several_actors(tmp_path: Path) -> None:
    side = "Government of Australia, Government of United Kingdom"
    found = row(tmp_path, side_a=side, dyad_name=f"{side} - Y")
    assert found.by == ("government_of_australia", "government_of_united_kingdom")
    made = import_ged(tmp_path / "g.csv", tmp_path / "y", at_least=1)
    assert made.types[0].name == "australia_united_kingdom_fights_y"


@pytest.mark.parametrize("start, end, precision, text", [
    ("2010-01-05", "2010-01-05", 1, "2010-01-05"),
    ("2010-01-05", "2010-01-07", 2, "2010-01-05/2010-01-07"),
    ("2010-03-01", "2010-03-31", 4, "2010-03"),
    ("2010-03-05", "2010-03-05", 2, "2010-03-02/2010-03-08"),
    ("2010-03-16", "2010-03-16", "4.0", "2010-03"),
    ("2010-03-05", "2010-03-05", "?", "2010-03-05"),
])  # fmt: skip
def test_dates_are_as_exact_as_the_table(
    start: str, end: str, precision: object, text: str, tmp_path: Path
) -> None:
    found = row(tmp_path, date_start=start, date_end=end, date_prec=precision)
    assert (found.date.text, found.is_tally) == (text, False)


def test_an_inexact_day_stays_in_the_middle_of_its_days(tmp_path: Path) -> None:
    source = ged(tmp_path / "g.csv", {"date_start": "2010-03-02", "date_end": "2010-03-02",
                                      "date_prec": 3})  # fmt: skip
    made = import_ged(source, tmp_path / "x", since=date(2010, 3, 1))
    (found,) = read(made.folder).rows
    assert found.date.text == "2010-03-01/2010-03-03"
    assert found.date.middle() == date(2010, 3, 2)


@pytest.mark.parametrize("reports, known", [
    ("", "2010-01-07"), ("2010-01-06", "2010-01-07"), ("2011-05-01;2010-02-03", "2010-02-03"),
    ("1710-01-05;2010-01-09", "2010-01-09"), ("1710-01-05", "2010-01-07"),
    ("2010-13-45", "2010-01-07"), ("9999-01-01", "2010-01-07"), ("no day", "2010-01-07"),
])  # fmt: skip
def test_known_is_the_first_report_but_never_before_the_end(
    reports: str, known: str, tmp_path: Path
) -> None:
    found = row(tmp_path, date_end="2010-01-07", source_date=reports)
    assert found.known == date.fromisoformat(known)


def test_time_is_cut_by_what_was_known(tmp_path: Path) -> None:
    late = {"source_date": "2010-06-01"}
    source = ged(
        tmp_path / "g.csv", {}, late, {"date_start": "2010-09-01", "date_end": "2010-09-01"}
    )
    history = read(import_ged(source, tmp_path / "x").folder)
    assert [row.id for row in history.as_of(date(2010, 5, 31)).rows] == ["1"]
    assert [row.id for row in history.as_of(date(2010, 6, 1)).rows] == ["1", "2"]


def test_deaths_out_of_order_are_bounded_by_all_three_and_it_is_said(tmp_path: Path) -> None:
    source = ged(tmp_path / "g.csv", {"low": 7, "best": 7, "high": 6}, {})
    made = import_ged(source, tmp_path / "x")
    assert (read(made.folder).rows[0].deaths_low, read(made.folder).rows[0].deaths_high) == (6, 7)
    assert made.said[0].startswith("low, best and high deaths out of order in 1 row: bounded")


def test_the_time_of_the_theatre(tmp_path: Path) -> None:
    early = [{"date_start": f"{y}-05-01", "date_end": f"{y}-05-01"} for y in (1990, 1995)]
    dense = [{"date_start": f"2010-{m:02}-{d:02}", "date_end": f"2010-{m:02}-{d:02}"}
             for m in range(3, 12) for d in range(2, 26)]  # fmt: skip
    source = ged(tmp_path / "g.csv", *early, *dense)
    made = import_ged(source, tmp_path / "x")
    assert (made.starts, made.until, made.rows) == (
        date(2010, 3, 1),
        date(2010, 11, 30),
        len(dense),
    )
    assert made.said[0].startswith("left out: 2 rows from before 2010-03-01, where coverage")
    made = import_ged(source, tmp_path / "y", since=date(1990, 1, 1), until=date(2010, 12, 31))
    assert (made.starts, made.until, made.said) == (date(1990, 1, 1), date(2010, 12, 31), ())


def test_one_country_of_many(tmp_path: Path) -> None:
    source = ged(tmp_path / "g.csv", {}, {"country": "Yemen", "low": "broken"}, {"country": "x"})
    assert import_ged(source, tmp_path / "a", country="X").rows == 2
    with pytest.raises(UnknownName, match="no country is called 'Yemn'; did you mean 'Yemen'"):
        import_ged(source, tmp_path / "b", country="Yemn")
    with pytest.raises(TableError, match="3:13: bad-deaths: column low: 'broken' is no whole"):
        import_ged(source, tmp_path / "b", country="Yemen")
    with pytest.raises(TableError, match="no column for country: none is called country or"):
        import_ged(ged(tmp_path / "c.csv", {}, without=("country",)), tmp_path / "b", country="X")


OLD = {"low": "low_est", "best": "best_est", "high": "high_est", "id": "event_id"}


def test_columns_of_other_versions(tmp_path: Path) -> None:
    renamed = {OLD.get(key, key.upper()): value for key, value in GED.items() if key != "dyad_name"}
    renamed["DATE_START"] = renamed["DATE_END"] = "2010-01-05 00:00:00.000"
    (found,) = read(import_ged(write(tmp_path / "g.csv", [renamed]), tmp_path / "x").folder).rows
    assert (found.date.text, found.deaths_high, found.id) == ("2010-01-05", 4, "1")
    source = ged(tmp_path / "h.csv", {}, without=("side_a", "side_b", "date_prec", "source_date"))
    assert import_ged(source, tmp_path / "y", at_least=1).types[0].name == "x_fights_y"


def test_a_row_of_tags_below_the_header_is_no_event(tmp_path: Path) -> None:
    tags = dict.fromkeys(GED, "#event")
    assert import_ged(ged(tmp_path / "g.csv", tags, {}), tmp_path / "x").rows == 1


def test_every_missing_column_is_named_at_once(tmp_path: Path) -> None:
    source = ged(tmp_path / "g.csv", {}, without=("id", "date_end", "high", "side_b", "dyad_name"))
    with pytest.raises(TableError) as error:
        import_ged(source, tmp_path / "x")
    missing = ["id", "end", "high", "side b"]
    assert len(error.value.faults) == len(missing)
    for column in missing:
        assert f"g.csv:1:0: missing-column: no column for {column}: none is" in str(error.value)


@pytest.mark.parametrize("change, fault, says", [
    ({"date_start": "2010-02-30"}, "11 bad-date", "does not exist in the calendar"),
    ({"date_start": "1850-01-01"}, "11 bad-date", "lies outside 1900 to 2100; check the year"),
    ({"date_end": "2009-12-31"}, "12 bad-date", "2009-12-31 lies before the start, 2010-01-05"),
    ({"low": -3}, "13 bad-deaths", "column low: '-3' is negative; write 0 or more"),
    ({"best": ""}, "14 bad-deaths", "column best: an empty cell is no whole number"),
    ({"high": "many"}, "15 bad-deaths", "column high: 'many' is no whole number"),
    ({"type_of_violence": 4}, "2 bad-violence", "4 is no type of violence; write 1, 2 or 3"),
    ({"type_of_violence": ""}, "2 bad-violence", "an empty cell is no whole number"),
    ({"side_b": ""}, "5 no-side", "column side_b: it is empty; fill it in, or remove the row"),
    ({"id": "1"}, "1 duplicate-id", "'1' stands already in row 2; give each row its own id"),
    ({"id": ""}, "1 bad-id", "column id: it is empty"),
])  # fmt: skip
def test_what_is_wrong_with_a_row(
    change: dict[str, object], fault: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(TableError) as error:
        import_ged(ged(tmp_path / "g.csv", {}, change), tmp_path / "x")
    assert faults(error.value) == [f"3:{fault}"] and says in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["g.csv"]


def test_a_dyad_that_does_not_name_two_sides(tmp_path: Path) -> None:
    source = ged(tmp_path / "g.csv", {"dyad_name": "Y"}, without=("side_a", "side_b"))
    with pytest.raises(TableError, match="'Y' does not name two sides; write 'one - other'"):
        import_ged(source, tmp_path / "x")


CELLS = st.one_of(
    st.sampled_from([*GED.values(), "-1", "2010-99-01", "2009-01-01/..", "#", "0", "999999999"]),
    st.text(st.characters(codec="utf-8"), max_size=15),
)
CHANGES = st.lists(st.dictionaries(st.sampled_from(list(GED)), CELLS, max_size=2), max_size=6)


@given(CHANGES)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_the_cells_there_is_a_theatre_or_faults(
    tmp_path_factory: pytest.TempPathFactory, changes: list[dict[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("cells")
    source = ged(folder / "g.csv", {}, *changes)
    try:
        made = import_ged(source, folder / "x", at_least=2, since=date(1900, 1, 1))
        assert len(read(made.folder).rows) == made.rows
    except TightropeError as error:
        assert isinstance(error, TableError) and error.faults
        assert [path.name for path in folder.iterdir()] == ["g.csv"]
