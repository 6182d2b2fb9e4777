"""The switch that leaves out the ceiling, which only comparisons use."""

from __future__ import annotations

import numpy as np

from tightrope.foresight.prepare import prepare
from tightrope.history import History
from tightrope.theatre import Theatre


def test_without_the_ceiling_nothing_is_shrunk_and_all_else_is_the_same(
    saltmarsh: tuple[Theatre, History],
) -> None:
    theatre, history = saltmarsh
    under = prepare(theatre, history, None, draws=50, seed=1)
    free = prepare(theatre, history, None, draws=50, seed=1, ceiling=False)
    assert under.shrink.shape == free.shrink.shape and under.shrink.dtype == free.shrink.dtype
    assert (under.shrink < 1).any() and (free.shrink == 1).all()
    for a, b in zip(under.parameters, free.parameters, strict=True):
        assert np.array_equal(a, b)
    for a, b in zip(under.start, free.start, strict=True):
        assert np.array_equal(a, b)
