"""What may stand in expectations.yaml: facts that a run can check, see docs/expectations.md."""

# ruff: noqa: RUF012 - pydantic copies a default for every element

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from tightrope.theatre.fields import Day, Element, Names, Reading, Rule, Whole, Word
from tightrope.theatre.quoting import quoted
from tightrope.theatre.schema import Change

STATISTICS = (
    "chance", "mean", "rate", "wait", "order", "level", "change", "peak", "trough", "holds",
    "share_of_days", "number", "deaths", "correlation",
)  # fmt: skip
OF_EVENTS = ("chance", "mean", "rate", "wait")
OF_LEVELS = ("level", "change", "peak", "trough")
ALONG_HISTORY = ("mean", "rate", "level", "change", "peak", "trough")
"""Statistics that the real history has; the others need paths."""
_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?"


@dataclass(frozen=True)
class Bound:
    """The values at which an expectation holds, both ends included."""

    text: str
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies inside; nan does not."""
        return self.low <= value <= self.high


def parse_bound(value: object) -> Bound:
    """Read ``>= 0.6``, ``<= 0.1`` or ``0.4..0.9``; ValueError says what to write.

    >>> parse_bound(">= 0.6").holds(0.6)
    True
    """
    if isinstance(value, Bound):
        return value
    text = str(value).strip()
    if one := re.fullmatch(rf"(>=|<=)\s*({_NUMBER})", text):
        number = float(one[2])
        low, high = (number, float("inf")) if one[1] == ">=" else (float("-inf"), number)
        return Bound(text, low, high)
    if both := re.fullmatch(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})", text):
        if float(both[1]) > float(both[2]):
            raise ValueError(f"{quoted(text)} runs backwards; swap the two numbers")
        return Bound(text, float(both[1]), float(both[2]))
    raise ValueError(f"{quoted(text)} is no bound; write '>= 0.6', '<= 0.1' or '0.4..0.9'")


Bounds = Annotated[Bound, BeforeValidator(parse_bound), WithJsonSchema({"type": "string"})]


def _one_statistic(given: Mapping[str, Any]) -> str | None:
    found = [name for name in STATISTICS if name in given]
    if len(found) == 1:
        return None
    return f"give exactly one statistic: {', '.join(f'{name}:' for name in STATISTICS)}"


def _pairs(given: Mapping[str, Any]) -> str | None:
    for name in ("order", "correlation"):
        value = given.get(name)
        if value is not None and (not isinstance(value, list) or len(value) != 2):  # pyright: ignore[reportUnknownArgumentType]
            return f"{name}: is about two; write {name}: [A, B]"
    if "while" in given and "rate" not in given:
        return "while: belongs to rate:; leave it out, or count with rate:"
    if "at_least" in given and not {"chance", "wait"} & set(given):
        return "at_least: belongs to chance: and wait:; leave it out"
    return None


class Statistic(Element):
    """One number of a world: exactly one of the kinds in STATISTICS, over a window of days."""

    rules: ClassVar[dict[str, Rule]] = {"wrong-keys": _one_statistic, "wrong-pair": _pairs}

    chance: Names | None = None
    mean: Names | None = None
    rate: Names | None = None
    wait: Names | None = None
    order: list[Names] | None = None
    level: Word | None = None
    change: Word | None = None
    peak: Word | None = None
    trough: Word | None = None
    holds: Word | None = None
    share_of_days: Word | None = None
    number: Word | None = None
    deaths: Names | None = None
    correlation: list[Word] | None = None
    condition: Word | None = Field(None, alias="while", description="days that rate: counts")
    at_least: Annotated[Whole, Field(ge=1)] = 1
    from_day: Annotated[Whole, Field(ge=1)] | None = None
    to_day: Annotated[Whole, Field(ge=1)] | None = None
    first: Day | None = Field(None, alias="from", description="along history: first day")
    last: Day | None = Field(None, alias="to", description="along history: last day")
    given: Word | None = Field(None, description="only paths in which this holds at the end")
    given_event: Names | None = Field(None, description="only paths in which one of these happens")

    @property
    def kind(self) -> str:
        """Which statistic it is."""
        return next(name for name in STATISTICS if getattr(self, name) is not None)

    @property
    def events(self) -> tuple[str, ...]:
        """Event types that it names."""
        if self.kind in OF_EVENTS:
            return tuple(getattr(self, self.kind))
        return tuple(name for names in self.order or () for name in names)


class OtherWorld(Element):
    """A world to compare with: what it does not say is as in the first."""

    as_of: Day | None = None
    state: Word | None = None
    conditions: dict[str, Word] | None = None
    levels: dict[str, Reading] | None = None
    changes: list[Change] | None = None
    value: Statistic | None = None


class Expectation(Element):
    """A stylised fact of one mechanism, made checkable."""

    says: Word
    as_of: Day | None = None
    along: Literal["paths", "history"] = "paths"
    state: Word | None = None
    conditions: dict[str, Word] = {}
    levels: dict[str, Reading] = {}
    changes: list[Change] = []
    days: Annotated[Whole, Field(ge=1, le=3660)] = 180
    value: Statistic
    over: Statistic | None = None
    against: OtherWorld | None = None
    compare: Literal["ratio", "difference"] = "ratio"
    bound: Bounds
    because: Word
    sources: Names = []
