"""What a page module gives to the app, and what its functions are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.routing import Route

from tightrope.web.desk import Desk
from tightrope.web.figures import Maker
from tightrope.web.problems import ErrorBody

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody} for status in (400, 401, 403, 404, 409, 413, 421, 422, 429, 500)
}


@dataclass(frozen=True)
class Page:
    """A page: its routes, its place in the navigation, and how its charts are made."""

    routers: tuple[APIRouter, ...]
    question: str | None = None
    """One of ``site.QUESTIONS``, if it answers one."""
    at: str = ""
    """Where the navigation leads."""
    charts: Mapping[str, Maker] = field(default_factory=dict[str, Maker])
    warm: Callable[[Desk], None] | None = None
    """Prepares what would keep the first visitor waiting; done as the app begins, in a thread."""

    def answers(self, path: str) -> bool:
        """Whether a path is one of its own to be read."""
        return any(
            isinstance(route, Route) and "GET" in (route.methods or ())
            and route.path_regex.match(path)
            for router in self.routers for route in router.routes
        )  # fmt: skip


def pages_router() -> APIRouter:
    """Routes for people; they stand in no schema."""
    return APIRouter(include_in_schema=False)


def api_router() -> APIRouter:
    """Routes for programs, under /api, with the one shape of errors in their schema."""
    return APIRouter(prefix="/api", responses=REFUSALS)


def desk_of(request: Request) -> Desk:
    """The theatre that is being served."""
    return request.app.state.desk


def words_of(request: Request) -> dict[str, str]:
    """The query of an address: what the page is asked to show."""
    return dict(request.query_params)


TheDesk = Annotated[Desk, Depends(desk_of)]
Words = Annotated[dict[str, str], Depends(words_of)]
