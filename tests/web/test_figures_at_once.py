"""Charts asked for at once are each as they would be alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count

from tightrope.charts.network import Arrow, network
from tightrope.report.tables import TableOf
from tightrope.web.figures import Drawn, figure

ROUNDS, AT_ONCE = 6, 4
_PLACES = {"a": (100.0, 60.0), "b": (300.0, 90.0), "c": (200.0, 150.0)}
_NAMES = {"a": "A", "b": "B", "c": "C"}


def drawn() -> Drawn:
    arrows = [Arrow(by, on, 1, kind) for by, on in ("ab", "bc", "ca")
              for kind in ("leads", "backs", "pays", "part of")]  # fmt: skip
    chart = network(_PLACES, _NAMES, arrows, width=400, height=200)
    return Drawn(chart, "ties", "ties", TableOf("ties", ("tie",), (("x",),)), [])


def test_pictures_made_in_several_threads_are_the_one_made_alone() -> None:
    names = count()
    expected = figure(f"ties{next(names)}", {}, "test", drawn).svg
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in range(ROUNDS):
            asked = [threads.submit(figure, f"ties{next(names)}", {}, "test", drawn)
                     for _ in range(AT_ONCE)]  # fmt: skip
            assert {one.result().svg for one in asked} == {expected}
