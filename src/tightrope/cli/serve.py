"""The app: serve."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from tightrope.cli.shared import PriorOption, TheatreArgument, narrate


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("serve")(serve)


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
) -> None:
    """Open the theatre in a browser: ask, see the answer, follow it down to the sentence.

    Only this machine can reach it. Another address (--host) asks visitors for a token, which is
    printed as part of the address to open. Nothing is fetched from elsewhere.

    Example: tightrope serve iraq

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
    app = create_app(find_theatre(theatre), access=Access(host, token), defaults=defaults)
    with listen(host, port) as heard:
        print(heard.address(token), flush=True)
        narrate("open it in a browser; stop with Ctrl-C")
        run(app, heard)
