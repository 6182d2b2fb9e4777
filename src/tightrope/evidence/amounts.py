"""Numbers with their bounds: "at least 24", "dozens", "up to 100", "a civilian".

A bound is kept as an interval: low and high, high None where it is open.
"""

from __future__ import annotations

from dataclasses import dataclass

_UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_VAGUE = {
    "dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2_000, "millions": 2_000_000,
    "several": 2, "many": 2, "numerous": 2, "multiple": 2,
}  # fmt: skip
_ABOVE = frozenset({"least", "more", "over", "exceeding", "minimum"})
_BELOW = frozenset({"up", "most", "many", "fewer", "less", "under"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a run of tokens counts; ``start`` and ``end`` are token positions."""

    low: float
    high: float | None
    start: int
    end: int
    other: bool = False
    """Whether they are "others", beside some told before."""


def quantity(lows: list[str], start: int, end: int) -> Quantity | None:
    """The first number among tokens ``start`` to ``end``, with the bound before it.

    >>> quantity("at least twenty two people".split(), 0, 5)
    Quantity(low=22, high=None, start=0, end=4, other=False)
    >>> quantity(["up", "to", "100", "men"], 0, 4).low
    0
    """
    at = start
    while at < end:
        vague = _VAGUE.get(lows[at])
        if vague is not None and not (lows[at] == "many" and lows[at - 1 : at] == ["as"]):
            return _vague(lows, at, end, vague, start)
        value, after = _number(lows, at, end)
        if value is not None:
            return _bounded(lows, start, at, after, end, value)
        at += 1
    if (
        start < end
        and lows[start] in ("a", "an", "his", "her")
        and not lows[end - 1].endswith("s")
        and lows[start + 1 : start + 2] != ["dozen"]
    ):
        return Quantity(1, 1, start, start + 1)
    return None


def _vague(lows: list[str], at: int, end: int, low: float, start: int) -> Quantity:
    if lows[at] in ("thousands", "hundreds") and at >= start + 2 and lows[at - 1] == "of":
        low *= {"tens": 5 if lows[at] == "hundreds" else 10, "hundreds": 100}.get(lows[at - 2], 1)
    if lows[at] in ("tens",) or (at + 2 < end and lows[at : at + 2] == ["hundreds", "of"]
                                 and lows[at + 2] == "thousands"):  # fmt: skip
        return Quantity(200_000, None, at, at + 3)
    return Quantity(low, None, at, at + 1)


def _number(lows: list[str], at: int, end: int) -> tuple[float | None, int]:
    """The number that begins at a token, and where it ends; none in "40-year-old"."""
    low = lows[at]
    if _is_measure(lows, at + 1):
        return None, at
    total: float | None = None
    if low[0].isdigit():
        digits = low.rstrip("%").replace(",", "")
        head = digits.split("-")[0].split("–")[0]
        try:
            total = float(head) if "." in head else int(head)
            if 1900 <= total <= 2100 and "," not in low:
                return None, at  # a year
        except ValueError:
            return None, at
        if low[-1].isalpha() or ("-" in low and not low.split("-")[1].isdigit()) or ":" in low:
            return None, at
    elif low in _UNITS:
        total = _UNITS[low]
    elif "-" in low and all(part in _UNITS for part in low.split("-")):
        total = sum(_UNITS[part] for part in low.split("-"))
    elif low == "dozen":
        return 12, at + 1
    elif low in _SCALES and at and lows[at - 1] in ("a", "one"):
        return _SCALES[low], at + 1
    if total is None:
        return None, at
    at += 1
    if at < end and lows[at] in _UNITS and total in (20, 30, 40, 50, 60, 70, 80, 90):
        total += _UNITS[lows[at]]
        at += 1
    while at < end and (lows[at] in _SCALES or lows[at] == "dozen"):
        total *= _SCALES.get(lows[at], 12)
        at += 1
    return total, at


def _is_measure(lows: list[str], at: int) -> bool:
    """Whether what follows a number says how old or how long: "-year-old", "-day"."""
    if lows[at : at + 1] == ["-"]:
        return lows[at + 1 : at + 2] != [] and lows[at + 1][0].isalpha()
    return lows[at : at + 1] == ["year-old"] or lows[at : at + 2] == ["years", "old"]


def _bounded(lows: list[str], start: int, at: int, after: int, end: int, value: float) -> Quantity:
    begin = max(start, at - 3)
    before = lows[begin:at]
    other = "other" in lows[begin:end] or "others" in lows[begin:end]
    if any(word in _ABOVE for word in before):
        return Quantity(value, None, _first(lows, begin, at), after, other)
    if "up" in before or "most" in before or before[-3:] == ["as", "many", "as"]:
        return Quantity(0, value, _first(lows, begin, at), after, other)
    if after + 1 < end and lows[after] in ("to", "or", "-", "–") and lows[after + 1][0].isdigit():
        top, after = _number(lows, after + 1, end)
        return Quantity(value, top if top and top >= value else value, at, after, other)
    if after < end and lows[after : after + 2] == ["or", "more"]:
        return Quantity(value, None, at, after + 2, other)
    return Quantity(value, value, at, after, other)


def _first(lows: list[str], begin: int, at: int) -> int:
    for token in range(begin, at):
        if lows[token] in ("at", "more", "over", "up", "as", "a"):
            return token
    return begin
