"""Which event type a statement is of: ties broken by words, and what a theatre's rows teach."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tightrope.errors import TheatreError
from tightrope.evidence.mapping import Mapping
from tightrope.history import History, read_theatre_and_history
from tightrope.inference.calibrate import model_digest
from tightrope.theatre import Theatre, read_theatre, theatre_digest
from told import document, party

TWO_OF_A_KIND = """
  troop_exit:
    says: The last soldiers of Auster leave
    by: auster
    on: saltmarsh
    plover: RETREAT
    base: {rate: 0.05 per year, assumed: hardly ever}
"""
HINTS = """
troop_cut: {words: [reduc, cut], not: [last soldiers]}
troop_exit: {words: [last soldiers, all soldiers]}
"""
OF = document("Auster and Saltmarsh, the Wardens, the Harbour.")


@pytest.fixture
def twins(own: Path) -> Path:
    path = own / "theatre.yaml"
    path.write_text(path.read_text("utf-8").rstrip() + "\n" + TWO_OF_A_KIND, "utf-8")
    return own


def _event(theatre: Theatre, clause: str) -> str | None:
    sides = (party(OF, "Auster", "auster"), party(OF, "Saltmarsh", "saltmarsh"))
    return Mapping.of(theatre).event("RETREAT", None, *sides, False, clause, clause)


def test_words_break_a_tie_and_nothing_else(twins: Path):
    (twins / "reading.yaml").write_text(HINTS, "utf-8")
    theatre = read_theatre(str(twins))
    assert _event(theatre, "Auster reduces its forces") == "troop_cut"
    assert _event(theatre, "the last soldiers of Auster leave") == "troop_exit"
    sides = (party(OF, "Auster", "auster"), party(OF, "Wardens", "wardens"))
    said = Mapping.of(theatre).event("ASSAULT", None, *sides, False, "the last soldiers", "")
    assert said == "strike"


def test_without_hints_the_first_of_a_tie_wins(twins: Path):
    assert _event(read_theatre(str(twins)), "the last soldiers of Auster leave") == "troop_cut"


def test_hints_are_no_part_of_any_fingerprint(own: Path):
    before = (theatre_digest(own), model_digest(read_theatre(str(own))))
    (own / "reading.yaml").write_text("strike: {words: [bomb]}\n", "utf-8")
    assert (theatre_digest(own), model_digest(read_theatre(str(own)))) == before


def test_hints_for_no_event_type_are_a_fault(own: Path):
    (own / "reading.yaml").write_text("strik: {words: [bomb]}\nvote: {word: [x]}\n", "utf-8")
    with pytest.raises(TheatreError) as refused:
        read_theatre(str(own))
    told = "\n".join(fault.code for fault in refused.value.faults)
    assert "unknown-event" in told and "unknown-key" in told


@pytest.fixture
def past(scaffold: Path) -> tuple[Theatre, History]:
    return read_theatre_and_history(scaffold)


def test_rows_teach_a_type_that_no_side_is_named_of(past: tuple[Theatre, History]):
    theatre, history = past
    learned = Mapping.of(theatre, history.rows)
    telling = "Shells fall on the Harbour in an attack of Saltmarsh militants."
    assert Mapping.of(theatre).event("ASSAULT", None, None, None, False, telling, telling) is None
    row = replace(history.rows[0], note="shells on the Harbour", place="Harbour", by=("wardens",))
    taught = Mapping.of(theatre, (*history.rows, *[row] * 8))
    assert taught.event("ASSAULT", None, None, None, False, telling, telling) == "attack"
    elsewhere = "Shells fall on a port in an attack of militants."
    assert taught.event("ASSAULT", None, None, None, False, elsewhere, elsewhere) is None
    assert learned.event("CONSULT", None, None, None, False, elsewhere, elsewhere) is None


def test_a_ministry_acts_for_its_state_and_gunmen_do_not(past: tuple[Theatre, History]):
    mapping = Mapping.of(past[0])
    ministry = party(OF, "Harbour", None)
    assert (found := mapping.belonging(ministry, "Auster")) and found.id == "auster"
    assert mapping.belonging(ministry, "") == ministry
