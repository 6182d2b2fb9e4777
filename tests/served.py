"""What tests of the app share: a visitor, and defaults that cost little."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tightrope.web.desk import Defaults, Desk
from tightrope.web.runs import run_of

HERE = "http://127.0.0.1:8000"
FEW = Defaults(paths=200, days=90, past_months=1, fitted=False)
PATIENCE_SECONDS = 400
"""A run here takes ten; machines that are busy otherwise take their time."""


def client_of(app: FastAPI, *, base_url: str = HERE) -> TestClient:
    """A visitor from this machine."""
    return TestClient(app, base_url=base_url, follow_redirects=False)


def ran(desk: Desk, verb: str, query: dict[str, str]) -> Any:
    """The result of a run, done here and kept where pages look."""
    settings = desk.asked(verb, query)
    key = desk.key(verb, settings)
    if not desk.results.has(key):
        reading = desk.reading
        found = run_of(verb)(reading.theatre, reading.history, settings, lambda *said: None)
        desk.results.put(key, found)
    return desk.results.get(key)


def words(html: str) -> str:
    """What a reader sees."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))
