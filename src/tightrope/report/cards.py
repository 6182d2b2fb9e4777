"""One question as the page shows it: the answer in a sentence, pictures, tables, drivers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tightrope.charts.curves import chance_curve, fan, is_pooled
from tightrope.charts.dots import dotplot
from tightrope.charts.icons import icon_array
from tightrope.charts.theme import AnyChart, to_svg
from tightrope.foresight.answer import DOTS, Answer, Estimate
from tightrope.foresight.questions import CHANCES, LEVELS, day_of, speaks_of_last_day
from tightrope.foresight.wording import (
    amount,
    answer_in_short,
    base_rate_in_short,
    chances_in_hundred,
    error_in_short,
    long_date,
    mean_in_short,
    percent,
)
from tightrope.report.evidence import DriverLine, Evidence
from tightrope.report.tables import TableOf
from tightrope.report.voices import voices

ROWS_OF_DAYS = 12
"""Days listed in the table behind a chart, evenly spread over the window."""


@dataclass(frozen=True)
class Figure:
    """A chart, what it tells those who cannot see it, and its caption."""

    chart: AnyChart
    told: str
    says: str

    @property
    def svg(self) -> str:
        """Drawn when it is asked for."""
        return to_svg(self.chart, self.told)


def captioned(chart: AnyChart, says: str) -> Figure:
    """A figure whose caption tells all that is to be told of it."""
    return Figure(chart, says, says)


@dataclass(frozen=True)
class Card:
    """All that is shown of one question."""

    id: str
    ask: str
    says: str
    usual: str
    refused: str | None
    figures: tuple[Figure, ...]
    horizons: TableOf | None
    voices: TableOf | None
    behind: TableOf | None
    drivers: tuple[DriverLine, ...]
    at_glance: tuple[str, ...]
    """The answers at the page's horizons, for the table at its top."""
    base_rate: str


def card(answer: Answer, evidence: Evidence, first_day: date, glance: Iterable[str]) -> Card:
    """The card of a question; a refused one has no pictures and no numbers."""
    of_state = speaks_of_last_day(evidence.theatre.questions[answer.id])
    return Card(
        id=answer.id,
        ask=answer.ask,
        says=in_a_sentence(answer, of_state, first_day),
        usual=usual(answer, of_state),
        refused=answer.refused,
        figures=_figures(answer, of_state, first_day),
        horizons=horizons_table(answer, first_day),
        voices=voices(answer),
        behind=day_table(answer),
        drivers=evidence.drivers(answer),
        at_glance=tuple(glance),
        base_rate=base_rate_in_short(answer.base_rate, answer.kind),
    )


def last_day(first_day: date, days: int) -> str:
    """The last day of a window, for readers."""
    return long_date(first_day + timedelta(days - 1))


def in_a_sentence(answer: Answer, of_state: bool, first_day: date) -> str:
    """The answer first, as a frequency; empty where there is none."""
    if answer.refused or answer.course is None:
        return ""
    end = last_day(first_day, answer.window_days)
    if answer.kind == "yes_no":
        when = "on" if of_state else "by"
        return f"Yes in {chances_in_hundred(answer.probability or 0.0)} futures, {when} {end}."
    quantiles = answer.quantiles or {}
    if answer.kind == "date":
        middle = day_of(first_day, quantiles[0.5])
        half = f"Half of the futures see it by {long_date(date.fromisoformat(middle))}; " \
            if middle else f"More than half of the futures do not see it by {end}; "  # fmt: skip
        return f"{half}it comes within {answer.window_days} days in " \
               f"{chances_in_hundred(answer.probability or 0.0)}."  # fmt: skip
    low, middle, high = (amount(quantiles[q], answer.kind) for q in (0.05, 0.5, 0.95))
    most = f"90 of 100 futures lie between {low} and {high}"
    if answer.kind == "level":
        return f"{middle} in the middle, on a scale from 0 to 1; {most}, on {end}."
    mean = "" if answer.mean is None else f", {_mean(answer, answer.mean)} on average"
    return f"{middle} in the middle{mean}; {most}, by {end}."


def _mean(answer: Answer, mean: float | None) -> str:
    if mean is None:
        return "–"
    return mean_in_short(mean) if answer.kind == "count" else amount(mean, answer.kind)


def usual(answer: Answer, of_state: bool) -> str:
    """What the record says of the same question."""
    if answer.kind == "level":
        return "Nobody observes a level: it is told for orientation and not scored."
    if answer.base_rate is None:
        return "The record is too short for a base rate."
    if answer.kind == "count":
        mean = base_rate_in_short(answer.base_rate, "count")
        return f"The record: {mean} on average in windows of {answer.window_days} days."
    share = base_rate_in_short(answer.base_rate, answer.kind)
    if of_state:
        return f"The record: yes on {share} of past days."
    return f"The record: yes in {share} of past windows of {answer.window_days} days."


def _figures(answer: Answer, of_state: bool, first_day: date) -> tuple[Figure, ...]:
    if answer.refused or answer.course is None:
        return ()
    return answer_drawing(answer, of_state, first_day), course_drawing(answer, first_day)


def answer_drawing(answer: Answer, of_state: bool, first_day: date) -> Figure:
    """The answer as futures to be counted: an icon array, or a dotplot."""
    if answer.kind == "yes_no":
        said = f"{chances_in_hundred(answer.probability or 0.0)} futures, each a dot."
        return captioned(icon_array(answer.probability or 0.0), said)
    told = f"{answer.ask} {in_a_sentence(answer, of_state, first_day)}"
    return Figure(dotplot(answer), told, f"{DOTS} equally likely futures, each a dot.")


def course_drawing(answer: Answer, first_day: date, *, single: bool = True) -> Figure:
    """The answer over the days of the run; ``single``: with single futures, where it has them."""
    if answer.kind in CHANCES:
        return _curve(answer)
    return _fan(answer, first_day, single)


def _curve(answer: Answer) -> Figure:
    line = "thin line: the model alone, day by day" if is_pooled(answer) else "line: day by day"
    said = f"Dots: the answer; {line}; diamonds: how often it came in past windows so long."
    told = ", ".join(f"{percent(x.probability or 0.0)} at {x.days} days" for x in answer.horizons)
    return Figure(chance_curve(answer), f"{answer.ask} {told}.", said)


def _fan(answer: Answer, first_day: date, single: bool) -> Figure:
    said = "Median, middle half and middle 90 % of the futures"
    if single:
        said += ", thin lines: single futures"
    if is_pooled(answer):
        said = f"Black bars: the answer. Behind it the model alone: {said.lower()}"
    if answer.course is not None and answer.course.before is not None:
        said += f"; dashed: the {answer.window_days} days before"
    told = ", ".join(f"{answer_in_short(answer, x, first_day)} at {x.days} days"
                     for x in answer.horizons)  # fmt: skip
    return Figure(
        fan(answer, single=single), f"{answer.ask} Median and 90 % range: {told}.", f"{said}."
    )


def horizons_table(answer: Answer, first_day: date) -> TableOf | None:
    """The answer at every horizon with its error and its base rate."""
    if not answer.horizons:
        return None
    chance = answer.kind in CHANCES
    told = ("probability",) if chance else ("median (90 % range)", "mean")
    columns = ("within", *told, "± simulation", "in the past" if chance else "past mean")
    rows = tuple(_horizon(answer, x, first_day) for x in answer.horizons)
    return TableOf("Answer by horizon", columns, rows)


def _horizon(answer: Answer, x: Estimate, first_day: date) -> tuple[str, ...]:
    told = (
        answer_in_short(answer, x, first_day) if x.probability is None else percent(x.probability)
    )
    means = (_mean(answer, x.mean),) if answer.kind in ("count", "level") else ()
    return (
        f"{x.days} days", told, *means, error_in_short(x, answer.kind),
        base_rate_in_short(x.base_rate, answer.kind) or "–",
    )  # fmt: skip


def day_table(answer: Answer) -> TableOf | None:
    """The numbers behind the pictures, at days spread over the window."""
    drawn = answer.course
    if answer.refused or drawn is None:
        return None
    days = listed_days(answer)
    dates = [(drawn.first_day + timedelta(day - 1)).isoformat() for day in days]
    if drawn.chance is not None:
        rows = [(f"{100 * drawn.chance[day - 1]:.1f} %",) for day in days]
        columns = ("day", "share of futures with yes")
    else:
        assert drawn.bands is not None
        rows = [tuple(amount(x, answer.kind) for x in drawn.bands[day - 1]) for day in days]
        columns = ("day", *(f"{100 * level:g} %" for level in LEVELS))
    return TableOf(
        "The structural process day by day"
        + ("; percentages of futures at or below the number" if drawn.bands is not None else ""),
        columns,
        tuple((day, *row) for day, row in zip(dates, rows, strict=True)),
    )


def listed_days(answer: Answer) -> list[int]:
    """The days of the table behind a chart: evenly spread, and every horizon."""
    step = max(1, answer.window_days // ROWS_OF_DAYS)
    spread = range(answer.window_days, 0, -step)
    return sorted({*spread, *(x.days for x in answer.horizons)})
