"""A stored backtest: a folder with the run's plan and one file for each origin.

Files are written beside and renamed, so a run that was stopped goes on where it was, and a killed
worker leaves nothing half-written. Everything that scores needs is in the folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from tightrope.errors import RunRefused
from tightrope.foresight.members.forecast import Forecast
from tightrope.scoring.origins import Plan, Said
from tightrope.shelf import written_whole

_HEAD = "run.json"


@dataclass(frozen=True)
class Run:
    """What a stored backtest is of."""

    fingerprint: str
    theatre: str
    origins: tuple[date, ...]
    plan: Plan

    def as_json(self) -> dict[str, Any]:
        """Shape of run.json."""
        plan = asdict(self.plan)
        plan["off"] = sorted(self.plan.off)
        return {"fingerprint": self.fingerprint, "theatre": self.theatre,
                "origins": [str(day) for day in self.origins], "plan": plan}  # fmt: skip


class Store:
    """The folder of one run."""

    def __init__(self, folder: Path):
        self.folder = folder

    def open(self, run: Run) -> None:
        """Make the folder, or go on with it; RunRefused if another run stands there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        head = self.folder / _HEAD
        if head.exists():
            stands = _read(head).get("fingerprint")
            if stands != run.fingerprint:
                raise RunRefused(f"{self.folder} holds another run ({stands}); choose another "
                                 "folder or remove it")  # fmt: skip
            return
        write_json(head, run.as_json())

    def missing(self, origins: tuple[date, ...]) -> list[date]:
        """Origins that have not been done yet."""
        return [origin for origin in origins if not self._path(origin).exists()]

    def put(self, said: Said) -> None:
        """Store one origin."""
        write_json(self._path(said.origin), said_json(said))

    def each(self, origins: tuple[date, ...]) -> Iterator[Said]:
        """Every stored origin, in order of time."""
        for origin in origins:
            if self._path(origin).exists():
                yield said_from(_read(self._path(origin)))

    def _path(self, origin: date) -> Path:
        return self.folder / f"{origin}.json"


def said_json(said: Said) -> dict[str, Any]:
    """Probabilities as numbers, samples as lists; a day that never comes is null."""
    forecasts: dict[str, dict[str, dict[str, Any]]] = {}
    for (name, horizon, member), forecast in said.forecasts.items():
        by_member = forecasts.setdefault(name, {}).setdefault(str(horizon), {})
        by_member[member] = _forecast_json(forecast)
    truth: dict[str, dict[str, float | None]] = {}
    for (name, horizon), value in said.truth.items():
        truth.setdefault(name, {})[str(horizon)] = value if np.isfinite(value) else None
    return {
        "origin": str(said.origin), "facts": said.facts, "runaways": dict(said.runaways),
        "truth": truth, "forecasts": forecasts,
    }  # fmt: skip


def said_from(stored: dict[str, Any]) -> Said:
    """The way back from ``said_json``."""
    return Said(
        origin=date.fromisoformat(stored["origin"]),
        facts=stored["facts"],
        forecasts={
            (name, int(horizon), member): _forecast(value)
            for name, by_horizon in stored["forecasts"].items()
            for horizon, by_member in by_horizon.items()
            for member, value in by_member.items()
        },
        truth={
            (name, int(horizon)): np.inf if value is None else value
            for name, by_horizon in stored["truth"].items()
            for horizon, value in by_horizon.items()
        },
        runaways=stored["runaways"],
    )


def _forecast_json(forecast: Forecast) -> float | list[float | None]:
    if forecast.sample is None:
        return round(float(forecast.probability or 0.0), 6)
    return [round(float(x), 4) if np.isfinite(x) else None for x in forecast.sample]


def _forecast(value: float | list[float | None]) -> Forecast:
    if isinstance(value, list):
        return Forecast(None, np.array([np.inf if x is None else x for x in value], float))
    return Forecast(float(value), None)


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunRefused(f"{path} cannot be read ({error}); remove it and run again") from None


def write_json(path: Path, value: object) -> None:
    """Write beside, then rename."""
    with written_whole(path) as beside:
        beside.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
