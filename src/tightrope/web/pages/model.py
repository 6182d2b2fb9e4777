"""The model: what touches what, each mechanism with its grounds, carriers, facts and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from tightrope.errors import Fault, UnknownName
from tightrope.inference.grounds import carriers, count_numbers
from tightrope.report.evidence import claim_of
from tightrope.report.tables import TableOf
from tightrope.theatre import Theatre
from tightrope.web.addresses import address
from tightrope.web.desk import Desk, Pending
from tightrope.web.diagram import diagram
from tightrope.web.drawer import Drawer, opened
from tightrope.web.neighbours import (
    KINDS,
    Neighbourhood,
    Node,
    around,
    busiest,
    of_mechanism,
    says_of,
)
from tightrope.web.numbers import Element, elements_of
from tightrope.web.page import Page, TheDesk, Words, api_router, pages_router
from tightrope.web.rendering import render
from tightrope.web.saving import EDITABLE, text_of
from tightrope.web.typed import Paths, Seed, as_words
from tightrope.web.verdicts import Fact, all_at_hand, facts_of, in_short, measured, standing

router = pages_router()
api = api_router()


@dataclass(frozen=True)
class File:
    """A file of the theatre and its faults."""

    name: str
    lines: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Group:
    """Things that can stand in the middle of the picture."""

    says: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Picture:
    """A neighbourhood, drawn and listed."""

    svg: str
    says: str
    more: int
    table: TableOf


@dataclass(frozen=True)
class MechanismLine:
    """One mechanism in the list."""

    id: str
    name: str
    says: str
    carried: int
    facts: int
    verdict: str
    off: str
    """Where a what-if without it is; empty where nothing carries it."""


@dataclass(frozen=True)
class ModelPage:
    """All that model.html sees."""

    says: str
    files: tuple[File, ...]
    at: str
    groups: tuple[Group, ...]
    picture: Picture
    subsystems: tuple[tuple[str, tuple[MechanismLine, ...]], ...]


@dataclass(frozen=True)
class MechanismPage:
    """All that mechanism.html sees."""

    id: str
    drawer: Drawer
    off: str
    """Where a what-if without it is; empty where nothing carries it."""
    picture: Picture | None
    elements: tuple[Element, ...]
    said: Mapping[str, str]
    """What an element does in words, by its place."""
    elsewhere: tuple[str, ...]
    """What else carries it: scenarios."""
    facts: tuple[Fact, ...]
    standing: str
    pending: Pending | None
    opened: str
    """Digest of theatre.yaml, for the forms that change a number."""


@router.get("/model")
def model(request: Request, desk: TheDesk, words: Words) -> HTMLResponse:
    """Files, a picture of one neighbourhood, and every mechanism."""
    theatre = desk.reading.theatre
    centre = _centre(theatre, words.get("at", ""))
    page = ModelPage(
        says=_in_a_sentence(theatre), files=_files(desk), at="/".join(centre),
        groups=_groups(theatre), picture=_around(theatre, centre), subsystems=_listed(desk),
    )  # fmt: skip
    return render(request, "model.html", page)


@router.get("/model/{name}")
def mechanism(request: Request, desk: TheDesk, words: Words, name: str) -> HTMLResponse:
    """One mechanism."""
    theatre = desk.reading.theatre
    drawer = opened(desk.reading, "mechanism", name)
    result, waiting = measured(desk, words, name)
    carried = carriers(theatre).get(name, [])
    elements = tuple(e for e in elements_of(theatre) if e.mechanism == name)
    page = MechanismPage(
        id=name, drawer=drawer, picture=_carried(theatre, name), elements=elements,
        said={edge.place: f"{says_of(theatre, edge.source)} → {says_of(theatre, edge.target)}"
              for edge in of_mechanism(theatre, name).listed},
        off=_off(name, carried),
        elsewhere=tuple(place for place in carried if place.startswith("scenarios.")),
        facts=facts_of(theatre, name, result), standing=standing(theatre, name, result),
        pending=waiting, opened=text_of(desk.folder, "theatre.yaml")[1],
    )  # fmt: skip
    return render(request, "mechanism.html", page, fingerprint=result.fingerprint if result else "")


@api.get("/model", summary="The model: its elements, edges and mechanisms")
def model_as_json(desk: TheDesk, at: str = "") -> dict[str, Any]:
    """at: what stands in the middle, as event/NAME, level/NAME or condition/NAME."""
    theatre = desk.reading.theatre
    centre = _centre(theatre, at)
    shown = around(theatre, centre)
    return {
        "name": theatre.name, "events": len(theatre.events), "levels": len(theatre.levels),
        "conditions": len(theatre.conditions), "at": "/".join(centre),
        "edges": [_edge_json(edge) for edge in shown.listed],
        "mechanisms": [
            {"id": line.id, "name": line.name, "says": line.says, "carried_by": line.carried,
             "expectations": line.facts, "verdict": line.verdict}
            for _, lines in _listed(desk) for line in lines
        ],
        "faults": [str(fault) for fault in desk.reading.faults],
    }  # fmt: skip


@api.get("/model/{name}", summary="One mechanism: what carries it, and its verdicts if measured")
def mechanism_as_json(
    desk: TheDesk, name: str, paths: Paths = None, seed: Seed = None, prior: bool = False
) -> dict[str, Any]:
    """Start the measurement with POST /api/runs/verify."""
    theatre = desk.reading.theatre
    if name not in theatre.mechanisms:
        raise UnknownName("mechanism", name[:80], list(theatre.mechanisms))
    result = measured(desk, as_words(paths=paths, seed=seed, prior=prior), name)[0]
    return {
        "id": name, **theatre.mechanisms[name].model_dump(mode="json", exclude_none=True),
        "carried_by": carriers(theatre).get(name, []),
        "expectations": sorted(theatre.expectations.get(name, {})),
        "fingerprint": result.fingerprint if result else None,
        "verdicts": None if result is None else [dict(one) for one in result.verdicts.values()],
    }  # fmt: skip


# The whole -------------------------------------------------------------------------------------


def _in_a_sentence(theatre: Theatre) -> str:
    carried = carriers(theatre)
    count = count_numbers(theatre)
    return (
        f"{len(theatre.events)} types of event, {len(theatre.levels)} levels that nobody observes "
        f"and {len(theatre.conditions)} conditions, held together by {len(theatre.mechanisms)} "
        f"mechanisms that sources assert, of which {len(carried)} are carried by some element; "
        f"{count['sourced']:,} numbers have a source, {count['assumed']:,} are assumed."
    )


def _files(desk: Desk) -> tuple[File, ...]:
    faults = desk.reading.faults
    lines = {name: text_of(desk.folder, name)[0].count("\n") for name in EDITABLE}
    names = [name for name in EDITABLE if lines[name]]
    names += sorted({fault.file for fault in faults} - set(names))
    return tuple(
        File(name, lines.get(name, 0), tuple(fault for fault in faults if fault.file == name))
        for name in names
    )


def _centre(theatre: Theatre, at: str) -> Node:
    if not at:
        return busiest(theatre)
    kind, _, name = at.partition("/")
    known = {"event": theatre.events, "level": theatre.levels, "condition": theatre.conditions}
    if kind not in known:
        raise UnknownName("kind of thing", kind[:40], KINDS)
    if name not in known[kind]:
        raise UnknownName(kind, name[:80], list(known[kind]))
    return kind, name


def _groups(theatre: Theatre) -> tuple[Group, ...]:
    told = (("Events", "event", theatre.events), ("Levels", "level", theatre.levels),
            ("Conditions", "condition", theatre.conditions))  # fmt: skip
    return tuple(
        Group(says, tuple(sorted(((f"{kind}/{name}", says_of(theatre, (kind, name)))
                                  for name in names), key=lambda pair: pair[1].lower())))
        for says, kind, names in told if names
    )  # fmt: skip


def _listed(desk: Desk) -> tuple[tuple[str, tuple[MechanismLine, ...]], ...]:
    theatre = desk.reading.theatre
    carried = carriers(theatre)
    results = all_at_hand(desk)
    found: dict[str, list[MechanismLine]] = {}
    for name, one in theatre.mechanisms.items():
        facts = theatre.expectations.get(name, {})
        line = MechanismLine(name, theatre.in_words(one.name), claim_of(one),
                             len(carried.get(name, ())), len(facts),
                             in_short(len(facts), results.get(name)),
                             _off(name, carried.get(name, ()))
                             )  # fmt: skip
        title = theatre.head.subsystems.get(one.subsystem, one.subsystem)
        found.setdefault(title, []).append(line)
    return tuple((title, tuple(lines)) for title, lines in found.items())


def _off(name: str, carried: Sequence[str]) -> str:
    acts = any(not place.startswith("scenarios.") for place in carried)
    return address("/whatif", {"off": name}) if acts else ""


# Pictures --------------------------------------------------------------------------------------


def _around(theatre: Theatre, centre: Node) -> Picture:
    says = f"What acts on “{says_of(theatre, centre)}” (left), and on what it acts (right)."
    return _picture(theatre, around(theatre, centre), says)


def _carried(theatre: Theatre, name: str) -> Picture | None:
    shown = of_mechanism(theatre, name)
    return _picture(theatre, shown, f"What carries {name}.") if shown.listed else None


def _picture(theatre: Theatre, shown: Neighbourhood, says: str) -> Picture:
    def told(node: Node) -> str:
        return says_of(theatre, node)

    def leads(node: Node) -> str:
        return address("/model", {"at": "/".join(node)}) + "#picture"

    rows = tuple(
        (told(edge.source), edge.how, told(edge.target), edge.mechanism or "–",
         _GROUND[edge.standing], edge.place)
        for edge in shown.listed
    )  # fmt: skip
    table = TableOf("Every arrow", ("from", "does what", "to", "mechanism", "grounds", "where"),
                    rows)  # fmt: skip
    return Picture(diagram(shown, told, leads, f"{says} The table lists every arrow."), says,
                   shown.more, table)  # fmt: skip


_GROUND = {"solid": "several documents", "half": "a single document", "assumed": "assumed"}


def _edge_json(edge: Any) -> dict[str, Any]:
    return {"from": "/".join(edge.source), "to": "/".join(edge.target), "how": edge.how,
            "mechanism": edge.mechanism, "grounds": edge.standing, "place": edge.place}  # fmt: skip


PAGE = Page((router, api), "The model", "/model")
