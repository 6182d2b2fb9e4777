"""Commands that ask why: explain, evidence, storylines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tightrope.cli.shared import (
    AsOfOption,
    JsonOption,
    PathsOption,
    PriorOption,
    SeedOption,
    day_option,
    narrate,
    print_json,
    use_compilation_cache,
)
from tightrope.cli.why_shown import show_explanation, show_storylines, show_weights

if TYPE_CHECKING:
    from tightrope.history import History
    from tightrope.theatre import Theatre

EventArgument = Annotated[
    list[str], typer.Argument(metavar="[THEATRE] EVENT", help="A theatre and an event type of it.")
]
QuestionArgument = Annotated[
    list[str], typer.Argument(metavar="[THEATRE] QUESTION", help="A theatre and a question of it.")
]
WindowOption = Annotated[
    int, typer.Option(min=1, max=3660, help="Window of questions without one of their own.")
]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("explain")(explain)
    app.command("evidence")(evidence)
    app.command("storylines")(storylines)


def explain(
    names: EventArgument,
    on: Annotated[
        str | None,
        typer.Option(help="A day of the record, or the day after its end, which is the default."),
    ] = None,
    facts: Annotated[int, typer.Option(min=0, help="Rows told of each part in the table.")] = 3,
    hindsight: Annotated[
        bool,
        typer.Option("--hindsight", help="Facts and numbers as the whole record has them now."),
    ] = False,
    prior: PriorOption = False,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Take the rate of an event type on a day apart: what it was made of, and who says so.

    The rate is a sum of terms times a product of factors, exact at the medians of all numbers:
    every earlier event with what is left of it, every level with what pushed it. Facts and numbers
    are those known on the day before.

    Example: tightrope explain iraq us_strike_on_militia --on 2019-12-29
    """
    day = day_option(on, "--on")
    read, history, event = _read(names, "EVENT")
    from tightrope.foresight.explain import explain as run

    told = run(read, history, event, on=day, hindsight=hindsight, fitted=not prior, seed=seed,
               say=narrate)  # fmt: skip
    if as_json:
        print_json(told.as_json())
    else:
        show_explanation(told, facts)


def evidence(
    names: QuestionArgument,
    as_of: AsOfOption = None,
    days: WindowOption = 90,
    paths: PathsOption = 2000,
    seed: SeedOption = 1,
    facts: Annotated[int, typer.Option(min=0, max=200, help="How many facts are dropped.")] = 12,
    sources: Annotated[int, typer.Option(min=0, max=50, help="How many sources are.")] = 6,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Drop this row or source instead; may be given several times."),
    ] = None,
    prior: PriorOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say which present facts and sources carry an answer, by dropping each in turn.

    A fact is taken out of what the record left, and the same futures run again with the same
    luck; a source goes with all rows that rest on it alone. Numbers are not fitted again. It is the
    structural process that is asked, not the pool of an outlook.

    Example: tightrope evidence iraq us_strike_on_militia --as-of 2019-12-28
    """
    day = day_option(as_of, "--as-of")
    read, history, question = _read(names, "QUESTION")
    from tightrope.foresight.evidence_weights import evidence_weights as run

    told = run(read, history, question, as_of=day, days=days, paths=paths, seed=seed, facts=facts,
               sources=sources, drop=without or (), fitted=not prior, say=narrate)  # fmt: skip
    if as_json:
        print_json(told.as_json())
    else:
        show_weights(told)


def storylines(
    names: QuestionArgument,
    as_of: AsOfOption = None,
    days: WindowOption = 90,
    paths: PathsOption = 2000,
    seed: SeedOption = 1,
    prior: PriorOption = False,
    as_json: JsonOption = False,
) -> None:
    """Tell the typical chains of events that lead to an answer, with the share of each.

    Every deciding event of the simulated futures is traced to its origin: a parent is drawn in
    proportion to what each term added to the rate of its day. It is the structural process that is
    asked, not the pool of an outlook.

    Example: tightrope storylines iraq expulsion_vote --as-of 2019-12-28
    """
    day = day_option(as_of, "--as-of")
    read, history, question = _read(names, "QUESTION")
    from tightrope.foresight.storylines import storylines as run

    told = run(read, history, question, as_of=day, days=days, paths=paths, seed=seed,
               fitted=not prior, say=narrate)  # fmt: skip
    if as_json:
        print_json(told.as_json())
    else:
        show_storylines(told, read)


def _read(names: Sequence[str], what: str) -> tuple[Theatre, History, str]:
    """The theatre (iraq where none is named), its history, and the other name."""
    if len(names) > 2:
        says = f"give a theatre and one {what.lower()}, not {len(names)} names"
        raise typer.BadParameter(says, param_hint=what)
    from tightrope.history import read_theatre_and_history

    *theatre, name = names
    read = read_theatre_and_history(theatre[0] if theatre else "iraq")
    use_compilation_cache()
    return *read, name
