"""Commands that look ahead: outlook."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tightrope.cli.shared import (
    AsOfOption,
    DaysOption,
    JsonOption,
    PathsOption,
    PriorOption,
    SeedOption,
    TheatreArgument,
    day_option,
    narrate,
    print_json,
    print_table,
    skill_cell,
    use_compilation_cache,
)

if TYPE_CHECKING:
    from tightrope.foresight.answer import Answer, Estimate
    from tightrope.foresight.outlook import Outlook
    from tightrope.history import History
    from tightrope.theatre import Theatre

WIDE = 100
"""Columns of a terminal from which on every horizon has a column of its own."""


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("outlook")(outlook)


def outlook(
    theatre: TheatreArgument = "iraq",
    as_of: AsOfOption = None,
    days: DaysOption = 180,
    paths: PathsOption = 4000,
    seed: SeedOption = 1,
    report: Annotated[
        Path | None, typer.Option(help="Also write one HTML page with charts and evidence.")
    ] = None,
    prior: PriorOption = False,
    as_json: JsonOption = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print CSV: a line for each question and horizon.")
    ] = False,
) -> None:
    """Say what may happen next, with probabilities, and why.

    Numbers are fitted to what was known on the day: a fit that is at hand is used, another takes
    seconds and is kept. Headlines are pools of members, chosen by their record (tightrope
    scorecard).

    One run answers at 30, 90 and 180 days, as far as it reaches, and at its end. Exit code 1 if
    the run is refused, or every question of the theatre, or the report cannot be written.

    Example: tightrope outlook iraq --as-of 2019-12-26 --days 90

    Example: tightrope outlook iraq --as-of 2019-12-26 --report outlook.html
    """
    if as_json and as_csv:
        raise typer.BadParameter("give either --json or --csv", param_hint="--csv")
    day = day_option(as_of, "--as-of")
    if report:
        from tightrope.report.files import check_writable

        check_writable(report)
    from tightrope.history import read_theatre_and_history

    # Faults are told before anything is computed.
    read, history = read_theatre_and_history(theatre)
    use_compilation_cache()
    from tightrope.foresight.outlook import outlook as run

    result = run(read, history, as_of=day, days=days, paths=paths, seed=seed, fitted=not prior,
                 courses=bool(report), say=narrate)  # fmt: skip
    if report:  # first: what reads the table may close the pipe before its end
        _report(report, result, read, history)
    _print(result, as_json=as_json, as_csv=as_csv)
    for answer in result.answers:
        if answer.refused:
            narrate(f"{answer.id}: no answer, because {answer.refused}")
    if not result.answers:
        narrate("the theatre asks nothing: add questions.yaml")
    if result.all_refused:
        raise typer.Exit(1)


def _print(result: Outlook, *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json(result.as_json())
    elif as_csv:
        from tightrope.foresight import long_table

        print(long_table.as_csv(long_table.long_table(result)), end="")
    else:
        _show(result)


def _report(path: Path, result: Outlook, theatre: Theatre, history: History) -> None:
    from tightrope.report.files import write_beside
    from tightrope.report.page import outlook_page

    write_beside(path, outlook_page(result, theatre, history))
    narrate(f"report: {path}")


def _show(result: Outlook) -> None:
    title = f"{result.theatre}: {result.days} days from {result.first_day}"
    horizons = result.horizons if _width() >= WIDE else result.horizons[-1:]
    columns = [
        "question", *(f"{days} days" for days in horizons), "± mc", "base rate", "past skill",
        "strongest driver",
    ]  # fmt: skip
    rows = [_row(answer, result, horizons) for answer in result.answers]
    print_table(title, columns, rows, right=set(range(1, len(horizons) + 4)))
    until = f"fitted to the record until {result.fitted_until}"
    basis = until if result.fitted else "priors of the theatre, not fitted to the record"
    print(
        f"\n{result.paths:,} paths of {result.draws} draws; {result.facts:,} facts known on "
        f"{result.as_of} from {result.sources:,} places in sources; numbers: {basis}."
        "\n± mc, base rate and past skill are those of the last column of days; past skill is what "
        "the family's forecasts gained over the rate of the last 90 days (tightrope scorecard)."
        f"\nfingerprint {result.fingerprint}"
    )


def _width() -> int:
    """Columns that the table may take; what is not a terminal is wide enough."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDE


def _row(answer: Answer, result: Outlook, horizons: tuple[int, ...]) -> list[str]:
    from tightrope.foresight.wording import (
        answers_by_horizon,
        base_rate_in_short,
        error_in_short,
    )

    last = answer.horizons[-1] if answer.horizons else None
    return [
        answer.ask,
        *answers_by_horizon(answer, horizons, result.first_day),
        error_in_short(last, answer.kind),
        base_rate_in_short(answer.base_rate, answer.kind),
        _past_skill(last),
        _driver(answer),
    ]


def _past_skill(estimate: Estimate | None) -> str:
    """What the family's forecasts gained over the rate of the last 90 days; * clear of zero."""
    past = estimate.stack.past if estimate and estimate.stack else None
    return skill_cell({"value": past.skill, "low": past.low, "high": past.high} if past else None)


def _driver(answer: Answer) -> str:
    if not answer.drivers:
        return ""
    driver = answer.drivers[0]
    by = f" ({driver.mechanism})" if driver.mechanism else ""
    share = f" {100 * driver.share:.0f} %" if driver.share is not None else ""
    return f"{driver.name}{by}{share}"
