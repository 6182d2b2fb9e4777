"""The record of past forecasts that stands behind a new one: scorecard.json beside the theatre.

It says how much each member has to say to a family, and how well their pool has done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tightrope.errors import Fault, RunRefused, TheatreError
from tightrope.foresight.members.stack import DEFAULT
from tightrope.shelf import SCORECARD, kept

FORMAT = 3


@dataclass(frozen=True)
class PastScore:
    """How the stack did on a family's questions of one kind at one horizon."""

    score: str
    """``brier`` or ``crps``."""
    n: int
    stack: float
    skill: float | None
    """Against the rate of the last 90 days; 0 is no better."""
    low: float | None
    high: float | None

    def as_json(self) -> dict[str, object]:
        """As in the scorecard."""
        return {"score": self.score, "n": self.n, "stack": self.stack, "skill_over_last90":
                {"value": self.skill, "low": self.low, "high": self.high}}  # fmt: skip


@dataclass(frozen=True)
class TrackRecord:
    """A stored scorecard; ``none`` has no past and gives the default pool."""

    card: Mapping[str, Any]

    @classmethod
    def of(cls, folder: Path) -> TrackRecord:
        """The last stored scorecard of a theatre's folder, or none."""
        paths = kept(folder, SCORECARD)
        return cls(read_card(paths[0]) if paths else {})

    @property
    def fingerprint(self) -> str | None:
        """Of the backtest."""
        return self.card.get("fingerprint")

    def weights(
        self, family: str, kind: str, horizon: int, as_of: date | None = None
    ) -> Mapping[str, float]:
        """The pool that speaks; at a horizon that was not scored, that of the nearest scored.

        as_of : a day in the past has the pool that origins known by then would have chosen; the
        default is the pool of today.
        """
        weights: Mapping[str, Mapping[str, float]] = self.card.get("weights", {})
        scored = [int(key.rsplit("/", 1)[1]) for key in weights
                  if key.rsplit("/", 1)[0] == f"{family}/{kind}"]  # fmt: skip
        if not scored:
            return DEFAULT
        nearest = min(scored, key=lambda h: (abs(h - horizon), h))
        group = f"{family}/{kind}/{nearest}"
        return self._chosen(group, as_of) if self._is_past(as_of) else weights[group]

    def _is_past(self, as_of: date | None) -> bool:
        """Whether later outcomes than ``as_of`` went into the scorecard."""
        return as_of is not None and str(as_of) < str(self.card.get("until", "9999"))

    def _chosen(self, group: str, as_of: date | None) -> Mapping[str, float]:
        chosen = self.card["chosen"]
        known = sum(origin <= str(as_of) for origin in chosen["origins"])
        rows = [row for position, row in chosen["by_group"][group] if position < known]
        if not rows:
            return DEFAULT
        return {m: w for m, w in zip(chosen["members"], rows[-1], strict=True) if w > 0.0}

    def past(self, family: str, kind: str, horizon: int) -> PastScore | None:
        """The family's score at this horizon; None where it was not scored."""
        for row in self.card.get("families", []):
            same = (row["family"], row["kind"], row["horizon_days"]) == (family, kind, horizon)
            if same and row["score"] != "log" and row["stack"] is not None:
                skill = row["skill"].get("last90", {"value": None, "low": None, "high": None})
                return PastScore(row["score"], row["n"], row["stack"], **{
                    "skill": skill["value"], "low": skill["low"], "high": skill["high"],
                })  # fmt: skip
        return None


def read_card(path: Path) -> dict[str, Any]:
    """A stored scorecard; TheatreError where it is none."""
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        if card["format"] != FORMAT:
            raise ValueError(f"format {card['format']}; this version reads {FORMAT}")
        return card
    except (OSError, ValueError, KeyError, TypeError) as error:
        says = f"this is no scorecard ({error}); make it anew: tightrope backtest"
        raise TheatreError([Fault(path.name, 0, 0, "bad-scorecard", says)]) from None


def last_card(folder: Path) -> dict[str, Any]:
    """The last stored scorecard of a theatre; RunRefused where there is none."""
    paths = kept(folder, SCORECARD)
    if not paths:
        raise RunRefused(
            f"{folder.name} has not been scored yet; run: tightrope backtest {folder.name}"
        )
    return read_card(paths[0])
