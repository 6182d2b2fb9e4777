"""Pages about what happened say what the record and the verbs say."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from served import FEW, ran, words
from tightrope.errors import RequestRefused, UnknownName
from tightrope.foresight.counterfactual import Counterfactual
from tightrope.foresight.explanation import Explanation
from tightrope.foresight.reckoning import Spread
from tightrope.foresight.wording import percent
from tightrope.theatre.dates import parse_span
from tightrope.web.app import create_app
from tightrope.web.chosen import choice_of, chosen, events_of, has_words
from tightrope.web.desk import Desk
from tightrope.web.drawer import date_in_short, reference_told, when_told
from tightrope.web.pages.twin import _headline
from tightrope.web.pages.why import rate_told


@pytest.fixture(scope="module")
def app(scaffold: Path) -> Iterator[FastAPI]:
    """These pages need no outlook, so none is run before."""
    app = create_app(scaffold, defaults=FEW, warm=False)
    yield app
    app.state.desk.close()


# What happened? --------------------------------------------------------------------------------


def test_without_a_choice_every_fact_is_there(visitor: TestClient, desk: Desk) -> None:
    rows = desk.reading.history.rows
    page = visitor.get("/past")
    assert page.status_code == 200
    assert f"the record has {len(rows):,} facts" in words(page.text)
    for row in rows[:50]:
        assert f'data-open="row/{escape(row.id)}"' in page.text
    told = visitor.get("/api/past").json()
    assert told["total"] == len(rows)
    assert [row["id"] for row in told["rows"]] == [row.id for row in rows[:50]]


@pytest.mark.parametrize("what", ["actor", "event", "source", "text", "since"])
def test_each_filter_keeps_exactly_what_it_names(
    visitor: TestClient, desk: Desk, what: str
) -> None:
    rows = desk.reading.history.rows
    row = [row for row in rows if row.note and row.date.earliest][-1]
    word = {"actor": row.by[0], "event": row.event, "source": row.sources[0].partition("#")[0],
            "text": row.note.split()[0].upper(), "since": str(row.date.earliest)}[what]  # fmt: skip
    kept = {
        "actor": lambda r: word in (*r.by, *r.on), "event": lambda r: r.event == word,
        "source": lambda r: any(s.partition("#")[0] == word for s in r.sources),
        "text": lambda r: word.lower() in f"{r.id} {r.note} {r.place}".lower() or None,
        "since": lambda r: r.date.latest is None or str(r.date.latest) >= word,
    }[what]  # fmt: skip
    reading = desk.reading
    found = {one.id for one in chosen(reading, choice_of(reading, {what: word}))}
    expected = {one.id for one in rows if kept(one)}
    # Words are looked for in the names of actors and kinds too.
    assert found >= expected if what == "text" else found == expected
    assert row.id in found and visitor.get("/api/past", params={what: word}).json()["total"] == len(
        found
    )


@pytest.mark.parametrize("asked", ["Soleimani", "SULEIMANI quds", "kataib Muhandis", "Kata'ib"])
def test_a_name_is_found_as_sources_and_other_spellings_have_it(desk: Desk, asked: str) -> None:
    reading = desk.reading
    row = reading.history.rows[0]
    actor = next(iter(reading.theatre.actors))
    known = reading.theatre.actors[actor].model_copy(
        update={"name": "Quds Force", "also": ["Suleimani", "Katā’ib of al-Muhandis"]}
    )
    theatre = replace(reading.theatre, actors={**reading.theatre.actors, actor: known})
    told = replace(row, by=(actor,), sources=("encyclopedia#Qasem_Soleimani",))
    named = replace(reading, theatre=theatre, digest=asked)
    named = replace(named, history=replace(reading.history, rows=(told,)))
    assert has_words(named, told, asked)
    assert not has_words(named, told, f"{asked} nowhere")


@pytest.mark.parametrize(
    "text, short, whole",
    [("2020-01-05", "2020-01-05", "2020-01-05"),
     ("2020-01-05/2020-02-01", "2020-01-05 to 2020-02-01", "from 2020-01-05 to 2020-02-01"),
     ("2020-01", "2020-01", "2020-01: some time from 2020-01-01 to 2020-01-31"),
     ("2020-01-05/..", "2020-01-05 to …", "some time from 2020-01-05 to …")],
)  # fmt: skip
def test_dates_are_told_in_words(desk: Desk, text: str, short: str, whole: str) -> None:
    row = replace(desk.reading.history.rows[0], date=parse_span(text),
                  status="tally" if whole[:4] == "from" else "reported")  # fmt: skip
    assert (date_in_short(row), when_told(row)) == (short, whole)


def test_a_mechanism_means_the_events_that_carry_it_and_those_they_follow(desk: Desk) -> None:
    theatre = desk.reading.theatre
    name, cause, follow = next(
        (name, cause, follow) for name, event in theatre.events.items()
        for cause, follow in event.follows.items() if follow.mechanism
    )  # fmt: skip
    assert {name, cause} <= events_of(theatre, str(follow.mechanism))
    assert events_of(theatre, "none") == frozenset()


def test_a_year_is_a_link_that_narrows_the_time(visitor: TestClient, desk: Desk) -> None:
    first = desk.reading.theatre.head.starts.middle()
    at = f"/past?since={first}&until={first.year}-12-31"
    assert escape(at) in visitor.get("/past").text
    page = visitor.get(at).text
    assert f'href="{escape(at)}" aria-current="true"' in page


@pytest.mark.parametrize(
    "query, status, says",
    [
        ("actor=none", 404, "What to do"),
        ("event=none", 404, "What to do"),
        ("level=none", 404, "What to do"),
        ("since=2020-13-01", 422, "since"),
        ("since=2020-05-01&until=2020-04-01", 422, "lies after"),
        ("page=0", 422, "out of bounds"),
    ],
)
def test_a_wrong_word_is_told(
    visitor: TestClient, desk: Desk, query: str, status: int, says: str
) -> None:
    ran(desk, "levels", {})
    page = visitor.get(f"/past?{query}")
    assert page.status_code == status and says in words(page.text)


def test_what_a_visitor_writes_stays_text(visitor: TestClient) -> None:
    page = visitor.get("/past", params={"text": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text and "The record has no such fact" in page.text


def test_levels_stand_below_once_they_have_been_run(visitor: TestClient, desk: Desk) -> None:
    at = "/past?prior=1"
    result = ran(desk, "levels", {})
    assert "How the levels stood meanwhile" in words(visitor.get(at).text)
    table = visitor.get("/chart/levels.csv?level=all").text.splitlines()
    assert len(table) == 1 + len(result.days) * len(result.readings)
    for low, middle, high in next(iter(result.readings.values())):
        assert 0 <= low <= middle <= high <= 1


# Who? ------------------------------------------------------------------------------------------


def test_the_list_counts_pairs_and_leads_to_their_facts(visitor: TestClient, desk: Desk) -> None:
    year = desk.reading.history.until.year
    told = visitor.get(f"/api/who?year={year}").json()
    pairs = [
        (by, on)
        for row in desk.reading.history.rows
        if row.date.earliest and row.date.latest
        and row.date.earliest.year <= year <= row.date.latest.year
        for by in row.by for on in row.on if by != on
    ]  # fmt: skip
    assert sum(tie["facts"] for tie in told["ties"]) == len(pairs)
    page = visitor.get(f"/who?year={year}&show=cooperation").text
    assert f">{year}</a>" in page and "Part of" in words(page)
    assert visitor.get("/who?year=1900").status_code == 422
    assert visitor.get("/who?show=love").status_code == 422


def test_declared_ties_are_those_of_the_years_that_are_shown(visitor: TestClient) -> None:
    early, late = (visitor.get(f"/api/who?year={year}").json()["declared"] for year in (2018, 2020))
    pay = [tie["other"] for tie in late if tie["tie"] == "pays"]
    assert pay == ["wardens"] and not any(tie["tie"] == "pays" for tie in early)
    page = visitor.get("/who?year=2020&show=pays").text
    assert "Parliament of Saltmarsh pays The Wardens since 2019-02" in words(page)
    assert 'data-open="source/herald-2019-02-20"' in page
    assert "pays The Wardens" not in words(visitor.get("/who?year=2018&show=declared").text)
    table = visitor.get("/chart/ties.csv?year=2020&show=declared").text.splitlines()
    assert table[0] == "by,on,tie" and len(table) == 1 + len(late) + 2, "and two that are parts"


def test_who_says_so_is_told_by_name(desk: Desk) -> None:
    theatre = desk.reading.theatre
    name, source = next((n, s) for n, s in theatre.sources.items() if s.published)
    assert source.published is not None
    told = f"{source.outlet}, {source.published.text[:4]}"
    assert {reference_told(theatre, f"{name}{place}") for place in ("", "#3-9")} == {told}
    assert reference_told(theatre, f"{name}#Long_march") == f"{source.outlet}: Long march"


def test_the_evidence_of_a_tie_opens_beside_it(visitor: TestClient) -> None:
    page = visitor.get("/who?year=2020&open=source/herald-2019-02-20").text
    assert "Thousands march after the strike" in page and 'name="year" value="2020"' in page


# Why? ------------------------------------------------------------------------------------------


@pytest.fixture
def asked(desk: Desk) -> dict[str, str]:
    name = next(n for n, e in desk.reading.theatre.events.items() if e.scheduled is None and e.base)
    return {"event": name, "on": desk.reading.history.until.isoformat()}


def test_reading_an_address_runs_nothing(visitor: TestClient, desk: Desk, asked: Any) -> None:
    words_of = {**asked, "seed": "77"}
    page = visitor.get("/why", params=words_of)
    assert "Not run yet" in page.text
    assert desk.jobs.get(desk.key("why", desk.asked("why", words_of))) is None
    assert visitor.get("/api/why", params=words_of).json()["error"]["code"] == "not-run"


def test_a_rate_is_told_as_on_the_command_line(
    visitor: TestClient, desk: Desk, asked: dict[str, str]
) -> None:
    # The desk of these tests draws its numbers from the priors, the address says so too.
    result: Explanation = ran(desk, "why", asked)
    page = visitor.get("/why", params=asked)
    assert result.sentence().replace("_", " ") in words(page.text)
    for part in result.parts:
        if part.share >= 0.001 and part.mechanism:
            assert f'data-open="mechanism/{part.mechanism}"' in page.text
        for fact in part.facts.told[:1]:
            if fact.value >= 0.001 * result.if_open:
                assert f'data-open="row/{fact.row.id}"' in page.text
    assert "events a day are expected" in page.text and "in logits" not in page.text
    for clause in result.gate:
        assert clause.expression not in page.text or clause.expression.isalpha()
        assert "holds, since" in words(page.text) or "holds, from" in words(page.text)
    rare = replace(result, rate=0.2, if_open=0.2, chance=0.1)
    assert rate_told(rare).endswith("the chance is 10 %.") and "bursts" not in rate_told(
        replace(rare, chance=-math.expm1(-0.2))
    )
    assert visitor.get("/api/why", params=asked).json() == result.as_json()
    assert visitor.get("/chart/parts.csv", params=asked).status_code == 200


def test_a_day_outside_the_record_and_a_calendar_are_refused(desk: Desk, asked: Any) -> None:
    late = desk.reading.history.until + timedelta(2)
    with pytest.raises(RequestRefused, match="lies outside the record"):
        desk.asked("why", {**asked, "on": late.isoformat()})
    with pytest.raises(UnknownName):
        desk.asked("why", {"event": "none"})


# What would have happened? ---------------------------------------------------------------------


def test_the_twin_is_told_as_on_the_command_line(visitor: TestClient, desk: Desk) -> None:
    row = next(
        row for row in desk.reading.history.rows
        if row.date.is_day and not row.is_tally
        and any(row.event in event.follows for event in desk.reading.theatre.events.values())
    )  # fmt: skip
    asked = {"without": row.id, "draws": "10", "twins": "2"}
    assert "Not run yet" in visitor.get("/twin", params=asked).text
    result: Counterfactual = ran(desk, "twin", asked)
    page = visitor.get("/twin", params=asked)
    most = result.following_year[0].event
    assert page.status_code == 200
    assert f"of “{desk.reading.theatre.in_words(most)}” in the following year" in words(page.text)
    assert "given the known aftermath" in words(page.text).lower()
    if result.levels or result.conditions:
        assert "levels, which nobody observes, go from 0 to 1" in words(page.text)
    for one in result.still:
        assert f'data-open="row/{one.row}"' in page.text and percent(one.same_day) in page.text
    assert visitor.get("/api/twin", params=asked).json() == result.as_json()


def test_fewer_and_their_range_are_counted_in_one_direction(desk: Desk) -> None:
    row = next(row for row in desk.reading.history.rows if row.date.is_day and not row.is_tally)
    result: Counterfactual = ran(desk, "twin", {"without": row.id, "draws": "10", "twins": "2"})
    shift = replace(result.shifts[0], net=Spread(-1.0, -3.0, 1.0))
    told = replace(result, following_year=(shift,))
    assert "1.0 fewer" in told.headline and "[-1, 3]" in told.headline
    page = _headline(desk, told)
    assert "1.0 fewer" in page and "(90 %: -1 to 3)" in page


def test_a_fact_is_found_by_words_and_leads_to_the_twin(visitor: TestClient, desk: Desk) -> None:
    row = desk.reading.history.rows[0]
    page = visitor.get("/twin", params={"text": row.note}).text
    assert f'href="/twin?without={row.id}"' in page
    assert "No fact has these words" in visitor.get("/twin?text=zzzzz").text


def test_the_drawer_of_a_fact_asks_further(visitor: TestClient, desk: Desk) -> None:
    row = next(row for row in desk.reading.history.rows if row.date.is_day)
    drawer = visitor.get(f"/row/{row.id}?bare=1").text
    assert escape(f"/why?event={row.event}&on={row.date.earliest}") in drawer
    assert f"/twin?without={row.id}" in drawer


@pytest.mark.parametrize("without", ["", "none", ",".join(f"r{i}" for i in range(11))])
def test_a_twin_without_nothing_or_too_much_is_refused(desk: Desk, without: str) -> None:
    with pytest.raises((RequestRefused, UnknownName)):
        desk.asked("twin", {"without": without})
