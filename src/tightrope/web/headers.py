"""Headers of every answer: nothing is loaded from elsewhere, and nothing frames a page."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders

_ALWAYS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-cache",
}


def add_headers(headers: MutableHeaders) -> None:
    """Add what an answer lacks; what it says itself stays."""
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
