"""Writing a report: refused before the work begins if it could not be written after it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tightrope.errors import TightropeError
from tightrope.shelf import written_whole


def check_writable(path: Path) -> None:
    """Raise TightropeError, with what to do, if no file can be put at ``path``."""
    target = path.resolve()
    folder = target.parent
    if target.is_dir():
        raise TightropeError(
            f"cannot write the report to {path}: it is a folder; name a file in it, as "
            f"{path / 'outlook.html'}"
        )
    if target.exists() and not target.is_file():
        raise TightropeError(f"cannot write the report to {path}: it is no plain file; name one")
    if not folder.is_dir():
        raise TightropeError(
            f"cannot write the report to {path}: there is no folder {path.parent}; make it first"
        )
    try:
        # Only an attempt tells: rights, full disks and read-only mounts all answer here.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise TightropeError(_refused(path, error)) from None


def write_beside(path: Path, text: str) -> None:
    """Write a file as a whole or not at all: beside its place, then renamed.

    Raises TightropeError if the disk does not take it; what stood there stays.
    """
    try:
        with written_whole(path.resolve()) as beside:
            beside.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise TightropeError(_refused(path, error)) from None


def _refused(path: Path, error: OSError) -> str:
    return (
        f"cannot write the report to {path}: {error.strerror or error}; "
        "choose a folder that you may write to"
    )
