"""Who speaks in an answer: what each member says by itself, its weight, and the family's record."""

from __future__ import annotations

from tightrope.foresight.answer import Answer, Estimate, Stack
from tightrope.foresight.questions import CHANCES
from tightrope.foresight.record import PastScore
from tightrope.foresight.wording import percent
from tightrope.report.tables import TableOf

MEMBERS = {
    "structural": "structural process",
    "rhythm": "rhythm process",
    "hawkes": "plain Hawkes process",
    "regression": "direct regression",
    "climatology": "climatology",
    "last90": "rate of the last 90 days",
    "boot12": "bootstrap of 12 months",
}
_SCORES = {"brier": "Brier score", "crps": "CRPS"}


def voices(answer: Answer) -> TableOf | None:
    """A row for each horizon; None where the structural process speaks alone."""
    pooled = [(x, x.stack) for x in answer.horizons if x.stack]
    if not pooled:
        return None
    members = list(dict.fromkeys(member for _, stack in pooled for member in stack.members))
    return TableOf(
        "Who speaks: what each member says by itself × its weight in the answer",
        ("within", *(MEMBERS.get(member, member) for member in members), "record of the family"),
        tuple(_row(answer, x, stack, members) for x, stack in pooled),
    )


def _row(answer: Answer, x: Estimate, stack: Stack, members: list[str]) -> tuple[str, ...]:
    cells = (_cell(answer, stack, member) for member in members)
    return (f"{x.days} days", *cells, record_in_short(stack.past))


def _cell(answer: Answer, stack: Stack, member: str) -> str:
    if member not in stack.members:
        return "–"
    value = stack.members[member]
    told = percent(value) if answer.kind in CHANCES else f"{value:.2g}"
    weight = stack.weights.get(member, 0.0)
    return f"{told} × {weight:.2g}" if weight else f"{told} × 0"


def record_in_short(past: PastScore | None) -> str:
    """The score of past forecasts for the family, and how much better than the recent rate."""
    if past is None:
        return "not scored yet"
    told = f"{_SCORES.get(past.score, past.score)} {past.stack:.3g} on {past.n:,}"
    if past.skill is None:
        return told
    told += f"; skill over the last 90 days {past.skill:+.2f}"
    if past.low is None or past.high is None:
        return told
    return f"{told} ({past.low:+.2f} to {past.high:+.2f})"
