"""Only this machine, only its own pages, only what fits; words stay words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Route

from served import FEW, HERE, PATIENCE_SECONDS, client_of
from tightrope.web.access import Access, is_loopback
from tightrope.web.app import create_app
from tightrope.web.guard import MOST_BODY_BYTES
from tightrope.web.pages import PAGES
from tiny import LEVELS, row, tiny_theatre

TOKEN = "a-token-of-some-length"


def error(answer: Any) -> str:
    return answer.json()["error"]["code"]


# Names of hosts and origins ----------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "localhost:1", "[::1]:8000"])
def test_this_machine_is_known_by_its_own_names(visitor: TestClient, host: str) -> None:
    assert visitor.get("/api/theatre", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[", "10.0.0.1"],
)
def test_a_name_that_others_may_give_this_machine_is_refused(
    visitor: TestClient, host: str
) -> None:
    answer = visitor.get("/api/theatre", headers={"host": host})
    assert answer.status_code == 421 and error(answer) == "unknown-host"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("method, at", [("POST", "/api/runs/outlook"), ("DELETE", "/api/jobs/x")])
def test_a_foreign_page_changes_nothing(
    visitor: TestClient, headers: dict[str, str], method: str, at: str
) -> None:
    answer = visitor.request(method, at, headers=headers)
    assert answer.status_code == 403 and error(answer) == "foreign-origin"


def test_its_own_page_may(visitor: TestClient) -> None:
    answer = visitor.delete("/api/jobs/x", headers={"origin": "http://127.0.0.1:8000"})
    assert answer.status_code == 404 and error(answer) == "unknown-run"


# The token ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def open_app(scaffold: Path) -> FastAPI:
    return create_app(scaffold, access=Access("0.0.0.0", TOKEN), defaults=FEW, warm=False)


def test_a_stranger_needs_the_token_and_needs_it_once(open_app: FastAPI) -> None:
    stranger = client_of(open_app, base_url="http://192.0.2.1:8000")
    assert error(stranger.get("/api/theatre")) == "token-needed"
    assert stranger.get("/").status_code == 401
    first = stranger.get(f"/about?token={TOKEN}&days=30")
    assert first.status_code == 303
    assert first.headers["location"] == "/about?days=30", "it stands in no address afterwards"
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert stranger.get("/about").status_code == 200


@pytest.mark.parametrize("given", ["", "x", TOKEN[:-1], TOKEN + "x", "\u00e9", TOKEN.upper()])
def test_another_token_is_none(open_app: FastAPI, given: str) -> None:
    stranger = client_of(open_app, base_url="http://192.0.2.1:8000")
    assert stranger.get("/", params={"token": given}).status_code == 401
    assert stranger.get("/", headers={"cookie": "tightrope=x"}).status_code == 401


def test_a_program_shows_it_in_a_header(open_app: FastAPI) -> None:
    program = client_of(open_app, base_url="http://192.0.2.1:8000")
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert program.get("/api/theatre", headers=headers).status_code == 200


def test_the_way_in_leads_nowhere_else(open_app: FastAPI) -> None:
    stranger = client_of(open_app, base_url="http://192.0.2.1:8000")
    answer = stranger.get(f"http://192.0.2.1:8000//evil.example/?token={TOKEN}")
    assert answer.headers["location"].startswith("/evil.example")


def test_an_open_address_does_not_go_by_names_of_others(open_app: FastAPI) -> None:
    stranger = client_of(open_app, base_url="http://evil.example")
    assert stranger.get(f"/?token={TOKEN}").status_code == 421


@pytest.mark.parametrize(
    "host, alone", [("127.0.0.1", True), ("::1", True), ("[::1]", True), ("localhost", True),
                    ("127.8.8.8", True), ("0.0.0.0", False), ("::", False), ("example", False)],
)  # fmt: skip
def test_what_only_this_machine_can_reach(host: str, alone: bool) -> None:
    assert is_loopback(host) == alone


# Headers, sizes, paths ---------------------------------------------------------------------------


ALWAYS = {
    "x-content-type-options": "nosniff", "x-frame-options": "DENY",
    "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}  # fmt: skip


def guarded(answer: Any) -> bool:
    policy = answer.headers.get("content-security-policy", "")
    safe = policy.startswith("default-src 'self';") and "unsafe" not in policy
    return safe and ALWAYS.items() <= dict(answer.headers).items()


def failing(scaffold: Path) -> TestClient:
    """An app with a fault of ours."""
    app = create_app(scaffold, defaults=FEW, warm=False)

    def fail() -> None:
        raise ZeroDivisionError

    for at in ("/fails", "/api/fails"):
        app.add_api_route(at, fail)
    return TestClient(app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False)


@pytest.mark.parametrize(
    "method, at, headers, status",
    [
        ("GET", "/", {}, 200), ("GET", "/static/app.css", {}, 200),
        ("GET", "/favicon.ico", {}, 200), ("GET", "/api/theatre", {}, 200),
        ("GET", "/api/openapi.json", {}, 200),
        ("GET", "/whatif?off=M1", {}, 303), ("GET", "/none", {}, 404),
        ("GET", "/chart/none.svg", {}, 404), ("GET", "/api/none", {}, 404),
        ("PUT", "/about", {}, 405), ("POST", "/runs/outlook", {}, 415),
        ("GET", "/?days=0", {}, 422), ("GET", "/api/outlook?days=x", {}, 422),
        ("POST", "/api/runs/outlook", {"origin": "null"}, 403),
        ("POST", "/api/runs/outlook", {"content-length": "9" * 9}, 413),
        ("GET", "/", {"host": "evil.example"}, 421),
        ("GET", "/fails", {}, 500), ("GET", "/api/fails", {}, 500),
    ],
)  # fmt: skip
def test_every_answer_is_guarded_whatever_its_status(
    scaffold: Path, method: str, at: str, headers: dict[str, str], status: int
) -> None:
    answer = failing(scaffold).request(method, at, headers=headers)
    assert answer.status_code == status and guarded(answer), dict(answer.headers)
    assert answer.headers["cache-control"]
    if status == 500:
        assert "ZeroDivisionError" in answer.text and "Traceback" not in answer.text


def test_progress_and_what_has_not_changed_are_guarded_too(visitor: TestClient, desk: Any) -> None:
    job = desk.start("outlook", desk.asked("outlook", {"seed": "78", "days": "1095"}))
    desk.jobs.stop(job.key)
    assert job.wait(PATIENCE_SECONDS)
    events = visitor.get(f"/jobs/{job.key}/events")
    assert guarded(events) and events.headers["content-type"].startswith("text/event-stream")
    assert events.headers["cache-control"] == "no-store"
    tag = {"if-none-match": visitor.get("/about").headers["etag"]}
    again = visitor.get("/about", headers=tag)
    assert again.status_code == 304 and guarded(again)


def test_pages_name_nothing_outside_this_machine(visitor: TestClient) -> None:
    for at in ("/", "/about", "/scores", "/static/app.css", "/static/app.js"):
        loaded = re.findall(r"""(?:src|href)=["'](https?:)?//|url\(|@import|import """,
                            visitor.get(at).text)  # fmt: skip
        assert not loaded, at


def test_what_is_sent_is_bounded(visitor: TestClient) -> None:
    big = b"x" * (MOST_BODY_BYTES + 1)
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert error(visitor.post("/api/runs/outlook", content=big)) == "too-large"

    def pieces() -> Iterator[bytes]:
        yield from (big[:100_000] for _ in range(30))

    unannounced = visitor.post("/runs/outlook", content=pieces(), headers=form)
    assert unannounced.status_code == 413


@pytest.mark.parametrize(
    "at",
    [
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/app.py", "/row/../../etc/passwd",
        "/row/..%2f..%2fetc%2fpasswd", "/source//etc/passwd", "/jobs/../../x", "/q/%00",
        "/chart/..%2fx.svg", "/mechanism/%ff",
    ],
)  # fmt: skip
def test_no_path_leads_to_a_file(visitor: TestClient, at: str) -> None:
    answer = visitor.get(at)
    assert answer.status_code in (404, 422)
    assert "root:" not in answer.text and "import " not in answer.text


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example",
                                  "evil", "/\r\nset-cookie: x=1"])  # fmt: skip
def test_a_form_sends_nobody_elsewhere(visitor: TestClient, desk: Any, back: str) -> None:
    key = desk.start("outlook", desk.asked("outlook", {"seed": "77", "days": "1095"})).key
    answer = visitor.post(f"/jobs/{key}/stop", data={"back": back})
    assert answer.status_code == 303 and answer.headers["location"] == "/"


# Hostile words -----------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_hostile_words_of_a_theatre_stay_words(tmp_path: Path) -> None:
    ask = _quoted(HOSTILE)
    questions = f"q: {{ask: {ask}, family: {ask}, kind: yes_no, events: strike}}\n"
    csv_note = '"' + HOSTILE.replace('"', '""') + '"'
    line = row("a", "2020-03-01").rstrip(",\n") + f",{csv_note}\n"
    folder = tiny_theatre(tmp_path / "tiny", levels=LEVELS.replace("says: x", f"says: {ask}"),
                          questions=questions, rows=line)  # fmt: skip
    app = create_app(folder, defaults=FEW, warm=False)
    from tightrope.foresight.outlook import outlook

    desk = app.state.desk
    settings = desk.asked("outlook", {})
    read = desk.reading
    told = outlook(read.theatre, read.history, days=90, paths=100, fitted=False, courses=True)
    desk.results.put(desk.key("outlook", settings), told)
    visitor = client_of(app)
    for at in ("/", "/q/q", "/row/a", "/q/q?open=row/a", "/row/a?bare=1", "/about",
               "/chart/overview.svg", "/chart/answer.svg?q=q"):  # fmt: skip
        page = visitor.get(at)
        assert page.status_code == 200, at
        assert "<script>alert" not in page.text and "<img" not in page.text, at


@pytest.mark.parametrize(
    "at", ["/q/{}", "/row/{}", "/mechanism/{}", "/source/{}", "/chart/{}.svg", "/runs/{}",
           "/?as_of={}", "/?days={}", "/q/x?open={}", "/jobs/{}"],
)  # fmt: skip
def test_hostile_words_of_an_address_stay_words(visitor: TestClient, at: str) -> None:
    from urllib.parse import quote

    page = visitor.get(at.format(quote(HOSTILE, safe="")))
    assert "<script>alert" not in page.text and "<img" not in page.text


def test_formulas_in_tables_are_marked_as_text() -> None:
    from tightrope.report.tables import TableOf
    from tightrope.web.figures import Drawn, download

    drawn = Drawn(None, "", "", TableOf("", (), ()), [{"ask": "=cmd()", "n": -1}])  # type: ignore[arg-type]
    assert download(lambda: drawn, "csv", "").decode() == "ask,n\n'=cmd(),-1\n"


def test_reading_changes_nothing(app: FastAPI, visitor: TestClient, desk: Any) -> None:
    """Every address that can be read without a form starts no run."""
    before = dict(desk.jobs._jobs)
    routes = [r for page in PAGES for router in page.routers for r in router.routes]
    paths = [r.path for r in routes if isinstance(r, Route) and "GET" in (r.methods or ())]
    assert len(paths) > 30
    for path in paths:
        if "events" not in path:
            visitor.get(re.sub(r"\{[^}]*\}", "x", path))
    assert dict(desk.jobs._jobs) == before
