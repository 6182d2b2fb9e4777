"""A second coder beside the rules: asked about each document, kept with its agreement.

Its answers never change what the rules read, nor any proposal: they are shown beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

from tightrope.errors import CoderFailed
from tightrope.evidence.agreement import Agreement, agreement, pooled
from tightrope.evidence.citing import Citations
from tightrope.evidence.codebook import answer_schema, messages
from tightrope.evidence.document import Document
from tightrope.evidence.endpoint import Endpoint
from tightrope.evidence.proposal import document_key
from tightrope.evidence.queue import Queue
from tightrope.evidence.statement import Statement
from tightrope.evidence.verbatim import Stretch, items_of, verified
from tightrope.theatre import Theatre

LONGEST_STRETCH = 12_000
"""Characters asked about at once: some 3,000 tokens, so that small local models can answer."""
GIVE_UP_AFTER = 3
"""So many documents in a row without an answer, and the endpoint is not asked again."""


@dataclass(frozen=True)
class Coding:
    """What a second coder read in one document, and what of its answer was refused, with why."""

    statements: tuple[Statement, ...]
    refused: tuple[str, ...]


@dataclass
class Coded:
    """What became of all documents. ``failed`` has a sentence for each that got no answer."""

    documents: int = 0
    before: int = 0
    """Coded by the same coder at an earlier time, and not asked about again."""
    refused: int = 0
    failed: list[str] = field(default_factory=list[str])
    agreement: Agreement | None = None


def code(document: Document, theatre: Theatre, endpoint: Endpoint) -> Coding:
    """Ask about one document; CoderFailed when any part of it got no usable answer."""
    found: list[Statement] = []
    refused: list[str] = []
    schema = answer_schema(theatre)
    for stretch in stretches(document):
        answer = endpoint.ask(messages(theatre, stretch.text, document.published), schema)
        told, why = verified(items_of(answer), stretch, theatre)
        found += told
        refused += why
    return Coding(tuple(found), tuple(refused))


def stretches(document: Document, longest: int = LONGEST_STRETCH) -> Iterator[Stretch]:
    """Parts of a document that together are the whole, cut at ends of lines or sentences."""
    start, text = 0, document.text
    while start < len(text):
        end = min(start + longest, len(text))
        if end < len(text):
            cuts = (text.rfind("\n", start, end) + 1, text.rfind(". ", start, end) + 2)
            end = next((cut for cut in cuts if cut > start + longest // 2), end)
        if text[start:end].strip():
            yield Stretch(document, start, end)
        start = end


def second_coder(
    theatre: Theatre, read: Iterable[tuple[Document, Sequence[Statement]]], endpoint: Endpoint,
    queue: Queue, progress: Callable[[int], None] | None = None,
) -> Coded:  # fmt: skip
    """Have every document coded once more, and keep each answer as soon as it is there.

    A document without an answer is told and left; asked again later, only it is asked about.
    """
    done, citations, in_a_row = Coded(), Citations(theatre), 0
    figures: list[dict[str, object]] = []
    for document, rules in read:
        stored = next((coding for coding in queue.codings(document_key(document))
                       if coding["coder"] == endpoint.name), None)  # fmt: skip
        if stored:
            done.before += 1
            figures.append(stored["agreement"])
            continue
        if in_a_row >= GIVE_UP_AFTER:
            done.failed.append(f"{_named(document)}: not asked any more")
            continue
        try:
            coding = code(document, theatre, endpoint)
        except CoderFailed as error:
            done.failed.append(f"{_named(document)}: {error}")
            in_a_row += 1
            continue
        in_a_row = 0
        figures.append(_keep(document, rules, coding, endpoint, queue, citations))
        done.documents += 1
        done.refused += len(coding.refused)
        if progress:
            progress(done.documents)
    done.agreement = pooled(figures)
    return done


def _keep(
    document: Document, rules: Sequence[Statement], coding: Coding, endpoint: Endpoint,
    queue: Queue, citations: Citations,
) -> dict[str, object]:  # fmt: skip
    figures = agreement(rules, coding.statements).as_json()
    with queue.changing():
        citations.taken(queue.source_names())
        key = queue.add_document(document, citations.source_of(document))
        queue.add_coding(key, endpoint.name, [asdict(told) for told in coding.statements],
                         coding.refused, figures)  # fmt: skip
    return figures


def _named(document: Document) -> str:
    return document.name if document.id is None else f"{document.name} {document.id}"
