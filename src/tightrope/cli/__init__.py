"""The command line: a thin skin over the library, one file per group of commands.

Data go to standard output, narration and progress to standard error. Exit codes: 0 fine, 1 the
answer is no (faults, a refused run), 2 wrong use (an option, a name that is not known). Heavy
imports happen inside the commands, so that ``tightrope --help`` is quick.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from tightrope.cli import (
    adopt,
    alternatives,
    fit,
    forecast,
    hindsight,
    inspect,
    make,
    prove,
    read,
    review,
    score,
    serve,
    why,
)
from tightrope.errors import ChangesRefused, TightropeError, UnknownName, UnknownTheatre

app = typer.Typer(
    name="tightrope",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"tightrope {version('tightrope')}")
        raise typer.Exit


@app.callback(help="Executable, evidence-linked models of states caught between rival powers.")
def _root(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Options that go before a command."""


for group in (
    forecast,
    alternatives,
    hindsight,
    why,
    inspect,
    prove,
    serve,
    make,
    adopt,
    read,
    review,
    fit,
    score,
):
    group.register(app)


def main() -> None:
    """Entry point: a known failure is told in plain words, without a traceback."""
    try:
        app()
    except (UnknownTheatre, UnknownName, ChangesRefused) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    except TightropeError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
