"""Whose words an article reports over many sentences: an author whom it retells, or a quotation.

An article retells one author if it names him with a work of his ("writer X explained in an article
...") and goes on to speak of "the author". What it tells from there on is on his word, but for
paragraphs that begin with somebody else ("For his part, ..."). A quotation that goes on over
several sentences is on the word of whoever spoke last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tightrope.evidence.attribution import Voucher
from tightrope.evidence.drafts import Draft
from tightrope.evidence.rulebook import yaml_rules

LEAST_MENTIONS = 2
"""How often "the author" must speak before an article is held to retell him."""
FAR = 160
"""Characters between an author's name and his work, at most."""
_NAME = r"(?P<name>(?:[A-Z][\w’'-]+\s+){1,3}[A-Z][\w’'-]+)"


@dataclass(frozen=True)
class Narrator:
    """The author whom an article retells, and from where on."""

    name: str
    since: int


def narrator(prose: str) -> Narrator | None:
    """The author whom a text retells, None for the many that retell nobody."""
    writer, named, cited = _patterns()
    mentions = [match.start() for match in cited.finditer(prose)]
    if len(mentions) < LEAST_MENTIONS:
        return None
    found = next(named.finditer(prose, 0, mentions[0]), None)
    if found is None:
        return None
    name = writer.sub("", found["name"] or found["name2"]).strip()
    return Narrator(" ".join(name.split()), found.end()) if " " in name else None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    rules = yaml_rules("voices")
    writers, works = "|".join(rules["writers"]), "|".join(rules["works"])
    title = rf"\b(?i:(?:the|and)?\s*(?:{writers}))\s+{_NAME}"
    work = rf"\b(?:in|of) (?:an?|his|her|the|this) (?:\w+ ){{0,2}}(?:{works})\b"
    named = (
        rf"{title}[^.\n]{{0,{FAR}}}?{work}"
        rf"|(?i:{work})[^.\n]{{0,{FAR}}}?{title.replace('<name>', '<name2>')}"
    )
    cited = rf"\b(?i:the (?:{writers}))\b(?! (?:of|was|were|and)\b| [A-Z])"
    return re.compile(rf"^(?i:{writers})\s+"), re.compile(named), re.compile(cited)


@cache
def _asides() -> re.Pattern[str]:
    return re.compile("|".join(yaml_rules("voices")["asides"]), re.IGNORECASE)


def retold(drafts: Sequence[Draft], prose: str) -> None:
    """Attribute what an author is retold to say, and what a quotation goes on with."""
    _quoted_on(drafts, prose)
    told = narrator(prose)
    if told is None:
        return
    last = told.name.split()[-1]
    cited = _patterns()[2]
    for draft in drafts:
        own = draft.voucher is None or bool(cited.search(f"the {draft.voucher.name}"))
        is_he = draft.source is not None and last in draft.source.name.split()
        if draft.start > told.since and own and not is_he and not _is_aside(prose, draft.start):
            draft.voucher = Voucher(told.name, False)


def _quoted_on(drafts: Sequence[Draft], prose: str) -> None:
    """Within a paragraph, quoted words without a speaker are those of the last speaker."""
    speaker: Voucher | None = None
    at = 0
    for draft in drafts:
        if "\n" in prose[at : draft.start]:
            speaker = None
        at = max(at, draft.start)
        if draft.voucher is not None:
            speaker = draft.voucher
        elif speaker is not None and draft.parse.sentence.quoted[draft.trigger.start]:
            draft.voucher = speaker


def _is_aside(prose: str, at: int) -> bool:
    """Whether a paragraph begins with another voice."""
    begin = prose.rfind("\n", 0, at) + 1
    return _asides().match(prose, begin) is not None
