"""Paths that run away, and the questions that cannot be answered because of them.

A mutually exciting process can feed itself beyond anything that ever happened. Such paths are
counted per event type; where there are too many, no forecast is given.
"""

from __future__ import annotations

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.simulate import Ensemble
from tightrope.foresight.prepare import Prepared
from tightrope.foresight.questions import events_of, gate_of
from tightrope.theatre import schema
from tightrope.theatre.expressions import Gate

BEYOND = 5.0
"""A path beyond so many times the past maximum of its type is called a runaway."""
MOST_RUNAWAYS = 0.01
"""Share of runaways above which the forecast of a question is refused."""


def runaway_share(prepared: Prepared, ensemble: Ensemble, days: int) -> dict[str, float]:
    """Per event type the share of paths beyond five times its largest past count in a window.

    Where the theatre states a worst rate above the record, that counts as the past maximum; a type
    that never happened is judged against one event.
    """
    counts = prepared.table.counts
    upto = np.concatenate([np.zeros((1, counts.shape[1])), np.cumsum(counts, 0)])
    window = min(days, len(counts))
    past = (upto[window:] - upto[:-window]).max(0)
    most = np.maximum(np.maximum(past, prepared.compiled.worst * days), 1.0)
    share = (ensemble.total > BEYOND * most[:, None]).mean(1)
    return dict(zip(prepared.compiled.events, map(float, share), strict=True))


def refusal(
    compiled: Compiled, question: schema.Question, runaways: dict[str, float]
) -> str | None:
    """Why the question gets no answer: the event type behind it that runs away most; or None."""
    events = feeding(compiled, question)
    worst = max(events, key=lambda event: runaways[event], default=None)
    if worst is None or runaways[worst] <= MOST_RUNAWAYS:
        return None
    return (
        f"{runaways[worst]:.1%} of the paths of {worst} run beyond {BEYOND:g} times its past "
        f"maximum; look at its base and its follows in theatre.yaml (tightrope check)"
    )


def feeding(compiled: Compiled, question: schema.Question) -> tuple[str, ...]:
    """The event types whose counts, pushes or settings the answer is made of."""
    program = compiled.program
    if question.kind == "level":
        level = compiled.levels.index(str(question.level))
        return _named(compiled, program.push_event[program.push_level == level])
    events = events_of(question)
    if events or not question.condition:
        return events
    read = np.isin(
        program.setting_condition, list(conditions_in(gate_of(compiled, question.condition)))
    )
    return _named(compiled, program.setting_event[read])


def _named(compiled: Compiled, events: np.ndarray) -> tuple[str, ...]:
    return tuple(compiled.events[k] for k in sorted(set(events.tolist())))


def conditions_in(gate: Gate) -> set[int]:
    """Positions of the conditions that a gate reads."""
    match gate:
        case ("all",):
            return set()
        case ("and" | "or" | "not", *parts):
            return set[int]().union(*map(conditions_in, parts))  # type: ignore[arg-type]
        case (_, int(position), _):
            return {position}
        case _:
            raise ValueError(f"not a gate: {gate!r}")
