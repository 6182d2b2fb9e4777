"""Chains of events that are known because the theatre leaves no other way, or known proportions."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight import explanation
from tightrope.foresight import storylines as module
from tightrope.foresight.storylines import Storylines, day_in, storylines
from tightrope.history import History
from tightrope.theatre import Theatre
from tiny import HEAD, row

Tiny = Callable[..., tuple[Theatre, History]]
pytestmark = pytest.mark.usefixtures("compiled_once")
NEVER = "worst: {rate: 1000 per day, assumed: x}"


def event(name: str, *lines: str) -> str:
    given = {"says": name, "by": "north", "plover": "ASSAULT"}
    texts = [f"    {key}: {value}\n" for key, value in given.items()]
    return f"  {name}:\n" + "".join(texts) + "".join(f"    {line}\n" for line in lines)


def follows(**causes: float) -> str:
    told = (f"{name}: {{expect: {x}, half_life: 2 days, mechanism: M1}}"
            for name, x in causes.items())  # fmt: skip
    return f"follows: {{{', '.join(told)}}}"


def theatre(*events: str) -> str:
    return "events:\n" + "".join(events)


A = event("a", "base: 0.02 per day", "memoryless: true")
B = event("b", follows(a=0.5), "memoryless: true", NEVER)
C = event("c", follows(b=0.5), "memoryless: true", NEVER)
QUESTIONS = """\
c: {ask: Will c happen?, family: f, kind: yes_no, events: c}
first: {ask: x, family: f, kind: date, events: c}
b: {ask: x, family: f, kind: count, events: b}
mood: {ask: x, family: f, kind: level, level: anger}
calm: {ask: x, family: f, kind: yes_no, if: truce}
"""
OLD = row("old", "2020-01-05", "a")


def told_of(tiny: Tiny, events: str, question: str, rows: str = OLD, **more: Any) -> Storylines:
    asked = "".join(line + "\n" for line in QUESTIONS.splitlines()
                    if not line.endswith("events: c}") or "  c:" in events)  # fmt: skip
    read = tiny(events, rows=rows, questions=asked, head=HEAD)
    return storylines(*read, question, **{"days": 60, "paths": 2000, "fitted": False} | more)


@pytest.mark.parametrize("question", ["c", "first"])
def test_a_chain_without_another_way_has_the_whole_share(tiny: Tiny, question: str) -> None:
    told = told_of(tiny, theatre(A, B, C), question)
    (line,) = told.told
    assert (line.words(), line.share, told.others) == ("(by itself) a → b → c", 1, 0)
    assert [step.link and step.link.mechanism for step in line.steps] == [None, "M1", "M1"]
    assert told.traced == line.chains == round(told.answer * told.paths)
    days = [day_in(told.first_day, one) for one in line.example]
    assert days == sorted(set(days)) and days[0] >= told.first_day, "nothing reacts on its day"
    assert [step.days for step in line.steps][1:] == pytest.approx([2, 2], abs=1)


def test_shares_are_those_of_the_closed_form(tiny: Tiny) -> None:
    """b follows a twice as often as d, and d is three times as frequent: 2 to 3; e's way is shut."""
    a = event("a", "base: 0.02 per day", "memoryless: true")
    d = event("d", "base: 0.06 per day", "memoryless: true")
    e = event("e", "base: 0.2 per day", "memoryless: true")
    causes = follows(a=0.4, d=0.2)[:-1] + ", e: {expect: 1, half_life: 2 days, if: truce, "
    b = event("b", causes + "mechanism: M1}}", "memoryless: true", NEVER)
    told = told_of(tiny, theatre(a, d, e, b), "b", rows=row("old", "2020-01-05", "d"))
    shares = {line.words(): line.share for line in told.told}
    # A day has several of a type so rarely that log2(1 + n) is n within two percent.
    error = 4 * np.sqrt(0.24 / told.traced)
    assert shares == pytest.approx(
        {"(by itself) d → b": 0.6, "(by itself) a → b": 0.4}, abs=error + 0.012
    )
    assert sum(shares.values()) == pytest.approx(1)


def test_bases_and_standing_conditions_are_told_apart(tiny: Tiny) -> None:
    """However long a rhythm carries on what they began; it is told once."""
    extra = "extra: [{if: troops > 50, rate: 0.03 per day, mechanism: M2}, "
    extra += "{if: truce, rate: 5 per day, mechanism: M2}]"
    rhythm = "rhythm: {short: {expect: 0.4, half_life: 2 days, assumed: x}, "
    rhythm += "long: {expect: 0.0001, half_life: 120 days, assumed: x}}"
    b = event("b", "base: {rate: 0.01 per day, assumed: x}", extra, rhythm, NEVER)
    told = told_of(tiny, theatre(b), "b", rows=row("old", "2020-01-05", "b"))
    shares = {line.words(): line.share for line in told.told}
    del shares["(happened) b"]  # what is left of an event a year ago
    # Offspring share their origin, so chains are fewer than events: nine to one at the worst.
    assert shares == pytest.approx(
        {"(while troops > 50) b": 0.75, "(by itself) b": 0.25},
        abs=4 * np.sqrt(9 * 0.19 / told.traced),
    )
    assert told.told[0].origin.mechanism == "M2"
    assert all(len(line.steps) == 1 for line in told.told)
    links = [one.link for line in told.told for one in line.example]
    assert {link.kind for link in links if link} <= {"rhythm"}


def test_a_fact_of_the_record_is_named(tiny: Tiny) -> None:
    """Nothing happens by itself: what follows comes from the rows, by what each has left."""
    a = event("a", "base: 1 per day", "when: [{if: truce, assumed: x}]", "memoryless: true")
    rows = row("week", "2020-12-25", "a") + row("eve", "2020-12-31", "a")
    told = told_of(tiny, theatre(a, B), "b", rows=rows)
    (line,) = told.told
    assert line.words() == "(happened) a → b" and line.share == 1
    left = np.array([1.0, 2 ** (-6 / 2)])
    expected = dict(zip(("eve", "week"), left / left.sum(), strict=True))
    found = {fact.id: share for fact, share in line.roots}
    assert found == pytest.approx(expected, abs=4 * np.sqrt(0.1 / told.traced))
    first = line.example[0]
    assert first.row is not None
    assert day_in(told.first_day, first) == first.row.date.earliest
    assert told.as_json()["storylines"][0]["example"][0]["sources"] == ["register"]


def test_levels_are_notes_and_not_parents(tiny: Tiny) -> None:
    a = event("a", "base: 0.05 per day", "memoryless: true",
              "pushes: {anger: {by: 3, mechanism: M2}}")  # fmt: skip
    b = event("b", follows(a=0.3), "memoryless: true", NEVER,
              "scaled_by: {anger: {coef: 1.5, mechanism: M2}}")  # fmt: skip
    (line,) = told_of(tiny, theatre(a, b), "b").told
    (mood,) = line.moods
    assert (line.words(), mood.level) == ("(by itself) a → b", "anger")
    assert mood.reading > mood.rest and mood.factor > 1.1
    assert mood.factor == pytest.approx(np.exp(1.5 * (mood.reading - mood.rest)), rel=0.1)


def test_equal_seeds_tell_equal_stories(tiny: Tiny) -> None:
    first, again = (told_of(tiny, theatre(A, B, C), "c", paths=500) for _ in range(2))
    assert first.as_json() == again.as_json()


def test_what_no_event_answers_is_refused(tiny: Tiny) -> None:
    for question in ("mood", "calm"):
        with pytest.raises(RunRefused, match=f"{question} speaks of the state on the last day"):
            told_of(tiny, theatre(A, B, C), question)
    with pytest.raises(UnknownName, match="no question is called"):
        told_of(tiny, theatre(A, B, C), "d")


def test_nothing_to_tell_where_nothing_happens(tiny: Tiny) -> None:
    a = event("a", "base: 1 per day", "when: [{if: truce, assumed: x}]", "memoryless: true")
    told = told_of(tiny, theatre(a, B, C), "c", as_of=date(2020, 6, 1), paths=100)
    assert (told.answer, told.traced, told.told) == (0, 0, ())
    assert told.as_json()["others"] == {"different": 0, "share": 0}


def test_examples_run() -> None:
    for one in (module, explanation):
        assert doctest.testmod(one).failed == 0  # type: ignore[arg-type]
