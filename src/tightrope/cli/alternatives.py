"""Commands that change something and look what follows: whatif, scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tightrope.cli.shared import (
    AsOfOption,
    BlockOption,
    DaysOption,
    ForceOption,
    HoldOption,
    JsonOption,
    OffOption,
    PriorOption,
    ScaleOption,
    SeedOption,
    SetOption,
    TheatreArgument,
    changes_given,
    day_option,
    narrate,
    print_json,
    print_table,
    theatre_among,
    use_compilation_cache,
)

if TYPE_CHECKING:
    from tightrope.foresight.whatif import Arm, WhatIf
    from tightrope.theatre import Theatre, schema

MOST_ROWS = 12
"""Questions and events shown for an arm; --json has all."""


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("whatif")(whatif)
    app.command("scenarios")(scenarios)


def whatif(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[THEATRE] [SCENARIO]...", help="Named scenarios, an arm each."),
    ] = None,
    set_: SetOption = None,
    hold: HoldOption = None,
    force: ForceOption = None,
    block: BlockOption = None,
    scale: ScaleOption = None,
    off: OffOption = None,
    as_of: AsOfOption = None,
    days: DaysOption = 180,
    paths: Annotated[int, typer.Option(min=100, max=100_000, help="Futures of each world.")] = 4000,
    seed: SeedOption = 1,
    report: Annotated[
        Path | None, typer.Option(help="Also write one HTML page with charts and tables.")
    ] = None,
    prior: PriorOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what would change, if something were changed, beside the unchanged future.

    Every named scenario is an arm; what the options say together is one more, up to four. All
    worlds meet the same draws and the same luck, so that the difference is the effect. Exit code 2
    if a change names something unknown, contradicts another, lies outside the run or changes
    nothing; 1 if the report cannot be written.

    Example: tightrope whatif iraq --off M33 --as-of 2019-12-26 --days 90

    Example: tightrope whatif iraq full_withdrawal_2020 no_siege_2019 --as-of 2019-12-26

    Example: tightrope whatif iraq --off M33 --as-of 2019-12-26 --report whatif.html

    Example: tightrope whatif iraq --force attack_killing_americans@2024-01-28 --as-of 2024-01-27
    """
    day = day_option(as_of, "--as-of")
    if report:
        from tightrope.report.files import check_writable

        check_writable(report)
    from tightrope.history import read_theatre_and_history

    theatre, scenarios = theatre_among(names)
    read, history = read_theatre_and_history(theatre)
    changes = changes_given(
        read, set_=set_, hold=hold, force=force, block=block, scale=scale, off=off
    )
    arms, says = _arms(read, scenarios, changes)
    use_compilation_cache()
    from tightrope.foresight.whatif import whatif as run

    result = run(read, history, arms, as_of=day, days=days, paths=paths, seed=seed,
                 fitted=not prior, says=says, say=narrate)  # fmt: skip
    if report:  # first: what reads the table may close the pipe before its end
        _report(report, result, read)
    if as_json:
        print_json(result.as_json())
    else:
        _show(result)


def _report(path: Path, result: WhatIf, theatre: Theatre) -> None:
    from tightrope.report.files import write_beside
    from tightrope.report.whatif import whatif_page

    write_beside(path, whatif_page(result, theatre))
    narrate(f"report: {path}")


def _arms(
    theatre: Theatre, names: list[str], changes: tuple[schema.Change, ...]
) -> tuple[dict[str, tuple[schema.Change, ...]], dict[str, str]]:
    """Arms by name, and what the named ones say."""
    from tightrope.errors import ChangesRefused
    from tightrope.foresight.changes import OPTIONS
    from tightrope.foresight.whatif import scenario_changes

    arms = {name: scenario_changes(theatre, name) for name in names}
    if changes:
        arms["changed"] = changes
    if not arms:
        says = "nothing is changed: name a scenario (tightrope scenarios), or give"
        raise ChangesRefused([f"{says} {OPTIONS}"])
    return arms, {name: theatre.scenarios[name].says for name in names}


def _show(result: WhatIf) -> None:
    from tightrope.foresight.in_one_line import change_in_one_line

    for arm in result.arms:
        print(change_in_one_line(arm, result))
        title = f"\n{arm.name}: {arm.says}"
        columns = ["question", "unchanged", "changed", "difference", "90 %", "more", "less", "pool"]
        print_table(title, columns, _rows(arm), right=set(range(1, 8)))
        print()
    o = result.outlook
    print(
        f"{o.paths:,} paths of {o.draws} draws in each world, the same luck in all. Unchanged and "
        "changed are the structural process's; more and less are shares of paths; pool is the "
        "outlook's figure with the difference carried onto it. The interval is that of the runs, "
        f"not of the model.\nfingerprint {result.fingerprint}"
    )


def _rows(arm: Arm) -> list[list[str]]:
    from tightrope.foresight.in_one_line import figure
    from tightrope.foresight.questions import CHANCES

    rows: list[list[str]] = []
    for c in arm.largest()[:MOST_ROWS]:
        if c.difference is None or not c.difference.value:
            continue
        d, pool = c.difference, figure(c.stack, c.kind)
        carried = f"{pool} → {figure(c.carried, c.kind)}" if c.stack is not None else ""
        rows.append([
            c.ask, figure(c.base, c.kind), figure(c.other, c.kind),
            figure(d.value, c.kind, signed=True) + (" points" if c.kind in CHANCES else ""),
            f"{figure(d.low, c.kind, signed=True)} to {figure(d.high, c.kind, signed=True)}",
            f"{100 * (c.more or 0):.0f} %", f"{100 * (c.less or 0):.0f} %", carried,
        ])  # fmt: skip
    return rows


def scenarios(theatre: TheatreArgument = "iraq", as_json: JsonOption = False) -> None:
    """List the named scenarios of a theatre: interventions and starting states.

    Example: tightrope scenarios iraq
    """
    from tightrope.theatre import read_theatre

    read = read_theatre(theatre)
    if as_json:
        print_json({name: s.model_dump(mode="json", exclude_none=True, by_alias=True)
                    for name, s in read.scenarios.items()})  # fmt: skip
        return
    rows = [[name, "a starting state" if not s.changes else _changes(len(s.changes)), s.says]
            for name, s in read.scenarios.items()]  # fmt: skip
    print_table(f"{read.name}: scenarios", ["scenario", "is", "says"], rows, right=set())


def _changes(count: int) -> str:
    return "1 change" if count == 1 else f"{count} changes"
