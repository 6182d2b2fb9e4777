"""The rate of an event type on a day, taken apart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tightrope.errors import UnknownName
from tightrope.foresight.prepare import SHORTEST_RECORD_DAYS
from tightrope.history import History
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query
from tightrope.web.runs import Settings, Tell
from tightrope.web.runs.words import day, seed_and_fit, wrong

if TYPE_CHECKING:
    from tightrope.foresight.explanation import Explanation


def asked(query: Query, theatre: Theatre, history: History) -> Settings:
    """event, on (a day of the record, or the day after it), hindsight, seed, fitted."""
    event = query.get("event", "")
    if event not in theatre.events:
        raise UnknownName("event", event[:80], list(theatre.events))
    if theatre.events[event].scheduled is not None:
        raise wrong("event", f"{event} has a calendar, not a rate",
                    "ask about an event that happens at a rate")  # fmt: skip
    first = first_day(theatre)
    last = history.until + timedelta(1)
    on = day(query, "on", last)
    if not first <= on <= last:
        raise wrong("on", f"{on} lies outside the record", f"choose a day from {first} to {last}")
    return {
        "event": event, "on": on.isoformat(), "hindsight": query.get("hindsight", "") == "1",
        **seed_and_fit(query),
    }  # fmt: skip


def first_day(theatre: Theatre) -> date:
    """The first day that has a past long enough."""
    return theatre.head.starts.middle() + timedelta(SHORTEST_RECORD_DAYS)


def run(theatre: Theatre, history: History, settings: Settings, tell: Tell) -> Explanation:
    """As ``foresight.explain``."""
    from tightrope.foresight.explain import explain

    tell("reading the past of that day", 0.1)
    return explain(
        theatre, history, settings["event"], on=date.fromisoformat(settings["on"]),
        seed=settings["seed"], fitted=settings["fitted"], hindsight=settings["hindsight"], say=tell,
    )  # fmt: skip
