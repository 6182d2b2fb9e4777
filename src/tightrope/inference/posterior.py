"""What a record taught: a normal approximation to the posterior, on disk as ``posterior.npz``.

It names what it was fitted to (theatre, facts, last day), so that nothing else is taken for it.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy import linalg
from scipy.special import ndtr

from tightrope.compile import Compiled, stream_number
from tightrope.engine.program import Parameters
from tightrope.errors import Fault, TheatreError
from tightrope.inference.fit import Fit
from tightrope.inference.priors import draw_knob
from tightrope.inference.space import Space, natural
from tightrope.shelf import written_whole
from tightrope.types import FloatArray

FORMAT = 1


@dataclass(frozen=True)
class Basis:
    """What a posterior was fitted to."""

    theatre: str
    member: str
    """``structural``, ``hawkes`` or ``rhythm``: which reading of the theatre."""
    theatre_digest: str
    history_digest: str
    until: str
    """Last day of the record, ISO."""
    facts: int
    method: str
    """``laplace`` or ``nuts``."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """A normal distribution over whitened numbers, and the way back to natural ones. P numbers."""

    basis: Basis
    space: Space
    mean: FloatArray
    """[P] whitened."""
    root: FloatArray
    """[P, P] lower root of the covariance: w = mean + root z with z standard normal."""
    log_likelihood: float
    samples: FloatArray | None = None
    """[S, P] whitened, if the posterior was sampled; draws are then taken from these."""

    @property
    def until(self) -> date:
        """Last day of the record that it was fitted to."""
        return date.fromisoformat(self.basis.until)

    def covariance(self) -> FloatArray:
        """[P, P] of the whitened numbers."""
        return self.root @ self.root.T

    def digest(self) -> str:
        """Short hash of all that draws depend on."""
        samples = np.zeros(0) if self.samples is None else self.samples
        parts = (self.mean, self.root, self.space.location, self.space.scale, samples)
        text = json.dumps([asdict(self.basis), list(self.space.labels)]).encode()
        return hashlib.sha256(text + b"".join(x.tobytes() for x in parts)).hexdigest()[:16]


def laplace(fitted: Fit, space: Space, basis: Basis) -> Posterior:
    """The normal distribution with the mode and the curvature of a fit."""
    lower = linalg.cholesky(fitted.precision, lower=True)
    inverse = linalg.solve_triangular(lower, np.eye(len(lower)), lower=True)
    root = linalg.cholesky(inverse.T @ inverse, lower=True)
    # 32 bits are far finer than the approximation, and halve the file.
    mean, root = (x.astype(np.float32).astype(float) for x in (fitted.mode, root))
    return Posterior(basis, space, mean, root, fitted.log_likelihood)


def draw_posterior(compiled: Compiled, posterior: Posterior, draws: int, seed: int) -> Parameters:
    """``draws`` joint draws of every number; what was not learned is drawn from its prior.

    Elements that are switched off simply have no place to go. No ceiling is set.
    """
    free = draw_unconstrained(posterior, draws, seed)
    learned = {label: free[:, p] for p, label in enumerate(posterior.space.labels)}
    values = np.empty((draws, len(compiled.knobs)))
    for column, knob in enumerate(compiled.knobs):
        if knob.label in learned:
            values[:, column] = natural(knob.quantity, learned[knob.label])
        else:
            values[:, column] = draw_knob(knob, draws, seed)
    return compiled.fill(values)


def draw_unconstrained(posterior: Posterior, draws: int, seed: int) -> FloatArray:
    """[draw, P] logs, logits or plain values."""
    if posterior.samples is not None:
        order = np.random.Generator(np.random.Philox(key=[seed, 0]))
        chosen = order.permutation(np.resize(np.arange(len(posterior.samples)), draws))
        return posterior.space.unconstrained(posterior.samples[chosen])
    luck = np.stack([_normals(label, draws, seed) for label in posterior.space.labels], 1)
    away = skewed(posterior.space, luck @ posterior.root.T, (posterior.root**2).sum(1))
    return posterior.space.unconstrained(posterior.mean + away)


def skewed(space: Space, away: FloatArray, variance: FloatArray) -> FloatArray:
    """Normal deviations [draw, P] from the mode, bent to the shape that counts give to log rates.

    Of n events at rate exp(u) in time M the log-likelihood is n u - M exp(u): a record excludes
    high rates better than low ones, which the curvature at the mode does not show. With s the scale
    of the prior and F = 1 / variance - 1 what the record adds to its precision of 1, the margin is

        log p(d) = -d^2 / 2 + F / s^2 (s d + 1 - exp(s d))

    and each number takes the quantile of its margin that its normal deviation has; correlations
    stay as they are. Simulation-based calibration fails without it.
    """
    bent = away.copy()
    for p in np.flatnonzero(space.rates & (variance < 0.999)):
        s, added = space.scale[p], 1 / variance[p] - 1
        wide, narrow = (9.0, 7 * np.sqrt(variance[p]))
        d = np.linspace(-min(wide, 15 * np.sqrt(variance[p])), narrow, 801)
        density = np.exp(-0.5 * d**2 + added / s**2 * (s * d - np.expm1(s * d)))
        below = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
        bent[:, p] = np.interp(ndtr(away[:, p] / np.sqrt(variance[p])), below / below[-1], d)
    return bent


def _normals(label: str, draws: int, seed: int) -> FloatArray:
    key = [seed, stream_number(label)]
    return np.random.Generator(np.random.Philox(key=key)).standard_normal(draws)


def write_posterior(posteriors: Iterable[Posterior], path: Path) -> None:
    """Write beside, then rename: a reader never meets half a file. One for each member."""
    arrays: dict[str, Any] = {"format": FORMAT}
    for posterior in posteriors:
        member = posterior.basis.member
        arrays |= {f"{member}/{name}": value for name, value in _arrays(posterior).items()}
    with written_whole(path) as beside:
        np.savez_compressed(beside, **arrays)


def _arrays(posterior: Posterior) -> dict[str, Any]:
    space, samples = posterior.space, posterior.samples
    lower = posterior.root
    none = np.zeros((0, len(posterior.mean)))
    return {
        "basis": json.dumps(asdict(posterior.basis)), "labels": np.array(space.labels),
        "location": space.location, "scale": space.scale, "follows": space.follows,
        "rates": space.rates, "mean": posterior.mean.astype(np.float32),
        "root": lower[np.tril_indices(len(lower))].astype(np.float32),
        "log_likelihood": posterior.log_likelihood,
        "samples": (none if samples is None else samples).astype(np.float32),
    }  # fmt: skip


def read_posterior(path: Path) -> dict[str, Posterior]:
    """What ``write_posterior`` wrote, by member; TheatreError says what is wrong with a file."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            if int(file["format"]) != FORMAT:
                raise ValueError(f"format {int(file['format'])}; this version reads {FORMAT}")
            members = {name.split("/")[0] for name in file.files if "/" in name}
            return {member: _posterior(file, f"{member}/") for member in sorted(members)}
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile,
            AttributeError) as error:  # fmt: skip
        says = f"this is no posterior of Tightrope ({error}); write it anew: tightrope calibrate"
        raise TheatreError([Fault(path.name, 0, 0, "bad-posterior", says)]) from None


def _posterior(file: Mapping[str, Any], at: str) -> Posterior:
    mean, samples = file[at + "mean"].astype(float), file[at + "samples"].astype(float)
    root = np.zeros((len(mean), len(mean)))
    root[np.tril_indices(len(mean))] = file[at + "root"]
    space = Space(
        tuple(map(str, file[at + "labels"])), file[at + "location"], file[at + "scale"],
        file[at + "follows"], file[at + "rates"],
    )  # fmt: skip
    basis = Basis(**json.loads(str(file[at + "basis"])))
    return Posterior(
        basis, space, mean, root, float(file[at + "log_likelihood"]),
        samples if len(samples) else None,
    )  # fmt: skip
