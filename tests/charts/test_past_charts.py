"""Charts of what happened: nothing is lost, nothing stands outside, extremes are drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tightrope.charts.explained import factor_dots, part_bars
from tightrope.charts.network import Arrow, network
from tightrope.charts.reconstructed import level_courses
from tightrope.charts.theme import linked, specification, standing_alone, to_svg
from tightrope.charts.timeline import DEADLIEST, ONE_BY_ONE, Mark, columns, timeline
from tightrope.charts.twins import twin_years

SINCE, UNTIL = date(2020, 1, 1), date(2020, 12, 31)


def mark(at: int, *, days: int = 0, deaths: int = 0, tally: bool = False, lane: str = "a") -> Mark:
    day = SINCE + timedelta(at)
    return Mark(f"r{at}", lane, day, day + timedelta(days), deaths, tally, "")


@given(st.lists(st.tuples(st.integers(-50, 420), st.sampled_from("ab")), max_size=50))
def test_columns_count_every_fact_once(found: list[tuple[int, str]]) -> None:
    marks = [mark(at, lane=lane) for at, lane in found]
    rows = columns(marks, SINCE, UNTIL)
    assert sum(row["facts"] for row in rows) == len(marks)
    assert all("2020-01-01" <= row["from"][:10] < row["to"][:10] <= "2021-01-01" for row in rows)


def test_few_facts_are_drawn_one_by_one_many_as_columns() -> None:
    few = [mark(3), mark(40, days=30), mark(90, deaths=12), mark(200, days=60, tally=True)]
    picture = to_svg(timeline(few, ["a"], SINCE, UNTIL), "told")
    assert 'aria-label="told"' in picture
    layers = specification(timeline(few, ["a"], SINCE, UNTIL))["layer"]
    assert [len(layer["data"]["values"]) for layer in layers] == [1, 1, 1, 1, 2, 1, 1]
    many = [mark(i % 366) for i in range(ONE_BY_ONE + 1)]
    drawn = specification(timeline(many, ["a"], SINCE, UNTIL))["layer"]
    assert len(drawn) == 4 and drawn[2]["data"]["values"] == []


def test_a_tally_takes_no_circle_from_a_fact() -> None:
    """Over columns stand the facts with most deaths; a tally has no day on which to stand."""
    tallies = [mark(5, days=90, deaths=1000, tally=True) for _ in range(DEADLIEST)]
    facts = [mark(i % 366, deaths=i) for i in range(ONE_BY_ONE)]
    drawn = specification(timeline([*tallies, *facts], ["a"], SINCE, UNTIL))["layer"]
    circles = drawn[2]["data"]["values"]
    most = sorted((min(20 + 2.5 * x, 1600) for x in range(ONE_BY_ONE)), reverse=True)
    assert [row["size"] for row in circles] == most[:DEADLIEST]


def test_a_tally_that_goes_on_reaches_the_end_of_the_time_that_is_shown() -> None:
    """Also where that is one day, on which it would else have no width."""
    for since in (SINCE, UNTIL):
        drawn = specification(timeline([mark(9, days=900, tally=True)], ["a"], since, UNTIL))
        (band,) = drawn["layer"][1]["data"]["values"]
        assert (band["from"][:10], band["to"]) == (max(f"{since}", "2020-01-10"),
                                                   "2021-01-01T00:00:00")  # fmt: skip


def test_a_hostile_name_of_a_lane_stays_text() -> None:
    name = 'a"]+alert(1)+["<script>\''
    picture = to_svg(timeline([mark(1, lane=name)], [name], SINCE, UNTIL), "")
    assert "<script" not in picture and "alert(1)" in picture


def test_every_lane_has_its_name() -> None:
    lanes = [f"lane {i}" for i in range(13)]
    picture = to_svg(timeline([mark(1, lane=x) for x in lanes], lanes, SINCE, UNTIL), "")
    assert all(f">{name}<" in picture for name in lanes)


def test_arrows_end_before_their_target_and_unknown_ends_are_left_out() -> None:
    places = {"a": (100.0, 100.0), "b": (300.0, 100.0), "c": (50.0, 50.0)}
    arrows = [Arrow(by, on, n, "conflict") for by, on, n in (("a", "b", 4), ("b", "a", 1),
                                                             ("a", "x", 9))]  # fmt: skip
    names = dict.fromkeys(places, "N")
    chart = network(places, names, arrows, width=400, height=200)
    there, back = specification(chart)["layer"][0]["data"]["values"]
    assert there["x2"] == 291 and back["x2"] == 109 and there["angle"] == 90
    assert there["y"] != back["y"], "the way back runs beside it"
    assert there["width"] > back["width"]
    assert "<svg" in to_svg(chart, "")


def test_marks_open_what_they_stand_for_and_a_file_has_no_links() -> None:
    told = {"row/a&b": "5 < 6", "row/c": "more"}
    marks = [replace(mark(1, deaths=5), id="row/a&b"),
             replace(mark(9, days=3, tally=True), id="row/c")]  # fmt: skip
    picture = to_svg(timeline(marks, ["a"], SINCE, UNTIL), "what")
    page = linked(picture, told)
    assert page.startswith('<svg role="group"') and page.count("<a ") == 2
    assert '<a href="/row/a%26b" data-open="row/a&amp;b" tabindex="-1"><title>5 &lt; 6<' in page
    assert "mark.invalid" not in page and "<a" not in standing_alone(page)


def test_ties_of_several_kinds_run_side_by_side_and_are_told_apart() -> None:
    places = {"a": (100.0, 100.0), "b": (300.0, 100.0)}
    arrows = [Arrow("a", "b", 1, kind) for kind in ("leads", "backs", "pays", "part of")]
    picture = specification(network(places, {"a": "A", "b": "B"}, arrows, width=400, height=200))
    rules = [layer for layer in picture["layer"] if layer["mark"]["type"] == "rule"]
    drawn, key = rules[:4], rules[4:]
    assert len({rule["data"]["values"][0]["y"] for rule in drawn}) == 4
    dashes = [tuple(rule["mark"]["strokeDash"]) for rule in drawn]
    assert len(set(dashes)) == 4 and dashes == [tuple(rule["mark"]["strokeDash"]) for rule in key]
    alone = specification(network(places, {"a": "A", "b": "B"}, arrows[:1], width=400, height=200))
    assert sum(layer["mark"]["type"] == "rule" for layer in alone["layer"]) == 1, "needs no key"


def test_rates_twins_and_levels_are_drawn() -> None:
    part = {"name": "it follows x", "share": 0.9, "low": 0.8, "high": 1.0, "told": "90 %"}
    factor = {"name": "fear", "factor": 0.5, "low": 0.2, "high": 1.5, "told": "× 0.5"}
    year = {"year": 2020, "real": 4, "mean": 2.5, "low": 1, "high": 4}
    level = {"day": "2020-01-01T00:00:00", "low": 0.1, "middle": 0.2, "high": 0.4}
    for chart in (part_bars([part]), factor_dots([factor]), twin_years([("strikes", [year])]),
                  level_courses([("fear", [level, {**level, "day": "2020-02-01T00:00:00"}])],
                                SINCE, UNTIL)):  # fmt: skip
        picture = to_svg(chart, "told")
        assert "NaN" not in picture and "<path" in picture
