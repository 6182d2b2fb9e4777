"""The API says what the pages say, in one shape, and keeps to its own schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from served import FEW
from tightrope.foresight.outlook import Outlook
from tightrope.web.access import Access
from tightrope.web.app import create_app
from tightrope.web.desk import Desk


@pytest.fixture
def result(desk: Desk) -> Outlook:
    return desk.result("outlook", desk.asked("outlook", {}))  # type: ignore[return-value]


def test_the_outlook_is_that_of_the_command_line(visitor: TestClient, result: Outlook) -> None:
    assert visitor.get("/api/outlook").json() == result.as_json()


def test_one_answer_and_its_table_are_those_of_the_outlook(
    visitor: TestClient, result: Outlook
) -> None:
    answer = result.answers[0]
    told = visitor.get(f"/api/questions/{answer.id}").json()
    assert told["question"] == answer.as_json(result.first_day)
    assert told["fingerprint"] == result.fingerprint
    table = visitor.get(f"/q/{answer.id}/answer.csv").text.splitlines()
    assert len(table) == 1 + len(answer.horizons)
    whole = visitor.get("/outlook.csv").text.splitlines()
    assert set(table) <= set(whole)


def test_evidence_for_programs(visitor: TestClient, desk: Desk) -> None:
    row = desk.reading.history.rows[0]
    told = visitor.get(f"/api/evidence/row/{row.id}").json()
    assert told["id"] == row.id
    assert [one["reference"] for one in told["citations"]] == list(row.sources)


def test_a_run_by_api(visitor: TestClient) -> None:
    started = visitor.post("/api/runs/outlook", json={"days": 90})
    assert started.status_code == 202
    job = started.json()
    assert visitor.get(f"/api/jobs/{job['key']}").json()["settings"]["days"] == 90
    stopped = visitor.delete(f"/api/jobs/{job['key']}")
    assert stopped.status_code == 200


@pytest.mark.parametrize("hindsight", [True, False, "1", ""])
def test_a_run_by_api_takes_what_is_true_or_false(
    visitor: TestClient, desk: Desk, hindsight: object
) -> None:
    event = next(name for name, one in desk.reading.theatre.events.items() if not one.scheduled)
    words = {"event": event, "hindsight": hindsight, "seed": 4}
    job = visitor.post("/api/runs/why", json=words).json()
    assert job["settings"]["hindsight"] == bool(hindsight) and job["settings"]["seed"] == 4
    visitor.delete(f"/api/jobs/{job['key']}")


@pytest.mark.parametrize(
    "method, at, status, code",
    [
        ("GET", "/api/none", 404, "not-found"),
        ("PUT", "/api/theatre", 405, "method-not-allowed"),
        ("GET", "/api/questions/none", 404, "unknown-name"),
        ("GET", "/api/outlook?days=x", 422, "bad-request"),
        ("GET", "/api/outlook?days=33", 404, "not-run"),
        ("POST", "/api/runs/none", 404, "unknown-verb"),
        ("GET", "/api/jobs/none", 404, "unknown-run"),
        ("GET", "/api/evidence/row/none", 404, "unknown-name"),
        ("GET", "/api/evidence/none/x", 404, "unknown-kind"),
    ],
)
def test_every_failure_has_one_shape(
    visitor: TestClient, method: str, at: str, status: int, code: str
) -> None:
    answer = visitor.request(method, at)
    assert answer.status_code == status
    body = answer.json()
    assert set(body) == {"error"} and set(body["error"]) == {"code", "message", "remedy"}
    assert body["error"]["code"] == code
    assert body["error"]["message"] and body["error"]["remedy"]


def test_wrong_bodies_have_it_too(visitor: TestClient) -> None:
    json = {"content-type": "application/json"}
    for body in (b"{", b"[]", b'{"days": {}}', b"\xff"):
        answer = visitor.post("/api/runs/outlook", content=body, headers=json)
        assert answer.status_code in (400, 422) and answer.json()["error"]["code"] == "bad-request"


PLAIN = {"actor", "event", "mechanism", "source", "text", "words", "without", "at", "name", "key",
         *"abcd"}  # fmt: skip
"""What only the theatre or the visitor can know: names, texts, changed worlds."""


def is_plain(schema: dict[str, Any]) -> bool:
    kinds = schema.get("anyOf", [schema])
    typed = any({"format", "enum"} & kind.keys() for kind in kinds)
    return not typed and {kind.get("type") for kind in kinds} <= {"string", "null"}


def test_every_word_that_has_a_type_says_it(app: FastAPI) -> None:
    operations = [one for path in app.openapi()["paths"].values() for one in path.values()]
    said = [word for one in operations for word in one.get("parameters", ())]
    assert {word["name"] for word in said if is_plain(word["schema"])} == PLAIN
    assert {word["name"] for word in said} - PLAIN == {
        "as_of", "days", "paths", "seed", "prior", "since", "until", "page", "year", "years",
        "draws", "twins", "on", "hindsight", "n", "kind", "verb",
    }  # fmt: skip


@pytest.fixture
def api_schema(app: FastAPI) -> Iterator[Any]:
    """The schema that the app publishes; what is asked here starts no real run.

    The checker begins and ends the app with each call, so it has one of its own, which finds the
    other's results.
    """
    desk: Desk = app.state.desk
    own = create_app(desk.folder, access=Access("testserver"), defaults=FEW, warm=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own.state.desk.jobs._front, "add", lambda job: job.tell("done", "done"))
        yield schemathesis.openapi.from_asgi("/api/openapi.json", own)


def test_the_api_keeps_to_its_schema(api_schema: Any) -> None:
    asked = 0
    for found in api_schema.get_all_operations():

        @settings(max_examples=12, deadline=None, derandomize=True, database=None,
                  phases=[Phase.explicit, Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=found.ok().as_strategy())
        def keeps(case: Any) -> None:
            # Which days can be asked for depends on the record: no schema can say that.
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        keeps()
        asked += 1
    assert asked >= 13, "every operation of the API"
