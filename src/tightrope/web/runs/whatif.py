"""A what-if with everything that its page draws; its paths are not kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tightrope.errors import ChangesRefused
from tightrope.history import History
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query
from tightrope.web.arms import World, as_part, change_of, worlds_of
from tightrope.web.runs import Settings, Tell
from tightrope.web.runs import outlook as plain

if TYPE_CHECKING:
    from tightrope.charts.forms import Rows
    from tightrope.foresight.beside import Beside
    from tightrope.foresight.whatif import WhatIf
    from tightrope.report.cards import Figure
    from tightrope.report.tables import TableOf
    from tightrope.report.whatif import ArmPart, WhatIfPage
    from tightrope.web.figures import Drawn


@dataclass(frozen=True)
class Followed:
    """What follows from changes, in words, tables and pictures."""

    fingerprint: str
    json: Mapping[str, Any]
    basis: str
    paths: int
    draws: int
    arms: tuple[ArmPart, ...]
    drawn_says: str
    days: tuple[tuple[str, str, Drawn], ...]
    """Questions that move most, day by day: what is asked, how it moves, the picture."""
    differences: Drawn | None
    events: Drawn | None
    settings: tuple[tuple[str, str], ...]
    command: str


def asked(query: Query, theatre: Theatre, history: History) -> Settings:
    """Those of an outlook, and up to four changed worlds; ChangesRefused with every fault."""
    settings = plain.asked(query, theatre, history)
    worlds = worlds_of(query, theatre, *window(settings))
    faults = [f"{world.name}: {fault}" for world in worlds for fault in world.faults]
    if not worlds:
        faults = ["nothing is changed; choose a scenario, or compose a change"]
    if faults:
        raise ChangesRefused(faults)
    return {**settings, "arms": [_plain(world) for world in worlds]}


def window(settings: Settings) -> tuple[date, date]:
    """First and last day of a run."""
    as_of = date.fromisoformat(settings["as_of"])
    return as_of + timedelta(1), as_of + timedelta(settings["days"])


def run(theatre: Theatre, history: History, settings: Settings, tell: Tell) -> Followed:
    """As ``foresight.whatif``."""
    from tightrope.foresight.whatif import whatif

    tell("reading the record", 0.05)
    worlds = settings["arms"]
    arms = {one["name"]: tuple(map(change_of, one["changes"])) for one in worlds}
    arguments = plain.arguments({k: v for k, v in settings.items() if k != "arms"})
    says = {one["name"]: one["says"] for one in worlds if one["says"]}
    tell(f"running {len(arms) + 1} worlds with the same luck", 0.2)
    result = whatif(theatre, history, arms, **arguments, says=says, say=tell)
    tell("drawing", 0.85)
    return _followed(result, theatre)


def _plain(world: World) -> dict[str, Any]:
    return {"name": world.name, "says": world.says, "changes": list(map(as_part, world.changes))}


def _followed(result: WhatIf, theatre: Theatre) -> Followed:
    from tightrope.report.whatif import page_of

    page = page_of(result, theatre)
    return Followed(
        fingerprint=result.fingerprint, json=result.as_json(), basis=page.basis,
        paths=result.outlook.paths, draws=result.outlook.draws, arms=page.arms,
        drawn_says=page.drawn_says, days=_days(result, page),
        differences=_differences(result, page), events=_events(result, page),
        settings=page.settings, command=page.command,
    )  # fmt: skip


def _days(result: WhatIf, page: WhatIfPage) -> tuple[tuple[str, str, Drawn], ...]:
    return tuple(
        (one.ask, one.says, _drawn(one.figure, one.behind, _course(one.drawn), result))
        for one in page.questions
    )


def _course(of: Beside) -> Rows:
    """[world and day] one question, with the paired difference of changed worlds."""
    from tightrope.charts.contrast import course_rows, difference_rows

    rows = [{"world": "unchanged", **row} for row in course_rows(of, None)]
    for name in of.others:
        pairs = zip(course_rows(of, name), difference_rows(of, name), strict=True)
        rows += [
            {"world": name, "day": one["day"], "value": one["value"],
             "difference": other["value"], "low": other["low"], "high": other["high"]}
            for one, other in pairs
        ]  # fmt: skip
    return rows


def _differences(result: WhatIf, page: WhatIfPage) -> Drawn | None:
    from tightrope.charts.differences import question_differences
    from tightrope.report.whatif_tables import signed_rows

    if page.differences is None:
        return None
    rows = question_differences(result)
    table = signed_rows("Differences clear of zero in some world", "question", rows)
    return _drawn(page.differences, table, rows, result)


def _events(result: WhatIf, page: WhatIfPage) -> Drawn | None:
    from tightrope.charts.differences import event_differences
    from tightrope.report.whatif_tables import signed_rows

    if page.events is None:
        return None
    rows = event_differences(result)
    table = signed_rows("Events gained and lost, clear of zero", "event type", rows)
    return _drawn(page.events, table, rows, result)


def _drawn(figure: Figure, table: TableOf, rows: Rows, result: WhatIf) -> Drawn:
    from tightrope.charts.theme import specification, to_svg
    from tightrope.web.figures import Drawn

    chart = specification(figure.chart)
    to_svg(chart, figure.told)  # what the page waits for is in the cache of pictures
    return Drawn(chart, figure.told, figure.says, table, rows, result.fingerprint)
