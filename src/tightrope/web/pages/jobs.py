"""Runs that take longer than a page may: start, watch, stop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Body
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, StreamingResponse

from tightrope.errors import RequestRefused
from tightrope.web.forms import Fields
from tightrope.web.jobs import Job
from tightrope.web.page import Page, TheDesk, api_router, pages_router
from tightrope.web.rendering import render
from tightrope.web.typed import Verb, as_words

router = pages_router()
api = api_router()
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class JobPage:
    """All that job.html sees."""

    job: Job


@router.post("/runs/{verb}")
def start(desk: TheDesk, fields: Fields, verb: str) -> RedirectResponse:
    """Start a run from a form whose fields are the words of an address; go back to ``back``."""
    desk.start(verb, desk.asked(verb, fields))
    return RedirectResponse(_own(fields.get("back", "/")), 303)


@router.post("/jobs/{key}/stop")
def stop(desk: TheDesk, fields: Fields, key: str) -> RedirectResponse:
    """Kill a run."""
    desk.jobs.stop(key)
    return RedirectResponse(_own(fields.get("back", f"/jobs/{key}")), 303)


@router.get("/jobs/{key}")
def job_page(request: Request, desk: TheDesk, key: str) -> HTMLResponse:
    """How a run stands, for those without a script."""
    return render(request, "job.html", JobPage(_known(desk, key)))


@router.get("/jobs/{key}/events")
async def events(desk: TheDesk, key: str) -> StreamingResponse:
    """Progress as server-sent events; the last has the status that it ended with."""
    return StreamingResponse(_told(_known(desk, key)), media_type="text/event-stream",
                             headers={"cache-control": "no-store"})  # fmt: skip


@api.post("/runs/{verb}", status_code=202, summary="Start a run, or find the one under way")
def start_as_json(
    desk: TheDesk, verb: Verb, words: Annotated[dict[str, str | int | bool] | None, Body()] = None
) -> dict[str, Any]:
    """words: as in the query of the page, for example {"as_of": "2019-12-26", "days": 90}."""
    return desk.start(verb, desk.asked(verb, as_words(**(words or {})))).as_json()


@api.get("/jobs/{key}", summary="How a run stands")
def job_as_json(desk: TheDesk, key: str) -> dict[str, Any]:
    """Status: waiting, running, done, failed or stopped."""
    return _known(desk, key).as_json()


@api.delete("/jobs/{key}", summary="Stop a run")
def stop_as_json(desk: TheDesk, key: str) -> dict[str, Any]:
    """Kill it; what it had found is lost."""
    return desk.jobs.stop(key).as_json()


def _known(desk: TheDesk, key: str) -> Job:
    job = desk.jobs.get(key)
    if job is None:
        raise RequestRefused(404, "unknown-run", "there is no such run",
                             "start it on the page that needs it")  # fmt: skip
    return job


def _own(back: str) -> str:
    """An address of this app, never of another: two slashes would name a host."""
    plain = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if plain and back.isprintable() else "/"


async def _told(job: Job) -> AsyncGenerator[str]:
    seen = -1
    while True:
        version, ended = job.version, job.ended
        if version != seen:
            seen = version
            yield f"data: {json.dumps(job.as_json())}\n\n"
        if ended:
            return
        await asyncio.sleep(_LOOK_SECONDS)


PAGE = Page((router, api))
