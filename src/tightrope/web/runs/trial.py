"""An outlook of the theatre as a draft of one of its files would make it; nothing is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tightrope.history import History
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query
from tightrope.web.drafts import draft_of
from tightrope.web.runs import Settings, Tell
from tightrope.web.runs import outlook as plain
from tightrope.web.saving import as_bytes, trial_of

if TYPE_CHECKING:
    from tightrope.foresight.outlook import Outlook


def asked(query: Query, theatre: Theatre, history: History) -> Settings:
    """Those of an outlook, and the draft."""
    key = query.get("draft", "")
    draft_of(theatre.folder, key)
    return {**plain.asked(query, theatre, history), "draft": key}


def run(theatre: Theatre, history: History, settings: Settings, tell: Tell) -> Outlook:
    """As ``foresight.outlook``, of the changed theatre. TheatreError with its faults."""
    del history
    from tightrope.foresight.outlook import outlook

    tell("reading the changed theatre", 0.1)
    draft = draft_of(theatre.folder, settings["draft"])
    changed = {draft.file: as_bytes(theatre.folder, draft.file, draft.text)}
    with trial_of(theatre.folder, changed) as (other, record):
        asked_for = {name: value for name, value in settings.items() if name != "draft"}
        result = outlook(other, record, **plain.arguments(asked_for), say=tell)
    return replace(result, answers=tuple(replace(a, drivers=()) for a in result.answers))
