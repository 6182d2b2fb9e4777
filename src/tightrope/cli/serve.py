"""The app: serve, first-page."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from tightrope.cli.fit import IntoOption
from tightrope.cli.shared import PriorOption, TheatreArgument, narrate, use_compilation_cache


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("serve")(serve)
    app.command("first-page")(first_page)


def serve(
    theatre: TheatreArgument = "iraq",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    token: Annotated[
        str | None, typer.Option(help="What visitors must know; made up for an open address.")
    ] = None,
    paths: Annotated[int, typer.Option(min=100, max=20_000, help="Futures of an outlook.")] = 4000,
    past: Annotated[
        int, typer.Option(min=0, max=36, help="Earlier months behind the first page's lines.")
    ] = 12,
    prior: PriorOption = False,
    documents: Annotated[
        list[Path] | None,
        typer.Option(exists=True, help="Texts to show cited sentences from: a file or a folder."),
    ] = None,
) -> None:
    """Open the theatre in a browser: ask, see the answer, follow it down to the sentence.

    Only this machine can reach it. Another address (--host) asks visitors for a token, which is
    printed as part of the address to open. Nothing is fetched from elsewhere.

    Example: tightrope serve iraq

    Sentences that are cited are shown from --documents, where a text has the hash that the theatre
    names; the theatre itself has no texts.

    Example: tightrope serve iraq --documents articles

    Example: tightrope serve iraq --host 0.0.0.0 --port 8080
    """
    from tightrope.theatre import find_theatre
    from tightrope.web.access import Access, is_loopback
    from tightrope.web.app import create_app
    from tightrope.web.desk import Defaults
    from tightrope.web.serving import listen, run

    if token is None and not is_loopback(host):
        token = secrets.token_urlsafe(24)
    defaults = Defaults(paths=paths, past_months=past, fitted=not prior)
    app = create_app(find_theatre(theatre), access=Access(host, token), defaults=defaults,
                     documents=documents or ())  # fmt: skip
    with listen(host, port) as heard:
        print(heard.address(token), flush=True)
        narrate("open it in a browser; stop with Ctrl-C")
        run(app, heard)


def first_page(theatre: TheatreArgument = "iraq", into: IntoOption = None) -> None:
    """Make beforehand what the app shows first, so that it opens at once.

    Today's outlook, the same day of twelve earlier months (each fitted to what was known on it),
    and what the fit says of itself: minutes of work, in one small file beside the theatre. The app
    uses it while theatre, record, fit and scorecard are those it was made from.

    Example: tightrope first-page iraq --into made
    """
    from tightrope.shelf import place
    from tightrope.theatre import find_theatre
    from tightrope.web import beforehand
    from tightrope.web.desk import Desk

    use_compilation_cache()
    desk = Desk(find_theatre(theatre))
    made = beforehand.make(desk, narrate)
    path = place(desk.folder, beforehand.FILE, into)
    beforehand.write(desk, made, path)
    print(path)
    narrate(f"{path.stat().st_size:,} bytes")
