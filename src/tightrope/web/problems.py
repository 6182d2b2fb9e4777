"""What is told when a request cannot be served: one JSON shape for programs, one page for people.

{"error": {"code": "unknown-question", "message": "...", "remedy": "..."}}
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tightrope.errors import (
    ChangesRefused,
    RequestRefused,
    RunRefused,
    TheatreError,
    TightropeError,
    UnknownName,
)
from tightrope.web.headers import add_headers
from tightrope.web.rendering import problem_page

API = "/api"
_STATUS: tuple[tuple[type[TightropeError], int, str], ...] = (
    (UnknownName, 404, "unknown-name"),
    (ChangesRefused, 422, "changes-refused"),
    (RunRefused, 422, "run-refused"),
    (TheatreError, 409, "theatre-has-faults"),
    (TightropeError, 400, "refused"),
)
_REMEDY = "go back, or begin at the first page"


class ErrorDetail(BaseModel):
    """What went wrong and what to do."""

    code: str
    message: str
    remedy: str


class ErrorBody(BaseModel):
    """The one shape of every failure of the API."""

    error: ErrorDetail


def answer_of(request: Request, problem: RequestRefused) -> Response:
    """JSON where a program asked, a readable page where a person did."""
    if request.url.path == API or request.url.path.startswith(f"{API}/"):
        told = ErrorDetail(code=problem.code, message=problem.message, remedy=problem.remedy)
        return JSONResponse(ErrorBody(error=told).model_dump(), problem.status)
    return HTMLResponse(problem_page(problem, _before(request)), problem.status)


def _before(request: Request) -> str:
    """The page of ours that the request came from; empty where it came from elsewhere."""
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.url.netloc or not came.path.startswith("/"):
        return ""
    return urlunsplit(("", "", "/" + came.path.lstrip("/"), came.query, ""))


def problem_of(error: TightropeError) -> RequestRefused:
    """A known failure as the app tells it; our sentences put the remedy behind a semicolon."""
    if isinstance(error, RequestRefused):
        return error
    status, code = next((s, c) for kind, s, c in _STATUS if isinstance(error, kind))
    message, _, remedy = str(error).partition("; ")
    return RequestRefused(status, code, message, remedy or _REMEDY)


def add_handlers(app: FastAPI) -> None:
    """Every failure of the app ends here."""
    app.add_exception_handler(TightropeError, _known)
    app.add_exception_handler(HTTPException, _of_protocol)
    app.add_exception_handler(RequestValidationError, _of_words)
    app.add_exception_handler(Exception, _unknown)


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, TightropeError)
    return answer_of(request, problem_of(error))


async def _of_protocol(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-")
    message = "there is no such page" if error.status_code == 404 else phrase.lower()
    answer = answer_of(request, RequestRefused(error.status_code, code, message, _REMEDY))
    answer.headers.update(error.headers or {})
    return answer


async def _of_words(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = "; ".join(
        f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()
    )
    return answer_of(
        request, RequestRefused(422, "bad-request", faults, "mend these and ask again")
    )


async def _unknown(request: Request, error: Exception) -> Response:
    """A fault of ours: the log has the details, the visitor is not shown them.

    It is told outside the guard, which it has passed as an exception.
    """
    says = f"the app failed: {type(error).__name__}"
    problem = RequestRefused(500, "failed", says, "the terminal has the details")
    answer = answer_of(request, problem)
    add_headers(answer.headers)
    return answer
