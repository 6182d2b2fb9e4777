"""Why an intervention changed nothing, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.simulate import Ensemble
from tightrope.foresight.changes import in_words, kind_of
from tightrope.foresight.prepare import Prepared
from tightrope.foresight.worlds import days_of, knobs_of_part
from tightrope.switches import carries
from tightrope.theatre import schema


def idle(prepared: Prepared, changes: Sequence[schema.Change], arm: Ensemble) -> tuple[str, ...]:
    """One sentence for each change of an arm that surely did nothing, whatever the others did.

    Only what is sure: nothing carries the mechanism, the event has no such part, or what was to be
    forced happened in no path. An arm of several changes would else hide the one that is not there.
    """
    return tuple(
        f"{in_words(change)}: {reason}"
        for change in changes
        if (reason := _never(prepared, change, arm))
    )


def _never(prepared: Prepared, change: schema.Change, arm: Ensemble) -> str | None:
    kind, name = kind_of(change)
    compiled = prepared.compiled
    if kind == "off" and not carries(compiled, name):
        return f"no number of the theatre carries {name} (tightrope mechanisms)"
    if kind == "scale" and "." in name and not knobs_of_part(compiled, name):
        event, _, part = name.partition(".")
        return f"{event} has no {part} in theatre.yaml; scale another part, or the whole rate"
    if kind == "force":
        assert arm.counts is not None
        day = days_of(change, prepared.first_forecast_day, len(arm.counts)).start
        happened = arm.counts[day, compiled.event_index()[name]] >= change.count
        if not happened.any():
            return f"it happens in no path: {_closed(compiled, name)}"
    return None


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
        yield f"nothing that carries {name} acted in {days} days; look further ahead with --days"
    if kind in ("set", "hold"):
        at = compiled.conditions.index(name)
        value = float(np.asarray(prepared.start.conditions)[0, at, 0])
        if value == compiled.theatre.condition_code(name, str(change.to)):
            yield f"{name} is {change.to} already on {prepared.as_of}"
        yield f"nothing that could happen in these {days} days would be different by {name}"
    event = name.partition(".")[0]
    if not _open_now(prepared, event):
        yield f"{event} is impossible on {prepared.first_forecast_day}: {_closed(compiled, event)}"
    due = _due(prepared, change, event, days)
    if due is not None:
        yield due
    if kind == "block":
        yield (
            f"{event} happens in no path then; there is nothing to keep from happening (choose "
            "another date, or leave the date out)"
        )
    yield f"in no path anything came of it within {days} days; look further ahead with --days"


def _open_now(prepared: Prepared, event: str) -> bool:
    gates = np.asarray(prepared.record.gates)[-1]
    k = prepared.compiled.event_index()[event]
    return bool(gates[prepared.compiled.program.event_gate[k]])


def _closed(compiled: Compiled, event: str) -> str:
    clauses = [clause.condition for clause in compiled.theatre.events[event].when]
    return f"its gate is closed (when: {' and '.join(clauses)})"


def _due(prepared: Prepared, change: schema.Change, event: str, days: int) -> str | None:
    """What the calendar of an event says, if it has one and is silent on the change's days."""
    compiled, first = prepared.compiled, prepared.first_forecast_day
    scheduled = compiled.theatre.events[event].scheduled
    if scheduled is None:
        return None
    due = compiled.calendar(first, days)[:, compiled.event_index()[event]]
    if due[days_of(change, first, days)].any():
        return None
    later: list[date] = sorted(d for span in scheduled.dates if (d := span.middle()) >= first)
    if not later:
        return f"{event} is impossible: its calendar is over"
    return f"its calendar has no such day; the next is {later[0]}"
