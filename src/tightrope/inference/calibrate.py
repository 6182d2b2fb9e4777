"""Fit a theatre to its record: one call, for every verb that needs fitted numbers.

A theatre is fitted in three readings, which forecasts are made of and compared with: the whole
structure, a plain Hawkes process, and rhythms alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

import numpy as np

from tightrope.compile import Compiled, compile_theatre
from tightrope.engine.memory import Record, record
from tightrope.history import History, Table, tabulate
from tightrope.inference.evidence import RecordEvidence
from tightrope.inference.fit import Fit, Watch, fit
from tightrope.inference.posterior import Basis, Posterior, laplace
from tightrope.theatre import Theatre
from tightrope.theatre.plain import hawkes, rhythms_only
from tightrope.types import FloatArray

Member = Literal["structural", "hawkes", "rhythm"]
MEMBERS: tuple[Member, ...] = get_args(Member)
_READINGS: dict[Member, Callable[[Theatre], Theatre]] = {
    "structural": lambda theatre: theatre, "hawkes": hawkes, "rhythm": rhythms_only,
}  # fmt: skip


class Calibration(NamedTuple):
    """A fit and what it was made from."""

    posterior: Posterior
    fit: Fit
    evidence: RecordEvidence
    table: Table
    record: Record


def reading(theatre: Theatre, member: Member, off: frozenset[str] = frozenset()) -> Compiled:
    """A theatre compiled as one member of a forecast sees it."""
    return compile_theatre(_READINGS[member](theatre), off)


def calibrate(
    compiled: Compiled, member: Member, history: History, *, start: Posterior | None = None,
    watch: Watch | None = None,
) -> Calibration:  # fmt: skip
    """The posterior of one reading given a history (cut it first with ``History.as_of``).

    start : an earlier fit to begin at; the optimum does not depend on it beyond the tolerance.
    Raises RunRefused when no optimum is reached.
    """
    table = tabulate(compiled, history)
    memories = record(compiled.program, table.counts, table.conditions)
    evidence = RecordEvidence(compiled, table, memories)
    fitted = fit(evidence, None if start is None else starting_point(evidence, start), watch)
    basis = basis_of(compiled.theatre, member, history, method="laplace")
    return Calibration(laplace(fitted, evidence.space, basis), fitted, evidence, table, memories)


def starting_point(evidence: RecordEvidence, start: Posterior) -> FloatArray:
    """[P] where an earlier fit ended, 0 for numbers that it did not know."""
    known = dict(zip(start.space.labels, start.mean, strict=True))
    return np.array([known.get(label, 0.0) for label in evidence.space.labels])


def basis_of(theatre: Theatre, member: Member, history: History, method: str) -> Basis:
    """What a fit of this reading to this history rests on."""
    return Basis(
        theatre=theatre.name, member=member, theatre_digest=model_digest(theatre),
        history_digest=history.digest(), until=history.until.isoformat(),
        facts=len(history.rows), method=method,
    )  # fmt: skip


def model_digest(theatre: Theatre) -> str:
    """Hash of theatre.yaml: questions and scenarios may change without a new fit."""
    text = (theatre.folder / "theatre.yaml").read_bytes()
    return hashlib.sha256(text).hexdigest()


def rests_on(posterior: Posterior, theatre: Theatre, history: History) -> bool:
    """Whether a posterior was fitted to this theatre and to exactly these facts."""
    basis = posterior.basis
    return (basis.theatre_digest, basis.history_digest) == (model_digest(theatre), history.digest())
