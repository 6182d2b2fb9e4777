"""What is compared when two tellings may be of one event: type, days, sides, place, dead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tightrope.evidence.bounds import Bounds, whole
from tightrope.evidence.proposal import Telling
from tightrope.evidence.statement import Party, Statement
from tightrope.history import Row
from tightrope.theatre import Theatre
from tightrope.theatre.dates import parse_span

BACKGROUND_DAYS = 30
"""How far back an "earlier" of the news reaches, where a text says no more."""
WORDS = ("threatened", "planned", "demanded")
"""What was said of a deed is not the deed."""
_ARTICLE = re.compile(r"^(the|al|el)\W+")

Days = tuple[date, date]


@dataclass(frozen=True)
class Deed:
    """Facts of one telling, or of one row. Empty sides and places are not known."""

    event: str
    is_word: bool
    """Announced, threatened or demanded: it has not happened, and counts nowhere."""
    days: Days | None
    by: frozenset[str]
    on: frozenset[str]
    place: str
    deaths: Bounds | None


def deed_of_row(row: Row) -> Deed:
    """The facts of a row of the history."""
    assert row.date.earliest and row.date.latest
    deaths = None if row.deaths_low is None else (row.deaths_low, row.deaths_high)
    return Deed(row.event, row.count_high == 0, (row.date.earliest, row.date.latest),
                frozenset(row.by), frozenset(row.on), plain_place(row.place), deaths)  # fmt: skip


def deed_of_telling(telling: Telling, theatre: Theatre) -> Deed:
    """The facts of a telling; days without a date are those before the report."""
    told = telling.statement
    assert told.event is not None
    killed = whole(*told.killed) if told.killed else None
    return Deed(told.event, is_word(telling, theatre), days_of(telling), actors_of(told.source),
                actors_of(told.target), plain_place(told.place or ""), killed)  # fmt: skip


def is_word(telling: Telling, theatre: Theatre) -> bool:
    """Whether only words were spoken of it, and the theatre's type is not those words."""
    told = telling.statement
    assert told.event is not None
    kind = theatre.events[told.event].plover.partition("/")[0]
    spoken = {"THREATEN": "threatened", "REQUEST": "demanded"}.get(kind)
    return told.modality in WORDS and told.modality != spoken


def actors_of(party: Party | None) -> frozenset[str]:
    """The theatre's names of a party; none where it knows no such actor."""
    if party is None or not party.id:
        return frozenset()
    return frozenset(name.strip() for name in party.id.split(";") if name.strip())


def days_of(telling: Telling) -> Days | None:
    """Both ends of when it happened; None where neither text nor report says.

    "Earlier" is the month before, a date that is missing the day of the report or the day before.
    Something announced for later stands on the day of the announcement; events that are counted
    over a time fill it.
    """
    published = telling.published
    told = tally_window(telling.statement) or telling.statement.date
    if not told:
        return (published - timedelta(1), published) if published else None
    try:
        span = parse_span(told)
    except ValueError:
        return (published - timedelta(1), published) if published else None
    earliest, latest = span.earliest, span.latest
    if earliest is None and latest is not None:
        earliest = latest - timedelta(BACKGROUND_DAYS)
    if latest is None and earliest is not None:
        latest = max(published, earliest) if published else earliest
    assert earliest and latest
    if published and earliest > published and telling.statement.modality in WORDS:
        return published, published
    return earliest, latest


def tally_window(told: Statement) -> str | None:
    """The time over which a statement counts events."""
    return next((number.window for number in told.numbers if number.window), None)


def plain_place(text: str) -> str:
    """A place without case, accents and article, for comparison.

    >>> plain_place("  Al-Anbār "), plain_place("the Green Zone")
    ('anbar', 'green zone')
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _ARTICLE.sub("", " ".join(bare.split()))


def ancestors(theatre: Theatre) -> Mapping[str, frozenset[str]]:
    """Of each actor all that it is a member of, directly or not."""
    found: dict[str, frozenset[str]] = {}
    for name in theatre.actors:
        above, todo = set[str](), [name]
        while todo:
            for parent in theatre.actors[todo.pop()].member_of:
                if parent not in above:
                    above.add(parent)
                    todo.append(parent)
        found[name] = frozenset(above)
    return found
