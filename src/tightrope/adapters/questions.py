"""Questions for a theatre of rhythms: whether, how many, when; the same for every type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tightrope.adapters.event_types import EventType
from tightrope.adapters.naming import name_from, unique
from tightrope.adapters.texts import quote

THRESHOLDS = (1, 10, 100)
"""Fixed, because thresholds that were chosen to be interesting would know the record."""
RARE_PER_YEAR = 12
_HEAD = """\
# What is asked: the same of every type. There is no `days`: the window is the outlook's horizon.
# Thresholds are powers of ten; one that all events of the record do not reach is left out.
"""


def questions_text(types: Sequence[EventType], days: int) -> str:
    """questions.yaml for a record of ``days`` days."""
    lines = [line for kind in types for line in _of_type(kind, days)]
    taken = {kind.name for kind in types}
    for family in dict.fromkeys(kind.family for kind in types):
        together = [kind.name for kind in types if kind.family == family]
        if len(together) > 1:
            name = unique(f"all_{name_from(family, 'family')}", taken)
            taken.add(name)
            lines.append(_of_family(name, family, together))
    return _HEAD + "\n".join([*lines, ""])


def _of_type(kind: EventType, days: int) -> Iterable[str]:
    for number in THRESHOLDS:
        if number == 1 or number <= kind.events:
            ask = "Will this happen" if number == 1 else f"{number} times or more"
            more = {} if number == 1 else {"at_least": str(number)}
            yield _question(f"{kind.name}_{number}", f"{ask}: {kind.says}?", kind, "yes_no", **more)
    yield _question(f"{kind.name}_count", f"How often: {kind.says}?", kind, "count")
    if kind.events * 365.25 < RARE_PER_YEAR * days:
        yield _question(f"{kind.name}_next", f"When next: {kind.says}?", kind, "date")


def _question(name: str, ask: str, kind: EventType, answer: str, **more: str) -> str:
    keys = {"ask": quote(ask), "family": quote(kind.family), "kind": answer, "events": kind.name}
    return f"{name}: {{{', '.join(f'{key}: {value}' for key, value in (keys | more).items())}}}"


def _of_family(name: str, family: str, events: Sequence[str]) -> str:
    ask = quote(f"How often, all types together: {family}?")
    keys = f"family: {quote(family)}, kind: count, events: [{', '.join(events)}]"
    return f"{name}_count: {{ask: {ask}, {keys}}}"
