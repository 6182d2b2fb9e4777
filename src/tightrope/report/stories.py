"""Storylines as a person reads them: shares of futures, steps, and an example with its days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tightrope.foresight.parents import Happened, Origin
from tightrope.foresight.storyline import Chains, Step, Storyline, day_in
from tightrope.foresight.wording import long_date
from tightrope.report.evidence import in_words
from tightrope.report.gates import gate_in_words
from tightrope.report.tables import TableOf
from tightrope.theatre import Theatre

_OF, _YES = {"count": "such events"}, "futures with yes"
FEWEST = 5
"""Chains below which nothing is typical."""
MOODS = 2
"""Levels that are told of each storyline, the strongest."""
_ELLIPTIC = "The same, "
"""So begins the meaning of an event that stands below another one; alone it says nothing."""


@dataclass(frozen=True)
class StoryStep:
    """An event of a storyline, when it comes after the one before, and through what."""

    after: str
    says: str
    mechanism: str | None
    mechanism_name: str


@dataclass(frozen=True)
class Story:
    """One way in which futures come to the answer."""

    share: str
    begins: str
    steps: tuple[StoryStep, ...]
    roots: tuple[tuple[str, str, str], ...]
    """Facts of the record with which it begins: id, note, in what share of its futures."""
    moods: tuple[str, ...]
    example: tuple[tuple[str, str], ...]
    """Day and event of one such future."""


@dataclass(frozen=True)
class Stories:
    """All that is told of how an answer comes about."""

    says: str
    told: tuple[Story, ...]
    rest: str
    """What the other futures do."""


def stories(chains: Chains, theatre: Theatre, kind: str, first_day: date) -> Stories | None:
    """The storylines of an answer in words; None where too few futures come to it."""
    if chains.traced < FEWEST:
        return None
    return Stories(
        says=_says(chains, kind),
        told=tuple(_story(one, theatre, first_day, _OF.get(kind, _YES)) for one in chains.told),
        rest=_rest(chains, kind),
    )


def _says(chains: Chains, kind: str) -> str:
    if kind == "count":
        return (f"{chains.traced:,} such events of the model’s futures were followed back to where "
                "they began. So they come about, the most frequent way first:")  # fmt: skip
    return (f"In the model alone, before other forecasters are heard, {_hundred(chains.answer)} "
            f"futures come to a yes. {chains.traced:,} with yes were followed back to where they "
            "began. So they come to it, the most frequent way first:")  # fmt: skip


def _rest(chains: Chains, kind: str) -> str:
    told: list[str] = []
    if chains.others:
        of = _OF.get(kind, _YES)
        told.append(f"{_hundred(chains.rest)} {of} come about in {chains.others} other ways.")
    if kind != "count":
        told.append(f"{_hundred(1 - chains.answer)} futures come to a no: none of this happens in "
                    "time.")  # fmt: skip
    return " ".join(told)


def _hundred(share: float) -> str:
    return f"{100 * share:.0f} of 100" if share == 0 or share >= 0.005 else "Fewer than 1 of 100"


def _story(one: Storyline, theatre: Theatre, first_day: date, of: str) -> Story:
    return Story(
        share=f"{_hundred(one.share)} {of}", begins=_begins(one.origin, theatre),
        steps=tuple(_step(step, theatre) for step in one.steps),
        roots=tuple((row.id, row.note or row.id, f"{100 * share:.0f} %")
                    for row, share in one.roots),
        moods=tuple(
            f"{theatre.levels[mood.level].says}, {mood.reading:.2f} (at rest {mood.rest:.2f}), "
            f"made the last event {mood.factor:.2g} times as likely"
            for mood in one.moods[:MOODS]
        ),
        example=tuple((_day(first_day, x), event_in_words(theatre, x.event)) for x in one.example),
    )  # fmt: skip


def _begins(origin: Origin, theatre: Theatre) -> str:
    if origin.kind == "condition":
        return f"It begins while this holds: {gate_in_words(theatre, origin.name)}"
    return {"record": "It begins with what has happened already",
            "calendar": "It begins on its date",
            "base": "It begins by itself"}[origin.kind]  # fmt: skip


def _step(step: Step, theatre: Theatre) -> StoryStep:
    mechanism = theatre.mechanisms.get((step.link and step.link.mechanism) or "")
    return StoryStep(
        after="" if step.days is None else _later(round(step.days)),
        says=event_in_words(theatre, step.event),
        mechanism=step.link.mechanism if step.link and mechanism else None,
        mechanism_name=in_words(mechanism.name) if mechanism else "",
    )  # fmt: skip


def _later(days: int) -> str:
    return "1 day later" if days == 1 else f"{days} days later"


def _day(first_day: date, one: Happened) -> str:
    return long_date(day_in(first_day, one))


def event_in_words(theatre: Theatre, name: str) -> str:
    """What an event type means, understood without its neighbours in the file."""
    says = theatre.events[name].says
    return in_words(name).capitalize() if says.startswith(_ELLIPTIC) else says


def lanes(chains: Chains, theatre: Theatre, first_day: date) -> list[dict[str, object]]:
    """[event of an example] the rows of the picture: which storyline, its share, step, day."""
    return [
        {"storyline": lane, "share": round(one.share, 4), "step": step,
         "day": day_in(first_day, x).isoformat(), "event": event_in_words(theatre, x.event)}
        for lane, one in enumerate(chains.told, 1)
        for step, x in enumerate(one.example, 1)
        if x.day > 0
    ]  # fmt: skip


def table_of(told: Stories) -> TableOf:
    """The storylines as a table."""
    rows = tuple(
        (str(place), one.share, f"{one.begins}: " + " → ".join(x.says for x in one.steps),
         "; ".join(f"{day} {event}" for day, event in one.example))
        for place, one in enumerate(told.told, 1)
    )  # fmt: skip
    return TableOf("Storylines, the most frequent first",
                   ("storyline", "share", "events in their order", "an example"), rows)  # fmt: skip
