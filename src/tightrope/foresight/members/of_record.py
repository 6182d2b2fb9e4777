"""The members that need only the record: a baseline, asked of a question's own past."""

from __future__ import annotations

from tightrope.compile import Compiled
from tightrope.foresight.members.baselines import forecast_daily, forecast_share
from tightrope.foresight.members.forecast import Forecast
from tightrope.foresight.questions import daily_events, speaks_of_last_day, state_course
from tightrope.history import Table
from tightrope.theatre import schema


def baseline(
    member: str, compiled: Compiled, question: schema.Question, table: Table, horizon: int
) -> Forecast:
    """What one of ``baselines.BASELINES`` says of the ``horizon`` days after the table's last."""
    if speaks_of_last_day(question):
        return forecast_share(member, state_course(compiled, question, table), horizon)
    daily = daily_events(compiled, question, table)
    return forecast_daily(member, daily, question.kind, question.at_least, horizon)
