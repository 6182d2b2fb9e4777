"""The expectations of one mechanism, measured with it and without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tightrope.errors import UnknownName
from tightrope.history import History
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query
from tightrope.web.runs import Settings, Tell
from tightrope.web.runs.words import seed_and_fit, whole

PATHS, LEAST_PATHS, MOST_PATHS = 2000, 100, 20_000


@dataclass(frozen=True)
class Measured:
    """Verdicts by the name of the expectation, as ``tightrope verify --ablate --json`` has them."""

    fingerprint: str
    paths: int
    verdicts: Mapping[str, Mapping[str, Any]]


def asked(query: Query, theatre: Theatre, history: History) -> Settings:
    """mechanism, paths, seed, and whether numbers are fitted."""
    del history
    name = query.get("mechanism", "")
    if name not in theatre.mechanisms:
        raise UnknownName("mechanism", name[:80], list(theatre.mechanisms))
    return {
        "mechanism": name,
        # Fewer than an outlook's: facts that take years are run for years.
        "paths": min(PATHS, whole(query, "paths", PATHS, LEAST_PATHS, MOST_PATHS)),
        **seed_and_fit(query),
    }


def run(theatre: Theatre, history: History, settings: Settings, tell: Tell) -> Measured:
    """As ``foresight.verify`` with ablation."""
    from tightrope.foresight.verify import verify

    def watch(done: int, of: int) -> None:
        tell(f"{done} of {of} facts measured, with the mechanism and without it", done / of)

    tell("reading the record", 0.0)
    found = verify(theatre, history, mechanisms=[settings["mechanism"]], ablate=True,
                   paths=settings["paths"], seed=settings["seed"], fitted=settings["fitted"],
                   say=tell, watch=watch)  # fmt: skip
    verdicts = {verdict.id: verdict.as_json() for verdict in found.verdicts}
    return Measured(found.fingerprint, found.paths, verdicts)
