"""The gate that every request passes: names, origins, token, size; and the headers of every answer.

Written for the bare protocol (ASGI), so that nothing behind it sees a request that is refused.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tightrope.errors import RequestRefused
from tightrope.web.access import COOKIE, Access
from tightrope.web.headers import add_headers
from tightrope.web.problems import answer_of

MOST_BODY_BYTES = 2_000_000
"""A theatre's largest file has a million bytes; nothing that is sent needs more than twice that."""
A_YEAR = 365 * 86_400


class Guard:
    """Refuses what must not come in, and gives every answer its headers."""

    def __init__(self, app: ASGIApp, access: Access):
        self.app, self.access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._refused(request) or self._welcomed(request)
        inner = answer or self.app
        await inner(scope, _bounded(receive), _with_headers(send))

    def _refused(self, request: Request) -> Response | None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self.access.knows_host(headers.get("host", "")):
            return answer_of(request, RequestRefused(
                421, "unknown-host", "this app does not go by that name",
                "open the address that tightrope serve printed"))  # fmt: skip
        if not self.access.same_site(request.method, headers):
            return answer_of(request, RequestRefused(
                403, "foreign-origin", "another site's page asked for a change",
                "make it on a page of this app"))  # fmt: skip
        if _length(headers.get("content-length")) > MOST_BODY_BYTES:
            return answer_of(request, too_large())
        if not self.access.admits(headers) and not self._brings_token(request):
            return answer_of(request, RequestRefused(
                401, "token-needed", "this app asks strangers for its token",
                "open the address that tightrope serve printed, with its ?token="))  # fmt: skip
        return None

    def _brings_token(self, request: Request) -> bool:
        return self.access.is_token(request.query_params.get("token"))

    def _welcomed(self, request: Request) -> Response | None:
        """After its first use the token is a cookie, and stands in no address."""
        if self.access.token is None or not self._brings_token(request):
            return None
        query = [(k, v) for k, v in parse_qsl(request.url.query) if k != "token"]
        # A path of two slashes would be another host's address.
        path = "/" + request.url.path.lstrip("/")
        answer = RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), 303)
        answer.set_cookie(COOKIE, self.access.token, max_age=A_YEAR, httponly=True,
                          samesite="strict")  # fmt: skip
        return answer


def too_large() -> RequestRefused:
    """Said of a body that nobody reads."""
    return RequestRefused(413, "too-large", "the request is too large",
                          f"send at most {MOST_BODY_BYTES:,} bytes")  # fmt: skip


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BODY_BYTES:
            raise too_large()
        return message

    return counted


def _with_headers(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            add_headers(MutableHeaders(scope=message))
        await send(message)

    return told


def _length(header: str | None) -> int:
    return int(header) if header and header.isdecimal() else 0
