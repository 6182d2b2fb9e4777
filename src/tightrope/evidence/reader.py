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

from tightrope.evidence.arguments import ArgumentFinder, ShallowFinder, Sides
from tightrope.evidence.attribution import attribution, speaker_of
from tightrope.evidence.casualties import casualties
from tightrope.evidence.clauses import Parse, Phrase, parse
from tightrope.evidence.dating import date_of
from tightrope.evidence.document import Document
from tightrope.evidence.drafts import Draft
from tightrope.evidence.lexicon import Lexicon, lexicon
from tightrope.evidence.mapping import Mapping
from tightrope.evidence.modality import modality_of
from tightrope.evidence.parties import Cast, Casting, Found
from tightrope.evidence.ranking import confidence, describe, weights
from tightrope.evidence.statement import Amount, Party, Statement
from tightrope.evidence.tagging import tag
from tightrope.evidence.tokens import Sentence, sentences, word_set
from tightrope.evidence.triggers import Trigger, noun_trigger, triggers
from tightrope.evidence.when import moments
import itertools

BRIEF = 1_500
"""Characters up to which a text is read as news in brief: its few main acts, told in the present."""
MOST = 3
"""Acts that one brief line states, at most: the surest."""
_PAIRED = frozenset(["CONSULT", "AGREE", "COOPERATE", "RETREAT"])
_OWNED = word_set("embassy consulate checkpoint base headquarters prison outpost station")
_RECIPROCAL = (["each", "other"], ["one", "another"])
_UNNAMED = frozenset(["unknown", "facility"])


@dataclass(frozen=True)
class Reader:
    """How to read: everything that can be exchanged.

    ``least`` is the confidence below which the reader abstains, for brief lines and for articles.
    """

    words: Lexicon = field(default_factory=lexicon)
    finder: ArgumentFinder = field(default_factory=ShallowFinder)
    mapping: Mapping = field(default_factory=Mapping)
    least: float = 0.37
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
    return [_statement(draft, document, reader) for draft in kept]


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
    for sentence in _sentences(document):
        if not _worthwhile(sentence, words):
            number += 1
            continue
        parsed = parse(sentence, tag(sentence, words), words)
        casting = Casting(parsed, words, cast)
        found = [
            _draft(trigger, parsed, casting, number, document, reader, brief)
            for trigger in triggers(parsed, words)
        ]
        found = _claimed(parsed, casting, drafts, found)
        _answer(found, drafts)
        drafts += _continued(found, drafts) if brief else found
        _remember(parsed, casting, cast)
        number += 1
    if not brief:
        drafts = _told_again(drafts)
    describe(drafts, words, brief)
    return drafts


def _told_again(drafts: list[Draft]) -> list[Draft]:
    """An act of violence told several times: what one telling says holds for the others.

    Only where its victim is a named person, who can be killed once; and "the killing in a US raid" is
    one act, done by the US.
    """
    for draft, after in itertools.pairwise(drafts):
        phrase = after.trigger.phrase
        inside = phrase is not None and phrase.governor in ("in", "by", "with")
        if (
            inside
            and draft.parse is after.parse
            and draft.source is None
            and draft.trigger.act.noun
        ) and after.trigger.act.plover == draft.trigger.act.plover == "ASSAULT":
            draft.source = after.source
    tellings: dict[str, list[Draft]] = {}
    for draft in drafts:
        target = draft.target
        if draft.trigger.act.plover == "ASSAULT" and target is not None and target.kind == "person":
            tellings.setdefault(target.name.split(";")[0].split()[-1], []).append(draft)
    for told in tellings.values():
        known = next((d for d in told if d.source is not None and d.source.kind != "person"), None)
        dated = next((d for d in told if d.date and not d.date.startswith("../")), None)
        for draft in told:
            if draft.source is None and known is not None:
                draft.source, draft.source_parse = known.source, known.source_parse or known.parse
            if dated is not None and draft.date is not None and draft.date.startswith("../"):
                draft.date = dated.date
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


def _draft(
    trigger: Trigger, parsed: Parse, casting: Casting, number: int, document: Document,
    reader: Reader, brief: bool,
) -> Draft:  # fmt: skip
    words = reader.words
    draft = Draft(trigger, parsed, number)
    sides = reader.finder.sides(trigger, parsed)
    if trigger.act.plover == "ACCUSE" and sides.target is not None:
        sides = _whose_act(sides, parsed, casting, reader)
    elif trigger.act.plover in _ABOUT and sides.target is not None:
        sides = _about(sides, parsed, reader)
    draft.source, draft.target = _parties(trigger, parsed, casting, sides.source, sides.target)
    if sides.blamed is not None and sides.blamed.phrase is not None:
        draft.target = casting.adjective_before(sides.blamed.phrase.start, sides.blamed.end)
    speaker = speaker_of(trigger, parsed, words, casting)
    voucher = attribution(trigger, parsed, words, casting, draft.source)
    if speaker is not None and trigger.act.plover in _STANCES and voucher is not None:
        draft.source, draft.target = _stance(speaker, draft.source, draft.target)
        voucher = None
    draft.modality = modality_of(
        trigger, parsed, words, brief and voucher is not None and voucher.party, brief
    )
    draft.voucher = voucher
    if trigger.act.plover == "ASSAULT":
        draft.casualties = casualties(trigger, parsed, casting)
    sentence = parsed.sentence
    times = moments(document.text, document.published, sentence.starts[0], sentence.ends[-1])
    draft.date, draft.background = date_of(
        trigger, parsed, times, document.published, brief, number > 0, words.nouns
    )
    draft.place = _place(trigger, casting)
    _bound(draft, [sides.source, sides.target, sides.victims])
    return draft


def _whose_act(sides: Sides, parsed: Parse, casting: Casting, reader: Reader) -> Sides:
    """Who condemns an air strike condemns who flew it."""
    assert sides.target is not None
    act = noun_trigger(sides.target, parsed, reader.words)
    if act is None or act.act.plover not in _BLAMED:
        return sides
    blamed = reader.finder.sides(act, parsed).source
    return sides._replace(target=blamed, blamed=act if blamed is None else None)


def _about(sides: Sides, parsed: Parse, reader: Reader) -> Sides:
    """Who is ready for talks, refuses them or calls for them means those with whom they are held."""
    assert sides.target is not None
    act = noun_trigger(sides.target, parsed, reader.words)
    if act is None:
        return sides
    inner = reader.finder.sides(act, parsed)
    return sides._replace(target=inner.target or inner.source)


_ABOUT = frozenset(["AGREE", "REJECT", "REQUEST", "SUPPORT"])
_BLAMED = frozenset(["ASSAULT", "COERCE", "SANCTION", "THREATEN"])
_STANCES = frozenset(["AGREE", "REJECT", "THREATEN", "SUPPORT"])


def _stance(
    speaker: Found, source: Found | None, target: Found | None
) -> tuple[Found, Found | None]:
    """ "The White House says Russia will be met with ...": the speaker takes the stance."""
    if source is None or source.name == speaker.name or source.country == speaker.country:
        return speaker, target
    return speaker, source if target is None else target


def _parties(
    trigger: Trigger, parsed: Parse, casting: Casting, first: Phrase | None, second: Phrase | None
) -> tuple[Found | None, Found | None]:
    """Source and target as parties; two who do a thing together are one on each side."""
    act = trigger.act
    source = casting.party(first)
    if second is not None and casting.lows[second.start : second.end] in _RECIPROCAL:
        if source is not None and source.joined:
            return source.joined[0], source.joined[1]
    if act.noun and source is None and "before" in act.source and trigger.phrase is not None:
        source = casting.adjective_before(trigger.phrase.start, trigger.end)
    target = casting.party(second)
    paired = act.plover in _PAIRED or act.mode == "clash"
    if paired and source is not None and source.joined and (target is None or act.mode == "clash"):
        rest = source.joined[1:]
        target = rest[0] if len(rest) == 1 else Found(
            "; ".join(p.name for p in rest), rest[0].kind, rest[0].country, rest[0].start,
            rest[-1].end, rest,
        )  # fmt: skip
        source = source.joined[0]
    elif paired and source is not None and source.joined:
        source = source.joined[0]
    if target is None and trigger.end - trigger.start > 2:
        target = casting.nationality_in(trigger.start, trigger.end)
    target = _object_of(act.plover, target, casting)
    if target is None and act.plover == "ASSAULT" and trigger.verb is not None:
        target = _site(trigger, casting)
    if source is not None and (source.kind in _UNNAMED or source.kind == "generic"):
        source = None if source.kind in _UNNAMED or act.plover == "ASSAULT" else source
    if source is not None and target is not None and source.start == target.start:
        target = None
    if act.plover == "PROTEST" and source is not None and source.kind in ("people", "generic"):
        source = Found(f"Protesters ({casting.setting})", "group", casting.setting,
                       source.start, source.end)  # fmt: skip
    return source, target


def _object_of(plover: str, target: Found | None, casting: Casting) -> Found | None:
    """Unnamed victims and things are nobody, unless they are a named state's."""
    if target is None or target.kind not in ("generic", "people", "facility", "unknown"):
        return target
    if target.kind == "people" and not target.name.startswith("People"):
        return target
    if target.kind == "facility" or target.kind == "unknown":
        return (
            Found(target.country, "state", target.country, target.start, target.end)
            if target.country and target.kind == "facility" else None
        )  # fmt: skip
    if plover == "ASSAULT":
        return target if target.country else None
    if plover == "COERCE":
        return Found(f"Suspects ({casting.setting})" if casting.setting else "Suspects", "generic",
                     target.country, target.start, target.end)  # fmt: skip
    return target


def _site(trigger: Trigger, casting: Casting) -> Found | None:
    """Whose place was hit, where nobody is named: "kills ten at a police checkpoint"."""
    assert trigger.verb is not None
    for word, phrase in trigger.verb.after:
        if word in ("at", "outside", "near", "on", "against", "inside", "in", "of"):
            head = next(
                (m for m in reversed(casting.mentions) if phrase.start <= m.start < phrase.end),
                None,
            )
            if head is not None and head.entry.kind == "facility":
                found = casting.single(phrase)
                owned = found is not None and found.kind in ("group", "troops", "fighters", "force")
                if owned or (
                    found is not None and found.kind == "state" and head.entry.key in _OWNED
                ):
                    return found
    return None


def _place(trigger: Trigger, casting: Casting) -> str | None:
    """The place nearest behind "in", "at" or "near", the act's side of the sentence first."""
    best: tuple[int, str] | None = None
    lows = casting.lows
    for m in casting.mentions:
        if m.entry.kind not in ("place", "capital", "state") or not m.start:
            continue
        step = m.start - 1
        while step > 0 and lows[step] in _BEFORE_PLACE:
            step -= 1
        if lows[step] not in ("in", "at", "near", "outside", "across", "around", "of"):
            continue
        if lows[step] == "of" and lows[step - 1] not in ("city", "town", "village", "outskirts"):
            continue
        distance = abs(m.start - trigger.start) + (3 if m.entry.kind == "state" else 0)
        if best is None or distance < best[0]:
            best = (distance, " ".join(casting.words[m.start : m.end]))
    return best[1] if best else None


_BEFORE_PLACE = word_set(
    "the city town of iraqi northern southern eastern western central capital province "
    "village syrian iranian afghan pakistani"
)


def _bound(draft: Draft, phrases: list[Phrase | None]) -> None:
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


_ANSWERS = frozenset(["ACCUSE", "REJECT", "THREATEN"])


def _answer(found: list[Draft], before: list[Draft]) -> None:
    """Who condemns or rejects without saying whom means those who acted before."""
    for draft in found:
        if draft.trigger.act.plover not in _ANSWERS or draft.target or draft.source is None:
            continue
        for earlier in reversed(before):
            party = earlier.source
            if party is None or party.name == draft.source.name:
                continue
            aimed = earlier.target
            if (aimed is not None and draft.source.country in ("", aimed.country)) or (
                earlier.trigger.act.plover == "ASSAULT"
            ):
                draft.target, draft.target_parse = party, earlier.source_parse or earlier.parse
                break


def _continued(found: list[Draft], before: list[Draft]) -> list[Draft]:
    """A later sentence that only adds the dead belongs to the attack told before."""
    kept: list[Draft] = []
    for draft in found:
        trigger = draft.trigger
        host = next((d for d in reversed(before) if d.trigger.act.plover == "ASSAULT"), None)
        adds = (
            host is not None and trigger.act.role == "result" and draft.source is None
            and host.sentence < draft.sentence and not host.casualties and draft.casualties
        )  # fmt: skip
        if adds and host is not None:
            host.casualties = draft.casualties
            host.casualties_parse = draft.parse
            continue
        kept.append(draft)
    return kept


def _claimed(
    parsed: Parse, casting: Casting, before: list[Draft], found: list[Draft]
) -> list[Draft]:
    """ "X claims responsibility" names the source of an attack told before, or in the same breath."""
    lows = parsed.sentence.lows
    if "responsibility" not in lows:
        return found
    for verb in parsed.verbs:
        noun = verb.object
        if noun is None or lows[noun.end - 1] != "responsibility" or verb.negated:
            continue
        if lows[verb.head] not in _CLAIMS:
            continue
        found = [d for d in found if d.trigger.verb is not verb or d.trigger.act.noun]
        party = casting.party(verb.subject)
        if party is None or party.kind in _UNNAMED:
            return found
        earlier = [d for d in before if d.trigger.act.plover == "ASSAULT"]
        here = [d for d in found if d.trigger.act.plover == "ASSAULT"]
        for draft in here if not earlier else earlier[-1:]:
            if draft.source is None or draft.source.kind in ("fighters", "generic"):
                draft.source, draft.source_parse = party, parsed
            if not earlier and draft.trigger.act.noun:
                draft.trigger.carried = "claimed"
                break
        if earlier:
            found = [d for d in found if d.trigger.carried != "bare"]
        return found
    return found


_CLAIMS = word_set("claims claimed claim claiming takes took")


def _remember(parsed: Parse, casting: Casting, cast: Cast) -> None:
    """Who the next sentence's "he" and "it" will be."""
    for verb in parsed.verbs:
        if verb.relation == "main" and verb.subject is not None:
            party = casting.party(verb.subject, joined=False)
            if party is not None and party.name and party.kind not in _UNNAMED:
                cast.speaker = party
            for side in (verb.object, *(p for _, p in verb.after)):
                other = casting.party(side, joined=False)
                if other is not None and other.name and other.kind not in _UNNAMED:
                    cast.other = other
                    break
            return


def _statement(draft: Draft, document: Document, reader: Reader) -> Statement:
    sentence = draft.parse.sentence
    trigger = draft.trigger
    text = document.text
    mapping = reader.mapping
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
