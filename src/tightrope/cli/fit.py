"""Commands that fit: calibrate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tightrope.cli.shared import (
    JsonOption,
    TheatreArgument,
    day_option,
    narrate,
    print_json,
    print_table,
    use_compilation_cache,
)

if TYPE_CHECKING:
    from tightrope.inference.calibrate import Calibration
    from tightrope.inference.lessons import Lessons
    from tightrope.inference.posterior import Posterior
    from tightrope.theatre import Theatre

IntoOption = Annotated[
    Path | None,
    typer.Option(
        help="Folder for the result; default the theatre's own (the user's cache if it is shipped)."
    ),
]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("calibrate")(calibrate)


def calibrate(
    theatre: TheatreArgument = "iraq",
    until: Annotated[str | None, typer.Option(help="Last day whose facts are used.")] = None,
    method: Annotated[
        Literal["laplace", "nuts"],
        typer.Option(help="laplace takes seconds, nuts minutes to hours."),
    ] = "laplace",
    samples: Annotated[int, typer.Option(min=50, max=100_000, help="Of each chain of nuts.")] = 500,
    chains: Annotated[int, typer.Option(min=2, max=16, help="Chains of nuts.")] = 2,
    into: IntoOption = None,
    report: Annotated[
        Path | None, typer.Option(help="Also write one HTML page with charts and tables.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the theatre's numbers to its record and write posterior.npz.

    Says what the record taught: every number's prior beside its posterior, what is tied together,
    and the days that surprise the fit most. Stopped runs of nuts go on where they were.

    Example: tightrope calibrate iraq --until 2019-12-26

    Example: tightrope calibrate iraq --report fit.html
    """
    day = day_option(until, "--until")
    if report:
        from tightrope.report.files import check_writable

        check_writable(report)
    from tightrope.history import read_theatre_and_history

    read, past = read_theatre_and_history(theatre)
    use_compilation_cache()
    from rich.console import Console
    from rich.progress import Progress

    from tightrope.foresight.prepare import check_day
    from tightrope.inference.calibrate import MEMBERS, reading
    from tightrope.inference.calibrate import calibrate as run
    from tightrope.inference.lessons import Lessons
    from tightrope.inference.posterior import write_posterior
    from tightrope.shelf import POSTERIOR, place

    check_day(past, day or past.until)
    known = past.as_of(day or past.until)
    path = place(read.folder, POSTERIOR, into)
    made: dict[str, Calibration] = {}
    with Progress(console=Console(stderr=True), transient=True) as bar:
        for member in MEMBERS:
            task = bar.add_task(f"fitting the {member} process", total=None)
            made[member] = run(reading(read, member), member, known)
            bar.remove_task(task)
        posteriors: list[Posterior] = [one.posterior for one in made.values()]
        if method == "nuts":
            from tightrope.inference.nuts import sample

            task = bar.add_task("sampling the structural process", total=samples * chains)
            posteriors[0], _ = sample(
                made["structural"], samples=samples, chains=chains,
                keep=path.with_name("nuts.npz"),
                progress=lambda done, _: bar.update(task, completed=done),
            )  # fmt: skip
    write_posterior(posteriors, path)
    narrate(f"written: {path}")
    taught = Lessons(made["structural"], posteriors[0])
    if report:
        _report(report, taught, read)
    if as_json:
        print_json(taught.as_json())
        return
    rows = [
        [p.label, f"{p.prior.median:.3g}", f"{p.prior.low:.3g}..{p.prior.high:.3g}",
         f"{p.posterior.median:.3g}", f"{p.posterior.low:.3g}..{p.posterior.high:.3g}",
         f"{p.contraction:.2f}", p.word]
        for p in taught.parameters
    ]  # fmt: skip
    columns = ["number", "prior", "90 %", "posterior", "90 %", "contraction", "verdict"]
    print_table(f"{read.name}: fitted to {known.until}", columns, rows, right={1, 2, 3, 4, 5})
    print(taught.summary())


def _report(path: Path, taught: Lessons, theatre: Theatre) -> None:
    from tightrope.report.files import write_beside
    from tightrope.report.fit import fit_page

    write_beside(path, fit_page(taught, theatre))
    narrate(f"report: {path}")
