"""From a draft to a statement: offsets, the theatre's names, numbers."""

from __future__ import annotations

from tightrope.evidence.document import Document
from tightrope.evidence.drafts import Draft
from tightrope.evidence.found import Found
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.mapping import Mapping
from tightrope.evidence.modes import around, mode_of
from tightrope.evidence.offices import bearer
from tightrope.evidence.statement import Amount, Party, Statement
from tightrope.theatre.dates import parse_span


def bound(draft: Draft, phrases: list[Phrase | None]) -> None:
    """The clause: from the first to the last word that belongs to the act."""
    sentence, trigger = draft.parse.sentence, draft.trigger
    tokens = [trigger.start, trigger.end - 1]
    for phrase in phrases:
        if phrase is not None:
            tokens += [phrase.start, phrase.end - 1]
    for result in trigger.results:
        tokens += [result.start, result.end - 1]
    for counted in draft.casualties.values():
        tokens += [counted.start, counted.end - 1]
    for side in (draft.source, draft.target):
        if side is not None and side.told in (None, draft.parse):
            tokens += [side.start, side.end - 1]
    draft.start = sentence.starts[min(tokens)]
    draft.end = sentence.ends[max(tokens)]


def statement_of(draft: Draft, document: Document, mapping: Mapping) -> Statement:
    """The statement that a judged draft is."""
    sentence = draft.parse.sentence
    trigger = draft.trigger
    text = document.text
    source = _party(draft.source, draft.source_parse or draft.parse, text, mapping, draft.date)
    target = _party(draft.target, draft.target_parse or draft.parse, text, mapping, draft.date)
    plover, mode = trigger.act.plover, trigger.act.mode
    first, last = sentence.starts[trigger.start], sentence.ends[trigger.end - 1]
    clause = text[draft.start : draft.end]
    whole = around(text, draft.start, draft.end, sentence.ends[-1])
    return Statement(
        document=document.name, id=document.id, start=draft.start, end=draft.end,
        quote=text[draft.start : draft.end],
        trigger_start=first, trigger_end=last, plover=plover,
        mode=mode_of(plover, mode, text[first:last], whole), source=source, target=target,
        date=draft.date, place=draft.place, numbers=_amounts(draft, text), modality=draft.modality,
        attributed_to=draft.voucher.name if draft.voucher else None,
        event=mapping.event(
            plover, mode, _belonging(draft.source, source, mapping),
            _belonging(draft.target, target, mapping), "killed" in draft.casualties,
            clause, text[sentence.starts[0] : sentence.ends[-1]],
            draft.place or "",
        ),
        confidence=draft.confidence, date_basis=draft.date_basis,
    )  # fmt: skip


def _party(
    found: Found | None, parsed: Parse, text: str, mapping: Mapping, day: str | None
) -> Party | None:
    if found is None or not found.name:
        return None
    parsed = found.told or parsed
    start = parsed.sentence.starts[found.start]
    end = parsed.sentence.ends[found.end - 1]
    quote = text[start:end]
    name = _named(found, day)
    return Party(mapping.actor(found.name, quote, found.country, day), name, quote, start, end)


def _named(found: Found, day: str | None) -> str:
    """A holder of an office by name, where it is known who held it on the day."""
    when = parse_span(day).latest if day and found.kind == "office" else None
    return (bearer(found.name, when) if when is not None else None) or found.name


_OWN = frozenset(["state", "force", "troops", "official", "organ", "cabinet", "office", "facility"])
"""Kinds of parties that act for their country; gunmen and companies do not."""


def _belonging(found: Found | None, party: Party | None, mapping: Mapping) -> Party | None:
    country = found.country if found is not None and found.kind in _OWN else ""
    return mapping.belonging(party, country)


def _amounts(draft: Draft, text: str) -> tuple[Amount, ...]:
    sentence = (draft.casualties_parse or draft.parse).sentence
    found: list[Amount] = []
    for role, counted in draft.casualties.items():
        start, end = sentence.starts[counted.start], sentence.ends[counted.end - 1]
        name = "wounded" if role == "injured" else role
        found.append(Amount(name, counted.low, counted.high, text[start:end], start, end))
    sentence = draft.parse.sentence
    for role, counted, window in draft.counts:
        start, end = sentence.starts[counted.start], sentence.ends[counted.end - 1]
        found.append(Amount(role, counted.low, counted.high, text[start:end], start, end, window))
    return tuple(found)
