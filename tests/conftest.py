"""What many tests share: the theatre that ``tightrope new`` makes, and small ones."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tightrope.cli import main
from tightrope.cli.shared import use_compilation_cache
from tightrope.history import History, read_theatre_and_history
from tightrope.theatre import Theatre
from tightrope.theatre.scaffold import new_theatre
from tiny import tiny_theatre


@pytest.fixture(scope="session")
def scaffold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new theatre; nobody changes it."""
    folder = tmp_path_factory.mktemp("scaffold") / "saltmarsh"
    new_theatre(folder, "saltmarsh")
    return folder


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes what the user keeps; all processes share what one has compiled."""
    base = tmp_path_factory.getbasetemp()
    all_processes = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("JAX_COMPILATION_CACHE_DIR", str(all_processes / "compiled"))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="module")
def nothing_kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What other modules have fitted and scored is not taken for what is shipped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def compiled_once() -> None:
    """Programs of equal theatres are compiled once, as they are for users."""
    use_compilation_cache()


@pytest.fixture(scope="session")
def saltmarsh(scaffold: Path) -> tuple[Theatre, History]:
    return read_theatre_and_history(scaffold)


@pytest.fixture
def own(scaffold: Path, tmp_path: Path) -> Path:
    """A copy of the new theatre, for a test to change."""
    return Path(shutil.copytree(scaffold, tmp_path / "saltmarsh"))


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., tuple[Theatre, History]]:
    """Write and read a theatre of a few lines, see ``tiny_theatre``."""

    def make(*texts: str, **more: str) -> tuple[Theatre, History]:
        return read_theatre_and_history(tiny_theatre(tmp_path / "tiny", *texts, **more))

    return make


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Call the command line: exit code, standard output, standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tightrope", *map(str, arguments)])
        with pytest.raises(SystemExit) as done:
            main()
        out, err = capsys.readouterr()
        return int(done.value.code or 0), out, err

    return call
