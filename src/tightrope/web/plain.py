"""Results of runs as plain values and back, so that a file of them can be read and shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from tightrope.history import Row

_DIGITS = 5
"""Significant digits of a number: more than any page shows."""


def plain(value: Any) -> Any:
    """What JSON can hold. A row of the history is its id; numbers are rounded."""
    if isinstance(value, Row):
        return value.id
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(x) for key, x in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, (tuple, list)):
        return [plain(x) for x in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    if isinstance(value, date):
        return value.isoformat()
    return _rounded(value) if isinstance(value, float) else value


def _rounded(value: float) -> float | int:
    told = float(f"{value:.{_DIGITS}g}")
    return int(told) if told.is_integer() else told


def shaped(hint: Any, value: Any, rows: Mapping[str, Row]) -> Any:
    """The value of a type that ``plain`` was given.

    rows : the history's rows by id. KeyError or TypeError where it is of another shape.
    """
    if value is None:
        return None
    if hint is Row:
        return rows[value]
    if is_dataclass(hint):
        told: Any = hint
        return told(**{name: shaped(own, value[name], rows) for name, own in _hints(told).items()})
    if hint is date:
        return date.fromisoformat(value)
    if hint is float:
        return float(value)
    return _composed(get_origin(hint), get_args(hint), value, rows)


def _composed(origin: Any, inner: tuple[Any, ...], value: Any, rows: Mapping[str, Row]) -> Any:
    if origin is tuple:
        each = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(shaped(hint, x, rows) for hint, x in zip(each, value, strict=True))
    if origin is np.ndarray:
        return np.asarray(value, np.float64)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {inner[0](key): shaped(inner[1], x, rows) for key, x in value.items()}
    if NoneType in inner:  # something or None
        return shaped(next(hint for hint in inner if hint is not NoneType), value, rows)
    return value


@cache
def _hints(of: type) -> dict[str, Any]:
    return get_type_hints(of)
