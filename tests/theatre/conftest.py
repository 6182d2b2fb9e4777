"""A small theatre that each test spoils in its own way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from faults import faults_in

from tiny import TOP, TWO_EVENTS


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a theatre from texts: ``write(events=..., questions=...)``."""

    def write_theatre(head: str = TOP, events: str = TWO_EVENTS, **files: str) -> Path:
        (tmp_path / "theatre.yaml").write_text(head + events, encoding="utf-8")
        for stem, text in files.items():
            (tmp_path / f"{stem}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write_theatre


@pytest.fixture
def faults_of(write: Callable[..., Path]) -> Callable[..., list[str]]:
    """The faults, as a user sees them, of the theatre that the texts make."""

    def read(**texts: str) -> list[str]:
        return faults_in(write(**texts))

    return read
