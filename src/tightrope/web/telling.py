"""The storylines of a question on its page: words, and a picture with its table."""

from __future__ import annotations

from functools import partial

from tightrope.charts.stories import storyline_lanes
from tightrope.foresight.answer import Answer
from tightrope.foresight.outlook import Outlook
from tightrope.report.stories import Stories, lanes, stories, table_of
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query
from tightrope.web.figures import Drawn, Figure, figure

NAME = "storylines"
_SAYS = (
    "One future of each storyline, the most frequent on top, with the share of futures that take "
    "such a way: each dot is an event on its day."
)


def told_of(result: Outlook, answer: Answer, theatre: Theatre) -> Stories | None:
    """The storylines in words; None where there are none."""
    if answer.storylines is None:
        return None
    return stories(answer.storylines, theatre, answer.kind, result.first_day)


def picture_of(
    result: Outlook, answer: Answer, theatre: Theatre, told: Stories, query: Query
) -> Figure:  # fmt: skip
    """The picture for the page."""
    make = partial(drawn_of, result, answer, theatre, told)
    return figure(NAME, query, result.fingerprint, make)


def drawn_of(result: Outlook, answer: Answer, theatre: Theatre, told: Stories) -> Drawn:
    """The picture with its words and numbers."""
    assert answer.storylines is not None
    rows = lanes(answer.storylines, theatre, result.first_day)
    chart = storyline_lanes(rows, result.first_day, answer.window_days)
    return Drawn(chart, f"{answer.ask} {_SAYS}", _SAYS, table_of(told), rows, result.fingerprint)
