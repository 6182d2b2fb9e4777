"""What one count says about its rate and its dispersion: score and expected information of NB1.

With p(n) of ``engine.counts`` (Poisson at phi = 0) and g(phi) = log(1 + phi) / phi,

    l(n; mu, phi)  = sum_{i < n} log(mu + i phi) - n log(1 + phi) - mu g(phi) - log n!
    dl/dmu         = sum_{i < n} 1 / (mu + i phi) - g
    dl/dphi        = sum_{i < n} i / (mu + i phi) - n / (1 + phi) - mu g'

and because E[sum_{i < N} a_i] = sum_i P(N > i) a_i, the expected information is a sum over the
survival function. It is tabled over rates once for each dispersion and interpolated.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from tightrope.types import FloatArray

_RATES = np.geomspace(1e-8, 20.0, 80)
_TERMS = 160
_LARGE = 20.0
"""Above this rate a count is as good as normal."""
_STEP = 1e-3
"""Relative step of the differences that stand for the slopes of a tally's probability."""


class CountInformation(NamedTuple):
    """Expected information of a day's count, each [day]."""

    rate: FloatArray
    cross: FloatArray
    dispersion: FloatArray


def zero_factor(phi: float) -> tuple[float, float, float]:
    """g = log(1 + phi) / phi and its first two derivatives."""
    if phi < 1e-3:
        return 1 - phi / 2 + phi**2 / 3, -0.5 + 2 * phi / 3 - 0.75 * phi**2, 2 / 3 - 1.5 * phi
    log, over = np.log1p(phi), 1 / (1 + phi)
    first = over / phi - log / phi**2
    second = -(over**2) / phi - 2 * over / phi**2 + 2 * log / phi**3
    return log / phi, first, second


def rising(rate: FloatArray, phi: float, count: FloatArray) -> tuple[FloatArray, ...]:
    """sum over i < count of log(mu + i phi), 1 / (mu + i phi) and i / (mu + i phi); each [cell]."""
    i = np.arange(max(int(count.max(initial=0.0)), 1))
    inside = i < count[:, None]
    below = np.where(inside, rate[:, None] + i * phi, 1.0)
    return np.log(below).sum(1), (inside / below).sum(1), (inside * i / below).sum(1)


def expected_information(rate: FloatArray, phi: float) -> CountInformation:
    """Information of one count at each rate [day]; a table over rates, interpolated."""
    i = np.arange(_TERMS)
    below = _RATES[:, None] + i * phi
    survival = _survival(_RATES, phi)
    g = zero_factor(phi)
    table = (
        (survival / below**2).sum(1),
        (survival * i / below**2).sum(1) + g[1],
        (survival * i**2 / below**2).sum(1) - _RATES / (1 + phi) ** 2 + _RATES * g[2],
    )
    # Rate times information changes slowly, so that is what is interpolated.
    safe = np.maximum(rate, _RATES[0])
    at, grid = np.log(safe), np.log(_RATES)
    by_rate, cross, own = (np.interp(at, grid, column * power) for column, power in
                           zip(table, (_RATES, 1.0, 1 / _RATES), strict=True))  # fmt: skip
    large = rate > _LARGE
    by_rate = np.where(large, 1 / (1 + phi), by_rate) / safe
    own = np.where(large, 0.5 / (1 + phi) ** 2, np.maximum(own * safe, 0.0))
    # What the table and a far tail round off must not make the information negative.
    most = 0.99 * np.sqrt(by_rate * own)
    cross = np.where(large, 0.5 / (1 + phi) / safe, cross)
    return CountInformation(by_rate, np.clip(cross, -most, most), own)


def _survival(rate: FloatArray, phi: float) -> FloatArray:
    """P(N > i) for each rate, [rate, i]: masses summed from the far end: no digit cancels."""
    i = np.arange(_TERMS)
    ratios = np.log((rate[:, None] + i * phi) / ((1 + phi) * (i + 1.0)))
    masses = np.exp(np.cumsum(ratios, 1) - (rate * zero_factor(phi)[0])[:, None])  # p(1), p(2)...
    return np.cumsum(masses[:, ::-1], 1)[:, ::-1]


def log_interval(low: FloatArray, high: FloatArray, rate: FloatArray, phi: float) -> FloatArray:
    """log P(low <= N <= high) of the totals of windows; elementwise, high may be infinite."""
    bounded = np.isfinite(high)
    result = np.where(low > 0, _log_at_least(np.maximum(low, 1.0), rate, phi), 0.0)
    for i in np.flatnonzero(bounded):
        masses = _log_mass(np.arange(low[i], high[i] + 1), rate[i], phi)
        result[i] = np.logaddexp.reduce(masses)
    return result


def _log_at_least(low: FloatArray, rate: FloatArray, phi: float) -> FloatArray:
    with np.errstate(divide="ignore"):
        if phi < 1e-6:
            return np.log(special.gammainc(low, rate))
        return np.log(special.betainc(low, rate / phi, phi / (1 + phi)))


def _log_mass(count: FloatArray, rate: float, phi: float) -> FloatArray:
    if phi < 1e-6:
        return count * np.log(rate) - rate - special.gammaln(count + 1)
    size = rate / phi
    ways = special.gammaln(count + size) - special.gammaln(size) - special.gammaln(count + 1)
    return ways - size * np.log1p(phi) + count * np.log(phi / (1 + phi))


class TallySlopes(NamedTuple):
    """Log-probabilities of tallies, with slopes by the expected total and by phi; each [tally]."""

    value: FloatArray
    by_rate: FloatArray
    by_dispersion: FloatArray
    information: FloatArray
    """Minus the second derivative by the expected total, 0 where that is negative."""


def tally_slopes(low: FloatArray, high: FloatArray, rate: FloatArray, phi: float) -> TallySlopes:
    """Central differences of ``log_interval`` on the log scale of each argument."""
    up, middle, down = (log_interval(low, high, rate * np.exp(x), phi)
                        for x in (_STEP, 0.0, -_STEP))  # fmt: skip
    wide, narrow = (log_interval(low, high, rate, phi * np.exp(x)) for x in (_STEP, -_STEP))
    slope = (up - down) / (2 * _STEP)
    bend = (up - 2 * middle + down) / _STEP**2
    by_phi = (wide - narrow) / (2 * _STEP * phi) if phi > 1e-6 else np.zeros_like(rate)
    return TallySlopes(middle, slope / rate, by_phi, np.maximum(slope - bend, 0.0) / rate**2)
