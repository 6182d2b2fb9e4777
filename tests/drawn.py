"""An outlook with courses, of the theatre that ``tightrope new`` makes, run once for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from tightrope.foresight.answer import Answer, Stack
from tightrope.foresight.outlook import Outlook, outlook
from tightrope.foresight.record import PastScore
from tightrope.history import History, read_theatre_and_history
from tightrope.theatre import Theatre

AS_OF = date(2020, 3, 31)
DAYS = 180


@cache
def drawn(scaffold: Path) -> tuple[Outlook, Theatre, History]:
    """From the priors, 180 days ahead."""
    theatre, history = read_theatre_and_history(scaffold)
    run = outlook(theatre, history, as_of=AS_OF, days=DAYS, paths=300, fitted=False, courses=True)
    return run, theatre, history


def of_kind(result: Outlook, kind: str) -> Answer:
    """The first answered question of a kind."""
    return next(a for a in result.answers if a.kind == kind and a.horizons)


def pooled(result: Outlook) -> Outlook:
    """The same outlook as if two members had spoken, one of them scored before."""
    stack = Stack(
        weights={"rhythm": 0.5, "regression": 0.5},
        members={"rhythm": 0.25, "regression": 0.75, "structural": 0.125},
        past=PastScore("brier", 1234, 0.1234, 0.0625, 0.031, 0.094),
    )
    return replace(
        result,
        fitted_until=AS_OF,
        answers=tuple(
            replace(a, horizons=tuple(replace(x, stack=stack) for x in a.horizons))
            for a in result.answers
        ),
    )
