"""Commands that hold the model against what the sources say: verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tightrope.cli.fit import IntoOption
from tightrope.cli.shared import (
    JsonOption,
    SeedOption,
    TheatreArgument,
    narrate,
    print_json,
    print_table,
    use_compilation_cache,
)

if TYPE_CHECKING:
    from tightrope.foresight.verify import Verdict, Verification


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("verify")(verify)


def verify(
    theatre: TheatreArgument = "iraq",
    mechanism: Annotated[
        list[str] | None, typer.Argument(help="Only these mechanisms; default all.")
    ] = None,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Measure each fact again without its mechanism.")
    ] = False,
    facts: Annotated[
        Path | None, typer.Option(help="A file of expectations instead of the theatre's own.")
    ] = None,
    paths: Annotated[int, typer.Option(min=100, max=100_000, help="Paths of each world.")] = 2000,
    seed: SeedOption = 1,
    prior: Annotated[
        bool, typer.Option("--prior", help="Draw numbers from the priors instead of the fit.")
    ] = False,
    into: IntoOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the stylised facts: does the model show what the sources say?

    Numbers are fitted to the whole record. With --ablate each fact is measured again with all that
    carries its mechanism switched off: one that still holds is not explained by its mechanism.
    Verdicts on all mechanisms are kept, and the app shows them. Exit code 1 if a fact does not
    hold.

    Example: tightrope verify iraq M33 M08 --ablate
    """
    whole = ablate and not (mechanism or facts or prior)
    if into and not whole:
        says = "verdicts are kept of all mechanisms, with --ablate and numbers that are fitted"
        raise typer.BadParameter(says, param_hint="--into")
    from tightrope.history import read_history
    from tightrope.theatre import read_theatre

    read = read_theatre(theatre, facts=facts)
    history = read_history(read)
    use_compilation_cache()
    from rich.console import Console
    from rich.progress import Progress

    from tightrope.foresight.verify import verify as run

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("facts", total=None)
        result = run(
            read, history, mechanisms=mechanism or (), ablate=ablate, paths=paths, seed=seed,
            fitted=not prior, say=narrate,
            watch=lambda done, total: progress.update(task, completed=done, total=total),
        )  # fmt: skip
    if whole:
        from tightrope.foresight.verdicts import write_verdicts

        narrate(f"kept: {write_verdicts(result.as_json(), read, history, into)}")
    if as_json:
        print_json(result.as_json())
    else:
        _show(result, ablate)
    if not all(verdict.holds for verdict in result.verdicts):
        raise typer.Exit(1)


def _show(result: Verification, ablate: bool) -> None:
    columns = ["fact", "says", "value", "bound", "holds"]
    columns += ["without", "holds without"] if ablate else []
    rows = [_row(verdict, ablate) for verdict in result.verdicts]
    print_table(f"{result.theatre.name}: stylised facts", columns, rows, right={2, 3, 5})
    totals = result.totals()
    asked = [group for group in result.by_mechanism.values() if group]
    print(f"\n{totals['expectations_hold']} of {totals['expectations']} facts hold; "
          f"{totals['hold']} of {len(asked)} mechanisms hold in all their facts")  # fmt: skip
    if ablate:
        print(f"{totals['explained']} of {totals['ablated']} mechanisms have a fact that goes with "
              "them")  # fmt: skip
        for name in _unexplained(result):
            print(f"  {name}: its facts hold without it, or do not hold with it")
    print(f"fingerprint {result.fingerprint}")


def _unexplained(result: Verification) -> list[str]:
    from tightrope.foresight.verify import explains

    return [name for name, group in result.by_mechanism.items()
            if group and not any(map(explains, group))]  # fmt: skip


def _row(verdict: Verdict, ablate: bool) -> list[str]:
    row = [
        f"{verdict.mechanism}.{verdict.id}", verdict.expectation.says, f"{verdict.value:.3g}",
        verdict.expectation.bound.text, "yes" if verdict.holds else "NO",
    ]  # fmt: skip
    if ablate and verdict.ablated is not None:
        row += [f"{verdict.ablated:.3g}", "YES" if verdict.holds_ablated else "no"]
    return row
