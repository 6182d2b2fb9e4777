"""The realised history run again with its own luck, without a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightrope.errors import UnknownName
from tightrope.history import History
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query
from tightrope.web.runs import Settings, Tell
from tightrope.web.runs.words import seed_and_fit, whole, wrong

if TYPE_CHECKING:
    from tightrope.foresight.counterfactual import Counterfactual

DRAWS, TWINS = 40, 10
LEAST_DRAWS, MOST_DRAWS, MOST_TWINS, MOST_ROWS = 10, 200, 50, 10


def asked(query: Query, theatre: Theatre, history: History) -> Settings:
    """without (ids of rows, with commas between), draws, twins, seed, fitted."""
    del theatre
    without = sorted({name for name in query.get("without", "").split(",") if name})
    if not 1 <= len(without) <= MOST_ROWS:
        raise wrong("without", f"names {len(without)} facts", f"name one to {MOST_ROWS}")
    known = {row.id for row in history.rows}
    for name in without:
        if name not in known:
            raise UnknownName("fact", name[:80], sorted(known))
    return {
        "without": without, "draws": whole(query, "draws", DRAWS, LEAST_DRAWS, MOST_DRAWS),
        "twins": whole(query, "twins", TWINS, 1, MOST_TWINS),
        **seed_and_fit(query),
    }  # fmt: skip


def run(theatre: Theatre, history: History, settings: Settings, tell: Tell) -> Counterfactual:
    """As ``foresight.counterfactual``."""
    from tightrope.foresight.counterfactual import counterfactual

    def progress(share: float) -> None:
        tell(f"{share:.0%} of the twins have been run", 0.2 + 0.8 * share)

    tell("reading the record; the first twins take longest", 0.05)
    return counterfactual(
        theatre, history, without=settings["without"], draws=settings["draws"],
        number=settings["twins"], seed=settings["seed"], fitted=settings["fitted"], say=tell,
        progress=progress,
    )  # fmt: skip
