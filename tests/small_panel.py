"""Panels made by hand, for tests that need to know every number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from tightrope.foresight.members.forecast import SIZE
from tightrope.scoring.panel import Cell, Panel
from tightrope.types import FloatArray

FIRST, EVERY = date(2010, 1, 1), 30
MEMBERS = ("structural", "hawkes", "rhythm", "climatology", "last90", "boot12", "regression")


def panel(cells: Sequence[Cell], count: int, every: int = EVERY) -> Panel:
    """Cells at ``count`` origins, one every so many days."""
    origins = tuple(FIRST + timedelta(i * every) for i in range(count))
    return Panel(origins, tuple(cells), tuple(cells[0].said), np.zeros(count))


def yes_no(
    said: Mapping[str, FloatArray], truth: FloatArray, *, horizon: int = 30, name: str = "q",
    family: str = "f",
) -> Cell:  # fmt: skip
    """Probabilities by member at every origin."""
    return Cell(name, family, "yes_no", horizon, dict(said), np.asarray(truth, float))


def sampled(
    said: Mapping[str, FloatArray], truth: FloatArray, *, kind: str = "count", horizon: int = 30,
    name: str = "n", family: str = "f",
) -> Cell:  # fmt: skip
    """Samples by member, [origin, value]; a row of one value an origin is that value for sure."""
    spread = {m: v if v.ndim == 2 else np.repeat(v[:, None], SIZE, 1) for m, v in said.items()}
    return Cell(name, family, kind, horizon, spread, np.asarray(truth, float))


def known_after(origins: Sequence[date], horizon: int) -> list[int]:
    """[origin] how many origins before it had an outcome that was known on that day."""
    return [sum(o + timedelta(horizon) <= day for o in origins) for day in origins]


def noisy(seed: int, count: int, horizon: int = 30) -> list[Cell]:
    """A yes/no question and a count in each of two families; members differ by chance."""
    dice = np.random.default_rng(seed)
    cells: list[Cell] = []
    for family in ("f", "g"):
        truth = (dice.random(count) < 0.4).astype(float)
        skill = dice.random(len(MEMBERS))
        near = {m: np.clip(truth * s + (1 - s) * dice.random(count), 0, 1)
                for m, s in zip(MEMBERS, skill, strict=True)}  # fmt: skip
        cells.append(yes_no(near, truth, horizon=horizon, name=f"q-{family}", family=family))
        counted = dice.poisson(3.0, count).astype(float)
        spread = {m: np.sort(dice.poisson(3.0 + 2 * s, (count, SIZE)).astype(float), 1)
                  for m, s in zip(MEMBERS, skill, strict=True)}  # fmt: skip
        cells.append(sampled(spread, counted, horizon=horizon, name=f"n-{family}", family=family))
    return cells
