"""The posterior itself, sampled: NUTS of NumPyro, started at the mode with the Laplace covariance.

Slow and exact where Laplace is quick and normal. Samples are kept after every batch, so that a run
that was stopped goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.engine.likelihood import log_likelihood
from tightrope.engine.program import Parameters
from tightrope.errors import RunRefused
from tightrope.inference.calibrate import Calibration
from tightrope.inference.evidence import RecordEvidence
from tightrope.inference.posterior import Posterior
from tightrope.shelf import written_whole
from tightrope.types import Array, FloatArray

MOST_R_HAT = 1.05
LEAST_ESS = 100.0
"""Bounds of a sample that may be used: split R-hat and effective size of every number."""


@dataclass(frozen=True)
class Sampling:
    """How NUTS ran."""

    samples: FloatArray
    """[chain, sample, P] whitened."""
    r_hat: FloatArray
    """[P]"""
    effective: FloatArray
    """[P] effective sample size."""
    divergences: int

    @property
    def is_sound(self) -> bool:
        """Whether chains agree and are long enough."""
        return bool(self.r_hat.max() <= MOST_R_HAT and self.effective.min() >= LEAST_ESS)


def parameters_at(evidence: RecordEvidence) -> Callable[[Array], Parameters]:
    """A differentiable map from a point [P] to the engine's numbers, in 64 bits."""
    compiled, space = evidence.compiled, evidence.space
    middle = compiled.fill(evidence.values(np.zeros(space.size))[None])
    base = {name: np.asarray(value)[0] for name, value in middle._asdict().items()}
    places: dict[str, list[tuple[tuple[int, ...], int, bool]]] = {}
    for p, i in enumerate(evidence.knobs):
        knob = compiled.knobs[i]
        is_log = knob.quantity.family == "lognormal" and knob.scale == "plain"
        places.setdefault(knob.field, []).append((knob.index, p, is_log))

    def parameters(point: Array) -> Parameters:
        free = space.location + space.scale * point
        if space.has_shared_factor:
            free = free + space.follows * free[-1]
        arrays = {name: jnp.asarray(value) for name, value in base.items()}
        for field, entries in places.items():
            index = tuple(np.array([entry[0] for entry in entries]).T)
            value = free[np.array([entry[1] for entry in entries])]
            value = jnp.where(np.array([entry[2] for entry in entries]), jnp.exp(value), value)
            arrays[field] = arrays[field].at[index].set(value)
        return Parameters(**arrays)

    return parameters


def sample(
    calibration: Calibration, *, samples: int = 500, warmup: int = 200, chains: int = 2,
    seed: int = 1, keep: Path | None = None, batch: int = 50,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Posterior, Sampling]:  # fmt: skip
    """Sample the posterior of a calibration.

    keep : file that holds what is done, to go on after a stop. Returns a posterior that holds the
    samples, and how the chains went; RunRefused if they do not agree.
    """
    with jax.enable_x64(True):
        sampler = _sampler(calibration, warmup, batch)
        chains_done: list[FloatArray] = []
        divergences = 0
        for chain in range(chains):
            own = keep.with_name(f"{keep.stem}-chain{chain}.npz") if keep else None

            def tell(count: int, before: int = chain * samples) -> None:
                if progress:
                    progress(before + count, chains * samples)

            values, lost = _chain(calibration, sampler, samples, seed + chain, own, tell)
            chains_done.append(values)
            divergences += lost
    whole = np.stack(chains_done)
    result = _diagnose(whole, divergences)
    if not result.is_sound:
        labels, worst = calibration.evidence.space.labels, int(result.r_hat.argmax())
        raise RunRefused(
            f"the chains do not agree yet: R-hat {result.r_hat[worst]:.3f} for {labels[worst]} (at "
            f"most {MOST_R_HAT}), smallest effective size {result.effective.min():.0f} (at least "
            f"{LEAST_ESS:.0f}), {divergences} divergences; run again with more --samples, it goes "
            "on where it was"
        )
    return _posterior(calibration.posterior, whole.reshape(-1, whole.shape[-1])), result


def _posterior(laplace: Posterior, samples: FloatArray) -> Posterior:
    basis = replace(laplace.basis, method="nuts")
    return replace(laplace, basis=basis, mean=samples.mean(0), samples=samples)


def _sampler(calibration: Calibration, warmup: int, batch: int) -> Any:
    """One compiled sampler for all chains and batches."""
    from numpyro.infer import MCMC, NUTS

    kernel = NUTS(
        potential_fn=_potential(calibration), dense_mass=True,
        inverse_mass_matrix=jnp.asarray(calibration.posterior.covariance()),
    )  # fmt: skip
    return MCMC(kernel, num_warmup=warmup, num_samples=batch, progress_bar=False)


def _chain(
    calibration: Calibration, sampler: Any, samples: int, seed: int, keep: Path | None,
    tell: Callable[[int], None],
) -> tuple[FloatArray, int]:  # fmt: skip
    mode, identity = jnp.asarray(calibration.fit.mode), calibration.posterior.digest()
    key = jax.random.PRNGKey(seed)
    first = sampler.sampler.init(key, sampler.num_warmup, mode, (), {})
    state, done, lost = _go_on(keep, identity, seed, jax.tree.structure(first))
    while sum(map(len, done)) < samples:
        if state is None:
            sampler.warmup(key, init_params=mode)
            state = sampler.last_state
        sampler.post_warmup_state = state
        sampler.run(state.rng_key, extra_fields=("diverging",))
        state = sampler.last_state
        done.append(np.asarray(sampler.get_samples()))
        lost += int(np.asarray(sampler.get_extra_fields()["diverging"]).sum())
        _keep(keep, identity, seed, state, done, lost)
        tell(min(sum(map(len, done)), samples))
    return np.concatenate(done)[:samples], lost


def _potential(calibration: Calibration) -> Callable[[Array], Array]:
    evidence, table = calibration.evidence, calibration.table
    program, parameters = evidence.compiled.program, parameters_at(evidence)
    no_shrink = jnp.ones(program.n_events)

    def potential(point: Array) -> Array:
        value = log_likelihood(
            program,
            parameters(point),
            calibration.record,
            table.evidence,
            no_shrink,
            terms=table.terms,
        )
        return 0.5 * point @ point - value

    return potential


def _diagnose(samples: FloatArray, divergences: int) -> Sampling:
    from numpyro.diagnostics import effective_sample_size, split_gelman_rubin

    return Sampling(
        samples, np.asarray(split_gelman_rubin(samples)),
        np.asarray(effective_sample_size(samples)), divergences,
    )  # fmt: skip


def _go_on(
    keep: Path | None, identity: str, seed: int, shape: Any
) -> tuple[Any, list[FloatArray], int]:
    """State, samples and divergences of an earlier run of the same fit; nothing otherwise."""
    if keep is None or not keep.exists():
        return None, [], 0
    with np.load(keep, allow_pickle=False) as file:
        if json.loads(str(file["identity"])) != [identity, seed]:
            return None, [], 0
        leaves = [jnp.asarray(file[f"leaf{i}"]) for i in range(int(file["leaves"]))]
        return jax.tree.unflatten(shape, leaves), [file["samples"]], int(file["divergences"])


def _keep(
    keep: Path | None, identity: str, seed: int, state: Any, done: list[FloatArray], lost: int
) -> None:
    if keep is None:
        return
    leaves = jax.tree.leaves(state)
    arrays: dict[str, Any] = {f"leaf{i}": np.asarray(leaf) for i, leaf in enumerate(leaves)}
    arrays |= {"identity": json.dumps([identity, seed]), "leaves": len(leaves)}
    arrays |= {"samples": np.concatenate(done), "divergences": lost}
    with written_whole(keep) as beside:
        np.savez(beside, **arrays)
