"""Charts show the numbers of the answers, and turn into pictures that need nothing else."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from drawn import DAYS, drawn, of_kind, pooled
from tightrope.charts import curves, dots, icons, overview, theme
from tightrope.charts.forms import Rows
from tightrope.foresight.answer import DOTS
from tightrope.foresight.outlook import Outlook, outlook

pytestmark = pytest.mark.usefixtures("compiled_once")


@pytest.fixture(scope="module")
def result(scaffold: Path) -> Outlook:
    return drawn(scaffold)[0]


def rows_of(chart: theme.AnyChart, name: str) -> Rows:
    return theme.specification(chart)["datasets"][name]


# data -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share, filled", [(0, 0), (0.004, 0), (0.126, 13), (0.5, 50), (1, 100)])
def test_icons_are_so_many_of_a_hundred(share: float, filled: int) -> None:
    rows = rows_of(icons.icon_array(share), "icons")
    assert [row["yes"] for row in rows] == [True] * filled + [False] * (100 - filled)
    assert len({(row["row"], row["column"]) for row in rows}) == 100


@pytest.mark.parametrize("kind", ["yes_no", "date"])
def test_the_curve_passes_through_the_answers(result: Outlook, kind: str) -> None:
    answer = of_kind(result, kind)
    chart = curves.chance_curve(answer)
    by_day = {row["day"]: row["chance"] for row in rows_of(chart, "chances")}
    marks = rows_of(chart, "marks")
    assert len(by_day) == answer.window_days
    assert list(by_day.values()) == sorted(by_day.values())
    for row, x in zip(marks, answer.horizons, strict=True):
        assert x.probability is not None and x.base_rate is not None
        assert row["chance"] == by_day[row["day"]] == pytest.approx(x.probability, abs=1e-5)
        assert row["base_rate"] == pytest.approx(x.base_rate, abs=1e-5)
        assert row["day"] == (result.as_of + timedelta(x.days)).isoformat()


@pytest.mark.parametrize("kind", ["count", "level"])
def test_the_fan_ends_in_the_answer(result: Outlook, kind: str) -> None:
    answer = of_kind(result, kind)
    chart = curves.fan(answer)
    bands = rows_of(chart, "bands")
    assert answer.quantiles and len(bands) == answer.window_days
    assert list(bands[-1].values())[1:] == [round(x, 4) for x in answer.quantiles.values()]
    assert all(row["low"] <= row["middle"] <= row["high"] for row in bands)
    assert {row["run"] for row in rows_of(chart, "runs")} == set(range(8))
    assert bool(rows_of(chart, "before")) == (kind == "count")
    assert rows_of(chart, "bars") == []


def test_single_runs_keep_every_turn(result: Outlook) -> None:
    answer = of_kind(result, "count")
    assert answer.course and answer.course.runs is not None
    for number, path in enumerate(answer.course.runs.tolist()):
        told = {row["day"]: row["value"] for row in curves.runs(answer) if row["run"] == number}
        value, again = None, []
        for d in range(len(path)):
            value = told.get((answer.course.first_day + timedelta(d)).isoformat(), value)
            again.append(value)
        assert again == path


def test_bars_are_the_answers_of_a_pool(result: Outlook) -> None:
    answer = of_kind(pooled(result), "count")
    bars = rows_of(curves.fan(answer), "bars")
    assert [list(row.values())[1:] for row in bars] == [
        [round(x, 4) for x in estimate.quantiles.values()]
        for estimate in answer.horizons
        if estimate.quantiles
    ]
    assert len(bars) == len(answer.horizons)


@pytest.mark.parametrize("kind", ["count", "level", "date"])
def test_every_dot_is_drawn_and_none_on_another(result: Outlook, kind: str) -> None:
    answer = of_kind(result, kind)
    rows = rows_of(dots.dotplot(answer), "dots")
    assert len(rows) == DOTS == len({(row["x"], row["y"]) for row in rows})
    never = sum(row["value"] is None for row in rows)
    if kind == "date":
        assert answer.probability is not None
        assert never / DOTS == pytest.approx(1 - answer.probability, abs=1 / DOTS)
        assert all(row["x"] > (result.as_of + timedelta(DAYS)).isoformat()
                   for row in rows if row["value"] is None)  # fmt: skip
    else:
        assert never == 0
        assert [row["value"] for row in rows] == [
            round(x, 4) for x in answer.horizons[-1].dots or ()
        ]
    heights = Counter(row["x"] for row in rows)
    assert max(row["height"] for row in rows) == max(heights.values())


def test_the_overview_has_every_yes_or_no_question(result: Outlook) -> None:
    rows = overview.chances(result)
    asked = [a for a in result.answers if a.kind == "yes_no" and a.horizons]
    assert asked and [row["id"] for row in rows] == [a.id for a in asked]
    assert [row["chance"] for row in rows] == pytest.approx(
        [a.probability for a in asked], abs=1e-5
    )
    assert rows[0]["ask"].endswith("(90 days)")  # its own window, not the run's


def test_an_outlook_without_courses_says_what_to_do(scaffold: Path) -> None:
    _, *read = drawn(scaffold)
    bare = outlook(*read, days=10, paths=100, fitted=False)  # type: ignore[arg-type]
    answer = of_kind(bare, "date")
    for chart in (curves.chance_curve, curves.fan, dots.dotplot):
        with pytest.raises(ValueError, match=rf"{answer.id} has no course: call outlook\(.*True"):
            chart(answer)


# pictures ---------------------------------------------------------------------------------------


def pictures(result: Outlook) -> dict[str, theme.AnyChart]:
    return {
        "icons": icons.icon_array(0.3),
        "curve": curves.chance_curve(of_kind(result, "yes_no")),
        "pooled curve": curves.chance_curve(of_kind(pooled(result), "yes_no")),
        "fan": curves.fan(of_kind(result, "count")),
        "pooled fan": curves.fan(of_kind(pooled(result), "count")),
        "level": curves.fan(of_kind(result, "level")),
        "dates": dots.dotplot(of_kind(result, "date")),
        "dots": dots.dotplot(of_kind(result, "count")),
        "overview": overview.overview(result),
    }


def test_pictures_are_sound_told_and_alone(result: Outlook) -> None:
    for name, chart in pictures(result).items():
        svg = theme.to_svg(chart, 'What <it> "shows"')
        root = ElementTree.fromstring(svg)
        assert (root.get("role"), root.get("aria-label")) == ("img", 'What <it> "shows"'), name
        assert root.get("viewBox")
        assert not re.search(r"href|url\(|<script|<style|<image", svg), name
        assert svg == theme.to_svg(chart, 'What <it> "shows"'), name


def test_every_colour_has_a_partner_in_the_dark(result: Outlook) -> None:
    for name, chart in pictures(result).items():
        svg = theme.to_svg(chart, "")
        used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg))
        assert used - {"none", "transparent"} <= set(theme.DARK), name


def contrast(one: str, other: str) -> float:
    """WCAG 2: (L1 + 0.05) / (L2 + 0.05) of relative luminances."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_enough() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    text = (theme.INK, theme.QUIET, theme.ACCENT, theme.RECORD, *theme.ARMS)
    marks = (theme.SINGLE,)
    for partner in ({x: x for x in theme.DARK}, theme.DARK):
        for colour in text:
            assert contrast(partner[colour], partner[theme.GROUND]) >= 4.5, partner[colour]
        for colour in marks:
            assert contrast(partner[colour], partner[theme.GROUND]) >= 3, partner[colour]
