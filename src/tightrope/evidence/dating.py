"""When an act happened: the time expression of its clause, else the day of the report.

News lines are written in the present tense: what stands in the past tense beside it, in a relative
clause or as a bare participle is background, and is dated "some day before" (``../day``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container
from datetime import date
from typing import NamedTuple

from tightrope.evidence.grammar import Parse, Verb
from tightrope.evidence.tokens import word_set
from tightrope.evidence.triggers import Trigger
from tightrope.evidence.when import Moment

_PRESENT = word_set("is are has have am being do does")


class Dated(NamedTuple):
    """An EDTF date, what it rests on, and whether the act is background to the news."""

    edtf: str | None
    basis: str | None
    background: bool = False


def date_of(
    trigger: Trigger,
    parse: Parse,
    times: list[Moment],
    anchor: date | None,
    brief: bool,
    later: bool,
    nouns: Container[str],
    carried: str | None = None,
) -> Dated:
    """When an act happened.

    ``later``: not the first sentence; ``nouns``: words to which a time expression would belong;
    ``carried``: the date of which the paragraph tells.
    """
    behind = brief and background(trigger, parse, later)
    if brief and not behind:
        times = [t for t in times if t.kind not in ("year", "my", "bare")]
    if not brief:
        times = [t for t in times if t.kind not in ("of", "second")]
    moment = _nearest(trigger, parse, times, nouns)
    if moment is not None:
        return Dated(moment.edtf, "words", behind)
    if not brief and times and not _before_that(trigger):
        moment = min(times, key=lambda t: abs(t.start - parse.sentence.starts[trigger.start]))
        return Dated(moment.edtf, "sentence")
    if brief:
        day = anchor.isoformat() if anchor else None
        return Dated(f"../{day}" if behind and day else day, day and "report", behind)
    if carried is not None and not _before_that(trigger) and _is_told(trigger, parse):
        return Dated(carried, "carried")
    return Dated(_undated(trigger, parse, anchor), "assumed") if anchor else Dated(None, None)


def _before_that(trigger: Trigger) -> bool:
    """ "Since the overthrow", "after the killing": the time of the sentence is another."""
    return trigger.phrase is not None and trigger.phrase.governor in ("since", "after", "before")


def _is_told(trigger: Trigger, parse: Parse) -> bool:
    """Whether an act stands in the past tense of a tale that goes on."""
    verb = trigger.verb
    if verb is None or verb.relation in ("inf", "ger", "prep"):
        verb = next((v for v in parse.verbs if v.relation == "main"), verb)
    return verb is not None and not verb.modal and _past(verb, parse)


_VERBAL = word_set("REQUEST ACCUSE REJECT THREATEN CONSULT")


def _undated(trigger: Trigger, parse: Parse, anchor: date) -> str:
    """Of an act in an article that no words date: what is said or goes on is recent, what is to
    come is of this year, what was done was done before.
    """
    verb = trigger.verb
    if _before_that(trigger) and trigger.carried == "bare":
        return f"../{anchor.isoformat()}"
    if verb is not None and (verb.modal or verb.relation == "inf"):
        return f"{anchor.year:04}"
    goes_on = verb is not None and verb.form in "VG" and not _past(verb, parse)
    if goes_on or (trigger.act.plover in _VERBAL and trigger.carried != "bare"):
        return f"{anchor.year:04}-{anchor.month:02}"
    return f"../{anchor.isoformat()}"


def background(trigger: Trigger, parse: Parse, later: bool = False) -> bool:
    """Whether an act is told as something that had happened before."""
    verb = trigger.verb
    if verb is None or (trigger.carried == "result" and verb.relation == "main"):
        return False
    main = next((v for v in parse.verbs if v.relation == "main"), None)
    if verb.relation in ("rel", "part") and verb.form != "G":
        return _past(verb, parse)
    if verb is main or main is None:
        return later and verb.perfect and verb.passive
    if verb.relation == "sub" and verb.word in ("after", "since"):
        return True
    if verb.relation == "ger":
        return False
    return _past(verb, parse) and not _past(main, parse) and verb.relation in ("sub", "rel")


def _past(verb: Verb, parse: Parse) -> bool:
    lows = parse.sentence.lows
    helpers = lows[verb.start : verb.head]
    if any(low in ("was", "were", "had") for low in helpers) or verb.perfect:
        return True
    if any(low in _PRESENT for low in helpers) or verb.modal:
        return False
    return parse.tags[verb.head] == "E"


def _nearest(
    trigger: Trigger, parse: Parse, times: list[Moment], nouns: Container[str]
) -> Moment | None:
    """The time expression of the trigger's own clause."""
    if not times:
        return None
    sentence = parse.sentence
    own = trigger.verb
    low, high = sentence.starts[0], sentence.ends[-1]
    begins = trigger.start if own is None else min(own.start, trigger.start)
    ends = trigger.end if own is None else max(own.head + 1, trigger.end)
    for verb in parse.verbs:
        if verb is own or (own is not None and verb.relation == "inf" and verb.parent is own):
            continue
        if verb.head < begins and verb.relation != "part":
            low = max(low, sentence.ends[verb.head])
        elif verb.start >= ends and (verb.relation not in ("ger", "inf") or verb.parent is not own):
            high = min(high, sentence.starts[verb.start])
            break
    at = sentence.starts[trigger.start]
    inside = [
        t
        for t in times
        if t.start >= low and t.end <= high and not _of_other(t, trigger, parse, nouns)
    ]
    if not inside:
        return None
    return min(inside, key=lambda t: abs(t.start - at))


def _of_other(moment: Moment, trigger: Trigger, parse: Parse, nouns: Container[str]) -> bool:
    """Whether a time belongs to another noun: "Monday's announcement", "bombings last week"."""
    sentence = parse.sentence
    first = bisect_left(sentence.starts, moment.start)
    last = bisect_left(sentence.starts, moment.end)
    if last < len(sentence) and (
        parse.tags[last] == "'" or (first and sentence.lows[first - 1] == "the")
    ):
        return not last <= trigger.start <= last + 3
    if first > trigger.end:
        return any(sentence.lows[at] in nouns and parse.tags[at] == "N"
                   for at in range(trigger.end, first))  # fmt: skip
    return False
