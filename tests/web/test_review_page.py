"""Review in the app: the same queue and the same decisions as on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from proposed import fill, fill_one
from served import FEW, client_of, words
from tightrope.evidence.queue import Queue, queue_path
from tightrope.history import read_theatre_and_history
from tightrope.theatre.scaffold import new_theatre
from tightrope.web.app import create_app
from told import document, statement


@pytest.fixture
def visitor(own: Path) -> TestClient:
    fill(own)
    return client_of(create_app(own, defaults=FEW, warm=False))


def rows(folder: Path) -> dict[str, str]:
    return {row.id: row.place for row in read_theatre_and_history(folder)[1].rows}


def states(folder: Path) -> dict[str, int]:
    with Queue(queue_path(folder), "saltmarsh", make=False) as queue:
        return queue.count()


def test_an_empty_queue_says_how_to_fill_it(own: Path) -> None:
    page = client_of(create_app(own, defaults=FEW, warm=False)).get("/review")
    assert "tightrope read ARTICLES --theatre saltmarsh --propose" in page.text
    assert not queue_path(own).exists(), "looking makes no queue"


def test_a_proposal_stands_beside_its_sentence_and_its_twin(visitor: TestClient, own: Path) -> None:
    page = visitor.get("/review")
    assert "<strong>bombed</strong>" in page.text and "<mark" in page.text
    assert "2 proposed facts wait" in words(page.text)
    assert "herald" in page.text and "gazette" in page.text, "every telling is listed"
    twin = visitor.get("/review?n=2").text
    read = read_theatre_and_history(own)[0]
    meant = (read.events["strike"].says, read.actors["auster"].name)
    assert all(f'meant">{says}</span>' in twin for says in meant), "beside their names"
    assert "row 2018-03-04-strike" in twin and "It is that row" in words(twin)
    told = visitor.get("/api/review?n=2").json()
    assert told["open"] == 2 and told["proposals"][0]["id"] == 2


def test_accept_writes_the_row_and_undo_takes_it_out(visitor: TestClient, own: Path) -> None:
    before = (own / "history.csv").read_bytes()
    done = visitor.post("/review/1/accept", data={"reason": "both name the valley"})
    assert done.headers["location"] == "/review?after=1"
    assert rows(own)["2018-05-05-strike"] == "Reed valley"
    page = words(visitor.get("/review").text)
    assert "Proposal 1 was accepted as 2018-05-05-strike." in page and "both name" in page
    assert visitor.post("/review/undo", data={"x": ""}).headers["location"] == "/review?n=1"
    assert (own / "history.csv").read_bytes() == before


def test_what_is_seen_is_what_is_accepted(visitor: TestClient, own: Path) -> None:
    visitor.post(
        "/review/1/accept", data={"cell-place": "Reed valley, north", "cell-event": "strike"}
    )
    assert rows(own)["2018-05-05-strike"] == "Reed valley, north"


def test_corrections_are_kept_and_merging_adds_a_telling(visitor: TestClient, own: Path) -> None:
    visitor.post("/review/1/correct", data={"cell-deaths": "4", "reason": "the later count"})
    assert 'value="4"' in visitor.get("/review?n=1").text
    assert visitor.post("/review/1/correct", data={"cell-deaths": "4"}).status_code == 422
    visitor.post("/review/2/merge", data={"twin": "2018-03-04-strike"})
    (row,) = [r for r in read_theatre_and_history(own)[1].rows if r.id == "2018-03-04-strike"]
    assert len(row.sources) == 2 and states(own)["accepted"] == 1


def test_reject_and_skip_go_on(visitor: TestClient, own: Path) -> None:
    visitor.post("/review/1/reject", data={"reason": "told before"})
    assert states(own) == {"open": 1, "accepted": 0, "rejected": 1}
    assert "Proposal 2" in visitor.get("/review?after=1").text
    assert "none of them with “nothing”" in words(visitor.get("/review?words=nothing").text)


def test_a_refused_decision_keeps_what_was_filled_in(visitor: TestClient, own: Path) -> None:
    before = (own / "history.csv").read_bytes()
    page = visitor.post("/review/1/accept", data={"cell-event": "earthquake", "reason": "so it is"})
    assert page.status_code == 409 and "earthquake" in words(page.text)
    assert 'value="so it is"' in page.text and 'value="earthquake"' in page.text
    assert (own / "history.csv").read_bytes() == before and states(own)["open"] == 2
    for at in ("/review/99/accept", "/review/1/eat", "/review?n=x"):
        answer = visitor.get(at) if "?" in at else visitor.post(at, data={"x": ""})
        assert answer.status_code in (404, 409)


def test_hostile_articles_stay_text(own: Path) -> None:
    text = "Auster <script>alert(1)</script> bombed the Wardens \u202e near Reed valley."
    of = document(text, '"><img src=x>.txt', date(2018, 5, 6), title="<b>&", language='"x')
    fill_one(own, (of, [statement(of, "bombed", date="2018-05-05")]))
    page = client_of(create_app(own, defaults=FEW, warm=False)).get("/review").text
    assert "<script>alert" not in page and "<img" not in page and "\u202e" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_foreign_page_decides_nothing(visitor: TestClient, own: Path) -> None:
    foreign = {"origin": "http://evil.example"}
    assert visitor.post("/review/1/accept", data={}, headers=foreign).status_code == 403
    assert states(own)["open"] == 2


def test_a_shipped_theatre_is_copied_with_its_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "shipped" / "saltmarsh"
    new_theatre(shipped, "saltmarsh")
    monkeypatch.setattr("tightrope.shelf.SHIPPED", shipped.parent)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    fill(shipped)
    visitor = client_of(create_app(shipped, defaults=FEW, warm=False))
    refused = visitor.post("/review/1/accept", data={"reason": ""})
    assert refused.status_code == 409 and "stays as it is" in words(refused.text)
    copied = visitor.post("/review/copy", data={"name": "mine"})
    home = tmp_path / "data" / "tightrope" / "theatres" / "mine"
    assert f"tightrope serve {home}" in words(visitor.get(copied.headers["location"]).text)
    assert states(home)["open"] == 2


def test_support_of_a_mechanism_is_shown_as_such_and_writes_nothing(own: Path) -> None:
    said = "Every strike on the soil of Saltmarsh leads to protests and votes in parliament."
    article = document(said + "\n\n" + "The weather in the valley stays mild. " * 60)
    fill_one(own, (article, []))
    before = (own / "mechanisms.yaml").read_bytes()
    visitor = client_of(create_app(own, defaults=FEW, warm=False))
    page = visitor.get("/review?n=1").text
    assert "Said in support of mechanism M2: A strike on the soil of Saltmarsh" in words(page)
    assert "<strong>leads to</strong>" in page
    visitor.post("/review/1/accept", data={"reason": "it says so"})
    assert "accepted as support of M2" in words(visitor.get("/review").text)
    assert (own / "mechanisms.yaml").read_bytes() == before
