"""Rolling origins: at each, everything is refitted on what was known, asked, and stored.

1. years are shared among processes (or the workers of a cluster); within a year the first origin
   is fitted from scratch and the others start from there, so that a run that was stopped and one
   that was not end with the same numbers
2. each origin is one file; those that are there are not done again
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

import jax

from tightrope.errors import RunRefused
from tightrope.foresight.prepare import SHORTEST_RECORD_DAYS, check_day
from tightrope.history import History, read_theatre_and_history
from tightrope.inference.calibrate import MEMBERS, model_digest
from tightrope.scoring.origins import Plan, Said, Theatres
from tightrope.scoring.store import Run, Store
from tightrope.theatre import Theatre
from tightrope.workers import client_at, end_with_parent, lean_workers

Progress = Callable[[int, int], None]
"""Told how many origins of how many are done."""
USUAL = date(2010, 1, 1)
"""The first origin of the reference theatre."""


def rolling(first: date, last: date, every_days: int | None = None) -> tuple[date, ...]:
    """Origins from ``first`` to ``last``: every so many days, or by default one in each month."""
    if every_days:
        count = (last - first).days // every_days + 1
        return tuple(first + timedelta(i * every_days) for i in range(max(count, 0)))
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    days = (_in_month(m // 12, m % 12 + 1, first.day) for m in months)
    return tuple(day for day in days if first <= day <= last)


def _in_month(year: int, month: int, day: int) -> date:
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day, (after - timedelta(1)).day))


def first_origin(history: History) -> date:
    """Where a backtest begins if nothing is said: at ``USUAL``, or a third into a record of which
    that is not at least a year off the start and the end."""
    start, year = history.theatre.head.starts.middle(), timedelta(365)
    if start + year <= USUAL <= history.until - year:
        return USUAL
    day = start + (history.until - start) / 3
    return max(date(day.year, day.month, 1), start + timedelta(SHORTEST_RECORD_DAYS - 1))


def plan_run(theatre: Theatre, history: History, origins: Sequence[date], plan: Plan) -> Run:
    """Check the origins and give the run its fingerprint; RunRefused says what is wrong."""
    shortest = min(plan.horizons)
    usable = tuple(day for day in origins if day + timedelta(shortest) <= history.until)
    if not usable:
        raise RunRefused(
            f"no origin lies {shortest} days before the record ends, on {history.until}: nothing "
            "could be scored; choose earlier origins (--from, --to) or a shorter --horizon"
        )
    check_day(history, usable[0])
    return Run(_fingerprint(theatre, history, usable, plan), theatre.name, usable, plan)


def _fingerprint(theatre: Theatre, history: History, origins: tuple[date, ...], plan: Plan) -> str:
    parts = {
        "tightrope": version("tightrope"), "jax": jax.__version__,
        "model": model_digest(theatre), "history": history.digest(),
        "questions": repr(theatre.questions), "origins": [str(day) for day in origins],
        "plan": {**asdict(plan), "off": sorted(plan.off)},
    }  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def backtest(
    theatre: Theatre, run: Run, store: Store, *, workers: int | None = None,
    cluster: str | None = None, progress: Progress | None = None,
) -> Iterator[Said]:  # fmt: skip
    """Do what is missing of a run, then give back every origin.

    workers : processes; default one for each core. cluster : address of a dask scheduler whose
    workers see the same folders.
    """
    store.open(run)
    years = [list(days) for _, days in groupby(run.origins, key=lambda day: day.year)]
    todo = [days for days in years if store.missing(tuple(days))]
    tasks = [(theatre.folder, run, days, store.folder) for days in todo]
    _watch(run, store, progress)
    if cluster:
        _on_cluster(cluster, tasks, lambda: _watch(run, store, progress))
    elif len(tasks) == 1 or workers == 1:
        for task in tasks:
            do_year(*task)
            _watch(run, store, progress)
    elif tasks:
        _on_cores(workers, tasks, lambda: _watch(run, store, progress))
    return store.each(run.origins)


def do_year(folder: Path, run: Run, origins: list[date], into: Path) -> None:
    """The origins of one year that are not yet in the store."""
    store = Store(into)
    theatres = _theatres(folder, run)
    first = theatres.fits(origins[0])
    for origin in store.missing(tuple(origins)):
        fits = first if origin == origins[0] else theatres.fits(origin, first)
        store.put(theatres.speak(origin, fits))


@lru_cache(1)
def _theatres(folder: Path, run: Run) -> Theatres:
    """Read and compiled once in each worker; RunRefused if the files are no longer the run's."""
    theatre, history = read_theatre_and_history(folder)
    if _fingerprint(theatre, history, run.origins, run.plan) != run.fingerprint:
        raise RunRefused(f"{folder} or this installation changed since the run was planned; start "
                         "the backtest again")  # fmt: skip
    return Theatres(theatre, history, run.plan)


def _watch(run: Run, store: Store, progress: Progress | None) -> None:
    if progress:
        progress(len(run.origins) - len(store.missing(run.origins)), len(run.origins))


_Task = tuple[Path, Run, list[date], Path]


def _on_cores(workers: int | None, tasks: list[_Task], look: Callable[[], None]) -> None:
    # A fresh process for each worker: a fork of one that has loaded JAX may hang.
    context = multiprocessing.get_context("spawn")
    count = min(workers or os.cpu_count() or 1, len(tasks))
    try:
        fresh = ProcessPoolExecutor(count, mp_context=context, initializer=end_with_parent)
        with lean_workers(), fresh as pool:
            _drain([pool.submit(do_year, *task) for task in tasks], look)
    except BrokenProcessPool:
        raise RunRefused(
            "a worker was killed (too little memory?); nothing is lost: run the same command again "
            "and it goes on where it was, with --workers 1 if memory is short"
        ) from None


def _drain(futures: list[Future[None]], look: Callable[[], None]) -> None:
    waiting = set(futures)
    while waiting:
        try:
            for done in as_completed(waiting, timeout=1.0):
                waiting.discard(done)
                done.result()
        except TimeoutError:
            pass
        look()


def _on_cluster(address: str, tasks: list[_Task], look: Callable[[], None]) -> None:
    with client_at(address) as client:
        from distributed import as_completed as finished

        # Names of tasks carry no luck: a task that is done twice writes the same bytes.
        futures = [client.submit(do_year, *task, pure=False, retries=3) for task in tasks]
        for future in finished(futures):
            future.result()
            look()


__all__ = ["MEMBERS", "Plan", "Run", "Store", "backtest", "plan_run", "rolling"]
