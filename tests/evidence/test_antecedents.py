"""Who is meant by "it", "they", "the group", "the strikes": memory over made-up sentences."""

from __future__ import annotations

from datetime import date

import pytest

from tightrope.evidence.document import Document
from tightrope.evidence.reader import Reader, read_statements
from tightrope.evidence.statement import Statement

DAY = date(2021, 7, 14)
ALL = Reader(least=0.0, least_article=0.0)
FILLER = "Nothing else was known about the matter in the evening of that day. " * 30
"""Makes an article of a text: longer than news in brief."""


def read(text: str, trigger: str) -> Statement:
    at = text.rindex(trigger)
    found = read_statements(Document("made up", text, (), "1", DAY), ALL)
    return next(s for s in found if s.trigger_start <= at < s.trigger_end)


CASES = [
    ("Norway said nothing. It condemned Chile.", "condemned", "Norway", "Chile"),
    ("Juan Sol met Ana Luz in Lima. He accused Chile of spying.", "accused", "Juan Sol", "Chile"),
    ("Rebels seized a bridge in Mali. They attacked Danish soldiers.", "attacked",
     "Rebels (Mali)", "Danish Armed Forces"),
    ("Danish forces say they've killed Juan Sol.", "killed",
     "Security forces (Denmark)", "Juan Sol"),
    ("Four policemen die in Mali after rebels open fire on them.", "open fire",
     "Rebels (Mali)", "Police (Mali)"),
    ("The Zuba group released papers in Lima. The group threatened Chile.", "threatened",
     "Zuba", "Chile"),
    ("The Zuba Fishing Company accused Peru. The company also threatened Chile.", "threatened",
     "Zuba Fishing Company", "Chile"),
    ("Peru's decision to leave angers Chile. Norway condemns the decision.", "condemns",
     "Norway", "Peru"),
    ("A court in Oslo sentenced one man to prison. Another man was sentenced to death.",
     "sentenced", "Court (Norway)", "Suspects (Norway)"),
    ("Norway recalls its ambassador to Peru.", "recalls", "Norway", "Peru"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "trigger", "source", "target"), CASES, ids=[case[0][:50] for case in CASES]
)
def test_antecedents(text: str, trigger: str, source: str, target: str):
    statement = read(text, trigger)
    assert [p and p.name for p in (statement.source, statement.target)] == [source, target]


def test_a_party_is_quoted_from_where_it_is_named():
    text = "Norway said nothing. It condemned Chile."
    source = read(text, "condemned").source
    assert source is not None and (source.text, source.start) == ("Norway", 0)


def test_thing_and_person_do_not_stand_for_each_other():
    text = "Juan Sol left Chile. It attacked Peru."
    source = read(text, "attacked").source
    assert source is not None and source.name == "Chile"


def test_a_holder_of_an_office_is_named_by_the_day():
    statement = read("The Iraqi prime minister condemned Norway.", "condemned")
    assert statement.source is not None
    assert (statement.source.name, statement.source.text) == (
        "Mustafa al-Kadhimi", "Iraqi prime minister",
    )  # fmt: skip


def test_the_strikes_of_an_article_are_those_told_of_before():
    text = f"Norway launched air strikes on armed rebels in Mali. {FILLER}Peru condemned the "
    again = read(text + "air strikes.", "air strikes")
    blamed = read(text + "air strikes.", "condemned")
    assert again.source is not None and again.source.name == "Norway"
    assert again.target is not None and again.target.name == "Rebels (Mali)"
    assert blamed.target is not None and blamed.target.name == "Norway"


def test_strikes_of_somebody_else_are_not():
    text = f"Norway launched air strikes on armed rebels in Mali. {FILLER}Then came the "
    other = read(text + "Chilean air strikes on Peru.", "air strikes")
    assert [p and p.name for p in (other.source, other.target)] == ["Chile", "Peru"]
