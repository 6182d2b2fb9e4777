"""The command that serves: where it listens, whom it lets in, what it says when it cannot."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI

from served import client_of
from tightrope.web.first_reader import open_beforehand
from tightrope.web.serving import Heard, listen

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


def test_the_second_part_of_an_answer_does_not_wait_for_the_first() -> None:
    """asyncio turns the wait (Nagle's, met by delayed acknowledgements) off, but only for TCP."""
    taken: list[int] = []

    async def take(_: asyncio.StreamReader, line: asyncio.StreamWriter) -> None:
        told = line.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        taken.append(told)
        line.close()

    async def visit(heard: Heard) -> None:
        async with await asyncio.start_server(take, sock=heard.socket):
            incoming, outgoing = await asyncio.open_connection("127.0.0.1", heard.port)
            await incoming.read()
            outgoing.close()

    with listen("127.0.0.1", 0) as heard:
        asyncio.run(visit(heard))
    assert taken == [1]


def test_the_app_is_its_own_first_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where visitors need the token; on to other years; again once a run has ended."""
    monkeypatch.setattr("tightrope.web.first_reader._LOOK_SECONDS", 0.01)
    visits: SimpleQueue[tuple[str, str | None]] = SimpleQueue()

    class Visited(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            visits.put((self.path, self.headers["authorization"]))
            body = b'<a href="/about?a=1&amp;b=2#c"></a><a href="/q/vote"></a><a href="/about"></a>'
            self.send_response(500 if self.path == "/" else 200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    jobs = SimpleNamespace(ended=0)
    theatre = SimpleNamespace(questions={"vote": None})
    desk: Any = SimpleNamespace(changes=0, jobs=jobs, reading=SimpleNamespace(theatre=theatre))
    ended = Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Visited) as server, ThreadPoolExecutor(2) as both:
        both.submit(server.serve_forever, 0.01)
        heard = Heard(server.socket, "0.0.0.0", server.server_port)
        visitor = both.submit(open_beforehand, desk, ["/", "/about"], heard, "told", ended)
        for _ in range(2):
            found = [visits.get(timeout=10) for _ in range(4)]
            wanted = ("/", "/about", "/q/vote", "/about?a=1&b=2")
            assert found == [(at, "Bearer told") for at in wanted]
            time.sleep(0.05)
            assert visits.empty(), "nothing is new"
            jobs.ended += 1
        ended.set()
        visitor.result(10)
        server.shutdown()
