"""What a mechanism is worth: nothing where it does nothing, and the same when run again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tightrope.history import read_theatre_and_history
from tightrope.scoring.forecast_value import Row, forecast_values

ORIGINS = (date(2019, 7, 1), date(2020, 1, 1))
IDLE = """
M9:
  {name: idle, subsystem: force, cause: nothing, effect: nothing, sign: "+", sources: register,
   fact: nothing carries this one}
"""
pytestmark = pytest.mark.usefixtures("compiled_once")


@pytest.fixture(scope="module")
def theatre(scaffold: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    import shutil

    folder = Path(shutil.copytree(scaffold, tmp_path_factory.mktemp("value") / "saltmarsh"))
    with (folder / "mechanisms.yaml").open("a") as file:
        file.write(IDLE)
    return folder


@pytest.fixture(scope="module")
def rows(theatre: Path) -> dict[str, Row]:
    return forecast_values(read_theatre_and_history(theatre)[0], ORIGINS, workers=1)


def test_what_nothing_carries_is_worth_exactly_nothing(rows: dict[str, Row]) -> None:
    idle = rows["M9"]
    assert idle["by"] == 0.0
    assert all(
        skill["value"] in (0.0, None)
        for name, skill in idle.items() if name.startswith(("brier", "crps"))
    )  # fmt: skip


def test_what_something_carries_moves_a_forecast(rows: dict[str, Row]) -> None:
    assert list(rows) == ["M1", "M2", "M3", "M9"]
    assert rows["M1"]["by"] > 0 and rows["M3"]["by"] > 0
    # On these days M2 acts on counts alone.
    assert all(rows[name]["crps_180"]["value"] != 0 for name in ("M1", "M2", "M3"))


def test_workers_say_the_same_as_one(theatre: Path, rows: dict[str, Row]) -> None:
    read = read_theatre_and_history(theatre)[0]
    told: list[int] = []
    assert forecast_values(read, ORIGINS, workers=2, tell=told.append) == rows
    assert told == [1, 2]
