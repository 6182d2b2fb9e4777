"""The one style sheet and the one script."""

from __future__ import annotations

from starlette.responses import Response

from tightrope.web.page import Page, pages_router
from tightrope.web.rendering import script, style

router = pages_router()
_KEEP = {"cache-control": "public, max-age=31536000, immutable"}
"""Their addresses change with their content."""


@router.get("/static/app.css")
def app_css() -> Response:
    """Light, dark and print."""
    return Response(style(), media_type="text/css; charset=utf-8", headers=_KEEP)


@router.get("/static/app.js")
def app_js() -> Response:
    """The drawer, progress, and nothing that a page could not do without."""
    return Response(script(), media_type="text/javascript; charset=utf-8", headers=_KEEP)


@router.get("/favicon.ico")
def favicon() -> Response:
    """A rope over a gap."""
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M0 9Q8 13 16 9" '
        'stroke="#1c5f9e" stroke-width="2" fill="none"/><circle cx="8" cy="6" r="3" '
        'fill="#a8480f"/></svg>'
    )
    return Response(picture, media_type="image/svg+xml", headers=_KEEP)


PAGE = Page((router,))
