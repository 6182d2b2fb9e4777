"""The examples in the docstrings of the app."""

from __future__ import annotations

import doctest

import pytest

from tightrope.report import evidence
from tightrope.web import addresses, arms, fitted, typed
from tightrope.web.runs import past, words


@pytest.mark.parametrize("module", [addresses, arms, fitted, typed, past, words, evidence])
def test_the_examples_of_the_docstrings(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 0 and found.failed == 0
