"""Write docs/outlook.svg, the README's picture, from a real outlook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import altair as alt

import tightrope as tr
from tightrope.charts.overview import overview
from tightrope.charts.theme import standing_alone, to_svg
from tightrope.foresight.wording import long_date
from tightrope.report.cards import last_day

FILE = Path(__file__).parent / "outlook.svg"
AS_OF, DAYS = date(2019, 12, 26), 180


def picture() -> str:
    """All yes-or-no questions of the Iraq theatre as of a week before its gravest day."""
    result = tr.outlook(*tr.read_theatre_and_history("iraq"), as_of=AS_OF, days=DAYS)
    end = last_day(result.first_day, DAYS)
    says = f"●  probability until {end}      ◇  how often in past windows of {DAYS} days"
    title = alt.Title(
        f"The next {DAYS} days in Iraq, as seen on {long_date(AS_OF)}",
        subtitle=says, fontSize=17, subtitleFontSize=12, offset=14, frame="bounds",
    )  # fmt: skip
    chart = overview(result).properties(title=title, padding=16)
    return standing_alone(to_svg(chart, f"Probabilities until {end} of the questions on Iraq."))


if __name__ == "__main__":
    FILE.write_text(picture(), encoding="utf-8")
