"""Declared ties: read with their days, faulted at their cells, and in no fingerprint."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tightrope.errors import TheatreError
from tightrope.history import History, read_theatre_and_history
from tightrope.history.ties import COLUMNS
from tightrope.inference.calibrate import model_digest
from tightrope.theatre.reader import theatre_digest
from tiny import HEAD, tiny_theatre

MORE = "  west: {name: West, kind: armed_group}\n"


def with_ties(folder: Path, *lines: str) -> Path:
    tiny_theatre(folder, head=HEAD + MORE)
    (folder / "ties.csv").write_text("\n".join([",".join(COLUMNS), *lines, ""]), encoding="utf-8")
    return folder


def read(folder: Path, *lines: str) -> History:
    return read_theatre_and_history(with_ties(folder, *lines))[1]


def faults(folder: Path, *lines: str) -> list[str]:
    with pytest.raises(TheatreError) as caught:
        read(folder, *lines)
    return [str(fault) for fault in caught.value.faults]


def test_a_tie_has_its_days_and_its_ground(tmp_path: Path) -> None:
    (tie,) = read(tmp_path, "north,pays,west,2020-02,2020-04~,M1,register#4,in kind").ties
    assert (tie.actor, tie.kind, tie.other, tie.mechanism) == ("north", "pays", "west", "M1")
    assert (tie.first, tie.last) == (date(2020, 2, 1), date(2020, 5, 15))
    assert tie.sources == ("register#4",) and tie.note == "in kind"


@pytest.mark.parametrize(
    "first, last, holds",
    [("2020-01-01", "2020-01-31", False), ("2020-01-01", "2020-02-01", True),
     ("2020-04-30", "2020-12-31", True), ("2020-05-01", "2020-12-31", False)],
)  # fmt: skip
def test_it_holds_from_its_first_day_to_its_last(
    tmp_path: Path, first: str, last: str, holds: bool
) -> None:
    (tie,) = read(tmp_path, "north,backs,west,2020-02,2020-04,,register,").ties
    assert tie.may_hold(date.fromisoformat(first), date.fromisoformat(last)) is holds


def test_an_end_that_nobody_dates_is_open(tmp_path: Path) -> None:
    (tie,) = read(tmp_path, "north,backs,west,,,M1,,").ties
    assert tie.may_hold(date.min, date.min) and tie.may_hold(date.max, date.max)


@pytest.mark.parametrize(
    "line, told",
    [
        ("nrth,backs,west,,,M1,,", "1: unknown-actor: no actor is called 'nrth'; did you mean"),
        ("north,bakcs,west,,,M1,,", "7: unknown-tie: 'bakcs' is no tie; did you mean 'backs'"),
        ("north,backs,north,,,M1,,", "13: tie-to-itself: nobody backs, leads or pays themselves"),
        ("north,backs,west,,,,,", "21: no-source: a fact needs a source"),
        ("north,backs,west,,,M9,,", "20: unknown-mechanism: no mechanism is called 'M9'"),
        ("north,backs,west,,,M1,registr,", "23: unknown-source: no source is called 'registr'"),
        ("north,backs,west,2020-13,,M1,,", "18: bad-date: '2020-13' does not exist"),
        ("north,backs,west,2020-02-02,2020-02-01,M1,,", "29: bad-date: '2020-02-01' lies before"),
    ],
)
def test_faults_stand_at_their_cells(tmp_path: Path, line: str, told: str) -> None:
    (fault,) = faults(tmp_path, line)
    assert fault.startswith(f"ties.csv:2:{told}")


def test_the_same_tie_twice_is_one_too_many_unless_at_other_times(tmp_path: Path) -> None:
    early, late = "north,backs,west,,2020-03,M1,,", "north,backs,west,2020-04,,M1,,"
    assert len(read(tmp_path / "a", early, late).ties) == 2
    (fault,) = faults(tmp_path / "b", early, late.replace("04", "03"))
    assert fault.startswith("ties.csv:3:1: duplicate-row: the same tie stands in line 2")


def test_who_leads_is_not_led_by_them_at_the_same_time(tmp_path: Path) -> None:
    chain = ["north,leads,west,,2020-06,M1,,", "west,leads,south,,,M1,,"]
    assert len(read(tmp_path / "a", *chain, "south,leads,north,2020-07,,M1,,").ties) == 3
    told = faults(tmp_path / "b", *chain, "south,leads,north,2020-06,,M1,,")
    assert told == ["ties.csv:4:13: tie-in-a-circle: 'north' leads 'south' at the same time; "
                    "drop one of them"]  # fmt: skip
    backing = ["north,backs,west,,,M1,,", "west,backs,north,,,M1,,"]
    assert len(read(tmp_path / "c", *backing).ties) == 2


def test_faults_of_ties_come_with_those_of_the_yaml(tmp_path: Path) -> None:
    folder = with_ties(tmp_path, "nrth,backs,west,,,M1,,")
    (folder / "questions.yaml").write_text("- x")
    with pytest.raises(TheatreError) as caught:
        read_theatre_and_history(folder)
    assert {fault.file for fault in caught.value.faults} == {"questions.yaml", "ties.csv"}


def test_a_tie_is_in_no_fingerprint(tmp_path: Path) -> None:
    def digests(folder: Path) -> tuple[str, str, str]:
        theatre, history = read_theatre_and_history(folder)
        return model_digest(theatre), theatre_digest(theatre.folder), history.digest()

    before = digests(with_ties(tmp_path))
    assert digests(with_ties(tmp_path, "north,backs,west,,,M1,,")) == before


def test_ties_of_iraq_stand_on_sources_and_its_prime_ministers_follow_one_another() -> None:
    _, history = read_theatre_and_history("iraq")
    assert all(tie.sources for tie in history.ties)
    terms = [tie for tie in history.ties if (tie.kind, tie.other) == ("leads", "iraq_gov")]
    assert [tie.until for tie in terms[:-1]] == [tie.since for tie in terms[1:]]
    assert terms[-1].until is None
