"""A place to listen, and the server on it."""

from __future__ import annotations

import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from fastapi import FastAPI

from tightrope.errors import TightropeError
from tightrope.web.first_reader import open_beforehand


@dataclass(frozen=True)
class Heard:
    """A socket that listens."""

    socket: socket.socket
    host: str
    port: int

    def address(self, token: str | None) -> str:
        """What to open in a browser."""
        host = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(
            self.host, f"[{self.host}]" if ":" in self.host else self.host
        )
        return f"http://{host}:{self.port}/" + (f"?token={token}" if token else "")


@contextmanager
def listen(host: str, port: int) -> Generator[Heard]:
    """Listen before anything is promised; TightropeError says why it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only of a socket that says that it is TCP will asyncio send small parts at once: each answer
    # would wait forty milliseconds for its second part.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port))
            found.listen()
        except OSError as error:
            raise TightropeError(
                f"cannot listen on {host}:{port}: {error.strerror or error}; choose another "
                "--port (0 takes a free one) or --host"
            ) from None
        yield Heard(found, host, found.getsockname()[1])


def run(app: FastAPI, heard: Heard) -> None:
    """Serve until interrupted; open streams do not hold it up."""
    import uvicorn

    ended = Event()
    visits = app.state.desk, tuple(app.state.places.values()), heard, app.state.token, ended
    Thread(target=open_beforehand, args=visits, daemon=True, name="beforehand").start()
    config = uvicorn.Config(app, log_level="warning", server_header=False, access_log=False,
                            timeout_graceful_shutdown=1, timeout_keep_alive=30)  # fmt: skip
    uvicorn.Server(config).run(sockets=[heard.socket])
    ended.set()
