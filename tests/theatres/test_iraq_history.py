"""The history that ships with the Iraq theatre: whole, sourced, possible, and right on key days."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from tightrope.history import History, Row, read_history
from tightrope.inference.soundness import examine
from tightrope.theatre import Theatre, read_theatre

# Day, type, who must be among the doers, who among those it is done to.
KEY_DAYS = (
    ("2019-12-27", "attack_killing_americans", "kataib_hezbollah", "us_military"),
    ("2019-12-29", "us_strike_on_militia", "us", "kataib_hezbollah"),
    ("2019-12-31", "embassy_siege", "militia_supporters", "us_embassy_baghdad"),
    ("2020-01-01", "crowd_called_off", "militias", "militia_supporters"),
    ("2020-01-03", "us_kills_commander", "us", "quds_force"),
    ("2020-01-05", "parliament_votes_expulsion", "parliament", "us"),
    ("2020-01-05", "us_threatens_iraq", "us", "iraq"),
    ("2020-01-08", "iran_strike_in_iraq", "irgc", "us_military"),
    ("2024-01-28", "attack_killing_americans", "islamic_resistance_iraq", "us_military"),
    ("2024-02-02", "us_strike_on_militia", "us", "pmf"),
    ("2014-06-10", "jihadists_take_territory", "isis", "iraq"),
    ("2017-12-09", "victory_over_isis_declared", "iraq_gov", "isis"),
    ("2011-12-18", "us_troops_leave", "us_military", "iraq"),
    ("2018-05-08", "us_leaves_deal", "us", "iran"),
    ("2006-05-20", "government_formed", "parliament", "iraq_gov"),
    ("2010-12-21", "government_formed", "parliament", "iraq_gov"),
    ("2014-09-08", "government_formed", "parliament", "iraq_gov"),
    ("2018-10-24", "government_formed", "parliament", "iraq_gov"),
)
# The first month in which an actor could do anything, and the last.
LIFE = {
    "isis": ("2013-04", "2024-12"),
    "kataib_hezbollah": ("2007-01", "2024-12"),
    "pmf": ("2014-06", "2024-12"),
    "islamic_resistance_iraq": ("2023-10", "2024-12"),
    "awakening": ("2006-08", "2024-12"),
    "sunni_insurgents": ("2003-03", "2014-12"),
    "abadi": ("2014-08", "2024-12"),
    "kadhimi": ("2020-04", "2024-12"),
    "sudani": ("2022-07", "2024-12"),
}
ONE_SIDE = re.compile(
    r"\bmartyr|\bheroic|\bcoward|\bevil\b|\bcrusader|\binfidel|\bzionist|\bpuppet|\boccupiers?\b|"
    r"\bterrorists? (?:kill|attack|bomb)", re.I
)  # fmt: skip


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return read_theatre("iraq")


@pytest.fixture(scope="module")
def history(theatre: Theatre) -> History:
    return read_history(theatre)


def test_it_is_large_and_covers_every_year(history: History) -> None:
    assert len(history.rows) >= 1200
    years = Counter(row.date.middle().year for row in history.rows)
    assert set(range(2003, 2025)) <= set(years)
    assert min(years[year] for year in range(2004, 2025)) >= 100


def test_ids_are_unique_and_tell_day_and_type(history: History) -> None:
    ids = Counter(row.id for row in history.rows)
    assert [name for name, times in ids.items() if times > 1] == []
    for row in history.rows:
        begins = row.date.text.partition("/")[0].rstrip("~")
        assert re.fullmatch(rf"{begins}-{row.event}(-\d+)?", row.id), row.id


def test_every_row_has_a_known_source_and_a_place_in_it(theatre: Theatre, history: History) -> None:
    for row in history.rows:
        for source in row.sources:
            document, _, place = source.partition("#")
            assert document in theatre.sources and place, row.id
        if row.status == "background":
            assert not any(source.startswith("current_events#") for source in row.sources), row.id


def test_no_event_stands_on_a_day_on_which_the_theatre_calls_it_impossible(
    theatre: Theatre, history: History
) -> None:
    assert examine(theatre, history).against_gate == ()


@pytest.mark.parametrize("day, event, by, on", KEY_DAYS)
def test_key_days_of_the_articles_are_told(
    history: History, day: str, event: str, by: str, on: str
) -> None:
    rows = [row for row in history.rows if row.event == event and happens_on(row, day)]
    assert any(by in row.by and on in row.on for row in rows), [(row.by, row.on) for row in rows]


def happens_on(row: Row, day: str) -> bool:
    return row.date.earliest == row.date.latest == date.fromisoformat(day)


def test_what_happened_once_is_told_once(history: History) -> None:
    once = ("us_topples_saddam", "us_troops_leave", "us_leaves_deal", "victory_over_isis_declared")
    counts = Counter(row.event for row in history.rows)
    assert {event: counts[event] for event in once} == dict.fromkeys(once, 1)
    for row in history.rows:
        assert row.event != "iran_gets_weapon", row.id


def test_rows_are_known_no_earlier_than_they_begin(history: History) -> None:
    for row in history.rows:
        assert row.date.earliest <= row.known, row.id
        assert row.known.year <= 2024, row.id


def test_threats_and_ceasefires_are_no_attacks(theatre: Theatre, history: History) -> None:
    words = [
        row for row in history.rows
        if row.plover in ("THREATEN", "RETREAT")
        and theatre.events[row.event].plover.startswith("ASSAULT")
    ]  # fmt: skip
    assert words and [row.id for row in words if row.count_high != 0] == []
    assert {row.id for row in history.rows if row.count_high == 0} == {row.id for row in words}


def test_actors_act_only_while_they_exist(history: History) -> None:
    for row in history.rows:
        month = row.date.earliest.isoformat()[:7]
        for actor in (*row.by, *row.on):
            first, last = LIFE.get(actor, ("2003-03", "2024-12"))
            assert first <= month <= last, (row.id, actor)


def test_no_event_is_listed_twice(history: History) -> None:
    seen = Counter(
        (row.date.text, row.event, row.plover, row.by, row.on, row.place) for row in history.rows
    )
    assert [key for key, times in seen.items() if times > 1] == []


def test_notes_are_short_and_take_no_side(history: History) -> None:
    for row in history.rows:
        assert 3 <= len(row.note.split()) <= 18, (row.id, row.note)
        assert not ONE_SIDE.search(row.note), (row.id, row.note)


def test_nothing_is_known_before_it_is_public(history: History) -> None:
    before, after = (history.as_of(date(2020, 1, day)) for day in (2, 3))
    assert not any(row.event == "us_kills_commander" for row in before.rows)
    assert any(row.event == "us_kills_commander" for row in after.rows)
