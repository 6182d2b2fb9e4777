"""A theatre without its structure, for comparison: what is left is rhythm, or rhythm and follows.

The two are the plain members of a forecast. Calendars and what events do to conditions stay, so
that questions about conditions can still be asked; nothing else of the structure acts on a rate.
"""

from __future__ import annotations

from dataclasses import replace

from tightrope.theatre import Theatre, schema

ONE_IN_A_WINDOW = schema.Worst.model_validate({
    "rate": f"{1 / 90:.6f} per day",
    "assumed": "a type that has not happened may happen once in the ceiling's ninety days",
})  # fmt: skip


def rhythms_only(theatre: Theatre) -> Theatre:
    """Every type by itself: a base, two self-memories, a dispersion."""
    return _plain(theatre, keep_follows=False)


def hawkes(theatre: Theatre) -> Theatre:
    """A plain Hawkes process: base, self-memories and the follows, without any gate or scaling."""
    return _plain(theatre, keep_follows=True)


def _plain(theatre: Theatre, *, keep_follows: bool) -> Theatre:
    events = {name: _plain_event(theatre, event, keep_follows)
              for name, event in theatre.events.items()}  # fmt: skip
    return replace(theatre, events=events, levels={})


def _plain_event(theatre: Theatre, event: schema.Event, keep_follows: bool) -> schema.Event:
    fitting = theatre.head.defaults.fitting
    follows = {cause: follow.model_copy(update={"condition": None})
               for cause, follow in event.follows.items()}  # fmt: skip
    changed: dict[str, object] = {
        "follows": follows if keep_follows else {}, "when": [], "extra": [], "scaled_by": {},
        "scaled_if": [], "pushes": {}, "worst": ONE_IN_A_WINDOW, "limit": None, "dispersion": None,
    }  # fmt: skip
    if event.scheduled is None:
        changed |= {"rhythm": None, "memoryless": False}
        if fitting:
            changed |= {"base": fitting.base, "rhythm": fitting.rhythm}
    return event.model_copy(update=changed)
