"""What was read -> the review queue: machine reading proposes, a person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tightrope.evidence.causes import (
    Mechanisms,
    causes_in,
    mechanism_proposal,
    statement_of_cause,
)
from tightrope.evidence.citing import Citations
from tightrope.evidence.deed import Deed, ancestors, deed_of_row, deed_of_telling
from tightrope.evidence.document import Document
from tightrope.evidence.merge import grouped, merged
from tightrope.evidence.proposal import Proposal, Telling
from tightrope.evidence.queue import Entry, Queue
from tightrope.evidence.reader import is_brief
from tightrope.evidence.statement import Statement
from tightrope.evidence.troops import conditions_of
from tightrope.evidence.twins import Kin, twins_of
from tightrope.history import History
from tightrope.theatre import Theatre

SILENT = ("predicted", "hypothetical")
"""What nobody says has happened, is planned, threatened or demanded makes no row."""
_LONGEST_TWIN_DAYS = 14

Read = Iterable[tuple[Document, Sequence[Statement]]]


@dataclass
class Proposed:
    """What became of the statements. Numbers of statements, but ``new``, ``grown``, ``conditions``
    and ``with_twin``, which are of proposals."""

    documents: int = 0
    statements: int = 0
    not_of_theatre: int = 0
    """No event type of the theatre, or said of what may come."""
    known: int = 0
    """Proposed before, whatever was decided."""
    in_history: int = 0
    """Cited by a row of that type already."""
    new: int = 0
    grown: int = 0
    """Open proposals that got a further source."""
    conditions: int = 0
    mechanisms: int = 0
    """Assertions of how the system works, see ``causes``."""
    with_twin: int = 0


def propose(
    theatre: Theatre, history: History | None, read: Read, queue: Queue, *,
    names: Mapping[str, str] | None = None,
) -> Proposed:  # fmt: skip
    """Merge statements into proposed rows and put them into the queue, all or nothing.

    history : None for a theatre that has none yet. names : under which source a file is cited
    (file's name -> name in sources.yaml). Reading the same again proposes nothing twice.
    """
    done = Proposed()
    # Reading may take minutes; the queue is held only while rows are put into it.
    heard = list(_heard(theatre, read, done))
    with queue.changing():
        citations = Citations(theatre, names)
        citations.taken(queue.source_names())
        cited = _citations_in(history)
        fresh: dict[str, list[Telling]] = defaultdict(list)
        values, seen = list[Proposal](), set[tuple[str, int, int, str]]()
        for document, statements in heard:
            for telling in _tellings(document, statements, theatre, citations, queue, values):
                event = telling.statement.event
                if _is_cited(telling, cited):
                    done.in_history += 1
                elif telling.place in seen or queue.has_telling(telling, "event"):
                    done.known += 1
                else:
                    assert event is not None
                    seen.add(telling.place)
                    fresh[event].append(telling)
        kin, rows = ancestors(theatre), _rows_of(history)
        for event, tellings in fresh.items():
            _add(event, tellings, theatre, kin, rows[event], queue, done)
        for proposal in values:
            queue.put(proposal, proposal.cells["condition"])
        done.conditions = len(values)
        asserted = Mechanisms(theatre)
        for document, _ in heard:
            done.mechanisms += _propose_mechanisms(document, asserted, theatre, citations, queue)
    return done


def _heard(
    theatre: Theatre, read: Read, done: Proposed
) -> Iterator[tuple[Document, list[Statement]]]:
    """Documents with the statements that may make a row; the rest is counted and let go."""
    for document, statements in read:
        done.documents += 1
        done.statements += len(statements)
        done.not_of_theatre += sum(not _is_event(told, theatre) for told in statements)
        kept = [told for told in statements if _is_event(told, theatre) or _counts(told)]
        if kept or _is_article(document):
            yield document, kept


def _is_article(document: Document) -> bool:
    """News in brief tells what happened, not how things hang together."""
    return document.id is None and not is_brief(document)


def _propose_mechanisms(
    document: Document, asserted: Mechanisms, theatre: Theatre, citations: Citations, queue: Queue
) -> int:
    """Put what an article asserts of cause and effect into the queue; how many were new."""
    if not _is_article(document):
        return 0
    key, new = queue.add_document(document, citations.source_of(document)), 0
    for found in causes_in(document.prose):
        mechanism = asserted.of(found)
        told = statement_of_cause(document, found)
        telling = Telling(key, citations.cite(document, told), document.published, told)
        known = mechanism is None or asserted.cites(mechanism, telling.source, found)
        if mechanism is not None and not known and not queue.has_telling(telling, "mechanism"):
            queue.put(mechanism_proposal(telling, mechanism, theatre), mechanism or "mechanism")
            new += 1
    return new


def _is_event(told: Statement, theatre: Theatre) -> bool:
    return told.event in theatre.events and told.modality not in SILENT


def _counts(told: Statement) -> bool:
    return any(number.role not in ("killed", "wounded") for number in told.numbers)


def _tellings(
    document: Document, statements: Sequence[Statement], theatre: Theatre, citations: Citations,
    queue: Queue, values: list[Proposal],
) -> Iterator[Telling]:  # fmt: skip
    """Tellings of the theatre's events; values of conditions are put aside at once."""
    key = queue.add_document(document, citations.source_of(document))
    for statement in statements:
        cited = citations.cite(document, statement)
        telling = Telling(key, cited, document.published, statement)
        if not queue.has_telling(telling, "condition"):
            values += conditions_of(telling, document.text, theatre)
        if _is_event(statement, theatre):
            yield telling


def _add(
    event: str, tellings: list[Telling], theatre: Theatre, kin: Kin, rows: list[tuple[str, Deed]],
    queue: Queue, done: Proposed,
) -> None:  # fmt: skip
    stands = [entry for entry in queue.entries("open", subject=event)
              if entry.proposal.kind == "event"]  # fmt: skip
    begun = [entry.proposal.tellings for entry in stands]
    groups = grouped(tellings, theatre, begun, kin=kin)
    for i, group in enumerate(groups):
        entry: Entry | None = stands[i] if i < len(stands) else None
        if entry and len(group) == len(entry.proposal.tellings):
            continue
        proposal = with_twins(merged(group, theatre, kin), theatre, kin, rows)
        queue.put(proposal, event, entry.id if entry else None)
        done.grown += entry is not None
        done.new += entry is None
        done.with_twin += bool(proposal.twins)


def with_twins(
    proposal: Proposal, theatre: Theatre, kin: Kin, rows: Iterable[tuple[str, Deed]]
) -> Proposal:
    """The proposal with the rows of the history that may tell of the same."""
    deeds = [deed_of_telling(telling, theatre) for telling in proposal.tellings]
    whole = deeds[0]
    for deed in deeds[1:]:
        whole = replace(whole, by=whole.by or deed.by, on=whole.on or deed.on,
                        place=whole.place or deed.place, deaths=whole.deaths or deed.deaths,
                        days=whole.days or deed.days)  # fmt: skip
    return replace(proposal, twins=twins_of(whole, rows, kin))


def with_current_twins(
    entries: Iterable[Entry], theatre: Theatre, history: History | None
) -> Iterator[Entry]:
    """Entries with the rows that may be their twins by now: decisions make new rows."""
    kin, rows = ancestors(theatre), _rows_of(history)
    for entry in entries:
        proposal = entry.proposal
        known = proposal.kind == "event" and proposal.tellings[0].statement.event in theatre.events
        if known and entry.state == "open":
            around = rows[proposal.tellings[0].statement.event or ""]
            entry = replace(entry, proposal=with_twins(proposal, theatre, kin, around))
        yield entry


def _rows_of(history: History | None) -> defaultdict[str, list[tuple[str, Deed]]]:
    """Rows by type that may be a twin: no counts over long windows."""
    rows: defaultdict[str, list[tuple[str, Deed]]] = defaultdict(list)
    for row in history.rows if history else ():
        if (row.date.days or 0) <= _LONGEST_TWIN_DAYS:
            rows[row.event].append((row.id, deed_of_row(row)))
    return rows


def _citations_in(history: History | None) -> dict[tuple[str, str], list[str]]:
    """By event type and source, the places that rows cite."""
    cited: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in history.rows if history else ():
        for source in row.sources:
            name, _, place = source.partition("#")
            cited[row.event, name].append(place)
    return cited


def _is_cited(telling: Telling, cited: Mapping[tuple[str, str], Sequence[str]]) -> bool:
    """Whether a row of that type rests on the same line, or on characters that overlap."""
    name, _, place = telling.source.partition("#")
    told = telling.statement
    for stands in cited.get((told.event or "", name), ()):
        start, dash, end = stands.partition("-")
        is_span = told.id is None and dash and start.isdigit() and end.isdigit()
        if stands == place or (is_span and int(start) < told.end and told.start < int(end)):
            return True
    return False
