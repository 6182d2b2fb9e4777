"""Numbers with units, and ranges that are priors.

A number in a theatre is a value (``0.3``) or a range ``a..b``: the middle 90 % of what its author
believes. The family of the prior follows from what the number is: log-normal for what must be
positive, logit-normal for shares between 0 and 1, normal for coefficients that may have any sign.
Units are words; everything is kept per day, in days, or bare.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from tightrope.theatre.quoting import quoted

Z90 = 1.6448536269514722
"""Standard normal quantile at .95: a 90 % range reaches this far either way."""

LARGEST = 1e12
"""No rate, duration or coefficient of a theatre is larger; beyond it arithmetic overflows."""

Family = Literal["lognormal", "logitnormal", "normal"]
Dimension = Literal["rate", "duration", "share", "positive", "coefficient"]

EXAMPLE: dict[Dimension, str] = {
    "rate": "for example '0.5..2 per year' or '3 per month'",
    "duration": "for example '4..18 months' or '8 days'",
    "share": "for example '0.1..0.25'",
    "positive": "for example '0.6..1.2'",
    "coefficient": "for example '-2..-0.5' or '1.5'",
}

_DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
_FAMILY: dict[Dimension, Family] = {
    "rate": "lognormal",
    "duration": "lognormal",
    "positive": "lognormal",
    "share": "logitnormal",
    "coefficient": "normal",
}
# A digit before the point is demanded, so that "1...5" cannot be read as 1 to 0.5.
_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_SHAPE = re.compile(rf"({_NUMBER})(?:\s*\.\.\s*({_NUMBER}))?\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Quantity:
    """A number or a 90 % range, in days or per day, with the text it came from."""

    text: str
    low: float
    high: float
    family: Family

    @property
    def is_range(self) -> bool:
        """Whether it is uncertain."""
        return self.high > self.low

    @property
    def location(self) -> float:
        """Mean of the normal on the scale of the family (log, logit or plain).

        A fixed 0 or 1 has no finite log or logit: its location is then minus or plus infinity.
        """
        if not self.is_range:
            return self._link(self.low)
        return (self._link(self.low) + self._link(self.high)) / 2

    @property
    def scale(self) -> float:
        """Standard deviation of that normal; 0 for a plain value."""
        if not self.is_range:
            return 0.0
        return (self._link(self.high) - self._link(self.low)) / (2 * Z90)

    @property
    def median(self) -> float:
        """The value in the middle of the prior."""
        if not self.is_range:
            return self.low
        if self.family == "lognormal":
            return math.exp(self.location)
        if self.family == "logitnormal":
            return 1 / (1 + math.exp(-self.location))
        return self.location

    def _link(self, value: float) -> float:
        if self.family == "normal":
            return value
        if value == 0:
            return -math.inf
        if self.family == "lognormal":
            return math.log(value)
        return math.inf if value == 1 else math.log(value / (1 - value))


def parse_quantity(value: object, dimension: Dimension) -> Quantity:
    """Read ``0.05..0.5 per year``, ``4..18 months``, ``0.1..0.25``, ``-2..-0.5`` or a plain number.

    Raises ValueError with what is wrong and what to write.

    >>> round(parse_quantity("2..8 per year", "rate").median * 365.25, 9)
    4.0
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{quoted(value)} is not a number; write {EXAMPLE[dimension]}")
    text = str(value).strip()
    found = _SHAPE.fullmatch(text)
    if not found:
        raise ValueError(f"{quoted(text)} is not a number; write {EXAMPLE[dimension]}")
    first, second, unit = found.groups()
    factor = _unit_factor(unit.strip(), dimension, text)
    low = float(first) * factor
    high = float(second) * factor if second is not None else low
    _check_bounds(low, high, dimension, text)
    return Quantity(text, low, high, _FAMILY[dimension])


def _unit_factor(unit: str, dimension: Dimension, text: str) -> float:
    words = unit.split()
    if dimension == "rate":
        if len(words) == 2 and words[0] == "per" and words[1] in _DAYS:
            return 1 / _DAYS[words[1]]
    elif dimension == "duration":
        if unit.removesuffix("s") in _DAYS:
            return _DAYS[unit.removesuffix("s")]
    elif not unit:
        return 1.0
    wrong = f"the unit {quoted(unit)}" if unit else "no unit"
    raise ValueError(
        f"{quoted(text)} has {wrong} where a {dimension} is wanted; write {EXAMPLE[dimension]}"
    )


def _check_bounds(low: float, high: float, dimension: Dimension, text: str) -> None:
    shown, example = quoted(text), EXAMPLE[dimension]
    if not (abs(low) <= LARGEST and abs(high) <= LARGEST):
        raise ValueError(f"{shown} is too large to be meant; write {example}")
    if high < low:
        raise ValueError(f"{shown} runs backwards; write the smaller number first")
    if dimension == "coefficient":
        return
    is_range = high > low
    if low < 0 or (low == 0 and dimension == "duration"):
        raise ValueError(f"{shown} must be above zero; write {example}")
    if low == 0 and is_range:
        raise ValueError(
            f"{shown} starts at zero, which a log- or logit-normal prior cannot reach; "
            "start the range a little above 0"
        )
    if dimension == "share" and (high > 1 or (high == 1 and is_range)):
        raise ValueError(f"{shown} must lie between 0 and 1; write {example}")
