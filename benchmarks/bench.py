"""How fast, how big, how it grows: `make bench`.

Every figure is taken in one run on one machine, medians of repeats, the same process in Mesa beside
it. The table goes to standard output and to benchmarks/results.md.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.compile import Compiled, compile_theatre
from tightrope.engine.likelihood import log_likelihood
from tightrope.engine.simulate import simulate
from tightrope.foresight.prepare import Prepared, prepare
from tightrope.foresight.worlds import run_worlds, world
from tightrope.history import read_history, read_theatre_and_history
from tightrope.inference.calibrate import calibrate
from tightrope.scoring.backtest import Plan, Store, backtest, plan_run, rolling
from tightrope.theatre import read_theatre

sys.path.insert(0, str(Path(__file__).parent))
from mesa_model import Process
from results import write_results

DRAWS, PATHS_PER_DRAW, DAYS = 50, 200, 365
MESA_PATHS, MESA_DAYS = 12, 60


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    jax.block_until_ready(work())
    return time.perf_counter() - start


def median_time(work: Callable[[], Any], repeats: int = 3) -> float:
    return statistics.median(timed(work) for _ in range(repeats))


def run(ready: Prepared, *, paths_per_draw: int = PATHS_PER_DRAW, days: int = DAYS) -> Any:
    calendar = ready.compiled.calendar(ready.first_forecast_day, days)
    return simulate(
        ready.compiled.program, ready.parameters, ready.shrink, ready.start, calendar,
        paths_per_draw=paths_per_draw, seed=1,
    )  # fmt: skip


def simulation(ready: Prepared) -> list[tuple[str, str]]:
    first = timed(lambda: run(ready).total)
    warm = median_time(lambda: run(ready).total)
    paths = DRAWS * PATHS_PER_DRAW
    return [
        ("compile and first run", f"{first:.1f} s"),
        (f"simulation, {paths:,} paths of {DAYS} days, warm", f"{warm:.2f} s (budget 4 s)"),
        ("per path-day", f"{1e9 * warm / paths / DAYS:.0f} ns"),
    ]


def gradient(ready: Prepared) -> list[tuple[str, str]]:
    with jax.enable_x64(True):
        one = jax.tree.map(lambda x: jnp.asarray(np.asarray(x)[0], jnp.float64), ready.parameters)
        shrink = jnp.asarray(ready.shrink[0], jnp.float64)
        table = ready.table

        def loss(p: Any) -> Any:
            return log_likelihood(
                ready.compiled.program, p, ready.record, table.evidence, shrink, terms=table.terms
            )

        both = jax.jit(jax.value_and_grad(loss))
        first = timed(lambda: both(one))
        warm = median_time(lambda: both(one), 7)
    years = len(table.counts) / 365.25
    return [
        ("likelihood and gradient, compile and first", f"{first:.1f} s"),
        (f"likelihood and gradient, {years:.0f} years of days, warm", f"{1e3 * warm:.0f} ms"),
    ]


def fitting(ready: Prepared) -> list[tuple[str, str]]:
    """The whole fit from scratch, and one evaluation of what it is made of."""
    compiled, history = ready.compiled, ready.history
    made = calibrate(compiled, "structural", history)
    warm = median_time(lambda: calibrate(compiled, "structural", history).fit.mode)
    once = median_time(lambda: made.evidence.evaluate(made.fit.mode).slope, 7)
    return [
        (f"fit of {made.evidence.space.size} numbers from scratch", f"{warm:.1f} s (budget 90 s)"),
        ("one slope with information, closed form", f"{1e3 * once:.0f} ms"),
    ]


def what_if(ready: Prepared) -> list[tuple[str, str]]:
    """Four arms beside the unchanged world in one run, against one outlook's run; warm."""
    theatre, first, days, paths = ready.compiled.theatre, ready.first_forecast_day, 180, 2000
    names = ("militias_off_payroll", "election_year", "pm_free_of_iran", "condemnation_heeded")
    arms = [(), *(theatre.scenarios[name].changes for name in names)]
    worlds = [world(ready.compiled, ready.parameters, ready.start, changes, first, days)
              for changes in arms]  # fmt: skip
    calendar = ready.compiled.calendar(first, days)

    def together() -> int:
        return len(run_worlds(ready.compiled, worlds, ready.shrink, calendar, paths=paths, seed=1))

    def alone() -> int:
        return len(ready.run(days, paths).draw)

    alone(), together()
    pairs = [(timed(alone), timed(together)) for _ in range(3)]
    times = statistics.median(b / a for a, b in pairs)
    return [("what if of four arms over one outlook's run", f"{times:.2f} times (budget 4.5)")]


def backtesting() -> list[tuple[str, str]]:
    """71 origins every 30 days, three processes and four baselines, on all cores."""
    theatre, history = read_theatre_and_history("iraq")
    last = history.until - timedelta(180)
    run = plan_run(theatre, history, rolling(last - timedelta(70 * 30), last, 30), Plan())
    with TemporaryDirectory() as folder:
        seconds = timed(lambda: len(list(backtest(theatre, run, Store(Path(folder))))))
    return [(f"backtest, {len(run.origins)} origins", f"{seconds / 60:.1f} min (budget 20 min)")]


def mesa(ready: Prepared) -> list[tuple[str, str]]:
    """The same draw in Mesa and in the engine: time per path-day, and whether they agree."""
    program = ready.compiled.program
    one = jax.tree.map(lambda x: np.asarray(x)[0], ready.parameters)
    no_path_axis = np.zeros((len(ready.shrink), 1))
    start = ready.start._replace(day=no_path_axis, limited=no_path_axis)  # type: ignore[arg-type]
    start = jax.tree.map(lambda x: np.asarray(x)[0, ..., 0], start)
    calendar = ready.compiled.calendar(ready.first_forecast_day, MESA_DAYS)
    models = [Process(program, one, ready.shrink[0], start, calendar, s) for s in range(MESA_PATHS)]

    def live() -> None:
        for model in models:
            for _ in range(MESA_DAYS):
                model.step()

    seconds = timed(live) / MESA_PATHS / MESA_DAYS
    same = simulate(
        program, jax.tree.map(lambda x: x[:1], ready.parameters), ready.shrink[:1],
        jax.tree.map(lambda x: x[:1], ready.start), calendar, paths_per_draw=1000, seed=2,
    )  # fmt: skip
    per_path = [sum(model.total) for model in models]
    engine = same.total.sum(0)
    error = np.sqrt(np.var(per_path, ddof=1) / len(per_path) + engine.var() / len(engine))
    z = (np.mean(per_path) - engine.mean()) / error
    warm = median_time(lambda: run(ready).total) / (DRAWS * PATHS_PER_DRAW * DAYS)
    return [
        ("the same process in Mesa, per path-day", f"{1e3 * seconds:.2f} ms"),
        ("Mesa over engine", f"{seconds / warm:,.0f} times"),
        (
            "events per path, Mesa",
            f"{np.mean(per_path):.1f} (engine {engine.mean():.1f}, {z:+.1f} SE)",
        ),
    ]


def doubled(compiled: Compiled, history: Any) -> list[tuple[str, str]]:
    """Time ratio when paths, days or event types are doubled; at most about two."""
    half = prepare(compiled.theatre, history, None, draws=DRAWS // 2, seed=1)

    def ratio(small: Callable[[], Any], large: Callable[[], Any]) -> str:
        small(), large()
        pairs = [(timed(small), timed(large)) for _ in range(3)]
        return f"{statistics.median(b / a for a, b in pairs):.2f}"

    def sized(theatre: Prepared, paths_per_draw: int, days: int) -> Callable[[], Any]:
        return lambda: run(theatre, paths_per_draw=paths_per_draw, days=days).total

    year = PATHS_PER_DRAW, DAYS
    return [
        ("time ratio, paths doubled", ratio(sized(half, 100, DAYS), sized(half, 200, DAYS))),
        ("time ratio, days doubled", ratio(sized(half, 200, 180), sized(half, 200, 360))),
        (
            "time ratio, types doubled",
            ratio(sized(twice(half, 1), *year), sized(twice(half, 2), *year)),
        ),
    ]


def twice(ready: Prepared, copies: int) -> Prepared:
    """The theatre beside itself: ``copies`` times its event types, which share nothing but days."""
    from dataclasses import replace

    p, n = ready.compiled.program, copies
    k, f = p.n_events, len(p.filter_cause)

    def events(index: np.ndarray, step: int) -> np.ndarray:
        return np.concatenate([index + i * step for i in range(n)]).astype(index.dtype)

    def repeated(array: np.ndarray) -> np.ndarray:
        return np.concatenate([array] * n, -1)

    program = replace(
        p, n_events=n * k, event_gate=repeated(p.event_gate),
        stream=np.arange(n * k, dtype=np.uint32),  # type: ignore[arg-type]
        rhythm_half_life=repeated(p.rhythm_half_life), filter_cause=events(p.filter_cause, k),
        filter_half_life=repeated(p.filter_half_life), edge_filter=events(p.edge_filter, f),
        edge_effect=events(p.edge_effect, k), edge_gate=repeated(p.edge_gate),
        extra_event=events(p.extra_event, k), extra_gate=repeated(p.extra_gate),
        scaling_event=events(p.scaling_event, k), scaling_level=repeated(p.scaling_level),
        elastic_event=events(p.elastic_event, k), elastic_condition=repeated(p.elastic_condition),
        elastic_reference=repeated(p.elastic_reference), factor_event=events(p.factor_event, k),
        factor_gate=repeated(p.factor_gate), scheduled=repeated(p.scheduled),
    )  # fmt: skip
    by_event = ("base", "rhythm", "expect", "extra", "coefficient", "elasticity", "log_factor",
                "log_limit", "dispersion", "chance", "worst")  # fmt: skip
    parameters = ready.parameters._replace(
        **{name: repeated(np.asarray(getattr(ready.parameters, name))) for name in by_event}
    )
    start = ready.start._replace(
        rhythm=np.concatenate([ready.start.rhythm] * n, -2),  # type: ignore[arg-type]
        memory=np.concatenate([ready.start.memory] * n, -2),  # type: ignore[arg-type]
        total=np.concatenate([ready.start.total] * n, -2),  # type: ignore[arg-type]
        limited=repeated(np.asarray(ready.start.limited)),  # type: ignore[arg-type]
    )
    compiled = replace(ready.compiled, program=program, events=ready.compiled.events * n)
    return replace(ready, compiled=compiled, parameters=parameters, start=start,
                   shrink=repeated(ready.shrink))  # fmt: skip


def main() -> None:
    theatre = read_theatre("iraq")
    history = read_history(theatre)
    compiled = compile_theatre(theatre)
    ready = prepare(theatre, history, None, draws=DRAWS, seed=1)
    rows = [*simulation(ready), *gradient(ready), *fitting(ready), *mesa(ready),
            *doubled(compiled, history), *what_if(ready), *backtesting()]  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rows.append(("peak memory", f"{peak:.2f} GiB (budget 2 GiB)"))
    program = compiled.program
    write_results("results.md", "Benchmark", (
        f"Iraq theatre: {program.n_events} event types, {len(program.edge_effect)} follow-edges, "
        f"{program.n_levels} levels. {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, JAX {jax.__version__}, {date.today()}."), rows)  # fmt: skip


if __name__ == "__main__":
    main()
