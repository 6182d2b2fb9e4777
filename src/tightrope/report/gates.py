"""Conditions in the theatre's own words: what stands behind ``us_troops > 0 and not truce``."""

from __future__ import annotations

from typing import Any

from tightrope.theatre import Theatre, schema

_COMPARED = {"eq": "", "ne": "not ", "lt": "below ", "le": "at most ", "gt": "above ",
             "ge": "at least "}  # fmt: skip
_WHETHER = "Whether "


def gate_in_words(theatre: Theatre, expression: str) -> str:
    """An expression of ``when:`` or ``if:`` for readers; one that is not known stays as it is."""
    gate = theatre.gates.get(expression)
    return expression.replace("_", " ") if gate is None else _told(theatre, gate)


def _told(theatre: Theatre, gate: Any) -> str:
    head, *parts = gate
    if head in ("and", "or"):
        return f"{_told(theatre, parts[0])}; {head} {_told(theatre, parts[1])}"
    if head == "not":
        return _negated(theatre, parts[0])
    return "always" if head == "all" else _compared(theatre, head, *parts)


def _negated(theatre: Theatre, gate: Any) -> str:
    opposite = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
    head, *parts = gate
    if head in opposite:
        return _compared(theatre, opposite[head], *parts)
    return f"not so: {_told(theatre, gate)}"


def _compared(theatre: Theatre, op: str, name: str, number: float) -> str:
    condition = theatre.conditions[name]
    says = condition.says or name.replace("_", " ")
    if condition.unit is None and condition.values is None:
        holds = (number == 1.0) == (op == "eq")
        fact = says.removeprefix(_WHETHER)
        return fact if holds else f"not so: {fact}"
    return f"{says}: {_COMPARED[op]}{_value(condition, number)}"


def _value(condition: schema.Condition, number: float) -> str:
    if condition.values is not None:
        return condition.values[int(number)].replace("_", " ")
    return f"{number:,.12g}"
