"""The switch that leaves out the ceiling, which only comparisons use."""

from __future__ import annotations

import jax
import numpy as np

from tightrope.engine.stability import ceiling, windows_of, worst_rate
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


def test_the_ceiling_holds_in_every_window(saltmarsh: tuple[Theatre, History]) -> None:
    """The factor is that of the window which asks for most, type by type and draw by draw."""
    under = prepare(*saltmarsh, None, draws=50, seed=1)
    program, counts = under.compiled.program, under.table.counts
    of_draw = jax.vmap(lambda one: ceiling(program, one)[0])
    by_window = np.array([
        of_draw(under.compiled.with_worst(under.parameters, worst_rate(counts, window)))
        for window in windows_of(len(counts))
    ])  # fmt: skip
    assert len(by_window) == 2 and (by_window[0] != by_window[1]).any()
    assert np.allclose(under.shrink, by_window.min(0), rtol=1e-4)
