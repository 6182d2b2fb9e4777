"""A what-if in one line: the largest change, and where the worlds part."""

from __future__ import annotations

from tightrope.foresight.contrast import Contrast
from tightrope.foresight.questions import CHANCES
from tightrope.foresight.whatif import Arm, WhatIf
from tightrope.foresight.wording import long_date, observed_share
from tightrope.foresight.worlds import day_number


def change_in_one_line(arm: Arm, result: WhatIf) -> str:
    """The answer first: what changes most, by how much, from which day on, in how many paths."""
    where = parting_in_words(arm, result)
    told = [c for c in arm.largest() if c.difference and c.difference.clear]
    if not told:
        return f"{arm.name}: no question's answer changes beyond the error of the runs; {where}."
    return f"{arm.name}: {told[0].ask} {move_in_words(told[0])}; {where}."


def parting_in_words(arm: Arm, result: WhatIf) -> str:
    """In how many paths the worlds part, and on which day the first of them does."""
    first = arm.parting.first
    if first is None:  # an arm in which nothing at all differs is refused
        return "no event and no other condition differs in any path"
    share = observed_share(arm.parting.share)
    day = long_date(day_number(result.first_day, first))
    return f"the worlds part in {share} of the paths, the first on {day}"


def move_in_words(c: Contrast) -> str:
    """Both answers, their difference and its 90 % interval; of counts the means, not the middle."""
    if c.difference is None:
        return "no answer"
    mean = "on average " if c.kind == "count" else ""
    points = " points" if c.kind in CHANCES else ""
    value, low, high = (
        figure(x, c.kind, signed=True) for x in (c.difference.value, c.difference.low,
                                                 c.difference.high)
    )  # fmt: skip
    return (
        f"{mean}{figure(c.base, c.kind)} → {figure(c.other, c.kind)} within {c.window_days} days, "
        f"{value}{points} ({low} to {high})"
    )


def figure(value: float | None, kind: str, *, signed: bool = False) -> str:
    """A chance in percent (a difference in points), a mean count or reading with its digits.

    >>> figure(-0.217, "yes_no", signed=True), figure(119.203, "count"), figure(0.41, "level")
    ('−21.7', '119.2', '0.41')
    """
    if value is None:
        return ""
    sign = "+" if signed else ""
    if kind in CHANCES:
        told = f"{100 * value:{sign}.1f}" + ("" if signed else " %")
    else:
        told = f"{value:{sign}.{_digits(value, kind, signed=signed)}f}"
    return told.replace("-", "−")


def _digits(value: float, kind: str, *, signed: bool) -> int:
    """Fewer for large counts, more for the small differences of readings."""
    if kind == "count":
        return 1 if abs(value) >= 10 else 2
    return 3 if signed else 2
