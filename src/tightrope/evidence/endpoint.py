"""One question to a chat-completions endpoint, with an answer that is bounded in time and size.

Nothing that comes back is trusted: no redirect is followed, no more than ``MOST_BYTES`` are read, a
deadline holds over the whole exchange, and the key never stands in a message, a log or a file.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tightrope.errors import CoderFailed
from tightrope.evidence.excerpt import harmless

KEY_ENV = "OPENAI_API_KEY"
MOST_BYTES = 4_000_000
"""An answer about one stretch of text has some thousand; more is not read."""
_SHOWN = 200
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Endpoint:
    """Where a second coder answers: a base URL such as http://localhost:11434/v1, and a model.

    ``key_env`` names the environment variable that holds the key; a variable that is not set sends
    none, as local servers want it.
    """

    url: str
    model: str = "default"
    key_env: str = KEY_ENV
    timeout_seconds: float = 60.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CoderFailed("--coder needs a URL such as https://host/v1 or "
                              "http://localhost:11434/v1")  # fmt: skip
        if parts.username or parts.password:
            raise CoderFailed("--coder must not hold a password; put the key into the environment "
                              f"variable {self.key_env}")  # fmt: skip
        try:
            _ = parts.port
        except ValueError:
            raise CoderFailed(f"--coder: no port of {parts.hostname} is meant by that; write "
                              "http://host:8080/v1") from None  # fmt: skip

    @property
    def shown(self) -> str:
        """The address for messages, without what may stand in its query."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}{parts.path}"

    @property
    def name(self) -> str:
        """What the coder is called where its answers are kept."""
        return f"{self.model} at {urlsplit(self.url).netloc}"

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]) -> str:
        """The content of the answer; CoderFailed says why there is none."""
        question = {
            "model": self.model, "messages": list(messages), "temperature": 0,
            "response_format": {"type": "json_schema", "json_schema": {
                "name": "statements", "strict": True, "schema": schema}},
        }  # fmt: skip
        status, place, raw = self._exchange(json.dumps(question).encode())
        if 300 <= status < 400:
            raise self._failed(f"sends on to {place or 'elsewhere'}, which is not followed; give "
                               "that address itself if you trust it")  # fmt: skip
        if status != 200:
            remedy = f"; check the key in {self.key_env}" if status in (401, 403) else ""
            raise self._failed(f"answered {status}: {_start(raw)}{remedy}")
        return self._content(raw)

    def _exchange(self, body: bytes) -> tuple[int, str, bytes]:
        connection = self._connection()
        deadline = _Deadline(connection, self.timeout_seconds)
        try:
            connection.connect()
            deadline.watch()
            connection.request("POST", self._path(), body, self._headers())
            with closing(connection.getresponse()) as response:
                status, place = response.status, response.getheader("Location", "")
                raw = response.read(MOST_BYTES + 1)
            if deadline.expired:
                raise TimeoutError
            if len(raw) > MOST_BYTES:
                raise self._failed(f"answers with more than {MOST_BYTES:,} bytes; nothing of it "
                                   "was used")  # fmt: skip
            return status, place, raw
        except (OSError, http.client.HTTPException) as error:
            if deadline.expired or isinstance(error, TimeoutError):
                raise self._failed(f"gave no whole answer within {self.timeout_seconds:g} seconds"
                                   ) from None  # fmt: skip
            what = error.strerror if isinstance(error, OSError) and error.strerror else repr(error)
            raise self._failed(f"cannot be asked: {what}") from None
        finally:
            deadline.cancel()
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self.timeout_seconds,
                                               context=ssl.create_default_context())  # fmt: skip
        if self._key() and host not in _LOOPBACK:
            raise self._failed("would get the key unencrypted; use https, or unset "
                               f"{self.key_env}")  # fmt: skip
        return http.client.HTTPConnection(host, port, timeout=self.timeout_seconds)

    def _path(self) -> str:
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/")
        if not path.endswith("/chat/completions"):
            path += "/chat/completions"
        return f"{path}?{parts.query}" if parts.query else path

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        key = self._key()
        if key:
            headers["Authorization"] = f"Bearer {key}"
        return headers

    def _key(self) -> str:
        key = os.environ.get(self.key_env, "").strip()
        if not key.isascii() or any(letter.isspace() or not letter.isprintable() for letter in key):
            raise CoderFailed(f"{self.key_env} holds no key: it has spaces or other signs in it")
        return key

    def _content(self, raw: bytes) -> str:
        try:
            choice = json.loads(raw)["choices"][0]
            content, why = choice["message"]["content"], choice.get("finish_reason")
        except (ValueError, RecursionError, KeyError, IndexError, TypeError, AttributeError):
            raise self._failed(f"gave no chat completion: {_start(raw)}") from None
        if not isinstance(content, str):
            raise self._failed("gave an answer without words")
        if why == "length":
            raise self._failed("was cut off in the middle of its answer; choose a model that may "
                               "answer longer")  # fmt: skip
        return content

    def _failed(self, says: str) -> CoderFailed:
        """An error about this endpoint, in which the key cannot stand."""
        key = os.environ.get(self.key_env, "").strip()
        said = says.replace(key, "[key]") if key else says
        return CoderFailed(f"the coder at {self.shown} {said}")


class _Deadline:
    """Ends an exchange that takes too long, also one that drips byte by byte."""

    def __init__(self, connection: http.client.HTTPConnection, seconds: float):
        self.connection = connection
        self.expired = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def watch(self) -> None:
        """Remember the socket: a connection lets go of it before the answer is read."""
        self._socket = self.connection.sock

    def cancel(self) -> None:
        """The exchange is over."""
        self._timer.cancel()

    def _end(self) -> None:
        self.expired = True
        held: socket.socket | None = self._socket or self.connection.sock
        if held is not None:
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)


def _start(raw: bytes) -> str:
    return harmless(" ".join(raw[: 4 * _SHOWN].decode("utf-8", "replace").split()))[:_SHOWN]
