"""Commands that make something: new, schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tightrope.cli.shared import narrate, print_json


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("new")(new)
    app.command("schema")(schema)


def new(
    name: Annotated[str, typer.Argument(help="Name of the theatre; its folder is made here.")],
    folder: Annotated[Path, typer.Option(help="Where to make the folder.")] = Path(),
) -> None:
    """Make a small theatre that runs, to be changed: its comments explain every key.

    Example: tightrope new saltmarsh
    """
    from tightrope.theatre.scaffold import new_theatre

    for path in new_theatre(folder / name, name):
        print(path)
    narrate(f"now try: tightrope check {folder / name}; tightrope outlook {folder / name}")


def schema() -> None:
    """Print the JSON Schema of theatre files, for editors that check while you type.

    Example: tightrope schema > theatre.schema.json
    """
    from tightrope.theatre.jsonschema import json_schema

    print_json(json_schema())
