"""How the worlds of a what-if look: the same in every picture.

A changed world has its colour, its shape and its letter; the unchanged one is ink.
"""

from __future__ import annotations

from dataclasses import dataclass

from tightrope.charts.theme import ARMS, BANDS
from tightrope.foresight.questions import CHANCES
from tightrope.foresight.whatif import WhatIf

SHAPES = ("square", "triangle-up", "diamond", "cross")
LETTERS = "ABCD"
UNITS = {"chance": "percentage points", "count": "events", "level": "reading, 0 to 1"}
SIGNED = "datum.value === 0 ? '0' : format(datum.value, '+~g')"
"""Labels of an axis of differences."""


@dataclass(frozen=True)
class Look:
    """How one changed world is drawn."""

    name: str
    letter: str
    colour: str
    band: str
    shape: str


def looks(result: WhatIf) -> dict[str, Look]:
    """The look of each arm, the same in every picture of a what-if."""
    return {
        arm.name: Look(arm.name, LETTERS[i], ARMS[i], BANDS[i], SHAPES[i])
        for i, arm in enumerate(result.arms)
    }


def unit_of(kind: str) -> str:
    """What a question's answer is measured in: a key of ``UNITS``."""
    return "chance" if kind in CHANCES else kind
