"""Fits that are at hand, and new ones: what every verb asks for fitted numbers.

A fit is used only if it rests on exactly this theatre.yaml and these facts. One that was made for
another day, or before a number was changed, is left alone and a new one is made, which takes
seconds; it is kept in the cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tightrope.compile import Compiled
from tightrope.errors import Fault, TheatreError
from tightrope.history import History
from tightrope.inference.calibrate import Member, calibrate, model_digest, reading, rests_on
from tightrope.inference.posterior import Posterior, read_posterior, write_posterior
from tightrope.shelf import POSTERIOR, cache_folder, kept
from tightrope.theatre import Theatre

Say = Callable[[str], None]
"""Told in a sentence when a fit has to be made."""


@dataclass(frozen=True)
class Fitted:
    """One reading of a theatre with its posterior."""

    compiled: Compiled
    posterior: Posterior


def fits_for(
    theatre: Theatre, known: History, members: Iterable[Member], *, say: Say | None = None,
    keep: bool = True,
) -> dict[Member, Fitted]:  # fmt: skip
    """Readings fitted to ``known``, a history that has been cut already.

    keep : whether the cache of fits is read and written. Raises RunRefused where no optimum is
    found, TheatreError where a posterior.npz beside the theatre is damaged.
    """
    found: dict[Member, Fitted] = {}
    for member in members:
        compiled = reading(theatre, member)
        posterior = _at_hand(theatre, known, member, keep)
        if posterior is None:
            if say:
                say(f"fitting the {member} process to {len(known.rows):,} facts until "
                    f"{known.until} ...")  # fmt: skip
            posterior = calibrate(compiled, member, known).posterior
            if keep:
                write_posterior([posterior], _cached(theatre, known, member))
        found[member] = Fitted(compiled, posterior)
    return found


def _at_hand(theatre: Theatre, known: History, member: Member, keep: bool) -> Posterior | None:
    for path in kept(theatre.folder, POSTERIOR):
        posterior = read_posterior(path).get(member)
        if posterior and posterior.basis.theatre != theatre.name:
            raise TheatreError([_of_another(path, posterior, theatre)])
        if posterior and rests_on(posterior, theatre, known):
            return posterior
    cached = _cached(theatre, known, member) if keep else None
    if cached is None or not cached.is_file():
        return None
    try:
        return read_posterior(cached)[member]
    except (TheatreError, KeyError):
        return None  # a damaged cache only costs time


def _of_another(path: Path, posterior: Posterior, theatre: Theatre) -> Fault:
    says = (
        f"it was fitted to the theatre {posterior.basis.theatre!r}, and this is {theatre.name!r}; "
        f"fit this one: tightrope calibrate {theatre.folder}"
    )
    return Fault(path.name, 0, 0, "other-theatre", says)


def _cached(theatre: Theatre, known: History, member: Member) -> Path:
    folder = cache_folder() / "fits"
    folder.mkdir(exist_ok=True)
    key = f"{model_digest(theatre)} {known.digest()} {member}".encode()
    return folder / f"{hashlib.sha256(key).hexdigest()[:24]}.npz"
