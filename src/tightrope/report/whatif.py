"""A what-if as one HTML page that carries everything with it.

The same what-if gives the same bytes: no clock, no path, no name of a machine goes in.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from tightrope.charts.contrast import small_multiples
from tightrope.charts.differences import difference_dots, event_dots
from tightrope.charts.looks import looks
from tightrope.charts.theme import ARMS, DARK
from tightrope.foresight.beside import Beside, beside, most_changed
from tightrope.foresight.changes import as_option
from tightrope.foresight.in_one_line import change_in_one_line, move_in_words, parting_in_words
from tightrope.foresight.whatif import Arm, WhatIf
from tightrope.foresight.wording import long_date
from tightrope.foresight.worlds import day_number
from tightrope.report import whatif_tables as told
from tightrope.report.cards import Figure, captioned, last_day
from tightrope.report.page import basis
from tightrope.report.stories import event_in_words
from tightrope.report.tables import TableOf
from tightrope.report.templates import rendered
from tightrope.theatre import Theatre

MOST_DRAWN = 6
"""Questions that are drawn day by day; the tables have all."""
_SIGNS = "■▲◆✚"
"""The shapes of the arms as letters, in the order of ``charts.contrast.SHAPES``."""


@dataclass(frozen=True)
class ArmPart:
    """One changed world in words and tables."""

    number: int
    sign: str
    letter: str
    name: str
    says: str
    line: str
    changes: tuple[str, ...]
    parting: str
    differences: TableOf
    refused: TableOf | None
    events: TableOf | None
    levels: TableOf | None


@dataclass(frozen=True)
class QuestionPart:
    """One question day by day."""

    id: str
    ask: str
    says: str
    drawn: Beside
    figure: Figure
    behind: TableOf


@dataclass(frozen=True)
class WhatIfPage:
    """All that the template is given."""

    title: str
    subject: str
    as_of: str
    end: str
    basis: str
    result: WhatIf
    arms: tuple[ArmPart, ...]
    colours: tuple[tuple[int, str, str], ...]
    """Number of an arm, its colour on a light and on a dark ground."""
    questions: tuple[QuestionPart, ...]
    drawn_says: str
    differences: Figure | None
    events: Figure | None
    settings: tuple[tuple[str, str], ...]
    command: str


def whatif_page(result: WhatIf, theatre: Theatre) -> str:
    """The page, as text.

    theatre : the one that ``result`` was made from; it gives the words of events and levels.
    """
    return rendered("whatif.html", page_of(result, theatre))


def command(result: WhatIf) -> str:
    """The command that makes this page again; one line each where arms cannot share one.

    What the options of one command say together is one arm. A theatre of one's own is named by its
    folder.
    """
    scenarios = result.prepared.compiled.theatre.scenarios
    named: list[str] = []
    inline: list[str] = []
    for arm in result.arms:
        same = [name for name, one in scenarios.items() if tuple(one.changes) == arm.made]
        if same:
            named.append(arm.name if arm.name in same else same[0])
        else:
            inline.append(" ".join(w for c in arm.made for w in map(shlex.quote, as_option(c))))
    first = " ".join([*named, *inline[:1]])
    return "\n".join(_line(result, words) for words in (first, *inline[1:]))


def _line(result: WhatIf, words: str) -> str:
    o = result.outlook
    return (
        f"tightrope whatif {o.theatre} {words} --as-of {o.as_of} --days {o.days} --paths {o.paths} "
        f"--seed {o.seed}{'' if o.fitted else ' --prior'} --report whatif.html"
    )


def page_of(result: WhatIf, theatre: Theatre) -> WhatIfPage:
    """What the page says and shows, for whoever sets it otherwise."""
    o = result.outlook
    chosen = [beside(result, c) for c in most_changed(result, MOST_DRAWN)]
    return WhatIfPage(
        title=f"What if: {theatre.head.name} on {long_date(o.as_of)}",
        subject=theatre.head.says,
        as_of=long_date(o.as_of),
        end=last_day(o.first_day, o.days),
        basis=basis(o),
        result=result,
        arms=tuple(_arm(i, arm, result, theatre) for i, arm in enumerate(result.arms)),
        colours=tuple((i, c, DARK[c]) for i, c in enumerate(ARMS[: len(result.arms)], 1)),
        questions=tuple(_question(drawn, result) for drawn in chosen),
        drawn_says=_drawn_says(chosen),
        differences=_differences(result) if chosen else None,
        events=_events(result) if any(arm.events for arm in result.arms) else None,
        settings=_settings(result),
        command=command(result),
    )


def _arm(number: int, arm: Arm, result: WhatIf, theatre: Theatre) -> ArmPart:
    events = {name: event_in_words(theatre, name) for name in theatre.events}
    levels = {name: level.says for name, level in theatre.levels.items()}
    return ArmPart(
        number=number + 1, sign=_SIGNS[number], letter=looks(result)[arm.name].letter,
        name=arm.name, says="" if arm.says == "; ".join(arm.changes) else arm.says,
        line=_bound(change_in_one_line(arm, result)), changes=_changes(arm, theatre),
        parting=_parting(arm, result), differences=told.differences(arm),
        refused=told.refused(arm), events=told.events(arm, events),
        levels=told.levels(arm, levels),
    )  # fmt: skip


def _changes(arm: Arm, theatre: Theatre) -> tuple[str, ...]:
    """What was changed, with the names of mechanisms."""
    return tuple(
        f"{words}: {theatre.in_words(theatre.mechanisms[change.off].name)}" if change.off else words
        for words, change in zip(arm.changes, arm.made, strict=True)
    )


def _parting(arm: Arm, result: WhatIf) -> str:
    words = _bound(parting_in_words(arm, result))
    sentence = words[0].upper() + words[1:]
    if arm.parting.median is None:
        return f"{sentence}."
    half = long_date(day_number(result.first_day, arm.parting.median))
    return f"{sentence}; half of those that part have parted by {half}."


def _question(drawn: Beside, result: WhatIf) -> QuestionPart:
    c = drawn.contrast
    moves = _moves(c.id, result)
    said = f"{c.ask} Unchanged, changed and paired difference day by day."
    return QuestionPart(
        c.id, c.ask, moves, drawn,
        Figure(small_multiples(drawn, result), f"{said} {moves}", ""),
        told.day_by_day(drawn, result),
    )  # fmt: skip


def _moves(name: str, result: WhatIf) -> str:
    """One question in every arm, in figures; arms in which it does not move last, together."""
    told_of = {arm.name: c for arm in result.arms for c in arm.contrasts if c.id == name}
    moved = {arm: c for arm, c in told_of.items() if c.size != 0}
    if len(result.arms) == 1:
        return _bound("; ".join(map(move_in_words, moved.values()))) + "."
    parts = [f"{arm}: {move_in_words(c)}" for arm, c in moved.items()]
    still = [arm for arm in told_of if arm not in moved]
    if still:
        parts.append(f"no change clear of zero in {', '.join(still)}")
    return _bound("; ".join(parts)) + "."


def _drawn_says(chosen: list[Beside]) -> str:
    known = any(drawn.before is not None for drawn in chosen)
    counts = (
        " Counts run from half a window before the cut-off: what happened is solid, what may "
        "happen dashed; the figures at the ends count from the cut-off."
    )
    return (
        "Thin, with a hollow circle: the unchanged world; in colour: the changed one; figures at "
        "the ends: the answers. The upright line is the cut-off, behind which nothing was known; "
        "the dotted one the first day on which a path parts. The difference is that of twins, path "
        "by path; its band is the 90 % interval that the number of runs leaves. Panels side by "
        f"side share their axes.{counts if known else ''}"
    )


def _differences(result: WhatIf) -> Figure:
    said = (
        "Marks: paired difference of changed less unchanged; bars: 90 % interval of the runs. "
        "Listed are questions of which some difference is clear of zero, largest first; the tables "
        "have all."
    )
    return captioned(difference_dots(result), said)


def _events(result: WhatIf) -> Figure:
    said = (
        f"Expected number of events more or fewer in {result.outlook.days} days, with the 90 % "
        "interval of the runs; types that move clear of zero, at most 24."
    )
    return captioned(event_dots(result), said)


def _settings(result: WhatIf) -> tuple[tuple[str, str], ...]:
    o = result.outlook
    until = f"fitted to the facts until {o.fitted_until}" if o.fitted else "prior, not fitted"
    return (
        ("Theatre", o.theatre),
        ("Known until", f"{o.as_of} ({o.facts:,} facts, {o.sources:,} places in sources)"),
        ("Window", f"{o.days} days from {o.first_day}"),
        ("Futures", f"{o.paths:,} paths of {o.draws} draws of the numbers, in each of "
         f"{len(result.arms) + 1} worlds"),
        ("Seed", str(o.seed)),
        ("Numbers", until),
        ("Fingerprint", result.fingerprint),
    )  # fmt: skip


def _bound(text: str) -> str:
    """A figure stays with its sign of percent."""
    return text.replace(" %", "\u00a0%")
