"""Theatres of a few lines, for tests that need to know every number."""

from __future__ import annotations

from pathlib import Path

HEAD = """\
name: tiny
says: for tests
starts: 2020-01-01
until: 2020-12-31
subsystems: {force: Force}
defaults:
  base_source: made up
  limit: 4
  rhythm:
    short: {expect: 0.1..0.2, half_life: 8 days, assumed: made up}
    long: {expect: 0.1, half_life: 120 days, assumed: made up}
  dispersion: {extra: 0, assumed: made up}
actors:
  north: {name: North, kind: state}
  south: {name: South, kind: state}
"""
LEVELS = """\
levels:
  anger: {says: x, rest: 0.2..0.4, half_life: 3 months, assumed: made up}
"""
CONDITIONS = """\
conditions:
  troops: {unit: people, starts: 100}
  truce: {starts: no}
"""
EVENTS = """\
events:
  strike: {says: x, by: north, plover: ASSAULT, base: 2 per year, memoryless: true}
"""
RULE = "  rule: {values: [calm, storm], starts: calm}\n"
PROTEST = "  protest: {says: x, by: south, plover: PROTEST, base: 1 per year}\n"
TOP = HEAD + LEVELS + CONDITIONS + RULE
"""21 lines of theatre.yaml with one condition of each kind: what is added begins in line 22."""
TWO_EVENTS = EVENTS + PROTEST
SOURCES = "register: {type: dataset, title: Register, outlet: Observatory}\n"
MECHANISMS = """\
M1:
  {name: x, subsystem: force, cause: x, effect: x, sign: "+", sources: register, fact: x}
M2:
  {name: x, subsystem: force, cause: x, effect: x, sign: "+", sources: register, fact: x}
"""
ROW_HEAD = "id,date,known,event,plover,count,deaths,by,on,place,sources,status,note\n"
CONDITION_HEAD = "date,condition,value,sources,note\n"


def row(name: str, day: str, event: str = "strike", count: str = "1", known: str = "") -> str:
    """A line of history.csv; a window of days is a tally."""
    status = "tally" if "/" in day else "reported"
    return f"{name},{day},{known},{event},,{count},,north,south,,register,{status},\n"


def tiny_theatre(
    folder: Path, events: str = EVENTS, *, head: str = HEAD, rows: str | None = None,
    conditions: str = "", questions: str = "", levels: str = LEVELS,
) -> Path:  # fmt: skip
    """Write a theatre, return its folder; ``rows`` and ``conditions`` are lines of the tables."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "theatre.yaml": head + levels + CONDITIONS + events,
        "sources.yaml": SOURCES,
        "mechanisms.yaml": MECHANISMS,
        "questions.yaml": questions,
        "history.csv": ROW_HEAD + (row("a", "2020-03-01") if rows is None else rows),
        "conditions.csv": CONDITION_HEAD + conditions,
    }
    for name, text in texts.items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return folder
