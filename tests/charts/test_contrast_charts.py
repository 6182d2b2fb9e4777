"""Charts of a what-if draw its numbers, alike for every arm, and tell arms apart without colour."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from imagined import imagined
from tightrope.charts import contrast, differences, looks, theme
from tightrope.foresight.beside import Beside, beside, most_changed
from tightrope.foresight.whatif import WhatIf

pytestmark = pytest.mark.usefixtures("compiled_once")


@pytest.fixture(scope="module", params=[1, 4])
def result(scaffold: Path, request: pytest.FixtureRequest) -> WhatIf:
    return imagined(scaffold, request.param)


@pytest.fixture(scope="module")
def drawn(result: WhatIf) -> list[Beside]:
    return [beside(result, c) for c in most_changed(result, 6)]


def test_rows_are_the_courses(drawn: list[Beside]) -> None:
    assert drawn
    for one in drawn:
        last = (one.first_day + timedelta(len(one.base) - 1)).isoformat()
        rows = contrast.course_rows(one, None)
        assert len(rows) == len(one.base) and rows[-1]["day"] == last
        assert [row["value"] for row in rows] == pytest.approx(one.base.tolist(), abs=1e-5)
        for name, told in one.differences.items():
            times = 100 if looks.unit_of(one.contrast.kind) == "chance" else 1
            ends = contrast.difference_rows(one, name)[-1]
            assert [ends[x] for x in ("value", "low", "high")] == pytest.approx(
                (times * told[-1]).tolist(), abs=1e-5
            )
            assert ends["low"] <= ends["value"] <= ends["high"]


def test_the_record_ends_at_the_cut_off_where_the_forecast_begins(
    result: WhatIf, drawn: list[Beside]
) -> None:
    counts = [one for one in drawn if one.contrast.kind == "count"]
    assert counts
    for one in drawn:
        assert bool(contrast.record_rows(one)) == (one in counts)
    for one in counts:
        assert one.before is not None
        rows = contrast.record_rows(one)
        assert rows[-1] == {"day": result.outlook.as_of.isoformat(), "value": one.before[-1]}
        assert one.base[0] >= one.before[-1]


def test_panels_share_their_axes_and_each_has_the_unchanged_world(
    result: WhatIf, drawn: list[Beside]
) -> None:
    for one in drawn:
        spec = theme.specification(contrast.small_multiples(one, result))
        panels = [p for column in spec["hconcat"] for p in column.get("vconcat", [column])]
        assert len(panels) == 2 * len(one.others)
        for row in (panels[::2], panels[1::2]):
            domains = [{str(d) for layer in p["layer"] for d in _domains(layer)} for p in row]
            assert len(set(map(frozenset, domains))) == 1
        for p in panels[::2]:
            dashes = [layer["mark"].get("strokeDash") for layer in p["layer"]
                      if layer["mark"]["type"] == "line"]  # fmt: skip
            assert dashes[-2:] == [[6, 3], [4, 2]] and all(d is None for d in dashes[:-2])


def test_arms_have_a_shape_a_letter_and_a_colour_of_their_own(result: WhatIf) -> None:
    told = list(looks.looks(result).values())
    assert len(told) == len(result.arms)
    for name in ("letter", "shape", "colour", "band"):
        assert len({getattr(look, name) for look in told}) == len(told)


def test_differences_are_listed_by_size(result: WhatIf) -> None:
    rows = differences.question_differences(result)
    clear = {c.ask for arm in result.arms for c in arm.contrasts if c.size > 0}
    assert {row["says"].partition(" (")[0] for row in rows} == clear
    sizes = [max(abs(r["value"]) for r in rows if r["says"] == says)
             for says in dict.fromkeys(row["says"] for row in rows)]  # fmt: skip
    assert sizes == sorted(sizes, reverse=True)
    events = differences.event_differences(result)
    assert len(events) == sum(len(arm.events) for arm in result.arms)


def test_pictures_are_sound_and_have_partners_in_the_dark(
    result: WhatIf, drawn: list[Beside]
) -> None:
    charts = [contrast.small_multiples(one, result) for one in drawn[:3]]
    for chart in (*charts, differences.difference_dots(result), differences.event_dots(result)):
        svg = theme.to_svg(chart, "what it shows")
        assert ElementTree.fromstring(svg).get("aria-label") == "what it shows"
        assert not re.search(r"href|url\(|<script|<style|<image", svg)
        used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg))
        assert used - {"none", "transparent"} <= set(theme.DARK)


def _domains(layer: dict[str, Any]) -> list[Any]:
    """The axes that a layer states."""
    scales = (layer["encoding"].get(axis, {}).get("scale", {}) for axis in ("x", "y"))
    return [scale["domain"] for scale in scales if "domain" in scale]
