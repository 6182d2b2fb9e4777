"""What several commands share: arguments, the way JSON is written, the compilation cache."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tightrope.theatre import Theatre, schema

TheatreArgument = Annotated[
    str, typer.Argument(help="Name of a shipped theatre, or path of a theatre's folder.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
AsOfOption = Annotated[str | None, typer.Option(help="Last day whose facts are used.")]
DaysOption = Annotated[int, typer.Option(min=1, max=3660, help="How far to look ahead.")]
PathsOption = Annotated[int, typer.Option(min=100, max=100_000, help="Number of futures.")]
SeedOption = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of all luck.")]
PriorOption = Annotated[
    bool, typer.Option("--prior", help="Draw numbers from the priors instead of a fit.")
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="CONDITION=VALUE, with @DATE if wanted.")
]
HoldOption = Annotated[
    list[str] | None, typer.Option(help="CONDITION=VALUE, with @DATE: from then on, come what may.")
]
ForceOption = Annotated[
    list[str] | None, typer.Option(help="EVENT@DATE happens; EVENT=3@DATE three times.")
]
BlockOption = Annotated[
    list[str] | None, typer.Option(help="EVENT cannot happen; with @DATE or @FROM/TO.")
]
ScaleOption = Annotated[
    list[str] | None, typer.Option(help="EVENT=2: its rate doubled; EVENT.base=2: a part.")
]
OffOption = Annotated[
    list[str] | None, typer.Option(help="MECHANISM: all that carries it does nothing.")
]


def changes_given(theatre: Theatre, **texts: list[str] | None) -> tuple[schema.Change, ...]:
    """Interventions from options, by kind; ChangesRefused with every fault in them."""
    from tightrope.errors import ChangesRefused
    from tightrope.foresight.changes import change_from_words, check_names

    changes: list[schema.Change] = []
    faults: list[str] = []
    for kind, given in texts.items():
        for text in given or []:
            try:
                changes.append(change_from_words(kind.removesuffix("_"), text))
            except ChangesRefused as refused:
                faults += refused.faults
    if faults:
        raise ChangesRefused(faults)
    check_names(theatre, changes)
    return tuple(changes)


def theatre_among(names: list[str] | None) -> tuple[str, list[str]]:
    """The theatre that a list of names begins with (iraq where there is none), and the rest."""
    from tightrope.errors import UnknownTheatre
    from tightrope.theatre import find_theatre

    first, *others = names or ["iraq"]
    try:
        find_theatre(first)
    except UnknownTheatre:
        if "/" in first:
            raise
        return "iraq", [first, *others]
    return first, others


def print_json(value: object) -> None:
    """One JSON document; keys keep their order, so equal answers are equal bytes."""
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def print_json_lines(values: Iterable[object]) -> None:
    """One JSON document a line."""
    for value in values:
        print(json.dumps(value, ensure_ascii=False, allow_nan=False))


def narrate(text: str) -> None:
    """Say something to the person, not to the pipe."""
    print(text, file=sys.stderr)


def day_option(text: str | None, name: str) -> date | None:
    """A day given on the command line; wrong use (exit 2) says what to write."""
    if text is None:
        return None
    from tightrope.theatre.dates import parse_day

    try:
        return parse_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=name) from None


def print_table(title: str, columns: list[str], rows: Iterable[list[Any]], right: set[int]) -> None:
    """A table on standard output; columns in ``right`` are aligned to the right."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    width = None if sys.stdout.isatty() else 120
    Console(width=width, highlight=False, markup=False, emoji=False).print(table)


def skill_cell(skill: Mapping[str, float | None] | None, times: float = 1.0) -> str:
    """A skill (value, low, high) as a cell of a table; * where its interval is clear of zero."""
    if not skill or skill["value"] is None:
        return ""
    low, high = skill["low"], skill["high"]
    clear = low is not None and high is not None and (low > 0 or high < 0)
    return f"{times * skill['value']:+.2f}{'*' if clear else ' '}"


def use_compilation_cache() -> None:
    """Keep compiled programs in the user's cache, so that the second run starts at once."""
    from tightrope.shelf import use_compilation_cache as keep  # loads the theatre language

    keep()


def progress_bar() -> Any:
    """A bar on standard error: what is done, how much there is, how long it may take."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
