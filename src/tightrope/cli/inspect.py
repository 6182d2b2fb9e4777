"""Commands that look at a theatre: check, history, mechanisms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tightrope.cli.shared import (
    JsonOption,
    TheatreArgument,
    day_option,
    narrate,
    print_json,
    print_json_lines,
    print_table,
    use_compilation_cache,
)
from tightrope.errors import Fault, TheatreError, UnknownName

if TYPE_CHECKING:
    from tightrope.history import Row
    from tightrope.inference.soundness import Soundness


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("check")(check)
    app.command("history")(history)
    app.command("mechanisms")(mechanisms)


def check(theatre: TheatreArgument = "iraq", as_json: JsonOption = False) -> None:
    """Read a theatre and name every fault; then coverage of mechanisms, grounds and stability.

    Exit code 1 if there is a fault, a mechanism that nothing carries, or an event type of which
    the theatre expects more than its record bears, at the medians of its priors.

    Example: tightrope check iraq
    """
    from tightrope.history import read_theatre_and_history

    try:
        read, past = read_theatre_and_history(theatre)
    except TheatreError as error:
        if as_json:
            print_json({"faults": [_fault(fault) for fault in error.faults]})
        else:
            print(error)
        count = len(error.faults)
        narrate(f"{count:,} fault{'s' * (count != 1)}")
        raise typer.Exit(1) from None
    use_compilation_cache()
    from tightrope.inference.soundness import examine

    found = examine(read, past)
    if as_json:
        print_json(found.as_json())
    else:
        _show(read.name, len(past.rows), found)
    if not found.is_sound:
        raise typer.Exit(1)


def _show(name: str, rows: int, found: Soundness) -> None:
    carried = len(found.mechanisms) - len(found.not_carried)
    print(f"{name}: no faults; {rows:,} rows of history")
    print(f"mechanisms carried: {carried} of {len(found.mechanisms)}")
    print(f"numbers: {found.numbers}, sourced {found.sourced}, assumed {found.assumed}")
    print(f"spectral radius at the medians: {found.spectral_radius:.3f}")
    for what, names in (
        ("mechanisms that nothing carries", found.not_carried),
        ("types over their ceiling at the medians", found.over_ceiling),
        ("types of which more is expected than the record bears", found.base_too_high),
        ("rows on days on which the theatre calls their event impossible", found.against_gate),
    ):
        print(f"{what}: {', '.join(names) or 'none'}")


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
    first, last = day_option(since, "--since"), day_option(until, "--until")
    if first and last and first > last:
        raise typer.BadParameter(f"{last} lies before --since {first}", param_hint="--until")
    from tightrope.history import read_theatre_and_history

    read, past = read_theatre_and_history(theatre)
    if event is not None and event not in read.events:
        raise UnknownName("event", event, list(read.events))
    rows = [
        row
        for row in past.rows
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
    print_table(
        f"{read.name}: {len(rows):,} row{'' if len(rows) == 1 else 's'}", columns, cells, right={3}
    )


def mechanisms(theatre: TheatreArgument = "iraq", as_json: JsonOption = False) -> None:
    """List what sources assert about how the system works, and what in the theatre carries it.

    Example: tightrope mechanisms iraq
    """
    from tightrope.inference.grounds import carriers
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


def _fault(fault: Fault) -> dict[str, object]:
    return {"file": fault.file, "line": fault.line, "column": fault.column, "code": fault.code,
            "message": fault.message}  # fmt: skip


def _range(low: int | None, high: int | None) -> str:
    """Bounds as history.csv writes them: 3, 3..5, 3.. or nothing."""
    if low is None:
        return ""
    return str(low) if low == high else f"{low}..{'' if high is None else high}"
