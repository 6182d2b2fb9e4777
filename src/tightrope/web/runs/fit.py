"""What the record taught: prior beside posterior, and how the fit describes each event type."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tightrope.history import History
from tightrope.inference.goodness import Goodness
from tightrope.inference.learned import Parameter
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query
from tightrope.web.runs import Settings, Tell


@dataclass(frozen=True)
class Taught:
    """The structural process fitted to the whole record."""

    fingerprint: str
    until: str
    facts: int
    says: str
    """How well the fit describes the record, in two sentences."""
    parameters: tuple[Parameter, ...]
    goodness: Goodness
    """Of its pairs of event types only those that do not hold; ``says`` speaks of all."""


def asked(query: Query, theatre: Theatre, history: History) -> Settings:
    """Nothing can be asked: it is the fit that today's outlook uses."""
    del query, theatre, history
    return {}


def run(theatre: Theatre, history: History, settings: Settings, tell: Tell) -> Taught:
    """As ``tightrope calibrate --report``."""
    del settings
    from tightrope.inference.calibrate import calibrate, reading
    from tightrope.inference.fits import fits_for
    from tightrope.inference.lessons import Lessons

    tell("fitting the numbers to the record", 0.1)
    fit = fits_for(theatre, history, ["structural"], say=tell)["structural"]
    made = calibrate(reading(theatre, "structural"), "structural", history)
    tell("comparing every day with what the fit expected of it", 0.6)
    lessons = Lessons(made, fit.posterior)
    goodness = lessons.goodness
    odd = tuple(pair for pair in goodness.pairs if pair.verdict != "holds")
    return Taught(
        fingerprint=fit.posterior.digest(), until=fit.posterior.basis.until,
        facts=fit.posterior.basis.facts, says=goodness.reading(), parameters=lessons.parameters,
        goodness=replace(goodness, pairs=odd),
    )  # fmt: skip
