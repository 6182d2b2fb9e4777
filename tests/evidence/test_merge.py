"""Five outlets that tell of one event make one row; what they disagree on is kept and shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.evidence import bounds
from tightrope.evidence.citing import Citations, slug
from tightrope.evidence.document import Document
from tightrope.evidence.merge import proposals_of
from tightrope.evidence.proposal import Proposal, Telling, document_key
from tightrope.evidence.statement import Statement
from tightrope.evidence.troops import conditions_of
from tightrope.history import History
from tightrope.theatre import Theatre
from told import amount, document, outlet, party, statement

Read = tuple[Document, list[Statement]]
Saltmarsh = tuple[Theatre, History]


def tellings(theatre: Theatre, *read: Read) -> list[Telling]:
    cite = Citations(theatre)
    return [Telling(document_key(of), cite.cite(of, told), of.published, told)
            for of, statements in read for told in statements]  # fmt: skip


def proposed(theatre: Theatre, *read: Read) -> list[Proposal]:
    return proposals_of(tellings(theatre, *read), theatre)


# bounds -----------------------------------------------------------------------------------------

told_bounds = st.tuples(st.integers(0, 50), st.none() | st.integers(0, 50)).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + pair[1])
)


@given(st.lists(told_bounds, min_size=1, max_size=6))
def test_bounds_do_not_depend_on_the_order_of_tellings(told: list[bounds.Bounds]) -> None:
    whole = bounds.hull(told)
    assert bounds.hull(sorted(told, key=repr)) == whole == bounds.hull(told[::-1])
    for low, high in told:
        if high is not None:
            assert whole[0] <= low and (whole[1] is None or whole[1] >= high)


@pytest.mark.parametrize("told, cell", [
    ([(3, 3), (5, 5)], "3..5"), ([(24, None), (28, 28)], "28"), ([(24, None), (20, 20)], "20.."),
    ([(3, None), (5, None)], "5.."), ([(0, 0)], "0"),
])  # fmt: skip
def test_bounds_as_cells(told: list[bounds.Bounds], cell: str) -> None:
    assert bounds.cell(bounds.hull(told)) == cell


def test_numbers_that_count_nothing_do_no_harm() -> None:
    assert bounds.whole(float("inf"), float("nan")) == (0, None)
    assert bounds.whole(-3, 2.5) == (0, 3)
    assert bounds.whole(1e30, None) == (999_999_999, None)


# one event --------------------------------------------------------------------------------------


def test_five_outlets_make_one_row_with_five_sources(saltmarsh: Saltmarsh) -> None:
    read = [outlet("herald", (3, 3)), outlet("gazette", (5, 5), place="Reed valley"),
            outlet("post", None), outlet("times", (3, None), published=date(2018, 3, 6)),
            outlet("star", None, place="Reed Valley")]  # fmt: skip
    (proposal,) = proposed(saltmarsh[0], *read)
    cells = proposal.cells
    assert len(cells["sources"].split(";")) == 5
    assert cells["deaths"] == "3..5" and cells["status"] == "corroborated"
    assert (cells["date"], cells["known"]) == ("2018-03-04", "2018-03-05")
    assert (cells["event"], cells["by"], cells["on"]) == ("strike", "auster", "wardens")
    assert cells["count"] == "1" and cells["place"].casefold() == "reed valley"
    (killed,) = proposal.differences
    assert killed.startswith("killed: ") and "3 (herald#" in killed and "5 (gazette#" in killed
    assert proposal.confidence == pytest.approx(1 - 0.2**5)


def test_the_order_of_reading_changes_nothing(saltmarsh: Saltmarsh) -> None:
    read = [outlet("herald", (3, 3)), outlet("gazette", (5, 5), place="Reed valley"),
            outlet("post", None, date="2018-03"),
            outlet("star", None, date="2018-04-01")]  # fmt: skip
    first = proposed(saltmarsh[0], *read)
    again = proposed(saltmarsh[0], *read[::-1])
    assert {p.cells["sources"] for p in first} == {p.cells["sources"] for p in again}
    assert len(first) == 2


@pytest.mark.parametrize("other", [
    {"date": "2018-03-06"}, {"place": "Harbour"}, {"modality": "planned"},
    {"event": "attack"},
])  # fmt: skip
def test_other_days_places_types_and_plans_are_other_events(
    saltmarsh: Saltmarsh, other: dict[str, str]
) -> None:
    read = [outlet("herald", place="Reed valley"),
            outlet("gazette", **{"place": "Reed valley", **other})]  # fmt: skip
    assert len(proposed(saltmarsh[0], *read)) == 2


def test_what_is_dated_by_no_more_than_a_year_is_not_merged(saltmarsh: Saltmarsh) -> None:
    read = [outlet("herald", date="2018"), outlet("gazette", date="2018")]
    assert len(proposed(saltmarsh[0], *read)) == 2
    read = [outlet("herald", date="2018-03"), outlet("gazette", date="2018-03")]
    assert len(proposed(saltmarsh[0], *read)) == 1


def test_sides_that_contradict_are_other_events(saltmarsh: Saltmarsh) -> None:
    of, (told,) = outlet("gazette")
    borea = replace(told, source=party(of, "Auster", "borea", "Borea"))
    assert len(proposed(saltmarsh[0], outlet("herald"), (of, [borea]))) == 2
    # The Wardens belong to Saltmarsh: the wider name contradicts nothing, the narrower stands.
    wide = replace(told, target=party(of, "Wardens", "saltmarsh", "Saltmarsh"))
    (proposal,) = proposed(saltmarsh[0], outlet("herald"), (of, [wide]))
    assert proposal.cells["on"] == "wardens"
    assert any(line.startswith("on: ") for line in proposal.differences)


def test_many_and_few_dead_are_two_events_and_near_counts_one(saltmarsh: Saltmarsh) -> None:
    assert len(proposed(saltmarsh[0], outlet("a", (3, 3)), outlet("b", (50, 50)))) == 2
    assert len(proposed(saltmarsh[0], outlet("a", (30, 30)), outlet("b", (50, 50)))) == 1


def test_copies_of_one_text_corroborate_nothing(saltmarsh: Saltmarsh) -> None:
    of, told = outlet("herald")
    copy = replace(of, name="mirror.txt", text=of.text + " Copied.")
    (proposal,) = proposed(saltmarsh[0], (of, told), (copy, told))
    assert proposal.cells["status"] == "reported"
    assert len(proposal.cells["sources"].split(";")) == 2


# cells ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more, date_cell, doubt", [
    ({"date": None}, "2018-03-04/2018-03-05", "the day of the report or the day before"),
    ({"date": "../2018-03-02"}, "2018-01-31/2018-03-02", "only that it was earlier"),
    ({"date": "2018-02"}, "2018-02", None),
    ({"date": "2018-03-01/.."}, "2018-03-01/2018-03-05", None),
    ({"date": "2018-09-01", "modality": "planned"}, "2018-03-05", None),
])  # fmt: skip
def test_days(saltmarsh: Saltmarsh, more: dict[str, str], date_cell: str, doubt: str) -> None:
    (proposal,) = proposed(saltmarsh[0], outlet("herald", **more))
    assert proposal.cells["date"] == date_cell
    said = " ".join(proposal.doubts)
    assert (doubt in said) if doubt else not proposal.doubts


def test_without_any_date_a_person_must_write_one(saltmarsh: Saltmarsh) -> None:
    (proposal,) = proposed(saltmarsh[0], outlet("herald", date=None, published=None))
    assert proposal.cells["date"] == proposal.cells["known"] == ""
    assert "write a date" in proposal.doubts[0]


@pytest.mark.parametrize("more, count, status", [
    ({"modality": "planned"}, "0", "reported"), ({"modality": "threatened"}, "0", "reported"),
    ({"modality": "alleged"}, "1", "alleged"), ({"modality": "denied"}, "1", "disputed"),
    ({"source": None}, "1", "alleged"),
])  # fmt: skip
def test_what_is_only_said_counts_nowhere(
    saltmarsh: Saltmarsh, more: dict[str, str], count: str, status: str
) -> None:
    (proposal,) = proposed(saltmarsh[0], outlet("herald", **more))
    assert (proposal.cells["count"], proposal.cells["status"]) == (count, status)


def test_a_demand_is_the_deed_where_the_type_is_a_demand(saltmarsh: Saltmarsh) -> None:
    more = {"event": "vote", "plover": "REQUEST", "mode": "yield", "modality": "demanded"}
    (proposal,) = proposed(saltmarsh[0], outlet("herald", **more))
    assert proposal.cells["count"] == "1"


def test_a_count_over_a_window_is_a_tally(saltmarsh: Saltmarsh) -> None:
    of = document("The Wardens fired 160 times since October at Auster.")
    told = statement(of, "fired", event="attack", date="2017-10-01/2018-03-05",
                     numbers=(amount(of, "160 times", "attacks", 160, None),))  # fmt: skip
    (proposal,) = proposed(saltmarsh[0], (of, [told]))
    assert (proposal.cells["count"], proposal.cells["status"]) == ("160..", "tally")


def test_strangers_are_named_in_doubts_and_not_given_another_name(saltmarsh: Saltmarsh) -> None:
    of, (told,) = outlet("herald")
    masked = replace(told, source=party(of, "Auster", None, "Masked men"))
    (proposal,) = proposed(saltmarsh[0], (of, [masked]))
    assert proposal.cells["by"] == ""
    assert "no actor for 'Masked men'" in " ".join(proposal.doubts)
    assert "auster would stand" in " ".join(proposal.doubts)
    assert "by Masked men" in proposal.cells["note"]


def test_notes_are_never_the_sentence(saltmarsh: Saltmarsh) -> None:
    (proposal,) = proposed(saltmarsh[0], outlet("herald", (3, 5), place="Reed valley"))
    note = proposal.cells["note"]
    assert note == "Aerial attack by Auster on The Wardens in Reed valley, 3..5 killed"
    quote = proposal.tellings[0].statement.quote.split()
    runs = {" ".join(quote[i : i + 5]) for i in range(len(quote) - 4)}
    assert not any(run in note for run in runs)


def test_lines_are_cited_by_their_id_and_articles_by_characters(saltmarsh: Saltmarsh) -> None:
    of, told = outlet("herald")
    line = replace(of, name="corpus.parquet", id="ab12")
    cite = Citations(saltmarsh[0], {"corpus.parquet": "register"})
    assert cite.cite(line, told[0]) == "register#ab12"
    assert cite.cite(of, told[0]) == f"herald#{told[0].start}-{told[0].end}"
    other = replace(of, text=of.text + " More.")
    assert cite.source_of(other).startswith("herald-") and cite.source_of(of) == "herald"
    assert slug("  ") == "document" and slug("Ünïcode/../x") == "unicode-x"


# conditions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text, words, plover, value", [
    ("Auster has 1,900 soldiers in Saltmarsh.", "1,900 soldiers", "CONSULT", "1900"),
    ("Auster cuts its force to 1,900 soldiers.", "1,900 soldiers", "RETREAT", "1900"),
    ("Auster withdraws 500 soldiers.", "500 soldiers", "RETREAT", None),
    ("Auster will add 750 more soldiers.", "750", "AGREE", None),
    ("Auster sends 750 soldiers.", "750 soldiers", "MOBILIZE", None),
])  # fmt: skip
def test_how_many_there_are_becomes_a_condition(
    saltmarsh: Saltmarsh, text: str, words: str, plover: str, value: str | None
) -> None:
    theatre, of = saltmarsh[0], document(text)
    number = amount(of, words, "troops", int(words.split()[0].replace(",", "")), None)
    told = statement(of, words, event=None, plover=plover, numbers=(number,))
    (telling,) = tellings(theatre, (of, [told]))
    found = [(p.kind, p.cells["condition"], p.cells["value"])
             for p in conditions_of(telling, text, theatre)]  # fmt: skip
    assert found == ([("condition", "troops", value)] if value else [])


def test_soldiers_of_others_are_not_those_of_the_condition(saltmarsh: Saltmarsh) -> None:
    theatre, of = saltmarsh[0], document("Borea has 900 soldiers at its own border.")
    number = amount(of, "900 soldiers", "troops", 900, 900)
    told = statement(of, "has", event=None, plover="CONSULT", numbers=(number,),
                     source=party(of, "Borea", "borea"), target=None)  # fmt: skip
    (telling,) = tellings(theatre, (of, [told]))
    assert list(conditions_of(telling, of.text, theatre)) == []
