"""A scorecard in rows and sentences: what stands beside and behind the pictures of its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tightrope.charts.scorecard import KINDS, RIVALS, SCORES, row_label, turn
from tightrope.report.tables import TableOf
from tightrope.report.voices import MEMBERS
from tightrope.theatre import Theatre

Card = Mapping[str, Any]
SCORE_NAMES = {"brier": "Brier score", "log": "log score", "crps": "CRPS"}
_NONE = "–"


def share(value: float | None) -> str:
    """A share in percent with one digit."""
    return _NONE if value is None else f"{100 * value:.1f} %"


def figure(value: float | None, digits: int = 3) -> str:
    """A score, or a dash where there is none."""
    return _NONE if value is None else f"{value:.{digits}f}"


def skill_in_short(skill: Card | None) -> str:
    """The value with its interval, and in a word whether it is clear."""
    if skill is None or skill["value"] is None:
        return _NONE
    value = signed(skill["value"])
    if skill["low"] is None or skill["high"] is None:
        return value
    told = {"better": "", "worse": " worse", "open": " open"}[turn(skill)]
    return f"{value} ({signed(skill['low'])} to {signed(skill['high'])}){told}"


def signed(value: float) -> str:
    """A skill with its sign.

    >>> signed(-0.125)
    '−0.12'
    """
    return f"{value:+.2f}".replace("-", "−")


def points(value: float | None) -> str:
    """A distance of probabilities, in percentage points."""
    return _NONE if value is None else f"{100 * value:.1f} points"


# Skill -----------------------------------------------------------------------------------------


def comparisons(card: Card) -> list[tuple[Card, str, Card]]:
    """Rows, members and skills, no score twice: Brier score or CRPS, not the log score too."""
    return [
        (row, member, skill)
        for row in card["families"] if row["score"] == SCORES[row["kind"]]
        for member, skill in row["skill"].items() if skill["value"] is not None
    ]  # fmt: skip


def tally(card: Card) -> dict[str, int]:
    """How many comparisons are better, worse and open, and how many of the open lean to worse.

    Each family by itself; all together would count every question twice.
    """
    found = [one for one in comparisons(card) if one[0]["family"] != "all"]
    turns = [turn(skill) for _, _, skill in found]
    leaning = sum(t == "open" and s["value"] < 0 for t, (_, _, s) in zip(turns, found, strict=True))
    return {**{t: turns.count(t) for t in ("better", "worse", "open")}, "leaning": leaning}


def losses(card: Card) -> TableOf | None:
    """Every comparison that is clearly lost, the largest loss first; None without one."""
    lost = [one for one in comparisons(card) if turn(one[2]) == "worse"]
    rows = sorted(lost, key=lambda one: (one[2]["value"], row_label(one[0])))
    if not rows:
        return None
    return TableOf(
        "Where the answers given here are clearly worse than one of the forecasters that they mix, "
        "with 90 % intervals (“all” is not counted above)",
        ("family and horizon", "kind", "worse than", "error larger by"),
        tuple(
            (row_label(row), KINDS[row["kind"]], MEMBERS.get(member, member), _larger(skill))
            for row, member, skill in rows
        ),
    )  # fmt: skip


def _larger(skill: Card) -> str:
    """A loss as the sentences say it: by how much the error is larger.

    >>> _larger({"value": -0.152, "low": -0.52, "high": -0.001})
    '15 % (0 to 52 %)'
    """
    by = f"{-100 * skill['value']:.0f} %"
    if skill["low"] is None or skill["high"] is None:
        return by
    return f"{by} ({range_in_words(skill['value'], skill['low'], skill['high'])})"


def range_in_words(skill: float, low: float, high: float) -> str:
    """An interval in the words of its middle: so much smaller, or so much larger."""
    ends = (low, high) if skill >= 0 else (-high, -low)
    return f"{100 * ends[0]:.0f} to {100 * ends[1]:.0f} %"


def skill_tables(card: Card, kind: str) -> tuple[TableOf, ...]:
    """One table for each score of a kind: scores of the stack, skill over every member."""
    rows = [row for row in card["families"] if row["kind"] == kind]
    return tuple(
        _skill_table(name, [row for row in rows if row["score"] == name])
        for name in dict.fromkeys(row["score"] for row in rows)
    )


def _skill_table(name: str, rows: list[Card]) -> TableOf:
    return TableOf(
        f"{SCORE_NAMES[name]} of the stack, and its skill over each member with 90 % interval",
        ("family and horizon", "forecasts", "stack", *RIVALS.values()),
        tuple(
            (row_label(row), f"{row['n']:,}", figure(row["stack"]),
             *(skill_in_short(row["skill"].get(rival)) for rival in RIVALS))
            for row in rows
        ),
    )  # fmt: skip


# Calibration -----------------------------------------------------------------------------------


def bins(card: Card) -> TableOf:
    """The numbers behind the reliability diagram."""
    return TableOf(
        "Tenths of all yes-or-no forecasts, from the least probable",
        ("given", "mean", "came true", "forecasts"),
        tuple(
            (f"{share(b['low'])} to {share(b['high'])}", share(b["forecast"]),
             share(b["observed"]), f"{b['count']:,}")
            for b in card["reliability"]
        ),
    )  # fmt: skip


def by_horizon(card: Card) -> TableOf:
    """Coverage and calibration error at each horizon."""
    covered, error = card["coverage_by_horizon"], card["calibration_by_horizon"]
    days = sorted({*covered, *error}, key=int)
    rows = [(f"{d} days", share(covered.get(d)), points(error.get(d))) for d in days]
    whole = ("all", share(card["coverage_90"]), points(card["calibration_error"]))
    return TableOf(
        "Share of counts inside the 90 % range, and mean error of probabilities",
        ("within", "inside the range", "error of probabilities"),
        (*rows, whole),
    )


# Years, misses, questions, pools ---------------------------------------------------------------


def years(card: Card) -> TableOf:
    """Mean scores of each year's origins."""
    members = ("stack", *RIVALS)
    return TableOf(
        "Mean score of the origins of a year; Brier score of yes or no, CRPS of counts and days",
        ("year", "kind", "days", "stack", *RIVALS.values()),
        tuple(
            (str(row["year"]), KINDS[row["kind"]], str(row["horizon_days"]),
             *(figure(row["scores"].get(member), 2) for member in members))
            for row in card["years"]
        ),
    )  # fmt: skip


def worst(card: Card, theatre: Theatre) -> TableOf:
    """The largest misses, worst first."""
    return TableOf(
        "Largest first: by how improbable what happened had been said to be; of numbers by how far "
        "off they were, beside what past windows would have said",
        ("question", "asked on", "within", "said", "happened"),
        tuple(
            (_ask(miss["question"], theatre), miss["origin"], f"{miss['horizon_days']} days",
             _said(miss["said"]), _happened(miss))
            for miss in card["worst"]
        ),
    )  # fmt: skip


def questions(card: Card, theatre: Theatre) -> TableOf:
    """Every question at every horizon: how often yes, and the scores."""
    return TableOf(
        "Brier score of yes or no; CRPS of counts and days, in units of climatology",
        ("question", "days", "forecasts", "yes, or any", "stack", *RIVALS.values()),
        tuple(
            (_ask(one["id"], theatre), str(one["horizon_days"]), f"{one['n']:,}",
             share(one["base_rate"]),
             *(figure(one["scores"].get(member)) for member in ("stack", *RIVALS)))
            for one in card["questions"]
        ),
    )  # fmt: skip


def pools(card: Card) -> TableOf:
    """What each member had to say over the origins, and has today, by family."""
    return TableOf(
        "Weights by family, kind and horizon",
        ("family", "kind", "days", "mean over the origins", "today"),
        tuple(
            (*_group(key), _weighed(spoke), _weighed(card["weights"].get(key, {})))
            for key, spoke in sorted(card["spoke"].items(), key=lambda item: _order(item[0]))
        ),
    )


def _group(key: str) -> tuple[str, str, str]:
    family, kind, days = key.rsplit("/", 2)
    return family, KINDS[kind], days


def _order(key: str) -> tuple[str, str, int]:
    family, kind, days = key.rsplit("/", 2)
    return family, kind, int(days)


def _weighed(weights: Mapping[str, float]) -> str:
    """As "rhythm .50, regression .50", the weightiest first, without those below a hundredth."""
    heard = sorted(((w, m) for m, w in weights.items() if w >= 0.005), reverse=True)
    return ", ".join(f"{MEMBERS.get(m, m)} {w:.2f}" for w, m in heard)


def _ask(name: str, theatre: Theatre) -> str:
    return theatre.questions[name].ask if name in theatre.questions else name


def _said(said: float | list[float]) -> str:
    if isinstance(said, list):
        low, middle, high = said
        return f"{middle:.0f} (90 %: {low:.0f} to {high:.0f})"
    return share(said)


def _happened(miss: Card) -> str:
    if isinstance(miss["said"], list):
        return f"{miss['happened']:.0f}"
    return "yes" if miss["happened"] else "no"
