"""Commands that look ahead: outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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
    from tightrope.foresight.outlook import Answer, Outlook


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("outlook")(outlook)


def outlook(
    theatre: TheatreArgument = "iraq",
    as_of: Annotated[str | None, typer.Option(help="Last day whose facts are used.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How far to look ahead.")] = 180,
    paths: Annotated[int, typer.Option(min=100, max=100_000, help="Number of futures.")] = 4000,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of all luck.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Say what may happen next, with probabilities, and why.

    Exit code 1 if the run is refused, or every question of the theatre.

    Example: tightrope outlook iraq --as-of 2019-12-26 --days 90
    """
    day = day_option(as_of, "--as-of")
    from tightrope.history import read_theatre_and_history

    # Faults are told before anything is computed.
    read, history = read_theatre_and_history(theatre)
    use_compilation_cache()
    from tightrope.foresight.outlook import outlook as run

    result = run(read, history, as_of=day, days=days, paths=paths, seed=seed)
    if as_json:
        print_json(result.as_json())
    else:
        _show(result)
    for answer in result.answers:
        if answer.refused:
            narrate(f"{answer.id}: no answer, because {answer.refused}")
    if not result.answers:
        narrate("the theatre asks nothing: add questions.yaml")
    if result.all_refused:
        raise typer.Exit(1)


def _show(result: Outlook) -> None:
    title = f"{result.theatre}: {result.days} days from {result.first_day}"
    rows = [_row(answer, result) for answer in result.answers]
    columns = ["question", "answer", "± mc", "base rate", "strongest driver"]
    print_table(title, columns, rows, right={1, 2, 3})
    basis = "fitted" if result.fitted else "priors of the theatre, not fitted to the record"
    print(
        f"\n{result.paths:,} paths of {result.draws} draws; {result.facts:,} facts known on "
        f"{result.as_of} from {result.sources:,} places in sources; numbers: {basis}."
        f"\nfingerprint {result.fingerprint}"
    )


def _row(answer: Answer, result: Outlook) -> list[str]:
    base = "" if answer.base_rate is None else _format(answer.base_rate, answer.kind)
    return [answer.ask, _answer(answer, result), _error(answer), base, _driver(answer)]


def _answer(answer: Answer, result: Outlook) -> str:
    from tightrope.foresight.questions import day_of

    if answer.refused:
        return "no answer"
    if answer.kind == "yes_no":
        return _format(answer.probability or 0.0, "yes_no")
    assert answer.quantiles is not None
    low, middle, high = (answer.quantiles[q] for q in (0.05, 0.5, 0.95))
    if answer.kind == "date":
        return day_of(result.first_day, middle) or f"after {result.days} days"
    digits = 0 if answer.kind == "count" else 2
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _error(answer: Answer) -> str:
    if answer.mc_error is None:
        return ""
    share = answer.kind in ("yes_no", "date")
    return f"{100 * answer.mc_error:.1f} %" if share else f"{answer.mc_error:.2g}"


def _format(value: float, kind: str) -> str:
    return f"{100 * value:.0f} %" if kind in ("yes_no", "date") else f"{value:.2g}"


def _driver(answer: Answer) -> str:
    if not answer.drivers:
        return ""
    driver = answer.drivers[0]
    by = f" ({driver.mechanism})" if driver.mechanism else ""
    share = f" {100 * driver.share:.0f} %" if driver.share is not None else ""
    return f"{driver.name}{by}{share}"
