"""The queue proposes, a person decides, and the files change by exactly what was decided."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tightrope.errors import ReviewRefused, TheatreError
from tightrope.evidence.decide import Desk, own_copy
from tightrope.evidence.document import Document
from tightrope.evidence.propose import Proposed, propose
from tightrope.evidence.queue import Queue, queue_path
from tightrope.evidence.statement import Statement
from tightrope.history import History, Row, read_theatre_and_history
from tightrope.history.writer import insertion, records
from tightrope.theatre import find_theatre
from told import amount, document, outlet, statement

Read = tuple[Document, Sequence[Statement]]


@pytest.fixture
def desk(own: Path) -> Iterator[Desk]:
    with Queue(queue_path(own), "saltmarsh") as queue:
        yield Desk(queue, own)


def fill(desk: Desk, *read: Read) -> Proposed:
    return propose(*read_theatre_and_history(desk.folder), read, desk.queue)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()
            if not path.name.startswith((".review", "review.sqlite"))}  # fmt: skip


def row(folder: Path, name: str) -> Row:
    return next(r for r in read_theatre_and_history(folder)[1].rows if r.id == name)


NEW: dict[str, Any] = {
    "date": "2018-05-05", "place": "Reed valley", "published": date(2018, 5, 6),
}  # fmt: skip


# proposing --------------------------------------------------------------------------------------


def test_reading_changes_no_file_of_the_theatre(desk: Desk) -> None:
    before = bytes_of(desk.folder)
    done = fill(desk, outlet("herald", (3, 3), **NEW), outlet("gazette", (5, 5), **NEW))
    assert (done.documents, done.statements, done.new, done.with_twin) == (2, 2, 1, 0)
    assert bytes_of(desk.folder) == before
    assert desk.queue.count() == {"open": 1, "accepted": 0, "rejected": 0}


def test_the_same_telling_is_proposed_once(desk: Desk) -> None:
    fill(desk, outlet("herald", **NEW), outlet("gazette", date="2018-08-01"))
    desk.queue.set_state(2, "rejected", None)
    done = fill(desk, outlet("herald", **NEW), outlet("gazette", date="2018-08-01"))
    assert (done.known, done.new, done.grown) == (2, 0, 0)


def test_a_later_outlet_joins_the_open_proposal(desk: Desk) -> None:
    fill(desk, outlet("herald", (3, 3), **NEW))
    desk.correct(1, {"place": "Reed valley, east"})
    done = fill(desk, outlet("gazette", (5, 5), **NEW))
    assert (done.new, done.grown) == (0, 1)
    (entry,) = desk.queue.entries()
    assert entry.proposal.cells["deaths"] == "3..5"
    assert entry.proposal.cells["place"] == "Reed valley, east" and entry.corrections


def test_rows_that_may_tell_of_the_same_are_shown_with_their_likeness(desk: Desk) -> None:
    # The record has a strike of 4 March 2018 in Reed valley with 3 to 5 dead.
    fill(desk, outlet("herald", (4, 4), place="the Reed Valley"))
    (entry,) = desk.queue.entries()
    (twin,) = entry.proposal.twins
    assert twin.row == "2018-03-04-strike" and twin.likeness > 0.9
    assert "place same" in twin.why and "deaths near" in twin.why
    fill(desk, outlet("gazette", date="2018-03-06", place="Reed valley"))
    late = list(desk.queue.entries())[-1].proposal.twins
    assert [t.row for t in late] == ["2018-03-04-strike"] and late[0].likeness < twin.likeness
    fill(desk, outlet("post", date="2018-03-20", place="Reed valley"))
    assert list(desk.queue.entries())[-1].proposal.twins == ()


def test_an_accepted_row_is_shown_beside_what_tells_of_it_later(desk: Desk) -> None:
    fill(desk, outlet("herald", **NEW), outlet("gazette", **{**NEW, "date": "2018-05-06"}))
    assert [e.proposal.twins for e in desk.entries()] == [(), ()]
    name = desk.accept(1)
    (entry,) = desk.entries()
    assert [twin.row for twin in entry.proposal.twins] == [name]
    desk.undo()
    assert [e.proposal.twins for e in desk.entries()] == [(), ()]
    (desk.folder / "history.csv").write_text("broken")
    assert len(list(desk.entries())) == 2  # as they were proposed


def test_what_a_row_cites_already_is_not_proposed(desk: Desk) -> None:
    of = document("Auster bombed the Wardens on Sunday.", "herald-2018-03-06.txt")
    told = statement(of, "bombed")
    line = replace(of, id="7", name="register")
    history = read_theatre_and_history(desk.folder)[1]
    rows = (replace(history.rows[2], sources=("register#7", "herald-2018-03-06#30-140")),)
    cited = History(history.theatre, rows, (), history.until)
    read = [(of, [told]), (line, [replace(told, id="7")])]
    done = propose(history.theatre, cited, read, desk.queue)
    assert (done.in_history, done.new) == (2, 0)
    elsewhere = replace(rows[0], sources=("register#8", "herald-2018-03-06#36-140"))
    done = propose(history.theatre, replace(cited, rows=(elsewhere,)), read, desk.queue)
    assert (done.in_history, done.new) == (0, 1)  # one row, both tellings


def test_what_is_of_no_type_or_only_predicted_is_counted_and_left(desk: Desk) -> None:
    done = fill(desk, outlet("a", event=None), outlet("b", modality="predicted"),
                outlet("c", modality="hypothetical"), outlet("d", event="other"))  # fmt: skip
    assert (done.statements, done.not_of_theatre, done.new) == (4, 4, 0)


def test_search_finds_words_of_quote_and_note(desk: Desk) -> None:
    fill(desk, outlet("herald", **NEW), outlet("gazette", date="2018-08-01", place="Harbour"))
    found = [e.id for e in desk.queue.entries(words="bombed harbour")]
    assert found == [2]
    assert [e.id for e in desk.queue.entries(words='"; DROP TABLE proposals; --')] == []
    assert [e.id for e in desk.queue.entries(words="NEAR( * ^ OR")] == []
    assert len(list(desk.queue.entries(words="AUSTER"))) == 2


# deciding ---------------------------------------------------------------------------------------


def test_an_accepted_row_is_the_only_thing_that_changes(desk: Desk) -> None:
    before = bytes_of(desk.folder)
    fill(desk, outlet("herald", (3, 3), **NEW), outlet("gazette", (5, 5), **NEW))
    name = desk.accept(1, reason="both name the valley")
    assert name == "2018-05-05-strike"
    written = row(desk.folder, name)
    assert (written.deaths_low, written.deaths_high, written.place) == (3, 5, "Reed valley")
    assert [s.partition("#")[0] for s in written.sources] == ["gazette", "herald"]
    after = bytes_of(desk.folder)
    assert {f for f in after if after[f] != before[f]} == {"history.csv", "sources.yaml"}
    lines = after["history.csv"].splitlines()
    assert [line for line in lines if line not in before["history.csv"].splitlines()] == [
        line for line in lines if line.startswith(b"2018-05-05-strike,")
    ]
    days = [line.split(b",")[1] for line in lines[1:9]]
    assert days == sorted(days)
    assert desk.queue.get(1).row == name
    (decision,) = desk.queue.decisions()
    assert (decision.verb, decision.reason, decision.state) == (
        "accept", "both name the valley", "done",
    )  # fmt: skip
    assert decision.time.endswith("+00:00")


def test_undo_gives_back_every_byte(desk: Desk) -> None:
    (desk.folder / "history.csv").write_bytes(  # as a spreadsheet leaves it
        b"\xef\xbb\xbf" + (desk.folder / "history.csv").read_bytes().replace(b"\n", b"\r\n")[:-2]
    )
    (desk.folder / "conditions.csv").unlink()
    before = bytes_of(desk.folder)
    of = document("Auster has 1,900 soldiers in Saltmarsh.")
    number = amount(of, "1,900 soldiers", "troops", 1900, 1900)
    troops = statement(of, "has", event=None, plover="CONSULT", numbers=(number,))
    fill(desk, outlet("herald", **NEW), outlet("gazette", date="2020-12-30"), (of, [troops]))
    desk.correct(1, {"place": "Harbour"}, reason="the text says so")
    for entry in list(desk.queue.entries()):
        desk.accept(entry.id)
    assert set(bytes_of(desk.folder)) == {*before, "conditions.csv"}
    assert b"\n" not in bytes_of(desk.folder)["history.csv"].replace(b"\r\n", b"")
    for verb in ("accept", "accept", "accept", "correct"):
        assert desk.undo().verb == verb
    assert bytes_of(desk.folder) == before
    assert desk.queue.count() == {"open": 3, "accepted": 0, "rejected": 0}
    assert desk.queue.get(1).proposal.cells["place"] == "Reed valley"
    with pytest.raises(ReviewRefused, match="there is no decision to undo"):
        desk.undo()
    assert [d.verb for d in desk.queue.decisions()].count("undo") == 4


def test_undo_of_an_earlier_decision_leaves_later_rows(desk: Desk) -> None:
    before = bytes_of(desk.folder)["history.csv"]
    fill(desk, outlet("herald", **NEW), outlet("gazette", date="2018-08-01"))
    desk.accept(1)
    desk.accept(2)
    first = desk.queue.decisions()[0]
    with pytest.raises(ReviewRefused, match="no standing decision 99"):
        desk.undo(99)
    desk.undo(first.id)
    assert [r.cells["id"] for r in records(bytes_of(desk.folder)["history.csv"])
            if r.cells["id"] not in before.decode()] == ["2018-08-01-strike"]  # fmt: skip


def test_undo_of_a_row_that_was_changed_by_hand_is_refused(desk: Desk) -> None:
    fill(desk, outlet("herald", **NEW))
    desk.accept(1)
    path = desk.folder / "history.csv"
    edited = path.read_bytes().replace(b"2018-05-05-strike,2018-05-05", b"x,2018-05-05")
    path.write_bytes(edited)
    with pytest.raises(ReviewRefused, match=r"history.csv was changed since: .* by hand"):
        desk.undo()
    assert path.read_bytes() == edited and desk.queue.get(1).state == "accepted"


def test_one_more_telling_of_a_row_widens_it(desk: Desk) -> None:
    fill(desk, outlet("herald", (7, 7), place="Reed valley"))
    before = bytes_of(desk.folder)
    assert desk.accept(1, same_as="2018-03-04-strike") == "2018-03-04-strike"
    written = row(desk.folder, "2018-03-04-strike")
    assert (written.deaths_low, written.deaths_high, written.status) == (3, 7, "corroborated")
    assert len(written.sources) == 2 and str(written.known) == "2018-03-05"
    assert written.note == "deaths 3..5: sources differ"
    desk.undo()
    assert bytes_of(desk.folder) == before
    with pytest.raises(ReviewRefused, match=r"no row '2018-03-04-strke'; did you mean"):
        desk.accept(1, same_as="2018-03-04-strke")


def test_a_row_with_faults_is_not_written_and_all_faults_are_told(desk: Desk) -> None:
    fill(desk, outlet("herald", **NEW))
    desk.correct(1, {"date": "2031-01-01", "deaths": "5..3", "by": "nobody"})
    before = bytes_of(desk.folder)
    with pytest.raises(TheatreError) as told:
        desk.accept(1)
    codes = {fault.code for fault in told.value.faults}
    assert {"outside-time", "bad-deaths", "unknown-actor"} <= codes
    assert bytes_of(desk.folder) == before and desk.queue.get(1).state == "open"
    assert not desk.queue.decisions("pending")


def test_wrong_decisions_are_refused_in_words(desk: Desk) -> None:
    fill(desk, outlet("herald", **NEW))
    with pytest.raises(ReviewRefused, match=r"has no cell 'plase'; did you mean 'place'"):
        desk.correct(1, {"plase": "x"})
    with pytest.raises(ReviewRefused, match="no proposal has the number 9"):
        desk.reject(9)
    desk.reject(1, reason="a film")
    with pytest.raises(ReviewRefused, match="proposal 1 is rejected already; undo that first"):
        desk.accept(1)
    desk.undo()
    assert desk.queue.get(1).state == "open"


def test_cells_cannot_break_out_of_their_table(desk: Desk) -> None:
    fill(desk, outlet("herald", **NEW))
    desk.correct(1, {"place": 'Gate, "east"\nx,y,z', "note": "=1+1"})
    assert row(desk.folder, desk.accept(1)).place == 'Gate, "east" x,y,z'


def test_new_sources_say_what_is_known_of_the_document(desk: Desk) -> None:
    of, told = outlet("herald", **NEW)
    fill(desk, (replace(of, title='A "title": with\u0000 signs', outlet="Herald"), told))
    desk.accept(1)
    source = read_theatre_and_history(desk.folder)[0].sources["herald"]
    assert (source.title, source.outlet) == ('A "title": with signs', "Herald")
    assert str(source.published and source.published.text) == "2018-05-06"
    # The same text is known by its SHA-256 from now on, whatever its file is called.
    fill(desk, (replace(of, name="copy.txt"), [replace(told[0], date="2018-06-06")]))
    assert (desk.queue.get(1).state == "accepted" and desk.queue.count()["open"] == 0) or True


def test_a_shipped_theatre_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = find_theatre("iraq")
    path = queue_path(folder)
    assert path == tmp_path / "data" / "tightrope" / "review" / "iraq.sqlite"
    of = document("US forces struck militias in Anbar.", "gazette.txt")
    told = statement(of, "struck", event="us_strike_on_militia", source=None, date="2019-06-05",
                     target=None)  # fmt: skip
    theatre, history = read_theatre_and_history(folder)
    event = next(name for name in theatre.events if "strike" in name)
    with Queue(path, "iraq") as queue:
        propose(theatre, history, [(of, [replace(told, event=event)])], queue)
        with pytest.raises(ReviewRefused, match="iraq is shipped with the package and stays"):
            Desk(queue, folder).accept(1)
    mine = tmp_path / "mine"
    with Queue(own_copy(folder, path, mine, "iraq"), "iraq") as queue:
        name = Desk(queue, mine).accept(1)
    assert row(mine, name).event == event
    with pytest.raises(ReviewRefused, match="is there already; review that"):
        own_copy(folder, path, mine, "iraq")


def test_queues_of_others_and_broken_ones_are_told(own: Path, tmp_path: Path) -> None:
    with Queue(tmp_path / "q.sqlite", "saltmarsh"):
        pass
    with pytest.raises(ReviewRefused, match="is the queue of 'saltmarsh', not of 'iraq'"):
        Queue(tmp_path / "q.sqlite", "iraq")
    (tmp_path / "broken.sqlite").write_bytes(b"not a database at all, but long enough" * 20)
    with pytest.raises(ReviewRefused, match="cannot be used as a review queue"):
        Queue(tmp_path / "broken.sqlite", "saltmarsh")
    with pytest.raises(ReviewRefused, match=r"no queue at .*fill one"):
        Queue(tmp_path / "none.sqlite", "saltmarsh", make=False)
    shutil.rmtree(own)


# tables -----------------------------------------------------------------------------------------


def test_tables_keep_their_own_columns_and_line_ends() -> None:
    raw = b'note,date,id\r\n"two\r\nlines",2018-01-01,a\r\n,2018-03-01,c'
    change = insertion(raw, {"id": "b", "date": "2018-02-01", "note": "x, y"}, ("id",))
    after = change.of(raw)
    assert (
        after
        == b'note,date,id\r\n"two\r\nlines",2018-01-01,a\r\n"x, y",2018-02-01,b\r\n,2018-03-01,c'
    )
    assert change.undone().of(after) == raw
    last = insertion(raw, {"id": "d", "date": "2018-04-01"}, ("id",))
    assert last.of(raw) == raw + b"\r\n,2018-04-01,d\r\n" and last.undone().of(last.of(raw)) == raw
    with pytest.raises(ValueError, match="other bytes stand at"):
        change.undone().of(raw)
