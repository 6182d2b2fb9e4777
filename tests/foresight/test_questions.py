"""Base rates against a slow loop, and what a run cannot answer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tightrope.compile import compile_theatre
from tightrope.foresight.questions import base_rate, resolve, unanswerable
from tightrope.history import History, tabulate
from tightrope.theatre import Theatre, schema
from tiny import row

Tiny = Callable[..., tuple[Theatre, History]]
EVENTS = """\
events:
  strike: {says: x, by: north, plover: ASSAULT, base: 2 per year}
  attack: {says: x, by: south, plover: ASSAULT, base: 2 per year}
"""


def question(kind: str, **more: object) -> schema.Question:
    given = {"ask": "x", "family": "f", "kind": kind, **more}
    return schema.Question.model_validate(given)


def slow(daily: np.ndarray, kind: str, at_least: int, window: int) -> float:
    answers = []
    for start in range(len(daily) - window + 1):
        total = daily[start : start + window].sum()
        answers.append(total if kind == "count" else total > at_least - 1e-6)
    return float(np.mean(answers))


@pytest.mark.parametrize("kind", ["yes_no", "count", "date"])
@pytest.mark.parametrize("window, at_least", [(1, 1), (30, 1), (30, 4), (366, 1)])
def test_base_rate_asks_every_window(tiny: Tiny, kind: str, window: int, at_least: int) -> None:
    rows = row("a", "2020-02-01", count="2") + row("b", "2020-02-20", "attack")
    rows += row("t", "2020-06-01/2020-06-09", "attack", "4") + row("c", "2020-12-31")
    theatre, history = tiny(EVENTS, rows=rows)
    compiled = compile_theatre(theatre)
    table = tabulate(compiled, history)
    asked = question(kind, events=["strike", "attack"], at_least=at_least)
    daily = table.counts.sum(1)
    assert daily.sum() == pytest.approx(8)
    expected = slow(daily, kind, at_least, window)
    assert base_rate(compiled, asked, table, window) == pytest.approx(expected)
    assert base_rate(compiled, asked, table, 367) is None


def test_base_rate_of_a_condition_is_its_share_of_days(tiny: Tiny) -> None:
    theatre, history = tiny(
        conditions="2020-01-31,truce,yes,register,\n",
        questions="q: {ask: x, family: f, kind: yes_no, if: not truce}\n",
    )
    compiled = compile_theatre(theatre)
    found = base_rate(compiled, theatre.questions["q"], tabulate(compiled, history), 30)
    assert found == pytest.approx(31 / 367)


def test_answers_of_daily_counts() -> None:
    daily = np.array([[0, 0, 2], [1, 0, 0], [1, 0, 1]])  # three days of three paths
    yes = question("yes_no", events="a", at_least=2)
    assert resolve(yes, daily).tolist() == [1, 0, 1]
    assert resolve(question("count", events="a"), daily).tolist() == [2, 0, 3]
    assert resolve(question("date", events="a"), daily).tolist() == [2, np.inf, 1]
    assert resolve(question("date", events="a", at_least=2), daily).tolist() == [3, np.inf, 1]


@pytest.mark.parametrize(
    "asked, says",
    [
        (question("yes_no", events="a", days=90), None),
        (question("yes_no", events="a", days=30), None),
        (question("yes_no", events="a", days=91), "it asks about 91 days and the run looks 90"),
        (question("level", level="a", days=90), None),
        (question("level", level="a", days=30), "speaks of the last day, here day 90, and it asks"),
        (question("yes_no", days=30, **{"if": "a"}), "speaks of the last day, here day 90"),
    ],
)
def test_what_a_run_of_90_days_cannot_answer(asked: schema.Question, says: str | None) -> None:
    found = unanswerable(asked, 90)
    assert found is None if says is None else found is not None and says in found
    assert found is None or f"--days {asked.days}" in found
