"""Chains of events that are known because the theatre leaves no other way, or known proportions."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight import explanation, storyline
from tightrope.foresight.storyline import Storylines, day_in
from tightrope.foresight.storylines import storylines
from tightrope.history import read_theatre_and_history
from tiny import row, tiny_theatre

Told = Callable[..., Storylines]
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


ALONE = "memoryless: true"
A = event("a", "base: 0.02 per day", ALONE)
B = event("b", follows(a=0.5), ALONE, NEVER)
C = event("c", follows(b=0.5), ALONE, NEVER)
# f follows d twice as often as e, and e is three times as frequent; the way of g is shut.
D = event("d", "base: 0.02 per day", ALONE)
E = event("e", "base: 0.06 per day", ALONE)
G = event("g", "base: 0.2 per day", ALONE)
SHUT = ", g: {expect: 1, half_life: 2 days, if: truce, mechanism: M1}}"
F = event("f", follows(d=0.4, e=0.2)[:-1] + SHUT, ALONE, NEVER)
# h comes from a condition three times as often as by itself, and by a rhythm from either.
EXTRA = "extra: [{if: troops > 50, rate: 0.03 per day, mechanism: M2}, "
EXTRA += "{if: truce, rate: 5 per day, mechanism: M2}]"
RHYTHM = "rhythm: {short: {expect: 0.4, half_life: 2 days, assumed: x}, "
RHYTHM += "long: {expect: 0.0001, half_life: 120 days, assumed: x}}"
H = event("h", "base: {rate: 0.01 per day, assumed: x}", EXTRA, RHYTHM, NEVER)
# i is impossible: what follows it comes from the record.
I = event("i", "base: 1 per day", "when: [{if: truce, assumed: x}]", ALONE)
J = event("j", follows(i=0.5), ALONE, NEVER)
# k makes angry, and anger scales what follows it.
K = event("k", "base: 0.05 per day", ALONE, "pushes: {anger: {by: 3, mechanism: M2}}")
L = event("l", follows(k=0.3), ALONE, NEVER, "scaled_by: {anger: {coef: 1.5, mechanism: M2}}")
EVENTS = "events:\n" + "".join((A, B, C, D, E, F, G, H, I, J, K, L))
QUESTIONS = """\
c: {ask: Will c happen?, family: f, kind: yes_no, events: c}
first_c: {ask: x, family: f, kind: date, events: c}
f: {ask: x, family: f, kind: count, events: f}
h: {ask: x, family: f, kind: count, events: h}
j: {ask: x, family: f, kind: count, events: j}
l: {ask: x, family: f, kind: count, events: l}
mood: {ask: x, family: f, kind: level, level: anger}
calm: {ask: x, family: f, kind: yes_no, if: truce}
"""
ROWS = row("week", "2020-12-25", "i") + row("eve", "2020-12-31", "i")


@pytest.fixture(scope="module")
def told_of(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The storylines of a question; all tests share one theatre, which is compiled once."""
    folder = tmp_path_factory.mktemp("chains")
    read = read_theatre_and_history(tiny_theatre(folder, EVENTS, rows=ROWS, questions=QUESTIONS))

    def told(question: str, **more: Any) -> Storylines:
        return storylines(*read, question, **{"days": 60, "paths": 2000, "fitted": False} | more)

    return told


@pytest.mark.parametrize("question", ["c", "first_c"])
def test_a_chain_without_another_way_has_the_whole_share(told_of: Told, question: str) -> None:
    told = told_of(question)
    (line,) = told.told
    assert (line.words(), line.share, told.others) == ("(by itself) a → b → c", 1, 0)
    assert [step.link and step.link.mechanism for step in line.steps] == [None, "M1", "M1"]
    assert told.traced == line.chains == round(told.answer * told.paths)
    days = [day_in(told.first_day, one) for one in line.example]
    assert days == sorted(set(days)) and days[0] >= told.first_day, "nothing reacts on its day"
    assert [step.days for step in line.steps][1:] == pytest.approx([2, 2], abs=1)
    assert told_of(question).as_json() == told.as_json(), "equal seeds, equal stories"


def test_shares_are_those_of_the_closed_form(told_of: Told) -> None:
    told = told_of("f")
    shares = {line.words(): line.share for line in told.told}
    # A day has several of a type so rarely that log2(1 + n) is n within two percent.
    assert shares == pytest.approx(
        {"(by itself) e → f": 0.6, "(by itself) d → f": 0.4},
        abs=4 * np.sqrt(0.24 / told.traced) + 0.012,
    )
    assert sum(shares.values()) == pytest.approx(1)


def test_bases_and_standing_conditions_are_told_apart(told_of: Told) -> None:
    """However long a rhythm carries on what they began; it is told once."""
    told = told_of("h")
    shares = {line.words(): line.share for line in told.told}
    # Offspring share their origin, so the evidence is less than the number of chains.
    assert shares == pytest.approx(
        {"(while troops > 50) h": 0.75, "(by itself) h": 0.25},
        abs=4 * np.sqrt(4 * 0.19 / told.traced),
    )
    assert told.told[0].origin.mechanism == "M2"
    assert all(len(line.steps) == 1 for line in told.told)
    links = [one.link for line in told.told for one in line.example]
    assert {link.kind for link in links if link} <= {"rhythm"}


def test_a_fact_of_the_record_is_named(told_of: Told) -> None:
    """Nothing happens by itself: what follows comes from the rows, by what each has left."""
    told = told_of("j")
    (line,) = told.told
    assert line.words() == "(happened) i → j" and line.share == 1
    left = np.array([1.0, 2 ** (-6 / 2)])
    expected = dict(zip(("eve", "week"), left / left.sum(), strict=True))
    found = {fact.id: share for fact, share in line.roots}
    assert found == pytest.approx(expected, abs=4 * np.sqrt(0.1 / told.traced))
    first = line.example[0]
    assert first.row is not None
    assert day_in(told.first_day, first) == first.row.date.earliest
    assert told.as_json()["storylines"][0]["example"][0]["sources"] == ["register"]


def test_levels_are_notes_and_not_parents(told_of: Told) -> None:
    (line,) = told_of("l").told
    (mood,) = line.moods
    assert (line.words(), mood.level) == ("(by itself) k → l", "anger")
    assert mood.reading > mood.rest and mood.factor > 1.1
    assert mood.factor == pytest.approx(np.exp(1.5 * (mood.reading - mood.rest)), rel=0.1)


def test_what_no_event_answers_is_refused(told_of: Told) -> None:
    for question in ("mood", "calm"):
        with pytest.raises(RunRefused, match=f"{question} speaks of the state on the last day"):
            told_of(question)
    with pytest.raises(UnknownName, match="no question is called"):
        told_of("d")


def test_nothing_to_tell_where_nothing_happens(told_of: Told) -> None:
    told = told_of("j", as_of=date(2020, 6, 1))
    assert (told.answer, told.traced, told.told) == (0, 0, ())
    assert told.as_json()["others"] == {"different": 0, "share": 0}


def test_examples_run() -> None:
    for one in (storyline, explanation):
        assert doctest.testmod(one).failed == 0  # type: ignore[arg-type]
