"""Pictures of many readers at once: never mixed up, and drawn in a process of their own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import altair as alt
import pytest

from tightrope.charts.drawing import draw, draw_here, drawn_by
from tightrope.charts.theme import specification
from tightrope.report.tables import TableOf
from tightrope.web import figures
from tightrope.web.easel import Easel
from tightrope.web.figures import Drawn, download, figure

TABLE = TableOf("numbers", ("x",), ())
POINTS = alt.Chart(alt.Data(values=[{"x": 1}])).mark_point()


def drawn(name: str) -> Drawn:
    """A chart of one field, which is called as it is."""
    x = alt.X(f"{name}:Q").axis(format=".1f").title(name).scale(zero=False)
    return Drawn(POINTS.encode(x=x), name, name, TABLE, [])


@pytest.fixture
def switching(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads take turns as often as can be; nothing is drawn, only described."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    monkeypatch.setattr(figures, "to_svg", lambda chart, _: json.dumps(specification(chart)))
    yield
    sys.setswitchinterval(before)


def test_pictures_that_are_made_at_once_are_not_mixed_up(switching: None) -> None:
    names = [f"field{i}" for i in range(200)]

    def on_a_page(name: str) -> str:
        return figure(name, {}, "state", lambda: drawn(name)).svg

    def as_a_file(name: str) -> str:
        return download(lambda: drawn(name), "svg", "/").decode()

    with ThreadPoolExecutor(4) as many:
        for found in (many.map(on_a_page, names), many.map(as_a_file, names)):
            for name, picture in zip(names, found, strict=True):
                assert f'"field": "{name}"' in picture and f'"title": "{name}"' in picture


# The easel ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def easel() -> Iterator[Easel]:
    easel = Easel()
    yield easel
    easel.close()


def chart_text() -> str:
    return json.dumps(specification(drawn("x").chart))


def test_what_is_drawn_elsewhere_is_what_is_drawn_here(easel: Easel) -> None:
    with drawn_by(easel.draw):
        assert draw("svg", chart_text()) == draw_here("svg", chart_text())
        assert draw("png", chart_text()) == draw_here("png", chart_text())
        with pytest.raises(ValueError, match="conversion failed"):
            draw("svg", '{"mark": {"type": "no such mark"}}')
    assert draw("png", chart_text()).startswith(b"\x89PNG"), "and here again afterwards"


def test_a_lost_process_costs_no_picture(easel: Easel) -> None:
    before = easel.draw("svg", chart_text())
    lost = easel._process
    assert lost is not None
    lost.kill()
    lost.join(10)
    assert easel.draw("svg", chart_text()) == before
    assert easel.draw("svg", chart_text()) == before
    assert easel._process is not None and easel._process is not lost
