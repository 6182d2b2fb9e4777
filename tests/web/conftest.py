"""One app of a new theatre for all tests here: served from the priors, with few futures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from served import FEW, PATIENCE_SECONDS, client_of
from tightrope.web.app import create_app
from tightrope.web.desk import Desk
from web_browser import browser_of, served, visited


@pytest.fixture(scope="session")
def app(scaffold: Path) -> Iterator[FastAPI]:
    """Its first page's outlook has been run, and the earlier month behind its lines."""
    app = create_app(scaffold, defaults=FEW)
    with client_of(app):
        desk: Desk = app.state.desk
        settings = desk.asked("outlook", {})
        wanted = [("outlook", settings), *(("past", past) for past in desk.past_settings(settings))]
        for verb, one in wanted:
            job = desk.jobs.get(desk.key(verb, one))
            assert job is None or (job.wait(PATIENCE_SECONDS) and job.status == "done"), job
        yield app


@pytest.fixture
def visitor(app: FastAPI) -> TestClient:
    """Asks without starting or ending the app."""
    return client_of(app)


@pytest.fixture
def desk(app: FastAPI) -> Desk:
    return app.state.desk


@pytest.fixture(scope="module")
def site(app: FastAPI) -> Iterator[str]:
    """Where the app of a module is found."""
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for the tests of a module."""
    with browser_of() as found:
        yield found


@pytest.fixture
def page(browser: Any, site: str) -> Iterator[Any]:
    """A new visitor; what leaves the machine, or fails on the page, fails the test."""
    with visited(browser, site) as page:
        yield page
