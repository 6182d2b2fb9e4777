"""A what-if of the theatre that ``tightrope new`` makes, run once for all."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from drawn import AS_OF
from tightrope.foresight.whatif import WhatIf, whatif
from tightrope.history import read_theatre_and_history
from two_worlds import changes

ARMS = {"many": ("force attack=3@2020-04-20",), "<b>quiet": ("scale strike=0.2", "block vote"),
        "leave": ("set troops=0@2020-05-01",), "cold": ("off M2",)}  # fmt: skip


@cache
def imagined(scaffold: Path, arms: int) -> WhatIf:
    """The first ``arms`` of ``ARMS``, from the priors, 120 days ahead."""
    theatre, history = read_theatre_and_history(scaffold)
    made = {name: changes(*words) for name, words in list(ARMS.items())[:arms]}
    return whatif(theatre, history, made, as_of=AS_OF, days=120, paths=400, fitted=False)
