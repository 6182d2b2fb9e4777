from __future__ import annotations

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.theatre.numbers import Dimension, Quantity, parse_quantity

RANGES: list[tuple[str, Dimension]] = [
    ("0.05..0.5 per year", "rate"),
    ("3..9 per week", "rate"),
    ("4..18 months", "duration"),
    ("1..4 days", "duration"),
    ("0.10..0.25", "share"),
    ("0.001..0.999", "share"),
    ("0.6..1.2", "positive"),
    ("-2..-0.5", "coefficient"),
    ("-1..4", "coefficient"),
]


def quantile(quantity: Quantity, share: float) -> float:
    """Quantile of the prior, from its location and scale and the family's own formula."""
    value = NormalDist(quantity.location, quantity.scale).inv_cdf(share)
    if quantity.family == "lognormal":
        return math.exp(value)
    return 1 / (1 + math.exp(-value)) if quantity.family == "logitnormal" else value


@pytest.mark.parametrize(("text", "dimension"), RANGES)
def test_a_range_is_the_middle_90_percent_of_its_prior(text: str, dimension: Dimension) -> None:
    quantity = parse_quantity(text, dimension)
    assert quantity.is_range
    assert quantile(quantity, 0.05) == pytest.approx(quantity.low, rel=1e-9)
    assert quantile(quantity, 0.95) == pytest.approx(quantity.high, rel=1e-9)
    assert quantile(quantity, 0.50) == pytest.approx(quantity.median, rel=1e-9)


def test_medians_have_closed_forms() -> None:
    assert parse_quantity("2..8", "positive").median == pytest.approx(4)
    assert parse_quantity("0.2..0.8", "share").median == pytest.approx(0.5)
    assert parse_quantity("-2..-0.5", "coefficient").median == pytest.approx(-1.25)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("1 per day", "rate", 1),
        ("7 per week", "rate", 1),
        ("365.25 per year", "rate", 1),
        ("30.4375 per month", "rate", 1),
        ("2 weeks", "duration", 14),
        ("1 year", "duration", 365.25),
        ("1e2 days", "duration", 100),
        (0.25, "share", 0.25),
        (3, "positive", 3),
        (-3, "coefficient", -3),
        ("+3", "coefficient", 3),
    ],
)
def test_units(text: object, dimension: Dimension, value: float) -> None:
    quantity = parse_quantity(text, dimension)
    assert quantity.low == quantity.high == quantity.median == pytest.approx(value)
    assert not quantity.is_range and quantity.scale == 0


def test_the_location_of_a_fixed_value_is_on_the_scale_of_its_family() -> None:
    assert parse_quantity(2, "positive").location == math.log(2)
    assert parse_quantity(0, "positive").location == -math.inf
    assert parse_quantity(0, "share").location == -math.inf
    assert parse_quantity(1, "share").location == math.inf
    assert parse_quantity(0.5, "share").location == 0


@pytest.mark.parametrize(
    ("text", "dimension", "says"),
    [
        ("many", "positive", "'many' is not a number; write for example '0.6..1.2'"),
        ("", "positive", "'' is not a number; write"),
        ("nan", "positive", "'nan' is not a number; write"),
        (math.inf, "positive", "'inf' is not a number; write"),
        (True, "positive", "true is not a number; write"),
        (None, "rate", "nothing is not a number; write"),
        ([1, 2], "rate", "a list is not a number; write"),
        (
            "5",
            "rate",
            "'5' has no unit where a rate is wanted; write for example '0.5..2 per year'",
        ),
        ("5 days", "rate", "'5 days' has the unit 'days' where a rate is wanted; write"),
        ("5 per decade", "rate", "has the unit 'per decade' where a rate is wanted; write"),
        ("5 per year", "duration", "has the unit 'per year' where a duration is wanted; write"),
        ("5 %", "share", "has the unit '%' where a share is wanted; write"),
        ("1...5", "positive", "where a positive is wanted; write"),
        ("2..1", "positive", "'2..1' runs backwards; write the smaller number first"),
        ("-1", "positive", "'-1' must be above zero; write"),
        ("0 days", "duration", "'0 days' must be above zero; write"),
        ("0..1", "positive", "starts at zero, which a log- or logit-normal prior cannot reach"),
        ("0.5..1", "share", "must lie between 0 and 1; write"),
        ("1.5", "share", "must lie between 0 and 1; write"),
        ("1e300", "coefficient", "'1e300' is too large to be meant; write"),
        ("1..1e999", "positive", "is too large to be meant; write"),
    ],
)
def test_what_is_no_quantity(text: object, dimension: Dimension, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_quantity(text, dimension)
    assert says in str(caught.value)


@given(st.text(alphabet="0123456789.-+e per year%days", max_size=30), st.sampled_from(RANGES))
def test_what_is_read_has_a_usable_prior(text: str, sample: tuple[str, Dimension]) -> None:
    try:
        quantity = parse_quantity(text, sample[1])
    except ValueError:
        return
    assert quantity.low <= quantity.high
    assert math.isfinite(quantity.median) and math.isfinite(quantity.scale)
