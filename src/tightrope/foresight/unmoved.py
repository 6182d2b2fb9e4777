"""Why an intervention changed nothing, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from tightrope.compile import Compiled
from tightrope.foresight.changes import in_words, kind_of
from tightrope.foresight.prepare import Prepared
from tightrope.theatre import schema


def why_nothing_changed(
    prepared: Prepared, changes: Sequence[schema.Change], days: int
) -> tuple[str, ...]:
    """One sentence for each change of an arm in which no path differed from its twin."""
    return tuple(
        f"{in_words(change)}: {next(_reasons(prepared, change, days))}" for change in changes
    )


def _reasons(prepared: Prepared, change: schema.Change, days: int) -> Iterator[str]:
    """Reasons from the surest to the one that is always true."""
    kind, name = kind_of(change)
    compiled = prepared.compiled
    if kind == "off":
        if not any(knob.mechanism == name for knob in compiled.knobs):
            yield f"no number of the theatre carries {name} (tightrope mechanisms)"
        yield f"nothing that carries {name} acted in {days} days; look further ahead with --days"
    if kind == "set":
        at = compiled.conditions.index(name)
        value = float(np.asarray(prepared.start.conditions)[0, at, 0])
        if value == compiled.theatre.condition_code(name, str(change.to)):
            yield f"{name} is {change.to} already on {prepared.as_of}"
        yield f"nothing that could happen in these {days} days reads {name}"
    event = name.partition(".")[0]
    shut = _shut(compiled, prepared, event)
    if shut:
        yield f"{event} is impossible: {shut}"
    if kind == "block":
        yield (
            f"{event} happens in no path then; there is nothing to keep from happening (choose "
            "another date, or leave the date out)"
        )
    yield f"in no path anything came of it within {days} days; look further ahead with --days"


def _shut(compiled: Compiled, prepared: Prepared, event: str) -> str | None:
    """The clauses of an event's gate that are closed on the first day, in words."""
    k = compiled.event_index()[event]
    program, gates = compiled.program, np.asarray(prepared.record.gates)[-1]
    if program.scheduled[k]:
        last = prepared.first_forecast_day + timedelta(3660)
        due = compiled.calendar(prepared.first_forecast_day, 3660)[:, k]
        when = prepared.first_forecast_day + timedelta(int(due.argmax())) if due.any() else last
        return f"its calendar has no day before {when}" if due.any() else "its calendar is over"
    if gates[program.event_gate[k]]:
        return None
    clauses = [clause.condition for clause in compiled.theatre.events[event].when]
    return f"its gate is closed (when: {' and '.join(clauses)})"
