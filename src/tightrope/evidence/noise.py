"""Which stretches of a text are prose and which are noise: galleries, adverts, credits, breaks.

Nothing is taken away: every stretch stays in the text and says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from tightrope.evidence.document import Span, SpanKind
from tightrope.evidence.galleries import Line, galleries
from tightrope.evidence.garbled import garbled_stretches
from tightrope.evidence.headers import published_in
from tightrope.evidence.noise_rules import NoiseRule, noise_rules

HEADER_LINES = 8
REMEMBERED = 1_000
"""Lines of which the matching rules are remembered: boilerplate comes again and again."""
LONGEST_HEADING = 80
LONGEST_HEADLINE = 160
LONGEST_OUTLETS = 600
"""Only so much of the end of a line is searched for outlets: brackets can be nested to tire it."""
MOST_BREAKS = 0.2
"""A text of which more full stops than this are followed by a small letter is written that way."""
_LINE = re.compile(r"[^\r\n]+")
_STOP = re.compile(r"[.!?:;,…\"”’)\]]$")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_SPACES = dict.fromkeys(
    map(ord, "\t\xa0\u2002\u2003\u2007\u2009\u200a\u200b\u200e\u200f\u202f\ufeff"), " "
)
_SENTENCE_END = re.compile(r"\w{3}[.!?] ")
_FULL_STOP = re.compile(r"\.(?=\s|$)")
_BRACKETS = r"\s+(?:[(\[](?:[^()\[\]]|\([^()]*\)){1,120}[)\]][\s,;.]*)+$"
_OUTLETS = re.compile(r"(?<=[.!?…\"”’)\]])" + _BRACKETS)
"""Outlets in brackets behind the last sentence of a news line."""


@dataclass
class Marked:
    """What is known of a text once its noise is found."""

    spans: tuple[Span, ...]
    """In order, together the whole text."""
    outlet: str | None = None
    published: date | None = None
    """The day that the caller gave, else the one of a header line."""


@dataclass
class _Finds:
    spans: list[Span] = field(default_factory=list[Span])
    taken: set[int] = field(default_factory=set[int])
    """Numbers of the lines that are noise."""
    outlet: str | None = None

    def name_outlet(self, match: re.Match[str]) -> None:
        """Keep the first outlet that a rule names."""
        name = match.groupdict().get("outlet")
        self.outlet = self.outlet or (name.strip() if name else None)


def mark_noise(text: str, published: date | None = None) -> Marked:
    """The spans of an article, and its outlet and day where lines at its head say them.

    1. galleries; 2. whole lines, rule by rule; 3. headings; 4. stretches inside lines; 5. line
    ends in mid-sentence; 6. garbled stretches. What is found first stays.
    """
    text = _plain(text)
    lines = list(_lines(text))
    finds = _Finds()
    _take_galleries(lines, finds)
    _take_lines(text, lines, finds)
    head = lines[HEADER_LINES].start if len(lines) > HEADER_LINES else len(text)
    header = sorted((s for s in finds.spans if s.start < head), key=lambda span: span.start)
    day = published or published_in(text, header)
    headings = [
        Span(line.start, line.end, "title")
        for number, line in enumerate(lines)
        if number not in finds.taken and _is_heading(text, lines, number, finds.taken)
    ]
    inside = list(_inside(text, finds))
    joints = _broken_lines(text, lines, finds.taken)
    found = [finds.spans, headings, inside, joints, garbled_stretches(text, day)]
    return Marked(_whole(text, found), finds.outlet, day)


def mark_line(text: str) -> tuple[Span, ...]:
    """The spans of a news line: prose, and the outlets in brackets behind it."""
    offset = max(len(text) - LONGEST_OUTLETS, 0)
    end = text[offset:] if text.rstrip(" ,;.").endswith((")", "]")) else ""
    found = _OUTLETS.search(end) or _agencies().search(end) if end else None
    if found is None:
        return (Span(0, len(text), "prose"),) if text else ()
    start = offset + found.start()
    return (Span(0, start, "prose"), Span(start, len(text), "credit"))


@lru_cache
def _agencies() -> re.Pattern[str]:
    """Agencies in brackets, which are an outlet without a full stop before them, too."""
    agency = noise_rules().pieces["agency"]
    return re.compile(rf"\s+(?:[(\[]{agency}(?: via [^()\[\]]{{2,40}})?[)\]][\s,;.]*)+$")


def _plain(text: str) -> str:
    """The text as rules look at it: one kind of space and of line end, every sign in its place."""
    return _LONE_RETURN.sub("\n", text).translate(_SPACES)


def _lines(text: str) -> Iterator[Line]:
    for found in _LINE.finditer(text):
        words = found[0].strip()
        if words:
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            yield Line(start, start + len(words), words, found.end())


def _take_galleries(lines: Sequence[Line], finds: _Finds) -> None:
    for first, after in galleries(lines, noise_rules().credit):
        finds.taken.update(range(first, after))
        finds.spans.append(Span(lines[first].start, lines[after - 1].tail, "gallery"))


def _take_lines(text: str, lines: Sequence[Line], finds: _Finds) -> None:
    for number, line in enumerate(lines):
        if number in finds.taken or _goes_on(text, lines, number, finds.taken):
            continue
        found = _first_rule(line.text, number, len(lines) - number - 1)
        if found is None:
            continue
        rule, match = found
        _take(finds, lines, number, rule.kind)
        finds.name_outlet(match)
        for after in range(number + 1, min(number + 1 + rule.then, len(lines))):
            if after in finds.taken or not _is_headline(lines[after].text):
                break
            _take(finds, lines, after, rule.kind)


def _goes_on(text: str, lines: Sequence[Line], number: int, taken: set[int]) -> bool:
    """Whether a line goes on with the sentence of the line above, as in hard-wrapped text."""
    if number == 0 or number - 1 in taken:
        return False
    above = lines[number - 1]
    near = text.count("\n", above.end, lines[number].start) <= 1
    return near and len(above.text) > LONGEST_HEADING / 2 and not _STOP.search(above.text)


def _take(finds: _Finds, lines: Sequence[Line], number: int, kind: SpanKind) -> None:
    finds.taken.add(number)
    finds.spans.append(Span(lines[number].start, lines[number].tail, kind))


def _first_rule(line: str, before: int, after: int) -> tuple[NoiseRule, re.Match[str]] | None:
    return next((f for f in _matching(line) if f[0].holds_at(before, after)), None)


@lru_cache(REMEMBERED)
def _matching(line: str) -> tuple[tuple[NoiseRule, re.Match[str]], ...]:
    """All rules that match a line, wherever it stands."""
    tried = ((rule, rule.match_line(line)) for rule in noise_rules().lines)
    return tuple((rule, match) for rule, match in tried if match)


def _is_headline(line: str) -> bool:
    """A title of another article in a list of such: no sentence, no heading of this one."""
    return (
        4 <= len(line.split()) <= 25
        and len(line) <= LONGEST_HEADLINE
        and not _STOP.search(line)
        and not re.search(r"[.!?] [A-Z]", line)
    )


def _is_heading(text: str, lines: Sequence[Line], number: int, taken: set[int]) -> bool:
    """A short line without a full stop, behind a gap or noise, with text after it."""
    line = lines[number]
    stops = _STOP.search(line.text.removesuffix("?")) or _SENTENCE_END.search(line.text)
    if len(line.text) > LONGEST_HEADING or stops or not line.text[0].isupper():
        return False
    if len(line.text.split()) > 12 or number + 1 >= len(lines):
        return False
    first = number == 0 or number - 1 in taken
    gap = first or text.count("\n", lines[number - 1].end, line.start) > 1
    following = lines[number + 1].text
    return gap and not following[0].islower()


def _inside(text: str, finds: _Finds) -> Iterator[Span]:
    for rule in noise_rules().inside:
        found = list(rule.pattern.finditer(text))
        if rule.kind == "break" and len(found) > MOST_BREAKS * len(_FULL_STOP.findall(text)) + 1:
            continue
        for match in found:
            group = "it" if "it" in rule.pattern.groupindex else 0
            yield Span(match.start(group), match.end(group), rule.kind)
            finds.name_outlet(match)


def _broken_lines(text: str, lines: Sequence[Line], taken: set[int]) -> Iterator[Span]:
    """Gaps between paragraphs in the middle of a sentence, noise between them or not."""
    last: int | None = None
    for number, line in enumerate(lines):
        if number in taken:
            continue
        if last is not None and line.text[0].islower() and not _STOP.search(lines[last].text):
            for before in range(last, number):
                start, end = lines[before].end, lines[before + 1].start
                if number - last > 1 or text.count("\n", start, end) > 1:
                    yield Span(start, end, "break")
        last = number


def _whole(text: str, found: Sequence[Iterable[Span]]) -> tuple[Span, ...]:
    """Spans that together are the text: what was found first stays, the rest is prose."""
    kept: list[Span] = []
    for spans in found:
        kept = _merged(kept, sorted(spans, key=lambda span: span.start))
    parts: list[Span] = []
    for span in kept:
        at = parts[-1].end if parts else 0
        _append(parts, _gap(text, parts, Span(at, span.start, "prose"), span))
        _append(parts, span)
    _append(parts, Span(parts[-1].end if parts else 0, len(text), "prose"))
    return tuple(parts)


def _append(parts: list[Span], span: Span) -> None:
    """Add a stretch; noise that goes on is one stretch."""
    if parts and parts[-1].kind == span.kind and span.is_noise:
        span = Span(parts.pop().start, span.end, span.kind)
    if span.start < span.end:
        parts.append(span)


def _gap(text: str, parts: Sequence[Span], gap: Span, after: Span) -> Span:
    """White space at the head, or between two stretches of one noise, goes with the noise."""
    alike = not parts or parts[-1].kind == after.kind
    if alike and after.is_noise and not text[gap.start : gap.end].strip():
        return Span(gap.start, gap.end, after.kind)
    return gap


def _merged(kept: Sequence[Span], more: Iterable[Span]) -> list[Span]:
    """Two orderly lists in one; what overlaps what is kept falls away."""
    merged: list[Span] = []
    waiting = list(reversed(kept))
    for span in more:
        while waiting and waiting[-1].start < span.end:
            merged.append(waiting.pop())
        if span.start < span.end and not any(m.end > span.start for m in merged[-1:]):
            merged.append(span)
    return [*merged, *reversed(waiting)]
