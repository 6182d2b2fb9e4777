"""The backtest: nothing of the future, nothing lost when it is stopped, the same on any machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tightrope.errors import RunRefused
from tightrope.history import History, Row, read_theatre_and_history
from tightrope.scoring.backtest import (
    Plan,
    Run,
    Store,
    backtest,
    first_origin,
    plan_run,
    rolling,
)
from tightrope.scoring.origins import Theatres
from tightrope.scoring.store import said_from, said_json
from tightrope.theatre import Theatre
from tightrope.theatre.dates import parse_span

PLAN = Plan(horizons=(30, 90), draws=10, paths=50)
ORIGIN = date(2020, 3, 1)
pytestmark = pytest.mark.usefixtures("compiled_once")


def row_like(row: Row, name: str, day: date, known: date, count: int = 1) -> Row:
    return replace(row, id=name, date=parse_span(str(day)), known=known, count_low=count,
                   count_high=count)  # fmt: skip


def said_at(theatre: Theatre, history: History, origin: date = ORIGIN) -> dict[str, object]:
    theatres = Theatres(theatre, history, PLAN)
    return said_json(theatres.speak(origin, theatres.fits(origin)))


@pytest.fixture(scope="module")
def before(saltmarsh: tuple[Theatre, History]) -> dict[str, object]:
    return said_at(*saltmarsh)


def test_a_loud_event_after_the_origin_moves_no_figure(
    saltmarsh: tuple[Theatre, History], before: dict[str, object]
) -> None:
    theatre, history = saltmarsh
    first = ORIGIN + timedelta(1)
    attack = next(row for row in history.rows if row.event == "attack")
    loud = [row_like(attack, f"loud-{i}", first + timedelta(i), first, 200) for i in range(20)]
    after = said_at(theatre, replace(history, rows=(*history.rows, *loud)))
    assert after["forecasts"] == before["forecasts"]
    assert after["runaways"] == before["runaways"] and after["facts"] == before["facts"]
    assert after["truth"] != before["truth"]


def test_what_was_published_after_the_origin_was_not_known_on_it(
    saltmarsh: tuple[Theatre, History], before: dict[str, object]
) -> None:
    theatre, history = saltmarsh
    attack = next(row for row in history.rows if row.event == "attack")
    past, published = ORIGIN - timedelta(10), ORIGIN + timedelta(10)
    late = [row_like(attack, f"late-{i}", past, published, 50) for i in range(3)]
    hidden = said_at(theatre, replace(history, rows=(*history.rows, *late)))
    assert hidden["forecasts"] == before["forecasts"]
    open_ = [replace(row, known=past) for row in late]
    seen = said_at(theatre, replace(history, rows=(*history.rows, *open_)))
    assert seen["forecasts"] != before["forecasts"]


def test_every_member_speaks_to_every_question(
    saltmarsh: tuple[Theatre, History], before: dict[str, object]
) -> None:
    theatre, _ = saltmarsh
    asked = {name for name, question in theatre.questions.items()
             if question.kind != "level" and question.days in (None, *PLAN.horizons)}  # fmt: skip
    forecasts = before["forecasts"]
    assert isinstance(forecasts, dict) and set(forecasts) == asked
    members = {"structural", "hawkes", "rhythm", "climatology", "last90", "boot12", "regression"}
    for by_horizon in forecasts.values():
        for by_member in by_horizon.values():
            assert set(by_member) == members


def test_truth_is_what_the_record_says(saltmarsh: tuple[Theatre, History]) -> None:
    theatre, history = saltmarsh
    theatres = Theatres(theatre, history, PLAN)
    truth = theatres.speak(ORIGIN, theatres.fits(ORIGIN)).truth
    for (name, horizon), value in truth.items():
        question = theatre.questions[name]
        if question.kind == "count":
            counted = sum(
                row.count_low for row in history.rows
                if row.event in question.events and row.date.earliest and not row.is_tally
                and ORIGIN < row.date.earliest <= ORIGIN + timedelta(horizon)
            )  # fmt: skip
            assert value == counted, name
    assert {h for _, h in truth} == {30, 90}


def test_a_stored_origin_comes_back(before: dict[str, object]) -> None:
    again = said_json(said_from(json.loads(json.dumps(before))))
    assert again == before


def test_monthly_and_daily_origins() -> None:
    monthly = rolling(date(2019, 1, 31), date(2019, 4, 30))
    assert [str(d) for d in monthly] == ["2019-01-31", "2019-02-28", "2019-03-31", "2019-04-30"]
    assert rolling(date(2019, 1, 1), date(2019, 3, 2), 30)[-1] == date(2019, 3, 2)


@pytest.mark.parametrize(
    ("starts", "until", "expected"),
    [("2003-03-20", "2024-12-31", "2010-01-01"), ("2009-01-02", "2024-12-31", "2014-05-01"),
     ("1990-01-01", "2005-12-31", "1995-05-01"), ("2003-01-01", "2010-06-30", "2005-07-01"),
     ("2023-01-10", "2023-08-28", "2023-03-01"), ("2023-01-10", "2023-03-01", "2023-02-08")],
)  # fmt: skip
def test_a_backtest_begins_where_its_record_allows(
    saltmarsh: tuple[Theatre, History], starts: str, until: str, expected: str
) -> None:
    theatre, history = saltmarsh
    head = theatre.head.model_copy(update={"starts": parse_span(starts)})
    moved = replace(history, theatre=replace(theatre, head=head), until=date.fromisoformat(until))
    assert first_origin(moved) == date.fromisoformat(expected)


def test_origins_that_cannot_be_scored_are_refused(saltmarsh: tuple[Theatre, History]) -> None:
    with pytest.raises(RunRefused, match=r"no origin lies 30 days before .* choose earlier"):
        plan_run(*saltmarsh, [saltmarsh[1].until], PLAN)


@pytest.fixture
def run(own: Path) -> tuple[Theatre, Run]:
    theatre, history = read_theatre_and_history(own)
    origins = rolling(date(2019, 11, 1), date(2020, 2, 1))
    return theatre, plan_run(theatre, history, origins, PLAN)


def stored(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_run_that_was_stopped_ends_like_one_that_was_not(
    run: tuple[Theatre, Run], tmp_path: Path
) -> None:
    theatre, planned = run
    whole, part = Store(tmp_path / "whole"), Store(tmp_path / "part")
    list(backtest(theatre, planned, whole, workers=1))
    list(backtest(theatre, planned, part, workers=1))
    for name in ("2019-12-01.json", "2020-01-01.json"):
        (part.folder / name).unlink()
    list(backtest(theatre, planned, part, workers=1))
    assert stored(part.folder) == stored(whole.folder)
    assert len(stored(whole.folder)) == 5


def test_another_run_is_not_mixed_in(run: tuple[Theatre, Run], tmp_path: Path) -> None:
    theatre, planned = run
    Store(tmp_path / "run").open(replace(planned, fingerprint="another"))
    with pytest.raises(RunRefused, match=r"holds another run \(another\)"):
        list(backtest(theatre, planned, Store(tmp_path / "run"), workers=1))


def test_a_killed_run_loses_nothing(own: Path, tmp_path: Path) -> None:
    """Kill -9 in the middle; what is there is whole, and the same command goes on."""
    command = [sys.executable, "-m", "tightrope", "backtest", str(own), "--from", "2019-06-01",
               "--to", "2020-06-01", "--horizon", "30d", "--paths", "100", "--workers", "1",
               "--folder", str(tmp_path / "run"), "--json"]  # fmt: skip
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    deadline = time.monotonic() + 120
    while len(list((tmp_path / "run").glob("20*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    started.send_signal(signal.SIGKILL)
    started.wait()
    done = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "run").glob("20*.json")}
    assert 2 <= len(done) < 13
    for name in done:
        said_from(json.loads((tmp_path / "run" / name).read_text()))
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    card = json.loads(ended.stdout)
    assert card["origins"] == 13
    for name, written in done.items():
        assert (tmp_path / "run" / name).stat().st_mtime_ns == written


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False,
                      dashboard_address=None) as cluster:  # fmt: skip
        yield cluster.scheduler_address


def test_a_cluster_gives_the_same(run: tuple[Theatre, Run], tmp_path: Path, scheduler: str) -> None:
    theatre, planned = run
    here, there = Store(tmp_path / "here"), Store(tmp_path / "there")
    list(backtest(theatre, planned, here, workers=1))
    list(backtest(theatre, planned, there, cluster=scheduler))
    assert stored(here.folder) == stored(there.folder)


def test_no_scheduler_is_told(run: tuple[Theatre, Run], tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match=r"no scheduler answers at tcp://127.0.0.1:1"):
        list(backtest(run[0], run[1], Store(tmp_path / "x"), cluster="tcp://127.0.0.1:1"))


def test_runaways_are_counted(before: dict[str, object]) -> None:
    runaways = before["runaways"]
    assert isinstance(runaways, dict) and set(runaways) == {"structural", "hawkes", "rhythm"}
    assert all(np.isfinite(share) and 0 <= share <= 1 for share in runaways.values())
