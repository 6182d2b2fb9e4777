"""What stands behind a number: facts, mechanisms and sources, each a page and a drawer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from tightrope.errors import RequestRefused
from tightrope.web.desk import Desk
from tightrope.web.drawer import KINDS, Drawer, opened
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.rendering import render
from tightrope.web.typed import Kind

router = pages_router()
api = api_router()


@dataclass(frozen=True)
class EvidencePage:
    """All that evidence.html sees."""

    drawer: Drawer


def _show(request: Request, desk: TheDesk, words: Words, kind: str, name: str) -> HTMLResponse:
    # Bare it is put beside a page.
    template = "drawer.html" if words.get("bare") == "1" else "evidence.html"
    return render(request, template, EvidencePage(opened(desk.reading, kind, name)))


@router.get("/row/{name:path}")
def row(request: Request, desk: TheDesk, words: Words, name: str) -> HTMLResponse:
    """One dated fact."""
    return _show(request, desk, words, "row", name)


@router.get("/mechanism/{name:path}")
def mechanism(request: Request, desk: TheDesk, words: Words, name: str) -> HTMLResponse:
    """One mechanism that sources assert."""
    return _show(request, desk, words, "mechanism", name)


@router.get("/source/{name:path}")
def source(request: Request, desk: TheDesk, words: Words, name: str) -> HTMLResponse:
    """One document, and what rests on it."""
    return _show(request, desk, words, "source", name)


@api.get("/evidence/{kind}/{name:path}", summary="A fact, a mechanism or a source")
def evidence(desk: TheDesk, kind: Kind, name: str) -> dict[str, Any]:
    """kind: row, mechanism or source."""
    if kind not in KINDS:
        raise RequestRefused(404, "unknown-kind", f"there is no evidence of kind {kind[:40]!r}",
                             f"known are {', '.join(KINDS)}")  # fmt: skip
    return asdict(opened(desk.reading, kind, name))


def _read_documents(desk: Desk) -> None:
    reading = desk.reading
    reading.documents.read(reading.references())


PAGE = Page((router, api), warm=_read_documents)
