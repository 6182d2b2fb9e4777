"""What followed in the changed world, beyond what was imposed: kept of each block of twins.

A lane is one twin of one draw. Consequences are counted against the history with only the deed, so
an event that was taken away by hand is no consequence of itself.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from tightrope.engine.changed import Realised, deed, spread_types
from tightrope.engine.twin import Block
from tightrope.foresight.alteration import Alteration
from tightrope.types import FloatArray, IntArray

YEAR_DAYS = 365
NEAR_DAYS = 3
MONTH_DAYS = 15
"""Days either way of a row's day within which the same type of event is looked for."""


class Kept(NamedTuple):
    """What is kept of a block; the last axis is the lane."""

    gained: FloatArray  # [Y, K, lane] events that the history does not have, by calendar year
    lost: FloatArray  # [Y, K, lane] events that the changed world does not have
    next_year: FloatArray  # [K, lane] gained less lost in the year that follows the first change
    parted: FloatArray  # [lane] first day from the first with another event; infinity if none
    same_day: FloatArray  # [M, lane] share of a listed day's events that still happen on the day
    near: FloatArray  # [M, lane] whether one of the type happens within three days
    month: FloatArray  # [M, lane] and within fifteen
    conditions: FloatArray  # [C, lane]
    readings: FloatArray  # [J, lane]
    realised_readings: FloatArray  # [J, lane]
    differs: FloatArray  # [lane] whether anything at all differs from the history
    limited: FloatArray  # [1] lane-days on which a rate was cut


class Yardstick:
    """The history with only the deed, against which blocks are read."""

    def __init__(self, known: Realised, alteration: Alteration, first_day: date):
        self.first, self.end = alteration.first, alteration.end
        days = slice(self.first, self.end)
        self.listed = known.listed[days]
        self.unlisted = np.asarray(known.record.counts)[days] - self.listed
        self.deed = deed(alteration.change, known.listed)[days]
        self.deed_unlisted = alteration.change.unlisted[days]
        self.before = known.listed[max(self.first - MONTH_DAYS, 0) : self.first]
        self.spread = spread_types(known)
        self.years, self.starts = _years(first_day + timedelta(self.first), len(self.listed))
        self.cells = np.argwhere(self.listed > 0).astype(np.int32)

    @property
    def by_hand(self) -> FloatArray:
        """[Y, K] events that the deed itself adds or takes away."""
        change = self.deed + self.deed_unlisted - self.listed - self.unlisted
        return np.add.reduceat(change, self.starts, 0)

    @property
    def realised(self) -> FloatArray:
        """[Y, K] events of the record."""
        return np.add.reduceat(self.listed + self.unlisted, self.starts, 0)

    def keep(self, block: Block) -> Kept:
        """Read a block."""
        lanes = block.counts.shape[-1]
        gained = np.zeros((len(self.starts), self.listed.shape[1], lanes))
        lost, after = np.zeros_like(gained), np.zeros(gained.shape[1:])
        parted = np.full(lanes, np.inf)
        differs = block.elsewhere.copy()
        place = {int(k): u for u, k in enumerate(self.spread)}
        for k in range(self.listed.shape[1]):
            count = block.counts[:, k].astype(np.float32)
            other = count != self.deed[:, k, None]
            parted = np.minimum(parted, _first_true(other))
            differs |= (count != self.listed[:, k, None]).any(0)
            change = count - self.deed[:, k, None].astype(np.float32)
            if k in place:
                rest = block.unlisted[:, place[k]]
                change += rest - self.deed_unlisted[:, k, None].astype(np.float32)
                differs |= (np.abs(rest - self.unlisted[:, k, None]) > 1e-6).any(0)
            if change.any():
                gained[:, k] = np.add.reduceat(np.maximum(change, 0), self.starts, 0)
                lost[:, k] = np.add.reduceat(np.maximum(-change, 0), self.starts, 0)
                after[k] = change[:YEAR_DAYS].sum(0)
        return Kept(
            gained, lost, after, parted, self._same_day(block), self._within(block, NEAR_DAYS),
            self._within(block, MONTH_DAYS), block.conditions, block.readings,
            block.realised_readings, differs.astype(float), np.array([float(block.limited)]),
        )  # fmt: skip

    def _same_day(self, block: Block) -> FloatArray:
        day, k = self.cells.T
        listed = self.listed[day, k][:, None]
        return np.minimum(block.counts[day, k], listed) / listed

    def _within(self, block: Block, days: int) -> FloatArray:
        day, k = self.cells.T
        found = np.zeros((len(day), block.counts.shape[-1]), bool)
        for away in range(-days, days + 1):
            there = day + away
            inside = (there >= 0) & (there < len(self.listed))
            found |= inside[:, None] & (block.counts[np.where(inside, there, day), k] > 0)
            # What happened before the first change happened in both worlds.
            earlier = (there < 0) & (there >= -len(self.before))
            happened = earlier.copy()
            happened[earlier] = self.before[there[earlier], k[earlier]] > 0
            found |= happened[:, None]
        return found.astype(float)


def together(blocks: list[Kept]) -> Kept:
    """All lanes, in the order of draws."""
    return Kept(*(np.concatenate(parts, -1) for parts in zip(*blocks, strict=True)))


def _first_true(found: np.ndarray) -> FloatArray:
    """[lane] first day [day, lane] on which it is true, infinity where it never is."""
    return np.where(found.any(0), found.argmax(0), np.inf)


def _years(first: date, days: int) -> tuple[list[int], IntArray]:
    """Calendar years of a run of days, and the day on which each begins."""
    last = first + timedelta(days - 1)
    years = list(range(first.year, last.year + 1))
    starts = [max((date(year, 1, 1) - first).days, 0) for year in years]
    return years, np.array(starts, np.int32)
