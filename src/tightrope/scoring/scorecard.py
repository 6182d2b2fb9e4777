"""How good the forecasts have been: scores by family and horizon, beside every member's.

Questions whose yes is rarer than 3 % (or commoner than 97 %) over the scored origins are pooled
apart, as ``rare``: there any sane forecast scores well, and differences say little. A family's
counts are scored in units of what climatology scored on each, so that a question about hundreds
does not drown one about three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tightrope.scoring.bootstrap import Interval, block_length, skill_interval
from tightrope.scoring.choice import NEVER_WRONG, Choice, plain_of, stacked
from tightrope.scoring.panel import Cell, Panel
from tightrope.scoring.reliability import pit_histogram, reliability
from tightrope.scoring.scores import (
    at_floor,
    censored,
    coverage,
    interval_score,
    log_score,
)
from tightrope.types import FloatArray

RARE, COMMON = 0.03, 0.97
FORMAT = 3
MOST_MISSES = 20
STACK = "stack"
ALL, RARELY = "all", "rare"


@dataclass(frozen=True)
class Scored:
    """A cell with the stack among its members, and everyone's scores."""

    cell: Cell
    stack: FloatArray
    scores: dict[str, FloatArray]
    """[origin] by member, the stack too; in units of climatology's mean for counts and dates."""
    log_scores: dict[str, FloatArray]
    """The same for yes/no questions in nats; empty for others."""

    @property
    def is_rare(self) -> bool:
        """Whether yes and no are too one-sided to tell forecasters apart; not without any truth."""
        rate = self.cell.base_rate
        return self.cell.is_yes_no and (rate < RARE or rate > COMMON)


def score(panel: Panel) -> tuple[list[Scored], Choice]:
    """Score every cell; and who spoke at each origin (and would today)."""
    stack, choice = stacked(panel)
    return [_score(cell, said) for cell, said in zip(panel.cells, stack, strict=True)], choice


def _score(cell: Cell, stack: FloatArray) -> Scored:
    said = {STACK: stack, **cell.said}
    raw = {member: cell.scores(values) for member, values in said.items()}
    unit = unit_of(cell)
    logs = {m: _log(cell, p) for m, p in said.items()} if cell.is_yes_no else {}
    return Scored(cell, stack, {m: s / unit for m, s in raw.items()}, logs)


def _log(cell: Cell, probability: FloatArray) -> FloatArray:
    return np.where(np.isnan(cell.truth), np.nan, log_score(probability, cell.truth))


def scorecard(panel: Panel, head: dict[str, Any]) -> dict[str, Any]:
    """The whole card as JSON; ``head`` says which run it is of (fingerprint, theatre)."""
    scored, choice = score(panel)
    groups = _groups(scored)
    yes_no = [one for one in scored if one.cell.is_yes_no]
    counts = [one for one in scored if one.cell.kind == "count"]
    return {
        "format": FORMAT, **head, "origins": len(panel.origins),
        "first": str(panel.origins[0]), "last": str(panel.origins[-1]),
        "families": [row for key, group in groups.items() for row in _rows(panel, key, group)],
        "coverage_90": _round(_coverage(counts)),
        "coverage_by_horizon": _by_horizon(counts, _coverage),
        "calibration_error": _round(_reliability(yes_no).error),
        "calibration_error_of_luck": _round(_reliability(yes_no).luck),
        "calibration_by_horizon": _by_horizon(yes_no, lambda part: _reliability(part).error),
        "reliability": _bins(yes_no),
        "reliability_by_family": {
            family: _bins([one for one in yes_no if one.cell.family == family])
            for family in dict.fromkeys(one.cell.family for one in yes_no)
        },
        "pit": _pit(counts),
        "interval_score_90": _interval_scores(counts),
        "questions": [_question(one) for one in scored],
        "years": _years(panel, scored),
        "spoke": {group: _spoke(choice, group) for group in choice.weights},
        "weights": {group: dict(choice.pool(group, -1)) for group in choice.weights},
        "chosen": {
            "origins": [str(day) for day in panel.origins],
            "members": list(choice.members),
            "by_group": {group: _changes(rows[:-1]) for group, rows in choice.weights.items()},
        },
        "worst": _worst(panel, scored),
        "runaways": {"largest_share": _round(float(panel.runaways.max(initial=0.0))),
                     "origins_above_1_percent": int((panel.runaways > 0.01).sum())},
    }  # fmt: skip


def unit_of(cell: Cell) -> float:
    """What a cell's scores are divided by before questions are pooled: 1 for probabilities, else
    what climatology scored. Not a number where it was never wrong: such a question tells nothing
    apart, and is left out."""
    if cell.is_yes_no:
        return 1.0
    plain = cell.scores(plain_of(cell))
    unit = float(np.nanmean(plain)) if not np.isnan(plain).all() else np.nan
    return unit if unit > NEVER_WRONG else np.nan


# By family and horizon -------------------------------------------------------------------------

_Key = tuple[str, str, int]


def _groups(scored: Sequence[Scored]) -> dict[_Key, list[Scored]]:
    groups: dict[_Key, list[Scored]] = {}
    for one in scored:
        kind, horizon = one.cell.kind, one.cell.horizon
        for family in (RARELY,) if one.is_rare else (ALL, one.cell.family):
            groups.setdefault((family, kind, horizon), []).append(one)
    return dict(sorted(groups.items(), key=lambda item: (item[0][0] != ALL, item[0])))


def _rows(panel: Panel, key: _Key, group: Sequence[Scored]) -> list[dict[str, Any]]:
    family, kind, horizon = key
    head = {"family": family, "horizon_days": horizon, "kind": kind, "questions": len(group)}
    tables = {"brier" if kind == "yes_no" else "crps": [one.scores for one in group]}
    if kind == "yes_no":
        tables["log"] = [one.log_scores for one in group]
    block = block_length(horizon, panel.every_days)
    return [{**head, **_row(panel, name, table, block)} for name, table in tables.items()]


def _row(
    panel: Panel, name: str, table: Sequence[dict[str, FloatArray]], block: int
) -> dict[str, Any]:
    by_member = {m: np.stack([one[m] for one in table], 1) for m in (STACK, *panel.members)}
    stack = by_member.pop(STACK)
    return {
        "n": int((~np.isnan(stack)).sum()), "score": name, "stack": _round(_mean(stack)),
        "members": {member: _round(_mean(scores)) for member, scores in by_member.items()},
        "skill": {
            member: _interval(skill_interval(stack, scores, block))
            for member, scores in by_member.items()
        },
    }  # fmt: skip


def _interval(skill: Interval) -> dict[str, float | None]:
    return {"value": _round(skill.value), "low": _round(skill.low), "high": _round(skill.high)}


# Calibration -----------------------------------------------------------------------------------


def _coverage(counts: Sequence[Scored]) -> float | None:
    if not counts:
        return None
    return _mean(np.concatenate([coverage(one.stack, one.cell.truth) for one in counts]))


def _reliability(yes_no: Sequence[Scored]) -> Any:
    said = [one.stack for one in yes_no] or [np.zeros(0)]
    truth = [one.cell.truth for one in yes_no] or [np.zeros(0)]
    return reliability(np.concatenate(said), np.concatenate(truth))


def _bins(yes_no: Sequence[Scored]) -> list[dict[str, Any]]:
    return [{"low": _round(b.low), "high": _round(b.high), "forecast": _round(b.forecast),
             "observed": _round(b.observed), "count": b.count}
            for b in _reliability(yes_no).bins]  # fmt: skip


def _pit(counts: Sequence[Scored]) -> list[float | None]:
    if not counts:
        return []
    stack = np.concatenate([one.stack for one in counts])
    return [_round(x) for x in pit_histogram(stack, np.concatenate([o.cell.truth for o in counts]))]


def _by_horizon(scored: Sequence[Scored], figure: Any) -> dict[str, float | None]:
    horizons = sorted({one.cell.horizon for one in scored})
    return {
        str(h): _round(figure([one for one in scored if one.cell.horizon == h])) for h in horizons
    }


def _interval_scores(counts: Sequence[Scored]) -> dict[str, dict[str, float | None]]:
    found: dict[str, dict[str, float | None]] = {}
    for one in counts:
        value = _round(_mean(interval_score(one.stack, one.cell.truth)))
        found.setdefault(one.cell.question, {})[str(one.cell.horizon)] = value
    return found


# By question and year, and where it went wrong -------------------------------------------------


def _question(one: Scored) -> dict[str, Any]:
    cell = one.cell
    value: dict[str, Any] = {
        "id": cell.question, "family": cell.family, "kind": cell.kind,
        "horizon_days": cell.horizon, "n": int((~np.isnan(cell.truth)).sum()),
        "base_rate": _round(cell.base_rate), "rare": one.is_rare,
        "scores": {member: _round(_mean(scores)) for member, scores in one.scores.items()},
    }  # fmt: skip
    if cell.is_yes_no:
        value["log"] = {member: _round(_mean(scores)) for member, scores in one.log_scores.items()}
        floored = at_floor(one.stack, cell.truth) & ~np.isnan(cell.truth)
        value["below_log_floor"] = int(floored.sum())
    return value


def _years(panel: Panel, scored: Sequence[Scored]) -> list[dict[str, Any]]:
    year = np.array([day.year for day in panel.origins])
    rows: list[dict[str, Any]] = []
    for (family, kind, horizon), group in _groups(scored).items():
        if family != ALL:
            continue
        for one in sorted(set(year.tolist())):
            means = {
                member: _round(_mean(np.stack([s.scores[member][year == one] for s in group])))
                for member in (STACK, *panel.members)
            }
            rows.append({"year": one, "kind": kind, "horizon_days": horizon, "scores": means})
    return rows


def _worst(panel: Panel, scored: Sequence[Scored]) -> list[dict[str, Any]]:
    """The largest misses of the stack: by log score for yes/no, by scaled CRPS for counts."""
    misses: list[tuple[float, dict[str, Any]]] = []
    for one in scored:
        scores = one.log_scores[STACK] if one.cell.is_yes_no else one.scores[STACK]
        for i in np.argsort(-np.nan_to_num(scores))[:5].tolist():
            if not np.isnan(scores[i]) and one.cell.kind != "date":
                misses.append((float(scores[i]), _miss(panel, one, i)))
    misses.sort(key=lambda miss: -miss[0])
    return [miss for _, miss in misses[:MOST_MISSES]]


def _miss(panel: Panel, one: Scored, i: int) -> dict[str, Any]:
    said = one.stack[i]
    if not one.cell.is_yes_no:
        said = np.quantile(censored(said, one.cell.horizon * 1000), [0.05, 0.5, 0.95])
    return {
        "origin": str(panel.origins[i]), "question": one.cell.question,
        "horizon_days": one.cell.horizon, "said": np.round(said, 4).tolist(),
        "happened": float(one.cell.truth[i]),
    }  # fmt: skip


# Who spoke -------------------------------------------------------------------------------------


def _spoke(choice: Choice, group: str) -> dict[str, float]:
    """Mean weights over the origins."""
    mean = choice.weights[group][:-1].mean(0).tolist()
    return {m: round(w, 3) for m, w in zip(choice.members, mean, strict=True)}


def _changes(weights: FloatArray) -> list[tuple[int, list[float]]]:
    """Positions of origins from which on other weights spoke, with these."""
    rows = weights.tolist()
    return [(i, row) for i, row in enumerate(rows) if i == 0 or row != rows[i - 1]]


def _mean(values: FloatArray) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else None


def _round(value: float | None, digits: int = 4) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), digits)
