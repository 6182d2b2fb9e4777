"""Commands that look at a theatre: check, history, mechanisms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tightrope.cli.shared import (
    JsonOption,
    TheatreArgument,
    narrate,
    print_json,
    print_json_lines,
    print_table,
    use_compilation_cache,
)
from tightrope.errors import Fault, TheatreError, UnknownName

if TYPE_CHECKING:
    from tightrope.history import History, Row


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("check")(check)
    app.command("history")(history)
    app.command("mechanisms")(mechanisms)


def check(theatre: TheatreArgument = "iraq", as_json: JsonOption = False) -> None:
    """Read a theatre and name every fault; then coverage of mechanisms, grounds and stability.

    Exit code 1 if there is a fault, a mechanism that nothing carries, or an event type that needs
    the ceiling at the medians of its priors.

    Example: tightrope check iraq
    """
    try:
        read = _read(theatre)
    except TheatreError as error:
        if as_json:
            print_json({"faults": [_fault(fault) for fault in error.faults]})
            raise typer.Exit(1) from None
        count = len(error.faults)
        print(error)
        narrate(f"{count} fault{'s' * (count != 1)}")
        raise typer.Exit(1) from None
    use_compilation_cache()
    from tightrope.inference.soundness import examine

    found = examine(read.theatre, read)
    if as_json:
        print_json(found.as_json())
    else:
        print(f"{read.theatre.name}: no faults; {len(read.rows):,} rows of history")
        print(f"mechanisms carried: {len(found.mechanisms) - len(found.not_carried)} of "
              f"{len(found.mechanisms)}")  # fmt: skip
        print(f"numbers: {found.numbers}, sourced {found.sourced}, assumed {found.assumed}")
        print(f"spectral radius at the medians: {found.spectral_radius:.3f}")
        for what, names in (
            ("mechanisms that nothing carries", found.not_carried),
            ("types over their ceiling at the medians", found.over_ceiling),
            ("bases above the worst 90 days of the record", found.base_too_high),
            ("rows on days on which the theatre calls their event impossible", found.against_gate),
        ):
            print(f"{what}: {', '.join(names) or 'none'}")
    if found.not_carried or found.over_ceiling or found.base_too_high:
        raise typer.Exit(1)


def history(
    theatre: TheatreArgument = "iraq",
    since: Annotated[
        str | None, typer.Option(help="Only rows that end on this day or later.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only rows that begin by this day.")] = None,
    event: Annotated[str | None, typer.Option(help="Only this event type.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the coded history: what happened, when, by whom, after which source.

    Example: tightrope history iraq --since 2019-12-27 --until 2020-01-08
    """
    from tightrope.cli.shared import day_option

    first, last = day_option(since, "--since"), day_option(until, "--until")
    read = _read(theatre)
    if event is not None and event not in read.theatre.events:
        raise UnknownName("event", event, list(read.theatre.events))
    rows = [
        row
        for row in read.rows
        if (first is None or (row.date.latest and row.date.latest >= first))
        and (last is None or (row.date.earliest and row.date.earliest <= last))
        and (event is None or row.event == event)
    ]
    if as_json:
        print_json_lines(map(row_json, rows))
        return
    cells = ([row.date.text, row.event, row.note, _range(row.deaths_low, row.deaths_high),
              ";".join(row.by), ";".join(row.on)] for row in rows)  # fmt: skip
    columns = ["date", "event", "what", "killed", "by", "on"]
    print_table(f"{read.theatre.name}: {len(rows):,} rows", columns, cells, right={3})


def mechanisms(theatre: TheatreArgument = "iraq", as_json: JsonOption = False) -> None:
    """List what sources assert about how the system works, and what in the theatre carries it.

    Example: tightrope mechanisms iraq
    """
    from tightrope.inference.soundness import carriers
    from tightrope.theatre import read_theatre

    read = read_theatre(theatre)
    carried = carriers(read)
    if as_json:
        print_json_lines(
            {"id": name, **m.model_dump(mode="json"), "carried_by": carried.get(name, [])}
            for name, m in read.mechanisms.items()
        )
        return
    rows = ([name, m.subsystem, f"{m.cause} -> {m.effect} ({m.sign})", len(carried.get(name, []))]
            for name, m in read.mechanisms.items())  # fmt: skip
    columns = ["id", "system", "cause -> effect (sign)", "elements"]
    print_table(f"{read.name}: {len(read.mechanisms)} mechanisms", columns, rows, right={3})


def row_json(row: Row) -> dict[str, Any]:
    """The documented shape of a row."""
    return {
        "id": row.id,
        "date": row.date.text,
        "earliest": str(row.date.earliest),
        "latest": str(row.date.latest),
        "known": str(row.known),
        "event": row.event,
        "plover": row.plover,
        "count_low": row.count_low,
        "count_high": row.count_high,
        "deaths_low": row.deaths_low,
        "deaths_high": row.deaths_high,
        "by": list(row.by),
        "on": list(row.on),
        "place": row.place or None,
        "sources": list(row.sources),
        "status": row.status,
        "note": row.note,
    }


def _read(theatre: str) -> History:
    """Theatre and history, with the faults of all their files together."""
    from tightrope.history import read_history
    from tightrope.theatre import read_theatre

    return read_history(read_theatre(theatre))


def _fault(fault: Fault) -> dict[str, object]:
    return {"file": fault.file, "line": fault.line, "column": fault.column, "code": fault.code,
            "message": fault.message}  # fmt: skip


def _range(low: int | None, high: int | None) -> str:
    parts: Iterator[str] = ("" if x is None else str(x) for x in (low, high))
    first, second = parts
    if low is None:
        return ""
    return first if first == second else f"{first}..{second}"
