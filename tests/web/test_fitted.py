"""What a fit says of itself on the page of scores."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from served import FEW, client_of, words
from tightrope.theatre import find_theatre
from tightrope.web import beforehand, fitted
from tightrope.web.app import create_app
from tightrope.web.desk import Desk
from tightrope.web.runs.fit import Taught


@pytest.fixture(scope="module")
def taught() -> Taught:
    """Of the shipped theatre."""
    made = beforehand.read(Desk(find_theatre("iraq")))
    return next(one.result for one in made if one.verb == "fit")


@pytest.fixture
def visitor(own: Path, taught: Taught) -> TestClient:
    """Of a theatre that was never scored, with a fit at hand."""
    app = create_app(own, defaults=FEW, warm=False)
    desk: Desk = app.state.desk
    desk.results.put(desk.key("fit", {}), taught)
    return client_of(app)


def test_counts_are_those_of_the_fit(taught: Taught) -> None:
    page = fitted.fitted_of(taught)
    types = taught.goodness.types
    assert len(page.odd.rows) == sum(one.verdict in ("fails", "strained") for one in types)
    assert len(page.few.rows) == sum(not one.findings for one in types)
    assert len(page.odd.rows) + len(page.few.rows) + len(page.held.rows) == len(types)
    learned = sum(one.contraction > 0.3 for one in taught.parameters)
    assert page.taught.startswith(f"{learned} of {len(taught.parameters)} numbers")
    assert page.unknown[0].startswith(f"{len(taught.parameters) - learned} of its")
    assert page.moved and not any("_" in row[0] for row in page.moved.table.rows)


def test_the_page_shows_it_without_a_scorecard(visitor: TestClient, taught: Taught) -> None:
    page = visitor.get("/scores").text
    told = words(page)
    assert taught.says in told and "What it does not know" in told
    assert page.count("<figure") == 3
    numbers = visitor.get("/chart/moved.csv").text.splitlines()
    assert len(numbers) == len(taught.parameters) + 1 and numbers[0].startswith("number,mechanism")
    for name in fitted.DRAWN:
        table = visitor.get(f"/chart/{name}.csv").text
        assert len(table.splitlines()) > 5
        assert visitor.get(f"/chart/{name}.svg").text.startswith("<svg")


def test_before_it_is_run_it_is_offered(own: Path) -> None:
    path = own / "theatre.yaml"
    path.write_text(path.read_text() + "# of its own\n")
    visitor = client_of(create_app(own, defaults=FEW, warm=False))
    page = visitor.get("/scores").text
    assert 'action="/runs/fit"' in page and "Not run yet" in page
    assert visitor.get("/chart/moved.svg").status_code == 404
