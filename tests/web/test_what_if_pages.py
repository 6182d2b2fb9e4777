"""What if? Composed by words and dates, run, told, saved, and opened again by its address."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from served import FEW, PATIENCE_SECONDS, client_of, words
from tightrope.theatre import read_theatre
from tightrope.theatre.scaffold import new_theatre
from tightrope.web.app import create_app
from tightrope.web.arms import said_of
from tightrope.web.desk import Desk

FOUR = {"a": "soldiers_leave", "b": "patience", "c": "off M2", "d": "block strike; off M1"}


@pytest.fixture(scope="module")
def followed(app: Any) -> Any:
    """A what-if of four worlds, run once for all tests here."""
    desk: Desk = app.state.desk
    settings = desk.asked("whatif", FOUR)
    job = desk.start("whatif", settings)
    assert job.wait(PATIENCE_SECONDS) and job.status == "done", job
    return desk.result("whatif", settings)


@pytest.fixture(scope="module")
def light(scaffold: Path) -> TestClient:
    """Of an app in which nothing has been run: composing needs no run."""
    return client_of(create_app(scaffold, defaults=FEW, warm=False))


def test_four_worlds_are_told_with_pictures_tables_and_their_numbers(
    visitor: TestClient, followed: Any
) -> None:
    page = visitor.get("/whatif", params=FOUR)
    text = words(page.text)
    for arm in followed.arms:
        assert arm.line.replace("\u00a0", " ") in text.replace("\u00a0", " ")
        assert arm.differences.rows[0][0] in text
    assert len(followed.arms) == 4 and page.text.count("<figure") == len(followed.days) + 2
    assert followed.command.splitlines()[0] in text
    assert visitor.get("/api/whatif", params=FOUR).json() == followed.json
    table = visitor.get("/chart/whatif_day_1.csv", params=FOUR).text
    first = followed.json["arms"][0]
    assert f"unchanged,{followed.days[0][2].data[0]['day']}" in table and first["name"] in table
    svg = visitor.get("/chart/whatif_differences.svg", params=FOUR)
    assert svg.status_code == 200 and svg.text.startswith("<svg")


def test_nothing_is_run_by_reading_an_address(light: TestClient) -> None:
    desk: Desk = light.app.state.desk  # type: ignore[attr-defined]
    page = light.get("/whatif?a=off+M3")
    assert "Not run yet" in page.text and "Run it" in page.text
    assert desk.jobs.get(desk.key("whatif", desk.asked("whatif", {"a": "off M3"}))) is None
    assert light.get("/api/whatif?a=off+M3").json()["error"]["code"] == "not-run"


def test_a_change_that_is_composed_becomes_part_of_the_address(light: TestClient) -> None:
    at = "/whatif?days=60&a=patience&do=force&name=attack&from=2021-01-05&value=3&in=a"
    assert light.get(at).headers["location"] == (
        "/whatif?days=60&a=patience%3B%20force%20attack%3D3@2021-01-05".replace("%3D", "=")
    )
    new = light.get("/whatif?a=patience&do=set&name=troops&value=100").headers["location"]
    assert new.endswith("&b=set%20troops=100")
    off = light.get("/whatif?off=M1").headers["location"]
    assert off == "/whatif?a=off%20M1"


def test_a_mechanism_that_finds_no_free_world_is_told_and_not_forgotten(light: TestClient) -> None:
    page = light.get("/whatif?a=off+M2&b=off+M3&c=patience&d=block+strike&off=M1")
    assert page.status_code == 200
    text = words(page.text)
    assert "Nothing was added. There are 4 worlds already; choose one of them." in text
    assert '<option value="M1" selected>' in page.text, "the form has what was asked for"
    again = light.get("/whatif?a=off+M2&b=off+M1&off=M1").headers["location"]
    assert again == "/whatif?a=off%20M2&b=off%20M1", "it is off in a world already"


@pytest.mark.parametrize(
    "world, name",
    [
        ("off M1", "without Attack and answer (M1)"),
        ("soldiers_leave", "soldiers leave"),
        ("set troops=0@2021-02-01", "troops: 0 from 1 February 2021"),
        ("hold truce=yes", "truce stays yes"),
        ("set truce=yes@2021-01-05/2021-02-01",
         "truce: yes from 5 January 2021 to 1 February 2021"),
        ("force attack=3@2021-01-05", "attack 3 times on 5 January 2021"),
        ("block strike; scale attack=2", "no strike, attack × 2"),
        ("scale attack.base=0.5; off M1; block strike; off M2",
         "attack: base × 0.5, without Attack and answer (M1) and 2 more"),
    ],
)  # fmt: skip
def test_a_world_is_named_by_what_it_changes(light: TestClient, world: str, name: str) -> None:
    page = words(light.get("/whatif", params={"a": world}).text)
    assert f"A, {name}" in page


def test_a_condition_and_an_event_of_one_name_are_told_apart(desk: Desk) -> None:
    theatre = desk.reading.theatre
    both = theatre.conditions["truce"].model_copy(update={"says": "Whether arms rest"})
    twins = replace(theatre, conditions={**theatre.conditions, "strike": both})
    event = theatre.events["strike"].says
    assert said_of(twins, "hold", "strike") == "Whether arms rest"
    assert said_of(twins, "block", "strike") == event != "Whether arms rest"


@pytest.mark.parametrize(
    "query, field, says",
    [
        ("do=set&name=troops&value=many", "set-value", "number"),
        ("do=set&name=truce&value=", "set-value", "yes or no"),
        ("do=hold&name=troops&value=many", "hold-value", "number"),
        ("do=set&name=troops&value=1&from=2021-13-01", "set-from", "is no day"),
        ("do=set&name=troops&value=1&to=2021-01-09", "set-from", "give the first day too"),
        ("do=block&name=strike&from=2021-01-09&to=2021-01-02", "block-to", "before the first"),
        ("do=force&name=strike&from=2019-01-01", "force-from", "lies outside the run"),
        ("do=scale&name=strike&value=-2", "scale-value", "from 0 to 1000"),
        ("do=scale&name=strike&value=1", "scale-value", "changes nothing"),
        ("do=off&name=M99", "off-name", "choose from the list"),
        ("do=block&name=strike&a=patience&in=a", "block-in", "contradict"),
        ("a=off+M1&b=off+M2&c=off+M3&d=patience&do=off&name=M1", "off-in", "4 worlds already"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    light: TestClient, query: str, field: str, says: str
) -> None:
    page = light.get(f"/whatif?{query}")
    assert page.status_code == 200
    told = re.search(rf'id="{field}-fault">([^<]*)<', page.text)
    assert told and says in told[1]
    assert f'aria-describedby="{field}-fault"' in page.text


def test_every_fault_of_an_address_is_told_and_nothing_is_run(light: TestClient) -> None:
    at = "/whatif?a=patience&b=nonsense;set+troops=x&c=off+M99"
    text = words(light.get(at).text)
    assert "neither a scenario nor a change" in text and "'x'" in text and "M99" in text
    assert "Run it" not in text
    refused = light.get("/api/whatif?a=nonsense").json()["error"]
    assert refused["code"] == "changes-refused"


def test_a_change_of_the_past_leads_to_the_day_before_it(light: TestClient) -> None:
    page = light.get("/whatif?a=block+strike@2020-06-01/2020-06-09&days=60")
    assert "Run it from 31 May 2020 instead" in words(page.text)
    found = re.search(r'href="([^"]*as_of=2020-05-31[^"]*)"', page.text)
    assert found and "Not run yet" in light.get(found[1].replace("&amp;", "&")).text


def test_hostile_words_stay_words(light: TestClient) -> None:
    hostile = '"><script>alert(1)</script>'
    for query in ({"a": hostile}, {"off": hostile}, {"do": "set", "name": hostile, "in": hostile}):
        page = light.get("/whatif", params=query, follow_redirects=True)
        assert "<script>alert" not in page.text


def test_a_world_is_saved_as_a_scenario_of_ones_own_theatre(own: Path) -> None:
    visitor = client_of(create_app(own, defaults=FEW, warm=False))
    fields = {"a": "off M1; force attack=2@2021-01-05", "world": "a", "name": "quiet",
              "says": 'A "quiet" year: {so to say}'}  # fmt: skip
    saved = visitor.post("/whatif/save", data=fields)
    assert saved.status_code == 303
    scenario = read_theatre(own).scenarios["quiet"]
    assert scenario.says == fields["says"]
    assert [change.off or change.force for change in scenario.changes] == ["M1", "attack"]
    assert "Saved as quiet" in words(visitor.get(saved.headers["location"]).text)
    again = visitor.post("/whatif/save", data=fields)
    assert again.status_code == 422 and "already" in words(again.text)
    assert 'value="A &#34;quiet&#34; year' in again.text, "what was filled in stays"


def test_a_shipped_theatre_stays_as_it_is_and_a_copy_takes_the_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "shipped"
    new_theatre(shipped / "saltmarsh", "saltmarsh")
    monkeypatch.setattr("tightrope.shelf.SHIPPED", shipped)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = {path.name: path.read_bytes() for path in (shipped / "saltmarsh").iterdir()}
    visitor = client_of(create_app(shipped / "saltmarsh", defaults=FEW, warm=False))
    fields = {"a": "off M1", "world": "a", "name": "quiet", "says": "Quiet"}
    assert visitor.post("/whatif/save", data={**fields, "copy": "../x"}).status_code == 422
    saved = visitor.post("/whatif/save", data={**fields, "copy": "mine"})
    copy = tmp_path / "data" / "tightrope" / "theatres" / "mine"
    assert f"tightrope serve {copy}" in words(visitor.get(saved.headers["location"]).text)
    assert "quiet" in read_theatre(copy).scenarios
    assert {path.name: path.read_bytes() for path in (shipped / "saltmarsh").iterdir()} == before
    assert visitor.post("/whatif/save", data={**fields, "copy": "mine"}).status_code == 409
