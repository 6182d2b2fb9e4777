"""An outlook with everything that its pages draw."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tightrope.history import History
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query
from tightrope.web.runs import Settings, Tell
from tightrope.web.runs.words import day, seed_and_fit, whole

if TYPE_CHECKING:
    from tightrope.foresight.outlook import Outlook

DAYS, PATHS = 180, 4000
MOST_DAYS, LEAST_PATHS, MOST_PATHS = 1095, 100, 20_000


def asked(query: Query, theatre: Theatre, history: History) -> Settings:
    """as_of, days, paths, seed and whether numbers are fitted."""
    del theatre
    return {
        "as_of": day(query, "as_of", history.until).isoformat(),
        "days": whole(query, "days", DAYS, 1, MOST_DAYS),
        "paths": whole(query, "paths", PATHS, LEAST_PATHS, MOST_PATHS),
        **seed_and_fit(query),
    }


def run(theatre: Theatre, history: History, settings: Settings, tell: Tell) -> Outlook:
    """As ``foresight.outlook``, with courses and storylines."""
    from tightrope.charts.overview import overview
    from tightrope.charts.theme import to_svg
    from tightrope.foresight.outlook import outlook

    tell("reading the record", 0.1)
    result = outlook(theatre, history, **arguments(settings), courses=True, storylines=True,
                     say=tell)  # fmt: skip
    tell("drawing", 0.9)
    to_svg(overview(result), "")  # what the first page waits for is in the cache of pictures
    return result


def arguments(settings: Settings) -> dict[str, Any]:
    """Settings as arguments of ``foresight.outlook``."""
    return {**settings, "as_of": date.fromisoformat(settings["as_of"])}
