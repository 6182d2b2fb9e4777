"""The command that serves: where it listens, whom it lets in, what it says when it cannot."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from served import client_of
from tightrope.web.serving import listen

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[FastAPI]:
    """The apps that would have been served."""
    apps: list[FastAPI] = []

    def take(app: FastAPI, heard: Any) -> None:
        apps.append(app)

    monkeypatch.setattr("tightrope.web.serving.run", take)
    return apps


def test_it_prints_the_address_of_this_machine(
    run: Run, scaffold: Path, handed: list[FastAPI]
) -> None:
    code, out, err = run("serve", scaffold, "--port", 0, "--prior", "--paths", 150)
    assert code == 0 and re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d+/\n", out), err
    assert client_of(handed[0]).get("/about").status_code == 200
    assert handed[0].state.desk.asked("outlook", {})["paths"] == 150


def test_an_open_address_gets_a_token_that_opens_it(
    run: Run, scaffold: Path, handed: list[FastAPI]
) -> None:
    _, out, _ = run("serve", scaffold, "--host", "0.0.0.0", "--port", 0)
    token = re.search(r"\?token=([\w-]{20,})\n", out)
    assert token
    stranger = client_of(handed[0], base_url="http://192.0.2.7")
    assert stranger.get("/about").status_code == 401
    assert stranger.get(f"/about?token={token[1]}").status_code == 303


def test_a_taken_port_is_told_with_the_remedy(run: Run, scaffold: Path) -> None:
    with listen("127.0.0.1", 0) as heard:
        code, _, err = run("serve", scaffold, "--port", heard.port)
    assert code == 1 and "choose another --port" in err


def test_a_theatre_with_faults_is_not_served(run: Run, own: Path) -> None:
    (own / "theatre.yaml").write_text("nonsense: [")
    code, _, err = run("serve", own, "--port", 0)
    assert code == 1 and err.startswith("theatre.yaml:")


def test_what_listens_can_be_reached() -> None:
    with listen("127.0.0.1", 0) as heard, socket.create_connection(("127.0.0.1", heard.port)):
        assert heard.address("t") == f"http://127.0.0.1:{heard.port}/?token=t"
