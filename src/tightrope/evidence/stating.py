"""From a draft to a statement: offsets, the theatre's names, numbers."""

from __future__ import annotations

from tightrope.evidence.document import Document
from tightrope.evidence.drafts import Draft
from tightrope.evidence.found import Found
from tightrope.evidence.grammar import Parse, Phrase
from tightrope.evidence.mapping import Mapping
from tightrope.evidence.statement import Amount, Party, Statement


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
        if side is not None:  # both still stand in this sentence
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
    return Statement(
        document=document.name, id=document.id, start=draft.start, end=draft.end,
        quote=text[draft.start : draft.end],
        trigger_start=sentence.starts[trigger.start], trigger_end=sentence.ends[trigger.end - 1],
        plover=plover, mode=mode, source=source, target=target, date=draft.date,
        place=draft.place, numbers=_amounts(draft, text), modality=draft.modality,
        attributed_to=draft.voucher.name if draft.voucher else None,
        event=mapping.event(plover, mode, source, target, "killed" in draft.casualties),
        confidence=draft.confidence,
    )  # fmt: skip


def _party(
    found: Found | None, parsed: Parse, text: str, mapping: Mapping, day: str | None
) -> Party | None:
    if found is None or not found.name:
        return None
    start = parsed.sentence.starts[found.start]
    end = parsed.sentence.ends[found.end - 1]
    quote = text[start:end]
    return Party(
        mapping.actor(found.name, quote, found.country, day), found.name, quote, start, end
    )


def _amounts(draft: Draft, text: str) -> tuple[Amount, ...]:
    sentence = (draft.casualties_parse or draft.parse).sentence
    found: list[Amount] = []
    for role, counted in draft.casualties.items():
        start, end = sentence.starts[counted.start], sentence.ends[counted.end - 1]
        name = "wounded" if role == "injured" else role
        found.append(Amount(name, counted.low, counted.high, text[start:end], start, end))
    return tuple(found)
