"""What readers open first is made before they come: the app is its own first visitor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from html import unescape
from http.client import HTTPConnection, HTTPException
from threading import Event
from typing import TYPE_CHECKING

from tightrope.web.addresses import address

if TYPE_CHECKING:
    from tightrope.web.desk import Desk
    from tightrope.web.serving import Heard

_LOOK_SECONDS = 1.0
_PATIENCE_SECONDS = 60.0
_MOST_ONWARD = 40
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_LINK = re.compile(r'href="([^"#]+)')


def open_beforehand(
    desk: Desk, places: Sequence[str], heard: Heard, token: str | None, ended: Event
) -> None:
    """Visit places and every question, again whenever files or runs have changed; for a thread.

    Then the links that lead from a place to itself in another way, as to its other years. What is
    visited is kept, see ``standing``: so a second round costs next to nothing.
    """
    known = None
    while not ended.wait(0.0 if known is None else _LOOK_SECONDS):
        now = (desk.changes, desk.jobs.ended)
        if now != known:
            known = now
            asks = [address(f"/q/{name}") for name in desk.reading.theatre.questions]
            read = _visit([*places, *asks], heard, token)
            for place in places:
                _visit(_onward(place, read.get(place, "")), heard, token)


def _visit(places: Sequence[str], heard: Heard, token: str | None) -> dict[str, str]:
    """What stands at places; without those that fail: they are made for who asks."""
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    found: dict[str, str] = {}
    host = _HERE.get(heard.host, heard.host)
    with closing(HTTPConnection(host, heard.port, timeout=_PATIENCE_SECONDS)) as line:
        for at in places:
            try:
                line.request("GET", at, headers=headers)
                found[at] = line.getresponse().read().decode()
            except (OSError, HTTPException):
                line.close()
    return found


def _onward(place: str, page: str) -> list[str]:
    links = dict.fromkeys(map(unescape, _LINK.findall(page)))
    return [at for at in links if at.startswith(f"{place}?")][:_MOST_ONWARD]
