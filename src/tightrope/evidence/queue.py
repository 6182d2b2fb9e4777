"""The review queue: documents, proposals and decisions in one SQLite file, with full-text search.

The theatre's files stay the truth; the queue holds what was read, what is proposed and who decided
what, when and why. It holds the texts of the documents, and so is the user's own and never shipped.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tightrope.errors import ReviewRefused
from tightrope.evidence.dated_lines import line_id
from tightrope.evidence.document import Document
from tightrope.evidence.proposal import (
    Kind,
    Proposal,
    Telling,
    Twin,
    document_key,
    telling_data,
    telling_from,
)
from tightrope.shelf import data_folder, is_shipped

FILE = "review.sqlite"
FORMAT = "1"
STATES = ("open", "accepted", "rejected")
PATIENCE_SECONDS = 10.0

_TABLES = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    key TEXT PRIMARY KEY, source TEXT NOT NULL, name TEXT NOT NULL, line TEXT, published TEXT,
    title TEXT, outlet TEXT, language TEXT, text TEXT NOT NULL);
CREATE TABLE proposals (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open',
    subject TEXT NOT NULL, body TEXT NOT NULL, corrections TEXT NOT NULL DEFAULT '{}', row TEXT);
CREATE INDEX proposals_by_subject ON proposals (state, subject);
CREATE TABLE tellings (
    document TEXT NOT NULL REFERENCES documents (key), start INTEGER NOT NULL,
    end INTEGER NOT NULL, type TEXT NOT NULL, kind TEXT NOT NULL,
    proposal INTEGER NOT NULL REFERENCES proposals (id),
    PRIMARY KEY (document, start, end, type, kind)) WITHOUT ROWID;
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY, time TEXT NOT NULL, verb TEXT NOT NULL,
    proposal INTEGER NOT NULL REFERENCES proposals (id), reason TEXT NOT NULL, before TEXT NOT NULL,
    after TEXT NOT NULL, state TEXT NOT NULL, takes_back INTEGER REFERENCES decisions (id));
CREATE TABLE patches (
    decision INTEGER NOT NULL REFERENCES decisions (id), place INTEGER NOT NULL, file TEXT NOT NULL,
    at INTEGER NOT NULL, removed BLOB NOT NULL, inserted BLOB NOT NULL, before TEXT NOT NULL,
    after TEXT NOT NULL, PRIMARY KEY (decision, place)) WITHOUT ROWID;
CREATE TABLE codings (
    document TEXT NOT NULL REFERENCES documents (key), coder TEXT NOT NULL, time TEXT NOT NULL,
    statements TEXT NOT NULL, refused TEXT NOT NULL, agreement TEXT NOT NULL);
CREATE INDEX codings_by_document ON codings (document);
CREATE VIRTUAL TABLE search USING fts5 (quotes, note, tokenize = 'unicode61 remove_diacritics 2');
"""


@dataclass(frozen=True)
class Entry:
    """A proposal in the queue. ``proposal.cells`` has the corrections in it."""

    id: int
    state: str
    proposal: Proposal
    corrections: Mapping[str, str]
    row: str | None
    """Id of the row in which it stands, once accepted."""

    def as_json(self) -> dict[str, Any]:
        """The documented shape of ``tightrope review --json``."""
        proposal = self.proposal
        return {
            "id": self.id, "state": self.state, "kind": proposal.kind, "row": self.row,
            "confidence": round(proposal.confidence, 3), "cells": dict(proposal.cells),
            "corrected": sorted(self.corrections), "doubts": list(proposal.doubts),
            "differences": list(proposal.differences),
            "twins": [asdict(twin) for twin in proposal.twins],
            "tellings": [{"cited": telling.source, **telling.statement.as_json()}
                         for telling in proposal.tellings],
        }  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """What a person decided; ``state`` is pending, done, undone or lost."""

    id: int
    time: str
    verb: str
    proposal: int
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    state: str
    takes_back: int | None


def queue_path(folder: Path) -> Path:
    """Where a theatre's queue lies: beside its files, or among the user's data if shipped."""
    if is_shipped(folder):
        return data_folder() / "review" / f"{folder.name}.sqlite"
    return folder / FILE


def stored_text(path: Path, sha256: str) -> str | None:
    """A text that a queue keeps, found and checked by its hash; the queue is only read."""
    for row in _stored(path, "key = ? AND line IS NULL", sha256):
        if hashlib.sha256(row["text"].encode()).hexdigest() == sha256:
            return row["text"]
    return None


def stored_line(path: Path, id: str) -> str | None:
    """A dated line that a queue keeps, if its id is that of its date and text."""
    for row in _stored(path, "line = ?", id):
        if row["published"] and line_id(date.fromisoformat(row["published"]), row["text"]) == id:
            return row["text"]
    return None


def _stored(path: Path, where: str, value: str) -> list[sqlite3.Row]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            base.row_factory = sqlite3.Row
            return base.execute(f"SELECT * FROM documents WHERE {where}", (value,)).fetchall()
    except sqlite3.Error:
        return []  # no queue, or one of another kind: Review says so to who opens it


class Queue:
    """One open queue. Use it in ``with``; ``changing()`` makes several changes one."""

    def __init__(self, path: Path, theatre: str, *, make: bool = True):
        self.path = path
        self.theatre = theatre
        if not make and not path.exists():
            raise ReviewRefused(f"no queue at {path}; fill one: tightrope read PATH --propose")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.base = sqlite3.connect(path, timeout=PATIENCE_SECONDS, isolation_level=None)
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from None
        self.base.row_factory = sqlite3.Row
        try:
            self._prepare()
        except sqlite3.Error as error:
            self.close()
            raise self._unusable(error) from None
        except ReviewRefused:
            self.close()
            raise

    def _unusable(self, error: Exception) -> ReviewRefused:
        says = f"{self.path} cannot be used as a review queue ({error}); "
        return ReviewRefused(says + "name another with --queue, or move it away")

    def __enter__(self) -> Queue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.base.close()

    def _prepare(self) -> None:
        self.base.execute("PRAGMA journal_mode = WAL")
        self.base.execute("PRAGMA synchronous = FULL")
        self.base.execute("PRAGMA foreign_keys = ON")
        with self.changing():
            there = self.base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if not there:
                for statement in _TABLES.split(";\n"):
                    self.base.execute(statement)
                about = [("format", FORMAT), ("theatre", self.theatre)]
                self.base.executemany("INSERT INTO about VALUES (?, ?)", about)
        about = dict(self.base.execute("SELECT key, value FROM about").fetchall())
        if about.get("format") != FORMAT:
            raise ReviewRefused(f"{self.path} was made by another version (format "
                                f"{about.get('format')}); move it away")  # fmt: skip
        if about.get("theatre") != self.theatre:
            raise ReviewRefused(f"{self.path} is the queue of {about.get('theatre')!r}, not of "
                                f"{self.theatre!r}; name another with --queue")  # fmt: skip

    @contextmanager
    def changing(self) -> Generator[None]:
        """All or nothing: what happens inside is written at the end, or not at all."""
        try:
            self.base.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise ReviewRefused(f"another process is changing {self.path}; nothing was changed: "
                                "wait for it and try again") from None  # fmt: skip
        try:
            yield
        except BaseException:
            self.base.execute("ROLLBACK")
            raise
        self.base.execute("COMMIT")

    # documents and proposals --------------------------------------------------------------------

    def add_document(self, document: Document, source: str) -> str:
        """Keep a document's text; returns its key."""
        key = document_key(document)
        text = document.text.encode("utf-8", "replace").decode()
        published = str(document.published) if document.published else None
        self.base.execute(
            "INSERT OR IGNORE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, source, document.name, document.id, published, document.title, document.outlet,
             document.language, text),
        )  # fmt: skip
        return key

    def document(self, key: str) -> dict[str, str | None]:
        """What the queue knows of a document."""
        row = self.base.execute("SELECT * FROM documents WHERE key = ?", (key,)).fetchone()
        return dict(row)

    def source_names(self) -> dict[str, str]:
        """Names under which documents are cited, each with the SHA-256 of its text."""
        rows = self.base.execute("SELECT source, key FROM documents WHERE line IS NULL")
        return {row["source"]: row["key"] for row in rows}

    def has_telling(self, telling: Telling, kind: Kind) -> bool:
        """Whether it was proposed before, whatever became of it."""
        where = "document = ? AND start = ? AND end = ? AND type = ? AND kind = ?"
        found = self.base.execute(f"SELECT 1 FROM tellings WHERE {where}", (*telling.place, kind))
        return found.fetchone() is not None

    def put(self, proposal: Proposal, subject: str, number: int | None = None) -> int:
        """Add a proposal, or give an open one more tellings; returns its id."""
        body = json.dumps({
            "cells": dict(proposal.cells), "tellings": [telling_data(t) for t in proposal.tellings],
            "doubts": proposal.doubts, "differences": proposal.differences,
            "twins": [asdict(twin) for twin in proposal.twins],
        }, ensure_ascii=False)  # fmt: skip
        if number is None:
            made = self.base.execute("INSERT INTO proposals (kind, subject, body) VALUES (?, ?, ?)",
                                     (proposal.kind, subject, body))  # fmt: skip
            number = made.lastrowid
            assert number is not None
        else:
            self.base.execute("UPDATE proposals SET body = ? WHERE id = ?", (body, number))
            self.base.execute("DELETE FROM search WHERE rowid = ?", (number,))
        places = [(*t.place, proposal.kind, number) for t in proposal.tellings]
        self.base.executemany("INSERT OR IGNORE INTO tellings VALUES (?, ?, ?, ?, ?, ?)", places)
        quotes = "\n".join(t.statement.quote for t in proposal.tellings)
        self.base.execute("INSERT INTO search (rowid, quotes, note) VALUES (?, ?, ?)",
                          (number, quotes, " ".join(proposal.cells.values())))  # fmt: skip
        return number

    def get(self, number: int) -> Entry:
        """One proposal; ReviewRefused when there is none of that number."""
        row = self.base.execute("SELECT * FROM proposals WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise ReviewRefused(f"no proposal has the number {number}; see tightrope review --list")
        return _entry(row)

    def entries(
        self, state: str | None = "open", words: str = "", subject: str | None = None
    ) -> Iterator[Entry]:
        """Proposals in the order in which they came; ``words`` must all stand in quote or note."""
        asked, given = ["1"], list[str]()
        if state is not None:
            asked.append("state = ?")
            given.append(state)
        if subject is not None:
            asked.append("subject = ?")
            given.append(subject)
        if words.strip():
            asked.append("id IN (SELECT rowid FROM search WHERE search MATCH ?)")
            given.append(" ".join('"' + word.replace('"', '""') + '"' for word in words.split()))
        query = f"SELECT * FROM proposals WHERE {' AND '.join(asked)} ORDER BY id"
        for row in self.base.execute(query, given):
            yield _entry(row)

    def count(self) -> dict[str, int]:
        """How many proposals there are in each state."""
        rows = self.base.execute("SELECT state, count(*) FROM proposals GROUP BY state")
        return {**dict.fromkeys(STATES, 0), **dict(rows.fetchall())}

    # decisions ----------------------------------------------------------------------------------

    def log(
        self, verb: str, number: int, reason: str, before: Mapping[str, Any],
        after: Mapping[str, Any], state: str = "done", takes_back: int | None = None,
    ) -> int:  # fmt: skip
        """Keep a decision; returns its id."""
        made = self.base.execute(
            "INSERT INTO decisions (time, verb, proposal, reason, before, after, state, takes_back)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (_now(), verb, number, reason, _json(before), _json(after), state, takes_back),
        )
        assert made.lastrowid is not None
        return made.lastrowid

    def decisions(self, state: str | None = None) -> list[Decision]:
        """Every decision, the first first."""
        where, given = ("WHERE state = ?", (state,)) if state else ("", ())
        rows = self.base.execute(f"SELECT * FROM decisions {where} ORDER BY id", given)
        return [Decision(row["id"], row["time"], row["verb"], row["proposal"], row["reason"],
                         json.loads(row["before"]), json.loads(row["after"]), row["state"],
                         row["takes_back"]) for row in rows]  # fmt: skip

    def set_state(self, number: int, state: str, row: str | None) -> None:
        """What became of a proposal."""
        self.base.execute("UPDATE proposals SET state = ?, row = ? WHERE id = ?",
                          (state, row, number))  # fmt: skip

    def set_corrections(self, number: int, corrections: Mapping[str, str]) -> None:
        """What a person wrote in place of what was read."""
        self.base.execute("UPDATE proposals SET corrections = ? WHERE id = ?",
                          (_json(corrections), number))  # fmt: skip

    def settle(self, decision: int, state: str) -> None:
        """Mark a decision done, undone or lost."""
        self.base.execute("UPDATE decisions SET state = ? WHERE id = ?", (state, decision))

    # the second coder ---------------------------------------------------------------------------

    def add_coding(
        self, document: str, coder: str, statements: Sequence[Any], refused: Sequence[str],
        agreement: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Keep what a second coder read in a document; earlier readings stay."""
        self.base.execute("INSERT INTO codings VALUES (?, ?, ?, ?, ?, ?)",
                          (document, coder, _now(), _json(statements), _json(refused),
                           _json(agreement)))  # fmt: skip

    def codings(self, document: str | None = None) -> Iterable[dict[str, Any]]:
        """What second coders read, of one document or of all, in the order of time."""
        where, given = ("WHERE document = ?", (document,)) if document else ("", ())
        for row in self.base.execute(f"SELECT * FROM codings {where} ORDER BY rowid", given):
            told = dict(row)
            for name in ("statements", "refused", "agreement"):
                told[name] = json.loads(told[name])
            yield told


def _entry(row: sqlite3.Row) -> Entry:
    body, corrections = json.loads(row["body"]), json.loads(row["corrections"])
    proposal = Proposal(
        row["kind"], body["cells"], tuple(telling_from(data) for data in body["tellings"]),
        tuple(body["doubts"]), tuple(body["differences"]),
        tuple(Twin(**twin) for twin in body["twins"]),
    )  # fmt: skip
    corrected = replace(proposal, cells={**proposal.cells, **corrections})
    return Entry(row["id"], row["state"], corrected, corrections, row["row"])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
