"""Pages say what the outlook says, and read well before any script runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from served import FEW, client_of, words
from tightrope.foresight.outlook import Outlook
from tightrope.foresight.wording import answer_in_short, percent
from tightrope.web.app import create_app
from tightrope.web.desk import Desk


@pytest.fixture
def result(desk: Desk) -> Outlook:
    return desk.result("outlook", desk.asked("outlook", {}))  # type: ignore[return-value]


def test_the_first_page_has_every_question_with_its_answer(
    visitor: TestClient, result: Outlook
) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    for answer in result.answers:
        row = re.search(rf'<a href="/q/{answer.id}">.*?</tr>', page.text, re.DOTALL)
        assert row and answer.ask in words(row[0])
        last = answer.horizons[-1] if answer.horizons else None
        told = answer_in_short(answer, last, result.first_day) or f"No answer: {answer.refused}"
        assert told.partition(" (")[0] in words(row[0]), answer.id
        assert ("<svg" in row[0]) == (last is not None), "a line over the past months"
    assert any(answer.refused for answer in result.answers)
    assert result.fingerprint in page.text


def test_a_shorter_window_points_to_the_outlook_that_has_it(
    visitor: TestClient, desk: Desk, result: Outlook
) -> None:
    has = {horizon.days for answer in result.answers for horizon in answer.horizons}
    inner = min(has)
    assert inner < result.days
    page = words(visitor.get(f"/?days={inner}").text)
    assert f"outlook of {result.days} days" in page and f"answer within {inner} days" in page
    assert "which is at hand" not in visitor.get(f"/?days={inner + 1}").text


def test_the_address_is_the_state(visitor: TestClient, desk: Desk) -> None:
    page = visitor.get("/?as_of=2020-02-20&days=40")
    assert 'name="as_of" value="2020-02-20"' in page.text
    assert 'name="days" value="40"' in page.text
    assert "Not run yet" in page.text, "reading an address starts nothing"
    assert (
        desk.jobs.get(
            desk.key("outlook", desk.asked("outlook", {"as_of": "2020-02-20", "days": "40"}))
        )
        is None
    )


def test_an_empty_field_asks_for_what_this_app_usually_takes(
    visitor: TestClient, desk: Desk
) -> None:
    empty = {"paths": "", "days": "", "prior": ""}
    assert desk.asked("outlook", empty) == desk.asked("outlook", {})
    assert "Not run yet" not in visitor.get("/?days=&paths=").text


@pytest.mark.parametrize(
    "query, says",
    [
        ("days=0", "0 is out of bounds"),
        ("days=many", "is no whole number"),
        ("days=٣", "is no whole number"),
        ("as_of=1999-01-01", "lies outside the record"),
        ("as_of=2020-13-40", "as_of"),
        ("paths=1000000", "out of bounds"),
        ("seed=-1", "is no whole number"),
    ],
)
def test_a_wrong_word_in_an_address_is_told_with_its_remedy(
    visitor: TestClient, query: str, says: str
) -> None:
    page = visitor.get(f"/?{query}")
    assert page.status_code == 422
    assert says in words(page.text)
    assert "What to do:" in words(page.text)


def test_a_question_page_goes_from_the_answer_to_the_evidence(
    visitor: TestClient, result: Outlook
) -> None:
    for answer in result.answers:
        page = visitor.get(f"/q/{answer.id}")
        assert page.status_code == 200
        assert answer.ask in words(page.text)
        if answer.refused:
            assert f"No answer: {answer.refused}" in words(page.text)
            continue
        if answer.kind == "yes_no":
            assert f"{percent(answer.probability or 0.0)[:-2]} of 100" in words(page.text) or (
                "1 of 100" in words(page.text)
            )
        assert page.text.count("<details>") >= 2, "a table behind each picture"
        for mechanism in {d.mechanism for d in answer.drivers if d.mechanism}:
            assert f'href="/mechanism/{mechanism}"' in page.text


def test_single_futures_are_on_a_switch(visitor: TestClient, result: Outlook) -> None:
    counted = next(a for a in result.answers if a.kind == "count")
    without, having = (visitor.get(f"/q/{counted.id}{q}").text for q in ("", "?runs=1"))
    assert "Show single futures" in without and "single futures." not in words(without)
    assert "Hide single futures" in having and "thin lines: single futures" in words(having)
    assert having.count("<path") > without.count("<path") + 5


def test_an_unknown_question_offers_the_nearest(visitor: TestClient, result: Outlook) -> None:
    page = visitor.get(f"/q/{result.answers[0].id}x")
    assert page.status_code == 404
    assert f"did you mean '{result.answers[0].id}'" in words(page.text)


def test_a_fact_opens_beside_a_page_and_as_a_page(visitor: TestClient, desk: Desk) -> None:
    row = desk.reading.history.rows[0]
    alone = visitor.get(f"/row/{row.id}")
    assert row.note in words(alone.text)
    name = next(iter(desk.reading.theatre.questions))
    beside = visitor.get(f"/q/{name}?open=row/{row.id}")
    assert '<dialog class="drawer" id="drawer" aria-labelledby="drawer-title" open>' in beside.text
    assert row.note in words(beside.text)
    bare = visitor.get(f"/row/{row.id}?bare=1").text
    assert "<html" not in bare and row.note in words(bare)
    assert " open>" not in visitor.get(f"/q/{name}?open=row/none-such").text


def test_from_a_mechanism_to_its_source_to_the_facts_that_rest_on_it(
    visitor: TestClient, desk: Desk
) -> None:
    name, mechanism = next(iter(desk.reading.theatre.mechanisms.items()))
    page = visitor.get(f"/mechanism/{name}").text
    assert mechanism.fact in words(page)
    source = mechanism.sources[0].partition("#")[0]
    assert f'href="/source/{source}"' in page
    assert desk.reading.theatre.sources[source].title in words(
        visitor.get(f"/source/{source}").text
    )


def test_weak_grounds_look_weak(visitor: TestClient, desk: Desk) -> None:
    by_documents = {
        len({s.partition("#")[0] for s in row.sources}): row for row in desk.reading.history.rows
    }
    assert "A single document says so" in visitor.get(f"/row/{by_documents[1].id}").text


def test_charts_download_as_what_they_show(visitor: TestClient, result: Outlook) -> None:
    counted = next(a for a in result.answers if a.kind == "count")
    page = visitor.get(f"/q/{counted.id}?runs=1").text
    links = [unescape(at) for at in re.findall(r'<a href="([^"]*)" download>', page)]
    assert f"/chart/course.csv?q={counted.id}&runs=1" in links
    for at in links:
        answer = visitor.get(at)
        assert answer.status_code == 200, at
    assert visitor.get(f"/chart/answer.png?q={counted.id}").content.startswith(b"\x89PNG")
    assert b"<svg" in visitor.get(f"/chart/answer.svg?q={counted.id}").content
    table = visitor.get(f"/chart/course.csv?q={counted.id}").text
    rows = list(csv.DictReader(io.StringIO(table)))
    assert counted.course is not None and counted.course.bands is not None
    assert float(rows[-1]["middle"]) == pytest.approx(counted.course.bands[-1, 2], abs=1e-3)
    with zipfile.ZipFile(io.BytesIO(visitor.get(f"/chart/course.zip?q={counted.id}").content)) as z:
        assert set(z.namelist()) == {
            "chart.svg", "chart.png", "numbers.csv", "chart.vl.json", "note.txt"
        }  # fmt: skip
        assert result.fingerprint in z.read("note.txt").decode()
        assert z.read("numbers.csv").decode() == table


def test_downloads_are_the_same_bytes_each_time(visitor: TestClient, result: Outlook) -> None:
    at = f"/chart/course.zip?q={result.answers[0].id}"
    assert visitor.get(at).content == visitor.get(at).content


@pytest.mark.parametrize("at", ["/chart/none.svg", "/chart/overview.gif", "/chart/answer.svg?q=x"])
def test_a_chart_that_is_not_there_is_told(visitor: TestClient, at: str) -> None:
    page = visitor.get(at)
    assert page.status_code == 404 and "What to do:" in words(page.text)


def test_a_theatre_that_was_never_scored_says_how_to_score_it(visitor: TestClient) -> None:
    page = visitor.get("/scores")
    assert page.status_code == 200
    assert "has not been scored yet; run: tightrope backtest" in words(page.text)
    assert visitor.get("/api/scorecard").json()["error"]["code"] == "not-scored"


def test_the_scorecard_is_told_losses_included(tmp_path_factory: pytest.TempPathFactory) -> None:
    del tmp_path_factory
    from tightrope.foresight.record import last_card
    from tightrope.report.score_tables import tally
    from tightrope.theatre import find_theatre

    folder = find_theatre("iraq")
    page = client_of(create_app(folder, warm=False)).get("/scores")
    count = tally(last_card(folder))
    assert f"{count['worse']} clearly lost" in words(page.text)
    assert "clearly worse than one of the forecasters that they mix" in words(page.text)
    assert page.text.count('class="downloads"') >= 6


def test_every_page_says_what_it_is_and_is_not(visitor: TestClient) -> None:
    page = visitor.get("/about")
    assert "It is no aid to targeting." in words(page.text)
    for at in ("/", "/scores", "/about", "/none"):
        text = visitor.get(at).text
        assert 'href="/about"' in text and 'class="skip" href="#content"' in text
        assert "<script>" not in text and "style=" not in text and "javascript:" not in text


def test_a_theatre_that_breaks_while_it_is_served_keeps_its_pages(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tightrope.web.reading.LOOK_AGAIN_SECONDS", 0.0)
    visitor = client_of(create_app(own, defaults=FEW, warm=False))
    whole = (own / "theatre.yaml").read_text()
    assert "have faults" not in visitor.get("/").text
    (own / "theatre.yaml").write_text(whole.replace("events:", "evnts:", 1))
    page = visitor.get("/")
    assert page.status_code == 200 and "theatre.yaml:" in words(page.text)
    assert visitor.get("/api/theatre").json()["faults"]
    (own / "theatre.yaml").write_text(whole + "\n# mended\n")
    assert "have faults" not in visitor.get("/").text
