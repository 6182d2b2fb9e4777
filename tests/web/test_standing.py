"""Kept answers: made once however many ask, never stale, bounded, and named for who has them."""

from __future__ import annotations

import asyncio
import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from served import FEW, client_of, words
from tightrope.web import standing
from tightrope.web.app import create_app
from tightrope.web.desk import Desk
from tightrope.web.standing import Standing, rests_on
from web_browser import served

AT_ONCE = 50


@pytest.fixture
def light(own: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """An app whose files may be changed; it looks at them at each request, and runs nothing."""
    monkeypatch.setattr("tightrope.web.reading.LOOK_AGAIN_SECONDS", 0.0)
    app = create_app(own, defaults=FEW, warm=False)
    monkeypatch.setattr(app.state.desk.jobs._front, "add", lambda job: None)
    return app


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Templates that were rendered, each time."""
    done: list[str] = []
    for module in ("outlook", "question", "about", "whatif", "evidence", "review", "editing"):
        at = f"tightrope.web.pages.{module}.render"
        original: Any = __import__(f"tightrope.web.pages.{module}", fromlist=["x"]).render

        def noted(request: Any, name: str, *rest: Any, _do: Any = original, **more: Any) -> Any:
            done.append(name)
            return _do(request, name, *rest, **more)

        monkeypatch.setattr(at, noted)
    return done


# One making for many -----------------------------------------------------------------------------


def test_fifty_who_ask_for_one_page_at_once_wait_for_one_making(
    light: FastAPI, rendered: list[str]
) -> None:
    start = threading.Barrier(AT_ONCE)

    def ask(site: str) -> httpx.Response:
        with httpx.Client(base_url=site, timeout=60) as client:
            start.wait()
            return client.get("/about")

    with served(light) as site, ThreadPoolExecutor(AT_ONCE) as many:
        answers = list(many.map(ask, [site] * AT_ONCE))
    assert rendered == ["about.html"]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1 and "aid to targeting" in answers[0].text


async def asked(app: Standing, path: str, **headers: str) -> dict[str, Any]:
    """One answer of the bare protocol."""
    told: dict[str, Any] = {"body": b""}

    async def send(message: Any) -> None:
        told.update({k: v for k, v in message.items() if k in ("status", "headers")})
        told["body"] += message.get("body", b"")

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    named = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    await app({"type": "http", "method": "GET", "path": path, "query_string": b"",
               "headers": named}, receive, send)  # fmt: skip
    return told


class Behind:
    """An app that takes its time, and counts."""

    changes, look_is_due = 0, False
    """Of a desk: it is both here."""

    def __init__(self) -> None:
        self.made, self.now, self.most, self.ground = 0, 0, 0, 0
        self.body, self.status = b"x" * 100_000, 200

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        self.now += 1
        self.most = max(self.most, self.now)
        rests_on("ground", lambda: self.ground)
        await asyncio.sleep(0.01)
        self.now -= 1
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": self.body})


def kept_by(behind: Behind) -> Standing:
    return Standing(behind, behind, lambda path: True)  # type: ignore[arg-type]


def test_few_are_made_at_a_time() -> None:
    behind = Behind()

    async def all_at_once() -> None:
        kept = kept_by(behind)
        await asyncio.gather(*(asked(kept, f"/{i % 10}") for i in range(AT_ONCE)))

    asyncio.run(all_at_once())
    assert behind.made == 10 and behind.most == standing.MADE_AT_ONCE


def test_who_asks_while_the_ground_moves_gets_the_new_answer() -> None:
    behind = Behind()

    async def moving() -> tuple[dict[str, Any], dict[str, Any]]:
        kept = kept_by(behind)
        first = asyncio.create_task(asked(kept, "/"))
        await asyncio.sleep(0.005)  # it is being made
        behind.ground, behind.body = 1, b"new"
        return await first, await asked(kept, "/")

    assert asyncio.run(moving())[1]["body"] == b"new"
    assert behind.made == 2


def test_a_failure_is_not_kept_and_frees_those_who_wait() -> None:
    class Failing(Behind):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if self.made == 0:
                self.made = 1
                await asyncio.sleep(0.01)
                raise ZeroDivisionError
            await super().__call__(scope, receive, send)

    behind = Failing()

    async def two() -> list[Any]:
        kept = kept_by(behind)
        both = [asked(kept, "/"), asked(kept, "/")]
        return await asyncio.gather(*both, return_exceptions=True)

    failed, served_after = asyncio.run(two())
    assert isinstance(failed, ZeroDivisionError) and served_after["status"] == 200
    behind.status = 404

    async def none() -> None:
        kept = kept_by(behind)
        made = behind.made
        for _ in range(3):
            assert (await asked(kept, "/none"))["status"] == 404
        assert behind.made == made + 3

    asyncio.run(none())


# Bounds and names --------------------------------------------------------------------------------


def test_what_is_kept_is_bounded_and_the_longest_unasked_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    behind = Behind()
    size = standing._BESIDE_BODY + len(gzip.compress(behind.body, 6))
    monkeypatch.setattr(standing, "MOST_BYTES", 3 * size)

    async def many() -> None:
        kept = kept_by(behind)
        for path in ("/1", "/2", "/3", "/1", "/4"):
            await asked(kept, path)
        assert [path for path, _ in kept._answers] == ["/3", "/1", "/4"]
        for i in range(100):
            behind.ground = i  # the same address again, and others
            await asked(kept, f"/{i % 7}")
            assert kept._bytes == sum(one.size for one in kept._answers.values()) <= 3 * size

    asyncio.run(many())


def test_who_has_it_already_is_told_so(visitor: TestClient) -> None:
    first = visitor.get("/about")
    tag = first.headers["etag"]
    again = visitor.get("/about", headers={"if-none-match": f'"other", {tag}'})
    assert again.status_code == 304 and again.content == b""
    assert again.headers["etag"] == tag and "content-length" not in again.headers
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    other = visitor.get("/about", headers={"if-none-match": '"other"'})
    assert other.status_code == 200 and other.text == first.text


def test_who_takes_nothing_packed_gets_it_plain(visitor: TestClient) -> None:
    packed = visitor.get("/about", headers={"accept-encoding": "gzip"})
    plain = visitor.get("/about", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip" and packed.text == plain.text
    assert "content-encoding" not in plain.headers
    assert int(plain.headers["content-length"]) == len(plain.content)
    assert plain.headers["vary"].lower() == "accept-encoding"


# Never stale -------------------------------------------------------------------------------------


def test_a_page_is_made_once_until_a_file_changes(
    light: FastAPI, rendered: list[str], own: Path
) -> None:
    visitor = client_of(light)
    assert visitor.get("/about").headers["etag"] == visitor.get("/about").headers["etag"]
    assert rendered == ["about.html"]
    path = own / "theatre.yaml"
    path.write_text(path.read_text().replace("says: Saltmarsh, a small", "says: Saltmarsh, a tiny"))
    assert "a tiny" in visitor.get("/about").text and len(rendered) == 2
    path.write_text("nonsense: [")
    assert "have faults" in visitor.get("/about").text
    assert visitor.get("/api/theatre").json()["faults"]


def test_each_step_of_a_run_makes_its_page_anew(light: FastAPI) -> None:
    visitor, desk = client_of(light), light.state.desk
    assert isinstance(desk, Desk)
    at, settings = "/?days=33", desk.asked("outlook", {"days": "33"})
    assert "Run it" in visitor.get(at).text
    job = desk.start("outlook", settings)
    assert "waiting for the run before it" in visitor.get(at).text
    job.tell("running", "simulating")
    assert "simulating" in visitor.get(at).text
    job.tell("running", "answering", 0.9)
    assert "answering" in visitor.get(at).text
    job.tell("stopped", "stopped")
    assert "It was stopped." in visitor.get(at).text
    again = desk.start("outlook", settings)
    assert again is not job and "waiting for the run before it" in visitor.get(at).text


def test_a_result_makes_every_page_that_waits_for_it_anew(app: FastAPI, desk: Desk) -> None:
    own = create_app(desk.folder, defaults=FEW, warm=False)
    visitor, result = client_of(own), desk.result("outlook", desk.asked("outlook", {}))
    at = ("/?seed=987", f"/q/{result.answers[0].id}?seed=987", "/api/outlook?seed=987")
    assert all("ot run yet" in visitor.get(one).text or one.startswith("/api") for one in at)
    assert visitor.get(at[2]).status_code == 404
    key = desk.key("outlook", desk.asked("outlook", {"seed": "987"}))
    desk.results.put(key, result)  # by another process
    assert "ot run yet" not in visitor.get(at[0]).text + visitor.get(at[1]).text
    assert visitor.get(at[2]).json() == result.as_json()
    (desk.results.folder / f"{key}.pickle").unlink()
    own.state.desk.results._warm.clear()
    assert "ot run yet" in visitor.get(at[0]).text


def test_drafts_decisions_and_runs_are_never_kept(light: FastAPI, own: Path) -> None:
    visitor, desk = client_of(light), light.state.desk
    at = "/model/file/theatre.yaml"
    for text in ("one: [", "two: ["):
        sent = visitor.post(at, data={"text": text, "do": "check", "opened": ""})
        assert text in words(visitor.get(sent.headers["location"]).text)
    job = desk.start("outlook", desk.asked("outlook", {}))
    assert "aiting" in visitor.get(f"/jobs/{job.key}").text
    job.tell("failed", "lost")
    assert "lost" in visitor.get(f"/jobs/{job.key}").text
    for path in (at, "/review", f"/jobs/{job.key}", f"/api/jobs/{job.key}", "/api/review"):
        assert "etag" not in visitor.get(path).headers, path


def test_a_copy_that_is_made_later_is_told(
    light: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    visitor, at = client_of(light), "/whatif?a=off+M1&saved=x&in=mine"
    assert "tightrope serve" not in visitor.get(at).text
    (tmp_path / "data" / "tightrope" / "theatres" / "mine").mkdir(parents=True)
    assert "tightrope serve" in visitor.get(at).text
