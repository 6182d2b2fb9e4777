"""What would have happened? The twin history without a fact, over the real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from tightrope.charts.forms import Rows
from tightrope.charts.twins import twin_years
from tightrope.errors import RequestRefused
from tightrope.foresight.counterfactual import METHOD, Counterfactual
from tightrope.foresight.reckoning import End, Shift, Spread, Still
from tightrope.foresight.wording import long_date, percent
from tightrope.history import Row
from tightrope.report.stories import event_in_words
from tightrope.report.tables import TableOf
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query, address, only
from tightrope.web.chosen import MOST_LETTERS, choice_of, chosen
from tightrope.web.desk import Desk, Pending
from tightrope.web.drawer import Drawer, date_in_short, drawer_of
from tightrope.web.figures import Drawn, Figure, figure
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.rendering import render
from tightrope.web.runs import Settings
from tightrope.web.typed import Draws, Seed, Twins, as_words

router = pages_router()
api = api_router()
STATE = ("without", "draws", "twins", "seed", "prior")
MOST_PANELS, MOST_FOUND = 6, 30


@dataclass(frozen=True)
class Fate:
    """A later fact, and whether it would still have happened."""

    id: str
    when: str
    says: str
    same_day: str
    near: str
    month: str


@dataclass(frozen=True)
class Told:
    """A changed world in words and pictures."""

    says: str
    parted: str
    figure: Figure | None
    types: TableOf
    fates: tuple[Fate, ...]
    ends: TableOf | None
    notes: tuple[str, ...]
    basis: str
    json: str


@dataclass(frozen=True)
class TwinPage:
    """All that twin.html sees."""

    words: Mapping[str, str]
    text: str
    found: tuple[tuple[str, str, str], ...]
    """Facts that match the words: identity, what they say, the address without them."""
    without: tuple[tuple[str, str], ...]
    told: Told | None
    pending: Pending | None
    drawer: Drawer | None


@router.get("/twin")
def twin(request: Request, desk: TheDesk, words: Words) -> HTMLResponse:
    """The twin without a fact, or a search for one."""
    state, text = only(words, STATE), words.get("text", "")[:MOST_LETTERS]
    settings = desk.asked("twin", state) if state.get("without") else None
    result: Counterfactual | None = desk.result("twin", settings) if settings else None
    page = TwinPage(
        words=words, text=text, found=_found(desk, text),
        without=_without(desk, settings) if settings else (),
        told=_told(desk, result, state) if result else None,
        pending=_pending(desk, settings, state) if settings and result is None else None,
        drawer=drawer_of(desk.reading, words.get("open", "")),
    )  # fmt: skip
    return render(request, "twin.html", page, fingerprint=result.fingerprint if result else "")


@api.get("/twin", summary="A changed history, once it has been run")
def twin_as_json(
    desk: TheDesk, without: str, draws: Draws = None, twins: Twins = None, seed: Seed = None,
    prior: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The shape of ``tightrope counterfactual --json``; start it with POST /api/runs/twin."""
    words = as_words(without=without, draws=draws, twins=twins, seed=seed, prior=prior)
    return _at_hand(desk, words).as_json()


def _at_hand(desk: Desk, words: Query) -> Counterfactual:
    return desk.at_hand("twin", words, "this changed history")


def _found(desk: Desk, text: str) -> tuple[tuple[str, str, str], ...]:
    if not text.strip():
        return ()
    rows = chosen(desk.reading, choice_of(desk.reading, {"text": text}))
    return tuple((row.id, _says(desk, row), address("/twin", without=row.id))
                 for row in rows[:MOST_FOUND])  # fmt: skip


def _without(desk: Desk, settings: Settings) -> tuple[tuple[str, str], ...]:
    return tuple((name, _says(desk, desk.reading.rows[name])) for name in settings["without"])


def _says(desk: Desk, row: Row) -> str:
    return f"{row.date.text}: {row.note or desk.reading.theatre.in_words(row.event)}"


def _pending(desk: Desk, settings: Settings, state: Query) -> Pending:
    says = (
        f"The history run again with its own luck and without this: {settings['draws']} draws of "
        f"the numbers, {settings['twins']} twins of each. It takes a minute or a few."
    )
    return desk.pending("twin", settings, says, "/twin", state)


# Words -----------------------------------------------------------------------------------------


def _told(desk: Desk, result: Counterfactual, state: Query) -> Told:
    fit = f"fitted until {result.fitted_until}" if result.fitted_until else "priors, not fitted"
    theatre = desk.reading.theatre
    panels = _panels(desk, result)
    return Told(
        says=_headline(desk, result), parted=_parted(result),
        figure=figure("twin", state, result.fingerprint, partial(_drawn, desk, result))
        if panels else None,
        types=_types(desk, result),
        fates=tuple(_fate(theatre, one, desk.reading.rows.get(one.row)) for one in result.still),
        ends=_ends(theatre, result), notes=result.notes,
        basis=f"From {long_date(result.first_day)} to {long_date(result.last_day)}; "
              f"{result.draws} draws of the numbers ({fit}), {result.twins} twins of each, seed "
              f"{result.seed}. {METHOD[0].upper()}{METHOD[1:]}.",
        json=address("/api/twin", state),
    )  # fmt: skip


def _headline(desk: Desk, result: Counterfactual) -> str:
    """As ``result.headline``, in the words of the record."""
    theatre, rows = desk.reading.theatre, desk.reading.rows
    gone = [rows[name] for says in result.changes
            if (name := says.removeprefix("without ")) in rows]  # fmt: skip
    told = " and ".join(f"“{_note(theatre, row)}” ({date_in_short(row)})" for row in gone)
    parts: list[str] = []
    if result.following_year:
        most = result.following_year[0]
        change, low, high = most.net.as_change()
        parts.append(
            f"{change} of “{theatre.in_words(most.event)}” in the following year (90 %: {low:.0f} "
            f"to {high:.0f})"
        )
    if result.still and result.still[0].same_day < 0.5 and result.still[0].row in rows:
        row = rows[result.still[0].row]
        parts.append(f"“{_note(theatre, row)}” ({date_in_short(row)}) only "
                     f"{percent(result.still[0].same_day)} likely on its day")  # fmt: skip
    return f"Without {told}: {'; '.join(parts) or 'nothing else changes'}"


def _note(theatre: Theatre, row: Row) -> str:
    return row.note.rstrip(".") or theatre.in_words(row.event)


def _parted(result: Counterfactual) -> str:
    parted = result.parted
    if parted.median is None or parted.earliest is None or parted.latest is None:
        return "No twin parts from the history beyond the change itself."
    return (
        f"{percent(parted.share)} of the twins part from what happened, half of those by "
        f"{long_date(parted.median)} (90 %: {long_date(parted.earliest)} to "
        f"{long_date(parted.latest)})."
    )


def _types(desk: Desk, result: Counterfactual) -> TableOf:
    theatre = desk.reading.theatre
    rows = tuple(
        (event_in_words(theatre, one.event), _plain(one.realised), _hand(one), _spread(one.gained),
         _spread(one.lost), _spread(one.net))
        for one in result.shifts if one.year is None
    )  # fmt: skip
    return TableOf(
        "Events of each type from the change on: means over twins, middle 90 %",
        ("type", "happened", "by hand", "gained", "lost", "net"), rows,
    )  # fmt: skip


def _hand(one: Shift) -> str:
    return f"{one.by_hand:+.3g}" if one.by_hand else ""


def _spread(of: Spread) -> str:
    return f"{_plain(of.mean)} ({_plain(of.low)} to {_plain(of.high)})"


def _plain(value: float) -> str:
    """Whole where it is large, two digits where it is small; never with an exponent."""
    told = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".removesuffix(".00")
    return told.replace("-", "−")


def _fate(theatre: Theatre, one: Still, row: Row | None) -> Fate:
    says = (row.note if row else "") or theatre.in_words(one.event)
    return Fate(one.row, one.date, says, percent(one.same_day), percent(one.near),
                percent(one.month))  # fmt: skip


def _ends(theatre: Theatre, result: Counterfactual) -> TableOf | None:
    told = ((_called(theatre, end.name), _end(theatre, end.realised), _changed(theatre, end))
            for end in (*result.levels, *result.conditions))  # fmt: skip
    rows = tuple(row for row in told if row[2] != f"{row[1]} ({row[1]} to {row[1]})")
    caption = (
        f"Where things stand otherwise on {long_date(result.last_day)}; of numbers the twins’ mean "
        "and middle 90 %; levels, which nobody observes, go from 0 to 1"
    )
    return TableOf(caption, ("what", "in the history", "in the twin"), rows) if rows else None


def _called(theatre: Theatre, name: str) -> str:
    """A level by what it is, a condition too, with its unit."""
    if name in theatre.levels:
        return theatre.levels[name].says or theatre.in_words(name)
    one = theatre.conditions[name]
    return f"{one.says or theatre.in_words(name)}{f' ({one.unit})' if one.unit else ''}"


def _end(theatre: Theatre, value: float | str) -> str:
    return theatre.in_words(value) if isinstance(value, str) else _plain(value)


def _changed(theatre: Theatre, end: End) -> str:
    if isinstance(end.changed, Spread):
        return _spread(end.changed)
    return ", ".join(f"{theatre.in_words(word)} {percent(share)}"
                     for word, share in end.changed.items() if share)  # fmt: skip


# Pictures --------------------------------------------------------------------------------------


def _panels(desk: Desk, result: Counterfactual) -> list[tuple[str, Rows]]:
    """The kinds that differ most, those changed by hand first, with the years that differ."""
    theatre = desk.reading.theatre
    names = [one.event for one in result.shifts if one.year is None][:MOST_PANELS]
    return [
        (event_in_words(theatre, name), rows) for name in names if (rows := _years(result, name))
    ]


def _years(result: Counterfactual, name: str) -> Rows:
    return [
        {"year": one.year, "real": round(one.realised, 3), **{
            end: round(max(one.realised + one.by_hand + value, 0.0), 3)
            for end, value in vars(one.net).items()}}
        for one in result.shifts if one.event == name and one.year is not None
    ]  # fmt: skip


def _drawn(desk: Desk, result: Counterfactual) -> Drawn:
    panels = _panels(desk, result)
    says = (
        "Bars: events that happened, by year. Diamonds: the twins’ mean; lines: their middle 90 %. "
        "The kinds that differ most; years in which nothing differs are left out."
    )
    rows = [{"event": title, **row} for title, of in panels for row in of]
    table = TableOf("By type and year", ("type", "year", "happened", "in the twin", "90 %"), tuple(
        (row["event"], str(row["year"]), f"{row['real']:g}", f"{row['mean']:.2f}",
         f"{row['low']:g} to {row['high']:g}") for row in rows))  # fmt: skip
    told = f"{_headline(desk, result)}. {says}"
    return Drawn(twin_years(panels), told, says, table, rows, result.fingerprint)


def _make(desk: Desk, words: Query) -> Drawn:
    result = _at_hand(desk, words)
    if not _panels(desk, result):
        raise RequestRefused(404, "no-difference", "no year differs", "leave out another fact")
    return _drawn(desk, result)


PAGE = Page((router, api), "What would have happened?", "/twin", {"twin": _make})
