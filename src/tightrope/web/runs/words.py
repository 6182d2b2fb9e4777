"""Words of an address as numbers and days, or a refusal that says what to write."""

from __future__ import annotations

from datetime import date
from typing import Any

from tightrope.errors import RequestRefused
from tightrope.theatre.dates import parse_day
from tightrope.web.addresses import Query

MOST_SEED = 2**31 - 1


def number_in(text: str) -> int | None:
    """A whole number, None where a visitor wrote something else or more than is ever meant.

    >>> number_in("12"), number_in("-1"), number_in("٣"), number_in("9" * 5000)
    (12, None, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else None


def whole(query: Query, name: str, usual: int, least: int, most: int) -> int:
    """A whole number between bounds."""
    text = query.get(name, "")
    if not text:
        return usual
    if (found := number_in(text)) is None:
        raise wrong(name, f"{text[:40]!r} is no whole number", f"write {least} to {most}")
    if not least <= found <= most:
        raise wrong(name, f"{text} is out of bounds", f"write {least} to {most}")
    return found


def seed_and_fit(query: Query) -> dict[str, Any]:
    """Settings that most runs have: the seed, and whether numbers are fitted (``prior=1``: not)."""
    return {
        "seed": whole(query, "seed", 1, 0, MOST_SEED),
        "fitted": query.get("prior", "") != "1",
    }


def day(query: Query, name: str, usual: date) -> date:
    """A calendar day."""
    text = query.get(name, "")
    if not text:
        return usual
    try:
        return parse_day(text)
    except ValueError as error:
        message, _, remedy = str(error).partition("; ")
        raise wrong(name, message, remedy or "write it as 2019-12-26") from None


def wrong(name: str, message: str, remedy: str) -> RequestRefused:
    """The refusal of a word."""
    return RequestRefused(422, "bad-request", f"{name}: {message}", remedy)
