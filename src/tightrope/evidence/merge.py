"""Tellings -> proposed rows: one event told by five outlets is one row with five sources.

1. tellings are compared within their event type, the surest first, each with the rows made so far
2. a telling joins the likest row that contradicts it in nothing, or begins one
3. the cells of a row come from all its tellings: days that all allow, bounds that span what they
   say, the side that most name; what they disagree on is listed
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tightrope.evidence.bounds import Bounds, agree, cell, hull, whole
from tightrope.evidence.counting import tallies
from tightrope.evidence.deed import (
    Days,
    Deed,
    actors_of,
    ancestors,
    days_of,
    deed_of_telling,
    tally_window,
)
from tightrope.evidence.proposal import Proposal, Telling
from tightrope.evidence.statement import Party
from tightrope.evidence.twins import SLACK_DAYS, Kin, likeness
from tightrope.evidence.wording import note_of
from tightrope.theatre import Theatre
from tightrope.theatre.dates import parse_span
from tightrope.theatre.quoting import quoted

COUNTED = tallies() | {"raids", "incidents", "events", "times"}
"""Roles of numbers that count events, so that the row is a tally."""
UNSURE = 0.5
_MOST_NAMED = 4


def proposals_of(tellings: Iterable[Telling], theatre: Theatre) -> list[Proposal]:
    """Proposed rows of the tellings whose statements have an event type of the theatre."""
    kin = ancestors(theatre)
    return [merged(group, theatre, kin) for group in grouped(tellings, theatre, kin=kin)]


@dataclass
class Group:
    """Tellings of one event, and what they together say of it."""

    tellings: list[Telling] = field(default_factory=list[Telling])
    deed: Deed | None = None

    def add(self, telling: Telling, deed: Deed) -> None:
        """Take a telling in, and narrow what is known."""
        self.tellings.append(telling)
        self.deed = deed if self.deed is None else _narrowed(self.deed, deed)


def grouped(
    tellings: Iterable[Telling], theatre: Theatre, begun: Iterable[Sequence[Telling]] = (), *,
    kin: Kin | None = None,
) -> list[list[Telling]]:  # fmt: skip
    """Which tellings are of one event. ``begun`` are groups that stand; they come first."""
    kin = ancestors(theatre) if kin is None else kin
    groups: list[Group] = []
    near: dict[tuple[str, bool, int], list[Group]] = {}
    for stands in begun:
        group = Group()
        for telling in stands:
            group.add(telling, deed_of_telling(telling, theatre))
        _file(group, groups, near)
    given = list(tellings)
    stand = len(groups)
    for telling in sorted(given, key=lambda t: (-t.statement.confidence, t.place)):
        deed = deed_of_telling(telling, theatre)
        group = _likest(deed, near, kin)
        if group is None or is_tally(telling):
            group = Group()
            group.add(telling, deed)
            _file(group, groups, near)
        else:
            group.add(telling, deed)
    # New rows in the order in which they were told, so that a person meets them as in the text.
    order = {id(telling): i for i, telling in enumerate(given)}
    made = sorted(groups[stand:], key=lambda g: min(order[id(t)] for t in g.tellings))
    return [group.tellings for group in (*groups[:stand], *made)]


def is_tally(telling: Telling) -> bool:
    """Whether it counts events over several days."""
    counts = any(number.role in COUNTED for number in telling.statement.numbers)
    days = days_of(telling)
    return counts and days is not None and days[0] < days[1]


_CELL_DAYS = 8
"""Days are shared out into cells, and only neighbours compared: the work stays linear."""


def _cells_of(deed: Deed) -> range:
    if deed.days is None:
        return range(0)
    first, last = deed.days[0].toordinal() // _CELL_DAYS, deed.days[1].toordinal() // _CELL_DAYS
    return range(first, min(last, first + 2 * _CELL_DAYS) + 1)


def _file(group: Group, groups: list[Group], near: dict[tuple[str, bool, int], list[Group]]):
    groups.append(group)
    deed = group.deed
    if deed is not None and not is_tally(group.tellings[0]):
        for number in _cells_of(deed):
            near.setdefault((deed.event, deed.is_word, number), []).append(group)


def _likest(
    deed: Deed, near: Mapping[tuple[str, bool, int], list[Group]], kin: Kin
) -> Group | None:
    best, most = None, 0.0
    for number in _cells_of(deed):
        for group in near.get((deed.event, deed.is_word, number), ()):
            assert group.deed is not None
            alike = likeness(deed, group.deed, kin)
            if alike.is_same and alike.score > most:
                best, most = group, alike.score
    return best


def _narrowed(one: Deed, other: Deed) -> Deed:
    """What both leave possible, so that a third must agree with both."""
    return replace(
        one, days=_common(one.days, other.days), by=one.by or other.by, on=one.on or other.on,
        place=max(one.place, other.place, key=len),
        deaths=hull([b for b in (one.deaths, other.deaths) if b]) if one.deaths or other.deaths
        else None,
    )  # fmt: skip


def _common(one: Days | None, other: Days | None) -> Days | None:
    if one is None or other is None:
        return one or other
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start <= end else one


def merged(tellings: Sequence[Telling], theatre: Theatre, kin: Kin) -> Proposal:
    """The row that tellings of one event make."""
    tellings = sorted(tellings, key=lambda t: (t.published or date.max, t.source, t.place))
    first = max(tellings, key=lambda t: t.statement.confidence)
    deeds = [deed_of_telling(telling, theatre) for telling in tellings]
    event, told = deeds[0].event, first.statement
    spoken = told.modality if deeds[0].is_word else None
    count, deaths = _count(tellings, deeds), [d.deaths for d in deeds if d.deaths]
    by, on = _side([d.by for d in deeds], kin), _side([d.on for d in deeds], kin)
    place = _commonest([t.statement.place or "" for t in tellings])
    plover = f"{told.plover}/{told.mode}" if told.mode else told.plover
    killed = hull(deaths) if deaths else None
    cells = {
        "date": (when := _when(tellings, deeds)), "known": _known(tellings, when), "event": event,
        "plover": "" if _kind(plover) == _kind(theatre.events[event].plover) else plover,
        "count": cell(count), "deaths": cell(killed), "by": ";".join(by), "on": ";".join(on),
        "place": place, "sources": ";".join(dict.fromkeys(t.source for t in tellings)),
        "status": _status(tellings, when, count, has_author=bool(by)),
        "note": note_of(theatre, plover, by or _unknown(told.source), on or _unknown(told.target),
                        place, killed, spoken),
    }  # fmt: skip
    return Proposal("event", cells, tuple(tellings), tuple(_doubts(tellings, theatre, deeds, by)),
                    tuple(_differences(tellings, deeds)))  # fmt: skip


def _kind(plover: str) -> str:
    return plover.partition("/")[0]


def _count(tellings: Sequence[Telling], deeds: Sequence[Deed]) -> Bounds:
    if deeds[0].is_word:
        return 0, 0
    counted = [whole(n.low, n.high) for t in tellings for n in t.statement.numbers
               if n.role in COUNTED]  # fmt: skip
    return hull(counted) if counted else (1, 1)


def _side(sides: Sequence[frozenset[str]], kin: Kin) -> tuple[str, ...]:
    """The side that most tellings name; of equals the most particular."""
    told = Counter(side for side in sides if side)
    if not told:
        return ()
    depth = {side: sum(len(kin.get(name, ())) for name in side) for side in told}
    best = min(told, key=lambda side: (-told[side], -depth[side], sorted(side)))
    return tuple(sorted(best))


def _commonest(words: Sequence[str]) -> str:
    told = Counter(word for word in words if word)
    return min(told, key=lambda word: (-told[word], -len(word), word)) if told else ""


def _when(tellings: Sequence[Telling], deeds: Sequence[Deed]) -> str:
    """The days that all tellings allow, in the words of one of them where it says just that."""
    days: Days | None = None
    for deed in deeds:
        days = _common(days, deed.days)
    if days is None:
        return ""
    if days[0] == days[1]:
        return str(days[0])
    for telling in tellings:
        text = tally_window(telling.statement) or telling.statement.date or ""
        try:
            span = parse_span(text)
        except ValueError:
            continue
        if (span.earliest, span.latest) == days:
            return text
    return f"{days[0]}/{days[1]}"


def _known(tellings: Sequence[Telling], when: str) -> str:
    published = [telling.published for telling in tellings if telling.published]
    if not published:
        return ""
    earliest = parse_span(when).earliest if when else None
    return str(max(min(published), earliest) if earliest else min(published))


def _status(tellings: Sequence[Telling], when: str, count: Bounds, *, has_author: bool) -> str:
    modalities = {telling.statement.modality for telling in tellings}
    if "denied" in modalities:
        return "disputed"
    if count not in ((0, 0), (1, 1)) and when and not parse_span(when).is_day:
        return "tally"
    if modalities == {"alleged"} or not has_author:
        return "alleged"
    return "corroborated" if len(independent(tellings)) > 1 else "reported"


def independent(tellings: Iterable[Telling]) -> set[str]:
    """Tellings that do not copy one another: their clauses in different words and documents."""
    by_document = {telling.document: telling.statement.quote.casefold() for telling in tellings}
    return {" ".join(quote.split()) for quote in by_document.values()}


def _unknown(party: Party | None) -> tuple[str, ...]:
    return (party.name,) if party and party.name else ()


def _doubts(
    tellings: Sequence[Telling], theatre: Theatre, deeds: Sequence[Deed], by: tuple[str, ...]
) -> Iterable[str]:
    dates = [telling.statement.date or "" for telling in tellings]
    pairs = list(zip(tellings, deeds, strict=True))
    if all(deed.days is None for deed in deeds):
        yield "no text says when, and no publication date is known: write a date"
    elif not any(dates):
        yield "no text says when: the day of the report or the day before is assumed"
    elif all(text.startswith("../") for text in dates):
        yield "the text says only that it was earlier: the month before is assumed"
    yield from _date_doubts(tellings)
    if any(d.days and t.published and d.days[0] > t.published for t, d in pairs):
        yield "the text would tell of a day after it was published: check the date"
    if not any(telling.published for telling in tellings):
        yield "no document has a publication date: known is left to the day of the event"
    yield from _party_doubts(tellings, theatre.events[deeds[0].event].by, by)
    says = sorted({t.statement.attributed_to for t in tellings if t.statement.attributed_to})
    if says and all(telling.statement.attributed_to for telling in tellings):
        yield f"only on the word of {', '.join(map(quoted, says[:_MOST_NAMED]))}"
    if max(telling.statement.confidence for telling in tellings) < UNSURE:
        yield "the reading is unsure of this"


def _date_doubts(tellings: Sequence[Telling]) -> Iterable[str]:
    bases = [telling.statement.date_basis or "" for telling in tellings]
    rows = sorted({row for b in bases for row in b.partition("history:")[2].split(";") if row})
    if rows:
        yield f"the text gives no day: it is that of {', '.join(rows)}, of which it seems to tell"
    if bases and all(basis in ("sentence", "carried") for basis in bases):
        yield "the date stands beside it in the text, not with it"


def _party_doubts(
    tellings: Sequence[Telling], usual: Sequence[str], by: tuple[str, ...]
) -> Iterable[str]:
    parties = [party for t in tellings for party in (t.statement.source, t.statement.target)]
    strangers = sorted({p.name for p in parties if p and not actors_of(p)})
    if strangers:
        names = ", ".join(map(quoted, strangers[:_MOST_NAMED]))
        yield f"the theatre has no actor for {names}"
    if not by:
        yield f"no actor of the theatre is named as its author: {';'.join(usual)} would stand"


def _differences(tellings: Sequence[Telling], deeds: Sequence[Deed]) -> Iterable[str]:
    """What the tellings say against one another, each with who says it."""
    killed = [(t.source, d.deaths) for t, d in zip(tellings, deeds, strict=True) if d.deaths]
    if not agree([bounds for _, bounds in killed]) or len({b for _, b in killed}) > 1:
        yield "killed: " + " · ".join(f"{cell(bounds)} ({source})" for source, bounds in killed)
    for name, sides in (("by", [d.by for d in deeds]), ("on", [d.on for d in deeds])):
        told = [(t.source, s) for t, s in zip(tellings, sides, strict=True) if s]
        if len({side for _, side in told}) > 1:
            yield f"{name}: " + " · ".join(f"{';'.join(sorted(s))} ({r})" for r, s in told)
    words = [(t.source, t.statement.date or "no date") for t in tellings]
    if len({d.days for d in deeds}) > 1:
        yield "date: " + " · ".join(f"{text} ({source})" for source, text in words)
    modalities = [(t.source, t.statement.modality) for t in tellings]
    if len({modality for _, modality in modalities}) > 1:
        yield "said as: " + " · ".join(f"{m} ({source})" for source, m in modalities)


__all__ = ["SLACK_DAYS", "Group", "grouped", "independent", "merged", "proposals_of"]
