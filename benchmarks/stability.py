"""What keeps the process stable: variants of it fitted, run and scored at the same past origins.

    python benchmarks/stability.py THEATRE --member rhythm --from 2005-01-01 --to 2011-12-31

Each variant is refitted at every origin on what was known, asked the theatre's questions, and
scored against what happened; differences are paired by origin and question. The shipped process is
the first: incident signal, ceiling, limited modulation. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from tightrope.cli.shared import use_compilation_cache
from tightrope.compile import Compiled, fixed
from tightrope.engine.program import Signal
from tightrope.engine.simulate import Ensemble
from tightrope.foresight.members.baselines import forecast_daily
from tightrope.foresight.members.forecast import Forecast
from tightrope.foresight.members.processes import forecasts, horizons_asked
from tightrope.foresight.prepare import Prepared, prepare
from tightrope.foresight.questions import daily_events
from tightrope.foresight.runaways import BEYOND, MOST_RUNAWAYS, runaway_share
from tightrope.history import read_theatre_and_history, tabulate
from tightrope.inference.calibrate import MEMBERS, Member, calibrate
from tightrope.inference.posterior import Posterior
from tightrope.scoring.backtest import rolling
from tightrope.scoring.bootstrap import Interval, block_length, skill_interval
from tightrope.scoring.origins import Plan, Said, Theatres, outcome
from tightrope.scoring.panel import Cell, Panel, gather
from tightrope.scoring.scorecard import COMMON, RARE
from tightrope.types import FloatArray

NO_LIMIT = 1e3
"""Largest log-modulation where it is to be free: far beyond what any theatre's scalings reach."""
PLAIN = "climatology"


@dataclass(frozen=True)
class Variant:
    """A process that differs from the shipped one in what keeps it stable."""

    signal: Signal = "incident"
    ceiling: bool = True
    limited: bool = True

    def of(self, compiled: Compiled) -> Compiled:
        """The theatre compiled for this variant."""
        knobs = compiled.knobs
        if not self.limited:
            free = fixed(NO_LIMIT, "lognormal")
            knobs = tuple(
                replace(knob, quantity=free, scale="plain") if knob.field == "log_limit" else knob
                for knob in knobs
            )
        program = replace(compiled.program, signal=self.signal)
        return replace(compiled, program=program, knobs=knobs)


OURS = "incident, ceiling"
VARIANTS = {
    OURS: Variant(),
    "raw counts, ceiling": Variant(signal="count"),
    "incident, no ceiling": Variant(ceiling=False),
    "raw counts, no ceiling": Variant(signal="count", ceiling=False),
    "incident, ceiling, free modulation": Variant(limited=False),
}


class Spread(NamedTuple):
    """What an ensemble says of every event type. Axes: horizon, type."""

    mean: FloatArray  # [H, K]
    largest: FloatArray  # [H, K] of any path
    runaways: FloatArray  # [K] share of paths, at the longest horizon
    shrink: FloatArray  # [K] mean factor of the ceiling over draws


class Comparison:
    """All variants of one reading of a theatre, origin by origin."""

    def __init__(self, folder: str, member: Member, plan: Plan):
        theatre, self.history = read_theatre_and_history(folder)
        self.plan = plan
        self.member: Member = member
        self.theatres = Theatres(theatre, self.history, plan)
        reading = self.theatres.readings[member]
        self.compiled = {name: variant.of(reading) for name, variant in VARIANTS.items()}
        if not len(reading.program.scaling_event) + len(reading.program.factor_event):
            del self.compiled["incident, ceiling, free modulation"]
        self.fits: dict[str, Posterior] = {}
        self.random = ~reading.program.scheduled

    def speak(self, origin: date) -> tuple[Said, dict[str, Spread]]:
        """Forecasts of all variants and of climatology, and what their ensembles spread."""
        said, spreads = self._climatology(origin), dict[str, Spread]()
        for name, compiled in self.compiled.items():
            prepared, ensemble = self._run(origin, name, compiled)
            questions, horizons = self.theatres.questions, self.plan.horizons
            told = forecasts(compiled, questions, ensemble, horizons)
            said |= {(q, h, name): one for (q, h), one in told.items()}
            spreads[name] = self._spread(prepared, ensemble)
        worst = {name: float(s.runaways.max()) for name, s in spreads.items()}
        return Said(origin, 0, said, self._truth(origin), worst), spreads

    def _run(self, origin: date, name: str, compiled: Compiled) -> tuple[Prepared, Ensemble]:
        plan, known = self.plan, self.history.as_of(origin)
        fit = calibrate(compiled, self.member, known, start=self.fits.get(name)).posterior
        self.fits[name] = fit
        prepared = prepare(
            compiled.theatre, self.history, origin, draws=plan.draws, seed=plan.seed,
            posterior=fit, compiled=compiled, ceiling=VARIANTS[name].ceiling,
        )  # fmt: skip
        return prepared, prepared.run(max(plan.horizons), plan.paths, workers=1)

    def _spread(self, prepared: Prepared, ensemble: Ensemble) -> Spread:
        assert ensemble.counts is not None
        totals = [ensemble.counts[:h].sum(0, dtype=np.int32) for h in self.plan.horizons]
        share = runaway_share(prepared, ensemble, max(self.plan.horizons))
        return Spread(
            np.stack([total.mean(1) for total in totals])[:, self.random],
            np.stack([total.max(1) for total in totals])[:, self.random],
            np.array(list(share.values()))[self.random], prepared.shrink.mean(0)[self.random],
        )  # fmt: skip

    def _climatology(self, origin: date) -> dict[tuple[str, int, str], Forecast]:
        whole = self.theatres.whole
        table = tabulate(whole, self.history.as_of(origin))
        return {
            (name, h, PLAIN): forecast_daily(
                PLAIN, daily_events(whole, question, table), "count", question.at_least, h
            )
            for name, question in self.theatres.questions.items() if question.kind == "count"
            for h in horizons_asked(question, self.plan.horizons)
        }  # fmt: skip

    def _truth(self, origin: date) -> dict[tuple[str, int], float]:
        whole, full = self.theatres.whole, self.theatres.full
        return {
            (name, h): outcome(whole, question, full, self._first(origin), h)
            for name, question in self.theatres.questions.items()
            for h in horizons_asked(question, self.plan.horizons)
            if origin + timedelta(h) <= self.history.until
        }

    def observed(self, origins: Iterable[date]) -> FloatArray:
        """[origin, H, K] what happened; not a number where the record does not reach."""
        return np.stack([
            np.stack([self._window(origin, h) for h in self.plan.horizons]) for origin in origins
        ])  # fmt: skip

    def _window(self, origin: date, horizon: int) -> FloatArray:
        counts, first = self.theatres.full.counts[:, self.random], self._first(origin)
        reached = origin + timedelta(horizon) <= self.history.until
        return (
            counts[first : first + horizon].sum(0) if reached else np.full(counts.shape[1], np.nan)
        )

    def _first(self, origin: date) -> int:
        return (origin - self.theatres.whole.first_day).days + 1


# Scores ---------------------------------------------------------------------------------------


def cells_of(panel: Panel, kind: str, horizon: int) -> list[Cell]:
    """Questions that can be told apart: counts that climatology misses, yes/no not one-sided."""
    chosen = [c for c in panel.cells if (c.kind, c.horizon) == (kind, horizon)]
    if kind == "yes_no":
        return [cell for cell in chosen if RARE <= cell.base_rate <= COMMON]
    return [cell for cell in chosen if np.nansum(cell.scores(cell.said[PLAIN])) > 0]


def table_of(cells: Sequence[Cell], name: str) -> FloatArray:
    """[origin, question] Brier scores, or CRPS in units of climatology's mean."""
    units = [1.0 if c.is_yes_no else np.nanmean(c.scores(c.said[PLAIN])) for c in cells]
    columns = [c.scores(c.said[name]) / unit for c, unit in zip(cells, units, strict=True)]
    return np.stack(columns, 1)


def shown(score: FloatArray, skill: Interval, is_ours: bool) -> str:
    """A mean score, and how much better than ours it is."""
    text = f"{np.nanmean(score):.4f}"
    if is_ours or skill.value is None or skill.low is None or skill.high is None:
        return text
    return f"{text} ({skill.value:+.3f} [{skill.low:+.3f}, {skill.high:+.3f}])"


def score_rows(
    panel: Panel, spreads: Mapping[str, Sequence[Spread]], seen: FloatArray, horizons: Sequence[int]
) -> Iterable[list[str]]:
    """What each variant scored, horizon by horizon, and its mean over what was observed."""
    for at, horizon in enumerate(horizons):
        block = block_length(horizon, panel.every_days)
        scored = [cells_of(panel, kind, horizon) for kind in KINDS]
        for name, said in spreads.items():
            pairs = [(table_of(cells, name), table_of(cells, OURS)) for cells in scored]
            scores = [shown(a, skill_interval(a, b, block), name == OURS) for a, b in pairs]
            yield [f"{horizon}", name, *scores, f"{mean_over_seen(said, seen, at):.2f}"]


def mean_over_seen(said: Sequence[Spread], seen: FloatArray, at: int) -> float:
    """Events forecast over events observed, all types and origins together."""
    known = ~np.isnan(seen[:, at, 0])
    return np.stack([s.mean[at] for s in said])[known].sum() / seen[known, at].sum()


def tail_rows(spreads: Mapping[str, Sequence[Spread]], seen: FloatArray) -> Iterable[list[str]]:
    """How far paths of the longest horizon go; a type that never happened is held against one."""
    known = ~np.isnan(seen[:, -1, 0])
    outcome_of_type = np.maximum(seen[known, -1].max(0), 1.0)
    for name, said in spreads.items():
        largest = np.stack([s.largest[-1] for s in said])[known].max(0)
        share = np.stack([s.runaways for s in said])
        yield [name, f"{(largest / outcome_of_type).max():.0f}", f"{share.mean():.3%}",
               f"{share.max():.1%}", f"{(share.max(1) > MOST_RUNAWAYS).sum()} of {len(said)}",
               f"{np.stack([s.shrink for s in said]).mean():.2f}"]  # fmt: skip


KINDS = ("count", "yes_no")
SCORES = ("days", "variant", "CRPS, counts (skill against the first)",
          "Brier, yes/no (skill against the first)", "forecast / observed")  # fmt: skip
TAILS = ("variant", "largest path / largest outcome of its type",
         f"paths beyond {BEYOND:g} maxima", "the same, worst type and origin",
         "origins with a type over 1 %", "mean factor on follow-terms")  # fmt: skip


def print_table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """A table in Markdown."""
    for line in (head, ["---"] * len(head), *lines):
        print(f"| {' | '.join(line)} |")
    print()


def compare(comparison: Comparison, origins: Sequence[date]) -> None:
    """Run all origins and print the tables."""
    said = list[Said]()
    spreads: dict[str, list[Spread]] = {name: [] for name in comparison.compiled}
    for origin in origins:
        print(f"\r{origin}", end="", file=sys.stderr, flush=True)
        one, spread = comparison.speak(origin)
        said.append(one)
        for name, part in spread.items():
            spreads[name].append(part)
    print(file=sys.stderr)
    panel = gather(said, comparison.theatres.questions)
    seen, horizons = comparison.observed(origins), comparison.plan.horizons
    print_table(SCORES, score_rows(panel, spreads, seen, horizons))
    print_table(TAILS, tail_rows(spreads, seen))
    print(f"{len(origins)} origins, {origins[0]} to {origins[-1]}")
    for horizon in horizons:
        print(f"{horizon} days:", ", ".join(asked(panel, kind, horizon) for kind in KINDS))


def asked(panel: Panel, kind: str, horizon: int) -> str:
    """How much the scores rest on."""
    cells = cells_of(panel, kind, horizon)
    answers = sum(int((~np.isnan(cell.truth)).sum()) for cell in cells)
    return f"{answers} answers to {len(cells)} {kind} questions"


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("theatre", help="name of a shipped theatre, or its folder")
    parser.add_argument("--member", choices=MEMBERS, default="structural")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument("--every", type=int, default=1, help="months from origin to origin")
    given = parser.parse_args()
    use_compilation_cache()
    plan = Plan(draws=100, paths=1000, members=(given.member,), baselines=False)
    comparison = Comparison(given.theatre, given.member, plan)
    origins = rolling(given.first, given.last)[:: given.every]
    compare(comparison, origins)


if __name__ == "__main__":
    main()
