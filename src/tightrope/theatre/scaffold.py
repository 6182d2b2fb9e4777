"""Start a theatre: a small, commented, working one, which a user changes into their own."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from tightrope.errors import TightropeError

TEMPLATE = Path(__file__).parent / "template"
PLACEHOLDER = "NAME_OF_THEATRE"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def new_theatre(folder: Path, name: str) -> list[Path]:
    """Write the theatre of an invented state between two patrons into ``folder``.

    The files are written beside the folder and renamed into place, so that nothing is ever
    half-written. Returns their paths. Raises TightropeError when ``name`` is no name, or when
    ``folder`` is there already with something in it.
    """
    if not _NAME.fullmatch(name):
        raise TightropeError(
            f"{name[:60]!r} is no name for a theatre; "
            "use a-z, 0-9, _ and -, a letter first, at most 40 characters"
        )
    try:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise TightropeError(f"{folder} is no folder; give the name of a new one")
        if folder.is_dir() and any(folder.iterdir()):
            raise TightropeError(f"{folder} is not empty; give the name of a new folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        _write(folder, name)
    except OSError as error:
        raise TightropeError(
            f"{folder} cannot be written: {error.strerror}; choose another folder"
        ) from error
    return sorted(folder.iterdir())


def _write(folder: Path, name: str) -> None:
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for template in sorted(TEMPLATE.iterdir()):
            text = template.read_text(encoding="utf-8").replace(PLACEHOLDER, name)
            (beside / template.name).write_text(text, encoding="utf-8", newline="\n")
        beside.chmod(0o755)
        if folder.is_dir():
            folder.rmdir()
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
