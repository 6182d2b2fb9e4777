"""What the record taught: every parameter's prior beside its posterior.

All arithmetic is done on the unconstrained scale (logs, logits or plain values), on which priors
are normal and so, nearly, are posteriors; medians and ranges are told on the natural scale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit

from tightrope.errors import RunRefused
from tightrope.inference.shown import shown
from tightrope.theatre.numbers import Z90, Family
from tightrope.types import FloatArray

LEARNED_ABOVE = 0.3
"""Contraction above which a parameter counts as learned: a record that tells nothing gives 0, one
that tells as much as the prior gives 0.5."""
TIED_ABOVE = 0.7
"""Posterior correlations above this, of either sign, are told: the record knows a combination."""
Word = Literal["learned", "prior-driven"]

_NATURAL: dict[Family, Callable[[FloatArray], FloatArray]] = {
    "lognormal": np.exp, "logitnormal": lambda x: np.asarray(expit(x)), "normal": np.asarray,
}  # fmt: skip


@dataclass(frozen=True)
class Belief:
    """Median and 90 % range on the natural scale: per day, in days, or bare."""

    median: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Rounded to what is meant to be read."""
        return {"median": shown(self.median), "low": shown(self.low), "high": shown(self.high)}


@dataclass(frozen=True)
class Parameter:
    """One number of a theatre before and after the record."""

    label: str
    mechanism: str | None
    family: Family
    prior: Belief
    posterior: Belief
    contraction: float
    """1 - posterior variance / prior variance: 0 nothing learned, 1 all."""
    moved: float
    """Posterior less prior mean, in standard deviations of the prior. Beyond 2 or so the record
    contradicts the theatre."""
    spread: float
    """Posterior standard deviation, in standard deviations of the prior."""

    @property
    def word(self) -> Word:
        """Whether the number comes from the record or from its author."""
        return "learned" if self.contraction > LEARNED_ABOVE else "prior-driven"

    def reading(self) -> str:
        """One sentence."""
        told = "tells much" if self.word == "learned" else "tells little"
        return (
            f"{self.label}: the record {told} (contraction {self.contraction:.2f}); "
            f"{self.prior.median:.3g} became {self.posterior.median:.3g}, 90 % within "
            f"{self.posterior.low:.3g} to {self.posterior.high:.3g}."
        )

    def as_json(self) -> dict[str, object]:
        """Rounded to what is meant to be read."""
        return {
            "label": self.label, "mechanism": self.mechanism, "family": self.family,
            "prior": self.prior.as_json(), "posterior": self.posterior.as_json(),
            "contraction": round(self.contraction, 3), "moved": round(self.moved, 2),
            "verdict": self.word,
        }  # fmt: skip


@dataclass(frozen=True)
class Tie:
    """Two numbers that the record knows together better than apart."""

    first: str
    second: str
    correlation: float

    def as_json(self) -> dict[str, object]:
        """Rounded to what is meant to be read."""
        return {"labels": [self.first, self.second], "correlation": round(self.correlation, 3)}


def parameters_learned(
    labels: Sequence[str], families: Sequence[Family], *,
    prior_mean: FloatArray, prior_sd: FloatArray,
    posterior_mean: FloatArray, posterior_sd: FloatArray,
    mechanisms: Sequence[str | None] | None = None,
) -> tuple[Parameter, ...]:  # fmt: skip
    """The table of P parameters, in the order given.

    Means and standard deviations [P] are on the unconstrained scale of each family. Raises
    RunRefused with every fault when arrays do not belong together or a spread is not positive.
    """
    beliefs = {"prior_mean": prior_mean, "prior_sd": prior_sd,
               "posterior_mean": posterior_mean, "posterior_sd": posterior_sd}  # fmt: skip
    behind = [None] * len(labels) if mechanisms is None else list(mechanisms)
    _check(labels, families, behind, beliefs)
    return tuple(
        Parameter(
            label, mechanism, family, _belief(family, m0, s0), _belief(family, m1, s1),
            contraction=1 - (s1 / s0) ** 2, moved=(m1 - m0) / s0, spread=s1 / s0,
        )
        for label, mechanism, family, m0, s0, m1, s1 in zip(
            labels, behind, families, *(np.asarray(x).tolist() for x in beliefs.values()),
            strict=True,
        )
    )  # fmt: skip


def ties(
    labels: Sequence[str], covariance: FloatArray, above: float = TIED_ABOVE
) -> tuple[Tie, ...]:
    """Pairs with a posterior correlation beyond ``above`` in absolute value, the strongest first.

    covariance : [P, P]; on any scale that is reached coordinate by coordinate, as the whitened one.
    """
    sd = np.sqrt(np.diag(covariance))
    if covariance.shape != (len(labels), len(labels)) or not (sd > 0).all():
        raise RunRefused(
            f"a covariance of {len(labels)} parameters is wanted with positive variances, this one "
            f"has the shape {covariance.shape}; look at the fit"
        )
    correlation = covariance / np.outer(sd, sd)
    i, j = np.triu_indices(len(labels), 1)
    strong = np.flatnonzero(np.abs(correlation[i, j]) > above)
    found = [
        Tie(labels[int(i[s])], labels[int(j[s])], float(correlation[i[s], j[s]])) for s in strong
    ]
    return tuple(sorted(found, key=lambda tie: -abs(tie.correlation)))


def learned_and_far(parameters: Sequence[Parameter]) -> tuple[int, int]:
    """How many numbers were learned, and how many moved by more than two of their prior's sd."""
    learned = sum(one.word == "learned" for one in parameters)
    return learned, sum(abs(one.moved) > 2 for one in parameters)


def reading(parameters: Sequence[Parameter]) -> str:
    """One sentence on all parameters."""
    learned, far = learned_and_far(parameters)
    return (
        f"The record taught {learned} of {len(parameters)} numbers (contraction above "
        f"{LEARNED_ABOVE}); the others are what the theatre says. {far} moved by more than two "
        "standard deviations of their prior."
    )


def _belief(family: Family, mean: float, sd: float) -> Belief:
    values = _NATURAL[family](np.array([mean, mean - Z90 * sd, mean + Z90 * sd]))
    return Belief(*values.tolist())


def _check(
    labels: Sequence[str], families: Sequence[Family], mechanisms: Sequence[str | None],
    beliefs: dict[str, FloatArray],
) -> None:  # fmt: skip
    faults = list[str]()
    if not len(labels) == len(families) == len(mechanisms):
        faults.append(f"{len(labels)} labels, {len(families)} families and {len(mechanisms)} "
                      "mechanisms: one of each is wanted")  # fmt: skip
    faults += [f"{family!r} is no family; use {', '.join(_NATURAL)}"
               for family in sorted(set(families) - set(_NATURAL))]  # fmt: skip
    for name, values in beliefs.items():
        if np.shape(values) != (len(labels),):
            faults.append(f"{name} has the shape {np.shape(values)} where {(len(labels),)} is "
                          "wanted")  # fmt: skip
        elif not np.isfinite(values).all():
            faults.append(f"{name} is undefined for {labels[int(np.argmin(np.isfinite(values)))]}")
        elif name.endswith("_sd") and not (values > 0).all():
            faults.append(f"{name} of {labels[int(np.argmin(values))]} is not above 0; leave "
                          "fixed numbers out")  # fmt: skip
    if faults:
        raise RunRefused("parameter table: " + "; ".join(faults))
