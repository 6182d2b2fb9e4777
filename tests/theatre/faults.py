"""What every fault of a theatre must look like."""

from __future__ import annotations

from pathlib import Path

import pytest

from tightrope.errors import Fault, TheatreError
from tightrope.theatre import read_theatre


def faults_in(folder: Path) -> list[str]:
    """Read a folder that must have faults; they must be well-formed."""
    with pytest.raises(TheatreError) as caught:
        read_theatre(folder)
    check_well_formed(caught.value.faults)
    return [str(fault) for fault in caught.value.faults]


def check_placed(faults: tuple[Fault, ...]) -> None:
    """Each fault names file and place, and says something."""
    assert faults
    assert len(set(faults)) == len(faults)
    for fault in faults:
        assert fault.file.endswith((".yaml", ".csv"))
        assert (fault.line >= 1 and fault.column >= 1) or (fault.line, fault.column) == (0, 0)
        assert fault.code and fault.code == fault.code.lower() and " " not in fault.code
        assert len(fault.message) > 10 and fault.message.isprintable()


def check_well_formed(faults: tuple[Fault, ...]) -> None:
    """Each fault names file, place and remedy, on one line of readable length."""
    check_placed(faults)
    for fault in faults:
        assert any(mark in fault.message for mark in (";", "add ", "give ")), fault
        assert len(fault.message) <= 1_000
