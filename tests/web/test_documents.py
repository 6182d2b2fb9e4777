"""Cited sentences: from the user's own texts, only where the hash is right, bounded and escaped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from served import FEW, client_of, words
from tightrope.evidence.dated_lines import line_id
from tightrope.evidence.document import Document
from tightrope.evidence.queue import Queue, queue_path
from tightrope.web.app import create_app
from tightrope.web.desk import Desk
from tightrope.web.documents import AROUND, LONGEST
from tiny import MECHANISMS, row, tiny_theatre

DAY = date(2020, 3, 1)
TEXT = "The harbour was quiet. Boats of the north shelled the mole <b>twice</b>. Nobody was hurt.\n"
START, END = TEXT.index("Boats"), TEXT.index(". Nobody")
LINE = "North says that its boats have shelled the mole."
PLACE = f"herald#{START}-{END}"
Made = Callable[..., tuple[Desk, TestClient]]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A theatre whose one fact rests on a sentence and on a line, and what is given to it."""

    def make(*given: Path, text: str = TEXT, place: str = PLACE) -> tuple[Desk, TestClient]:
        sources = f"{place};wire#{line_id(DAY, LINE)};register"
        folder = tiny_theatre(
            tmp_path / "tiny", rows=row("shelled", str(DAY)).replace("register", sources)
        )
        (folder / "mechanisms.yaml").write_text(MECHANISMS.replace("register", place))
        (folder / "sources.yaml").write_text(
            "register: {type: dataset, title: Register, outlet: Observatory}\n"
            "wire: {type: dataset, title: Lines of the wire, outlet: Wire}\n"
            "herald: {type: article-newspaper, title: On the mole, outlet: Herald, "
            f'published: 2020-03-02, sha256: "{sha256(text)}"}}\n'
        )
        app = create_app(folder, defaults=FEW, warm=False, documents=given)
        desk: Desk = app.state.desk
        desk.reading.documents.read(desk.reading.references())
        return desk, client_of(app)

    return make


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "anything.txt").write_text(TEXT, encoding="utf-8")
    (folder / "lines.csv").write_text(f'date,text\n{DAY},"{LINE}"\n2020-03-02,"{LINE}"\n')
    return folder


def test_a_cited_sentence_stands_in_its_surroundings(made: Made, texts: Path) -> None:
    _, visitor = made(texts)
    page = visitor.get("/row/shelled").text
    quoted = "Boats of the north shelled the mole &lt;b&gt;twice&lt;/b&gt;"
    assert f"<blockquote class=\"passage\" dir=\"auto\">The harbour was quiet. <mark>{quoted}" \
           "</mark>. Nobody was hurt." in page, "escaped, marked, in context"  # fmt: skip
    assert f"<mark>{LINE}</mark>" in page
    assert "Herald, 2020-03-02" in words(page) and "not at hand" not in page
    told = visitor.get("/api/evidence/mechanism/M1").json()["citations"][0]
    assert told["passage"]["quote"] == TEXT[START:END]


def test_without_the_document_it_is_said_what_it_is_and_how_to_bring_it(made: Made) -> None:
    _, visitor = made()
    page = words(visitor.get("/row/shelled").text)
    assert "its text is not at hand" in page and "--documents FOLDER" in page
    assert "On the mole" in page and "Herald, 2020-03-02" in page
    assert "blockquote" not in visitor.get("/row/shelled").text


@pytest.mark.parametrize("changed", [TEXT.replace("twice", "often"), TEXT + "More.\n"])
def test_another_text_is_never_quoted(made: Made, texts: Path, changed: str) -> None:
    (texts / "anything.txt").write_text(changed)
    (texts / "lines.csv").write_text(
        f'id,date,text\n{line_id(DAY, LINE)},{DAY},"Something else happened."\n'
    )
    _, visitor = made(texts)
    page = visitor.get("/row/shelled").text
    assert "blockquote" not in page and page.count("its text is not at hand") == 2


@pytest.mark.parametrize("place", ["herald#0-0", "herald#9-3", "herald#5-99999", "herald#x-y"])
def test_a_place_that_the_text_does_not_have_is_not_quoted(
    made: Made, texts: Path, place: str
) -> None:
    desk, _ = made(texts, place=place)
    documents, source = desk.reading.documents, desk.reading.theatre.sources["herald"]
    assert documents.passage(place, source) is None


def test_quotes_are_bounded_and_command_nothing(made: Made, texts: Path) -> None:
    long = "a" * 5000 + " " + "word \x1b[2J\u202e " * 2000 + " end" * 3000
    (texts / "long.txt").write_text(long)
    desk, visitor = made(texts, text=long, place="herald#5001-29000")
    documents, source = desk.reading.documents, desk.reading.theatre.sources["herald"]
    passage = documents.passage("herald#5001-29000", source)
    assert passage and len(passage.quote) <= LONGEST + 2
    assert len(passage.before) <= AROUND + 2 and len(passage.after) <= AROUND + 2
    page = visitor.get("/row/shelled").text
    assert "blockquote" in page and "\x1b" not in page and "\u202e" not in page


def test_what_the_review_queue_keeps_is_at_hand(made: Made) -> None:
    desk, visitor = made()
    with Queue(queue_path(desk.folder), "tiny") as queue, queue.changing():
        queue.add_document(Document("a.txt", TEXT, (), published=DAY), "herald")
        queue.add_document(Document("w", LINE, (), id=line_id(DAY, LINE), published=DAY), "wire")
    page = visitor.get("/row/shelled").text
    assert page.count("<blockquote") == 2
    with Queue(queue_path(desk.folder), "tiny") as queue, queue.changing():
        queue.base.execute("UPDATE documents SET text = 'Another ' || text")
    assert "<blockquote" not in visitor.get("/row/shelled").text


def test_what_cannot_be_read_stops_nothing(made: Made, texts: Path) -> None:
    (texts / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    _, visitor = made(texts)
    assert "broken.pdf" in words(visitor.get("/about").text)
    assert "1 articles and 1 cited lines" in words(visitor.get("/about").text)
    assert "<blockquote" in visitor.get("/row/shelled").text
