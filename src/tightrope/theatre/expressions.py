"""The small language of ``when:`` and ``if:``; never Python's ``eval``.

    expression := conjunction ("or" conjunction)*
    conjunction := negation ("and" negation)*
    negation   := "not" negation | "(" expression ")" | comparison
    comparison := name [ ("==" | "!=" | "<" | "<=" | ">" | ">=") value ]
    value      := number | "yes" | "no" | name of one of the condition's values

A bare name means "is yes" for a yes/no condition and "is above zero" for a number. Names are
those of the theatre's conditions. The result is a nested tuple that the engine evaluates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tightrope.errors import did_you_mean
from tightrope.theatre.quoting import quoted

Gate = tuple[object, ...]
"""``("all",)`` | ``("and", a, b)`` | ``("or", a, b)`` | ``("not", a)`` | ``(op, name, number)``."""

ALWAYS: Gate = ("all",)
KEYWORDS = ("and", "or", "not")
MAX_LENGTH = 2_000
MAX_DEPTH = 60

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<op>==|!=|<=|>=|<|>|\(|\)))"
)
_OPERATORS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


class ExpressionError(ValueError):
    """A faulty expression; ``column`` counts characters from 0 inside it."""

    def __init__(self, message: str, column: int):
        super().__init__(message)
        self.column = column


@dataclass(frozen=True)
class Choices:
    """What a condition may be: ``values`` is None for numbers, else the words, coded 0, 1, 2..."""

    values: tuple[str, ...] | None

    def code(self, word: str) -> float | None:
        """The number that stands for a word, or None if the condition has no such value."""
        if self.values is None or word not in self.values:
            return None
        return float(self.values.index(word))


YES_NO = Choices(("no", "yes"))
NUMBER = Choices(None)


def parse_expression(text: str, conditions: Mapping[str, Choices]) -> Gate:
    """Parse ``text`` against the known conditions; ExpressionError names the place and the remedy.

    >>> parse_expression("troops > 0 and not deal", {"troops": NUMBER, "deal": YES_NO})
    ('and', ('gt', 'troops', 0.0), ('not', ('eq', 'deal', 1.0)))
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"{len(text):,} characters are too many; write at most {MAX_LENGTH:,}", MAX_LENGTH
        )
    return _Parser(text, conditions).parse()


def rename(gate: Gate, index: Mapping[str, int]) -> Gate:
    """The same gate with condition names replaced by their positions, as the engine wants it."""
    head = gate[0]
    if head == "all":
        return gate
    if head in ("and", "or"):
        return (head, rename(gate[1], index), rename(gate[2], index))  # pyright: ignore[reportArgumentType]
    if head == "not":
        return ("not", rename(gate[1], index))  # pyright: ignore[reportArgumentType]
    return (head, index[str(gate[1])], gate[2])


class _Parser:
    def __init__(self, text: str, conditions: Mapping[str, Choices]):
        self.text = text
        self.conditions = conditions
        self.tokens = self._tokens()
        self.at = 0
        self.depth = 0

    def _tokens(self) -> list[tuple[str, str, int]]:
        tokens: list[tuple[str, str, int]] = []
        position = 0
        while self.text[position:].strip():
            found = _TOKEN.match(self.text, position)
            if not found:
                column = position + len(self.text[position:]) - len(self.text[position:].lstrip())
                raise ExpressionError(
                    f"{self.text[column]!r} does not belong in a condition; use names, numbers, "
                    "and, or, not, ( ), ==, !=, <, <=, >, >=",
                    column,
                )
            kind = found.lastgroup or ""
            tokens.append((kind, found.group(kind), found.start(kind)))
            position = found.end()
        return tokens

    def _peek(self) -> tuple[str, str, int]:
        if self.at < len(self.tokens):
            return self.tokens[self.at]
        return ("end", "", len(self.text))

    def _next(self) -> tuple[str, str, int]:
        token = self._peek()
        self.at += 1
        return token

    def parse(self) -> Gate:
        gate = self._or()
        kind, word, column = self._peek()
        if kind != "end":
            raise ExpressionError(
                f"{quoted(word)} is one word too many; join with 'and' or 'or'", column
            )
        return gate

    def _or(self) -> Gate:
        gate = self._and()
        while self._peek()[1] == "or":
            self._next()
            gate = ("or", gate, self._and())
        return gate

    def _and(self) -> Gate:
        gate = self._not()
        while self._peek()[1] == "and":
            self._next()
            gate = ("and", gate, self._not())
        return gate

    def _not(self) -> Gate:
        kind, word, column = self._peek()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(
                "nested too deeply; split the condition into several clauses", column
            )
        try:
            if word == "not":
                self._next()
                return ("not", self._not())
            if word == "(":
                self._next()
                gate = self._or()
                _, closing, where = self._next()
                if closing != ")":
                    raise ExpressionError("a ')' is missing; close what '(' opens", where)
                return gate
            if kind != "name" or word in ("and", "or"):
                shown = quoted(word) if word else "the end"
                raise ExpressionError(
                    f"{shown} stands where a condition is expected; write its name", column
                )
            return self._comparison()
        finally:
            self.depth -= 1

    def _comparison(self) -> Gate:
        _, name, column = self._next()
        choices = self.conditions.get(name)
        if choices is None:
            raise ExpressionError(
                f"no condition is called {quoted(name)}"
                f"{did_you_mean(name, self.conditions) or '; add it under conditions:'}",
                column,
            )
        if self._peek()[1] not in _OPERATORS:
            return self._bare(name, choices, column)
        _, symbol, _ = self._next()
        kind, word, where = self._next()
        if choices.values is None:
            if kind != "number":
                raise ExpressionError(f"{quoted(name)} is a number; compare it with one", where)
            return (_OPERATORS[symbol], name, float(word))
        if symbol not in ("==", "!="):
            raise ExpressionError(f"{quoted(name)} has no order; compare it with == or !=", where)
        code = choices.code(word)
        if code is None:
            raise ExpressionError(
                f"{quoted(word)} is no value of {quoted(name)}"
                f"{did_you_mean(word, choices.values) or '; add it to values:'}",
                where,
            )
        return (_OPERATORS[symbol], name, code)

    def _bare(self, name: str, choices: Choices, column: int) -> Gate:
        if choices.values is None:
            return ("gt", name, 0.0)
        if choices == YES_NO:
            return ("eq", name, 1.0)
        raise ExpressionError(
            f"{quoted(name)} has several values; write {name} == {choices.values[0]}", column
        )
