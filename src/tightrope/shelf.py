"""Where fits and scorecards are kept: beside the theatre, or in the user's cache if it is shipped.

The folder of a shipped theatre belongs to the package: what is made from it later is kept in the
cache and preferred there. Deleting the cache costs time, never an answer.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident

from tightrope.theatre.reader import SHIPPED

POSTERIOR, SCORECARD = "posterior.npz", "scorecard.json"
FORECAST_VALUE, VERDICTS = "forecast_value.json", "verdicts.json"


def data_folder() -> Path:
    """The project's folder among the user's data, made if need be: what is there is not remade."""
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    folder = home / "tightrope"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_folder() -> Path:
    """The project's folder in the user's cache, made if need be."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = home / "tightrope"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def written_whole(path: Path, *, durable: bool = False) -> Generator[Path]:
    """A name beside ``path`` to write to, renamed at the end: a reader never meets half a file.

    If writing fails nothing is left, and what stood at ``path`` stays. ``durable`` waits until the
    disk has it, for what cannot be computed again.
    """
    # Of this thread alone: two that write the same would rename each other's file away.
    own = f"{os.getpid()}-{get_ident()}"
    beside = path.with_name(f".{path.stem}-{own}{path.suffix}")
    try:
        yield beside
        if durable:
            _to_disk(beside)
        beside.replace(path)
        if durable and os.name == "posix":  # elsewhere a folder cannot be opened
            _to_disk(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_shipped(folder: Path) -> bool:
    """Whether a theatre's folder belongs to the package."""
    return folder.resolve().is_relative_to(SHIPPED.resolve())


def place(folder: Path, file: str, into: Path | None = None) -> Path:
    """Where a new file of a theatre goes: ``into``, its own folder, or the cache if shipped."""
    home = into or (cache_folder() / folder.name if is_shipped(folder) else folder)
    home.mkdir(parents=True, exist_ok=True)
    return home / file


def kept(folder: Path, file: str) -> list[Path]:
    """Files of that name that there are, the last made first."""
    candidates = [folder / file]
    if is_shipped(folder):
        candidates.insert(0, cache_folder() / folder.name / file)
    return [path for path in candidates if path.is_file()]


def use_compilation_cache() -> None:
    """Keep compiled programs in the user's cache, so that the second run starts at once.

    Where JAX was told another place (JAX_COMPILATION_CACHE_DIR), there.
    """
    import jax

    told = os.environ.get("JAX_COMPILATION_CACHE_DIR")
    try:
        folder = Path(told) if told else cache_folder()
    except OSError:
        return  # a read-only home only costs time
    jax.config.update("jax_compilation_cache_dir", str(folder))
    # However small: a run waits for a hundred small programs longer than for its large one.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
