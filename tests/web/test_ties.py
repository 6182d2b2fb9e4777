"""Who acts on whom: counted by hand, and laid out the same each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.history import History, Row
from tightrope.theatre import Theatre
from tightrope.theatre.dates import Span
from tightrope.web.ties import HEIGHT, WIDTH, Tie, nodes_of, placed, sign_of, ties_between

DAY = date(2020, 1, 5)


@pytest.fixture
def row(saltmarsh: tuple[Theatre, History]) -> Row:
    made = saltmarsh[1].rows[0]
    return replace(made, date=Span("2020-01-05", DAY, DAY), by=("a", "b"), on=("b", "c"))


def test_each_pair_of_a_fact_counts_once_and_nobody_acts_on_themselves(row: Row) -> None:
    rows = [replace(row, plover="ASSAULT/aerial"), replace(row, plover="AID"),
            replace(row, plover="ACCUSE", by=("a",), on=("b",))]  # fmt: skip
    found = ties_between(rows, DAY, DAY)
    assert found[0] == Tie("a", "b", "conflict", 2)
    assert set(found[1:]) == {
        Tie(by, on, sign, 1) for by, on in (("a", "c"), ("b", "c"))
        for sign in ("conflict", "cooperation")
    } | {Tie("a", "b", "cooperation", 1)}  # fmt: skip


def test_a_window_takes_what_may_lie_in_it(row: Row) -> None:
    later, open_end = date(2020, 2, 1), replace(row, date=Span("from 2020-01-05", DAY, None))
    assert ties_between([row], later, later) == []
    assert len(ties_between([open_end], later, later)) == 3


@pytest.mark.parametrize(
    "plover, sign",
    [("RETREAT/withdraw", "cooperation"), ("REQUEST", "conflict"), ("AGREE", "cooperation")],
)
def test_the_sixteen_kinds_fall_into_two_halves(row: Row, plover: str, sign: str) -> None:
    assert sign_of(replace(row, plover=plover)) == sign


def test_at_most_forty_actors_stand_in_the_picture() -> None:
    ties = [Tie(f"a{i}", f"b{i}", "conflict", 100 - i) for i in range(60)]
    known = dict.fromkeys([f"a{i}" for i in range(60)] + [f"b{i}" for i in range(60)])
    assert nodes_of(ties, known) == [f"{x}{i}" for i in range(20) for x in "ab"]
    del known["a0"]
    assert "a0" not in nodes_of(ties, known)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 40), st.integers(1, 30))
def test_every_actor_stands_inside_and_always_at_the_same_place(count: int, letters: int) -> None:
    nodes = [f"n{i}" for i in range(count)]
    ties = [Tie(nodes[i], nodes[i // 2], "conflict", i) for i in range(1, count)]
    spots = placed(nodes, ["x" * letters] * count, ties)
    assert list(spots) == nodes and spots == placed(nodes, ["x" * letters] * count, ties)
    for x, y in spots.values():
        assert 0 <= x <= WIDTH and 0 <= y <= HEIGHT
    assert len(set(spots.values())) == count


def test_labels_of_iraq_do_not_cover_each_other() -> None:
    from tightrope.history import read_theatre_and_history

    theatre, history = read_theatre_and_history("iraq")
    ties = ties_between(history.rows, date(2003, 1, 1), date(2024, 12, 31))
    nodes = nodes_of(ties, theatre.actors)
    names = [theatre.actors[name].name for name in nodes]
    spots = np.array(list(placed(nodes, names, ties).values()))
    wide = np.array([6.4 * len(name) / 2 for name in names])
    over = (np.abs(spots[:, None, 0] - spots[:, 0]) < wide[:, None] + wide) & (
        np.abs(spots[:, None, 1] - spots[:, 1]) < 16
    )
    assert not np.triu(over, 1).any()
