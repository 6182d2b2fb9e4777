"""The typical chains of events that lead to an answer, from the branching structure of futures.

For a yes/no or a date question the deciding event of each path with yes is traced to its origin;
for a count every event is (a sample of them where they are many). Chains that pass through the same
types of event, from the same kind of origin, are one storyline.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

import numpy as np

from tightrope.compile import stream_number
from tightrope.engine.simulate import Ensemble
from tightrope.errors import RunRefused
from tightrope.foresight.evidence_weights import question_called
from tightrope.foresight.parents import Chain, Happened, Tracer
from tightrope.foresight.prepare import Prepared, fingerprint
from tightrope.foresight.questions import answers, events_of, speaks_of_last_day
from tightrope.foresight.runaways import refusal, runaway_share
from tightrope.foresight.storyline import Chains, Mood, Step, Storyline, Storylines
from tightrope.foresight.structural import structural
from tightrope.history import History, Row
from tightrope.inference.fits import Say
from tightrope.theatre import Theatre, schema
from tightrope.types import FloatArray

MOST_TOLD = 5
MOST_TRACED = 4000
"""Events of which the origin is traced; beyond it a sample is taken."""
MOST_ROOTS = 3
"""Rows of the record that are named at the root of a storyline."""
LEAST_FACTOR = 1.1
"""A level is noted where it scaled the last event by more than this, up or down."""


def storylines(
    theatre: Theatre, history: History, question: str, *, as_of: date | None = None,
    days: int = 90, paths: int = 2000, draws: int = 100, seed: int = 1, fitted: bool = True,
    most: int = MOST_TOLD, say: Say | None = None,
) -> Storylines:  # fmt: skip
    """The chains of events that lead to yes, or to the events that are counted.

    Raises UnknownName for a question that there is not, RunRefused for one that no event answers,
    a day outside the record, or too many paths that run away.
    """
    asked = question_called(theatre, question)
    if speaks_of_last_day(asked):
        raise RunRefused(
            f"{question} speaks of the state on the last day, to which no single event leads; ask "
            "for the storylines of an event"
        )
    window = asked.days or days
    prepared = structural(theatre, history, as_of, draws=min(draws, max(1, paths // 10)),
                          seed=seed, fitted=fitted, say=say)  # fmt: skip
    ensemble = prepared.run(window, paths)
    why = refusal(prepared.compiled, asked, runaway_share(prepared, ensemble, window))
    if why:
        raise RunRefused(why)
    fit = prepared.posterior
    return Storylines(
        **vars(chains_to(prepared, ensemble, asked, question, seed=seed, most=most)),
        fingerprint=fingerprint(prepared, verb="storylines", question=question, days=window,
                                paths=paths, most=most),
        theatre=theatre.name, question=question, ask=asked.ask, kind=asked.kind,
        as_of=prepared.as_of, first_day=prepared.first_forecast_day, days=window,
        paths=len(ensemble.draw), draws=len(prepared.shrink),
        fitted_until=fit.until if fit else None,
    )  # fmt: skip


def chains_to(
    prepared: Prepared, ensemble: Ensemble, question: schema.Question, name: str, *, seed: int,
    most: int = MOST_TOLD, traced: int = MOST_TRACED,
) -> Chains:  # fmt: skip
    """The storylines of a question that events answer, in an ensemble that has been run.

    ensemble : ends with the question's window. traced : events that are followed at most.
    """
    chains = _chains(prepared, ensemble, question, name, seed, traced)
    groups: dict[tuple[object, ...], list[Chain]] = defaultdict(list)
    for chain in chains:
        groups[_kind(chain)].append(chain)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), str(item[0])))
    values = answers(prepared.compiled, question, ensemble)
    return Chains(
        answer=float(np.isfinite(values).mean() if question.kind == "date" else values.mean()),
        traced=len(chains), others=max(len(ranked) - most, 0),
        told=tuple(_storyline(prepared, ensemble, group, len(chains))
                   for _, group in ranked[:most]),
    )  # fmt: skip


def _chains(
    prepared: Prepared, ensemble: Ensemble, question: schema.Question, name: str, seed: int,
    traced: int,
) -> list[Chain]:  # fmt: skip
    tracer = Tracer(prepared, ensemble, seed, f"parents/{name}")
    luck = np.random.Generator(np.random.Philox(key=[seed, stream_number(f"deciding/{name}")]))
    return [
        tracer.trace(path, day, event)
        for path, day, event in _deciding(prepared, ensemble, question, luck, traced)
    ]


def _deciding(
    prepared: Prepared, ensemble: Ensemble, question: schema.Question, luck: np.random.Generator,
    most: int,
) -> list[tuple[int, int, str]]:  # fmt: skip
    """(path, day from 1, event) of what answers the question, at most so many of them."""
    index, names = prepared.compiled.event_index(), events_of(question)
    assert ensemble.counts is not None
    counts = ensemble.counts[: question.days, [index[name] for name in names]].astype(np.int64)
    if question.kind == "count":
        cells = np.argwhere(counts > 0)
        each = np.repeat(cells, counts[tuple(cells.T)], axis=0)
    else:
        each = _reaching(counts, question.at_least, luck)
    if len(each) > most:
        each = each[np.sort(luck.choice(len(each), most, replace=False))]
    order = np.argsort(each[:, 2], kind="stable")
    return [(int(path), int(day) + 1, names[at]) for day, at, path in each[order].tolist()]


def _reaching(counts: np.ndarray, at_least: int, luck: np.random.Generator) -> np.ndarray:
    """[yes, (day, type, path)] of the event that brought each path to yes."""
    reached = np.cumsum(counts.sum(1), 0) >= at_least
    found: list[tuple[int, int, int]] = []
    for path in np.flatnonzero(reached[-1]).tolist():
        day = int(reached[:, path].argmax())
        today = counts[day, :, path]
        # Of several types on the deciding day one is drawn by how many there were.
        at = int(np.searchsorted(np.cumsum(today), luck.random() * today.sum(), side="right"))
        found.append((day, at, path))
    return np.array(found, np.int64).reshape(-1, 3)


def _kind(chain: Chain) -> tuple[object, ...]:
    """What makes two chains the same storyline."""
    return chain.origin.kind, chain.origin.name, *(one.event for one in _merged(chain)[0])


def _merged(chain: Chain) -> tuple[list[Happened], list[int | None]]:
    """The first event of each run of one type, and the days from the run before it."""
    events: list[Happened] = []
    days: list[int | None] = []
    before: Happened | None = None
    for one in chain.events:
        if before is None or one.event != before.event:
            events.append(one)
            days.append(None if before is None else one.day - before.day)
        before = one
    return events, days


def _storyline(
    prepared: Prepared, ensemble: Ensemble, chains: Sequence[Chain], traced: int
) -> Storyline:
    merged = [_merged(chain) for chain in chains]
    between = np.array([days[1:] for _, days in merged], float).reshape(len(chains), -1)
    typical = np.median(between, 0).tolist()
    lengths = np.array([chain.events[-1].day - chain.events[0].day for chain in chains])
    middle = int(np.argsort(lengths, kind="stable")[len(chains) // 2])
    return Storyline(
        origin=chains[0].origin,
        steps=tuple(
            Step(one.event, one.link, days)
            for one, days in zip(merged[0][0], [None, *typical], strict=True)
        ),
        share=len(chains) / traced, chains=len(chains),
        moods=_moods(prepared, ensemble, chains), roots=_roots(chains),
        example=chains[middle].events,
    )  # fmt: skip


def _roots(chains: Sequence[Chain]) -> tuple[tuple[Row, float], ...]:
    """The rows with which most chains begin."""
    found = [one.row for chain in chains for one in chain.events if one.row]
    rows = {row.id: row for row in found}
    times = Counter(row.id for row in found)
    ranked = sorted(times.items(), key=lambda item: (-item[1], item[0]))[:MOST_ROOTS]
    return tuple((rows[name], n / len(chains)) for name, n in ranked)


def _moods(prepared: Prepared, ensemble: Ensemble, chains: Sequence[Chain]) -> tuple[Mood, ...]:
    """The levels that scaled the last events of some chains, the strongest first."""
    compiled, program = prepared.compiled, prepared.compiled.program
    k = compiled.event_index()[chains[0].events[-1].event]
    paths = np.array([chain.path for chain in chains])
    days = np.array([chain.events[-1].day for chain in chains])
    draw = ensemble.draw[paths]
    rest = _logistic(np.asarray(prepared.parameters.rest, np.float64))
    coefficient = np.asarray(prepared.parameters.coefficient, np.float64)
    found: list[Mood] = []
    for s in np.flatnonzero(program.scaling_event == k).tolist():
        j = int(program.scaling_level[s])
        reading = _on_the_eve(prepared, ensemble, j, paths, days)
        log = coefficient[draw, s] * (reading - rest[draw, j])
        found.append(Mood(compiled.levels[j], float(reading.mean()), float(rest[draw, j].mean()),
                          float(np.exp(log.mean()))))  # fmt: skip
    strong = [mood for mood in found if abs(np.log(mood.factor)) > np.log(LEAST_FACTOR)]
    return tuple(sorted(strong, key=lambda mood: -abs(np.log(mood.factor))))


def _on_the_eve(
    prepared: Prepared, ensemble: Ensemble, level: int, paths: np.ndarray, days: np.ndarray
) -> FloatArray:
    """[chain] a level's reading at the dawn of each day (from 1) of a path."""
    assert ensemble.reading_course is not None
    draw = ensemble.draw[paths]
    rest = np.asarray(prepared.parameters.rest, np.float64)[draw, level]
    first = _logistic(rest + np.asarray(prepared.start.deviation)[draw, level, 0])
    later = ensemble.reading_course[np.maximum(days - 2, 0), level, paths].astype(np.float64)
    return np.where(days > 1, later, first)


def _logistic(x: FloatArray) -> FloatArray:
    return 1 / (1 + np.exp(-x))
