"""A realised history as a twin reads it, and what is changed in it, day by day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tightrope.engine.memory import Record
from tightrope.engine.program import Parameters, Program
from tightrope.types import FloatArray, IntArray


class Realised(NamedTuple):
    """What happened, T days; ``record`` holds the memories that it left."""

    record: Record
    listed: FloatArray  # [T, K] whole events; what record.counts has beyond them is unlisted
    value: FloatArray  # [T, C] dated value that acts from the next dawn, nan where there is none
    owners: IntArray  # [T, C, M] deeds to which a value belongs, -1 fills up; none: it stands alone
    deed_day: IntArray  # [D]
    deed_event: IntArray  # [D] an event to which some dated value belongs


class Change(NamedTuple):
    """What is changed, day by day; neutral values leave the history as it was."""

    removed: FloatArray  # [T, K] listed events that are taken away
    unlisted: FloatArray  # [T, K] remainder of tallies
    lowest: FloatArray  # [T, K] at least so many events
    highest: FloatArray  # [T, K] at most, infinity where free
    factor: FloatArray  # [T, K] on the whole rate
    base_factor: FloatArray  # [T, K] on the base alone
    pinned: FloatArray  # [T + 1, C] conditions at dawn, nan where free


class Stretch(NamedTuple):
    """Days with one structure: a program whose filters are the realised one's, and its draws."""

    first: int
    end: int
    program: Program
    parameters: Parameters  # leading axis draw


def unchanged(realised: Realised) -> Change:
    """The neutral change."""
    counts = np.asarray(realised.record.counts)
    return Change(
        removed=np.zeros_like(counts), unlisted=counts - realised.listed,
        lowest=np.zeros_like(counts), highest=np.full_like(counts, np.inf),
        factor=np.ones_like(counts), base_factor=np.ones_like(counts),
        pinned=np.full(np.asarray(realised.record.conditions).shape, np.nan),
    )  # fmt: skip


def spread_types(realised: Realised) -> IntArray:
    """[U] event types that have an unlisted remainder somewhere."""
    rest = np.asarray(realised.record.counts) - realised.listed
    return np.flatnonzero((rest > 0).any(0)).astype(np.int32)


def deed(change: Change, listed: FloatArray) -> FloatArray:
    """[T, K] whole events of the history with only what is imposed, and nothing that follows."""
    return np.clip(np.maximum(listed - change.removed, 0.0), change.lowest, change.highest)
