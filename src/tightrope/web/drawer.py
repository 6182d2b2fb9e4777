"""The evidence drawer: one fact, mechanism or source, beside any page or as a page of its own.

``?open=row/ID``, ``?open=mechanism/ID`` or ``?open=source/ID`` opens it beside a page; the same
words after a slash are the address of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tightrope.errors import UnknownName
from tightrope.history import Row
from tightrope.report.evidence import (
    SourceNote,
    claim_of,
    document_of,
    grounding,
    in_words,
    speaker,
)
from tightrope.report.stories import event_in_words
from tightrope.theatre import Theatre, schema
from tightrope.web.addresses import address
from tightrope.web.documents import Passage, cites_a_place
from tightrope.web.reading import Reading
from tightrope.web.standing import rests_on

KINDS = ("row", "mechanism", "source")
MOST_LISTED = 12


@dataclass(frozen=True)
class Citation:
    """A place in a document, and the document."""

    reference: str
    document: str
    title: str
    where: str
    url: str | None
    told: str = ""
    """Outlet and date."""
    passage: Passage | None = None
    """The sentence itself, where the user has the document."""
    absent: str = ""
    """Why there is none, where one is cited."""
    says: str = ""
    """The reference: a page by its name, a place as it is written."""


@dataclass(frozen=True)
class Linked:
    """Something else that can be opened."""

    kind: str
    id: str
    says: str


@dataclass(frozen=True)
class Drawer:
    """What is told of one thing; empty parts are left out."""

    kind: str
    id: str
    title: str
    standing: str
    """How well grounded it is: ``solid``, ``half`` (a single source) or ``assumed``."""
    grounds: str
    """The same in words."""
    says: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    citations: tuple[Citation, ...] = ()
    linked: tuple[Linked, ...] = ()
    linked_says: str = ""
    asks: tuple[tuple[str, str], ...] = ()
    """What may be asked about it on other pages: the question and its address."""


def drawer_of(reading: Reading, place: str) -> Drawer | None:
    """The drawer at a place, as ``row/ID``; None for no place or one that is not there."""
    kind, _, name = place.partition("/")
    try:
        return opened(reading, kind, name) if kind in KINDS else None
    except UnknownName:
        return None


def opened(reading: Reading, kind: str, name: str) -> Drawer:
    """The drawer of one thing; UnknownName offers the nearest."""
    return {"row": _row, "mechanism": _mechanism, "source": _source}[kind](reading, name)


# Facts -----------------------------------------------------------------------------------------


def _row(reading: Reading, name: str) -> Drawer:
    rows = reading.rows
    if name not in rows:
        raise UnknownName("fact", name[:80], list(rows) if len(rows) < 10_000 else [])
    row = rows[name]
    citations = _citations(reading, row.sources)
    standing, grounds = _grounded(citations)
    return Drawer(
        kind="row", id=name, title=row.note or reading.theatre.events[row.event].says,
        standing=standing, grounds=grounds,
        says=(),
        facts=tuple((head, told) for head, told in _row_facts(reading, row) if told),
        citations=citations,
        asks=(*_asks(reading, row),
              ("Correct its row", address("/model/file/history.csv", row=name))),
    )  # fmt: skip


def _asks(reading: Reading, row: Row) -> tuple[tuple[str, str], ...]:
    if reading.theatre.events[row.event].scheduled is not None:
        return ()
    asks = [("What would have happened without this?", address("/twin", without=row.id))]
    if row.date.is_day:
        asks.insert(0, ("Why then?", address("/why", event=row.event, on=row.date.earliest)))
    return tuple(asks)


def _row_facts(reading: Reading, row: Row) -> list[tuple[str, str]]:
    return [
        ("When", when_told(row)),
        ("Known since", "" if row.known == row.date.latest else row.known.isoformat()),
        ("What", event_in_words(reading.theatre, row.event)),
        ("How many", _between(row.count_low, row.count_high) if row.is_tally else ""),
        ("Deaths", deaths_told(row)),
        ("By", ", ".join(actor_name(reading, name) for name in row.by)),
        ("On", ", ".join(actor_name(reading, name) for name in row.on)),
        ("Where", row.place),
        ("Status", _STATUS.get(row.status, row.status)),
        ("Kind of act", row.plover.lower().replace("/", ", ").replace("_", " ")),
    ]


_STATUS = {
    "corroborated": "corroborated: two tellings agree",
    "alleged": "alleged: a party’s claim, or its author is inferred",
    "disputed": "disputed: tellings contradict one another",
    "tally": "a tally: counted over a window or between bounds",
    "background": "background: public knowledge",
}


def when_told(row: Row) -> str:
    """The date as it is written, and what it may mean where it is no single day."""
    span = row.date
    if span.earliest == span.latest:
        return span.text
    within = f"from {span.earliest or '…'} to {span.latest or '…'}"
    if row.is_tally:
        return within
    known = "" if "/" in span.text else f"{span.text}: "
    return f"{known}some time {within}"


def date_in_short(row: Row) -> str:
    """The date as it is written, a window in words."""
    first, slash, last = row.date.text.partition("/")
    if not slash:
        return first
    ends = (end if end not in ("", "..") else "…" for end in (first, last))
    return " to ".join(ends)


def _between(low: int, high: int | None) -> str:
    if low == high:
        return f"{low:,}"
    return f"{low:,} or more" if high is None else f"{low:,} to {high:,}"


def deaths_told(row: Row) -> str:
    """Deaths as a number or a range; empty where none are told."""
    if row.deaths_low is None and row.deaths_high is None:
        return ""
    if row.deaths_low is None:
        return f"at most {row.deaths_high:,}"
    return _between(row.deaths_low, row.deaths_high)


def actor_name(reading: Reading, name: str) -> str:
    """What an actor is called."""
    actor = reading.theatre.actors.get(name)
    return actor.name if actor else in_words(name)


# Mechanisms ------------------------------------------------------------------------------------


def _mechanism(reading: Reading, name: str) -> Drawer:
    theatre = reading.theatre
    if name not in theatre.mechanisms:
        raise UnknownName("mechanism", name[:80], list(theatre.mechanisms))
    mechanism = theatre.mechanisms[name]
    citations = _citations(reading, mechanism.sources)
    standing, grounds = _grounded(citations)
    return Drawer(
        kind="mechanism", id=name, title=f"{name}, {in_words(mechanism.name)}",
        standing=standing, grounds=grounds,
        says=(claim_of(mechanism),),
        facts=tuple((head, told) for head, told in (
            ("Subsystem", theatre.head.subsystems.get(mechanism.subsystem, mechanism.subsystem)),
            ("Lag", mechanism.lag or ""), ("Holds when", mechanism.condition or ""),
            ("Asserted by", ", ".join(speaker(theatre, x) for x in mechanism.asserted_by)),
            ("A run should show", mechanism.fact),
        ) if told),
        citations=citations,
    )  # fmt: skip


# Sources ---------------------------------------------------------------------------------------


def _source(reading: Reading, name: str) -> Drawer:
    theatre = reading.theatre
    if name not in theatre.sources:
        raise UnknownName("source", name[:80], list(theatre.sources))
    (note,) = reading.evidence.sources([name])
    rows = [row for row in reading.history.rows if name in map(document_of, row.sources)]
    return Drawer(
        kind="source", id=name, title=note.title, standing="solid", grounds="",
        says=(),
        facts=tuple((head, told) for head, told in (
            ("From", note.outlet), ("Published", note.published),
            ("Facts that rest on it", f"{len(rows):,}"),
            ("Mechanisms that rest on it", ", ".join(_resting(theatre.mechanisms, name))),
        ) if told),
        citations=(Citation(name, name, note.title, note.where, note.url),),
        linked=tuple(Linked("row", row.id, f"{row.date.text} {row.note}")
                     for row in rows[-MOST_LISTED:]),
        linked_says=f"The latest {min(MOST_LISTED, len(rows))} of {len(rows):,} facts",
    )  # fmt: skip


def _resting(mechanisms: Mapping[str, schema.Mechanism], name: str) -> list[str]:
    return [key for key, one in mechanisms.items() if name in map(document_of, one.sources)]


def _citations(reading: Reading, references: Sequence[str]) -> tuple[Citation, ...]:
    notes = {note.id: note for note in reading.evidence.sources(references)}
    return tuple(
        _citation(reading, reference, notes[document])
        for reference in references
        if (document := document_of(reference)) in notes
    )


def _citation(reading: Reading, reference: str, note: SourceNote) -> Citation:
    documents = reading.documents
    rests_on("documents", documents.standing)
    passage = documents.passage(reference, reading.theatre.sources[note.id])
    absent = ""
    if passage is None and cites_a_place(reference):
        absent = "its text is not at hand" if documents.is_read else "texts are being read"
    told = ", ".join(part for part in (note.outlet, note.published) if part)
    page = reference.partition("#")[2]
    says = reference if cites_a_place(reference) or not page else in_words(page)
    return Citation(reference, note.id, note.title, note.where, note.url, told, passage, absent,
                    says)  # fmt: skip


def reference_told(theatre: Theatre, reference: str) -> str:
    """A place in a document by the document's outlet and year, or by the name of its page."""
    document, _, place = reference.partition("#")
    source = theatre.sources[document]
    if place and not cites_a_place(reference):
        return f"{source.outlet}: {in_words(place)}"
    year = source.published and source.published.text[:4]
    return f"{source.outlet}, {year}" if year else source.outlet


def _grounded(citations: Sequence[Citation]) -> tuple[str, str]:
    """Weak data look weak; and in words."""
    documents = {citation.document for citation in citations}
    few = {"assumed": "No source: an assumption", "half": "A single document says so"}
    standing = grounding(documents)
    return standing, few.get(standing, f"{len(documents)} documents say so")
