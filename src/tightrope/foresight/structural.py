"""The structural process at the end of a day, with the numbers that a verb asks for.

Levels, mechanisms and chains of events exist in this process only, so whatever takes an answer
apart speaks of it and not of the pool that an outlook's headline is.
"""

from __future__ import annotations

from datetime import date

from tightrope.foresight.prepare import Prepared, check_day, prepare
from tightrope.history import History
from tightrope.inference.fits import Say, fits_for
from tightrope.theatre import Theatre


def structural(
    theatre: Theatre, history: History, as_of: date | None, *, draws: int, seed: int,
    fitted: bool = True, say: Say | None = None,
) -> Prepared:  # fmt: skip
    """The state that was known at the end of ``as_of`` (default: the record's last day).

    fitted : numbers are fitted to what was known on that day; False draws them from the priors.
    Raises RunRefused when the day lies outside the record or a fit fails.
    """
    day = as_of or history.until
    check_day(history, day)
    if not fitted:
        return prepare(theatre, history, day, draws=draws, seed=seed)
    fit = fits_for(theatre, history.as_of(day), ["structural"], say=say)["structural"]
    return prepare(theatre, history, day, draws=draws, seed=seed, posterior=fit.posterior,
                   compiled=fit.compiled)  # fmt: skip
