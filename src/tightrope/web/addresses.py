"""Addresses: everything that a view shows is in its query, so that a link opens it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

Query = Mapping[str, str]


def address(path: str, query: Mapping[str, object] | None = None, **more: object) -> str:
    """A path with its query; ``more`` goes over it, and what is None or empty is left out.

    >>> address("/q/vote", {"days": "90", "runs": "1"}, runs=None, open="row/a b")
    '/q/vote?days=90&open=row/a%20b'
    """
    told = {name: str(value) for name, value in {**(query or {}), **more}.items()
            if value is not None and value != ""}  # fmt: skip
    asked = urlencode(told, safe="/,@=", quote_via=quote)
    return quote(path, safe="/#") + (f"?{asked}" if asked else "")


def only(query: Query, names: Iterable[str]) -> dict[str, str]:
    """Those words of an address that have these names, without empty ones.

    >>> only({"days": "90", "seed": "", "open": "row/a"}, ("days", "seed", "prior"))
    {'days': '90'}
    """
    return {name: query[name] for name in names if query.get(name)}
