"""From a document to its statements: the steps of reading, in order.

1. Cut the prose into sentences, tag the words, find phrases and verbs.
2. Find the words that name acts; fold a killing into the attack that caused it.
3. For each act find source, target, numbers, date, place, modality and who vouches for it.
4. Say how sure that is, keep what is sure enough, resolve actors and event type by the theatre.

Nothing is looked up outside the rules, nothing is remembered from one document to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tightrope.evidence.arguments import ArgumentFinder, ShallowFinder, Sides
from tightrope.evidence.attribution import attribution, speaker_of
from tightrope.evidence.casualties import casualties
from tightrope.evidence.clauses import parse
from tightrope.evidence.counting import count
from tightrope.evidence.dating import date_of
from tightrope.evidence.document import Document
from tightrope.evidence.drafts import Draft
from tightrope.evidence.fellows import completed
from tightrope.evidence.grammar import Parse
from tightrope.evidence.kindred import complete
from tightrope.evidence.lexicon import Lexicon, lexicon
from tightrope.evidence.mapping import Mapping
from tightrope.evidence.modality import modality_of
from tightrope.evidence.narrative import Narrative
from tightrope.evidence.parties import Casting
from tightrope.evidence.placing import place_of
from tightrope.evidence.ranking import confidence, describe, weights
from tightrope.evidence.recollection import Recollection
from tightrope.evidence.retelling import answered, carried_on, claimed, continued, told_again
from tightrope.evidence.sides import STANCES, parties_of, stance
from tightrope.evidence.stage import Cast
from tightrope.evidence.statement import Statement
from tightrope.evidence.stating import bound, statement_of
from tightrope.evidence.tagging import tag
from tightrope.evidence.tokens import Sentence, sentences
from tightrope.evidence.triggers import Trigger, triggers
from tightrope.evidence.voices import retold
from tightrope.evidence.when import TIME_WORDS, Moment, moments

BRIEF = 1_500
"""Characters up to which a text is read as news in brief: few main acts, told in the present."""
MOST = 3
"""Acts that one brief line states, at most: the surest."""


@dataclass(frozen=True)
class Reader:
    """How to read: everything that can be exchanged.

    ``least`` is the confidence below which the reader abstains, for brief lines and for articles.
    """

    words: Lexicon = field(default_factory=lexicon)
    finder: ArgumentFinder = field(default_factory=ShallowFinder)
    mapping: Mapping = field(default_factory=Mapping)
    memory: Recollection | None = None
    """The history that articles take for granted; news in brief says when it happened."""
    least: float = 0.4
    least_article: float = 0.35


def read_statements(document: Document, reader: Reader | None = None) -> list[Statement]:
    """Every act that a document states, in order of its place.

    Offsets refer to ``document.text``; ``text[start:end] == quote`` always. Acts of which the
    reader is not sure enough are left out.
    """
    reader = reader or Reader()
    brief = is_brief(document)
    drafts = drafts_of(document, reader)
    known = weights()
    least = reader.least if brief else reader.least_article
    for draft in drafts:
        draft.confidence = confidence(draft.features, known)
    kept = [d for d in drafts if d.confidence >= least]
    if brief and len(kept) > MOST:
        surest = sorted(kept, key=lambda d: -d.confidence)[:MOST]
        kept = [d for d in kept if d in surest]
    told = [statement_of(draft, document, reader.mapping) for draft in kept]
    if brief or reader.memory is None:
        return told
    return reader.memory.dated(told, document)


def is_brief(document: Document) -> bool:
    """Whether a text is news in brief, or an article."""
    return len(document.text) < BRIEF


def drafts_of(document: Document, reader: Reader) -> list[Draft]:
    """All acts that the rules see, described but not yet judged."""
    words = reader.words
    cast = Cast()
    brief = is_brief(document)
    drafts: list[Draft] = []
    number = 0
    tale = Narrative()
    for sentence in _sentences(document):
        tale.enter(document.text, sentence.starts[0])
        carried = tale.told
        worthwhile = _worthwhile(sentence, words)
        times = _times(sentence, document) if worthwhile or not brief else []
        times = times if brief else tale.times(
            document.text, sentence.starts[0], sentence.ends[-1], times
        )  # fmt: skip
        if not worthwhile:
            number += 1
            continue
        parsed = parse(sentence, tag(sentence, words), words)
        casting = Casting(parsed, words, cast)
        scene = _Scene(parsed, casting, number, times, document.published, brief, carried)
        named = triggers(parsed, words)
        sides = [reader.finder.sides(trigger, parsed) for trigger in named]
        found = [_draft(*pair, scene, reader) for pair in zip(named, sides, strict=True)]
        completed(found, sides, casting)
        count(found, sides, parsed, times)
        found = claimed(parsed, casting, drafts, found, number)
        carried_on(found, drafts)
        answered(found, drafts)
        drafts += continued(found, drafts) if brief else found
        cast.remember(casting.roll)
        number += 1
    if not brief:
        drafts = told_again(drafts)
        complete(drafts)
        retold(drafts, document.prose)
    describe(drafts, words, brief)
    return drafts


def _sentences(document: Document) -> Iterator[Sentence]:
    """The sentences of what is prose; a break inside a sentence does not end it."""
    if not document.spans:
        yield from sentences(document.text)
        return
    start: int | None = None
    end = 0
    for span in document.spans:
        if span.kind in ("prose", "title"):
            start = span.start if start is None else start
            end = span.end
        elif span.kind not in ("garbled", "break") and start is not None:
            yield from sentences(document.text, start, end)
            start = None
    if start is not None:
        yield from sentences(document.text, start, end)


def _worthwhile(sentence: Sentence, words: Lexicon) -> bool:
    verbs, nouns = words.verbs, words.nouns
    return len(sentence) > 2 and any(low in verbs or low in nouns for low in sentence.lows)


@dataclass(frozen=True, slots=True)
class _Scene:
    """One sentence with all that its acts share."""

    parsed: Parse
    casting: Casting
    number: int
    times: list[Moment]
    published: date | None
    brief: bool
    carried: str | None
    """The date of which the paragraph told before."""


def _times(sentence: Sentence, document: Document) -> list[Moment]:
    """The time expressions of a sentence; most have none, which a look at the words tells."""
    if not any(low in TIME_WORDS or low[0].isdigit() for low in sentence.lows):
        return []
    return moments(document.text, document.published, sentence.starts[0], sentence.ends[-1])


def _draft(trigger: Trigger, sides: Sides, scene: _Scene, reader: Reader) -> Draft:
    parsed, casting, brief = scene.parsed, scene.casting, scene.brief
    words = reader.words
    draft = Draft(trigger, parsed, scene.number)
    draft.source, draft.target = parties_of(trigger, sides, parsed, casting, reader.finder, words)
    speaker = speaker_of(trigger, parsed, words, casting)
    voucher = attribution(trigger, parsed, words, casting, draft.source)
    will = trigger.verb is not None and trigger.verb.modal == "will" and draft.source is None
    takes = will or trigger.act.plover in STANCES
    if speaker is not None and takes and voucher is not None:
        plover = trigger.act.plover
        draft.source, draft.target = stance(plover, speaker, draft.source, draft.target)
        voucher = None if draft.source is speaker else voucher
    draft.modality = modality_of(
        trigger, parsed, words, brief and voucher is not None and voucher.party, brief
    )
    draft.voucher = voucher
    if trigger.act.plover == "ASSAULT":
        draft.casualties = casualties(trigger, parsed, casting)
    draft.date, draft.date_basis, draft.background = date_of(
        trigger, parsed, scene.times, scene.published, brief, scene.number > 0, words.nouns,
        scene.carried,
    )  # fmt: skip
    draft.place = place_of(trigger, casting)
    bound(draft, [sides.source, sides.target, sides.victims])
    return draft
