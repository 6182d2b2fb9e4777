"""Downloads of charts: /chart/NAME.svg, .png, .csv or .zip, the state in the query."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from tightrope.errors import RequestRefused, UnknownName
from tightrope.web.addresses import address
from tightrope.web.figures import FORMATS, Maker, download
from tightrope.web.page import Page, TheDesk, Words, pages_router

router = pages_router()


@router.get("/chart/{name}.{kind}")
def chart(request: Request, desk: TheDesk, words: Words, name: str, kind: str) -> Response:
    """One chart in one format."""
    makers: dict[str, Maker] = request.app.state.makers
    if name not in makers:
        raise UnknownName("chart", name[:80], list(makers))
    if kind not in FORMATS:
        raise RequestRefused(404, "unknown-format", f"charts are not made as {kind[:20]!r}",
                             f"known are {', '.join(FORMATS)}")  # fmt: skip
    at = address(f"/chart/{name}.{kind}", words)
    content = download(partial(makers[name], desk, words), kind, at)
    # Names of makers are ours; nothing that a visitor wrote goes into a header.
    disposition = f'attachment; filename="{name}.{kind}"'
    return Response(content, media_type=FORMATS[kind], headers={"content-disposition": disposition})


PAGE = Page((router,))
