"""What a record taught, in one place: numbers, ties, surprises and how well the process fits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.compile import Compiled
from tightrope.engine.memory import level_path
from tightrope.engine.program import Parameters
from tightrope.inference.calibrate import Calibration
from tightrope.inference.decomposition import RatesApart, dawn_of
from tightrope.inference.goodness import Goodness, goodness_of_fit
from tightrope.inference.learned import Parameter, Tie, parameters_learned, reading, ties
from tightrope.inference.posterior import Posterior, draw_unconstrained
from tightrope.inference.residuals import FittedRecord, settled
from tightrope.inference.surprise import SurprisingDay, Term, most_surprising
from tightrope.theatre.numbers import Family
from tightrope.types import FloatArray

_DRAWS = 2000
"""Enough that a median moves by a fiftieth of its spread."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """A fit and everything that it says about itself; parts are made when they are asked for."""

    calibration: Calibration
    posterior: Posterior

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Every number's prior beside its posterior."""
        space = self.posterior.space
        draws = draw_unconstrained(self.posterior, _DRAWS, seed=1)
        return parameters_learned(
            space.labels, self._families, prior_mean=space.location, prior_sd=space.scale,
            posterior_mean=draws.mean(0), posterior_sd=draws.std(0), mechanisms=self._mechanisms,
        )  # fmt: skip

    @cached_property
    def tied(self) -> tuple[Tie, ...]:
        """Pairs of numbers that the record knows only together."""
        return ties(self.posterior.space.labels, self.posterior.covariance())

    @cached_property
    def surprises(self) -> tuple[SurprisingDay, ...]:
        """The hundred days that the fit expected least, with the terms of their rates."""
        return most_surprising(self.record, self._terms)

    def _terms(self, day: int, event: str) -> list[Term]:
        """What a rate of the record was made of at the middle of the posterior."""
        compiled, point, path = self._middle
        dawn = dawn_of(self.calibration.record, day, path[day][None])
        free = np.ones((1, compiled.program.n_events))  # a fit has no ceiling
        rate = RatesApart(compiled, point, free, dawn).of(event)
        if not rate.is_open:
            return []
        scale = float(rate.modulation[0])
        return [(t.knob.label, t.knob.mechanism, scale * float(t.value[0])) for t in rate.terms]

    @cached_property
    def _middle(self) -> tuple[Compiled, Parameters, FloatArray]:
        """The theatre, its numbers at the middle of the posterior, and their levels [T + 1, J]."""
        evidence = self.calibration.evidence
        compiled = evidence.compiled
        point = compiled.fill(evidence.values(self.posterior.mean)[None])
        with jax.enable_x64(True):
            one = jax.tree.map(lambda x: jnp.asarray(np.asarray(x)[0]), point)
            path = level_path(compiled.program, one, self.calibration.record)
        return compiled, point, np.asarray(path)

    @cached_property
    def goodness(self) -> Goodness:
        """Whether days are as the process says, event type by event type."""
        return goodness_of_fit(self.record)

    @cached_property
    def record(self) -> FittedRecord:
        """What happened beside what was expected at the middle of the posterior."""
        evidence, table = self.calibration.evidence, self.calibration.table
        compiled, values = evidence.compiled, evidence.values(self.posterior.mean)
        dispersion = np.asarray(compiled.fill(values[None]).dispersion)[0]
        return FittedRecord(
            compiled.events, compiled.first_day, evidence.rates(self.posterior.mean), dispersion,
            table.listed, settled(table),
        )  # fmt: skip

    @property
    def _families(self) -> list[Family]:
        compiled, knobs = self.calibration.evidence.compiled, self.calibration.evidence.knobs
        families: list[Family] = [compiled.knobs[i].quantity.family for i in knobs]
        if self.posterior.space.has_shared_factor:
            families.append("lognormal")
        return families

    @property
    def _mechanisms(self) -> list[str | None]:
        compiled, knobs = self.calibration.evidence.compiled, self.calibration.evidence.knobs
        mechanisms = [compiled.knobs[i].mechanism for i in knobs]
        return mechanisms + [None] * (self.posterior.space.size - len(mechanisms))

    def summary(self) -> str:
        """A few sentences."""
        fit, basis = self.calibration.fit, self.posterior.basis
        days = [day.reading() for day in self.surprises[:3]]
        return "\n".join([
            f"fitted to {basis.facts:,} facts until {basis.until} by {basis.method}: "
            f"log-likelihood {fit.log_likelihood:,.1f}, {fit.steps} steps",
            reading(self.parameters),
            f"{len(self.tied)} pairs are correlated beyond .7.",
            self.goodness.reading(),
            "Most surprising: " + " ".join(days),
        ])  # fmt: skip

    def as_json(self) -> dict[str, object]:
        """Everything, in the order in which it is read."""
        basis = self.posterior.basis
        return {
            "theatre": basis.theatre, "member": basis.member, "method": basis.method,
            "until": basis.until, "facts": basis.facts, "posterior": self.posterior.digest(),
            "log_likelihood": round(self.calibration.fit.log_likelihood, 3),
            "parameters": [one.as_json() for one in self.parameters],
            "correlations": [one.as_json() for one in self.tied],
            "surprises": [one.as_json() for one in self.surprises],
            "goodness": self.goodness.as_json(),
        }  # fmt: skip
