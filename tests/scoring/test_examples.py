"""The examples in the docstrings of members and scores."""

from __future__ import annotations

import doctest

import pytest

from tightrope.foresight.members import baselines, forecast
from tightrope.scoring import scores


@pytest.mark.parametrize("module", [baselines, forecast, scores])
def test_the_examples_of_the_docstrings(module: object):
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 0 and found.failed == 0
