"""An answer of a second coder -> statements: every field must stand in the text, word for word."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from tightrope.errors import CoderFailed
from tightrope.evidence.codebook import MODALITIES
from tightrope.evidence.document import Document
from tightrope.evidence.statement import Amount, Party, Statement
from tightrope.theatre import Theatre
from tightrope.theatre.dates import parse_span
from tightrope.theatre.quoting import quoted
from tightrope.theatre.schema import PLOVER

MOST_STATEMENTS = 500
CONFIDENCE = 0.5
"""A second coder's own certainty is not asked for: models are bad at it."""
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z", re.DOTALL)
_DIGITS = re.compile(r"[0-9][0-9,. ]*")
_WORDS = ("source", "target", "when", "place", "killed", "attributed_to")


class NotInText(ValueError):
    """A field of an answer that must be refused; the message says which and why."""


@dataclass(frozen=True)
class Stretch:
    """The part of a document that a coder was asked about; offsets are the document's."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        """What the coder saw."""
        return self.document.text[self.start : self.end]

    def find(
        self, field: str, words: str, within: tuple[int, int] | None = None
    ) -> tuple[int, int]:
        """Where the words stand as whole words, in the clause if they can; else NotInText."""
        pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        for place in (within, (self.start, self.end)):
            found = pattern.search(self.document.text, *place) if place and words.strip() else None
            if found:
                return found.span()
        raise NotInText(f"{field} {quoted(words)} does not stand in the text")


def items_of(answer: str) -> list[Any]:
    """The statements of an answer, not yet looked at; CoderFailed when it is not of the form."""
    fenced = _FENCE.match(answer)
    try:
        items = json.loads(fenced[1] if fenced else answer)["statements"]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise CoderFailed(f"the coder's answer is no JSON of the form asked for: {quoted(answer)}"
                          ) from None  # fmt: skip
    if not isinstance(items, list):
        raise CoderFailed("the coder's answer has no list of statements")
    return list(items)[:MOST_STATEMENTS]  # pyright: ignore[reportUnknownVariableType]


def verified(
    items: list[Any], stretch: Stretch, theatre: Theatre
) -> tuple[list[Statement], list[str]]:
    """Statements whose every field was found, and of the others why they were refused."""
    found: list[Statement] = []
    refused: list[str] = []
    for item in items:
        try:
            told = _statement(item, stretch, theatre)
        except NotInText as why:
            refused.append(str(why))
            continue
        if not any(_same(told, other) for other in found):
            found.append(told)
    return found, refused


def _same(one: Statement, other: Statement) -> bool:
    return (one.trigger_start, one.trigger_end, one.plover) == (
        other.trigger_start, other.trigger_end, other.plover,
    )  # fmt: skip


def _statement(item: Any, stretch: Stretch, theatre: Theatre) -> Statement:
    if not isinstance(item, dict):
        raise NotInText("a statement is no object")
    given: Mapping[str, Any] = {str(key): value for key, value in item.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    start, end = stretch.find("quote", _text(given, "quote", needed=True))
    clause = (start, end)
    trigger = stretch.find("trigger", _text(given, "trigger", needed=True), clause)
    if trigger[0] < start or trigger[1] > end:
        raise NotInText(f"trigger {quoted(given['trigger'])} does not stand in its quote")
    places = {name: stretch.find(name, words, clause) if (words := _text(given, name)) else None
              for name in _WORDS}  # fmt: skip
    text = stretch.document.text
    return Statement(
        document=stretch.document.name, id=stretch.document.id, start=start, end=end,
        quote=text[start:end], trigger_start=trigger[0], trigger_end=trigger[1],
        plover=_one_of(given, "plover", PLOVER), mode=None,
        source=_party(text, places["source"], given.get("source_actor"), theatre),
        target=_party(text, places["target"], given.get("target_actor"), theatre),
        date=_date(given, places["when"]), place=_cut(text, places["place"]),
        numbers=_killed(text, places["killed"], given),
        modality=_one_of(given, "modality", MODALITIES),  # pyright: ignore[reportArgumentType]
        attributed_to=_cut(text, places["attributed_to"]),
        event=given.get("event") if given.get("event") in theatre.events else None,
        confidence=CONFIDENCE,
    )  # fmt: skip


def _text(given: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    value = given.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise NotInText(f"{name} is missing or no text")
    return value


def _one_of(given: Mapping[str, Any], name: str, allowed: Any) -> str:
    value = given.get(name)
    if value not in allowed:
        raise NotInText(f"{name} {quoted(str(value))} is none of those allowed")
    return str(value)


def _cut(text: str, place: tuple[int, int] | None) -> str | None:
    return text[slice(*place)] if place else None


def _party(text: str, place: tuple[int, int] | None, actor: Any, theatre: Theatre) -> Party | None:
    """Who the words mean: by their own name where the theatre has it, else as the coder says."""
    if place is None:
        return None
    words = text[slice(*place)]
    plain = words.casefold().strip()
    for name, known in theatre.actors.items():
        if plain in (name.casefold(), known.name.casefold(), *map(str.casefold, known.also)):
            return Party(name, known.name, words, *place)
    if isinstance(actor, str) and actor in theatre.actors:
        return Party(actor, theatre.actors[actor].name, words, *place)
    return Party(None, words, words, *place)


def _date(given: Mapping[str, Any], when: tuple[int, int] | None) -> str | None:
    """A date is the reading of words; without the words it is nobody's."""
    value = given.get("date")
    if value is None or when is None:
        return None
    try:
        return parse_span(str(value)).text
    except ValueError:
        raise NotInText(f"date {quoted(str(value))} is none") from None


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000_000


def _killed(
    text: str, place: tuple[int, int] | None, given: Mapping[str, Any]
) -> tuple[Amount, ...]:
    low, high = given.get("killed_low"), given.get("killed_high")
    if place is None or not _is_count(low):
        return ()
    words = text[slice(*place)]
    digits = [int(re.sub(r"\D", "", found)) for found in _DIGITS.findall(words)]
    if high is not None and (not _is_count(high) or high < low):
        raise NotInText(f"killed_low {low} and killed_high {high} are no bounds")
    if digits and low not in digits and high not in digits:
        raise NotInText(f"killed {quoted(words)} does not say {low}")
    return (Amount("killed", float(low), None if high is None else float(high), words, *place),)
