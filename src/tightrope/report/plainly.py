"""The scorecard without a word of its trade: the sentence that stands above each picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tightrope.charts.scorecard import KINDS
from tightrope.foresight.record import PastScore
from tightrope.report.score_tables import points, range_in_words, share, tally

Card = Mapping[str, Any]
_OF_KIND = {"yes_no": "chances of yes or no", "count": "how many", "date": "when it first happens"}


def standing(card: Card) -> str:
    """How good it was, losses counted like gains."""
    count = tally(card)
    over = _over_last90(card, "yes_no")
    saved_most = f"For {_OF_KIND['yes_no']} the error was {over}. " if over else ""
    return (
        f"Chances were off by {points(card['calibration_error'])} on average, and ranges that were "
        f"said to hold 90 of 100 outcomes held {share(card['coverage_90'])}. {saved_most}Of "
        f"{count['better'] + count['worse'] + count['open']} comparisons with simpler ways to "
        f"forecast, {count['better']} are clearly won, {count['worse']} clearly lost and "
        f"{count['open']} open."
    ).replace(" %", "\u00a0%")


def compared(card: Card) -> str:
    """Won, lost and open, before the losses are listed."""
    count = tally(card)
    return (
        f"The answers given here are clearly better in {count['better']} comparisons and clearly "
        f"worse in {count['worse']}; of the {count['open']} that are open they scored worse in "
        f"{count['leaning']}. Where a simpler way does as well, the model adds nothing. The losses:"
    )


def record(past: PastScore | None) -> str:
    """What a family's past forecasts saved over the simplest one.

    >>> record(PastScore("brier", 1400, 0.113, 0.66, 0.55, 0.75))
    'error 66 % smaller (55 to 75 %; 1,400 forecasts)'
    """
    if past is None or past.skill is None:
        return "not scored"
    told = f"error {_smaller(past.skill)}"
    if past.low is None or past.high is None:
        return f"{told} ({past.n:,} forecasts)"
    return f"{told} ({range_in_words(past.skill, past.low, past.high)}; {past.n:,} forecasts)"


def came_true(card: Card) -> str:
    """What became of forecasts of about one in four: the diagram in an example."""
    near = min(card["reliability"], key=lambda row: abs(row["forecast"] - 0.25))
    return (
        f"For example, {near['count']:,} forecasts between {share(near['low'])} and "
        f"{share(near['high'])} said {share(near['forecast'])} on average, and "
        f"{share(near['observed'])} of them came true. Dots on the line are right; above it more "
        "came true than was said, below it less."
    )


def families(card: Card) -> str:
    """The family that is furthest off, by the mean distance of its dots weighted by forecasts."""
    off = {name: _off(rows) for name, rows in card["reliability_by_family"].items()}
    worst, best = max(off, key=lambda x: off[x]), min(off, key=lambda x: off[x])
    return (
        f"Closest to the line: {best} (off by {100 * off[best]:.1f} points on average); furthest "
        f"from it: {worst} ({100 * off[worst]:.1f} points)."
    )


def _off(rows: list[Card]) -> float:
    total = sum(row["count"] for row in rows)
    return sum(abs(row["forecast"] - row["observed"]) * row["count"] for row in rows) / total


def saved(card: Card, kind: str) -> str:
    """How much smaller the error was than that of the simplest forecast, at each horizon."""
    over = _over_last90(card, kind)
    if not over:
        return ""
    return (
        f"For {_OF_KIND[kind]}, the error was {over}. Each row below is a family of questions, "
        "each column a simpler way to forecast: right of the line the answer given here was better."
    )


def _over_last90(card: Card, kind: str) -> str:
    told = [
        f"{_smaller(skill['value'])} {row['horizon_days']} days ahead ({_between(skill)}, "
        f"{row['n']:,} forecasts)"
        for row in card["families"]
        if row["family"] == "all" and row["kind"] == kind and row["score"] != "log"
        if (skill := row["skill"].get("last90")) and skill["value"] is not None
    ]  # fmt: skip
    return f"{'; '.join(told)} than when one assumes that the last 90 days go on" if told else ""


def _smaller(skill: float) -> str:
    return f"{abs(100 * skill):.0f} % {'smaller' if skill >= 0 else 'larger'}"


def _between(skill: Card) -> str:
    if skill["low"] is None:
        return "no interval"
    return f"90 % interval {range_in_words(skill['value'], skill['low'], skill['high'])}"


def held(card: Card) -> str:
    """How many outcomes the ranges held, and on which side the others fell."""
    pit = card["pit"]
    low, high = sum(pit[: len(pit) // 2]), sum(pit[len(pit) // 2 :])
    side = "lower" if low > high else "higher"
    return (
        f"Ranges that were said to hold 90 of 100 outcomes held {share(card['coverage_90'])}. "
        f"Were all forecasts right, the bars would be level; {share(max(low, high))} of the "
        f"outcomes were {side} than the middle of their forecast."
    )


def years(card: Card) -> str:
    """In how many years the forecasts were worse than assuming that the last 90 days go on."""
    rows = [row for row in card["years"] if {"stack", "last90"} <= set(row["scores"])]
    worse = [row for row in rows if row["scores"]["stack"] > row["scores"]["last90"]]
    told = ", ".join(sorted({f"{row['year']} ({KINDS[row['kind']]}, {row['horizon_days']} days)"
                             for row in worse}))  # fmt: skip
    where = f": {told}" if worse else ""
    return (
        f"In {len(worse)} of {len(rows)} cells of a year, a kind of question and a horizon the "
        f"error was larger than when one assumes that the last 90 days go on{where}. High peaks "
        "are years that nobody foresaw."
    )
