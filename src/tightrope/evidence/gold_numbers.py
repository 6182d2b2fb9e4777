"""Numbers held against annotated ones: a number is found at its place, with its value and its role.

Of an article, numbers are annotated with claims; ranks, terms, shares and durations ("the largest",
"a second term", "two days") are no counts and are left out. Of a news line, killed and injured are
annotated, and are judged on the statements that were found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tightrope.evidence.statement import Amount, Statement

Json = dict[str, Any]
_NO_COUNT = ("rank", "term number", "share", "duration", "percent", "year")
_ALIKE = {
    "wounded": ("wounded", "injured"), "killed": ("killed", "dead", "deaths"),
    "troops": ("troops", "soldiers", "personnel", "forces", "advisers"),
    "weapons": ("rockets", "missiles", "drones", "mortars"),
    "protesters": ("protesters", "demonstrators"), "strikes": ("strikes", "raids"),
    "money": ("dollars", "usd", "money", "cost"),
}  # fmt: skip


@dataclass
class NumberTally:
    """How many numbers are annotated, stated, and both."""

    annotated: int = 0
    stated: int = 0
    found: int = 0

    def add(self, other: NumberTally) -> None:
        """Count another text in."""
        self.annotated += other.annotated
        self.stated += other.stated
        self.found += other.found

    def as_json(self) -> Json:
        """Counts, precision and recall."""
        return {"annotated": self.annotated, "stated": self.stated, "found": self.found,
                "precision": _share(self.found, self.stated),
                "recall": _share(self.found, self.annotated)}  # fmt: skip


def article_numbers(claims: Iterable[Json], stated: Sequence[Statement]) -> NumberTally:
    """Of one article: claims of every kind count, and each place once."""
    places = {(n.start, n.end): n for s in stated for n in s.numbers}
    wanted = {(claim["start"], number["what"], number["value"]): (claim, number)
              for claim in claims for number in claim["numbers"] if _is_count(number)}  # fmt: skip
    left = dict(places)
    found = 0
    for claim, number in wanted.values():
        place = next((p for p, n in left.items() if _is_it(claim, number, n)), None)
        if place is not None:
            del left[place]
            found += 1
    return NumberTally(len(wanted), len(places), found)


def line_numbers(pairs: Iterable[tuple[Json, Statement]]) -> NumberTally:
    """Killed and injured of the statements of news lines that were found."""
    tally = NumberTally()
    for event, told in pairs:
        for field, role in (("killed", "killed"), ("injured", "wounded")):
            wanted = event.get(field)
            given = next((n for n in told.numbers if n.role == role), None)
            tally.annotated += wanted is not None
            tally.stated += given is not None
            if wanted is not None and given is not None:
                tally.found += _same(wanted["value"], wanted["bound"], given)
    return tally


def _is_count(number: Json) -> bool:
    return not any(word in number["what"] for word in _NO_COUNT)


def _is_it(claim: Json, number: Json, given: Amount) -> bool:
    words = _ALIKE.get(given.role, (given.role,))
    inside = claim["start"] <= given.start and given.end <= claim["end"]
    is_least = number["qualifier"] in ("more than", "at least", "over", "tens of thousands")
    bound = ">=" if is_least else "="
    alike = any(word in number["what"].casefold() for word in words)
    return inside and alike and _same(number["value"], bound, given)


def _same(value: float, bound: str, given: Amount) -> bool:
    if bound == ">=":
        return given.high is None and given.low <= 2 * value and value <= 2 * given.low
    if bound == "<=":
        return given.high == value
    return given.low <= value and (given.high is None or value <= given.high)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
