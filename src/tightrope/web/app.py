"""The app: pages, the gate before them, and the theatre behind them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, closing
from importlib.metadata import version
from pathlib import Path
from threading import Thread

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from tightrope.charts.drawing import drawn_by
from tightrope.web.access import Access
from tightrope.web.desk import Defaults, Desk
from tightrope.web.easel import Easel
from tightrope.web.guard import Guard
from tightrope.web.pages import PAGES, UNKEPT
from tightrope.web.problems import add_handlers
from tightrope.web.standing import Standing


def create_app(
    folder: Path, *, access: Access | None = None, defaults: Defaults | None = None,
    warm: bool = True, documents: Sequence[Path] = (),
) -> FastAPI:  # fmt: skip
    """The app of one theatre's folder.

    access : where it listens and who may ask; the default is this machine alone.
    warm : whether the first page's outlook is run as soon as the app begins.
    documents : files and folders of texts whose sentences may be shown.
    Raises TheatreError with every fault of the theatre's files.
    """
    desk, access = Desk(folder, defaults, documents), access or Access()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        if warm:
            desk.warm_up()
            Thread(target=_prepare, args=(desk,), daemon=True).start()
        with closing(Easel()) as easel, drawn_by(easel.draw), closing(desk):
            yield

    app = FastAPI(
        title="Tightrope", version=version("tightrope"), lifespan=lifespan,
        # The usual pages of documentation load scripts from elsewhere.
        docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
    )  # fmt: skip
    app.state.desk, app.state.token = desk, access.token
    app.state.places = {page.question: page.at for page in PAGES if page.question}
    app.state.makers = {name: maker for page in PAGES for name, maker in page.charts.items()}
    add_handlers(app)
    for router in (router for page in PAGES for router in page.routers):
        app.include_router(router)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(Standing, desk=desk, kept=_is_kept)
    app.add_middleware(Guard, access=access)
    return app


def _prepare(desk: Desk) -> None:
    for page in PAGES:
        if page.warm:
            page.warm(desk)


def _is_kept(path: str) -> bool:
    page = next((page for page in PAGES if page.answers(path)), None)
    return page is not None and page not in UNKEPT
