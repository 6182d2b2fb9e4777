"""Who may ask: the machine itself by default, others by a token, and no foreign page at all.

A page of the web can make a browser send requests to this machine (and, by giving its own name this
machine's address, even read the answers). So names of hosts, origins of writes and the token are
checked before anything else.
"""

from __future__ import annotations

import hmac
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import urlsplit

COOKIE = "tightrope"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Access:
    """Where the app listens, and what a visitor must know."""

    host: str = "127.0.0.1"
    token: str | None = None

    def knows_host(self, header: str) -> bool:
        """Whether a Host header names this machine: never a name that somebody else may give it."""
        name = _host(header)
        if name is None:
            return False
        if name in (*LOOPBACK, self.host.strip("[]").lower()):
            return True
        # An open address is reached by many numbers; a number cannot be given to another machine.
        return not is_loopback(self.host) and (_is_number(name) or name == _own_name())

    def same_site(self, method: str, headers: Mapping[str, str]) -> bool:
        """Whether a request that changes something comes from a page of this app, or from no page.

        headers : names in lower case.
        """
        if method in SAFE_METHODS:
            return True
        if (origin := headers.get("origin")) is not None:
            return urlsplit(origin).netloc == headers.get("host", "") and origin != "null"
        return headers.get("sec-fetch-site", "none") in ("none", "same-origin")

    def is_token(self, given: str | None) -> bool:
        """Compared in constant time."""
        return given is not None and hmac.compare_digest(
            given.encode(errors="replace"), (self.token or "").encode()
        )

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether a visitor has shown the token before, or shows it in a header."""
        if self.token is None:
            return True
        word, _, given = headers.get("authorization", "").partition(" ")
        if word.lower() == "bearer" and self.is_token(given):
            return True
        return any(self.is_token(value) for value in _cookies(headers.get("cookie", "")))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host.strip("[]") == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host(header: str) -> str | None:
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _own_name() -> str:
    return socket.gethostname().lower()


def _cookies(header: str) -> Iterable[str]:
    try:
        jar = SimpleCookie(header)
    except CookieError:
        return ()
    return (morsel.value for name, morsel in jar.items() if name == COOKIE)
