"""A report is written as a whole or not at all, and its place is tried first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tightrope.errors import TightropeError
from tightrope.report.files import check_writable, write_beside


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "outlook.html"
    path.write_text("before", encoding="utf-8")
    check_writable(path)
    assert path.read_text(encoding="utf-8") == "before"
    write_beside(path, "after – é\n")
    assert path.read_bytes() == "after – é\n".encode()
    assert os.listdir(tmp_path) == ["outlook.html"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    link = tmp_path / "latest.html"
    link.symlink_to(tmp_path / "deep" / "outlook.html")
    check_writable(link)
    write_beside(link, "x")
    assert link.is_symlink() and (tmp_path / "deep" / "outlook.html").read_text() == "x"


def test_what_cannot_be_written_is_refused_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TightropeError, match=r"it is a folder; name a file in it, as .*outlook"):
        check_writable(tmp_path)
    with pytest.raises(TightropeError, match=r"there is no folder .*nowhere; make it first"):
        check_writable(tmp_path / "nowhere" / "outlook.html")
    with pytest.raises(TightropeError, match="it is no plain file; name one"):
        check_writable(Path(os.devnull))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tightrope.report.files.tempfile.TemporaryFile", refuse)
    with pytest.raises(TightropeError, match="Permission denied; choose a folder that you may"):
        check_writable(tmp_path / "outlook.html")


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "outlook.html"
    path.write_text("before", encoding="utf-8")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(TightropeError, match="No space left on device"):
        write_beside(path, "after")
    assert os.listdir(tmp_path) == ["outlook.html"]
    assert path.read_text(encoding="utf-8") == "before"
