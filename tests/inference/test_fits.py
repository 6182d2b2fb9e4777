"""Fits at hand: used if they rest on exactly this, else made anew; another theatre's is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tightrope.errors import TheatreError
from tightrope.history import read_theatre_and_history
from tightrope.inference.calibrate import calibrate, reading
from tightrope.inference.fits import fits_for
from tightrope.inference.posterior import write_posterior
from tightrope.shelf import POSTERIOR

pytestmark = pytest.mark.usefixtures("compiled_once")


@pytest.fixture
def fitted(own: Path) -> Path:
    """A theatre with its fit beside it."""
    theatre, history = read_theatre_and_history(own)
    made = calibrate(reading(theatre, "structural"), "structural", history)
    write_posterior([made.posterior], own / POSTERIOR)
    return own


def said(folder: Path) -> list[str]:
    theatre, history = read_theatre_and_history(folder)
    told: list[str] = []
    fits_for(theatre, history, ["structural"], say=told.append, keep=False)
    return told


def test_a_fit_that_rests_on_this_is_used(fitted: Path) -> None:
    assert said(fitted) == []


def changed(folder: Path, file: str, before: str, after: str) -> None:
    path = folder / file
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: changed(
            folder, "theatre.yaml", "base: 1..4 per year", "base: 1..5 per year"
        ),
        lambda folder: changed(folder, "history.csv", "2020-", "2019-"),
    ],
)
def test_after_a_change_a_new_fit_is_made(fitted: Path, change: Callable[[Path], None]) -> None:
    change(fitted)
    assert [line.split(" to ")[0] for line in said(fitted)] == ["fitting the structural process"]


def test_the_fit_of_another_theatre_is_refused(fitted: Path) -> None:
    changed(fitted, "theatre.yaml", "name: saltmarsh", "name: elsewhere")
    with pytest.raises(
        TheatreError, match=r"posterior.npz.* other-theatre: .*'saltmarsh'.*calibrate"
    ):
        said(fitted)
