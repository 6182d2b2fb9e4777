"""The direct regression of a condition: is it true on the last day of the horizon?

1. From the record's days and switches come two rates, on and off, each with half a switch and a
   year of days added. A chain with these rates gives the chance of being true after the horizon,
   from true and from false: what persistence alone says.
2. A logistic regression of past windows corrects the logit of that chance, by the present value and
   by how far the shares of the last 30, 90 and 365 days stand from it. Its ridge pulls it back to
   the chain, so a record with few switches stays with persistence.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from tightrope.foresight.members.forecast import Forecast
from tightrope.foresight.members.ridge import Rows, fit, logit_link
from tightrope.foresight.members.windows import Positions, before
from tightrope.types import FloatArray

SHARES_OF_DAYS = (30, 90, 365)
EVERY_DAYS = 7
"""Past windows start so often; each counts as the part of a window that it adds."""
RIDGE = 2.0
ADDED_SWITCHES, ADDED_DAYS = 0.5, 365.0


def forecast_state(state: FloatArray, horizon: int) -> Forecast:
    """The probability that the condition is true ``horizon`` days after the last day of ``state``.

    state : [day] 1 or 0 at the end of each day known. Only windows that end within it are learned
    from.
    """
    starts = np.arange(len(state) - horizon, 0, -EVERY_DAYS)[::-1]
    dawns = np.append(starts, len(state))
    features, persistent = _features(state, dawns), logit_of_chain(state, dawns, horizon)
    past = Rows(
        design=features[:-1],
        offset=persistent[:-1],
        weight=np.full(len(starts), min(1.0, EVERY_DAYS / horizon)),
        target=state[starts + horizon - 1],
    )
    fitted = fit(past, np.full(features.shape[1], RIDGE), logit_link)
    return Forecast(float(expit(features[-1] @ fitted.coefficients + persistent[-1])), None)


def _features(state: FloatArray, dawns: Positions) -> FloatArray:
    """[dawn, column] one; the value as 1 or -1; how far each share stands from it."""
    now = state[dawns - 1]
    columns = [np.ones(len(dawns)), 2.0 * now - 1.0]
    for days in SHARES_OF_DAYS:
        total, known = before(state, dawns, days)
        columns.append(total / known - now)
    return np.stack(columns, axis=-1)


def logit_of_chain(state: FloatArray, dawns: Positions, horizon: int) -> FloatArray:
    """[dawn] logit of the chain's chance of being true after the horizon."""
    change, held = np.diff(state), state[:-1]
    on = _switches_per_day((change > 0).sum(), (1.0 - held).sum())
    off = _switches_per_day((change < 0).sum(), held.sum())
    forgotten = -np.expm1(-(on + off) * horizon)
    from_false = forgotten * on / (on + off)
    from_true = 1.0 - forgotten * off / (on + off)
    return logit(np.where(state[dawns - 1] > 0.5, from_true, from_false))


def _switches_per_day(switches: float, days: float) -> float:
    return (float(switches) + ADDED_SWITCHES) / (float(days) + ADDED_DAYS)
