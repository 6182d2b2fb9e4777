"""A theatre of five event types in which every kind of change has an answer by hand."""

from __future__ import annotations

from pathlib import Path

from tightrope.foresight.changes import change_from_words
from tightrope.history import History, read_theatre_and_history
from tightrope.theatre import Theatre, schema
from tiny import RULE, tiny_theatre

EVENTS = """\
events:
  attack:
    says: An attack
    by: south
    plover: ASSAULT
    base: 24 per year
    memoryless: true
    worst: {rate: 20 per month, assumed: x}
  strike:
    says: A strike
    by: north
    plover: ASSAULT
    base: 3 per year
    memoryless: true
    worst: {rate: 6 per month, assumed: x}
    when: [{if: troops > 0, assumed: x}]
    follows: {attack: {expect: 0.8, half_life: 2 days, mechanism: M1}}
    pushes: {anger: {by: 0.5, mechanism: M2}}
  vote:
    says: A <vote>
    by: south
    plover: REQUEST
    base: 1 per year
    memoryless: true
    worst: {rate: 6 per month, assumed: x}
    follows: {strike: {expect: 0.5, half_life: 4 days, mechanism: M2}}
    sets: {truce: {to: yes, mechanism: M2}}
  protest:
    says: A protest
    by: south
    plover: PROTEST
    base: 12 per year
    memoryless: true
    when: [{if: not truce, mechanism: M2}, {if: rule == calm, assumed: x}]
    scaled_if: [{if: truce, factor: 0.5, assumed: x}]
  ballot:
    says: A ballot
    by: south
    plover: CONSULT
    scheduled: {dates: [2021-02-10, 2022-02-10], chance: 0.4, mechanism: M2}
  summit:
    {says: A summit, by: north, plover: CONSULT, base: 0.00001 per year, memoryless: true}
  raid:
    says: A raid, of which there was none
    by: north
    plover: ASSAULT
    base: 1 per year
    memoryless: true
    when: [{if: rule == storm, assumed: x}]
"""
"""What follows an attack is a strike (M1), and a strike a vote (M2); the rest stands alone."""
QUESTIONS = """\
attacks: {ask: How many attacks?, family: force, kind: count, events: attack}
strikes: {ask: Will it strike?, family: force, kind: yes_no, events: strike}
when_strike: {ask: When will it strike?, family: force, kind: date, events: strike}
votes: {ask: Will there be votes?, family: talks, kind: yes_no, events: vote, days: 30}
anger: {ask: How angry?, family: mood, kind: level, level: anger}
truce: {ask: A truce?, family: talks, kind: yes_no, if: truce}
"""
SCENARIOS = """\
quiet: {says: Nothing is answered, changes: [{off: M1}]}
calm_sea: {says: A beginning, conditions: {troops: 0}}
"""


def changes(*words: str) -> tuple[schema.Change, ...]:
    """``"force attack=3@2021-01-05"`` and the like."""
    return tuple(change_from_words(*word.split(" ", 1)) for word in words)


def worlds_folder(folder: Path) -> Path:
    """Write the theatre; its record ends on 31 December 2020 and has one strike."""
    tiny_theatre(folder, RULE + EVENTS, questions=QUESTIONS)
    (folder / "scenarios.yaml").write_text(SCENARIOS, encoding="utf-8")
    return folder


def two_worlds(folder: Path) -> tuple[Theatre, History]:
    return read_theatre_and_history(worlds_folder(folder))
