"""What a plain form sends: its fields, and the address to go back to."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends
from starlette.requests import Request

from tightrope.errors import RequestRefused

FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 60


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a plain form, empty ones too; lines end as they do in files here."""
    if not request.headers.get("content-type", "").startswith(FORM):
        raise RequestRefused(415, "no-form", "this takes the fields of a form",
                             f"send them as {FORM}, or use /api")  # fmt: skip
    text = (await request.body()).decode(errors="replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise RequestRefused(400, "bad-request", "the form has too many fields",
                             f"send at most {_MOST_FIELDS}") from None  # fmt: skip
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


Fields = Annotated[dict[str, str], Depends(fields_of)]
"""Read before the route is called, so that the route may take its time in a thread."""
