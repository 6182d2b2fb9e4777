"""A text that the theatre knows has the day that its sources give, if they give one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tightrope.evidence.citing import dated
from tightrope.theatre import read_theatre
from tiny import tiny_theatre
from told import document


@pytest.mark.parametrize(
    "published, day",
    [("2020-05-04", date(2020, 5, 4)), ("2020-05", None), ("2020-05-04/2020-05-06", None)],
)
def test_only_a_day_is_taken(tmp_path: Path, published: str, day: date | None) -> None:
    folder, text = tiny_theatre(tmp_path), document("A strike yesterday.", published=None)
    (folder / "sources.yaml").write_text(
        "register: {type: dataset, title: Register, outlet: Observatory}\n"
        f"paper: {{type: article-newspaper, title: x, outlet: y, published: {published}, "
        f"sha256: '{text.sha256}'}}\n"
    )
    theatre = read_theatre(folder)
    other = document("Another text.", published=None)
    own = document("A strike yesterday.", published=date(2021, 1, 1))
    assert [one.published for one in dated([text, other, own], theatre)] == [
        day, None, date(2021, 1, 1),
    ]  # fmt: skip
