"""Finished answers, given again for as long as everything that they rest on stands.

1. while a page is made, what it asks of the desk is noted: the theatre as it was read, each result
   at hand or not, each run as far as it was
2. its answer is kept, packed; it is given again only if all of that still is as it was, so it is
   never stale; who has it already is told so in a line (304)
3. those who ask for one page at once wait for one making, and few pages are made at a time: many
   threads at work would keep finished answers waiting
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from tightrope.web.desk import Desk

MOST_BYTES = 32_000_000
"""Of kept answers, packed; those that nobody has asked for the longest go first."""
MADE_AT_ONCE = 4
"""One builds its charts, one has its pictures drawn, and what needs neither need not wait."""
_BESIDE_BODY = 2_000
"""Bytes that keeping an answer costs, whatever its length."""

Look = Callable[[], object]
Seen = dict[Hashable, tuple[Look, object]]
_SEEN: ContextVar[Seen | None] = ContextVar("seen", default=None)


def rests_on(what: Hashable, look: Look) -> None:
    """Note what the answer that is being made rests on; called before it is asked for.

    look : how it is now. The answer stands while this stays the same.
    """
    seen = _SEEN.get()
    if seen is not None and what not in seen:
        seen[what] = (look, look())


@dataclass(frozen=True)
class Answer:
    """An answer that was made, and what it rests on."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    packed: bytes
    tag: str
    seen: Seen

    @property
    def size(self) -> int:
        """In bytes, as far as it counts."""
        return len(self.packed) + _BESIDE_BODY if self.packed else 0

    @property
    def stands(self) -> bool:
        """Whether all that it rests on is as it was."""
        return all(look() == before for look, before in self.seen.values())

    def to(self, asked: Headers) -> Response:
        """As this visitor takes it."""
        has_it = self.tag in asked.get("if-none-match", "")
        unpacked = "gzip" not in asked.get("accept-encoding", "")
        body = b"" if has_it else gzip.decompress(self.packed) if unpacked else self.packed
        answer = Response(body, 304 if has_it else self.status)
        told = MutableHeaders(raw=list(self.headers))
        told.update({"etag": self.tag, "vary": "accept-encoding"})
        if not has_it:
            told["content-length"] = str(len(body))
            told.update({} if unpacked else {"content-encoding": "gzip"})
        answer.raw_headers = told.raw
        return answer


_NOTHING = Answer(200, (), b"", "", {})


class Standing:
    """Answers from what is kept where it can; what is not to be kept passes through."""

    def __init__(self, app: ASGIApp, desk: Desk, kept: Callable[[str], bool]):
        self.app, self._desk, self._is_kept = app, desk, kept
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._bytes = 0
        self._turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()
        self._making = asyncio.Semaphore(MADE_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not self._is_kept(scope["path"]):
            await self.app(scope, receive, send)
            return
        if self._desk.look_is_due:  # it may have to read files: not in the thread of all answers
            await run_in_threadpool(self._desk.look_again)
        key = scope["path"], scope["query_string"]
        answer = self._standing(key) or await self._in_turn(key, scope, receive)
        await answer.to(Headers(scope=scope))(scope, receive, send)

    def _standing(self, key: Hashable) -> Answer | None:
        answer = self._answers.get(key)
        if answer is not None and answer.stands:
            self._answers.move_to_end(key)
            return answer
        return None

    async def _in_turn(self, key: Hashable, scope: Scope, receive: Receive) -> Answer:
        async with self._turns.setdefault(key, asyncio.Lock()):
            if (answer := self._standing(key)) is not None:
                return answer
            async with self._making:
                answer = await self._made(scope, receive)
            if answer.status == 200:
                self._keep(key, answer)
            return answer

    def _keep(self, key: Hashable, answer: Answer) -> None:
        self._bytes += answer.size - self._answers.pop(key, _NOTHING).size
        self._answers[key] = answer
        while self._bytes > MOST_BYTES:
            self._bytes -= self._answers.popitem(last=False)[1].size

    async def _made(self, scope: Scope, receive: Receive) -> Answer:
        """The answer of the app behind, caught on its way, with what it rests on."""
        headers = [one for one in scope["headers"] if one[0] != b"accept-encoding"]
        start: Message = {}
        parts: list[bytes] = []

        async def catch(message: Message) -> None:
            start.update(message if message["type"] == "http.response.start" else {})
            parts.append(message.get("body", b""))

        token = _SEEN.set(seen := {})
        try:
            rests_on("files", lambda: self._desk.changes)
            await self.app({**scope, "headers": headers}, receive, catch)
        finally:
            _SEEN.reset(token)
        body = b"".join(parts)
        packed = await run_in_threadpool(partial(gzip.compress, body, 6, mtime=0))
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
        told = tuple(one for one in start["headers"] if one[0] != b"content-length")
        return Answer(start["status"], told, packed, tag, seen)
