"""Commands that adopt the data of others: import ged, import lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tightrope.cli.shared import day_option, narrate

if TYPE_CHECKING:
    from tightrope.adapters import Imported

FileArgument = Annotated[Path, typer.Argument(help="The table.")]
TheatreOption = Annotated[
    Path, typer.Option("--theatre", help="Name of the new theatre; a path makes it elsewhere.")
]
FromOption = Annotated[
    str | None,
    typer.Option("--from", help="First day of its time; else the first month of regular rows."),
]
UntilOption = Annotated[
    str | None, typer.Option("--until", help="Last day that the table covers; else by its rows.")
]

group = typer.Typer(
    no_args_is_help=True,
    help="""Make a theatre of rhythms from an event table, to be asked, fitted and scored at once.

    Exit code 1 if the table has faults; then nothing is written.

    Example: tightrope import ged GEDEvent.csv --country Iraq --theatre iraq_ged

    Example: tightrope import lines events.csv --theatre protests
    """,
)


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    group.command("ged")(ged)
    group.command("lines")(lines)
    app.add_typer(group, name="import")


def ged(
    file: FileArgument,
    theatre: TheatreOption,
    at_least: Annotated[
        int, typer.Option(min=1, help="Events that a dyad needs to be a type of its own.")
    ] = 50,
    country: Annotated[str | None, typer.Option(help="Only the rows of this country.")] = None,
    since: FromOption = None,
    until: UntilOption = None,
) -> None:
    """Import UCDP's Georeferenced Event Dataset: an event type for each busy dyad.

    Example: tightrope import ged GEDEvent.csv --country Iraq --theatre iraq_ged
    """
    first, last = day_option(since, "--from"), day_option(until, "--until")
    from tightrope.adapters import import_ged

    made = import_ged(file, theatre, at_least=at_least, country=country, since=first, until=last)
    _show(made)


def lines(
    file: FileArgument,
    theatre: TheatreOption,
    date: Annotated[str | None, typer.Option(help="Column of the day.")] = None,
    event: Annotated[str | None, typer.Option(help="Column of the event's type.")] = None,
    count: Annotated[str | None, typer.Option(help="Column of how many; else one a row.")] = None,
    deaths: Annotated[str | None, typer.Option(help="Column of the number killed.")] = None,
    known: Annotated[
        str | None, typer.Option(help="Column of the day on which it was public.")
    ] = None,
    row_id: Annotated[
        str | None, typer.Option("--id", help="Column of the row's id; else its number.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="Column that is kept as a note.")] = None,
    at_least: Annotated[
        int, typer.Option(min=1, help="Events that make a type of its own; rarer are pooled.")
    ] = 1,
    plover: Annotated[
        str | None, typer.Option(help="PLOVER kind of events whose word is none.")
    ] = None,
    since: FromOption = None,
    until: UntilOption = None,
) -> None:
    """Import dated rows with an event column: CSV, TSV, JSON lines or Parquet.

    Columns that are not given are found by their usual names; what was found is said.

    Example: tightrope import lines events.csv --theatre protests
    """
    first, last = day_option(since, "--from"), day_option(until, "--until")
    from tightrope.adapters import import_lines

    columns = {"date": date, "event": event, "count": count, "deaths": deaths, "known": known,
               "id": row_id, "text": text}  # fmt: skip
    made = import_lines(
        file, theatre, columns=columns, at_least=at_least, plover=plover, since=first, until=last
    )
    _show(made)


def _show(made: Imported) -> None:
    for path in made.files:
        print(path)
    for sentence in made.said:
        narrate(sentence)
    from tightrope.adapters.entries import number_of_rows

    narrate(f"{number_of_rows(made.rows)} from {made.starts} to {made.until}; types:")
    for kind in made.types:
        narrate(f"  {kind.name}: {kind.events:,} ({kind.family})")
    if made.is_short:
        narrate("the time is too short for a forecast; widen it with --from or --until")
    else:
        narrate(f"now try: tightrope check {made.folder}; tightrope outlook {made.folder}")
