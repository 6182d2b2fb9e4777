"""A disk that takes no more: what stood stays, what was written is said to be lost or is not lost.

The disk is that of the machine; files are refused beyond a size, as a full disk refuses them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import altair as alt
import pytest

from served import FEW, client_of, words
from tightrope.charts.theme import to_svg
from tightrope.errors import RequestRefused
from tightrope.evidence import ledger
from tightrope.shelf import cache_folder
from tightrope.web.app import create_app
from tightrope.web.reading import digest_of
from tightrope.web.saving import save, save_as_new
from tightrope.web.working import _attempt

resource = pytest.importorskip("resource")


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file can be written beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_draft_that_cannot_be_kept_is_told_and_can_be_sent_again(own: Path) -> None:
    editor, before = client_of(create_app(own, defaults=FEW, warm=False)), files(own)
    text = before["theatre.yaml"].decode() + "# more\n"
    form = {"text": text, "do": "save", "opened": ledger.digest(before["theatre.yaml"])}
    with room_for(1000):
        sent = editor.post("/model/file/theatre.yaml", data=form)
    assert sent.status_code == 507 and "cannot be kept" in words(sent.text)
    assert "your text is still in the page" in words(sent.text) and files(own) == before
    assert editor.post("/model/file/theatre.yaml", data=form).status_code == 303
    assert (own / "theatre.yaml").read_text() == text


def saved(own: Path) -> None:
    raw = (own / "theatre.yaml").read_bytes()
    save(own, "theatre.yaml", raw + b"# more\n", ledger.digest(raw))


def saved_as_new(own: Path) -> None:
    save_as_new(own, "mine", {"theatre.yaml": (own / "theatre.yaml").read_bytes()})


@pytest.mark.parametrize("do", [saved, saved_as_new])
@pytest.mark.parametrize("checked", [False, True])
def test_a_file_that_cannot_be_written_stays_as_it_was(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, do: Any, checked: bool
) -> None:
    """In the check, which writes a copy of its own, or after it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = files(own)
    with monkeypatch.context() as patch:
        if checked:
            patch.setattr("tightrope.web.saving.faults_with", lambda *_: ())
        with room_for(1000), pytest.raises(RequestRefused, match="File too large") as refused:
            do(own)
    assert refused.value.status == 507 and "still stands" in refused.value.remedy
    assert {name: raw for name, raw in files(own).items() if name != ledger.LOCK} == before
    assert not list((tmp_path / "data").rglob("*.yaml")), "no half of a copy stays"
    do(own)


def test_a_result_that_cannot_be_kept_is_told(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tightrope.web.runs.run_of", lambda _: lambda *_: "x" * 5000)
    line: Any = None  # nothing is told on the way
    asked = line, own, tmp_path / "runs", "key", "outlook", {}, digest_of(own)
    with room_for(1000):
        status, code, word, says, remedy = _attempt(*asked)
    assert (status, code, word) == ("failed", 507, "not-written")
    assert "cannot be kept: File too large" in str(says) and "make room" in str(remedy)
    assert list((tmp_path / "runs").iterdir()) == [], "nor does half of it stay"
    assert _attempt(*asked) == ("done",)


def test_pictures_are_shown_although_they_cannot_be_kept() -> None:
    chart = alt.Chart(alt.Data(values=[{"x": 1}])).mark_point(color="#123321").encode(x="x:Q")
    with room_for(100):
        told = to_svg(chart, "told")
    assert told.startswith("<svg")
    kept = [path.read_text() for path in (cache_folder() / "pictures").glob("*.svg")]
    assert not any("#123321" in picture for picture in kept)
    assert to_svg(chart, "told") == told
