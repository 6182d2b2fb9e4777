"""What this is and is not."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse

from tightrope.web.page import Page, TheDesk, api_router, pages_router
from tightrope.web.rendering import render
from tightrope.web.standing import rests_on

router = pages_router()
api = api_router()


@dataclass(frozen=True)
class AboutPage:
    """All that about.html sees."""

    facts: int
    mechanisms: int
    until: str
    folder: str
    digest: str
    texts: str
    """Of the documents that the theatre cites."""
    unread: str
    """What is wrong with files that could not be read."""


@router.get("/about")
def about(request: Request, desk: TheDesk) -> HTMLResponse:
    """Limits, and what is being served."""
    reading = desk.reading
    rests_on("documents", reading.documents.standing)
    page = AboutPage(
        facts=len(reading.history.rows), mechanisms=len(reading.theatre.mechanisms),
        until=reading.history.until.isoformat(), folder=desk.folder.name,
        digest=reading.digest[:16], texts=reading.documents.told,
        unread=reading.documents.faults,
    )  # fmt: skip
    return render(request, "about.html", page)


@api.get("/theatre", summary="What is being served")
def theatre(desk: TheDesk) -> dict[str, object]:
    """Name, size, digest, and the faults of files that broke while it was served."""
    reading = desk.reading
    return {
        "name": reading.theatre.name, "says": reading.theatre.head.says,
        "facts": len(reading.history.rows), "until": reading.history.until.isoformat(),
        "mechanisms": len(reading.theatre.mechanisms), "digest": reading.digest[:16],
        "faults": [str(fault) for fault in reading.faults],
    }  # fmt: skip


PAGE = Page((router, api))
