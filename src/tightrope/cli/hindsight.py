"""Commands that look back: counterfactual."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tightrope.cli.shared import (
    BlockOption,
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
    use_compilation_cache,
)

if TYPE_CHECKING:
    from tightrope.foresight.counterfactual import Counterfactual
    from tightrope.foresight.reckoning import End, Spread

MOST_TYPES = 12
MOST_ENDS = 8
LEAST = 0.05
"""Lines of the tables; --json and --csv hold all."""


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("counterfactual")(counterfactual)


def counterfactual(
    theatre: TheatreArgument = "iraq",
    without: Annotated[
        list[str] | None, typer.Option(help="Id of a row of history.csv; may be repeated.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Name of a scenario with changes (scenarios.yaml).")
    ] = None,
    set_: SetOption = None,
    hold: HoldOption = None,
    force: ForceOption = None,
    block: BlockOption = None,
    scale: ScaleOption = None,
    off: OffOption = None,
    still: Annotated[
        list[str] | None,
        typer.Option(help="Row whose later fate is asked; default those that hang on the change."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="First day on which undated changes act.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Last day that is run.")] = None,
    draws: Annotated[int, typer.Option(min=1, max=2000, help="Draws of the numbers.")] = 100,
    twins: Annotated[int, typer.Option(min=1, max=1000, help="Twins of each draw.")] = 10,
    seed: SeedOption = 1,
    prior: PriorOption = False,
    as_json: JsonOption = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print CSV: events gained and lost by type and year.")
    ] = False,
) -> None:
    """Say what would have happened: the realised history, its own luck, and one thing changed.

    Given the known aftermath: every realised count keeps the luck that it had. What one would have
    expected on the day, not knowing what came, is another question. Exit code 1 if changes
    contradict each other, lie outside the record or change nothing.

    Example: tightrope counterfactual iraq --without 2020-01-03-us_kills_commander --draws 20

    Example: tightrope counterfactual iraq --scenario deal_kept_2018 --until 2020-12-31 --draws 20
    """
    if as_json and as_csv:
        raise typer.BadParameter("give either --json or --csv", param_hint="--csv")
    if not (without or scenario or set_ or hold or force or block or scale or off):
        from tightrope.foresight.changes import OPTIONS

        says = f"say what is changed: --without ROW-ID, --scenario NAME, {OPTIONS}"
        raise typer.BadParameter(says, param_hint="--without")
    first, last = day_option(since, "--from"), day_option(until, "--until")
    from tightrope.history import read_theatre_and_history

    read, past = read_theatre_and_history(theatre)
    changes = changes_given(
        read, set_=set_, hold=hold, force=force, block=block, scale=scale, off=off
    )
    use_compilation_cache()
    from tightrope.foresight.counterfactual import counterfactual as run

    result = run(
        read, past, changes, without=without or (), scenario=scenario, still=still or (),
        since=first, until=last, draws=draws, number=twins, seed=seed, fitted=not prior,
        say=narrate,
    )  # fmt: skip
    if as_json:
        print_json(result.as_json())
    elif as_csv:
        _csv(result)
    else:
        _show(result)
    for note in result.notes:
        narrate(note)


def _csv(result: Counterfactual) -> None:
    rows = result.gained_and_lost()
    columns = ["event", "year", "realised", "by_hand"]
    columns += [f"{w}{end}" for w in ("gained", "lost", "net") for end in ("", "_low", "_high")]
    writer = csv.DictWriter(sys.stdout, ["fingerprint", *columns, "mc_error"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        numbers = {k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()}
        writer.writerow({"fingerprint": result.fingerprint, **numbers})


def _show(result: Counterfactual) -> None:
    from tightrope.foresight.counterfactual import METHOD
    from tightrope.foresight.wording import observed_share, percent

    print(f"{result.headline}\n")
    whole = [shift for shift in result.shifts if shift.year is None]
    rows = [
        [s.event, f"{s.realised:.0f}", f"{s.by_hand:+.0f}" if s.by_hand else "",
         _range(s.gained), _range(s.lost), _range(s.net, signed=True)]
        for s in whole[:MOST_TYPES]
    ]  # fmt: skip
    title = f"{result.theatre}: events from {result.first_day} to {result.last_day}"
    columns = ["event", "realised", "by hand", "gained", "lost", "net"]
    print_table(title, columns, rows, right={1, 2, 3, 4, 5})
    if len(whole) > MOST_TYPES:
        print(f"... and {len(whole) - MOST_TYPES} types more: --json, --csv")
    if result.still:
        print()
        cells = ([r.row, percent(r.same_day), percent(r.near), percent(r.month)]
                 for r in result.still)  # fmt: skip
        columns = ["row", "that day", "within 3 days", "same 30 days"]
        print_table("Would it still have happened?", columns, cells, right={1, 2, 3})
    ends = [*result.conditions[:MOST_ENDS], *result.levels[:MOST_ENDS]]
    if ends:
        print()
        columns = ["at the end", "realised", "changed"]
        print_table("Ends elsewhere", columns, map(_end, ends), right={1, 2})
    parted = result.parted
    days = (
        f"; first on {parted.median} ({parted.earliest} to {parted.latest})" if parted.share else ""
    )
    print(
        f"\nanother event than the change itself differs in {observed_share(parted.share)} of the "
        f"twins{days}"
        f"\n{result.draws:,} draws of the numbers, {result.twins:,} twins of each; mean and middle "
        f"90 % over both"
        f"\n{METHOD}; numbers: {_basis(result)}"
        f"\nfingerprint {result.fingerprint}"
    )


def _basis(result: Counterfactual) -> str:
    if result.fitted_until:
        return f"fitted to the record until {result.fitted_until}"
    return "priors of the theatre, not fitted to the record"


def _range(spread: Spread, *, signed: bool = False) -> str:
    if max(abs(spread.mean), abs(spread.low), abs(spread.high)) < LEAST:
        return ""
    sign = "+" if signed else ""
    return f"{spread.mean:{sign}.1f} ({spread.low:.0f} to {spread.high:.0f})"


def _end(end: End) -> list[str]:
    if isinstance(end.changed, dict):
        return [end.name, str(end.realised),
                ", ".join(f"{word} {100 * share:.0f} %" for word, share in end.changed.items()
                          if share)]  # fmt: skip
    digits = 0 if end.changed.high > 10 else 2
    low, high = end.changed.low, end.changed.high
    return [end.name, f"{end.realised:.{digits}f}",
            f"{end.changed.mean:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"]  # fmt: skip
