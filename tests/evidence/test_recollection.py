"""Dates from the history: of a row that the words tell of, public by then, and not one's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tightrope.evidence.document import Document
from tightrope.evidence.hearing import rows_of
from tightrope.evidence.mapping import Mapping
from tightrope.evidence.merge import merged
from tightrope.evidence.proposal import Telling
from tightrope.evidence.recollection import Recollection
from tightrope.evidence.statement import Statement
from tightrope.theatre import read_theatre
from told import amount, document, party, statement

TEXT = "The Wardens recall how Auster bombed their camp in Reed valley and killed four of them."
LATER = date(2018, 6, 1)


@pytest.fixture
def memory(scaffold: Path) -> Recollection:
    theatre = read_theatre(str(scaffold))
    return Recollection(theatre, rows_of(theatre), Mapping.of(theatre).above)


def _told(published: date | None = LATER, text: str = TEXT, **more: Any) -> tuple[Document, Any]:
    of = document(text, published=published)
    fields = {"date": f"../{published}", "date_basis": "assumed", "place": "Reed valley",
              "numbers": (amount(of, "four", "killed", 4, 4),)}  # fmt: skip
    return of, statement(of, "bombed", **{**fields, **more})


def _date(memory: Recollection, of: Document, told: Statement) -> tuple[str | None, str | None]:
    (dated,) = memory.dated([told], of)
    return dated.date, dated.date_basis


def test_a_telling_without_a_day_gets_that_of_its_row(memory: Recollection):
    assert _date(memory, *_told()) == ("2018-03-04", "history:2018-03-04-strike")


@pytest.mark.parametrize(
    "more",
    [
        {"date": "2018-03-09", "date_basis": "words"},
        {"date": "2017", "date_basis": "words"},
        {"modality": "planned"},
        {"plover": "COOPERATE", "event": None},
        {"source": None, "target": None, "event": None, "place": None, "numbers": ()},
    ],
)
def test_own_words_other_deeds_and_bare_mentions_stay(memory: Recollection, more: dict[str, Any]):
    of, told = _told(**more)
    assert _date(memory, of, told) == (told.date, told.date_basis)


def test_another_author_is_another_deed(memory: Recollection):
    of, told = _told(text=TEXT.replace("Auster", "Saltmarsh"))
    told = statement(of, "bombed", date="../2018-06-01", date_basis="assumed",
                     source=party(of, "Saltmarsh", "saltmarsh"), place="Reed valley")  # fmt: skip
    assert _date(memory, of, told)[1] == "assumed"


def test_a_row_that_was_not_public_on_the_day_dates_nothing(memory: Recollection):
    # The strike of 4 March was public on the 6th.
    assert _date(memory, *_told(date(2018, 3, 5)))[1] == "assumed"
    assert _date(memory, *_told(date(2018, 3, 6)))[0] == "2018-03-04"


def test_a_vague_time_is_narrowed_and_never_left(memory: Recollection):
    assert _date(memory, *_told(date="2018", date_basis="words"))[0] == "2018-03-04"
    spring = _told(date="2018-04/2018-06", date_basis="words")
    assert _date(memory, *spring) == ("2018-04/2018-06", "words")


def test_a_row_that_rests_on_this_very_text_does_not_date_it(own: Path):
    of, told = _told()
    sources = own / "sources.yaml"
    text = sources.read_text("utf-8")
    entry = ("mine:\n  type: article-newspaper\n  title: Mine\n  outlet: Mine\n"
             f"  published: 2018-06-01\n  language: en\n  sha256: {of.sha256}\n")  # fmt: skip
    sources.write_text(f"{text}\n{entry}", "utf-8")
    history = own / "history.csv"
    rows = history.read_text("utf-8")
    history.write_text(rows.replace("herald-2018-03-06#66-140", "mine#0-20"), "utf-8")
    theatre = read_theatre(str(own))
    memory = Recollection(theatre, rows_of(theatre), Mapping.of(theatre).above)
    assert _date(memory, of, told)[1] == "assumed"


def test_deeds_of_one_sentence_and_author_are_of_one_day(memory: Recollection):
    of, told = _told(text=f"{TEXT[:-1]}, then shelled huts.")
    beside = statement(of, "shelled", date="../2018-06-01", date_basis="assumed", event=None,
                       target=None, quote="then shelled huts")  # fmt: skip
    assert [s.date for s in memory.dated([told, beside], of)] == ["2018-03-04"] * 2


def test_a_proposal_says_whose_day_it_has(memory: Recollection, scaffold: Path):
    of, told = _told()
    (dated,) = memory.dated([told], of)
    proposal = merged([Telling("k", "h#0-9", of.published, dated)], read_theatre(str(scaffold)), {})
    assert any("2018-03-04-strike" in doubt for doubt in proposal.doubts)
