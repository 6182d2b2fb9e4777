"""How much each member has to say to a family at each origin, from outcomes known by then.

1. a pool's score is a square of its weights (``joint``); at an origin those origins count whose
   window was over, by what was known when it ended
2. the weights sought are those that would have scored best, were a further ``PRIOR`` origins seen
   that speak for the weights of the level above: all questions are drawn to the default, those of
   one kind at one horizon to all questions, those of one family to these
3. origins whose windows overlap count as one: ``PRIOR`` is weighed against windows side by side

So nothing is learned from nothing, a family with a record of its own follows it, and there is no
threshold at which a choice turns over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from tightrope.foresight.members.forecast import Forecast, pool
from tightrope.foresight.members.stack import Weights, default_of, speakers_of
from tightrope.scoring.joint import joint_scores
from tightrope.scoring.panel import Cell, Panel
from tightrope.scoring.simplex import best_weights
from tightrope.types import FloatArray, IntArray

PRIOR = 1.0
"""Windows side by side that the level above is worth. Skill has a plateau from .3 to 3."""
NEVER_WRONG = 1e-6
"""Where climatology scored no more than this it was never wrong, and nothing is told apart."""
DIGITS = 2
"""Weights are rounded, so that what is stored is what spoke."""


class Choice(NamedTuple):
    """Who spoke for each group of questions, see ``group_of``."""

    members: tuple[str, ...]
    weights: dict[str, FloatArray]
    """[origin + 1, member]; the last row is for a forecast of today."""

    def pool(self, group: str, at: int) -> Weights:
        """The weights of those that had a say at an origin; -1 is today."""
        row = self.weights[group][at].tolist()
        return {member: w for member, w in zip(self.members, row, strict=True) if w > 0.0}


class _Learned(NamedTuple):
    """What questions have taught by each origin, and today. A group's is a mean of its cells'."""

    square: FloatArray  # [origin + 1, member, member] mean joint scores, in units
    windows: FloatArray  # [origin + 1] known windows side by side


def stacked(panel: Panel) -> tuple[list[FloatArray], Choice]:
    """What the stack said of each cell, and who spoke."""
    choice = choose(panel)
    said: list[FloatArray] = []
    for cell in panel.cells:
        weights = choice.weights[group_of(cell)]
        said.append(pooled(cell, choice.members, weights[:-1]))
    return said, choice


def pooled(cell: Cell, members: Sequence[str], weights: FloatArray) -> FloatArray:
    """[origin] probabilities or [origin, value] samples of the pool with weights [origin, member].

    Only those that have a say must have spoken.
    """
    if cell.is_yes_no:
        said = np.stack([cell.said[m] for m in members], 1)
        return np.where(weights > 0, weights * said, 0.0).sum(1)
    return np.array([
        _mixed([cell.said[m][i] for m, w in zip(members, row, strict=True) if w > 0], row[row > 0])
        for i, row in enumerate(weights)
    ])  # fmt: skip


def _mixed(samples: Sequence[FloatArray], weights: FloatArray) -> FloatArray:
    if any(np.isnan(sample).any() for sample in samples):
        return np.full(len(samples[0]), np.nan)
    mixed = pool([Forecast(None, sample) for sample in samples], weights.tolist())
    assert mixed.sample is not None
    return mixed.sample


def group_of(cell: Cell) -> str:
    """Questions for which one pool speaks: a family's of one kind at one horizon."""
    return f"{cell.family}/{cell.kind}/{cell.horizon}"


def plain_of(cell: Cell) -> FloatArray:
    """What climatology said (or the first member): the unit in which scores are pooled."""
    return cell.said["climatology" if "climatology" in cell.said else next(iter(cell.said))]


# Learning --------------------------------------------------------------------------------------


def choose(panel: Panel) -> Choice:
    """The weights of every group at every origin."""
    members = _speakers(panel)
    default = default_of(members)
    prior = np.tile([default.get(m, 0.0) for m in members], (len(panel.origins) + 1, 1))
    by_kind: dict[tuple[str, int], list[Cell]] = {}
    for cell in panel.cells:
        by_kind.setdefault((cell.kind, cell.horizon), []).append(cell)
    learned = [_taught(panel, cells, members) for cells in by_kind.values()]
    common = _drawn_to(prior, _mean([_mean(cells) for cells in learned], by_windows=True))
    weights: dict[str, FloatArray] = {}
    for cells, taught in zip(by_kind.values(), learned, strict=True):
        of_kind = _drawn_to(common, _mean(taught))
        for group in dict.fromkeys(map(group_of, cells)):
            own = [one for cell, one in zip(cells, taught, strict=True) if group_of(cell) == group]
            found = of_kind if len(own) == len(cells) else _drawn_to(of_kind, _mean(own))
            weights[group] = _rounded(found)
    return Choice(members, weights)


def _speakers(panel: Panel) -> tuple[str, ...]:
    """Members that may speak, without those that only repeat an earlier one."""
    found: list[str] = []
    for member in speakers_of(panel.members):
        if not any(_same(panel, member, other) for other in found):
            found.append(member)
    return tuple(found)


def _same(panel: Panel, one: str, other: str) -> bool:
    return all(
        np.array_equal(cell.said[one], cell.said[other], equal_nan=True) for cell in panel.cells
    )


def _taught(panel: Panel, cells: Sequence[Cell], members: Sequence[str]) -> list[_Learned]:
    """What each of these cells, of one kind and horizon, has taught by each origin."""
    horizon = cells[0].horizon
    known = _known(panel, horizon)
    seen = [c if c.settled is None else replace(c, truth=c.settled) for c in cells]
    squares, counts = _so_far(np.stack([joint_scores(c, members) for c in seen]), known)
    plain, _ = _so_far(np.stack([c.scores(plain_of(c)) for c in seen]), known)
    told = (plain > NEVER_WRONG) & (counts > 0)
    unit = plain
    if cells[0].is_yes_no:
        # Brier scores are scored as they are, so one unit serves all questions.
        together = np.where(told, plain, 0.0).sum(0) / np.maximum(told.sum(0), 1)
        unit = np.broadcast_to(together, plain.shape)
    unit = np.where(told, unit, 1.0)[..., None, None]
    windows = np.where(told, counts, 0) / max(horizon / panel.every_days, 1.0)
    return [_Learned(*one) for one in zip(squares / unit, windows, strict=True)]


def _known(panel: Panel, horizon: int) -> IntArray:
    """[origin + 1] how many origins, from the first on, had an outcome that was known by then."""
    ends = np.array([(day + timedelta(horizon)).toordinal() for day in panel.origins])
    days = np.array([day.toordinal() for day in panel.origins])
    return np.append(np.searchsorted(ends, days, side="right"), len(days)).astype(np.int32)


def _so_far(scores: FloatArray, known: IntArray) -> tuple[FloatArray, FloatArray]:
    """[cell, origin + 1, ...] means of scores [cell, origin, ...] over what was known, and counts
    [cell, origin + 1]; what is not a number does not count."""
    there = np.asarray(~np.isnan(scores.reshape(*scores.shape[:2], -1)).any(-1))
    shape = (*there.shape, *[1] * (scores.ndim - 2))
    kept = np.where(there.reshape(shape), scores, 0.0)
    totals = np.concatenate([np.zeros_like(kept[:, :1]), kept.cumsum(1)], 1)[:, known]
    counts = np.concatenate([np.zeros((len(there), 1)), there.cumsum(1)], 1)[:, known]
    return totals / np.maximum(counts, 1.0).reshape(*counts.shape, *shape[2:]), counts


def _mean(parts: Sequence[_Learned], by_windows: bool = False) -> _Learned:
    """The mean of those that know anything, all alike or by their windows."""
    windows = np.stack([one.windows for one in parts])
    share = windows if by_windows else (windows > 0).astype(float)
    total = np.maximum(share.sum(0), 1e-12)
    square = np.einsum("po,poij->oij", share / total, np.stack([one.square for one in parts]))
    return _Learned(square, windows.sum(0) / np.maximum((windows > 0).sum(0), 1))


def _drawn_to(prior: FloatArray, learned: _Learned) -> FloatArray:
    """[origin + 1, member] the best weights, drawn to those of the level above."""
    knows = learned.windows > 0
    weights = np.array(prior)
    strength = PRIOR / learned.windows[knows]
    weights[knows] = best_weights(learned.square[knows], prior[knows], strength)
    return weights


def _rounded(weights: FloatArray) -> FloatArray:
    """Rounded, with what is missing to one given to the largest."""
    rounded = np.round(weights, DIGITS)
    rows, largest = np.arange(len(rounded)), rounded.argmax(1)
    rounded[rows, largest] += 1.0 - rounded.sum(1)
    return np.round(rounded, DIGITS)
