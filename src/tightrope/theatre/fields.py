"""The kinds of value that stand behind the keys of a theatre, and the base of its elements."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from tightrope.theatre.dates import Span, parse_span
from tightrope.theatre.marks import is_mapping
from tightrope.theatre.numbers import EXAMPLE, Dimension, Quantity, parse_quantity
from tightrope.theatre.quoting import quoted


def _quantity(dimension: Dimension) -> BeforeValidator:
    def read(value: object) -> Quantity:
        return parse_quantity(value, dimension)

    return BeforeValidator(read)


def _shown(dimension: Dimension) -> WithJsonSchema:
    says = f"a value or a range a..b, the middle 90 % of a prior; {EXAMPLE[dimension]}"
    return WithJsonSchema({"type": ["number", "string"], "description": says})


def _inside(quantity: Quantity) -> Quantity:
    """Refuse a fixed number on the border, which has no finite log or logit."""
    if math.isinf(quantity.location):
        share = quantity.family == "logitnormal"
        says = "lie between 0 and 1, not on the border" if share else "be above zero"
        raise ValueError(f"{quoted(quantity.text)} must {says}; write for example 0.01")
    return quantity


def _word(value: object) -> object:
    """YAML numbers and booleans that stand where a word is wanted."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


def _names(value: object) -> object:
    return [value] if isinstance(value, str | int | float) else value


def _span(value: object) -> Span:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{quoted(value)} is not a date; write it like 2020-01-03")
    return parse_span(str(value))


def _closed_span(value: object) -> Span:
    span = _span(value)
    if span.earliest is None or span.latest is None:
        raise ValueError(f"{quoted(span.text)} has an open end; give both days")
    return span


def _day(value: object) -> Span:
    span = _span(value)
    if not span.is_day:
        raise ValueError(f"{quoted(span.text)} is not one day; write YYYY-MM-DD")
    return span


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    if isinstance(value, str) and re.search(r"[0-9]\s*\.\.\s*[-+]?[0-9]", value):
        raise ValueError(
            f"{quoted(value)}: this key needs one number, not a range; write for example 3"
        )
    raise ValueError(f"{quoted(value)} is not a number; write one number, for example 3")


def _whole(value: object) -> int:
    number = _number(value)
    if number != int(number):
        raise ValueError(f"{quoted(value)} is not a whole number; write for example 3")
    return int(number)


_DATE_SCHEMA = WithJsonSchema(
    {"type": ["string", "integer"], "description": "2020-01-03, 2019-12, 2019-12-27~, START/END"}
)
_WORD_SCHEMA = WithJsonSchema({"type": ["string", "number", "boolean"]})
_NAMES_SCHEMA = WithJsonSchema(
    {
        "type": ["string", "number", "array"],
        "items": {"type": ["string", "number"]},
        "description": "one name or a list of them",
    }
)

Rate = Annotated[Quantity, _quantity("rate"), _shown("rate")]
Duration = Annotated[Quantity, _quantity("duration"), _shown("duration")]
Share = Annotated[Quantity, _quantity("share"), _shown("share")]
Reading = Annotated[Share, AfterValidator(_inside)]
Positive = Annotated[Quantity, _quantity("positive"), _shown("positive")]
Multiplier = Annotated[Positive, AfterValidator(_inside)]
Coefficient = Annotated[Quantity, _quantity("coefficient"), _shown("coefficient")]
Number = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Word = Annotated[str, BeforeValidator(_word), _WORD_SCHEMA]
Names = Annotated[list[Word], BeforeValidator(_names), _NAMES_SCHEMA]
Date = Annotated[Span, BeforeValidator(_span), _DATE_SCHEMA]
Period = Annotated[Span, BeforeValidator(_closed_span), _DATE_SCHEMA]
Day = Annotated[Span, BeforeValidator(_day), _DATE_SCHEMA]

Rule = Callable[[Mapping[str, Any]], str | None]
"""Given the keys that an element has, what is wrong with their combination, or None."""


class Element(BaseModel):
    """Base of all: unknown keys are faults, an empty key counts as absent, nothing changes later.

    ``rules`` are about which keys stand together. They are checked along with the values, not
    after them, so that one round of reading shows every fault.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    rules: ClassVar[dict[str, Rule]] = {}
    rules_apply: ClassVar[bool] = True

    @classmethod
    def keys(cls) -> dict[str, str]:
        """The name of each field by its key in YAML (``if`` is a word of Python)."""
        return {info.alias or name: name for name, info in cls.model_fields.items()}

    @model_validator(mode="wrap")
    @classmethod
    def _with_rules(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not is_mapping(value):
            return handler(value)
        known = cls.keys()
        given = {key: v for key, v in value.items() if v is not None or key not in known}
        broken = [
            InitErrorDetails(
                type=PydanticCustomError(code, "{says}", {"says": says}), loc=(), input=value
            )
            for base in cls.__mro__
            for code, rule in base.__dict__.get("rules", {}).items()
            if cls.rules_apply and (says := rule(given))
        ]
        try:
            element = handler(given)
        except ValidationError as error:
            broken = [*_again(error), *broken]
            raise ValidationError.from_exception_data(cls.__name__, broken) from None
        if broken:
            raise ValidationError.from_exception_data(cls.__name__, broken)
        return element


def _again(error: ValidationError) -> list[InitErrorDetails]:
    """The problems of a validation error in the form in which they can be raised again."""
    again: list[InitErrorDetails] = []
    for problem in error.errors(include_url=False):
        kind: Any = problem["type"]
        if "says" in problem.get("ctx", {}):
            kind = PydanticCustomError(kind, "{says}", problem.get("ctx"))
        again.append(
            InitErrorDetails(
                type=kind, loc=problem["loc"], input=problem["input"], ctx=problem.get("ctx", {})
            )
        )
    return again


def one_of(*wanted: str, says: str) -> Rule:
    """The rule that exactly one of these keys must be there."""
    return lambda given: None if sum(key in given for key in wanted) == 1 else says
