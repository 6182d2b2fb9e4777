from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.theatre.expressions import (
    ALWAYS,
    MAX_LENGTH,
    NUMBER,
    YES_NO,
    Choices,
    ExpressionError,
    parse_expression,
    rename,
)

CONDITIONS = {"troops": NUMBER, "deal": YES_NO, "rule": Choices(("calm", "storm", "2024"))}
DEAL = ("eq", "deal", 1.0)
TROOPS = ("gt", "troops", 0.0)


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("deal", DEAL),
        ("troops", TROOPS),
        ("troops>0", TROOPS),
        ("troops <= 2.5", ("le", "troops", 2.5)),
        ("troops >= 2", ("ge", "troops", 2.0)),
        ("troops < 2", ("lt", "troops", 2.0)),
        ("deal == no", ("eq", "deal", 0.0)),
        ("deal != yes", ("ne", "deal", 1.0)),
        ("rule == storm", ("eq", "rule", 1.0)),
        ("rule == 2024", ("eq", "rule", 2.0)),
        ("not deal", ("not", DEAL)),
        ("not not deal", ("not", ("not", DEAL))),
        # `and` binds closer than `or`, `not` closer than both, and each leans to the left.
        ("deal or troops and deal", ("or", DEAL, ("and", TROOPS, DEAL))),
        ("(deal or troops) and deal", ("and", ("or", DEAL, TROOPS), DEAL)),
        ("not deal and troops", ("and", ("not", DEAL), TROOPS)),
        ("not (deal and troops)", ("not", ("and", DEAL, TROOPS))),
        ("deal or troops or deal", ("or", ("or", DEAL, TROOPS), DEAL)),
    ],
)
def test_grammar(text: str, gate: object) -> None:
    assert parse_expression(text, CONDITIONS) == gate


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 0, "the end stands where a condition is expected; write its name"),
        ("deal and", 8, "the end stands where a condition is expected"),
        ("and deal", 0, "'and' stands where a condition is expected"),
        ("deal troops", 5, "'troops' is one word too many; join with 'and' or 'or'"),
        ("troops > -1", 9, "'-' does not belong in a condition; use names, numbers"),
        ("deal; import os", 4, "';' does not belong in a condition"),
        ("(deal", 5, "a ')' is missing; close what '(' opens"),
        ("deal)", 4, "')' is one word too many"),
        ("trops > 0", 0, "no condition is called 'trops'; did you mean 'troops'?"),
        ("deal and rul == calm", 9, "no condition is called 'rul'; did you mean 'rule'?"),
        ("troops == many", 10, "'troops' is a number; compare it with one"),
        ("rule > calm", 7, "'rule' has no order; compare it with == or !="),
        ("rule == calmm", 8, "'calmm' is no value of 'rule'; did you mean 'calm'?"),
        ("rule", 0, "'rule' has several values; write rule == calm"),
        ("(" * 100 + "deal", 60, "nested too deeply; split the condition"),
        ("not " * 100 + "deal", 240, "nested too deeply; split the condition"),
        ("deal or " * 1000 + "deal", MAX_LENGTH, "8,004 characters are too many; write at most"),
    ],
)
def test_faults_say_where_and_what_to_do(text: str, column: int, says: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text, CONDITIONS)
    assert says in str(caught.value)
    assert caught.value.column == column


def test_the_longest_chain_can_be_renamed() -> None:
    text = " or ".join(["deal"] * 249)
    assert len(text) <= MAX_LENGTH
    assert rename(parse_expression(text, CONDITIONS), {"deal": 7})[2] == ("eq", 7, 1.0)


def test_rename_gives_positions() -> None:
    gate = parse_expression("troops and not deal", CONDITIONS)
    index = {"troops": 0, "deal": 1}
    assert rename(gate, index) == ("and", ("gt", 0, 0.0), ("not", ("eq", 1, 1.0)))
    assert rename(ALWAYS, index) == ALWAYS


@given(st.text(alphabet="deal troops and or not ()=<>!0.1", max_size=80))
def test_any_text_parses_or_says_where_not(text: str) -> None:
    try:
        gate = parse_expression(text, CONDITIONS)
    except ExpressionError as error:
        assert 0 <= error.column <= len(text)
    else:
        assert rename(gate, {"troops": 0, "deal": 1, "rule": 2})
