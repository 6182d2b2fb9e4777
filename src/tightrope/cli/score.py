"""Commands that keep score: backtest, scorecard."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tightrope.cli.fit import IntoOption
from tightrope.cli.shared import (
    JsonOption,
    SeedOption,
    TheatreArgument,
    day_option,
    narrate,
    print_json,
    print_table,
    progress_bar,
    skill_cell,
    use_compilation_cache,
)


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("backtest")(backtest)
    app.command("scorecard")(scorecard)
    app.command("forecast-value")(forecast_value)


def backtest(
    theatre: TheatreArgument = "iraq",
    first: Annotated[
        str | None,
        typer.Option(
            "--from", help="First origin; default 2010-01-01, or a third into a record without it."
        ),
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="Last origin; default 30 days before the end.")
    ] = None,
    every: Annotated[
        str | None, typer.Option(help="Days between origins, as 30d; default one a month.")
    ] = None,
    horizon: Annotated[
        list[str] | None,
        typer.Option(help="Horizon, as 90d; may be repeated. Default 30, 90, 180."),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Mechanism to switch off in the structural process.")
    ] = None,
    paths: Annotated[
        int, typer.Option(min=100, max=100_000, help="Futures at each origin.")
    ] = 1000,
    seed: SeedOption = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; default one for each core.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler instead of own processes.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Folder of the run; default in the user's cache.")
    ] = None,
    into: IntoOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forecast from many past days, each knowing only what was known, and score it.

    A run that was stopped goes on where it was. Ends with the scorecard, which is kept.

    Example: tightrope backtest iraq --from 2015-01-01 --to 2019-12-01
    """
    start, end = day_option(first, "--from"), day_option(last, "--to")
    days = _days(every, "--every") if every else None
    horizons = tuple(sorted({_days(h, "--horizon") for h in horizon or ["30d", "90d", "180d"]}))
    from datetime import timedelta

    from tightrope.history import read_theatre_and_history

    read, past = read_theatre_and_history(theatre)
    off = frozenset(without or [])
    _check_mechanisms(off, read.mechanisms)
    use_compilation_cache()
    from tightrope.scoring.backtest import Plan, Store, first_origin, plan_run, rolling
    from tightrope.scoring.backtest import backtest as run_all
    from tightrope.scoring.origins import settled
    from tightrope.scoring.panel import gather
    from tightrope.scoring.scorecard import scorecard as card_of
    from tightrope.scoring.store import write_json
    from tightrope.shelf import SCORECARD, cache_folder, place

    start = start or first_origin(past)
    end = end or past.until - timedelta(min(horizons))
    plan = Plan(horizons=horizons, draws=min(100, paths), paths=paths, seed=seed, off=off)
    run = plan_run(read, past, rolling(start, end, days), plan)
    store = Store(folder or cache_folder() / "backtests" / run.fingerprint)
    narrate(f"{len(run.origins)} origins from {run.origins[0]} to {run.origins[-1]}; kept in "
            f"{store.folder}")  # fmt: skip
    with progress_bar() as bar:
        task = bar.add_task("origins", total=len(run.origins))
        said = run_all(
            read, run, store, workers=workers, cluster=cluster,
            progress=lambda done, _: bar.update(task, completed=done),
        )  # fmt: skip
    head = {"theatre": read.name, "fingerprint": run.fingerprint, "until": str(past.until),
            "plan": run.as_json()["plan"]}  # fmt: skip
    known = settled(read, past, run.origins, plan.horizons)
    card = card_of(gather(said, read.questions, known), head)
    path = place(read.folder, SCORECARD, into)
    write_json(path, card)
    narrate(f"written: {path}")
    _print(card, as_json)


def scorecard(
    theatre: TheatreArgument = "iraq",
    report: Annotated[
        Path | None, typer.Option(help="Also write one HTML page with charts and tables.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how good past forecasts have been: the last stored backtest, at once.

    Example: tightrope scorecard iraq

    Example: tightrope scorecard iraq --report scorecard.html
    """
    from tightrope.foresight.record import last_card
    from tightrope.theatre import find_theatre

    if report:
        from tightrope.report.files import check_writable

        check_writable(report)
    folder = find_theatre(theatre)
    card = last_card(folder)
    _print(card, as_json)
    if report:
        _report(report, card, folder)


def _report(path: Path, card: dict[str, Any], folder: Path) -> None:
    from tightrope.report.files import write_beside
    from tightrope.report.scorecard import scorecard_page
    from tightrope.theatre import read_theatre

    write_beside(path, scorecard_page(card, read_theatre(folder)))
    narrate(f"report: {path}")


def forecast_value(
    theatre: TheatreArgument = "iraq",
    first: Annotated[str, typer.Option("--from", help="First origin.")] = "2010-01-01",
    every: Annotated[str, typer.Option(help="Days between origins.")] = "180d",
    again: Annotated[
        bool, typer.Option("--again", help="Compute anew instead of showing the stored run.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; default one for each core.")
    ] = None,
    into: IntoOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what each mechanism is worth to a forecast: skill with it against skill without it.

    The process is fitted once at each origin and run again with each mechanism switched off, on the
    same luck. Above zero it helps. Shows the stored run; --again makes it (minutes for Iraq).

    Example: tightrope forecast-value iraq
    """
    start, days = day_option(first, "--from"), _days(every, "--every")
    from tightrope.shelf import FORECAST_VALUE, kept
    from tightrope.theatre import find_theatre

    paths = kept(find_theatre(theatre), FORECAST_VALUE)
    if not again:
        from tightrope.errors import RunRefused

        if not paths:
            says = (
                f"no stored run for {theatre}; make one: tightrope forecast-value {theatre} --again"
            )
            raise RunRefused(says)
        _print_values(json.loads(paths[0].read_text(encoding="utf-8")), as_json)
        return
    assert start is not None
    _print_values(_forecast_values(theatre, start, days, workers, into), as_json)


def _forecast_values(
    name: str, start: date, days: int, workers: int | None, into: Path | None
) -> dict[str, Any]:
    from datetime import timedelta

    from tightrope.history import read_theatre_and_history

    read, past = read_theatre_and_history(name)
    use_compilation_cache()
    from tightrope.scoring.backtest import plan_run, rolling
    from tightrope.scoring.forecast_value import FORMAT, PLAN, forecast_values
    from tightrope.scoring.store import write_json
    from tightrope.shelf import FORECAST_VALUE, place

    origins = rolling(start, past.until - timedelta(min(PLAN.horizons)), days)
    run = plan_run(read, past, origins, PLAN)
    path = place(read.folder, FORECAST_VALUE, into)
    head = {"format": FORMAT, "theatre": read.name, "fingerprint": run.fingerprint,
            "origins": len(run.origins)}  # fmt: skip
    with progress_bar() as bar:
        task = bar.add_task("origins", total=len(run.origins))
        rows = forecast_values(read, run.origins, workers=workers,
                               tell=lambda done: bar.update(task, completed=done))  # fmt: skip
    write_json(path, {**head, "mechanisms": rows})
    narrate(f"written: {path}")
    return {**head, "mechanisms": rows}


def _print_values(values: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(values)
        return
    columns = ["brier_30", "brier_90", "brier_180", "crps_30", "crps_90", "crps_180"]
    rows = [
        [
            name,
            *(skill_cell(row[column], times=100) for column in columns),
            row["moves_most"],
            f"{row['by']:.3f}",
        ]
        for name, row in values["mechanisms"].items()
    ]
    title = (
        f"{values['theatre']}: skill with a mechanism against skill without it, in percent, at "
        f"{values['origins']} origins (* clear of zero)"
    )
    print_table(title, ["mechanism", *columns, "moves most", "by"], rows, right=set(range(1, 7)))
    print(f"\nfingerprint {values['fingerprint']}")


def _print(card: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(card)
        return
    rivals = ["last90", "climatology", "boot12", "regression", "rhythm", "hawkes", "structural"]
    rows = [
        [row["family"], row["kind"], row["horizon_days"], row["score"], row["n"],
         "" if row["stack"] is None else f"{row['stack']:.3f}",
         *(skill_cell(row["skill"].get(rival)) for rival in rivals)]
        for row in card["families"] if row["score"] != "log"
    ]  # fmt: skip
    title = (
        f"{card['theatre']}: {card['origins']} origins, {card['first']} to {card['last']}; skill "
        "of the stack against each (0 is equal, * clear of zero)"
    )
    columns = ["family", "kind", "days", "score", "n", "stack", *rivals]
    print_table(title, columns, rows, right={2, 4, 5, *range(6, 6 + len(rivals))})
    print(
        f"\n90 % intervals cover {_percent(card['coverage_90'])}; calibration error "
        f"{card['calibration_error']} ({card['calibration_error_of_luck']} by luck alone); largest "
        f"share of runaway paths {_percent(card['runaways']['largest_share'])}."
        f"\nfingerprint {card['fingerprint']}"
    )


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.1f} %"


def _days(text: str, name: str) -> int:
    number = text.removesuffix("d").removesuffix(" days")
    if not number.isdigit() or not 1 <= int(number) <= 3660:
        raise typer.BadParameter(f"{text!r} is no number of days; write for example 30d",
                                 param_hint=name)  # fmt: skip
    return int(number)


def _check_mechanisms(off: frozenset[str], known: Any) -> None:
    from tightrope.errors import UnknownName

    for name in sorted(off - set(known)):
        raise UnknownName("mechanism", name, list(known))
