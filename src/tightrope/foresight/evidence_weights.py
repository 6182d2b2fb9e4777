"""Which present facts carry an answer: each is dropped in turn, under the same luck.

1. facts are ranked by a first guess (``ranking``); the largest get a run of their own
2. a fact is dropped from the memories, the levels and the conditions that the history left; numbers
   are not fitted again, and the ceiling stays
3. the same draws and the same random numbers run forward from both states: the difference is the
   fact's, path by path

A source is dropped with all rows that rest on it alone. A fact that nothing reads leaves the state
as it is, and the difference is exactly zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import jax
import numpy as np

from tightrope.engine.memory import record, state_after
from tightrope.engine.state import State
from tightrope.errors import RunRefused, UnknownName
from tightrope.foresight.prepare import Prepared, fingerprint
from tightrope.foresight.questions import CHANCES, answers
from tightrope.foresight.ranking import Ranking
from tightrope.foresight.runaways import refusal, runaway_share
from tightrope.foresight.standing import condition_name
from tightrope.foresight.structural import structural
from tightrope.history import ConditionRow, History, Row, tabulate
from tightrope.inference.fits import Say
from tightrope.theatre import Theatre, schema
from tightrope.types import FloatArray

MOST_FACTS = 12
MOST_SOURCES = 6
"""How many are given a run of their own."""
WITHIN = 1.645
"""Standard errors on either side of a difference: 90 % of the luck of the paths."""


@dataclass(frozen=True)
class Dropped:
    """One or more rows to be dropped together."""

    kind: str
    """``fact``, ``condition`` or ``source``."""
    name: str
    rows: tuple[Row, ...] = ()
    conditions: tuple[ConditionRow, ...] = ()


@dataclass(frozen=True)
class Weight:
    """What an answer owes to a fact or a source."""

    dropped: Dropped
    without: float
    """The answer without it."""
    difference: float
    """The answer less the answer without it: what the fact adds."""
    low: float | None
    high: float | None
    """90 % interval of the difference over the luck of paths; None from a single draw."""

    def as_json(self) -> dict[str, Any]:
        """The documented shape of a weight."""
        one = self.dropped
        value: dict[str, Any] = {
            "kind": one.kind, "id": one.name, "without": round(self.without, 6),
            "difference": round(self.difference, 6),
            "interval_90": None if self.low is None or self.high is None
            else [round(self.low, 6), round(self.high, 6)],
        }  # fmt: skip
        if one.kind == "source":
            return value | {"rows": len(one.rows) + len(one.conditions)}
        fact = (*one.rows, *one.conditions)[0]
        when = fact.date.text if isinstance(fact, Row) else fact.date.isoformat()
        return value | {"date": when, "note": fact.note, "sources": list(fact.sources)}


@dataclass(frozen=True)
class EvidenceWeights:
    """The facts and the sources that carry one answer, the heaviest first."""

    fingerprint: str
    theatre: str
    question: str
    ask: str
    kind: str
    as_of: date
    days: int
    paths: int
    draws: int
    fitted_until: date | None
    answer: float
    """Of the structural process: a probability, a mean count or a mean reading."""
    facts: tuple[Weight, ...]
    sources: tuple[Weight, ...]

    @property
    def is_chance(self) -> bool:
        """Whether the answer is a probability."""
        return self.kind in CHANCES

    def as_json(self) -> dict[str, Any]:
        """The documented shape of ``evidence --json``."""
        return {
            "fingerprint": self.fingerprint, "theatre": self.theatre, "question": self.question,
            "ask": self.ask, "kind": self.kind, "as_of": self.as_of.isoformat(),
            "days": self.days, "paths": self.paths, "draws": self.draws,
            "fitted": self.fitted_until is not None, "process": "structural", "refitted": False,
            "answer": round(self.answer, 6),
            "facts": [weight.as_json() for weight in self.facts],
            "sources": [weight.as_json() for weight in self.sources],
        }  # fmt: skip


def evidence_weights(
    theatre: Theatre, history: History, question: str, *, as_of: date | None = None,
    days: int = 90, paths: int = 2000, draws: int = 100, seed: int = 1, fitted: bool = True,
    facts: int = MOST_FACTS, sources: int = MOST_SOURCES, drop: Sequence[str] = (),
    say: Say | None = None,
) -> EvidenceWeights:  # fmt: skip
    """Drop the facts and sources that may carry an answer, one after the other.

    days : how far to look, where the question has no window of its own.
    facts, sources : how many of each are tried.
    drop : ids of rows or of sources to try instead of those that the first guess ranks highest.
    Raises UnknownName for a question, a row or a source that there is not, RunRefused where the day
    lies outside the record, the run is too large or too many paths run away.
    """
    asked = question_called(theatre, question)
    window = asked.days or days
    prepared = structural(theatre, history, as_of, draws=min(draws, max(1, paths // 10)),
                          seed=seed, fitted=fitted, say=say)  # fmt: skip
    chosen = [_named(prepared.history, name) for name in drop]
    chosen = chosen or _candidates(prepared, asked, window, facts, sources)
    runs = _Runs(prepared, asked, window, paths)
    weights = sorted((runs.weight(one) for one in chosen), key=lambda w: -abs(w.difference))
    fit = prepared.posterior
    return EvidenceWeights(
        fingerprint=fingerprint(prepared, verb="evidence", question=question, days=window,
                                paths=paths, facts=facts, sources=sources, drop=list(drop)),
        theatre=theatre.name, question=question, ask=asked.ask, kind=asked.kind,
        as_of=prepared.as_of, days=window, paths=len(runs.draw), draws=len(prepared.shrink),
        fitted_until=fit.until if fit else None, answer=float(runs.values.mean()),
        facts=tuple(w for w in weights if w.dropped.kind != "source"),
        sources=tuple(w for w in weights if w.dropped.kind == "source"),
    )  # fmt: skip


def question_called(theatre: Theatre, name: str) -> schema.Question:
    """A question by its id; UnknownName where there is none."""
    if name not in theatre.questions:
        raise UnknownName("question", name, list(theatre.questions))
    return theatre.questions[name]


def state_without(prepared: Prepared, dropped: Dropped) -> State | None:
    """The state that a history without some rows leaves; None where it is the same, bit by bit."""
    gone = {row.id for row in dropped.rows}
    history = replace(
        prepared.history,
        rows=tuple(row for row in prepared.history.rows if row.id not in gone),
        conditions=tuple(c for c in prepared.history.conditions if c not in dropped.conditions),
    )
    program = prepared.compiled.program
    table = tabulate(prepared.compiled, history)
    known = record(program, table.counts, table.conditions)
    start = state_after(program, prepared.parameters, known)
    same = jax.tree.map(lambda a, b: bool(np.array_equal(a, b)), start, prepared.start)
    return None if all(same) else start


def rests_alone_on(history: History, source: str) -> Dropped:
    """All rows and dated values that have no other source."""

    def alone(row: Row | ConditionRow) -> bool:
        return {reference.partition("#")[0] for reference in row.sources} == {source}

    return Dropped(
        "source", source, tuple(filter(alone, history.rows)),
        tuple(filter(alone, history.conditions)),
    )  # fmt: skip


class _Runs:
    """One question under the luck of one run, from whatever state."""

    def __init__(self, prepared: Prepared, question: schema.Question, days: int, paths: int):
        self.prepared, self.question, self.days, self.paths = prepared, question, days, paths
        ensemble = prepared.run(days, paths)
        why = refusal(prepared.compiled, question, runaway_share(prepared, ensemble, days))
        if why:
            raise RunRefused(why)
        self.draw = ensemble.draw
        self.values = self._told(answers(prepared.compiled, question, ensemble))

    def weight(self, dropped: Dropped) -> Weight:
        """Run again without some rows, unless the state is the same."""
        start = state_without(self.prepared, dropped)
        values = self.values if start is None else self._from(start)
        each = self.values - values
        means = np.bincount(self.draw, each) / np.bincount(self.draw)
        low = high = None
        difference = float(each.mean())
        if len(means) > 1:
            error = WITHIN * float(means.std(ddof=1) / np.sqrt(len(means)))
            low, high = difference - error, difference + error
        return Weight(dropped, float(values.mean()), difference, low, high)

    def _from(self, start: State) -> FloatArray:
        # The same shapes meet the same compiled program; the seed is that of the first run.
        ensemble = replace(self.prepared, start=start).run(self.days, self.paths)
        return self._told(answers(self.prepared.compiled, self.question, ensemble))

    def _told(self, values: FloatArray) -> FloatArray:
        """Days become whether the day comes at all."""
        return np.isfinite(values).astype(float) if self.question.kind == "date" else values


def _candidates(
    prepared: Prepared, question: schema.Question, days: int, facts: int, sources: int
) -> list[Dropped]:
    """The facts and sources that a first guess gives most weight."""
    ranking, history = Ranking(prepared, question, days), prepared.history
    scores = ranking.rows()
    found = [(scores[row.id], Dropped("fact", row.id, (row,))) for row in history.rows
             if scores.get(row.id)]  # fmt: skip
    found += [
        (score, Dropped("condition", condition_name(row), conditions=(row,)))
        for score, row in ranking.conditions()
    ]
    by_source: dict[str, float] = {}
    for score, dropped in found:
        fact = (*dropped.rows, *dropped.conditions)[0]
        documents = {reference.partition("#")[0] for reference in fact.sources}
        if len(documents) == 1:
            (document,) = documents
            by_source[document] = by_source.get(document, 0.0) + score
    heavy = sorted(by_source, key=lambda name: (-abs(by_source[name]), name))[:sources]
    ranked = sorted(found, key=lambda pair: (-abs(pair[0]), pair[1].name))[:facts]
    return [dropped for _, dropped in ranked] + [rests_alone_on(history, name) for name in heavy]


def _named(history: History, name: str) -> Dropped:
    """A row, a dated value or a source by its id."""
    rows = [row for row in history.rows if row.id == name]
    if rows:
        return Dropped("fact", name, tuple(rows))
    values = [row for row in history.conditions if condition_name(row) == name]
    if values:
        return Dropped("condition", name, conditions=tuple(values))
    if name in history.theatre.sources:
        return rests_alone_on(history, name)
    known: Iterable[str] = (
        *history.theatre.sources, *(row.id for row in history.rows),
        *map(condition_name, history.conditions),
    )  # fmt: skip
    raise UnknownName("fact or source known on that day", name, list(known))
